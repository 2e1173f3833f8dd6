// The state of the search: tours as linked lists, with what makes an insertion check O(1) – the earliest and latest start of every
// element (Savelsbergh's forward time slack) and, where working time matters, the time-window segments of Vidal et al.: duration D,
// and the earliest (E) and latest (L) departure that attain it, for what lies before and after an element.
import { endOf, startOf, suppliesOf, takenOf, type Model } from './model.ts'

export interface Tours {
  readonly model: Model
  readonly next: Int32Array
  readonly previous: Int32Array
  /** Tour of a visit; -1 while it is not planned. */
  readonly tourOf: Int32Array
  readonly earliest: Float64Array
  readonly latest: Float64Array
  readonly headD: Float64Array
  readonly headE: Float64Array
  readonly headL: Float64Array
  readonly tailD: Float64Array
  readonly tailE: Float64Array
  readonly tailL: Float64Array
  /** By tour. */
  readonly size: Int32Array
  readonly load: Float64Array
  readonly tourCost: Float64Array
  readonly tourWork: Float64Array
  readonly hasSupplies: Uint8Array
  readonly partsUsed: Float64Array
  /** By element: whether the supplies were fetched at or before it. */
  readonly supplied: Uint8Array
  readonly teamLoad: Float64Array
  readonly villageVisits: Float64Array
  /** By shared limit: what is taken of it. */
  readonly limitTaken: Float64Array
  /** The visit that serves an order; -1 while it is unserved. */
  readonly visitOf: Int32Array
  /** Unserved orders, dense, with each order's place in it (-1 when served). */
  readonly unserved: Int32Array
  readonly unservedAt: Int32Array
  unservedCount: number
  usedTours: number
  /** Sum of the tours' costs, of the unserved orders' prices, and of the rows that join tours. */
  toursCost: number
  unservedCost: number
  rowsCost: number
}

/** No tour planned, every order unserved. */
export function emptyTours(model: Model): Tours {
  const elements = model.visitCount + 3 * model.tourCount
  const reals = (length: number): Float64Array => new Float64Array(length)
  const tours: Tours = {
    model,
    next: new Int32Array(elements).fill(-1),
    previous: new Int32Array(elements).fill(-1),
    tourOf: new Int32Array(elements).fill(-1),
    earliest: reals(elements),
    latest: reals(elements),
    headD: reals(elements),
    headE: reals(elements),
    headL: reals(elements),
    tailD: reals(elements),
    tailE: reals(elements),
    tailL: reals(elements),
    size: new Int32Array(model.tourCount),
    load: reals(model.tourCount * model.dimensions),
    tourCost: reals(model.tourCount),
    tourWork: reals(model.tourCount),
    hasSupplies: new Uint8Array(model.tourCount),
    partsUsed: reals(model.tourCount * model.partCount),
    supplied: new Uint8Array(elements),
    teamLoad: Float64Array.from(model.teamBase),
    villageVisits: reals(model.visitsMin.length),
    limitTaken: reals(model.limits.length),
    visitOf: new Int32Array(model.orderCount).fill(-1),
    unserved: Int32Array.from({ length: model.orderCount }, (_, i) => i),
    unservedAt: Int32Array.from({ length: model.orderCount }, (_, i) => i),
    unservedCount: model.orderCount,
    usedTours: 0,
    toursCost: 0,
    unservedCost: 0,
    rowsCost: 0,
  }
  for (let v = 0; v < model.tourCount; v++) {
    tours.next[startOf(model, v)] = endOf(model, v)
    tours.previous[endOf(model, v)] = startOf(model, v)
    for (const element of [startOf(model, v), endOf(model, v), suppliesOf(model, v)]) tours.tourOf[element] = v
    refreshTour(tours, v)
  }
  resumCosts(tours)
  return tours
}

export const totalOf = (tours: Tours): number => tours.toursCost + tours.unservedCost + tours.rowsCost

/** Sums the costs afresh: the running sums drift by rounding over millions of changes. */
export function resumCosts(tours: Tours): void {
  const { model } = tours
  tours.toursCost = tours.tourCost.reduce((sum, cost) => sum + cost, 0)
  tours.unservedCost = 0
  for (let i = 0; i < tours.unservedCount; i++) tours.unservedCost += model.unservedCost[tours.unserved[i]!]!
  tours.rowsCost = 0
  for (let w = 0; w < model.visitsMin.length; w++)
    tours.rowsCost += Math.max(0, model.visitsMin[w]! - tours.villageVisits[w]!) * model.missingCost[w]!
  if (model.problem.fairness.length === 0) return
  for (let t = 0; t < model.teamCount; t++) tours.rowsCost += loadCost(model, tours.teamLoad[t]!)
}

