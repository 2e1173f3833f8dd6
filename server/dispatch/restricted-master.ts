// The best choice among the tours of a pool, by the LP engine's branch and bound: set partitioning over the columns that can still be
// part of a plan cheaper than the one in hand.
import { columnKey, type Column, type ColumnPool } from './columns.ts'
import type { LpRows, LpSolver, MipLimits } from './lp.ts'
import { columnTakes, reducedCost, slackColumns, tourColumns, type Master, type Prices } from './master.ts'
import { loadCost } from './tours.ts'

export interface Choice {
  /** Indices of the pool's columns that drive. */
  readonly columns: readonly number[]
  /** Cost of the plan, with what is left out and with the rows that join tours. */
  readonly cost: number
  /** Set where branch and bound has shown that the columns it was given make nothing cheaper. */
  readonly isBest?: boolean
  /** What branch and bound has shown that no choice among its columns goes below. */
  readonly bound?: number
}

/** Columns beyond this many make branch and bound slow without making plans better. */
const COLUMNS_MAX = 12_000
const HALF = 0.5
const ROUNDING = 1e-6

/** What shows which columns a cheaper plan may use. */
export interface Proof {
  readonly prices: Prices
  readonly bound: number
}

/**
 * Looks for a choice cheaper than the incumbent; the answer is the incumbent when there is none within the limits. Of the incumbent's
 * columns those in `kept` drive in any case, so that only the rest is chosen anew.
 */
export function chooseColumns(
  pool: ColumnPool,
  master: Master,
  solver: LpSolver,
  incumbent: Choice,
  proof: Proof,
  limits: MipLimits & { readonly columnsMax?: number },
  kept: readonly number[] = [],
): Choice {
  const rows = rowsBeside(master, pool, kept)
  const wanted = worthwhile(pool, master, incumbent, proof, rows, limits.columnsMax ?? COLUMNS_MAX, new Set(kept))
  const columns = slackColumns(master)
  const slackCount = columns.costs.length
  const tours = wanted.map((index) => pool.columns[index]!)
  const all = tourColumns(master, tours, columns)
  const isInteger = new Uint8Array(all.costs.length).fill(1, slackCount)
  const start = startOf(master, pool, incumbent, wanted, all.costs.length)
  const { columnValues, objective, bound } = solver.solveMip(rows, all, isInteger, limits, start)
  const isBest = objective - bound <= limits.gapShare * Math.abs(objective)
  if (!columnValues) return incumbent
  const shown = { isBest, bound: bound + master.constant }
  const chosen = [...kept, ...wanted.filter((_, i) => columnValues[slackCount + i]! > HALF)].sort((a, b) => a - b)
  const cost = costOfChoice(master, pool, chosen)
  return cost < incumbent.cost - ROUNDING ? { columns: chosen, cost, ...shown } : { ...incumbent, ...shown }
}

/** Prices of the LP over all of a pool's columns: a proof as far as these columns go, not of a bound of any plan. */
export function proofOfPool(pool: ColumnPool, master: Master, solver: LpSolver): Proof {
  const lp = solver.growingLp(master.rows)
  try {
    const current = pool.columns.filter((column, index) => isCurrent(pool, column, index))
    lp.addColumns(tourColumns(master, current, slackColumns(master)))
    const { rowDuals, objective } = lp.solve()
    return { prices: rowDuals, bound: objective + master.constant }
  } finally {
    lp.dispose()
  }
}

/** The rows as they are once some columns drive: their orders are served, their team-days, minutes and visits are used. */
export function rowsBeside(master: Master, pool: ColumnPool, kept: readonly number[]): LpRows {
  const lower = master.rows.lower.slice()
  const upper = master.rows.upper.slice()
  for (const index of kept) {
    const column = pool.columns[index]!
    upper[master.groupRow + column.group]!--
    const teamRow = master.teamRow[master.groups[column.group]!.team]!
    if (teamRow >= 0) upper[teamRow]! -= column.service
    for (const limit of master.limitsOf[column.group]!)
      upper[master.limitRow + limit]! -= columnTakes(master, limit, column)
    for (const order of column.orders) {
      lower[order] = upper[order] = 0
      const village = master.model.villageOf[order]!
      if (village >= 0) lower[master.villageRow + village]!--
    }
  }
  return { lower, upper }
}

