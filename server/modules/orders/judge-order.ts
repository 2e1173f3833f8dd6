import { confirmHours, disputeHours } from '#modules/hours/index.ts'
import { reverseAward, reverseMerit } from '#modules/points/index.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { markReached } from './answer-rows.ts'
import { restartClock, startClocks, stopClocks } from './clock-rows.ts'
import { awardKey, CLOSE_ORDER, meritKey, minutesServed } from './close-order.ts'
import { deadlines } from './deadlines.ts'
import { noteEvaluation } from '#modules/records/index.ts'
import { insertEvaluation } from './evaluation-rows.ts'
import { lockFor, moveOrder } from './move-order.ts'
import { withdrawOffers } from './offer-rows.ts'
import { type Order, REOPENINGS_MAX, roundOf } from './order.ts'
import { closeOpenFollowUps, findOpenFollowUp } from './follow-up-rows.ts'
import { tellRequester } from './reach-requester.ts'
import { refuse } from './refusals.ts'

const BACK_TO_DISPATCH = {
  providerUnitId: null,
  providerTeamId: null,
  providerContactName: null,
  providerContactPhoneCipher: null,
  scheduledFrom: null,
  scheduledUntil: null,
  serviceStartedAt: null,
  deliveredAt: null,
  actualHeadcount: null,
  deliveryResult: null,
  headcountConfirmedAt: null,
} as const

/** The requester, or the keeper for a group, confirms that it was done and for how many people. */
export async function confirmOrder(
  work: Work,
  orderId: string,
  given: { actualHeadcount: number | null },
): Promise<Order> {
  const order = await lockFor(work, orderId, 'confirm')
  const limits = await deadlines(work.tx, work.now)
  await reachedByPage(work, order)
  await confirmHours(work, order.id, [order.requesterId, work.actor.personId])
  // A call that is under way stays the next step, with its own limit: the time for judging alone is over.
  const isCalled = (await findOpenFollowUp(work.tx, order.id)) !== undefined
  const since = order.nextStep === 'confirm' ? (order.deliveredAt ?? work.now) : work.now
  const evaluate = { nextStep: 'evaluate', dueAt: limits.dueAfter('evaluate', order.urgency, since) } as const
  return moveOrder(work, order, {
    move: 'confirm',
    to: 'confirmed',
    change: {
      ...(given.actualHeadcount !== null && { actualHeadcount: given.actualHeadcount }),
      headcountConfirmedAt: work.now,
      ...(isCalled ? {} : evaluate),
    },
  })
}

/** It was not done: back to dispatch, without using up the requester's one reopening. */
export async function disputeOrder(work: Work, orderId: string, reason: string): Promise<Order> {
  const order = await lockFor(work, orderId, 'dispute')
  const limits = await deadlines(work.tx, work.now)
  await reachedByPage(work, order)
  const back = moveOrder(work, order, {
    move: 'dispute',
    to: 'dispatching',
    reason,
    change: { ...BACK_TO_DISPATCH, nextStep: 'dispatch', dueAt: limits.dueAfter('dispatch', order.urgency, work.now) },
  })
  await withdrawAccepted(work, order)
  await disputeHours(work, order.id, reason)
  await closeOpenFollowUps(work.tx, order.id, work.now)
  // What was not done did not take until the delivery: the time went on.
  await restartClock(work.tx, order.id, 'resolution', roundOf(order))
  return back
}

export interface Judgement {
  readonly stars: number
  readonly solved: boolean
  readonly tags: readonly string[]
  readonly note: string
}

/** The requester judges (评单), on the page; a caller may record the same on the phone (`follow-up.ts`). */
export async function evaluateOrder(work: Work, orderId: string, judgement: Judgement): Promise<Order> {
  const order = await lockFor(work, orderId, 'evaluate')
  await reachedByPage(work, order)
  return recordEvaluation(work, order, judgement, work.actor.kind === 'link' ? 'link' : 'account')
}