/** The convex price of a team's load in minutes. */
export function loadCost(model: Model, minutes: number): number {
  let cost = 0
  let slope = 0
  for (const piece of model.problem.fairness) {
    if (minutes <= piece.fromMinutes) break
    cost += (minutes - piece.fromMinutes) * (piece.costPerMinute - slope)
    slope = piece.costPerMinute
  }
  return cost
}

/** Links a visit in after an element and books it; the tour must be refreshed afterwards. */
export function linkVisit(tours: Tours, tour: number, visit: number, after: number): void {
  const { model } = tours
  linkElement(tours, visit, after)
  tours.tourOf[visit] = tour
  for (const limit of model.limitsOf[tour]!) tours.limitTaken[limit]! += takenOf(model, limit, visit, tours.size[tour]!)
  if (tours.size[tour]!++ === 0) tours.usedTours++
  for (let k = 0; k < model.dimensions; k++)
    tours.load[tour * model.dimensions + k]! += model.loads[visit * model.dimensions + k]!
  bookLoad(tours, tour, model.service[visit]!)
  const order = model.orderOf[visit]!
  tours.visitOf[order] = visit
  const at = tours.unservedAt[order]!
  const last = tours.unserved[--tours.unservedCount]!
  tours.unserved[at] = last
  tours.unservedAt[last] = at
  tours.unservedAt[order] = -1
  tours.unservedCost -= model.unservedCost[order]!
  const village = model.villageOf[order]!
  if (village >= 0 && ++tours.villageVisits[village]! <= model.visitsMin[village]!)
    tours.rowsCost -= model.missingCost[village]!
}

/** Takes a visit out and unbooks it; the tour must be refreshed afterwards. */
export function unlinkVisit(tours: Tours, visit: number): void {
  const { model } = tours
  const tour = tours.tourOf[visit]!
  unlinkElement(tours, visit)
  tours.tourOf[visit] = -1
  if (--tours.size[tour]! === 0) tours.usedTours--
  for (const limit of model.limitsOf[tour]!) tours.limitTaken[limit]! -= takenOf(model, limit, visit, tours.size[tour]!)
  for (let k = 0; k < model.dimensions; k++)
    tours.load[tour * model.dimensions + k]! -= model.loads[visit * model.dimensions + k]!
  bookLoad(tours, tour, -model.service[visit]!)
  const order = model.orderOf[visit]!
  tours.visitOf[order] = -1
  tours.unservedAt[order] = tours.unservedCount
  tours.unserved[tours.unservedCount++] = order
  tours.unservedCost += model.unservedCost[order]!
  const village = model.villageOf[order]!
  if (village >= 0 && tours.villageVisits[village]!-- <= model.visitsMin[village]!)
    tours.rowsCost += model.missingCost[village]!
}

export function linkElement(tours: Tours, element: number, after: number): void {
  const { next, previous } = tours
  const following = next[after]!
  next[after] = element
  previous[element] = after
  next[element] = following
  previous[following] = element
}

export function unlinkElement(tours: Tours, element: number): void {
  const { next, previous } = tours
  next[previous[element]!] = next[element]!
  previous[next[element]!] = previous[element]!
  next[element] = previous[element] = -1
}

function bookLoad(tours: Tours, tour: number, minutes: number): void {
  const { model, teamLoad } = tours
  if (model.problem.fairness.length === 0) return
  const team = model.teamOf[tour]!
  tours.rowsCost -= loadCost(model, teamLoad[team]!)
  teamLoad[team]! += minutes
  tours.rowsCost += loadCost(model, teamLoad[team]!)
}

