import { bookMonth, checkOrderable, findCategory, findOffering } from '#modules/catalogue/index.ts'
import { sendMessage } from '#modules/notifications/index.ts'
import { findUnit } from '#modules/orgs/index.ts'
import { findPerson, normalisedPhone, phoneIndex } from '#modules/people/index.ts'
import { dateIn, monthIn } from '#platform/dates.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { startClock } from './clock-rows.ts'
import { type Deadlines, deadlines } from './deadlines.ts'
import { findSimilarOrders } from './find-similar-orders.ts'
import { linkPathOf } from './order-link.ts'
import type { Channel, Urgency } from './order.ts'
import { insertOrder, insertTransition, nextOrderNumber } from './order-rows.ts'
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

/** A resident places an order (点单) for himself or herself. */
export function placeOrder(work: Work, wanted: Wanted): Promise<Placed> {
  return enterOrder(work, wanted, {
    channel: 'web',
    requesterId: work.actor.personId,
    callBackPhone: null,
    proxyRelation: null,
    consentGiven: true,
    readBack: false,
  })
}

/**
 * Enters an order whatever way it came: checks place, category, offering and quota, shows orders that look the same, writes
 * the order with its clocks and tells the contact. The station of the address is responsible first (首接负责).
 */
export async function enterOrder(work: Work, wanted: Wanted, placing: Placing): Promise<Placed> {
  const limits = await deadlines(work.tx, work.now)
  const phone = await contactPhone(work, wanted, placing)
  const index = phoneIndex(work.tx, phone)
  const unit = await findUnit(work.tx, wanted.unitId, dateIn(work.now))
  if (unit === undefined || unit.kind === 'agency') throw refuse('unit-unknown', {}, { field: 'unitId' })
  checkWindow(work, wanted)
  await checkCategory(work, wanted)
  if (wanted.placeAnyway !== true) {
    const similar = await findSimilarOrders(work, { ...wanted, phoneIndex: index })
    if (similar.length > 0) throw refuse('looks-like-another', {}, { details: { similar } })
  }
  const quotaMonth = await holdQuota(work, wanted, limits)
  const id = newUuid7(work.now)
  const dueAt = limits.dueAfter('triage', wanted.urgency, work.now)
  const number = await nextOrderNumber(work.tx, Number(dateIn(work.now).slice(0, 4)))
  await insertOrder(work.tx, {
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
    search: storedKeys(
      work.tx.districtId,
      work.now,
      [wanted.title, wanted.details, wanted.venue, unit.name, number].join(' '),
    ),
    placedAt: work.now,
  })
  await openLife(work, id, wanted, dueAt, limits)
  const link = linkPathOf(work.tx, id)
  const template = placing.channel === 'web' ? 'order-placed' : 'order-placed-for-you'
  await sendMessage(work, {
    template,
    params: { number, link },
    toPhone: phone,
    locale: work.actor.locale,
    subject: { kind: 'order', id },
  })
  return {
    id,
    number,
    state: 'submitted',
    dueAt,
    responsibleUnit: { id: unit.id, name: unit.name },
    trackingPath: link,
  }
}

async function openLife(work: Work, id: string, wanted: Wanted, dueAt: Date, limits: Deadlines): Promise<void> {
  await insertTransition(work.tx, {
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
  for (const kind of ['first-contact', 'resolution'] as const) {
    const limitWorkingMinutes = limits.minutesOf(`clock.${kind}`, wanted.urgency)
    await startClock(work.tx, id, { kind, round: 1, limitWorkingMinutes, at: work.now }, limits.calendar)
  }
  work.audit({ action: 'orders.place', subject: { kind: 'order', id }, details: { unitId: wanted.unitId } })
}

async function contactPhone(work: Work, wanted: Wanted, placing: Placing): Promise<string> {
  if (wanted.contactPhone !== undefined) return normalisedPhone(wanted.contactPhone, 'contactPhone')
  const person = placing.requesterId === null ? undefined : await findPerson(work.tx, placing.requesterId)
  if (person?.phone == null) throw refuse('contact-phone-needed', {}, { field: 'contactPhone' })
  return person.phone
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
  const offering = await findOffering(work.tx, wanted.offeringId, work.now)
  if (offering === undefined) throw refuse('offering-unknown', {}, { field: 'offeringId' })
  if (offering.category.id !== wanted.categoryId) throw refuse('category-mismatch', {}, { field: 'categoryId' })
  const { windowFrom: from, windowUntil: until } = wanted
  const window = from === null || until === null ? null : { from, until }
  const wish = { window, headcount: wanted.headcount, unitId: wanted.unitId, now: work.now, calendar: limits.calendar }
  const [fault] = await checkOrderable(work.tx, offering, wish)
  if (fault !== undefined) throw fault
  const month = monthIn(wanted.windowFrom ?? work.now)
  return (await bookMonth(work, offering.id, month)) ? month : null
}
