// The whole optimiser: search by ruin and recreate, column generation from its tours, branch and bound over all tours met. The plan
// carries a proven bound and the prices that prove it.
import { anneal, type Budget } from './anneal.ts'
import { addTour, columnPool, type ColumnPool } from './columns.ts'
import { generateColumns, openGeneration, type ColumnGeneration } from './column-generation.ts'
import { construct } from './construct.ts'
import { dive } from './dive.ts'
import { enumerateTours } from './enumerate.ts'
import { explainUnserved } from './explain.ts'
import { pricesOfPlan } from './first-prices.ts'
import { improveParts } from './improve-parts.ts'
import { LpError, type LpSolver } from './lp.ts'
import { masterOf, type Master } from './master.ts'
import { modelOf, type Model } from './model.ts'
import type { Plan, PlanPrices } from './plan.ts'
import { columnsOf, driveColumns, poolingOf } from './pooling.ts'
import { priceHere, type PriceGroups, type PricingRound } from './price-groups.ts'
import { pricingScratch } from './pricing.ts'
import { caseRooms } from './pricing-case.ts'
import { pricingGroups } from './pricing-group.ts'
import { refuseFaultyProblem } from './problem-faults.ts'
import type { DispatchProblem } from './problem.ts'
import { randomOf, type Random } from './random.ts'
import { chooseColumns, costOfChoice, proofOfPool, type Choice } from './restricted-master.ts'
import { costOfPlan, toursOfPlan } from './schedule.ts'
import { solve } from './solve.ts'
import { emptyTours, totalOf, type Tours } from './tours.ts'

/** Changes whenever the same problem, seed and budget may give another plan. */
const OPTIMISER_VERSION = 'columns-2'

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
  /** Only searches and chooses among what was found: for long tours, which are too many to be priced. There is no bound then. */
  readonly isSearchOnly?: boolean
  /** Prices in more threads than this one; called once with the master. */
  readonly price?: (master: Master) => PriceGroups
}

const ITERATIONS_USUAL = 20_000
const ROUNDS_USUAL = 200
const NODES_USUAL = 200
/** Parts between two searches. */
const PARTS_USUAL = 12
const SEARCH_AGAIN_SHARE = 0.04
/** A plan whose tours are chosen best and that is so near to its bound is not worked on for the rest of the time. */
const NEAR_SHARE = 0.001
/** Shares of a budget in time after which the search and column generation end. */
const SEARCH_SHARE = 0.08
const LATE_SHARE = 0.3
/** From this share of unserved orders on a plan is tight. */
const TIGHT_SHARE = 0.03
const COLUMNS_SHARE = 0.65
/** The same while the bound is still far from the LP's optimum: a bound cut off early says little. */
const COLUMNS_SHARE_MAX = 0.85
const FAR_SHARE = 0.005
/** From this share on a bound that is rough, but much nearer to the LP than the plan is, leaves the time to the dive; any, where it is tight. */
const ROUGH_FROM_SHARE = 0.35
const ROUGH_SHARE = 0.07
const ROUGH_UNTIL_SHARE_TIGHT = 0.56
/** The rounds that were put off for the dive end here, or once the bound is that near; then there may be time for a second dive. */
const BOUND_SHARE = 0.93
const NEAR_LP_SHARE = 0.15
const DIVE_SHARE = 0.12
const DIVE_AGAIN_UNTIL_SHARE = 0.85
const POLISH_SHARE = 0.06
/** The polish begins cold, so that it keeps what the master chose, and takes a share of the steps. */
const POLISH_TEMPERATURE_LEGS = 0.3
const POLISH_STEPS_SHARE = 0.25
/** More tours than can be taken one by one. */
const DIVE_STEPS_MAX = 2000
const MIP_GAP_SHARE = 1e-4
/** Without pricing: the share of the first search where no threads searched before, and of the rest for choosing among tours. */
const LONE_SEARCH_SHARE = 0.75
const RECOMBINE_SHARE = 0.4
/** Share of the time left that branch and bound over the whole may take before the parts. */
const WHOLE_SHARE = 0.25
/** The same where the tours of cheaper plans were written down, how many these may be, and up to which shares of the gap is tried. */
const ALL_SHARE = 0.6
const ENUMERATED_MAX = 25_000
const ENUMERATION_STEPS_MAX = 1_000_000
const REACHES = [1, 0.5, 0.25]
const MILLISECONDS = 1000
/** Of the tours that a search met, so many of the last are handed on: more make the linear programme over them slow. */
const SEARCHED_MAX = 10_000

