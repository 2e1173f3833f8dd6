// Columns of the master problem: tours by class of team-days, each kept once with its cheapest sequence.
import type { Model } from './model.ts'
import { workOf, type PricedTour } from './pricing.ts'
import type { PricingGroup } from './pricing-group.ts'

export interface Column {
  readonly group: number
  readonly visits: Int32Array
  readonly orders: Int32Array
  readonly cost: number
  /** Service minutes, which is what fairness counts. */
  readonly service: number
}

export interface ColumnPool {
  readonly model: Model
  readonly groups: readonly PricingGroup[]
  /** Group of a tour; -1 where no order may use it. */
  readonly groupOfTour: Int32Array
  readonly columns: Column[]
  /** The cheapest sequence of each class of team-days and set of visits, by `columnKey`. */
  readonly indexOf: Map<string, number>
}

/** Names the class of team-days and the set of visits. */
export const columnKey = (group: number, visits: ArrayLike<number>): string =>
  `${group}:${Int32Array.from(visits).sort().join()}`

export function columnPool(model: Model, groups: readonly PricingGroup[]): ColumnPool {
  const groupOfTour = new Int32Array(model.tourCount).fill(-1)
  groups.forEach((group, g) => group.tours.forEach((tour) => (groupOfTour[tour] = g)))
  return { model, groups, groupOfTour, columns: [], indexOf: new Map() }
}

/** Adds a tour that pricing found; the answer is the index of the cheapest tour of these visits. */
export function addPriced(pool: ColumnPool, group: number, tour: PricedTour): number {
  const { visits } = pool.groups[group]!
  return addVisits(
    pool,
    group,
    tour.nodes.map((node) => visits[node]!),
    tour.nodes,
  )
}

/** Adds a tour of a plan by its visits in order. */
export function addTour(pool: ColumnPool, tour: number, visits: readonly number[]): number {
  const group = pool.groupOfTour[tour]!
  const known = pool.groups[group]!.visits
  return addVisits(
    pool,
    group,
    visits,
    visits.map((visit) => nodeOf(known, visit)),
  )
}

function addVisits(pool: ColumnPool, group: number, visits: readonly number[], nodes: readonly number[]): number {
  const key = columnKey(group, visits)
  const column = columnOf(pool, group, visits, nodes)
  const known = pool.indexOf.get(key)
  if (known !== undefined && pool.columns[known]!.cost <= column.cost + ROUNDING) return known
  const index = pool.columns.push(column) - 1
  pool.indexOf.set(key, index)
  return index
}

const ROUNDING = 1e-9

/** Visits of a group are in rising order. */
function nodeOf(visits: Int32Array, visit: number): number {
  let low = 0
  let high = visits.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (visits[middle]! < visit) low = middle + 1
    else high = middle
  }
  return low
}

function columnOf(pool: ColumnPool, group: number, visits: readonly number[], nodes: readonly number[]): Column {
  const one = pool.groups[group]!
  const span = one.size + 2
  let from = one.size
  let cost = one.fixedCost
  let service = 0
  for (const node of nodes) {
    cost += one.costs[from * span + node]! + one.assignment[node]!
    service += one.service[node]!
    from = node
  }
  cost += one.costs[from * span + one.size + 1]!
  if (one.workMinuteCost > 0) cost += one.workMinuteCost * workOf(one, nodes)
  return {
    group,
    visits: Int32Array.from(visits),
    orders: Int32Array.from(visits, (visit) => pool.model.orderOf[visit]!),
    cost,
    service,
  }
}
