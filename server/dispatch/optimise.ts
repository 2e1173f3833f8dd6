// The whole optimiser: search by ruin and recreate, column generation from its tours, branch and bound over all tours met. The plan
// carries a proven bound and the prices that prove it.
import { anneal, type Budget } from './anneal.ts'
import { addTour, columnPool, type ColumnPool } from './columns.ts'
import { generateColumns, openGeneration, type ColumnGeneration } from './column-generation.ts'
import { construct } from './construct.ts'
import { dive, type DiveLimits } from './dive.ts'
import { explainUnserved } from './explain.ts'
import { pricesOfPlan } from './first-prices.ts'
import { LpError, type LpSolver } from './lp.ts'
import { masterOf, type Master } from './master.ts'
import { modelOf, type Model } from './model.ts'
import type { Plan, PlanPrices } from './plan.ts'
import { columnsOf, driveColumns, poolingOf } from './pooling.ts'
import { priceHere, type PriceGroups, type PricingRound } from './price-groups.ts'
import { pricingScratch } from './pricing.ts'
import { pricingGroups } from './pricing-group.ts'
import { refuseFaultyProblem } from './problem-faults.ts'
import type { DispatchProblem } from './problem.ts'
import { randomOf, type Random } from './random.ts'
import { chooseColumns, costOfChoice, type Choice } from './restricted-master.ts'
import { costOfPlan, toursOfPlan } from './schedule.ts'
import { solve } from './solve.ts'
import { emptyTours, totalOf, type Tours } from './tours.ts'

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
  /** What searches of the same problem found, in the order in which they are to be merged; they replace the first search. */
  readonly searched?: readonly SearchedTours[]
  /** Prices in more threads than this one; called once with the master. */
  readonly price?: (master: Master) => PriceGroups
}

const ITERATIONS_USUAL = 20_000
const ROUNDS_USUAL = 200
const NODES_USUAL = 200
/** Shares of a budget in time after which the search and column generation end. */
const SEARCH_SHARE = 0.08
const LATE_SHARE = 0.3
const COLUMNS_SHARE = 0.65
const DIVE_SHARE = 0.9
const POLISH_SHARE = 0.06
/** The polish begins cold, so that it keeps what the master chose, and takes a share of the steps. */
const POLISH_TEMPERATURE_LEGS = 0.3
const POLISH_STEPS_SHARE = 0.25
/** More tours than can be taken one by one. */
const DIVE_STEPS_MAX = 2000
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

/** The master of a problem as `optimise` builds it: for threads that price for another one. */
export function masterOfProblem(problem: DispatchProblem): Master {
  const model = modelOf(problem)
  return masterOf(model, pricingGroups(model))
}

/** Tours met by a search, as plain numbers that may be sent between threads or stored to go on from. */
export interface SearchedTours {
  /** Each tour as its team-day's index, followed by its visits in order. */
  readonly tours: readonly (readonly number[])[]
  /** Which of them make up the best plan found. */
  readonly best: readonly number[]
  readonly cost: number
  readonly iterations: number
  readonly improvements: number
}

/** Searches by ruin and recreate alone and gives back every tour worth keeping: one thread's part of the work. */
export function searchTours(problem: DispatchProblem, seed: number, budget: Budget): SearchedTours {
  refuseFaultyProblem(problem)
  const model = modelOf(problem)
  const tours = emptyTours(model)
  construct(tours)
  const pool = columnPool(model, pricingGroups(model))
  const annealed = anneal(tours, { ...budget, look: poolingOf(pool) }, randomOf(seed))
  const best = columnsOf(pool, tours)
  return {
    tours: pool.columns.map((column) => [pool.groups[column.group]!.tours[0]!, ...column.visits]),
    best,
    cost: totalOf(tours),
    ...annealed,
  }
}

/** Puts what searches found into the pool, in their order, and drives the best of their plans. */
function takeSearched(run: Run, searched: readonly SearchedTours[]): void {
  const { pool, tours } = run
  let bestCost = totalOf(tours)
  let best: readonly number[] | undefined
  for (const one of searched) {
    const indices = one.tours.map(([tour, ...visits]) => addTour(pool, tour!, visits))
    run.iterations += one.iterations
    run.improvements += one.improvements
    if (one.cost >= bestCost) continue
    bestCost = one.cost
    best = one.best.map((at) => indices[at]!)
  }
  if (best) driveColumns(pool, tours, best)
}

/** One run: what its phases share. */
interface Run {
  readonly tours: Tours
  readonly pool: ColumnPool
  readonly master: Master
  readonly options: OptimiserOptions
  /** Share of a budget in time that is used; 0 for a budget in steps, 1 once cancelled. */
  readonly used: () => number
  iterations: number
  improvements: number
}