/**
 * Plans with a proven bound. Problems whose tours cannot be judged alone (linked visits, soft windows, kit) are searched only and get
 * no bound; where the engine fails the plan is what was found without it, with the bound proven until then. Throws as `solve` does.
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
  // The later a tour was met, the colder the search was.
  const handed = [...new Set([...best, ...Array.from(pool.columns.keys()).slice(-SEARCHED_MAX)])]
  return {
    tours: handed.map((index) => [pool.groups[pool.columns[index]!.group]!.tours[0]!, ...pool.columns[index]!.visits]),
    best: best.map((_, at) => at),
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
  else search(run, random, options.isSearchOnly === true ? LONE_SEARCH_SHARE : SEARCH_SHARE, 1)
  if (options.isSearchOnly === true) return recombine(run, random)
  const first = columnsOf(pool, tours)
  const isTight = tours.unservedCount > TIGHT_SHARE * model.orderCount
  const scratch = pricingScratch()
  const price = options.price?.(run.master) ?? ((round: PricingRound) => priceHere(run.master, scratch, round))
  const generation = orElse(undefined, () =>
    openGeneration(pool, run.master, solver, price, {
      columns: isTight ? [...pool.columns.keys()] : first,
      prices: pricesOfPlan(run.master, pool, first),
      isTight,
    }),
  )
  if (generation === undefined) return searchOn(run, random)
  try {
    const isRoughAndLate = (): boolean =>
      (used() > ROUGH_FROM_SHARE && isRough(run, generation, ROUGH_SHARE)) ||
      (isTight && used() > ROUGH_UNTIL_SHARE_TIGHT)
    roundsUntil(run, generation, () => used() > shareOfColumns(generation) || isRoughAndLate())
    const isCutShort = isRoughAndLate()
    diveAndPolish(run, generation, random)
    if (isCutShort) {
      roundsUntil(run, generation, () => used() > BOUND_SHARE || isRough(run, generation, NEAR_LP_SHARE))
      if (used() < DIVE_AGAIN_UNTIL_SHARE) diveAndPolish(run, generation, random)
    }
  } finally {
    orElse(undefined, () => generation.lp.dispose())
  }
  orElse(undefined, () => choose(run, generation, random))
  budget.progress?.(1, totalOf(tours), generation.bound)
  return planOf(run, generation)
}

/** Generates columns until it is over; an engine that fails ends it with the bound proven until then. */
function roundsUntil(
  { tours, options: { budget }, used }: Run,
  generation: ColumnGeneration,
  isOver: () => boolean,
): void {
  orElse(undefined, () =>
    generateColumns(generation, {
      roundsMax: budget.roundsMax ?? ROUNDS_USUAL,
      isOver,
      isLate: () => used() > LATE_SHARE,
      onRound: () => budget.progress?.(used(), totalOf(tours), generation.bound),
    }),
  )
}

/** Dives, fills in what the dive left out and polishes that; the plan at hand comes back unless this one is cheaper. */
function diveAndPolish(run: Run, generation: ColumnGeneration, random: Random): void {
  const { tours, pool, used } = run
  const from = used()
  const cost = totalOf(tours)
  const before = columnsOf(pool, tours)
  const taken = orElse([], () =>
    dive(generation, { stepsMax: DIVE_STEPS_MAX, used: () => (used() - from) / DIVE_SHARE }),
  )
  if (taken.length > 0) driveColumns(pool, tours, taken)
  const { pinned } = tours.model
  const keepsPins = !tours.unserved.subarray(0, tours.unservedCount).some((order) => pinned[order] === 1)
  if (keepsPins) construct(tours)
  else driveColumns(pool, tours, before)
  search(run, random, POLISH_SHARE, POLISH_STEPS_SHARE, POLISH_TEMPERATURE_LEGS)
  if (totalOf(tours) > cost) driveColumns(pool, tours, before)
}

/** Chooses the best of the tours that the searches met, and polishes what comes out. */
function recombine(run: Run, random: Random): Plan {
  const { tours, pool, master, options, used } = run
  const { budget, solver } = options
  const incumbent = choiceOf(run)
  const { millisecondsMax } = budget
  if (used() < 1) {
    const secondsLeft = ((1 - used()) * (millisecondsMax ?? 0)) / MILLISECONDS
    const choice = orElse(incumbent, () =>
      chooseColumns(pool, master, solver, incumbent, proofOfPool(pool, master, solver), {
        nodesMax: budget.nodesMax ?? NODES_USUAL,
        gapShare: MIP_GAP_SHARE,
        ...(millisecondsMax === undefined ? {} : { secondsMax: RECOMBINE_SHARE * secondsLeft }),
      }),
    )
    if (choice.cost < incumbent.cost) driveColumns(pool, tours, choice.columns)
  }
  return searchOn(run, random)
}