/** Computes a tour's times, segments, kit and cost again after a change of its list. */
export function refreshTour(tours: Tours, tour: number): void {
  const { model, next, earliest, latest, previous } = tours
  const { place, opens, closes, service, placeCount } = model
  const minutes = model.minutes[tour]!
  const costs = model.costs[tour]!
  const start = startOf(model, tour)
  const end = endOf(model, tour)
  earliest[start] = opens[start]!
  let cost = 0
  for (let i = start; i !== end;) {
    const j = next[i]!
    const leg = place[i]! * placeCount + place[j]!
    const arrival = earliest[i]! + service[i]! + minutes[leg]!
    earliest[j] = arrival > opens[j]! ? arrival : opens[j]!
    cost += costs[leg]!
    i = j
  }
  latest[end] = closes[end]!
  for (let j = end; j !== start;) {
    const i = previous[j]!
    const bound = latest[j]! - minutes[place[i]! * placeCount + place[j]!]! - service[i]!
    latest[i] = bound < closes[i]! ? bound : closes[i]!
    j = i
  }
  if (model.needsWork) cost += refreshWork(tours, tour)
  if (model.hasKit) refreshKit(tours, tour)
  const now = tours.size[tour] === 0 ? 0 : cost + model.fixedCost[tour]! + assignmentOf(tours, tour)
  tours.toursCost += now - tours.tourCost[tour]!
  tours.tourCost[tour] = now
}

function assignmentOf(tours: Tours, tour: number): number {
  const { model, next } = tours
  const end = endOf(model, tour)
  let cost = 0
  for (let i = next[startOf(model, tour)]!; i !== end; i = next[i]!)
    if (i < model.visitCount) cost += eligibleCostOf(model, i, tour)
  return cost
}

/** The assignment cost of a visit on a tour; Infinity when the tour may not take it. */
export function eligibleCostOf(model: Model, visit: number, tour: number): number {
  const { eligibleTour } = model
  let low = model.eligibleFrom[visit]!
  let high = model.eligibleFrom[visit + 1]! - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const found = eligibleTour[middle]!
    if (found === tour) return model.eligibleCost[middle]!
    if (found < tour) low = middle + 1
    else high = middle - 1
  }
  return Infinity
}

/** Joins two segments: writes duration, earliest and latest departure of the whole into `joined`. */
export const joined = { D: 0, E: 0, L: 0, late: 0 }
export function joinSegments(
  d1: number,
  e1: number,
  l1: number,
  leg: number,
  d2: number,
  e2: number,
  l2: number,
): void {
  const shift = d1 + leg
  const wait = e2 - shift - l1
  const late = e1 + shift - l2
  joined.D = d1 + d2 + leg + (wait > 0 ? wait : 0)
  const e = e2 - shift
  joined.E = (e > e1 ? e : e1) - (wait > 0 ? wait : 0)
  const l = l2 - shift
  joined.L = (l < l1 ? l : l1) + (late > 0 ? late : 0)
  joined.late = late > 0 ? late : 0
}

function refreshWork(tours: Tours, tour: number): number {
  const { model, next, previous, headD, headE, headL, tailD, tailE, tailL } = tours
  const { place, opens, closes, service, placeCount } = model
  const minutes = model.minutes[tour]!
  const start = startOf(model, tour)
  const end = endOf(model, tour)
  headD[start] = 0
  headE[start] = opens[start]!
  headL[start] = closes[start]!
  for (let i = start; i !== end;) {
    const j = next[i]!
    const leg = minutes[place[i]! * placeCount + place[j]!]!
    joinSegments(headD[i]!, headE[i]!, headL[i]!, leg, service[j]!, opens[j]!, closes[j]!)
    headD[j] = joined.D
    headE[j] = joined.E
    headL[j] = joined.L
    i = j
  }
  tailD[end] = 0
  tailE[end] = opens[end]!
  tailL[end] = closes[end]!
  for (let j = end; j !== start;) {
    const i = previous[j]!
    const leg = minutes[place[i]! * placeCount + place[j]!]!
    joinSegments(service[i]!, opens[i]!, closes[i]!, leg, tailD[j]!, tailE[j]!, tailL[j]!)
    tailD[i] = joined.D
    tailE[i] = joined.E
    tailL[i] = joined.L
    j = i
  }
  tours.tourWork[tour] = headD[end]!
  return model.workMinuteCost * headD[end]!
}

function refreshKit(tours: Tours, tour: number): void {
  const { model, next, partsUsed, supplied } = tours
  const { partCount } = model
  const end = endOf(model, tour)
  partsUsed.fill(0, tour * partCount, (tour + 1) * partCount)
  let fetched = 0
  supplied[startOf(model, tour)] = 0
  for (let i = next[startOf(model, tour)]!; i !== end; i = next[i]!) {
    if (i >= model.visitCount) fetched = 1
    else if (fetched === 0)
      for (let k = 0; k < partCount; k++) partsUsed[tour * partCount + k]! += model.parts[i * partCount + k]!
    supplied[i] = fetched
  }
  tours.hasSupplies[tour] = fetched
}
