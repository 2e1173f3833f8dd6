import { translator } from '#i18n/translate.ts'
import type { Work } from '#platform/work.ts'
import {
  type DispatchProblem,
  PinConflictError,
  pinConflicts,
  type Plan,
  ProblemError,
  solve,
} from '../../dispatch/index.ts'
import { PLANNERS } from './permissions.ts'
import { teamDayOf } from './plan.ts'
import { inputOf, type PlanRow, rewriteCost } from './plan-rows.ts'
import { orderNames, visitsOf } from './plan-views.ts'
import { unservedIn, visitsIn } from './read-result.ts'
import { refuse } from './refusals.ts'
import { planFor } from './request-plan.ts'
import { unpackProblem } from './store-problem.ts'
import { teamDayId } from './plan.ts'
import { replaceVisits } from './visit-rows.ts'

/** Enough for the engine to put each tour into its best order, with every visit pinned to its team-day. */
const ITERATIONS = 2_000

export interface Moved {
  readonly planId: string
  /** What the plan costs more, in equivalent minutes; negative when it costs less. */
  readonly addedMinutes: number
}

/**
 * Moves one visit to another provider or day, or out of the plan (`teamDay: null`), with all others kept where they are; times
 * within the two tours may shift.
 * @param isTrial only says what it would cost
 */
export async function moveVisit(
  work: Work,
  planId: string,
  orderId: string,
  given: { teamDay: string | null; isTrial: boolean; version: number },
): Promise<Moved> {
  const plan = await planFor(work, planId, PLANNERS)
  if (plan.state !== 'ready') throw refuse('not-ready')
  if (!given.isTrial && plan.version !== given.version) throw refuse('changed-meanwhile')
  const problem = unpackProblem(await inputOf(work.tx, plan.id))
  const order = problem.orders.find((one) => one.id === orderId)
  if (order === undefined) throw refuse('order-not-planned', {}, { field: 'orderId' })
  if (order.pin !== undefined) throw refuse('visit-is-promised')
  const target = given.teamDay
  if (target !== null && !(order.teamDays ?? []).includes(target))
    throw refuse('not-eligible', {}, { field: 'teamDay' })
  const next = await rearranged(work, plan, problem, orderId, target)
  const addedMinutes = Math.round((next.cost.total - plan.cost!['total']!) * 10) / 10
  if (!given.isTrial) {
    await replaceVisits(work.tx, plan.id, visitsIn(problem, next), unservedIn(problem, next))
    await rewriteCost(work.tx, plan.id, next.cost)
    work.audit({
      action: 'planning.move',
      subject: { kind: 'plan', id: plan.id },
      details: { orderId, teamDay: target, addedMinutes },
    })
  }
  return { planId: plan.id, addedMinutes }
}

async function rearranged(
  work: Work,
  plan: PlanRow,
  problem: DispatchProblem,
  orderId: string,
  target: string | null,
): Promise<Plan> {
  const at = new Map<string, string | null>(
    (await visitsOf(work.tx, plan.id, work.now)).map((visit) => [
      visit.orderId,
      teamDayId({ ...visit, kind: visit.providerKind, id: visit.providerId }),
    ]),
  )
  at.set(orderId, target)
  const orders = problem.orders.map((order) => {
    if (order.pin !== undefined) return order
    const teamDay = at.get(order.id) ?? null
    return teamDay === null ? { ...order, teamDays: [] } : { ...order, pin: { teamDay } }
  })
  try {
    return solve({ ...problem, orders }, { seed: plan.seed, budget: { iterationsMax: ITERATIONS } })
  } catch (error) {
    if (error instanceof ProblemError && error.faults.every(({ code }) => code === 'pins-over-limit'))
      throw refuse('over-limit', {}, { field: 'teamDay' })
    if (!(error instanceof PinConflictError)) throw error
    const { day } = teamDayOf(error.teamDay)
    const [conflict] = pinConflicts({ ...problem, orders })
    const visits = await orderNames(work.tx, conflict?.orders ?? error.orders)
    const t = translator(work.actor.locale)
    const named = visits.map(({ title }) => t('planning.quoted', { title })).join(t('planning.list-joint'))
    throw refuse('does-not-fit', { day, visits: named }, { field: 'teamDay' })
  }
}
