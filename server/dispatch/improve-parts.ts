// Branch and bound over a part of the plan at a time: the tours around a place are chosen anew from the pool, the others stay. Where
// the whole is too large for branch and bound to find anything, parts of it are not.
import type { ColumnPool } from './columns.ts'
import type { LpSolver } from './lp.ts'
import type { Master } from './master.ts'
import { neighbourhoods } from './neighbours.ts'
import type { Random } from './random.ts'
import { chooseColumns, type Choice, type Proof } from './restricted-master.ts'

export interface PartLimits {
  /** How many parts are tried. */
  readonly partsMax: number
  readonly nodesMax: number
  readonly gapShare: number
  /** Seconds left; none for a budget in steps. */
  readonly secondsLeft?: () => number
  readonly isOver?: () => boolean
  /** Whether a choice is as good as the best there is. */
  readonly isGood: (choice: Choice) => boolean
}

/** Tours of a part at first and at least, and by how much it grows or shrinks. */
const TOURS_FIRST = 90
const TOURS_MIN = 30
const GROWTH = 1.15
const COLUMNS_MAX = 4_000
const SECONDS_MAX = 2

/** Improves a choice part by part; the answer is at least as cheap. */
export function improveParts(
  pool: ColumnPool,
  master: Master,
  solver: LpSolver,
  incumbent: Choice,
  proof: Proof,
  random: Random,
  limits: PartLimits,
): Choice {
  const near = neighbourhoods(master.model)
  let choice = incumbent
  let size = TOURS_FIRST
  for (let part = 0; part < limits.partsMax && limits.isOver?.() !== true && !limits.isGood(choice); part++) {
    const free = partOf(pool, choice, near(random.below(master.model.orderCount)), Math.round(size))
    const kept = choice.columns.filter((index) => !free.has(index))
    const secondsMax = limits.secondsLeft && Math.min(SECONDS_MAX, Math.max(0.05, limits.secondsLeft()))
    const { nodesMax, gapShare } = limits
    const found = chooseColumns(
      pool,
      master,
      solver,
      choice,
      proof,
      {
        nodesMax,
        gapShare,
        columnsMax: COLUMNS_MAX,
        ...(secondsMax === undefined ? {} : { secondsMax }),
      },
      kept,
    )
    // What is proven at once leaves room for a larger part; what takes all its time is too large.
    size *= found.isBest === true ? GROWTH : 1 / GROWTH
    size = Math.max(TOURS_MIN, size)
    choice = found
  }
  return choice
}

/** The chosen columns that serve the orders nearest to a place. */
function partOf(pool: ColumnPool, choice: Choice, near: Int32Array, toursMax: number): Set<number> {
  const columnOf = new Map<number, number>()
  for (const index of choice.columns) for (const order of pool.columns[index]!.orders) columnOf.set(order, index)
  const free = new Set<number>()
  for (const order of near) {
    const index = columnOf.get(order)
    if (index !== undefined) free.add(index)
    if (free.size >= toursMax) break
  }
  return free
}
