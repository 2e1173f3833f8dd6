import { normalisedPhone } from '#modules/people/index.ts'
import { holdsAny, holdsAt } from '#platform/actor.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Work } from '#platform/work.ts'
import { enterOrder, type Placed, type Wanted } from './place-order.ts'
import { refuse } from './refusals.ts'

export interface Assisted extends Wanted {
  readonly contactPhone: string
  readonly channel: 'proxy' | 'phone' | 'paper'
  readonly callBackPhone: string | null
  readonly proxyRelation: string | null
  readonly consentGiven: boolean
  readonly readBack: boolean
}

/**
 * Somebody places an order for a resident: a proxy (代点单), the phone desk, or from a paper card. The principal is a contact
 * of this order, not an account (promise 4). A proxy order needs consent, a read-back and a number to call back.
 */
export function enterAssistedOrder(work: Work, given: Assisted): Promise<Placed> {
  requirePlace(work, given.unitId)
  if (!given.consentGiven) throw refuse('consent-needed', {}, { field: 'consentGiven' })
  if (given.channel !== 'paper' && !given.readBack) throw refuse('read-back-needed', {}, { field: 'readBack' })
  if (given.channel === 'proxy' && given.callBackPhone === null)
    throw refuse('call-back-needed', {}, { field: 'callBackPhone' })
  if (given.channel === 'proxy' && given.proxyRelation === null)
    throw refuse('relation-needed', {}, { field: 'proxyRelation' })
  return enterOrder(work, given, {
    channel: given.channel,
    requesterId: null,
    callBackPhone: given.callBackPhone === null ? null : normalisedPhone(given.callBackPhone, 'callBackPhone'),
    proxyRelation: given.proxyRelation,
    consentGiven: given.consentGiven,
    readBack: given.readBack,
  })
}

/** A station orders for its village, all or none: the first refusal names the row and field. */
export async function enterOrderBatch(
  work: Work,
  rows: readonly (Wanted & { contactPhone: string })[],
  placeAnyway: boolean,
): Promise<Placed[]> {
  const placed: Placed[] = []
  for (const [row, wanted] of rows.entries()) {
    try {
      requirePlace(work, wanted.unitId)
      const placing = {
        channel: 'batch',
        requesterId: null,
        callBackPhone: null,
        proxyRelation: null,
        consentGiven: true,
        readBack: false,
      } as const
      placed.push(await enterOrder(work, { ...wanted, placeAnyway }, placing))
      // So that a month without a free place is told of the row that asked for it.
      await work.tx.flush()
    } catch (error) {
      throw atRow(error, row)
    }
  }
  return placed
}

/** The phone desk takes calls from the whole district; everybody else enters orders for the units below their own. */
function requirePlace(work: Work, unitId: string): void {
  if (holdsAny(work.actor, ['phone-agent']) || holdsAt(work.actor, ['dispatcher', 'station-keeper'], unitId)) return
  throw refuse('outside-your-units', {}, { field: 'unitId' })
}

function atRow(error: unknown, row: number): unknown {
  if (!(error instanceof Refusal)) return error
  const field = `orders.${row}${error.field === undefined ? '' : `.${error.field}`}`
  return new Refusal(error.code, error.status, error.params, { field, details: { ...error.details, row } })
}