function optimiseTours(model: Model, options: OptimiserOptions): Plan {
  const { seed, solver, budget } = options
  const began = budget.clock?.() ?? 0
  const used = (): number => {
    if (budget.cancelled?.() === true) return 1
    return budget.millisecondsMax === undefined ? 0 : ((budget.clock?.() ?? 0) - began) / budget.millisecondsMax
  }
  const tours = emptyTours(model)
  construct(tours)
  const pool = columnPool(model, pricingGroups(model))
  const run: Run = { tours, pool, master: masterOf(model, pool.groups), options, used, iterations: 0, improvements: 0 }
  const random = randomOf(seed)
  if (options.searched) takeSearched(run, options.searched)
  else search(run, random, SEARCH_SHARE, 1)
  const first = columnsOf(pool, tours)
  const scratch = pricingScratch()
  const price = options.price?.(run.master) ?? ((round: PricingRound) => priceHere(run.master, scratch, round))
  const generation = openGeneration(pool, run.master, solver, price, first, pricesOfPlan(run.master, pool, first))
  try {
    generateColumns(generation, {
      roundsMax: budget.roundsMax ?? ROUNDS_USUAL,
      isOver: () => used() > COLUMNS_SHARE,
      isLate: () => used() > LATE_SHARE,
      onRound: () => budget.progress?.(used(), totalOf(tours), generation.bound),
    })
    const from = used()
    const dived = diveOrNothing(generation, {
      stepsMax: DIVE_STEPS_MAX,
      isOver: () => used() > DIVE_SHARE,
      used: () => (used() - from) / (DIVE_SHARE - from),
    })
    if (costOfChoice(run.master, pool, dived) < totalOf(tours)) driveColumns(pool, tours, dived)
  } finally {
    generation.lp.dispose()
  }
  search(run, random, POLISH_SHARE, POLISH_STEPS_SHARE, POLISH_TEMPERATURE_LEGS)
  choose(run, generation)
  budget.progress?.(1, totalOf(tours), generation.bound)
  return planOf(run, generation)
}

/** The plan at hand is good enough when the engine fails on the way down: a dive may only help. */
function diveOrNothing(generation: ColumnGeneration, limits: DiveLimits): number[] {
  try {
    return dive(generation, limits)
  } catch (error) {
    if (error instanceof LpError) return []
    throw error
  }
}

/** Ruin and recreate from the tours as they are; every tour met goes into the pool. */
function search(run: Run, random: Random, share: number, stepsShare: number, temperatureLegs?: number): void {
  const { tours, pool, options, used } = run
  const { budget } = options
  const before = used()
  const look = poolingOf(pool)
  const wanted = {
    ...searchBudget(budget, share, stepsShare),
    look,
    progress: (phase: number, cost: number): void => budget.progress?.(before + phase * share, cost),
  }
  const { iterations, improvements } = anneal(tours, wanted, random, temperatureLegs)
  run.iterations += iterations
  run.improvements += improvements
}

/** Branch and bound over the pool, from the tours as they are. */
function choose(run: Run, generation: ColumnGeneration): void {
  const { tours, pool, master, options, used } = run
  const { budget, solver } = options
  const columns = columnsOf(pool, tours)
  const incumbent: Choice = { columns, cost: costOfChoice(master, pool, columns) }
  if (used() >= 1 || incumbent.cost - generation.bound <= MIP_GAP_SHARE * incumbent.cost) return
  const secondsMax =
    budget.millisecondsMax === undefined ? undefined : ((1 - used()) * budget.millisecondsMax) / MILLISECONDS
  const choice = chooseColumns(
    pool,
    master,
    solver,
    incumbent,
    { prices: generation.boundPrices, bound: generation.bound },
    {
      nodesMax: budget.nodesMax ?? NODES_USUAL,
      gapShare: MIP_GAP_SHARE,
      ...(secondsMax === undefined ? {} : { secondsMax }),
    },
  )
  if (choice !== incumbent) driveColumns(pool, tours, choice.columns)
}

function searchBudget(budget: OptimiserBudget, share: number, stepsShare = 1): Budget {
  const { millisecondsMax, clock, cancelled } = budget
  const stop = cancelled ? { cancelled } : {}
  return millisecondsMax === undefined || !clock
    ? { iterationsMax: Math.ceil(stepsShare * (budget.iterationsMax ?? ITERATIONS_USUAL)), ...stop }
    : { millisecondsMax: share * millisecondsMax, clock, ...stop }
}

function planOf({ tours, options, iterations, improvements }: Run, generation: ColumnGeneration): Plan {
  const list = toursOfPlan(tours)
  const cost = costOfPlan(tours, list)
  return {
    tours: list,
    unserved: explainUnserved(tours),
    cost,
    // Cut off before the first round there is none.
    ...(Number.isFinite(generation.bound) ? { bound: boundBelow(generation.bound, cost.total) } : {}),
    prices: pricesByName(generation.master, generation.boundPrices, generation.pool),
    trace: { engine: OPTIMISER_VERSION, seed: options.seed, iterations, improvements },
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
