// Column generation (Desaulniers, Desrosiers, Solomon 2005) with smoothed prices (Wentges 1997): the LP over the tours known so far
// prices the rows, pricing finds tours that those prices undervalue, and every complete round of pricing proves a bound.
import { addPriced, type ColumnPool } from './columns.ts'
import type { GrowingLp, LpSolver } from './lp.ts'
import {
  clipPrices,
  limitPrice,
  outingPrice,
  priceOfRows,
  reducedCost,
  slackColumns,
  tourColumns,
  type Master,
  type Prices,
} from './master.ts'
import type { PriceGroups } from './price-groups.ts'

export interface ColumnGeneration {
  readonly pool: ColumnPool
  readonly master: Master
  readonly solver: LpSolver
  readonly lp: GrowingLp
  readonly price: PriceGroups
  /** The pool's column behind each tour column of the LP, which come after the slack columns. */
  inLp: number[]
  readonly isInLp: boolean[]
  readonly slackCount: number
  /** The greatest bound proven so far, and the prices that prove it. */
  bound: number
  readonly boundPrices: Prices
  /** Prices and objective of the last LP. */
  lpPrices: Prices
  lpCost: number
  rounds: number
  /** Whether the bound has reached the LP's optimum. */
  isComplete: boolean
  readonly smoothing: Smoothing
}

interface Smoothing {
  /** Prices with the best worth at this stage: the centre that smoothing pulls to. */
  readonly centre: Prices
  centreWorth: number
  /** How thoroughly rounds price: index into `LABELS_MAX_BY_STAGE`. */
  stage: number
  share: number
}

export interface GenerationLimits {
  readonly roundsMax: number
  /** Asked before each round; true ends the generation with what it has. */
  readonly isOver?: () => boolean
  /** Asked before each round; true means that time is short and rounds must price thoroughly, for a bound worth having. */
  readonly isLate?: () => boolean
  readonly onRound?: (generation: ColumnGeneration) => void
}

const TOURS_PER_GROUP = 4
const NEGATIVE = 1e-6
/** Labels kept at each length of a tour: few while prices are rough, and more than tours of four stops need once they are good. */
const LABELS_MAX_BY_STAGE = [100, 30_000] as const
/** Share of the best prices known in those that pricing is asked with, by stage. */
const SMOOTHING_BY_STAGE = [0.8, 0.5] as const
/** A stage ends when a round finds new tours for fewer than this share of the groups. */
const FOUND_SHARE_MIN = 0.15
/** LP and bound this near each other are as good as the same; the bound stays the proven one. */
const CLOSED_SHARE = 5e-5
/** An LP with more tours than this is slow: it then keeps those of least reduced cost. What left it comes back when it is undervalued. */
const LP_COLUMNS_MAX = 8_000
const LP_COLUMNS_KEPT = 6_000

/** What column generation begins with. */
export interface Beginning {
  /** Columns of the pool, those of a plan among them. */
  readonly columns: readonly number[]
  /** Prices that smoothing pulls to at first. */
  readonly prices: Prices
  /** Whether the LP is known to be degenerate. */
  readonly isTight: boolean
}

/** Sets up the master over the pool's first columns. The engine's memory is held until it is closed. */
export function openGeneration(
  pool: ColumnPool,
  master: Master,
  solver: LpSolver,
  price: PriceGroups,
  { columns, prices, isTight }: Beginning,
): ColumnGeneration {
  const slack = slackColumns(master)
  const lp = solver.growingLp(master.rows, isTight)
  lp.addColumns(slack)
  const generation: ColumnGeneration = {
    pool,
    master,
    solver,
    lp,
    price,
    inLp: [],
    isInLp: [],
    slackCount: slack.costs.length,
    bound: -Infinity,
    boundPrices: new Float64Array(master.rowCount),
    lpPrices: new Float64Array(master.rowCount),
    lpCost: Infinity,
    rounds: 0,
    isComplete: false,
    smoothing: {
      centre: Float64Array.from(prices),
      centreWorth: -Infinity,
      stage: 0,
      share: SMOOTHING_BY_STAGE[0],
    },
  }
  addToLp(generation, columns)
  return generation
}

