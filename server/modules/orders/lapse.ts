/**
 * What time does to orders. `dueMatters` finds what is due by business time; `lapse` settles one matter in its own
 * transaction, after reading it again under the order's lock, so that a matter settled meanwhile is left alone.
 *
 *   reminder      an open offer's leader is reminded
 *   offer         an open offer expires; the round is widened, then the order is opened to claims
 *   pool          nobody claimed: back to dispatch, one level up
 *   pause         the pause ends
 *   order         the step itself is overdue: responsibility rises, silence is followed up, a deferral is reviewed
 */
import { addWorkingMinutes } from '#platform/calendar.ts'
import { join, sql, type Tx } from '#platform/db.ts'
import type { Work } from '#platform/work.ts'
import { findClosingAnswer } from './answer-rows.ts'
import { candidatesFor } from './candidates.ts'
import { lockOpenPause } from './clock-rows.ts'
import { closeOrder } from './close-order.ts'
import { deadlines } from './deadlines.ts'
import { askSilentRequester } from './follow-up.ts'
import { findOpenFollowUp, wasCalledInVain } from './follow-up-rows.ts'
import { moveOrder } from './move-order.ts'
import { fallBack, makeOffers, startPool, tellLeaders } from './offer-order.ts'
import { closePool, countReminder, decideOffer, findOffer, findOpenPool, offersOf } from './offer-rows.ts'
import type { Order } from './order.ts'
import { lockOrder } from './order-rows.ts'
import { escalateOrder } from './pass-up-order.ts'
import { resume } from './schedule-order.ts'
import { limitTo } from './parts.ts'

export interface Matter {
  readonly kind: 'reminder' | 'offer' | 'pool' | 'pause' | 'order'
  readonly orderId: string
  /** The offer's id; null for the other kinds. */
  readonly offerId: string | null
}

const MATTERS_MAX = 200
const REMINDERS_MAX = 2
const WIDENED_ROUNDS_MAX = 2
const WIDENED_TEAMS_MAX = 3

/** Up to 200 matters that are due, oldest first. */
export function dueMatters(tx: Tx, now: Date): Promise<Matter[]> {
  const d = tx.districtId
  // Each kind gives its own oldest, in the order of its index.
  const kinds = [
    sql`select 'reminder' as kind, order_id, id as offer_id, next_reminder_at as at from order_offer
         where district_id = ${d} and state = 'open' and next_reminder_at <= ${now} and deadline_at > ${now}`,
    sql`select 'offer' as kind, order_id, id as offer_id, deadline_at as at from order_offer
         where district_id = ${d} and state = 'open' and deadline_at <= ${now}`,
    sql`select 'pool' as kind, order_id, null::uuid as offer_id, deadline_at as at from order_pool
         where district_id = ${d} and closed_at is null and deadline_at <= ${now}`,
    sql`select 'pause' as kind, order_id, null::uuid as offer_id, until_at as at from order_pause
         where district_id = ${d} and resumed_at is null and until_at <= ${now}`,
    sql`select 'order' as kind, id as order_id, null::uuid as offer_id, due_at as at from service_order o
         where district_id = ${d} and state <> 'closed' and not is_with_leader and due_at <= ${now}
           and not (state = 'offered' and (
             exists (select from order_offer f where f.district_id = o.district_id and f.order_id = o.id and f.state = 'open')
             or exists (select from order_pool p where p.district_id = o.district_id and p.order_id = o.id and p.closed_at is null)))
           and not exists (select from order_pause p where p.district_id = o.district_id and p.order_id = o.id and p.resumed_at is null)`,
  ].map((kind) => sql`(${kind} order by at ${limitTo(MATTERS_MAX)})`)
  return tx.rows(sql`
    select kind, order_id, offer_id from (${join(kinds, ' union all ')}) due order by at ${limitTo(MATTERS_MAX)}`)
}

/** Settles one matter if it is still due. */
export async function lapse(work: Work, matter: Matter): Promise<void> {
  const order = await lockOrder(work.tx, matter.orderId)
  if (order === undefined || order.state === 'closed') return
  switch (matter.kind) {
    case 'reminder':
      return remind(work, order, matter.offerId!)
    case 'offer':
      return expireOffer(work, order, matter.offerId!)
    case 'pool':
      return expirePool(work, order)
    case 'pause':
      return endPauseWhenDue(work, order)
    case 'order':
      if (order.dueAt <= work.now) await overdue(work, order)
  }
}

