import { dateIn } from '#platform/dates.ts'
import { parseOrderNumber } from '#platform/order-number.ts'
import type { Work } from '#platform/work.ts'
import { endOpenPause, stopClocks } from './clock-rows.ts'
import { deadlines } from './deadlines.ts'
import { lockFor, moveOrder } from './move-order.ts'
import { releaseOrder } from './release-order.ts'
import { closeIfReached, writeAnswer } from './reach-requester.ts'
import type { Order, Outcome } from './order.ts'
import { findOrderByNumber } from './order-views.ts'
import { findOrder, lockOrder } from './order-rows.ts'
import { refuse } from './refusals.ts'

export type TriageExit = 'emergency' | 'legal-channel' | 'out-of-scope' | 'unlawful' | 'cannot-do'

// The exits of 北京市接诉即办工作条例 art. 11, and what they mean for the order.
const OUTCOME_OF: Record<TriageExit, Outcome> = {
  emergency: 'redirected',
  'legal-channel': 'redirected',
  'out-of-scope': 'redirected',
  unlawful: 'rejected',
  'cannot-do': 'cannot-do',
}

interface Ending {
  readonly outcome: Outcome
  readonly reasonCode: string
  readonly reason: string
  readonly alternative: string
  readonly reviewOn: string | null
  readonly mergedIntoId?: string
}

/** Ends an order by a legal exit. It stays open until its answer reached the requester (promise 2). */
export async function answerOut(
  work: Work,
  orderId: string,
  given: { exit: TriageExit; reason: string; alternative: string; reviewOn: string | null },
): Promise<Order> {
  const order = await lockFor(work, orderId, 'answer-out')
  if (given.exit === 'cannot-do') {
    if (given.alternative === '') throw refuse('alternative-needed', {}, { field: 'alternative' })
    if (given.reviewOn === null || given.reviewOn <= dateIn(work.now))
      throw refuse('review-date-past', {}, { field: 'reviewOn' })
  } else if (given.exit !== 'unlawful' && given.alternative === '') {
    throw refuse('alternative-needed', {}, { field: 'alternative' })
  }
  return endOrder(work, order, { ...given, outcome: OUTCOME_OF[given.exit], reasonCode: given.exit })
}

/** Merges a duplicate into another open order of the same district; its requester is told and can follow the other. */
export async function mergeOrder(
  work: Work,
  orderId: string,
  given: { intoNumber: string; reason: string },
): Promise<Order> {
  const number = parseOrderNumber(given.intoNumber)
  const into = number === null ? undefined : await findOrderByNumber(work.tx, number)
  // Both are locked, in one order everywhere: two that are merged into each other at once would end in a circle.
  for (const id of [orderId, into?.id ?? orderId].sort()) await lockOrder(work.tx, id)
  const order = await lockFor(work, orderId, 'merge')
  const target = into === undefined ? undefined : await findOrder(work.tx, into.id)
  if (target === undefined || target.id === order.id || target.state === 'closed' || target.outcome !== null) {
    throw refuse('merge-target', {}, { field: 'intoNumber' })
  }
  const ending = {
    outcome: 'merged',
    reasonCode: 'duplicate',
    alternative: target.number,
    reviewOn: null,
    mergedIntoId: target.id,
  } as const
  return endOrder(work, order, { ...ending, reason: given.reason })
}

/** The requester no longer wants it. Saying so on the own page or link is at once knowing that it ended. */
export async function cancelOrder(work: Work, orderId: string, reason: string): Promise<Order> {
  const order = await lockFor(work, orderId, 'cancel')
  const ended = await endOrder(work, order, {
    outcome: 'cancelled',
    reasonCode: 'cancelled',
    reason,
    alternative: '',
    reviewOn: null,
  })
  const byRequester = work.actor.kind === 'resident' || work.actor.kind === 'link'
  return byRequester ? closeIfReached(work, ended, { by: 'page-opened', spokenTo: null }) : ended
}

/** Cannot be solved yet (挂账): stays open and responsible, with a review date, and the requester is told why. */
export async function deferOrder(
  work: Work,
  orderId: string,
  given: { reason: string; alternative: string; reviewOn: string },
): Promise<Order> {
  const order = await lockFor(work, orderId, 'defer')
  if (given.alternative === '') throw refuse('alternative-needed', {}, { field: 'alternative' })
  if (given.reviewOn <= dateIn(work.now)) throw refuse('review-date-past', {}, { field: 'reviewOn' })
  await releaseOrder(work, order)
  await writeAnswer(work, order, {
    kind: 'deferral',
    text: given.reason,
    alternative: given.alternative,
    reviewOn: given.reviewOn,
  })
  return moveOrder(work, order, {
    move: 'defer',
    to: 'deferred',
    reason: given.reason,
    change: {
      reviewOn: given.reviewOn,
      nextStep: 'review',
      dueAt: new globalThis.Date(`${given.reviewOn}T09:00:00+08:00`),
      quotaMonth: null,
    },
  })
}

async function endOrder(work: Work, order: Order, ending: Ending): Promise<Order> {
  const limits = await deadlines(work.tx, work.now)
  await releaseOrder(work, order)
  await endOpenPause(work, order, limits.calendar)
  await stopClocks(work.tx, order.id, ['acceptance', 'resolution'], work.now, limits.calendar)
  await writeAnswer(work, order, {
    kind: 'outcome',
    text: ending.reason,
    alternative: ending.alternative,
    reviewOn: ending.reviewOn,
  })
  return moveOrder(work, order, {
    move: 'answer',
    to: 'answering',
    reasonCode: ending.reasonCode,
    reason: ending.reason,
    change: {
      outcome: ending.outcome,
      outcomeReason: ending.reason,
      ...(ending.mergedIntoId !== undefined && { mergedIntoId: ending.mergedIntoId }),
      reviewOn: ending.reviewOn,
      nextStep: 'reach-requester',
      dueAt: limits.dueAfter('reach-requester', order.urgency, work.now),
      quotaMonth: null,
      providerUnitId: null,
      providerTeamId: null,
      providerContactName: null,
      providerContactPhoneCipher: null,
      scheduledFrom: null,
      scheduledUntil: null,
    },
  })
}