/** Generates columns until none is left, the rounds are used up, or it is over; the pool keeps them. May be called again to go on. */
export function generateColumns(generation: ColumnGeneration, limits: GenerationLimits): void {
  const { pool, master, smoothing } = generation
  const asked = new Float64Array(master.rowCount)
  const last = LABELS_MAX_BY_STAGE.length - 1
  while (generation.rounds < limits.roundsMax && !generation.isComplete && limits.isOver?.() !== true) {
    solveLp(generation)
    thinLp(generation)
    const pull = smoothing.share
    for (let r = 0; r < master.rowCount; r++)
      asked[r] = pull * smoothing.centre[r]! + (1 - pull) * generation.lpPrices[r]!
    clipPrices(master, asked)
    const before = pool.columns.length
    priceRound(generation, asked)
    const entering = undervalued(generation, before)
    addToLp(generation, entering)
    generation.rounds++
    limits.onRound?.(generation)
    generation.isComplete = generation.lpCost - generation.bound <= CLOSED_SHARE * Math.abs(generation.lpCost)
    if (entering.length === 0 && pull === 0 && smoothing.stage === last) return
    const isThin = entering.length < FOUND_SHARE_MIN * pool.groups.length
    if (smoothing.stage < last && (isThin || limits.isLate?.() === true)) {
      smoothing.stage++
      smoothing.centreWorth = -Infinity
      smoothing.share = SMOOTHING_BY_STAGE[smoothing.stage]!
    } else smoothing.share = entering.length === 0 ? 0 : SMOOTHING_BY_STAGE[smoothing.stage]!
  }
}

/** Solves the LP as it stands and takes its prices. */
function solveLp(generation: ColumnGeneration): void {
  const solution = generation.lp.solve()
  generation.lpPrices = solution.rowDuals
  generation.lpCost = solution.objective + generation.master.constant
}

function addToLp(generation: ColumnGeneration, indices: readonly number[]): void {
  if (indices.length === 0) return
  const { pool, master, lp } = generation
  for (const index of indices) {
    generation.isInLp[index] = true
    generation.inLp.push(index)
  }
  lp.addColumns(
    tourColumns(
      master,
      indices.map((index) => pool.columns[index]!),
    ),
  )
}

/** Takes the most overrated tours out of an LP that has grown too large. */
function thinLp(generation: ColumnGeneration): void {
  const { inLp, isInLp, slackCount } = generation
  if (inLp.length <= LP_COLUMNS_MAX) return
  const stays = new Set(leastReduced(generation, LP_COLUMNS_KEPT))
  const gone = inLp.flatMap((index, at) => (stays.has(index) ? [] : [{ index, at: slackCount + at }]))
  for (const { index } of gone) isInLp[index] = false
  generation.inLp = inLp.filter((index) => stays.has(index))
  generation.lp.removeColumns(gone.map(({ at }) => at))
}

/** The LP's tours of least reduced cost, in their order; all where there are no more than so many. */
export function leastReduced({ pool, master, inLp, lpPrices }: ColumnGeneration, most: number): number[] {
  if (inLp.length <= most) return inLp.slice()
  const reduced = inLp.map((index) => reducedCost(master, pool.columns[index]!, lpPrices))
  const byCost = [...inLp.keys()].sort((a, b) => reduced[a]! - reduced[b]! || a - b)
  return byCost
    .slice(0, most)
    .sort((a, b) => a - b)
    .map((at) => inLp[at]!)
}

/**
 * Columns to enter the LP: all found in this round (they cut off prices that overrate them, even where the LP's own do not), and of the
 * older ones the most undervalued of each group.
 */
function undervalued(generation: ColumnGeneration, before: number): number[] {
  const { pool, master, lpPrices, isInLp } = generation
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
function priceRound(generation: ColumnGeneration, asked: Prices): void {
  const { pool, master, smoothing } = generation
  let worth = priceOfRows(master, asked)
  let proven = worth
  const limits = Float64Array.from(pool.groups, (_, g) => outingPrice(master, g, asked))
  const labelsMax = LABELS_MAX_BY_STAGE[smoothing.stage]!
  generation.price({ prices: asked, limits, labelsMax, toursMax: TOURS_PER_GROUP }).forEach((priced, g) => {
    if (!priced) return
    const size = pool.groups[g]!.tours.length
    // What a group pays for limits on tours stands in the rows' worth already.
    const paid = limitPrice(master, g, asked, 'tours')
    proven += size * (priced.bound - paid)
    worth += size * (Math.min(limits[g]!, priced.tours[0]?.reducedCost ?? 0) - paid)
    for (const tour of priced.tours) addPriced(pool, g, tour)
  })
  if (proven > generation.bound) {
    generation.bound = proven
    generation.boundPrices.set(asked)
  }
  if (worth > smoothing.centreWorth) {
    smoothing.centreWorth = worth
    smoothing.centre.set(asked)
  }
}