async function remind(work: Work, order: Order, offerId: string): Promise<void> {
  const offer = await findOffer(work.tx, offerId)
  if (offer?.state !== 'open' || offer.deadlineAt <= work.now) return
  // Two sweeps at once see the same reminder; the second one finds it sent.
  if (offer.nextReminderAt === null || offer.nextReminderAt > work.now) return
  const limits = await deadlines(work.tx, work.now)
  const sent = offer.remindersSent + 1
  const step = offer.providerTeamId === null ? 'offer-agency' : 'offer-team'
  const pause = Math.floor(limits.minutesOf(step, order.urgency) / (REMINDERS_MAX + 1))
  await countReminder(
    work.tx,
    offerId,
    sent >= REMINDERS_MAX ? null : addWorkingMinutes(work.now, pause, limits.calendar),
  )
  if (offer.providerTeamId !== null) await tellLeaders(work, order, offer.providerTeamId, 'offer-reminder')
  work.audit({ action: 'orders.remind-offer', subject: { kind: 'order', id: order.id }, details: { offerId, sent } })
}

async function expireOffer(work: Work, order: Order, offerId: string): Promise<void> {
  const offer = await findOffer(work.tx, offerId)
  if (offer?.state !== 'open' || offer.deadlineAt > work.now) return
  await decideOffer(work.tx, offerId, { state: 'expired', at: work.now, by: null })
  work.audit({ action: 'orders.expire-offer', subject: { kind: 'order', id: order.id }, details: { offerId } })
  const offers = await offersOf(work.tx, order.id)
  if (
    order.state !== 'offered' ||
    offers.some((other) => other.state === 'open') ||
    (await findOpenPool(work.tx, order.id))
  )
    return
  // An agency's overdue rises to the centre; invited teams are widened to others, then to whoever claims.
  if (offer.providerUnitId !== null) {
    await escalateOrder(work, await fallBack(work, order, { reasonCode: 'expired', reason: null }), true)
    return
  }
  const tried = new Set(offers.map((other) => other.providerTeamId))
  const { candidates } = await candidatesFor(work, order)
  const others = candidates
    .filter((one) => one.provider.kind === 'team' && !tried.has(one.provider.id))
    .slice(0, WIDENED_TEAMS_MAX)
  if (offer.round < WIDENED_ROUNDS_MAX && others.length > 0) {
    await makeOffers(
      work,
      order,
      others.map((one) => one.provider),
      { round: offer.round + 1, note: '', automatic: true },
    )
  } else await startPool(work, order, 'expired')
}

/** A pause that was resumed meanwhile is over, and a later one has its own end. */
async function endPauseWhenDue(work: Work, order: Order): Promise<void> {
  const pause = await lockOpenPause(work.tx, order.id)
  if (pause !== undefined && pause.untilAt <= work.now) await resume(work, order)
}

async function expirePool(work: Work, order: Order): Promise<void> {
  const pool = await findOpenPool(work.tx, order.id)
  if (pool === undefined || pool.deadlineAt > work.now) return
  await closePool(work.tx, order.id, work.now)
  work.audit({ action: 'orders.close-pool', subject: { kind: 'order', id: order.id }, details: { poolId: pool.id } })
  // Offers made before the pool was opened have their own deadlines.
  if ((await offersOf(work.tx, order.id)).some((offer) => offer.state === 'open')) return
  await escalateOrder(work, await fallBack(work, order, { reasonCode: 'unclaimed', reason: null }))
}

/** All calls were in vain, then the answer reached by the page, and still nobody judged. */
async function closeUnheard(work: Work, order: Order): Promise<void> {
  const answer = await findClosingAnswer(work.tx, order.id)
  if (answer === undefined) await escalateOrder(work, order)
  else await closeOrder(work, order, { as: 'not-evaluated', answerId: answer.id })
}

async function overdue(work: Work, order: Order): Promise<void> {
  switch (order.state) {
    case 'deferred': {
      const limits = await deadlines(work.tx, work.now)
      const change = {
        nextStep: 'triage',
        dueAt: limits.dueAfter('triage', order.urgency, work.now),
        reviewOn: null,
      } as const
      moveOrder(work, order, { move: 'review', to: 'submitted', change })
      return
    }
    case 'delivered':
    case 'confirmed':
      if (order.nextStep === 'visit' || (await findOpenFollowUp(work.tx, order.id)) !== undefined)
        await escalateOrder(work, order)
      else if (await wasCalledInVain(work.tx, order)) await closeUnheard(work, order)
      else await askSilentRequester(work, order)
      return
    case 'evaluated': {
      const answer = await findClosingAnswer(work.tx, order.id)
      if (answer === undefined) await escalateOrder(work, order)
      else await closeOrder(work, order, { as: 'evaluated', answerId: answer.id })
      return
    }
    case 'submitted':
    case 'dispatching':
    case 'offered':
    case 'accepted':
    case 'scheduled':
    case 'in_service':
    case 'answering':
    case 'closed':
      await escalateOrder(work, order)
  }
}