/** Writes the evaluation and lets a job close the order. */
export async function recordEvaluation(
  work: Work,
  order: Order,
  judgement: Judgement,
  byChannel: 'link' | 'account' | 'phone',
): Promise<Order> {
  const limits = await deadlines(work.tx, work.now)
  await insertEvaluation(work.tx, {
    ...judgement,
    id: newUuid7(work.now),
    orderId: order.id,
    round: roundOf(order),
    byChannel,
    recordedBy: work.actor.personId,
    at: work.now,
  })
  if (judgement.solved) await confirmHours(work, order.id, [order.requesterId, work.actor.personId])
  noteEvaluation(work.tx, {
    orderId: order.id,
    orderNumber: order.number,
    unitId: order.unitId,
    stars: judgement.stars,
    solved: judgement.solved,
    at: work.now,
  })
  await closeOpenFollowUps(work.tx, order.id, work.now)
  work.enqueue({ name: CLOSE_ORDER, data: { orderId: order.id } })
  return moveOrder(work, order, {
    move: 'evaluate',
    to: 'evaluated',
    change: {
      headcountConfirmedAt: work.now,
      nextStep: 'close',
      dueAt: limits.dueAfter('close', order.urgency, work.now),
    },
  })
}

/** Not solved after all: once. What was awarded is reversed, the clocks of a second round begin. */
export async function reopenOrder(work: Work, orderId: string, reason: string): Promise<Order> {
  const order = await lockFor(work, orderId, 'reopen')
  if (order.reopenings >= REOPENINGS_MAX || order.outcome === 'cancelled') throw refuse('reopening-used-up')
  if (order.state === 'closed') await reverseAwards(work, order)
  await reachedByPage(work, order)
  const limits = await deadlines(work.tx, work.now)
  const to = order.state === 'closed' || order.state === 'answering' ? 'submitted' : 'dispatching'
  const step = to === 'submitted' ? 'triage' : 'dispatch'
  const reopened = moveOrder(work, order, {
    move: 'reopen',
    to,
    reason,
    change: {
      ...BACK_TO_DISPATCH,
      reopenings: order.reopenings + 1,
      outcome: null,
      outcomeReason: null,
      mergedIntoId: null,
      reviewOn: null,
      closingAnswerId: null,
      closingAnswerReached: null,
      closedAt: null,
      closedAs: null,
      nextStep: step,
      dueAt: limits.dueAfter(step, order.urgency, work.now),
    },
  })
  await withdrawAccepted(work, order)
  await closeOpenFollowUps(work.tx, order.id, work.now)
  // Who reopens an answer on the page has been reached by it; the round's other clocks end with the round.
  await stopClocks(work.tx, order.id, ['first-contact', 'acceptance', 'resolution'], work.now, limits.calendar)
  for (const kind of [
    'first-contact',
    'resolution',
    ...(to === 'dispatching' ? (['acceptance'] as const) : []),
  ] as const) {
    const clock = {
      kind,
      round: roundOf(reopened),
      limitWorkingMinutes: limits.minutesOf(`clock.${kind}`, order.urgency),
      at: work.now,
    }
    startClocks(work.tx, order.id, [clock], limits.calendar)
  }
  await tellRequester(work, reopened, 'order-reopened')
  return reopened
}

async function reverseAwards(work: Work, order: Order): Promise<void> {
  for (const personId of (await minutesServed(work, order)).keys()) await reverseAward(work, awardKey(order, personId))
  await reverseMerit(work, meritKey(order))
}

/** Whoever acts on the page has read the answer there. */
async function reachedByPage(work: Work, order: Order): Promise<void> {
  if (work.actor.kind === 'resident' || work.actor.kind === 'link') {
    await markReached(work.tx, order.id, { at: work.now, by: 'page-opened', spokenTo: null })
  }
}

async function withdrawAccepted(work: Work, order: Order): Promise<void> {
  await withdrawOffers(work.tx, order.id, work.now, work.actor.personId, { accepted: true })
}
