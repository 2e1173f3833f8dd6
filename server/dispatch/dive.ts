// Diving: the LP's tours are taken for good from the surest down, and the rest is priced and solved again after each step, so that
// new tours fill the holes. Finds a good plan where branch and bound over the tours known so far would not.
import { addToLp, solveLp, type ColumnGeneration } from './column-generation.ts'
import { addPriced } from './columns.ts'
import { clipPrices, columnTakes, outingPrice } from './master.ts'

export interface DiveLimits {
  readonly stepsMax: number
  /** Share of the dive's time that is used, from 0 to 1: the slower the steps, the more is taken at each. */
  readonly used?: () => number
  readonly isOver?: () => boolean
}

/** Tours at least this sure are taken together; of the others at most a share of what is open, the surest first. */
const SURE = 0.9
const LIKELY = 0.55
const TAKEN_SHARE = 0.08
const TAKEN_SHARE_MAX = 0.3
/** A step takes as much as at the pace so far would leave this share of what is open when the time is up. */
const LEFT_SHARE = 0.05
/** From this share at a step on there is no time to be choosy. */
const HASTY_SHARE = 0.2
/** Above one half by more than the engine's tolerance: two halves may share an order. */
const MORE_THAN_HALF = 0.51
const LABELS_MAX = 100
const TOURS_PER_GROUP = 2
const WHOLE = 1 - 1e-6
const NOTHING = 1e-6

interface Dive {
  readonly generation: ColumnGeneration
  /** LP columns taken, counted from the first tour column. */
  readonly taken: Set<number>
  readonly covered: Uint8Array
  /** Tours still free by group. */
  readonly free: Int32Array
  /** What the tours taken leave of each shared limit. */
  readonly room: Float64Array
}

/** Dives from the LP as it stands; the answer is the pool's columns that the LP drives at the end. The LP is left as it was. */
export function dive(generation: ColumnGeneration, limits: DiveLimits): number[] {
  const { pool, lp, slackCount } = generation
  const one: Dive = {
    generation,
    taken: new Set(),
    covered: new Uint8Array(pool.model.orderCount),
    free: Int32Array.from(pool.groups, (group) => group.tours.length),
    room: Float64Array.from(pool.model.limits, ({ most }) => most),
  }
  solveLp(generation)
  for (let step = 0; step < limits.stepsMax && limits.isOver?.() !== true; step++) {
    const fresh = nextTaken(one, shareAt(step, limits.used?.() ?? 0))
    if (fresh.length === 0) break
    take(one, fresh)
    solveLp(generation)
    if (priceRest(one)) solveLp(generation)
  }
  const driven = [...generation.inLp.keys()].filter((at) => generation.lpValues[slackCount + at]! > WHOLE)
  lp.bindFrom(
    [...one.taken].map((at) => slackCount + at),
    0,
  )
  return driven.map((at) => generation.inLp[at]!)
}

/** The share of what is open that a step takes. */
function shareAt(step: number, used: number): number {
  if (step === 0 || used === 0) return TAKEN_SHARE
  const stepsLeft = Math.max(1, (step * (1 - used)) / used)
  return Math.min(TAKEN_SHARE_MAX, Math.max(TAKEN_SHARE, 1 - LEFT_SHARE ** (1 / stepsLeft)))
}

/** The tours to take next: all that are nearly whole, and otherwise the surest, up to a share of what is open. */
function nextTaken({ generation, taken, room }: Dive, share: number): number[] {
  const { inLp, lpValues, slackCount } = generation
  const open: number[] = []
  let isFractional = false
  for (let at = 0; at < inLp.length; at++) {
    const value = lpValues[slackCount + at]!
    if (value <= NOTHING || taken.has(at)) continue
    open.push(at)
    if (value < WHOLE) isFractional = true
  }
  if (!isFractional) return []
  const value = (at: number): number => lpValues[slackCount + at]!
  open.sort((a, b) => value(b) - value(a) || a - b)
  const most = Math.max(1, Math.ceil(share * open.length))
  // Tours that are more than half sure never share an order or a team-day.
  const likely = share > HASTY_SHARE ? MORE_THAN_HALF : LIKELY
  const sure = open.filter((at, i) => value(at) >= SURE || i === 0 || (i < most && value(at) > likely))
  const left = room.slice()
  return sure.filter((at) => takeRoom(generation, left, at))
}

/** Takes what a tour needs of the shared limits off the room that is left; false, and nothing taken, where there is too little. */
function takeRoom({ pool, master, inLp }: ColumnGeneration, room: Float64Array, at: number): boolean {
  const column = pool.columns[inLp[at]!]!
  const limits = master.limitsOf[column.group]!
  if (limits.some((limit) => columnTakes(master, limit, column) > room[limit]! + NOTHING)) return false
  for (const limit of limits) room[limit]! -= columnTakes(master, limit, column)
  return true
}

function take(one: Dive, fresh: readonly number[]): void {
  const { generation } = one
  const { pool } = generation
  generation.lp.bindFrom(
    fresh.map((at) => generation.slackCount + at),
    1,
  )
  for (const at of fresh) {
    one.taken.add(at)
    const column = pool.columns[generation.inLp[at]!]!
    one.free[column.group]!--
    takeRoom(generation, one.room, at)
    for (const order of column.orders) one.covered[order] = 1
  }
}

/** Prices what is left with the LP's own prices; true when new tours entered the LP. */
function priceRest(one: Dive): boolean {
  const { generation, covered, free } = one
  const { pool, master } = generation
  const prices = Float64Array.from(generation.lpPrices)
  clipPrices(master, prices)
  const limits = Float64Array.from(free, (left, g) => (left === 0 ? NaN : outingPrice(master, g, prices) - NOTHING))
  for (let order = 0; order < covered.length; order++) if (covered[order] === 1) prices[order] = -Infinity
  const entering: number[] = []
  generation.price({ prices, limits, labelsMax: LABELS_MAX, toursMax: TOURS_PER_GROUP }).forEach((priced, g) => {
    for (const tour of priced?.tours ?? []) {
      const index = addPriced(pool, g, tour)
      if (generation.isInLp[index] !== true) entering.push(index)
    }
  })
  addToLp(generation, entering)
  return entering.length > 0
}
