import { translateByName } from '#i18n/translate.ts'
import { attendanceOf } from '#modules/attendance/index.ts'
import { personNames } from '#modules/people/index.ts'
import { districtCalendar } from '#platform/district-calendar.ts'
import { sql, type Tx } from '#platform/db.ts'
import { maskName } from '#platform/masking.ts'
import { parseOrderNumber } from '#platform/order-number.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Read, Work } from '#platform/work.ts'
import { actsOf } from './acts.ts'
import { answersOf } from './answer-rows.ts'
import { type ClockRow, clocksOf, pausesOf, usedMinutes } from './clock-rows.ts'
import { type Order, roundOf } from './order.ts'
import { findOrder } from './order-rows.ts'
import {
  contactPhoneOf,
  evaluationOf,
  findOrderByNumber,
  orderInFull,
  orderListRow,
  timelineOf,
} from './order-views.ts'
import { offerViews } from './offer-views.ts'
import { partiesOf } from './parties.ts'
import { closeIfReached } from './reach-requester.ts'
import { lockOrder } from './order-rows.ts'

type Seen = Read | Work

/** One order with everything its reader may see, and the acts open to that reader now. */
export async function readOrder(seen: Seen, orderId: string) {
  return viewOf(seen, await visibleOrder(seen, orderId))
}

/** The view also answers an act by which its reader left the order, such as a return. */
export async function viewOf(seen: Seen, order: Order) {
  const parties = await partiesOf(seen, order)
  const { tx, now } = seen
  // What is sent in one go is answered one after the other and shares a round trip.
  const [facts, clockRows] = await Promise.all([orderInFull(tx, order.id, now), clocksOf(tx, order.id)])
  const [answers, evaluation, offers, clocks, attendance, photos] = await Promise.all([
    facts.hasAnswers ? answersOf(tx, order.id) : [],
    facts.hasEvaluations ? evaluationOf(tx, order.id, roundOf(order)) : undefined,
    facts.hasOffers ? offerViews(tx, { orderId: order.id }, now) : [],
    clockViews(seen, order, clockRows, facts.hasPauses),
    facts.hasAttendance ? attendanceOf(tx, 'order', order.id) : [],
    facts.hasPhotos ? photosOf(tx, order.id) : [],
  ])
  const personIds = attendance.map((one) => one.personId)
  const names = personIds.length === 0 ? new Map<string, string>() : await personNames(tx, personIds)
  const staff = seen.actor.kind === 'staff'
  return {
    ...facts,
    answers,
    evaluation: evaluation ?? null,
    // Who was asked before is the dispatchers' business: a decline has no cost (promise 3).
    offers: offers.filter(
      (offer) =>
        parties.has('dispatcher') ||
        offer.state === 'accepted' ||
        (offer.state === 'open' && parties.has('offeree') && offer.mine(seen.actor)),
    ),
    clocks,
    attendance: attendance.map((one) => ({
      personId: one.personId,
      name:
        staff || parties.has('provider') ? (names.get(one.personId) ?? '') : maskName(names.get(one.personId) ?? ''),
      checkedInAt: one.checkedInAt,
      checkedOutAt: one.checkedOutAt,
      method: one.checkOutMethod ?? one.checkInMethod,
    })),
    photos,
    moves: actsOf(order.state, parties),
  }
}

/** The requester opened the order's page: an unreached answer has thereby reached (promise 2). Runs after the read. */
export async function pageOpened(work: Work, orderId: string): Promise<void> {
  const order = await lockOrder(work.tx, orderId)
  if (order === undefined) return
  await closeIfReached(work, order, { by: 'page-opened', spokenTo: null })
}

/** Whether opening the page would reach the requester with something new. */
export async function awaitsOpening(seen: Seen, orderId: string): Promise<boolean> {
  const order = await findOrder(seen.tx, orderId)
  if (order === undefined || !(await partiesOf(seen, order)).has('requester')) return false
  return (await answersOf(seen.tx, order.id)).some((answer) => !answer.reached)
}

const SERVERS = ['provider', 'member', 'offeree', 'claimant'] as const

/** Moves of those who serve: a resident who makes one does so for a team. */
const SERVING_MOVES: ReadonlySet<string> = new Set(['accept', 'schedule', 'start', 'deliver', 'return'])

