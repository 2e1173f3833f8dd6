import { agreementTriggers, risks } from '../../../../contract/order-shapes.ts'
import type { CallInput } from '../../../shared/api-client.ts'
import type { TimeWindow } from '../../parts/moment-input.tsx'
import type { Named, OfferingChoice } from '../../parts/pickers.tsx'
import type { Me } from '../../../../contract/people.ts'

type AssistedBody = NonNullable<CallInput<'placeAssistedOrder'>['body']>
export type Channel = AssistedBody['channel']

/** What the entry forms hold: the body of the route, except that pickers hold what was picked, with its name. */
export interface EntryValues extends Omit<
  AssistedBody,
  'offeringId' | 'unitId' | 'windowFrom' | 'windowUntil' | 'channel' | 'placeAnyway'
> {
  readonly offeringId: OfferingChoice | null
  readonly unitId: Named | null
  readonly window: TimeWindow
}

export { agreementTriggers, risks }

/** An empty form; a station keeper's own village is already filled in. */
export function emptyEntry(me: Me): EntryValues {
  const station = me.roles.find(({ role }) => role === 'station-keeper')
  return {
    contactName: '',
    contactPhone: '',
    callBackPhone: null,
    proxyRelation: null,
    consentGiven: false,
    readBack: false,
    title: '',
    details: '',
    categoryId: '',
    offeringId: null,
    unitId: station === undefined ? null : { id: station.unitId, name: station.unitName },
    address: null,
    venue: '',
    targetGroup: 'all',
    headcount: 1,
    window: { from: null, until: null },
    urgency: 'normal',
    risks: [],
    agreementTriggers: [],
  }
}

/** The body of the route for what the form holds. */
export function bodyOf(values: EntryValues, channel: Channel, placeAnyway: boolean): AssistedBody {
  const { window, offeringId, unitId, ...rest } = values
  return {
    ...rest,
    channel,
    offeringId: offeringId?.id ?? null,
    unitId: unitId?.id ?? '',
    address: orNull(rest.address),
    callBackPhone: orNull(rest.callBackPhone),
    proxyRelation: orNull(rest.proxyRelation),
    windowFrom: window.from,
    windowUntil: window.until,
    ...(placeAnyway && { placeAnyway: true }),
  }
}

function orNull(text: string | null): string | null {
  return text === null || text.trim() === '' ? null : text
}
