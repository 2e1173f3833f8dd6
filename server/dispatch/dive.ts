// Diving: the LP's tours are taken for good from the surest down, and what is left is priced and solved again after each step, so that
// new tours fill the holes. Finds a good plan where branch and bound over the tours known so far would not. Each step's LP holds only
// what can still be taken, so that a step takes about two thirds of the time of the one before.
import { leastReduced, type ColumnGeneration } from './column-generation.ts'
import { addPriced } from './columns.ts'
import { clipPrices, columnTakes, outingPrice, slackColumns, tourColumns, type Prices } from './master.ts'
import { rowsBeside } from './restricted-master.ts'

export interface DiveLimits {
  readonly stepsMax: number
  /** Share of the dive's time that is used, from 0 to 1. */
  readonly used: () => number
}

/** Tours that a dive begins with: those of least reduced cost. */
const COLUMNS_MAX = 4_000
/** Tours at least this sure are taken together; of the others at most a share of what is driven, the surest first. */
const SURE = 0.9
const LIKELY = 0.55
const TAKEN_SHARE = 0.08
/** The same where the time is too short for all the steps to come, which take so many times as long as the last. */
const TAKEN_SHARE_HASTY = 0.16
const STEPS_TO_COME = 1.5
/** Above one half by more than the engine's tolerance: two halves may share an order. */
const MORE_THAN_HALF = 0.51
const LABELS_MAX = 100
const TOURS_PER_GROUP = 2
const WHOLE = 1 - 1e-6
const NOTHING = 1e-6

interface Dive {
  readonly generation: ColumnGeneration
  /** The pool's columns taken for good. */
  readonly taken: number[]
  /** Those that can still be taken, and their values in the last LP. */
  open: number[]
  readonly isOpen: Set<number>
  values: Float64Array
  prices: Prices
  readonly covered: Uint8Array
  /** Tours still free by group. */
  readonly free: Int32Array
  /** What the tours taken leave of each shared limit. */
  readonly room: Float64Array
}

/** Dives from the LP as it stands, which stays as it is. The answer is the pool's columns that are taken at the end. */
export function dive(generation: ColumnGeneration, limits: DiveLimits): readonly number[] {
  const { pool } = generation
  const open = leastReduced(generation, COLUMNS_MAX)
  const one: Dive = {
    generation,
    taken: [],
    open,
    isOpen: new Set(open),
    values: new Float64Array(open.length),
    prices: generation.lpPrices,
    covered: new Uint8Array(pool.model.orderCount),
    free: Int32Array.from(pool.groups, (group) => group.tours.length),
    room: Float64Array.from(pool.model.limits, ({ most }) => most),
  }
  let before = limits.used()
  for (let step = 0; step < limits.stepsMax && before < 1; step++) {
    solveRest(one)
    const used = limits.used()
    const isHasty = STEPS_TO_COME * (used - before) > 1 - used
    before = used
    const fresh = nextTaken(one, isHasty)
    if (fresh.length === 0) break
    take(one, fresh)
    priceRest(one)
  }
  return one.taken
}

/** Solves the LP over what is open, beside what is taken. */
function solveRest(one: Dive): void {
  const { pool, master, solver } = one.generation
  const slack = slackColumns(master)
  const slackCount = slack.costs.length
  const tours = one.open.map((index) => pool.columns[index]!)
  const { columnValues, rowDuals } = solver.solveOnce(
    rowsBeside(master, pool, one.taken),
    tourColumns(master, tours, slack),
  )
  one.values = columnValues.subarray(slackCount)
  one.prices = rowDuals
}

/** The tours to take next: all when they are whole; else all that nearly are, and the surest others, up to a share of what is driven. */
function nextTaken({ generation, open, values, room }: Dive, isHasty: boolean): number[] {
  const driven = [...open.keys()].filter((at) => values[at]! > NOTHING)
  driven.sort((a, b) => values[b]! - values[a]! || a - b)
  const most = Math.ceil((isHasty ? TAKEN_SHARE_HASTY : TAKEN_SHARE) * driven.length)
  // Tours that are more than half sure never share an order or a team-day.
  const likely = isHasty ? MORE_THAN_HALF : LIKELY
  const isWhole = driven.every((at) => values[at]! > WHOLE)
  const wanted = driven.filter(
    (at, i) => isWhole || values[at]! >= SURE || i === 0 || (i < most && values[at]! > likely),
  )
  const left = room.slice()
  return wanted.map((at) => open[at]!).filter((index) => takeRoom(generation, left, index))
}

/** Takes what a tour needs of the shared limits off the room that is left; false, and nothing taken, where there is too little. */
function takeRoom({ pool, master }: ColumnGeneration, room: Float64Array, index: number): boolean {
  const column = pool.columns[index]!
  const limits = master.limitsOf[column.group]!
  if (limits.some((limit) => columnTakes(master, limit, column) > room[limit]! + NOTHING)) return false
  for (const limit of limits) room[limit]! -= columnTakes(master, limit, column)
  return true
}

/** Takes tours for good; what shares an order or the last team-day of a group with them is no longer open. */
function take(one: Dive, fresh: readonly number[]): void {
  const { generation, taken, free, covered, room, isOpen } = one
  const { pool } = generation
  for (const index of fresh) {
    taken.push(index)
    const column = pool.columns[index]!
    free[column.group]!--
    takeRoom(generation, room, index)
    for (const order of column.orders) covered[order] = 1
  }
  one.open = one.open.filter((index) => {
    const column = pool.columns[index]!
    const stays = free[column.group]! > 0 && column.orders.every((order) => covered[order] === 0)
    if (!stays) isOpen.delete(index)
    return stays
  })
}

/** Prices what is left with the LP's own prices; tours that are new are open from now on. */
function priceRest({ generation, prices: rough, covered, free, open, isOpen }: Dive): void {
  const { pool, master } = generation
  const prices = Float64Array.from(rough)
  clipPrices(master, prices)
  const limits = Float64Array.from(free, (left, g) => (left === 0 ? NaN : outingPrice(master, g, prices) - NOTHING))
  for (let order = 0; order < covered.length; order++) if (covered[order] === 1) prices[order] = -Infinity
  generation.price({ prices, limits, labelsMax: LABELS_MAX, toursMax: TOURS_PER_GROUP }).forEach((priced, g) => {
    for (const tour of priced?.tours ?? []) {
      const index = addPriced(pool, g, tour)
      if (isOpen.has(index)) continue
      isOpen.add(index)
      open.push(index)
    }
  })
}
