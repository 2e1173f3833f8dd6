// Column generation (Desaulniers, Desrosiers, Solomon 2005) with smoothed prices (Wentges 1997): the LP over the tours known so far
// prices the rows, pricing finds tours that those prices undervalue, and every complete round of pricing proves a bound.
import { addPriced, type ColumnPool } from './columns.ts'
import type { GrowingLp, LpSolver } from './lp.ts'
import {
  clipPrices,
  masterOf,
  nodePrices,
  priceOfRows,
  reducedCost,
  slackColumns,
  tourColumns,
  type Master,
  type Prices,
} from './master.ts'
import { priceGroup, pricingScratch, type PricingScratch } from './pricing.ts'

export interface ColumnGeneration {
  readonly pool: ColumnPool
  readonly master: Master
  /** The greatest bound proven so far, and the prices that prove it. */
  bound: number
  readonly boundPrices: Prices
  /** Prices and objective of the last LP. */
  lpPrices: Prices
  lpCost: number
  rounds: number
  /** Whether no tour with a negative reduced cost is left: then `bound` is the LP's optimum. */
  isComplete: boolean
}

export interface GenerationLimits {
  readonly roundsMax: number
  /** Asked before each round; true ends the generation with what it has. */
  readonly isOver?: () => boolean
  /** The pool's columns to begin with: those of a plan. */
  readonly first: readonly number[]
  /** Prices to begin with; guessed ones do. */
  readonly prices?: Prices
  readonly onRound?: (generation: ColumnGeneration) => void
}

/** Share of the best prices known in those that pricing is asked with. */
const SMOOTHING = 0.8
const TOURS_PER_GROUP = 4
const NEGATIVE = 1e-6
/** Labels kept at each length of a tour: few while prices are rough, so many at the end that almost no tour is overlooked. */
const LABELS_MAX_BY_STAGE = [30, 300, 3000, 30_000] as const
/** A stage ends when a round finds new tours for fewer than this share of the groups. */
const FOUND_SHARE_MIN = 0.02
/** LP and bound this near each other count as the same. */
const CLOSED_SHARE = 1e-6

/** Generates columns until none is left, the rounds are used up, or it is over; the pool keeps them. */
export function generateColumns(pool: ColumnPool, solver: LpSolver, limits: GenerationLimits): ColumnGeneration {
  const master = masterOf(pool.model, pool.groups)
  const generation: ColumnGeneration = {
    pool,
    master,
    bound: -Infinity,
    boundPrices: new Float64Array(master.rowCount),
    lpPrices: new Float64Array(master.rowCount),
    lpCost: Infinity,
    rounds: 0,
    isComplete: false,
  }
  const lp = solver.growingLp(master.rows)
  try {
    lp.addColumns(slackColumns(master))
    runRounds(generation, lp, limits)
  } finally {
    lp.dispose()
  }
  return generation
}

interface Round {
  readonly scratch: PricingScratch
  /** Prices with the best worth at this stage: the centre that smoothing pulls to. */
  readonly centre: Prices
  centreWorth: number
  readonly asked: Prices
  stage: number
}

function runRounds(generation: ColumnGeneration, lp: GrowingLp, limits: GenerationLimits): void {
  const { pool, master } = generation
  const round: Round = {
    scratch: pricingScratch(),
    centre: limits.prices ? Float64Array.from(limits.prices) : new Float64Array(master.rowCount),
    centreWorth: -Infinity,
    asked: new Float64Array(master.rowCount),
    stage: 0,
  }
  let hasCentre = limits.prices !== undefined
  let smoothing = SMOOTHING
  const isInLp: boolean[] = []
  const add = (indices: readonly number[]): void => {
    for (const index of indices) isInLp[index] = true
    if (indices.length > 0)
      lp.addColumns(
        tourColumns(
          master,
          indices.map((index) => pool.columns[index]!),
        ),
      )
  }
  add(limits.first)
  while (generation.rounds < limits.roundsMax && limits.isOver?.() !== true) {
    const solution = lp.solve()
    generation.lpPrices = solution.rowDuals
    generation.lpCost = solution.objective + master.constant
    const pull = hasCentre ? smoothing : 0
    for (let r = 0; r < master.rowCount; r++)
      round.asked[r] = pull * round.centre[r]! + (1 - pull) * generation.lpPrices[r]!
    clipPrices(master, round.asked)
    const before = pool.columns.length
    priceRound(generation, round)
    hasCentre = true
    generation.rounds++
    limits.onRound?.(generation)
    const found = pool.columns.length - before
    const entering = undervalued(generation, before, isInLp)
    add(entering)
    const added = Math.max(found, entering.length)
    if (generation.lpCost - generation.bound <= CLOSED_SHARE * Math.abs(generation.lpCost)) {
      generation.isComplete = true
      return
    }
    const isLast = round.stage === LABELS_MAX_BY_STAGE.length - 1
    if (added === 0 && pull === 0 && isLast) return
    if (added < FOUND_SHARE_MIN * pool.groups.length && !isLast) {
      round.stage++
      round.centreWorth = -Infinity
    } else if (added === 0) smoothing = 0
    else smoothing = SMOOTHING
  }
}

/**
 * Columns to enter the LP: all found in this round (they cut off prices that overrate them, even where the LP's own do not), and of the
 * older ones the most undervalued of each group.
 */
function undervalued(generation: ColumnGeneration, before: number, isInLp: readonly boolean[]): number[] {
  const { pool, master, lpPrices } = generation
  const best = new Map<number, { index: number; reduced: number }>()
  for (let index = 0; index < before; index++) {
    if (isInLp[index]) continue
    const column = pool.columns[index]!
    const reduced = reducedCost(master, column, lpPrices)
    if (reduced < (best.get(column.group)?.reduced ?? -NEGATIVE)) best.set(column.group, { index, reduced })
  }
  const entering = [...best.values()].map(({ index }) => index).sort((a, b) => a - b)
  for (let index = before; index < pool.columns.length; index++) entering.push(index)
  return entering
}

/** Prices every group; new tours go into the pool, and the bound rises when these prices prove more. */
function priceRound(generation: ColumnGeneration, round: Round): void {
  const { pool, master } = generation
  const { asked } = round
  let worth = priceOfRows(master, asked)
  let proven = worth
  const prices = new Float64Array(pool.groups.reduce((most, group) => Math.max(most, group.size), 0))
  const labelsMax = LABELS_MAX_BY_STAGE[round.stage]!
  pool.groups.forEach((group, g) => {
    nodePrices(master, group, asked, prices)
    const priced = priceGroup(round.scratch, group, prices, { limit: 0, labelsMax, toursMax: TOURS_PER_GROUP })
    proven += group.tours.length * priced.bound
    worth += group.tours.length * Math.min(0, priced.tours[0]?.reducedCost ?? 0)
    for (const tour of priced.tours) addPriced(pool, g, tour)
  })
  if (proven > generation.bound) {
    generation.bound = proven
    generation.boundPrices.set(asked)
  }
  if (worth > round.centreWorth) {
    round.centreWorth = worth
    round.centre.set(asked)
  }
}
