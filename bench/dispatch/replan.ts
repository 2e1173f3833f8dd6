// Re-planning: one in twenty of the used team-days falls away, what is planned costs the tax to move.
import { countyOf } from '../../server/dispatch/county.ts'
import { checkPlan, type DispatchProblem, type Plan } from '../../server/dispatch/index.ts'
import { medians, rounded } from './figures.ts'

export interface Engine {
  readonly clock: () => number
  readonly plan: (
    problem: DispatchProblem,
    seed: number,
    millisecondsMax: number,
    isSearchOnly: boolean,
  ) => Promise<Plan>
}

const PLAN_MILLISECONDS = 8000
const REPLAN_MILLISECONDS = 2500
const TAX_MINUTES = 15
const CANCELLED_EVERY = 20

/** Seconds of a re-plan of week500, how many orders were hit, and how many others moved: with the tax and without it. */
export async function replanFigures(seeds: readonly number[], engine: Engine): Promise<Record<string, number>> {
  const runs: Record<string, number>[] = []
  for (const seed of seeds) runs.push(await replan(seed, engine))
  return medians(runs)
}

async function replan(seed: number, { clock, plan: planned }: Engine): Promise<Record<string, number>> {
  const problem = countyOf({ seed, orders: 500, days: 7 })
  const before = await planned(problem, seed, PLAN_MILLISECONDS, false)
  const cancelled = new Set(before.tours.filter((_, i) => i % CANCELLED_EVERY === 0).map(({ teamDay }) => teamDay))
  const teamDayOf = new Map(before.tours.flatMap((tour) => tour.stops.map((stop) => [stop.order!, tour.teamDay])))
  const hit = new Set([...teamDayOf].filter(([, teamDay]) => cancelled.has(teamDay)).map(([order]) => order))
  const after = withoutTeamDays(problem, cancelled)
  const taxed: DispatchProblem = {
    ...after,
    orders: after.orders.map((order) => {
      const teamDay = teamDayOf.get(order.id)
      return teamDay === undefined || hit.has(order.id)
        ? order
        : { ...order, current: { teamDay, changeMinutes: TAX_MINUTES } }
    }),
  }
  const began = clock()
  const plan = await planned(taxed, seed, REPLAN_MILLISECONDS, false)
  const seconds = (clock() - began) / 1000
  const free = await planned(after, seed, REPLAN_MILLISECONDS, false)
  return {
    seconds: rounded(seconds, 1),
    ordersHit: hit.size,
    unaffectedMoved: movedOf(plan, teamDayOf, hit),
    unaffectedMovedWithoutTax: movedOf(free, teamDayOf, hit),
    cost: rounded(plan.cost.total - TAX_MINUTES * movedOf(plan, teamDayOf, hit), 1),
    costWithoutTax: rounded(free.cost.total, 1),
    violations: checkPlan(taxed, plan).violations.length,
  }
}

function withoutTeamDays(problem: DispatchProblem, gone: ReadonlySet<string>): DispatchProblem {
  return {
    ...problem,
    teamDays: problem.teamDays.filter(({ id }) => !gone.has(id)),
    orders: problem.orders.map((order) =>
      order.teamDays ? { ...order, teamDays: order.teamDays.filter((id) => !gone.has(id)) } : order,
    ),
  }
}

/** Orders that were not hit and are elsewhere now, or nowhere. */
function movedOf(plan: Plan, before: ReadonlyMap<string, string>, hit: ReadonlySet<string>): number {
  const now = new Map(plan.tours.flatMap((tour) => tour.stops.map((stop) => [stop.order!, tour.teamDay])))
  return [...before].filter(([order, teamDay]) => !hit.has(order) && now.get(order) !== teamDay).length
}
