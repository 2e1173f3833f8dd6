import { sendMessage } from '#modules/notifications/index.ts'
import { findPerson } from '#modules/people/index.ts'
import { leadersOf } from '#modules/teams/index.ts'
import { addWorkingMinutes } from '#platform/calendar.ts'
import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { candidatesFor } from './candidates.ts'
import { deadlines } from './deadlines.ts'
import { lockFor, moveOrder } from './move-order.ts'
import { closePool, findOpenPool, insertOffer, insertPool, offersOf, decideOffer, findOffer } from './offer-rows.ts'
import { closedGates, type Order, type Provider } from './order.ts'
import { lockOrder } from './order-rows.ts'
import { isEligible } from './rank-candidates.ts'
import { refuse } from './refusals.ts'

const REMINDERS_MAX = 2

/**
 * Dispatch (派单): binds one agency, or invites up to five teams at once, of which the first to accept has it. An agency may be
 * bound; a team is only ever invited (promise 3). The trace keeps what the dispatcher saw.
 */
export async function offerOrder(
  work: Work,
  orderId: string,
  given: { providers: readonly Provider[]; note: string },
): Promise<Order> {
  const order = await lockFor(work, orderId, 'offer')
  refuseClosedGates(order)
  if (await findOpenPool(work.tx, order.id)) throw refuse('pool-is-open')
  const agencies = given.providers.filter((provider) => provider.kind === 'agency')
  if (agencies.length > 0 && given.providers.length > 1) throw refuse('one-agency-only', {}, { field: 'providers' })
  return makeOffers(work, order, given.providers, {
    round: await nextRound(work, order.id),
    note: given.note,
    automatic: false,
  })
}

/**
 * Offers an order as a published plan says; the system acts for whoever published it. A promise that somebody gave already is
 * taken back by a person first (`reassignOrder`), because the resident was told of it.
 */
export async function offerPlanned(
  work: Work,
  orderId: string,
  planned: { provider: Provider; note: string; madeBy: string },
): Promise<Order> {
  const order = await lockOrder(work.tx, orderId)
  if (order === undefined) throw new Refusal('platform.not-found', 404, {})
  if (order.state !== 'dispatching') throw refuse('wrong-state', {}, { details: { state: order.state } })
  refuseClosedGates(order)
  if (await findOpenPool(work.tx, order.id)) throw refuse('pool-is-open')
  const { note, madeBy } = planned
  return makeOffers(work, order, [planned.provider], {
    round: await nextRound(work, order.id),
    note,
    automatic: false,
    madeBy,
  })
}

/** Writes the offers of one round; also used when an expired round is widened. */
export async function makeOffers(
  work: Work,
  order: Order,
  providers: readonly Provider[],
  how: { round: number; note: string; automatic: boolean; madeBy?: string | undefined },
): Promise<Order> {
  const ranking = await candidatesFor(work, order)
  const asked = new Set(
    (await offersOf(work.tx, order.id))
      .filter((offer) => offer.state === 'open')
      .map((offer) => offer.providerTeamId ?? offer.providerUnitId),
  )
  const limits = await deadlines(work.tx, work.now)
  const step = providers.some((provider) => provider.kind === 'team') ? 'offer-team' : 'offer-agency'
  const deadlineAt = limits.dueAfter(step, order.urgency, work.now)
  const reminderAfter = Math.floor(limits.minutesOf(step, order.urgency) / (REMINDERS_MAX + 1))
  for (const [index, provider] of providers.entries()) {
    const field = `providers.${index}`
    if (asked.has(provider.id)) throw refuse('already-asked', {}, { field })
    asked.add(provider.id)
    if (!isEligible(ranking, provider)) throw refuse('provider-not-eligible', {}, { field })
    await insertOffer(work.tx, {
      id: newUuid7(work.now),
      orderId: order.id,
      mode: provider.kind === 'agency' ? 'bound' : 'invited',
      provider,
      madeBy: how.madeBy ?? (how.automatic ? null : work.actor.personId),
      at: work.now,
      deadlineAt,
      nextReminderAt: addWorkingMinutes(work.now, reminderAfter, limits.calendar),
      round: how.round,
      trace: {
        note: how.note,
        automatic: how.automatic,
        shown: ranking.candidates.slice(0, 10),
        nearMisses: ranking.nearMisses.slice(0, 5),
        rejected: ranking.rejected,
      },
    })
    if (provider.kind === 'team') await tellLeaders(work, order, provider.id, 'offer-made')
  }
  return moveOrder(work, order, {
    move: 'offer',
    to: 'offered',
    reasonCode: how.automatic ? 'widened' : null,
    reason: how.note === '' ? null : how.note,
    change: { nextStep: 'await-offer', dueAt: deadlineAt },
  })
}

