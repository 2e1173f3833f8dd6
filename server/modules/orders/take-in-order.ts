import { findOrderable } from '#modules/catalogue/index.ts'
import { findUnit } from '#modules/orgs/index.ts'
import { dateIn } from '#platform/dates.ts'
import type { Work } from '#platform/work.ts'
import { startClocks } from './clock-rows.ts'
import { deadlines } from './deadlines.ts'
import { type LockedAhead, lockFor, moveOrder } from './move-order.ts'
import { type Order, roundOf, type Urgency } from './order.ts'

/**
 * Triage passes an order to dispatch (审单通过). The acceptance clock begins. An order for an agency's offering goes to the
 * centre, which alone may bind an agency; any other stays where it can be solved nearest (小事不出村，大事不出乡镇).
 */
export async function takeInOrder(
  work: Work,
  orderId: string,
  given: { note: string; risks: readonly string[]; agreementTriggers: readonly string[]; urgency: Urgency },
  ahead?: LockedAhead,
): Promise<Order> {
  const order = await lockFor(work, orderId, 'take-in', ahead)
  const limits = await deadlines(work.tx, work.now)
  const limitWorkingMinutes = limits.minutesOf('clock.acceptance', given.urgency)
  const clock = { kind: 'acceptance', round: roundOf(order), limitWorkingMinutes, at: work.now } as const
  const moved = moveOrder(work, order, {
    move: 'dispatch',
    to: 'dispatching',
    reason: given.note === '' ? null : given.note,
    change: {
      risks: given.risks,
      agreementTriggers: given.agreementTriggers,
      urgency: given.urgency,
      responsibleUnitId: await dispatchingUnit(work, order),
      nextStep: 'dispatch',
      dueAt: limits.dueAfter('dispatch', given.urgency, work.now),
    },
  })
  startClocks(work.tx, order.id, [clock], limits.calendar)
  return moved
}

async function dispatchingUnit(work: Work, order: Order): Promise<string> {
  if (order.offeringId === null) return order.responsibleUnitId
  const offering = await findOrderable(work.tx, order.offeringId, work.now)
  if (offering?.provider.kind !== 'agency') return order.responsibleUnitId
  const unit = await findUnit(work.tx, order.responsibleUnitId, dateIn(work.now))
  return unit?.path[0]?.id ?? order.responsibleUnitId
}
