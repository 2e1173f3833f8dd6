import { bookMonth, checkOrderable, findCategory, findOrderable } from '#modules/catalogue/index.ts'
import { sendMessage } from '#modules/notifications/index.ts'
import { findUnit } from '#modules/orgs/index.ts'
import { normalisedPhone, openPhone, phoneIndex, sealedPhone } from '#modules/people/index.ts'
import type { Actor } from '#platform/actor.ts'
import { dateIn, monthIn } from '#platform/dates.ts'
import { type Sql, sql } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { startClocks } from './clock-rows.ts'
import { type Deadlines, deadlines } from './deadlines.ts'
import { type LikelyOrder, likelyOrders, similarAmong } from './find-similar-orders.ts'
import { linkPathOf } from './order-link.ts'
import type { Channel, Urgency } from './order.ts'
import { nextOrderNumber } from './order-numbers.ts'
import { insertOrder, insertTransition } from './order-rows.ts'
import { storedKeys } from './order-search.ts'
import { refuse } from './refusals.ts'

/** What every way of placing an order knows. */
export interface Wanted {
  readonly categoryId: string
  readonly offeringId: string | null
  readonly title: string
  readonly details: string
  readonly unitId: string
  readonly address: string | null
  readonly venue: string
  readonly targetGroup: string
  readonly headcount: number
  readonly windowFrom: Date | null
  readonly windowUntil: Date | null
  readonly urgency: Urgency
  readonly risks: readonly string[]
  readonly agreementTriggers: readonly string[]
  readonly contactName: string
  readonly contactPhone?: string | undefined
  readonly placeAnyway?: boolean | undefined
}

/** How it was placed: by the requester, or by somebody for the requester. */
export interface Placing {
  readonly channel: Channel
  readonly requesterId: string | null
  readonly callBackPhone: string | null
  readonly proxyRelation: string | null
  readonly consentGiven: boolean
  readonly readBack: boolean
}

export interface Placed {
  readonly id: string
  readonly number: string
  readonly state: 'submitted'
  readonly dueAt: Date
  readonly responsibleUnit: { readonly id: string; readonly name: string }
  readonly trackingPath: string
}

/** What placing an order has to read each time; everything else is reference data. */
export interface PlacingFacts {
  readonly phoneCipher: Buffer | null
  /** In JSON, so its instants are texts. */
  readonly likely: readonly (Omit<LikelyOrder, 'placedAt'> & { readonly placedAt: string })[]
}

/** One statement for the requester's phone and the open orders that may be the same; sent with the beginning of a write. */
export function placingFacts(
  actor: Actor,
  wanted: Pick<Wanted, 'unitId' | 'categoryId' | 'offeringId' | 'title'>,
  phone: Buffer | null = null,
): Sql {
  return sql`
    select ${sealedPhone(actor.districtId, actor.kind === 'resident' ? actor.personId : null)} as phone_cipher,
           (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'number', number, 'title', title, 'state', state, 'placedAt', placed_at,
                     'nextStep', next_step, 'offeringId', offering_id, 'mine', mine)), '[]')
              from (${likelyOrders(actor, wanted, phone)}) as l) as likely`
}

/** A resident places an order (点单) for himself or herself. @param ahead what `placingFacts` gave, if it was asked before */
export async function placeOrder(work: Work, wanted: Wanted, ahead?: PlacingFacts): Promise<Placed> {
  const placing = {
    channel: 'web',
    requesterId: work.actor.personId,
    callBackPhone: null,
    proxyRelation: null,
    consentGiven: true,
    readBack: false,
  } as const
  return enterOrder(work, wanted, placing, ahead ?? (await work.tx.one(placingFacts(work.actor, wanted))))
}

/**
 * Enters an order whatever way it came: checks place, category, offering and quota, shows orders that look the same, writes
 * the order with its clocks and tells the contact. The station of the address is responsible first (首接负责).
 */
