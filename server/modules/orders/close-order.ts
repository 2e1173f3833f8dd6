import { attendanceOf, minutesOf } from '#modules/attendance/index.ts'
import { award, lockBudget, pointsAwardedBetween, pointsFor, pointsRuleOn, recordMerit } from '#modules/points/index.ts'
import { addDays, dateIn, startOfDate } from '#platform/dates.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { deadlines } from './deadlines.ts'
import { insertFollowUp, wasCalled } from './follow-up-rows.ts'
import { findClosingAnswer } from './answer-rows.ts'
import { moveOrder } from './move-order.ts'
import { type Order, providerOf, roundOf } from './order.ts'
import { lastRefusedAt, lockOrder } from './order-rows.ts'
import { evaluationOf } from './order-views.ts'
import { isSampled } from './three-rates.ts'

/** Job that closes an evaluated order and awards those who served. */
export const CLOSE_ORDER = 'orders.close'

/** Closes an order that was evaluated, if its answer reached; run by a job, so twice is once. */
export async function closeEvaluated(work: Work, orderId: string): Promise<void> {
  const order = await lockOrder(work.tx, orderId)
  if (order === undefined || order.state !== 'evaluated') return
  const answer = await findClosingAnswer(work.tx, order.id)
  if (answer !== undefined) await closeOrder(work, order, { as: 'evaluated', answerId: answer.id })
}

/** Ends the order's life with the answer that reached (promise 2), awards (奖单) and draws the blind sample. */
export async function closeOrder(
  work: Work,
  order: Order,
  closing: { as: 'evaluated' | 'not-evaluated' | 'answered'; answerId: string },
): Promise<Order> {
  const closed = moveOrder(work, order, {
    move: 'close',
    to: 'closed',
    reasonCode: closing.as,
    change: {
      closingAnswerId: closing.answerId,
      closingAnswerReached: true,
      closedAt: work.now,
      closedAs: closing.as,
      nextStep: 'none',
      isWithLeader: false,
    },
  })
  if (closing.as === 'answered') return closed
  await awardOrder(work, closed)
  // Whoever was called for having kept silent is not called a second time.
  if ((await isSampled(work.tx, order.id, work.now)) && !(await wasCalled(work.tx, order))) {
    const limits = await deadlines(work.tx, work.now)
    const dueAt = limits.dueAfter('call-requester', order.urgency, work.now)
    await insertFollowUp(work.tx, { id: newUuid7(work.now), orderId: order.id, kind: 'sample', at: work.now, dueAt })
  }
  return closed
}

/** Key of a person's award for one round of an order; its reversal names the same key. */
export function awardKey(order: Pick<Order, 'id' | 'reopenings'>, personId: string): string {
  return `order-award:${order.id}:${roundOf(order)}:${personId}`
}

export function meritKey(order: Pick<Order, 'id' | 'reopenings'>): string {
  return `order-merit:${order.id}:${roundOf(order)}`
}

/**
 * Minutes by person of the service that was judged. A delivery that was disputed, and the round before a reopening, were
 * not what the requester confirmed.
 */
export async function minutesServed(work: Work, order: Pick<Order, 'id'>): Promise<Map<string, number>> {
  const since = await lastRefusedAt(work.tx, order.id)
  const minutes = new Map<string, number>()
  for (const served of await attendanceOf(work.tx, 'order', order.id)) {
    if (since !== null && served.checkedInAt < since) continue
    minutes.set(served.personId, (minutes.get(served.personId) ?? 0) + minutesOf(served))
  }
  return minutes
}

/** Points for each verified minute by the rule of the day, and a merit or performance entry for the provider. */
async function awardOrder(work: Work, order: Order): Promise<void> {
  const provider = providerOf(order)
  if (provider === null) return
  const subject = { kind: 'order', id: order.id }
  const today = dateIn(work.now)
  const rule = await pointsRuleOn(work.tx, today)
  const served = await minutesServed(work, order)
  if (served.size > 0) await lockBudget(work)
  for (const [personId, minutes] of served) {
    const already = await pointsAwardedBetween(work.tx, personId, startOfDate(today), startOfDate(addDays(today, 1)))
    const points = rule === undefined ? 0 : pointsFor(minutes, rule, already)
    if (points > 0) await award(work, { key: awardKey(order, personId), personId, points, subject })
  }
  const evaluation = await evaluationOf(work.tx, order.id, roundOf(order))
  await recordMerit(work, {
    key: meritKey(order),
    holder: provider.kind === 'team' ? { teamId: provider.id } : { unitId: provider.id },
    subject,
    peopleServed: order.actualHeadcount ?? 0,
    stars: evaluation?.stars ?? null,
  })
}
