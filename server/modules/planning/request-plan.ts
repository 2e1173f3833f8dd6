import { findUnit, listUnits } from '#modules/orgs/index.ts'
import { unitsHeld } from '#platform/actor.ts'
import { addDays, dateIn } from '#platform/dates.ts'
import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Read, Work } from '#platform/work.ts'
import { PLANNERS, READERS } from './permissions.ts'
import type { Absence, PlanKind, SomeWeights, Weights } from './plan.ts'
import { askToCancel, findPlan, insertPlan, type PlanRow } from './plan-rows.ts'
import { refuse } from './refusals.ts'
import { weightsOn } from './weights-rows.ts'

export interface PlanWish {
  readonly unitId: string
  readonly title: string
  readonly fromOn: string
  readonly untilOn: string
  readonly secondsMax: number
  readonly seed: number
  readonly weights?: SomeWeights | undefined
}

const DAYS_MAX = 42

/** Asks for a plan of a unit's open orders over some days. A worker makes it; nothing is offered before it is published. */
export async function requestPlan(work: Work, wish: PlanWish): Promise<PlanRow> {
  const unit = await findUnit(work.tx, wish.unitId, dateIn(work.now))
  if (unit === undefined || unit.kind === 'agency') throw refuse('unit-unknown', {}, { field: 'unitId' })
  if (!unitsHeld(work.actor, PLANNERS).has(wish.unitId)) throw new Refusal('platform.forbidden', 403, {})
  return insertWish(work, { ...wish, kind: 'plan', basedOnId: null, absences: [] })
}

/** The same days weighed otherwise (what if): a plan of its own, which never touches the first. */
export async function copyPlan(
  work: Work,
  planId: string,
  given: { title: string; weights: SomeWeights },
): Promise<PlanRow> {
  const plan = await planFor(work, planId, PLANNERS)
  const weights = { ...plan.weights, ...withoutUndefined(given.weights) }
  return insertWish(work, { ...plan, title: given.title, weights, kind: 'what-if', basedOnId: plan.id })
}

/**
 * Plans again after something happened: promised visits stay, unless their provider is absent; every other visit stays where it
 * was unless moving it saves more than the tax of a change.
 */
export async function replan(
  work: Work,
  planId: string,
  given: { title: string; absences: readonly Absence[] },
): Promise<PlanRow> {
  const plan = await planFor(work, planId, PLANNERS)
  if (plan.state !== 'ready' && plan.state !== 'published') throw refuse('not-ready')
  const today = dateIn(work.now)
  if (plan.untilOn < today) throw refuse('days-past', {}, { field: 'fromOn' })
  const fromOn = plan.fromOn < today ? today : plan.fromOn
  return insertWish(work, {
    ...plan,
    fromOn,
    title: given.title,
    absences: [...plan.absences, ...given.absences],
    kind: 're-plan',
    basedOnId: plan.id,
  })
}

async function insertWish(
  work: Work,
  wish: PlanWish & { kind: PlanKind; basedOnId: string | null; absences: readonly Absence[] },
): Promise<PlanRow> {
  const today = dateIn(work.now)
  if (wish.fromOn < today) throw refuse('days-past', {}, { field: 'fromOn' })
  if (wish.untilOn < wish.fromOn) throw refuse('days-reversed', {}, { field: 'untilOn' })
  if (wish.untilOn > addDays(wish.fromOn, DAYS_MAX - 1))
    throw refuse('days-too-many', { max: DAYS_MAX }, { field: 'untilOn' })
  const weights = { ...(await weightsOn(work.tx, wish.fromOn)), ...withoutUndefined(wish.weights ?? {}) }
  if (weights.dayEndsMinute <= weights.dayStartsMinute)
    throw refuse('day-empty', {}, { field: 'weights.dayEndsMinute' })
  const id = newUuid7(work.now)
  await insertPlan(work.tx, { ...wish, id, weights, createdBy: work.actor.personId!, at: work.now })
  work.audit({ action: 'planning.request', subject: { kind: 'plan', id }, details: { kind: wish.kind } })
  return (await findPlan(work.tx, id))!
}

/** Stops a plan that waits or runs; what a worker has found by then is thrown away. */
export async function cancelPlan(work: Work, planId: string): Promise<PlanRow> {
  const plan = await planFor(work, planId, PLANNERS)
  if (plan.state !== 'queued' && plan.state !== 'running') throw refuse('not-running')
  await askToCancel(work.tx, plan.id, work.now)
  work.audit({ action: 'planning.cancel', subject: { kind: 'plan', id: plan.id } })
  return (await findPlan(work.tx, plan.id))!
}

/** Weights and roads are the whole district's: only who plans for the centre sets them. */
export async function requireCentre({ tx, actor, now }: Work): Promise<void> {
  const [centre] = await listUnits(tx, { kind: 'centre', on: dateIn(now), limit: 1 })
  if (centre === undefined || !unitsHeld(actor, PLANNERS).has(centre.id))
    throw new Refusal('platform.forbidden', 403, {})
}

/** A plan that the actor may see, or change when asked with `PLANNERS`. Locked for a write. */
export async function planFor(seen: Read | Work, id: string, roles: readonly string[] = READERS): Promise<PlanRow> {
  const plan = await findPlan(seen.tx, id, 'enqueue' in seen ? 'for update' : 'no lock')
  if (plan === undefined || !unitsHeld(seen.actor, READERS).has(plan.unitId))
    throw new Refusal('platform.not-found', 404, {})
  if (!unitsHeld(seen.actor, roles).has(plan.unitId)) throw new Refusal('platform.forbidden', 403, {})
  return plan
}

function withoutUndefined(given: SomeWeights): Partial<Weights> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}