export async function readTimeline(seen: Seen, orderId: string) {
  const order = await visibleOrder(seen, orderId)
  const parties = await partiesOf(seen, order)
  const rows = await timelineOf(seen.tx, order.id)
  const say = (key: string) => translateByName(seen.actor.locale, key)
  // A decline costs nothing, so only staff read that there was one (志愿服务条例 art. 25).
  const hidden = seen.actor.kind === 'staff' ? null : 'declined'
  // What the dispatcher writes to a provider is for those who serve or may serve, not for whom it may be about.
  const readsNotes = seen.actor.kind === 'staff' || SERVERS.some((party) => parties.has(party))
  const kindOf = (row: { move: string; actorKind: string }) =>
    row.actorKind === 'resident' && SERVING_MOVES.has(row.move) ? 'volunteer' : row.actorKind
  return rows.map(({ actorKind, actorRoles, reasonCode: code, ...row }) => ({
    ...row,
    reasonCode: code === hidden ? null : code,
    reason:
      (row.move === 'offer' && !readsNotes ? null : row.reason) ??
      (code === null || code === hidden
        ? null
        : (say(`orders.reason.${code}`) ?? say(`orders.exit.${code}`) ?? say(`orders.return.${code}`) ?? null)),
    by:
      actorRoles.map((role) => say(`people.role.${role}`) ?? role).join(seen.actor.locale === 'en' ? ', ' : '、') ||
      (say(`orders.actor.${kindOf({ move: row.move, actorKind })}`) ?? actorKind),
  }))
}

/** Public tracking by order number and the last four digits of the contact's phone; anything wrong is "not found". */
export async function trackOrder(seen: Seen, given: { number: string; phoneTail: string }) {
  const number = parseOrderNumber(given.number)
  const found = number === null ? undefined : await findOrderByNumber(seen.tx, number)
  if (found === undefined || !(await contactPhoneOf(seen.tx, found.id)).endsWith(given.phoneTail)) {
    throw new Refusal('platform.not-found', 404, {}, { field: 'number' })
  }
  const row = (await orderListRow(seen.tx, found.id, seen.now))!
  const { phone } = await seen.tx.one<{ phone: string | null }>(
    sql`select phone from unit where district_id = ${seen.tx.districtId} and id = ${row.responsibleUnit.id}`,
  )
  const steps = (await timelineOf(seen.tx, found.id)).map(({ move, toState, at }) => ({ move, toState, at }))
  return {
    number: row.number,
    state: row.state,
    title: row.title,
    nextStep: row.nextStep,
    dueAt: row.state === 'closed' ? null : row.dueAt,
    responsibleUnitName: row.responsibleUnit.name,
    responsibleUnitPhone: phone,
    steps,
  }
}

/** The order if the reader is anything to it, else "not found". */
export async function visibleOrder(seen: Seen, orderId: string): Promise<Order> {
  const order = await findOrder(seen.tx, orderId)
  if (order === undefined || (await partiesOf(seen, order)).size === 0) throw new Refusal('platform.not-found', 404, {})
  return order
}

async function clockViews(seen: Seen, order: Order, clocks: readonly ClockRow[], hasPauses: boolean) {
  const [calendar, pauses] = await Promise.all([
    districtCalendar(seen.tx),
    hasPauses ? pausesOf(seen.tx, order.id) : [],
  ])
  return clocks
    .filter((clock) => clock.round === roundOf(order))
    .map((clock) => {
      const usedWorkingMinutes = usedMinutes(clock, pauses, clock.stoppedAt ?? seen.now, calendar)
      const { kind, limitWorkingMinutes, dueAt, stoppedAt } = clock
      return {
        kind,
        limitWorkingMinutes,
        usedWorkingMinutes,
        dueAt,
        stoppedAt,
        isLate: usedWorkingMinutes > limitWorkingMinutes,
      }
    })
}

function photosOf(tx: Tx, orderId: string): Promise<{ fileId: string; kind: string; publishConsent: boolean }[]> {
  return tx.rows(sql`
    select file_id, kind, publish_consent from order_photo where district_id = ${tx.districtId} and order_id = ${orderId} order by added_at`)
}
