// The master problem: choose tours so that every order is in one or pays its price, every team-day drives at most one, and the convex
// price of a team's load and the price of villages left without service are paid. Its rows, its columns for the LP engine, and the
// Lagrangian bound that any prices of its rows prove.
import type { Column } from './columns.ts'
import type { LpColumns, LpRows } from './lp.ts'
import type { Model } from './model.ts'
import { MUST_SERVE_COST, type SharedLimit } from './problem.ts'
import type { PricingGroup } from './pricing-group.ts'
import { loadCost } from './tours.ts'

export interface Master {
  readonly model: Model
  readonly groups: readonly PricingGroup[]
  readonly rows: LpRows
  readonly rowCount: number
  readonly groupRow: number
  /** Row of a team; -1 where its load can never cost anything more. */
  readonly teamRow: Int32Array
  readonly villageRow: number
  /** Rows of the shared limits, and which of them hold for a group. */
  readonly limitRow: number
  readonly limitsOf: readonly Int32Array[]
  readonly loadPieces: readonly LoadPiece[]
  /** Price of leaving an order out; a pinned one counts as must-serve. */
  readonly orderPrice: Float64Array
  /** What the loads that teams have before the plan already cost. */
  readonly constant: number
}

/** A piece of a team's load cost above what it has before the plan. */
interface LoadPiece {
  readonly team: number
  readonly costPerMinute: number
  readonly minutes: number
}

/** One price by row: free for orders, at most 0 for groups, teams and shared limits, at least 0 for villages. */
export type Prices = Float64Array

export function masterOf(model: Model, groups: readonly PricingGroup[]): Master {
  const { orderCount } = model
  const groupRow = orderCount
  const teamRow = new Int32Array(model.teamCount).fill(-1)
  const lower: number[] = [...Array.from({ length: orderCount }, () => 1), ...groups.map(() => -Infinity)]
  const upper: number[] = [...Array.from({ length: orderCount }, () => 1), ...groups.map((group) => group.tours.length)]
  const loadPieces: LoadPiece[] = []
  let constant = 0
  for (let team = 0; team < model.teamCount; team++) {
    const base = model.teamBase[team]!
    constant += loadCost(model, base)
    const pieces = piecesAbove(model, base)
    if (pieces.every((piece) => piece.costPerMinute === 0)) continue
    teamRow[team] = lower.push(-Infinity) - 1
    upper.push(0)
    loadPieces.push(...pieces.map((piece) => ({ team, ...piece })))
  }
  const villageRow = lower.length
  for (const visitsMin of model.visitsMin) {
    lower.push(visitsMin)
    upper.push(Infinity)
  }
  const limitRow = lower.length
  for (const { most } of model.limits) {
    lower.push(-Infinity)
    upper.push(most)
  }
  return {
    model,
    groups,
    rows: { lower: Float64Array.from(lower), upper: Float64Array.from(upper) },
    rowCount: lower.length,
    groupRow,
    teamRow,
    villageRow,
    limitRow,
    limitsOf: groups.map((group) => model.limitsOf[group.tours[0]!]!),
    loadPieces,
    orderPrice: model.unservedCost.map((price, order) => (model.pinned[order] === 1 ? MUST_SERVE_COST : price)),
    constant,
  }
}

/** The pieces of the load cost from a base upwards, the free one included; the last is as long as any plan could need. */
function piecesAbove(model: Model, base: number): { costPerMinute: number; minutes: number }[] {
  const pieces: { costPerMinute: number; minutes: number }[] = []
  const { fairness } = model.problem
  const starts = [{ fromMinutes: 0, costPerMinute: 0 }, ...fairness]
  starts.forEach((piece, i) => {
    const to = starts[i + 1]?.fromMinutes ?? Infinity
    const from = Math.max(base, piece.fromMinutes)
    if (to > from) pieces.push({ costPerMinute: piece.costPerMinute, minutes: to - from })
  })
  return pieces
}

/** The columns that make every choice of tours possible: orders left out, load pieces, villages without service. */
export function slackColumns(master: Master): GrowingColumns {
  const { model } = master
  const columns = emptyColumns()
  for (let order = 0; order < model.orderCount; order++) push(columns, master.orderPrice[order]!, 1, [order], [1])
  for (const piece of master.loadPieces)
    push(columns, piece.costPerMinute, piece.minutes, [master.teamRow[piece.team]!], [-1])
  for (let w = 0; w < model.visitsMin.length; w++)
    push(columns, model.missingCost[w]!, model.visitsMin[w]!, [master.villageRow + w], [1])
  return columns
}

/** Tours as columns of the LP. */
export function tourColumns(master: Master, tours: readonly Column[], into = emptyColumns()): LpColumns {
  for (const tour of tours) {
    const rows: number[] = [...tour.orders, master.groupRow + tour.group]
    const values: number[] = rows.map(() => 1)
    const teamRow = master.teamRow[master.groups[tour.group]!.team]!
    if (teamRow >= 0 && tour.service > 0) {
      rows.push(teamRow)
      values.push(tour.service)
    }
    const villages = new Map<number, number>()
    for (const order of tour.orders) {
      const village = master.model.villageOf[order]!
      if (village >= 0) villages.set(village, (villages.get(village) ?? 0) + 1)
    }
    for (const [village, visits] of villages) {
      rows.push(master.villageRow + village)
      values.push(visits)
    }
    for (const limit of master.limitsOf[tour.group]!) {
      const taken = columnTakes(master, limit, tour)
      if (taken === 0) continue
      rows.push(master.limitRow + limit)
      values.push(taken)
    }
    push(into, tour.cost, Infinity, rows, values)
  }
  return into
}

