import { findUnit } from '#modules/orgs/index.ts'
import { holdsAny } from '#platform/actor.ts'
import { dateIn } from '#platform/dates.ts'
import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { findClosingAnswer, markReached } from './answer-rows.ts'
import { closeOrder } from './close-order.ts'
import { deadlines } from './deadlines.ts'
import {
  didDispatch,
  findFollowUp,
  type FollowUp,
  insertAttempt,
  insertFollowUp,
  updateFollowUp,
} from './follow-up-rows.ts'
import { recordEvaluation } from './judge-order.ts'
import type { Order } from './order.ts'
import { lockOrder, updateOrder } from './order-rows.ts'
import { partiesOf } from './parties.ts'
import { refuse } from './refusals.ts'

/** After so many recorded attempts a silent requester's order closes as "not evaluated" (design.md section 5). */
export const ATTEMPTS_MAX = 3

export interface Attempt {
  readonly result: 'spoke' | 'no-answer' | 'wrong-number' | 'call-later'
  readonly spokenTo: string | null
  readonly solved: boolean | null
  readonly stars: number | null
  readonly headcountHeard: number | null
  readonly note: string
}

/**
 * Records one attempt to call a requester. Who dispatched an order may not call for it. A conversation names who was spoken to
 * and is an answer that reached; for a silent requester it is also the evaluation.
 */
export async function recordAttempt(
  work: Work,
  followUpId: string,
  attempt: Attempt,
): Promise<{ attempts: number; state: 'open' | 'done' | 'exhausted' }> {
  // The order first, as everywhere: whoever judges it meanwhile holds its lock and wants the follow-up's.
  const { order, seen } = await lockWithOrder(work, followUpId)
  if (seen.state !== 'open') throw refuse('follow-up-done')
  const callerId = work.actor.personId!
  if (await didDispatch(work.tx, seen.orderId, callerId)) throw refuse('follow-up-own-dispatch')
  const spoke = attempt.result === 'spoke'
  if (spoke && attempt.spokenTo === null) throw refuse('spoken-to-needed', {}, { field: 'spokenTo' })
  if (spoke && attempt.solved === null) throw refuse('solved-needed', {}, { field: 'solved' })
  if (spoke && attempt.stars === null) throw refuse('stars-needed', {}, { field: 'stars' })
  const attempts = seen.attempts + 1
  const state = spoke ? 'done' : attempts >= ATTEMPTS_MAX ? 'exhausted' : 'open'
  await insertAttempt(work.tx, { ...attempt, id: newUuid7(work.now), followUpId, at: work.now, callerId })
  await updateFollowUp(work.tx, followUpId, {
    orderId: order.id,
    state,
    at: work.now,
    by: callerId,
    contacted: state === 'open' ? null : spoke,
    solved: attempt.solved,
    stars: attempt.stars,
    headcountHeard: attempt.headcountHeard,
    note: attempt.note,
  })
  work.audit({
    action: 'orders.follow-up',
    subject: { kind: 'order', id: order.id },
    details: { result: attempt.result, attempts },
  })
  if (spoke) await markReached(work.tx, order.id, { at: work.now, by: 'call', spokenTo: attempt.spokenTo })
  if (seen.kind === 'silent') await settleSilence(work, order, attempt, state)
  return { attempts, state }
}

async function lockWithOrder(work: Work, followUpId: string): Promise<{ order: Order; seen: FollowUp }> {
  const found = await findFollowUp(work.tx, followUpId)
  const order = found === undefined ? undefined : await lockOrder(work.tx, found.orderId)
  if (order === undefined) throw new Refusal('platform.not-found', 404, {})
  await requireCaller(work, order)
  return { order, seen: (await findFollowUp(work.tx, followUpId))! }
}

/** The calls are made by the callers of the centre, blind to who served (design.md section 5); nobody else records one. */
async function requireCaller(work: Work, order: Order): Promise<void> {
  if (holdsAny(work.actor, ['caller'])) return
  const isNothing = (await partiesOf(work, order)).size === 0
  throw isNothing ? new Refusal('platform.not-found', 404, {}) : new Refusal('platform.forbidden', 403, {})
}

/** A silent requester is called: the centre's callers become the next step, without anybody being blamed for the silence. */
export async function askSilentRequester(work: Work, order: Order): Promise<void> {
  const limits = await deadlines(work.tx, work.now)
  const dueAt = limits.dueAfter('call-requester', order.urgency, work.now)
  await insertFollowUp(work.tx, { id: newUuid7(work.now), orderId: order.id, kind: 'silent', at: work.now, dueAt })
  const unit = await findUnit(work.tx, order.responsibleUnitId, dateIn(work.now))
  const responsibleUnitId = unit?.path[0]?.id ?? order.responsibleUnitId
  await updateOrder(work.tx, order.id, { nextStep: 'call-requester', dueAt, responsibleUnitId })
  work.audit({ action: 'orders.ask-silent', subject: { kind: 'order', id: order.id }, details: { responsibleUnitId } })
}

async function settleSilence(
  work: Work,
  order: Order,
  attempt: Attempt,
  state: 'open' | 'done' | 'exhausted',
): Promise<void> {
  if (order.state !== 'delivered' && order.state !== 'confirmed') return
  if (state === 'done') {
    const judgement = { stars: attempt.stars!, solved: attempt.solved!, tags: [], note: attempt.note }
    await recordEvaluation(work, order, judgement, 'phone')
    return
  }
  if (state === 'open') return
  const answer = await findClosingAnswer(work.tx, order.id)
  if (answer !== undefined) {
    await closeOrder(work, order, { as: 'not-evaluated', answerId: answer.id })
    return
  }
  // Nobody was reached by phone: the station goes there (promise 2 knows no silent close).
  const limits = await deadlines(work.tx, work.now)
  const dueAt = limits.dueAfter('visit', order.urgency, work.now)
  await updateOrder(work.tx, order.id, { nextStep: 'visit', dueAt, responsibleUnitId: order.unitId })
  work.audit({
    action: 'orders.visit',
    subject: { kind: 'order', id: order.id },
    details: { responsibleUnitId: order.unitId },
  })
}
