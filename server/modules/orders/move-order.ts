import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { type Act, inState, isParty } from './acts.ts'
import { mayMove, type Order, type OrderMove, type OrderState } from './order.ts'
import { changeState, insertTransition, lockOrder, type OrderChange } from './order-rows.ts'
import { partiesOf } from './parties.ts'
import { refuse } from './refusals.ts'

export interface Move {
  readonly move: OrderMove
  readonly to: OrderState
  readonly change: OrderChange
  readonly reasonCode?: string | null
  readonly reason?: string | null
}

/**
 * Locks an order for an act, unless it was locked with the beginning of the write (`ahead`). Whoever is nothing to the order gets "not found", whoever may only look gets "forbidden", and
 * an act that comes too late or too early gets the state it met.
 */
export async function lockFor(work: Work, orderId: string, act: Act, ahead?: LockedAhead): Promise<Order> {
  const order = ahead === undefined ? await lockOrder(work.tx, orderId) : lockedOrder(ahead)
  const parties = order === undefined ? new Set<never>() : await partiesOf(work, order)
  if (order === undefined || parties.size === 0) throw new Refusal('platform.not-found', 404, {})
  if (!isParty(act, parties)) throw new Refusal('platform.forbidden', 403, {})
  if (!inState(act, order.state)) throw refuse('wrong-state', {}, { details: { state: order.state } })
  return order
}

/** What `orderLocked` gave with the beginning of a write: all null where there is no such order. */
export type LockedAhead = Order | { readonly id: null }

function lockedOrder(ahead: LockedAhead): Order | undefined {
  return ahead.id === null ? undefined : ahead
}

/**
 * The only place where an order changes its state: checks the move, writes the order and appends the transition with actor,
 * time and reason.
 * @returns the order as it now stands
 */
export function moveOrder(work: Work, order: Order, { move, to, change, reasonCode, reason }: Move): Order {
  if (!mayMove(move, order.state, to)) throw refuse('wrong-state', {}, { details: { state: order.state } })
  const version = changeState(work.tx, order, change, to)
  const moved = { ...order, ...withoutUndefined(change), state: to, version } as Order
  insertTransition(work.tx, {
    id: newUuid7(work.now),
    orderId: order.id,
    version,
    move,
    fromState: order.state,
    toState: to,
    at: work.now,
    actorKind: work.actor.kind,
    actorId: work.actor.personId,
    reasonCode: reasonCode ?? null,
    reason: reason ?? null,
    responsibleUnitId: moved.responsibleUnitId,
    dueAt: moved.dueAt,
  })
  work.audit({
    action: `orders.${move}`,
    subject: { kind: 'order', id: order.id },
    details: { from: order.state, to, ...(reasonCode != null && { reasonCode }) },
  })
  return moved
}

function withoutUndefined(change: OrderChange): OrderChange {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
}
