import {
  applyInsertion,
  findInsertion,
  fitsLoads,
  scanTour,
  searchOf,
  coverageSaved,
  type Search,
} from './insertion.ts'
import type { Model } from './model.ts'
import type { Tours } from './tours.ts'
import { unlinkVisit, refreshTour } from './tours.ts'

/** Pinned orders that cannot all be kept on one team-day, as `solve` reports them. */
export class PinConflictError extends Error {
  readonly teamDay: string
  readonly orders: readonly string[]
  constructor(teamDay: string, orders: readonly string[]) {
    super(`pinned orders cannot all be kept on ${teamDay}: ${orders.join(', ')}`)
    this.name = 'PinConflictError'
    this.teamDay = teamDay
    this.orders = orders
  }
}

/** Regret insertion looks at all pairs of an order and a tour again and again: above so many pairs the greedy way is taken. */
const REGRET_PAIRS_MAX = 40_000
/** Sequences of a team-day's pins that are tried before they are called a conflict. */
const PIN_SEQUENCES_MAX = 5_000

/** Plans the pinned orders, then as many others as fit and are worth their price. */
export function construct(tours: Tours): void {
  const search = searchOf(tours.model, null)
  plantPins(tours, search)
  if (tours.model.eligibleTour.length <= REGRET_PAIRS_MAX) insertByRegret(tours, search)
  else insertScarcestFirst(tours, search)
}

function plantPins(tours: Tours, search: Search): void {
  const { model } = tours
  const byTour = new Map<number, number[]>()
  for (let order = 0; order < model.orderCount; order++) {
    if (model.pinned[order] === 0 || tours.visitOf[order]! >= 0) continue
    const visit = model.alternatives[order]![0]!
    const tour = model.eligibleTour[model.eligibleFrom[visit]!]!
    byTour.set(tour, [...(byTour.get(tour) ?? []), order])
  }
  for (const [tour, orders] of byTour) {
    orders.sort((a, b) => earliestClose(model, a) - earliestClose(model, b) || a - b)
    const left = { sequences: PIN_SEQUENCES_MAX }
    if (!plantSequence(tours, search, orders, left))
      throw new PinConflictError(
        model.problem.teamDays[tour]!.id,
        orders.map((order) => model.problem.orders[order]!.id),
      )
  }
}

const earliestClose = (model: Model, order: number): number =>
  Math.min(...Array.from(model.alternatives[order]!, (visit) => model.closes[visit]!))

/** Inserts the orders one by one, each at its best place; where one fails, another order of insertion is tried. */
function plantSequence(tours: Tours, search: Search, orders: readonly number[], left: { sequences: number }): boolean {
  if (orders.length === 0) return true
  if (left.sequences-- <= 0) return false
  for (const order of orders) {
    if (!findInsertion(tours, search, order, Infinity)) continue
    const { visit, tour } = search.best
    applyInsertion(tours, search.best)
    const rest = orders.filter((other) => other !== order)
    if (plantSequence(tours, search, rest, left)) return true
    unlinkVisit(tours, visit)
    refreshTour(tours, tour)
  }
  return false
}

/** Orders with the fewest team-days first, dear before cheap: scarce skills are not eaten by work that others can do. */
function insertScarcestFirst(tours: Tours, search: Search): void {
  const { model } = tours
  const choices = Array.from({ length: model.orderCount }, (_, order) => {
    let count = 0
    for (const visit of model.alternatives[order]!) count += model.eligibleFrom[visit + 1]! - model.eligibleFrom[visit]!
    return count
  })
  const orders = choices.map((_, order) => order)
  orders.sort((a, b) => choices[a]! - choices[b]! || model.unservedCost[b]! - model.unservedCost[a]! || a - b)
  for (const order of orders) {
    if (tours.visitOf[order]! >= 0) continue
    if (findInsertion(tours, search, order, model.unservedCost[order]!)) applyInsertion(tours, search.best)
  }
}

/** Next comes the order that loses most when its best tour is taken away (regret 2). */
function insertByRegret(tours: Tours, search: Search): void {
  const { model } = tours
  const open = new Set<number>()
  for (let i = 0; i < tours.unservedCount; i++) open.add(tours.unserved[i]!)
  const known = new Map<number, { best: number; regret: number }>()
  const stale = new Set(open)
  while (open.size > 0) {
    for (const order of stale) known.set(order, regretOf(tours, search, order))
    stale.clear()
    let pick = -1
    let most = -Infinity
    for (const order of open) {
      const { best, regret } = known.get(order)!
      if (best < 0) continue
      if (regret > most || (regret === most && order < pick)) {
        most = regret
        pick = order
      }
    }
    if (pick < 0) return
    open.delete(pick)
    if (!findInsertion(tours, search, pick, model.unservedCost[pick]!)) continue
    applyInsertion(tours, search.best)
    const changed = search.best.tour
    for (const order of open) if (mayUse(model, order, changed)) stale.add(order)
  }
}

function mayUse(model: Model, order: number, tour: number): boolean {
  for (const visit of model.alternatives[order]!)
    for (let e = model.eligibleFrom[visit]!; e < model.eligibleFrom[visit + 1]!; e++)
      if (model.eligibleTour[e] === tour) return true
  return false
}

/** The best tour of an order (-1 without one) and how much dearer the next best is. */
function regretOf(tours: Tours, search: Search, order: number): { best: number; regret: number } {
  const { model } = tours
  const price = model.unservedCost[order]!
  const saved = coverageSaved(tours, order)
  let best = -1
  let first = price
  let second = price
  for (const visit of model.alternatives[order]!) {
    for (let e = model.eligibleFrom[visit]!; e < model.eligibleFrom[visit + 1]!; e++) {
      const tour = model.eligibleTour[e]!
      if (!fitsLoads(tours, visit, tour)) continue
      search.best.visit = -1
      search.best.added = second
      scanTour(tours, search, visit, tour, model.eligibleCost[e]! - saved)
      if (search.best.visit < 0) continue
      const { added } = search.best
      if (added < first) {
        second = first
        first = added
        best = tour
      } else second = added
    }
  }
  return { best, regret: second - first }
}
