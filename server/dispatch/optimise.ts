// The whole optimiser: search by ruin and recreate, column generation from its tours, branch and bound over all tours met. The plan
// carries a proven bound and the prices that prove it.
import { anneal, type Annealed, type Budget } from './anneal.ts'
import { columnPool, type ColumnPool } from './columns.ts'
import { generateColumns, type ColumnGeneration } from './column-generation.ts'
import { construct } from './construct.ts'
import { explainUnserved } from './explain.ts'
import { pricesOfPlan } from './first-prices.ts'
import type { LpSolver } from './lp.ts'
import { masterOf, type Master } from './master.ts'
import { modelOf, type Model } from './model.ts'
import type { Plan, PlanPrices } from './plan.ts'
import { columnsOf, driveColumns, poolingOf } from './pooling.ts'
import { pricingGroups } from './pricing-group.ts'
import { refuseFaultyProblem } from './problem-faults.ts'
import type { DispatchProblem } from './problem.ts'
import { randomOf } from './random.ts'
import { chooseColumns, costOfChoice, type Choice } from './restricted-master.ts'
import { costOfPlan, toursOfPlan } from './schedule.ts'
import { solve } from './solve.ts'
import { emptyTours, type Tours } from './tours.ts'

/** Changes whenever the same problem, seed and budget may give another plan. */
const OPTIMISER_VERSION = 'columns-1'

/** A budget in steps gives the same plan everywhere; one in time depends on the machine. */
export interface OptimiserBudget {
  /** Steps of ruin and recreate. */
  readonly iterationsMax?: number
  /** Rounds of column generation. */
  readonly roundsMax?: number
  /** Nodes of branch and bound. */
  readonly nodesMax?: number
  readonly millisecondsMax?: number
  /** Milliseconds of a clock that never goes back; needed with `millisecondsMax`. */
  readonly clock?: () => number
  readonly cancelled?: () => boolean
  /** Told how far it is, the cost of the best plan and, once known, the bound. */
  readonly progress?: (share: number, cost: number, bound?: number) => void
}

export interface OptimiserOptions {
  readonly seed: number
  readonly solver: LpSolver
  readonly budget: OptimiserBudget
}

const ITERATIONS_USUAL = 20_000
const ROUNDS_USUAL = 200
const NODES_USUAL = 200
/** Shares of a budget in time after which the search and column generation end. */
const SEARCH_SHARE = 0.2
const COLUMNS_SHARE = 0.65
const MIP_GAP_SHARE = 1e-4
const MILLISECONDS = 1000

/**
 * Plans with a proven bound. Problems whose tours cannot be judged alone (linked visits, soft windows, kit) are searched only and get
 * no bound. Throws as `solve` does, and `LpError` when the engine fails.
 */
export function optimise(problem: DispatchProblem, options: OptimiserOptions): Plan {
  refuseFaultyProblem(problem)
  const model = modelOf(problem)
  if (problem.links.length > 0 || problem.objective.lateness || model.hasKit)
    return solve(problem, { seed: options.seed, budget: searchBudget(options.budget, 1) })
  return optimiseTours(model, options)
}

function optimiseTours(model: Model, { seed, solver, budget }: OptimiserOptions): Plan {
  const began = budget.clock?.() ?? 0
  const elapsed = (): number => (budget.clock?.() ?? 0) - began
  const tours = emptyTours(model)
  construct(tours)
  const pool = columnPool(model, pricingGroups(model))
  const searched = anneal(tours, { ...searchBudget(budget, SEARCH_SHARE), look: poolingOf(pool) }, randomOf(seed))
  const first = columnsOf(pool, tours)
  const master = masterOf(model, pool.groups)
  const generation = generateColumns(pool, solver, {
    roundsMax: budget.roundsMax ?? ROUNDS_USUAL,
    first,
    prices: pricesOfPlan(master, pool, first),
    isOver: () =>
      budget.cancelled?.() === true ||
      (budget.millisecondsMax !== undefined && elapsed() > COLUMNS_SHARE * budget.millisecondsMax),
  })
  const incumbent: Choice = { columns: first, cost: costOfChoice(master, pool, first) }
  const seconds = budget.millisecondsMax === undefined ? undefined : (budget.millisecondsMax - elapsed()) / MILLISECONDS
  const choice = chooseColumns(
    pool,
    master,
    solver,
    incumbent,
    { prices: generation.boundPrices, bound: generation.bound },
    {
      nodesMax: budget.nodesMax ?? NODES_USUAL,
      gapShare: MIP_GAP_SHARE,
      ...(seconds === undefined ? {} : { secondsMax: Math.max(1, seconds) }),
    },
  )
  if (choice !== incumbent) driveColumns(pool, tours, choice.columns)
  return planOf(tours, generation, seed, searched)
}

function searchBudget(budget: OptimiserBudget, share: number): Budget {
  const { millisecondsMax, clock, cancelled } = budget
  const stop = cancelled ? { cancelled } : {}
  return millisecondsMax === undefined || !clock
    ? { iterationsMax: budget.iterationsMax ?? ITERATIONS_USUAL, ...stop }
    : { millisecondsMax: share * millisecondsMax, clock, ...stop }
}

function planOf(tours: Tours, generation: ColumnGeneration, seed: number, searched: Annealed): Plan {
  const list = toursOfPlan(tours)
  const cost = costOfPlan(tours, list)
  return {
    tours: list,
    unserved: explainUnserved(tours),
    cost,
    bound: boundBelow(generation.bound, cost.total),
    prices: pricesByName(generation.master, generation.boundPrices, generation.pool),
    trace: { engine: OPTIMISER_VERSION, seed, ...searched },
  }
}

/** Sums of thousands of decimals carry noise: only that much is taken off a bound above the cost. A greater excess would be a fault. */
const NOISE_SHARE = 1e-9

const boundBelow = (bound: number, cost: number): number =>
  bound > cost && bound - cost <= NOISE_SHARE * Math.abs(cost) ? cost : bound

function pricesByName(master: Master, prices: Float64Array, pool: ColumnPool): PlanPrices {
  const { problem } = master.model
  const names = <T>(list: readonly T[], entryOf: (one: T, index: number) => [string, number]): Record<string, number> =>
    Object.fromEntries(list.map((one, index) => entryOf(one, index)).filter(([, price]) => price !== 0))
  const teamIds = new Map(problem.teamDays.map(({ team }, v) => [team, master.model.teamOf[v]!]))
  return {
    orders: names(problem.orders, ({ id }, order) => [id, prices[order]!]),
    teamDays: names(problem.teamDays, ({ id }, v) => {
      const group = pool.groupOfTour[v]!
      return [id, group < 0 ? 0 : -prices[master.groupRow + group]!]
    }),
    teamMinutes: names([...teamIds], ([team, index]) => {
      const row = master.teamRow[index]!
      return [team, row < 0 ? 0 : -prices[row]!]
    }),
    villages: names(problem.coverage, ({ village }, w) => [village, prices[master.villageRow + w]!]),
  }
}