/** Opens the order to whoever claims it first (抢单): every eligible agency and team of the area sees it. */
export async function openPool(work: Work, orderId: string): Promise<Order> {
  const order = await lockFor(work, orderId, 'open-pool')
  refuseClosedGates(order)
  if (await findOpenPool(work.tx, order.id)) throw refuse('pool-is-open')
  return startPool(work, order, null)
}

export async function startPool(work: Work, order: Order, reasonCode: string | null): Promise<Order> {
  const limits = await deadlines(work.tx, work.now)
  const deadlineAt = limits.dueAfter('pool', order.urgency, work.now)
  await insertPool(work.tx, { id: newUuid7(work.now), orderId: order.id, at: work.now, deadlineAt })
  return moveOrder(work, order, {
    move: 'open-pool',
    to: 'offered',
    reasonCode,
    change: { nextStep: 'await-offer', dueAt: deadlineAt },
  })
}

/** Takes an open offer back; with nobody else asked the order returns to dispatch. */
export async function withdrawOffer(work: Work, offerId: string, reason: string): Promise<Order> {
  const offer = await findOffer(work.tx, offerId)
  if (offer === undefined) throw new Refusal('platform.not-found', 404, {})
  const order = await lockFor(work, offer.orderId, 'withdraw-offer')
  const fresh = await findOffer(work.tx, offerId)
  if (fresh?.state !== 'open') throw refuse('offer-gone')
  await decideOffer(work.tx, offerId, { state: 'withdrawn', at: work.now, by: work.actor.personId })
  // Of several offers one may be taken back without a move of the order.
  work.audit({ action: 'orders.withdraw-offer', subject: { kind: 'order', id: order.id }, details: { offerId } })
  if (offer.providerTeamId !== null) await tellLeaders(work, order, offer.providerTeamId, 'offer-withdrawn')
  return fallBackIfUnasked(work, order, { reasonCode: 'withdrawn', reason })
}

/** Back to dispatch when no offer is open and no pool. */
export async function fallBackIfUnasked(
  work: Work,
  order: Order,
  why: { reasonCode: string; reason: string | null },
): Promise<Order> {
  const open = (await offersOf(work.tx, order.id)).some((offer) => offer.state === 'open')
  if (open || (await findOpenPool(work.tx, order.id)) !== undefined) return order
  return fallBack(work, order, why)
}

export async function fallBack(
  work: Work,
  order: Order,
  why: { reasonCode: string; reason: string | null },
): Promise<Order> {
  const limits = await deadlines(work.tx, work.now)
  await closePool(work.tx, order.id, work.now)
  const dueAt = limits.dueAfter('dispatch', order.urgency, work.now)
  return moveOrder(work, order, {
    move: 'fall-back',
    to: 'dispatching',
    ...why,
    change: { nextStep: 'dispatch', dueAt },
  })
}

export async function tellLeaders(
  work: Work,
  order: Order,
  teamId: string,
  template: 'offer-made' | 'offer-reminder' | 'offer-withdrawn' | 'order-reminded' | 'service-called-off',
): Promise<void> {
  for (const { personId } of await leadersOf(work.tx, teamId)) {
    const leader = await findPerson(work.tx, personId)
    if (leader?.phone == null) continue
    const params = { number: order.number, link: '/team' }
    const subject = { kind: 'order', id: order.id }
    await sendMessage(work, {
      template,
      params,
      toPhone: leader.phone,
      toPersonId: personId,
      locale: leader.locale,
      subject,
    })
  }
}

function refuseClosedGates(order: Order): void {
  const gates = closedGates(order)
  if (gates.length > 0) throw refuse('gates-closed', {}, { details: { gates } })
}

async function nextRound(work: Work, orderId: string): Promise<number> {
  const offers = await offersOf(work.tx, orderId)
  return offers.reduce((round, offer) => Math.max(round, offer.round), 0) + 1
}