/** What a tour takes of a shared limit. */
export function columnTakes({ model }: Master, limit: number, tour: Pick<Column, 'orders' | 'service'>): number {
  const { measure } = model.limits[limit]!
  if (measure === 'tours') return 1
  return measure === 'visits' ? tour.orders.length : tour.service
}

/** What a tour of a group is charged for going out at all, whatever its visits: never above 0. */
export function outingPrice(master: Master, group: number, prices: Prices): number {
  return prices[master.groupRow + group]! + limitPrice(master, group, prices, 'tours')
}

/** The prices of the limits of one measure that hold for a group. */
export function limitPrice(
  { model, limitRow, limitsOf }: Master,
  group: number,
  prices: Prices,
  measure: SharedLimit['measure'],
): number {
  let sum = 0
  for (const limit of limitsOf[group]!) if (model.limits[limit]!.measure === measure) sum += prices[limitRow + limit]!
  return sum
}

export interface GrowingColumns {
  readonly costs: number[]
  readonly uppers: number[]
  readonly starts: number[]
  readonly rows: number[]
  readonly values: number[]
}

const emptyColumns = (): GrowingColumns => ({ costs: [], uppers: [], starts: [0], rows: [], values: [] })

function push(
  into: GrowingColumns,
  cost: number,
  upper: number,
  rows: readonly number[],
  values: readonly number[],
): void {
  into.costs.push(cost)
  into.uppers.push(upper)
  into.rows.push(...rows)
  into.values.push(...values)
  into.starts.push(into.rows.length)
}

/** Brings prices to where they prove most: their signs right, and none dearer than what its row can be bought off for. */
export function clipPrices(master: Master, prices: Prices): void {
  const { model } = master
  for (let order = 0; order < model.orderCount; order++)
    if (prices[order]! > master.orderPrice[order]!) prices[order] = master.orderPrice[order]!
  for (let g = 0; g < master.groups.length; g++) if (prices[master.groupRow + g]! > 0) prices[master.groupRow + g] = 0
  const dearest = -(model.problem.fairness.at(-1)?.costPerMinute ?? 0)
  for (const row of master.teamRow) if (row >= 0) prices[row] = Math.max(dearest, Math.min(0, prices[row]!))
  for (let w = 0; w < model.visitsMin.length; w++) {
    const row = master.villageRow + w
    prices[row] = Math.max(0, Math.min(model.missingCost[w]!, prices[row]!))
  }
  for (let l = 0; l < model.limits.length; l++) if (prices[master.limitRow + l]! > 0) prices[master.limitRow + l] = 0
}

/** The part of the Lagrangian bound that does not depend on tours: what clipped prices of the rows are worth. */
export function priceOfRows(master: Master, prices: Prices): number {
  const { model } = master
  let worth = master.constant
  for (let order = 0; order < model.orderCount; order++) worth += prices[order]!
  for (const piece of master.loadPieces) {
    const gain = piece.costPerMinute + prices[master.teamRow[piece.team]!]!
    if (gain < 0) worth += gain * piece.minutes
  }
  for (let w = 0; w < model.visitsMin.length; w++) worth += prices[master.villageRow + w]! * model.visitsMin[w]!
  model.limits.forEach(({ most }, l) => (worth += prices[master.limitRow + l]! * most))
  return worth
}

/** What a group's visits are worth at these prices, by node, net of what assigning them costs. */
export function nodePrices(master: Master, g: number, prices: Prices, into: Float64Array): Float64Array {
  const group = master.groups[g]!
  const teamRow = master.teamRow[group.team]!
  const perMinute = (teamRow < 0 ? 0 : prices[teamRow]!) + limitPrice(master, g, prices, 'minutes')
  const perVisit = limitPrice(master, g, prices, 'visits')
  for (let i = 0; i < group.size; i++) {
    const order = group.orders[i]!
    const village = master.model.villageOf[order]!
    let worth = prices[order]! + perVisit + perMinute * group.service[i]! - group.assignment[i]!
    if (village >= 0) worth += prices[master.villageRow + village]!
    into[i] = worth
  }
  return into
}

/** Cost of a tour less what its rows are worth, the row of its group included. */
export function reducedCost(master: Master, tour: Column, prices: Prices): number {
  const { villageOf } = master.model
  let cost = tour.cost - prices[master.groupRow + tour.group]!
  for (const limit of master.limitsOf[tour.group]!)
    cost -= prices[master.limitRow + limit]! * columnTakes(master, limit, tour)
  for (const order of tour.orders) {
    cost -= prices[order]!
    const village = villageOf[order]!
    if (village >= 0) cost -= prices[master.villageRow + village]!
  }
  const teamRow = master.teamRow[master.groups[tour.group]!.team]!
  return teamRow < 0 ? cost : cost - prices[teamRow]! * tour.service
}
