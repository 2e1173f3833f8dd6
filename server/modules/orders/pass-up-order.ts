import { findUnit, listUnits } from '#modules/orgs/index.ts'
import { dateIn } from '#platform/dates.ts'
import type { Work } from '#platform/work.ts'
import { deadlines, type LimitedStep } from './deadlines.ts'
import { lockFor, moveOrder } from './move-order.ts'
import type { NextStep, Order } from './order.ts'
import { refuse } from './refusals.ts'

const LIMIT_OF: Record<NextStep, LimitedStep> = {
  triage: 'triage',
  dispatch: 'dispatch',
  'await-offer': 'offer-agency',
  'contact-requester': 'contact-requester',
  serve: 'finish-service',
  'finish-service': 'finish-service',
  confirm: 'confirm',
  evaluate: 'evaluate',
  'call-requester': 'call-requester',
  'reach-requester': 'reach-requester',
  visit: 'visit',
  review: 'triage',
  close: 'close',
  none: 'close',
}

/** It cannot be solved at this level (上报): the unit above becomes responsible. */
export async function passUpOrder(work: Work, orderId: string, reason: string): Promise<Order> {
  const order = await lockFor(work, orderId, 'pass-up')
  const above = await unitAbove(work, order.responsibleUnitId)
  if (above === null) throw refuse('top-level')
  return rise(work, order, above, { reasonCode: 'passed-up', reason })
}

/**
 * An overdue step moves the responsibility itself one level up; it does not only send mail. At the top nobody is above: the
 * matter lies with the centre's named leader and stays overdue, for everybody to see, until somebody acts.
 * @param isAgencys an agency has it or let its offer expire: no station or institute stands above an agency, the centre does
 */
export async function escalateOrder(
  work: Work,
  order: Order,
  isAgencys = order.providerUnitId !== null,
): Promise<Order> {
  const above = isAgencys
    ? await centreAbove(work, order.responsibleUnitId)
    : await unitAbove(work, order.responsibleUnitId)
  if (above !== null) return rise(work, order, above, { reasonCode: 'overdue', reason: null })
  return moveOrder(work, order, {
    move: 'escalate',
    to: order.state,
    reasonCode: 'with-leader',
    change: { isWithLeader: true, escalationLevel: order.escalationLevel + 1 },
  })
}

async function rise(
  work: Work,
  order: Order,
  unitId: string,
  why: { reasonCode: 'overdue' | 'passed-up'; reason: string | null },
): Promise<Order> {
  const limits = await deadlines(work.tx, work.now)
  return moveOrder(work, order, {
    move: 'escalate',
    to: order.state,
    ...why,
    change: {
      responsibleUnitId: unitId,
      escalationLevel: why.reasonCode === 'overdue' ? order.escalationLevel + 1 : order.escalationLevel,
      dueAt: limits.dueAfter(LIMIT_OF[order.nextStep], order.urgency, work.now),
    },
  })
}

/** The centre, or null when the unit is the centre itself. */
export async function centreAbove(work: Work, unitId: string): Promise<string | null> {
  const unit = await findUnit(work.tx, unitId, dateIn(work.now))
  return unit === undefined || unit.path.length < 2 ? null : unit.path[0]!.id
}

async function unitAbove(work: Work, unitId: string): Promise<string | null> {
  const on = dateIn(work.now)
  const unit = await findUnit(work.tx, unitId, on)
  if (unit !== undefined) return unit.path.at(-2)?.id ?? null
  // It ended in the moment in which the order came to it: the centre has it then.
  const [centre] = await listUnits(work.tx, { kind: 'centre', on, limit: 1 })
  return centre?.id ?? null
}