/** Columns that a cheaper plan may use: their reduced cost does not close the gap alone. Those of the incumbent always stay. */
function worthwhile(
  pool: ColumnPool,
  master: Master,
  incumbent: Choice,
  { prices, bound }: Proof,
  rows: LpRows,
  columnsMax: number,
  kept: ReadonlySet<number>,
): number[] {
  const gap = incumbent.cost - bound
  const inHand = incumbent.columns.filter((index) => !kept.has(index))
  const known = new Set(inHand)
  const scored: { index: number; reduced: number }[] = []
  pool.columns.forEach((column, index) => {
    if (rows.upper[master.groupRow + column.group]! < 1 || column.orders.some((order) => rows.upper[order] === 0))
      return
    if (known.has(index) || kept.has(index) || !isCurrent(pool, column, index)) return
    const reduced = reducedCost(master, column, prices)
    if (reduced < gap) scored.push({ index, reduced })
  })
  scored.sort((a, b) => a.reduced - b.reduced || a.index - b.index)
  return [...inHand, ...scored.slice(0, columnsMax).map(({ index }) => index)].sort((a, b) => a - b)
}

/** A column replaced by a cheaper sequence of the same visits is no longer current. */
function isCurrent(pool: ColumnPool, column: Column, index: number): boolean {
  return pool.indexOf.get(columnKey(column.group, column.visits)) === index
}

/** The incumbent as values of all columns. */
function startOf(
  master: Master,
  pool: ColumnPool,
  incumbent: Choice,
  wanted: readonly number[],
  count: number,
): Float64Array {
  const { model } = master
  const values = new Float64Array(count)
  const { left, loads, visits } = ledgerOf(master, pool, incumbent.columns)
  left.forEach((order) => (values[order] = 1))
  let at = model.orderCount
  const filled = new Map<number, number>()
  for (const piece of master.loadPieces) {
    const before = filled.get(piece.team) ?? 0
    const amount = Math.min(piece.minutes, loads[piece.team]! - before)
    values[at++] = amount
    filled.set(piece.team, before + amount)
  }
  for (let w = 0; w < model.visitsMin.length; w++) values[at++] = Math.max(0, model.visitsMin[w]! - visits[w]!)
  const chosen = new Set(incumbent.columns)
  wanted.forEach((index, i) => (values[at + i] = chosen.has(index) ? 1 : 0))
  return values
}

/** The cost of driving exactly these columns. */
export function costOfChoice(master: Master, pool: ColumnPool, chosen: readonly number[]): number {
  const { model } = master
  const { left, loads, visits } = ledgerOf(master, pool, chosen)
  let cost = 0
  for (const index of chosen) cost += pool.columns[index]!.cost
  for (const order of left) cost += master.orderPrice[order]!
  if (model.problem.fairness.length > 0)
    for (let t = 0; t < model.teamCount; t++) cost += loadCost(model, model.teamBase[t]! + loads[t]!)
  for (let w = 0; w < model.visitsMin.length; w++)
    cost += Math.max(0, model.visitsMin[w]! - visits[w]!) * model.missingCost[w]!
  return cost
}

function ledgerOf(master: Master, pool: ColumnPool, chosen: readonly number[]) {
  const { model } = master
  const served = new Uint8Array(model.orderCount)
  const loads = new Float64Array(model.teamCount)
  const visits = new Float64Array(model.visitsMin.length)
  for (const index of chosen) {
    const column = pool.columns[index]!
    loads[master.groups[column.group]!.team]! += column.service
    for (const order of column.orders) {
      served[order] = 1
      const village = model.villageOf[order]!
      if (village >= 0) visits[village]!++
    }
  }
  const left: number[] = []
  for (let order = 0; order < model.orderCount; order++) if (served[order] === 0) left.push(order)
  return { left, loads, visits }
}