/** Searches on for what is left of the budget: the end of a plan without a bound. */
function searchOn(run: Run, random: Random): Plan {
  search(run, random, Math.max(0, 1 - run.used()), POLISH_STEPS_SHARE, POLISH_TEMPERATURE_LEGS)
  const { tours, options, iterations, improvements } = run
  const list = toursOfPlan(tours)
  return {
    tours: list,
    unserved: explainUnserved(tours),
    cost: costOfPlan(tours, list),
    trace: { engine: OPTIMISER_VERSION, seed: options.seed, iterations, improvements },
  }
}

/** The plan at hand is good enough when the engine fails: what comes after it may only help. */
function orElse<T>(fallback: T, act: () => T): T {
  try {
    return act()
  } catch (error) {
    if (error instanceof LpError) return fallback
    throw error
  }
}

/** Whether the bound is much nearer to the LP than the LP is to the plan at hand: the plan then needs the time more. */
const isRough = ({ tours }: Run, { lpCost, bound }: ColumnGeneration, share: number): boolean =>
  lpCost - bound <= share * (totalOf(tours) - lpCost)

const shareOfColumns = (generation: ColumnGeneration): number =>
  isNearLp(generation) ? COLUMNS_SHARE : COLUMNS_SHARE_MAX

const isNearLp = ({ lpCost, bound }: ColumnGeneration): boolean => lpCost - bound <= FAR_SHARE * Math.abs(lpCost)

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

/** Writes down all tours up to some reduced cost: up to the gap if these are not too many, or half of it, or a quarter. */
function writtenDown({ pool, master, used }: Run, { boundPrices }: ColumnGeneration, gap: number): number {
  const limits = { toursMax: ENUMERATED_MAX, stepsMax: ENUMERATION_STEPS_MAX, isOver: () => used() >= 1 }
  for (const share of REACHES)
    if (enumerateTours(pool, master, caseRooms(), boundPrices, share * gap, limits)) return share * gap
  return 0
}

/** Branch and bound over the pool, from the tours as they are: over the whole first, then over one part after the other. */
function choose(run: Run, generation: ColumnGeneration, random: Random): void {
  const { tours, pool, master, options, used } = run
  const { budget, solver } = options
  const incumbent = choiceOf(run)
  const isGood = (choice: Choice): boolean => choice.cost - generation.bound <= MIP_GAP_SHARE * choice.cost
  if (used() >= 1 || isGood(incumbent)) return
  const { millisecondsMax } = budget
  const secondsLeft = (): number => ((1 - used()) * (millisecondsMax ?? 0)) / MILLISECONDS
  const proof = { prices: generation.boundPrices, bound: generation.bound }
  const limits = { nodesMax: budget.nodesMax ?? NODES_USUAL, gapShare: MIP_GAP_SHARE }
  const reach = generation.isComplete ? writtenDown(run, generation, incumbent.cost - generation.bound) : 0
  const whole = chooseColumns(pool, master, solver, incumbent, proof, {
    ...limits,
    ...(reach > 0 ? { columnsMax: Infinity } : {}),
    ...(millisecondsMax === undefined ? {} : { secondsMax: (reach > 0 ? ALL_SHARE : WHOLE_SHARE) * secondsLeft() }),
  })
  // A plan of the tours in hand costs at least what branch and bound has shown; with any other tour it costs the reach more.
  const shown = Math.min(whole.bound ?? -Infinity, whole.cost, generation.bound + reach)
  if (reach > 0 && shown > generation.bound) generation.bound = shown
  if (whole.cost < incumbent.cost) driveColumns(pool, tours, whole.columns)
  const isTimed = millisecondsMax !== undefined
  let isLast = whole.isBest === true && !(isTimed && nearness(run, generation) > NEAR_SHARE)
  while (!isLast && used() < 1) {
    const before: Choice = choiceOf(run)
    const choice = improveParts(pool, master, solver, before, proof, random, {
      ...limits,
      partsMax: PARTS_USUAL,
      isOver: () => used() >= 1,
      isGood,
      ...(millisecondsMax === undefined ? {} : { secondsLeft }),
    })
    if (choice.cost < before.cost) driveColumns(pool, tours, choice.columns)
    // Steps are counted: one round. Time goes on as long as there is something to gain, with new tours from a cold search.
    isLast = !isTimed || nearness(run, generation) <= NEAR_SHARE
    if (!isLast && used() < 1) search(run, random, Math.min(SEARCH_AGAIN_SHARE, 1 - used()), 0, POLISH_TEMPERATURE_LEGS)
  }
}

function choiceOf({ tours, pool, master }: Run): Choice {
  const columns = columnsOf(pool, tours)
  return { columns, cost: costOfChoice(master, pool, columns) }
}

const nearness = ({ tours }: Run, { bound }: ColumnGeneration): number => (totalOf(tours) - bound) / totalOf(tours)

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
    limits: names(problem.limits ?? [], ({ id }, l) => [id, -prices[master.limitRow + l]!]),
    villages: names(problem.coverage, ({ village }, w) => [village, prices[master.villageRow + w]!]),
  }
}