export async function enterOrder(work: Work, wanted: Wanted, placing: Placing, ahead?: PlacingFacts): Promise<Placed> {
  const limits = await deadlines(work.tx, work.now)
  const phone = contactPhone(work, wanted, ahead)
  const index = phoneIndex(work.tx, phone)
  const unit = await findUnit(work.tx, wanted.unitId, dateIn(work.now))
  if (unit === undefined || unit.kind === 'agency') throw refuse('unit-unknown', {}, { field: 'unitId' })
  checkWindow(work, wanted)
  await checkCategory(work, wanted)
  if (wanted.placeAnyway !== true) {
    const { likely } = ahead ?? (await work.tx.one<PlacingFacts>(placingFacts(work.actor, wanted, index)))
    const similar = similarAmong(likely.map(withInstant), wanted)
    if (similar.length > 0) throw refuse('looks-like-another', {}, { details: { similar } })
  }
  const quotaMonth = await holdQuota(work, wanted, limits)
  const id = newUuid7(work.now)
  const dueAt = limits.dueAfter('triage', wanted.urgency, work.now)
  const number = await nextOrderNumber(work.tx, Number(dateIn(work.now).slice(0, 4)))
  insertOrder(work.tx, {
    ...wanted,
    ...placing,
    id,
    number,
    placedBy: work.actor.personId,
    contactPhone: phone,
    contactPhoneIndex: index,
    readBackAt: placing.readBack ? work.now : null,
    locale: work.actor.kind === 'resident' ? work.actor.locale : 'zh-CN',
    quotaMonth,
    dueAt,
    search: storedKeys(work.tx.districtId, {
      placedAt: work.now,
      isOpen: true,
      text: [wanted.title, wanted.details, wanted.venue, unit.name, number].join(' '),
    }),
    placedAt: work.now,
  })
  openLife(work, id, wanted, dueAt, limits)
  const link = linkPathOf(work.tx, id)
  const template = placing.channel === 'web' ? 'order-placed' : 'order-placed-for-you'
  await sendMessage(work, {
    template,
    params: { number, link },
    toPhone: phone,
    locale: work.actor.locale,
    subject: { kind: 'order', id },
  })
  const responsibleUnit = { id: unit.id, name: unit.name }
  return { id, number, state: 'submitted', dueAt, responsibleUnit, trackingPath: link }
}

function withInstant({ placedAt, ...order }: PlacingFacts['likely'][number]): LikelyOrder {
  return { ...order, placedAt: new globalThis.Date(placedAt) }
}

function openLife(work: Work, id: string, wanted: Wanted, dueAt: Date, limits: Deadlines): void {
  insertTransition(work.tx, {
    id: newUuid7(work.now),
    orderId: id,
    version: 1,
    move: 'place',
    fromState: 'submitted',
    toState: 'submitted',
    at: work.now,
    actorKind: work.actor.kind,
    actorId: work.actor.personId,
    reasonCode: null,
    reason: null,
    responsibleUnitId: wanted.unitId,
    dueAt,
  })
  const clocks = (['first-contact', 'resolution'] as const).map((kind) => {
    return { kind, round: 1, limitWorkingMinutes: limits.minutesOf(`clock.${kind}`, wanted.urgency), at: work.now }
  })
  startClocks(work.tx, id, clocks, limits.calendar)
  work.audit({ action: 'orders.place', subject: { kind: 'order', id }, details: { unitId: wanted.unitId } })
}

function contactPhone({ tx, actor }: Work, wanted: Wanted, ahead: PlacingFacts | undefined): string {
  if (wanted.contactPhone !== undefined) return normalisedPhone(wanted.contactPhone, 'contactPhone')
  if (ahead?.phoneCipher == null) throw refuse('contact-phone-needed', {}, { field: 'contactPhone' })
  return openPhone(tx, actor.personId!, ahead.phoneCipher)
}

function checkWindow(work: Work, { windowFrom, windowUntil }: Wanted): void {
  if (windowFrom === null && windowUntil === null) return
  if (windowFrom === null || windowUntil === null || windowUntil <= windowFrom)
    throw refuse('window-incomplete', {}, { field: 'windowUntil' })
  if (windowUntil <= work.now) throw refuse('window-past', {}, { field: 'windowFrom' })
}

async function checkCategory(work: Work, wanted: Wanted): Promise<void> {
  const category = await findCategory(work.tx, wanted.categoryId)
  const today = dateIn(work.now)
  const isValid =
    category !== undefined &&
    category.validFrom <= today &&
    (category.validUntil === null || category.validUntil > today)
  if (!isValid) throw refuse('category-unknown', {}, { field: 'categoryId' })
}

/** An offering must be orderable as asked, and its place of the month is held until the order leaves (design.md section 5). */
async function holdQuota(work: Work, wanted: Wanted, limits: Deadlines): Promise<string | null> {
  if (wanted.offeringId === null) return null
  const offering = await findOrderable(work.tx, wanted.offeringId, work.now)
  if (offering === undefined) throw refuse('offering-unknown', {}, { field: 'offeringId' })
  if (offering.category.id !== wanted.categoryId) throw refuse('category-mismatch', {}, { field: 'categoryId' })
  const { windowFrom: from, windowUntil: until } = wanted
  const window = from === null || until === null ? null : { from, until }
  const wish = { window, headcount: wanted.headcount, unitId: wanted.unitId, now: work.now, calendar: limits.calendar }
  const [fault] = await checkOrderable(work.tx, offering, wish)
  if (fault !== undefined) throw fault
  const month = monthIn(wanted.windowFrom ?? work.now)
  return bookMonth(work, offering, month) ? month : null
}
