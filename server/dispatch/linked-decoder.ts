import { endOf, startOf, takenOf, type Model } from './model.ts'
import type { PlanCost, Stop, Tour } from './plan.ts'
import { eligibleCostOf, loadCost } from './tours.ts'

/** Sums of minutes carry noise below this. */
const LIMIT_TOLERANCE = 1e-6

/** A sequence of tasks with a choice for each order, and the scratch to turn it into times and a cost. */
export interface Decoder {
  readonly model: Model
  /** Tasks: an order alone, or a linked pair (`taskSecond` ≥ 0) with its gap. */
  readonly taskFirst: Int32Array
  readonly taskSecond: Int32Array
  readonly gapMin: Float64Array
  readonly gapMax: Float64Array
  /** Options of an order: a visit on a tour; the last one of an order that may be left out is visit -1. */
  readonly optionFrom: Int32Array
  readonly optionVisit: Int32Array
  readonly optionTour: Int32Array
  readonly optionCost: Float64Array
  readonly sequence: Int32Array
  readonly choice: Int32Array
  /** By tour, while decoding. */
  readonly freeAt: Float64Array
  readonly departs: Float64Array
  /** Waiting so far, and by how much the departure may be later without moving a partner's start or making anybody late. */
  readonly waited: Float64Array
  readonly spare: Float64Array
  readonly at: Int32Array
  readonly count: Int32Array
  readonly load: Float64Array
  readonly teamLoad: Float64Array
  readonly villageVisits: Float64Array
  readonly limitTaken: Float64Array
  /** By order: start in the last decoding; NaN when unserved. */
  readonly starts: Float64Array
  readonly visitTasks: number
  /** By visit: the last possible start; later than the window's end where lateness has a price. */
  readonly lastStarts: Float64Array
  /** Whether a task can lower the cost, so that a decoding may not stop early. */
  readonly mayLower: boolean
  earliestClose(order: number): number
  servedCount: number
  /** The last decoding's cost without unserved orders. */
  paidCost: number
}

export function decoderOf(model: Model): Decoder {
  const { problem } = model
  const indexOf = new Map(problem.orders.map((order, i) => [order.id, i]))
  const linked = new Set(problem.links.flatMap((link) => [link.first, link.second]))
  const first: number[] = []
  const second: number[] = []
  for (const link of problem.links) {
    first.push(indexOf.get(link.first)!)
    second.push(indexOf.get(link.second)!)
  }
  problem.orders.forEach((order, i) => {
    if (linked.has(order.id)) return
    first.push(i)
    second.push(-1)
  })
  const options = optionsOf(model)
  const gaps = (pick: (link: (typeof problem.links)[number]) => number): Float64Array =>
    Float64Array.from(first, (_, task) => (problem.links[task] ? pick(problem.links[task]) : 0))
  return {
    model,
    taskFirst: Int32Array.from(first),
    taskSecond: Int32Array.from(second),
    gapMin: gaps((link) => link.gapMinMinutes),
    gapMax: gaps((link) => link.gapMaxMinutes),
    ...options,
    sequence: Int32Array.from(first, (_, task) => task),
    choice: options.optionFrom.slice(0, model.orderCount),
    freeAt: new Float64Array(model.tourCount),
    departs: new Float64Array(model.tourCount),
    waited: new Float64Array(model.tourCount),
    spare: new Float64Array(model.tourCount),
    at: new Int32Array(model.tourCount),
    count: new Int32Array(model.tourCount),
    load: new Float64Array(model.tourCount * model.dimensions),
    teamLoad: new Float64Array(model.teamCount),
    villageVisits: new Float64Array(model.visitsMin.length),
    limitTaken: new Float64Array(model.limits.length),
    starts: new Float64Array(model.orderCount),
    visitTasks: first.length,
    lastStarts: lastStartsOf(model),
    mayLower: options.optionCost.some((cost) => cost < 0),
    earliestClose: (order) => Math.min(...Array.from(model.alternatives[order]!, (visit) => model.closes[visit]!)),
    servedCount: 0,
    paidCost: 0,
  }
}

function lastStartsOf(model: Model): Float64Array {
  const soft = model.problem.objective.lateness !== undefined
  return model.closes
    .slice(0, model.visitCount)
    .map((closes, visit) =>
      soft && model.problem.orders[model.orderOf[visit]!]!.pin?.startsMinute === undefined ? Infinity : closes,
    )
}

/** How long after the best of the order's windows a start is. */
function overdueOf(model: Model, order: number, visit: number, tour: number, starts: number): number {
  let least = Math.max(0, starts - model.closes[visit]!)
  const alternatives = model.alternatives[order]!
  if (least === 0 || alternatives.length === 1) return least
  for (const other of alternatives)
    if (starts >= model.opens[other]! && eligibleCostOf(model, other, tour) < Infinity)
      least = Math.min(least, Math.max(0, starts - model.closes[other]!))
  return least
}

function optionsOf(model: Model) {
  const optionFrom = new Int32Array(model.orderCount + 1)
  const visits: number[] = []
  const tours: number[] = []
  const costs: number[] = []
  for (let order = 0; order < model.orderCount; order++) {
    for (const visit of model.alternatives[order]!) {
      for (let e = model.eligibleFrom[visit]!; e < model.eligibleFrom[visit + 1]!; e++) {
        visits.push(visit)
        tours.push(model.eligibleTour[e]!)
        costs.push(model.eligibleCost[e]!)
      }
    }
    const nobody = visits.length === optionFrom[order]
    if (nobody || (model.problem.orders[order]!.unservedCost !== null && model.pinned[order] === 0)) {
      visits.push(-1)
      tours.push(-1)
      costs.push(0)
    }
    optionFrom[order + 1] = visits.length
  }
  return {
    optionFrom,
    optionVisit: Int32Array.from(visits),
    optionTour: Int32Array.from(tours),
    optionCost: Float64Array.from(costs),
  }
}

/** The cost of the sequence, or Infinity as soon as it is known to exceed `limit`; times stay in the decoder. */
export function decode(decoder: Decoder, limit: number): number {
  const { model, sequence, taskFirst, taskSecond, choice, starts } = decoder
  begin(decoder)
  const late = { sum: 0, most: 0 }
  let paid = 0
  let unserved = 0
  for (const task of sequence) {
    const first = taskFirst[task]!
    const second = taskSecond[task]!
    const served = second < 0 ? placeSingle(decoder, first, late) : placePair(decoder, task, late)
    if (served) {
      paid += served.paid
      paid += decoder.optionCost[choice[first]!]! + (second < 0 ? 0 : decoder.optionCost[choice[second]!]!)
    } else {
      starts[first] = Number.NaN
      unserved += model.unservedCost[first]!
      if (second >= 0) {
        starts[second] = Number.NaN
        unserved += model.unservedCost[second]!
      }
    }
    if (paid + unserved > limit && !decoder.mayLower) return Infinity
  }
  paid += finish(decoder) + latenessCost(model, late)
  decoder.paidCost = paid
  const cost = paid + unserved
  return cost > limit ? Infinity : cost
}

function begin(decoder: Decoder): void {
  const { model } = decoder
  decoder.count.fill(0)
  decoder.load.fill(0)
  decoder.teamLoad.set(model.teamBase)
  decoder.villageVisits.fill(0)
  decoder.limitTaken.fill(0)
  decoder.servedCount = 0
  for (let v = 0; v < model.tourCount; v++) {
    decoder.freeAt[v] = model.opens[startOf(model, v)]!
    decoder.at[v] = model.place[startOf(model, v)]!
    decoder.waited[v] = 0
    decoder.spare[v] = Infinity
  }
}

interface Late {
  sum: number
  most: number
}

const placed = { paid: 0 }

function placeSingle(decoder: Decoder, order: number, late: Late): typeof placed | null {
  const option = decoder.choice[order]!
  const visit = decoder.optionVisit[option]!
  if (visit < 0) return null
  const tour = decoder.optionTour[option]!
  const starts = earliestStart(decoder, visit, tour)
  if (!mayStart(decoder, visit, tour, starts, false)) return null
  placed.paid = book(decoder, order, visit, tour, starts, late, false)
  return placed
}

function placePair(decoder: Decoder, task: number, late: Late): typeof placed | null {
  const { model, choice, optionVisit, optionTour } = decoder
  const first = decoder.taskFirst[task]!
  const second = decoder.taskSecond[task]!
  const a = optionVisit[choice[first]!]!
  const b = optionVisit[choice[second]!]!
  if (a < 0 || b < 0) return null
  const tourA = optionTour[choice[first]!]!
  const tourB = optionTour[choice[second]!]!
  const { teamDays } = model.problem
  if (model.teamOf[tourA] === model.teamOf[tourB] || teamDays[tourA]!.day !== teamDays[tourB]!.day) return null
  let startsA = earliestStart(decoder, a, tourA)
  const startsB = Math.max(earliestStart(decoder, b, tourB), startsA + decoder.gapMin[task]!)
  startsA = Math.max(startsA, startsB - decoder.gapMax[task]!)
  if (!mayStart(decoder, a, tourA, startsA, true) || !mayStart(decoder, b, tourB, startsB, true)) return null
  if (!pairFitsLimits(decoder, a, tourA, b, tourB)) return null
  placed.paid =
    book(decoder, first, a, tourA, startsA, late, true) + book(decoder, second, b, tourB, startsB, late, true)
  return placed
}

/** Each of the two fits alone; where they share a limit both must. */
function pairFitsLimits({ model, limitTaken, count }: Decoder, a: number, tourA: number, b: number, tourB: number) {
  for (const limit of model.limitsOf[tourA]!) {
    if (!model.limitsOf[tourB]!.includes(limit)) continue
    const both = takenOf(model, limit, a, count[tourA]!) + takenOf(model, limit, b, count[tourB]!)
    if (limitTaken[limit]! + both > model.limits[limit]!.most + LIMIT_TOLERANCE) return false
  }
  return true
}

function earliestStart(decoder: Decoder, visit: number, tour: number): number {
  const { model } = decoder
  const leg = decoder.at[tour]! * model.placeCount + model.place[visit]!
  return Math.max(model.opens[visit]!, decoder.freeAt[tour]! + model.minutes[tour]![leg]!)
}

function mayStart(decoder: Decoder, visit: number, tour: number, starts: number, fixed: boolean): boolean {
  const { model, load } = decoder
  const { dimensions } = model
  if (starts > decoder.lastStarts[visit]!) return false
  const end = endOf(model, tour)
  const here = model.place[visit]!
  const returns = starts + model.service[visit]! + model.minutes[tour]![here * model.placeCount + model.place[end]!]!
  if (returns > model.closes[end]!) return false
  if (model.needsWork) {
    wait(decoder, visit, tour, starts, fixed)
    if (returns - waiting.departs - Math.min(waiting.waited, waiting.spare) > model.workMinutesMax[tour]!) return false
  }
  for (let k = 0; k < dimensions; k++)
    if (load[tour * dimensions + k]! + model.loads[visit * dimensions + k]! > model.loadsMax[tour * dimensions + k]!)
      return false
  for (const limit of model.limitsOf[tour]!) {
    const taken = decoder.limitTaken[limit]! + takenOf(model, limit, visit, decoder.count[tour]!)
    if (taken > model.limits[limit]!.most + LIMIT_TOLERANCE) return false
  }
  return true
}

const waiting = { departs: 0, waited: 0, spare: 0 }

/** What a start at the end of a tour makes of its departure and of the waiting that can be spared. */
function wait(decoder: Decoder, visit: number, tour: number, starts: number, fixed: boolean): void {
  const { model } = decoder
  const leg = model.minutes[tour]![decoder.at[tour]! * model.placeCount + model.place[visit]!]!
  const isFirst = decoder.count[tour] === 0
  waiting.departs = isFirst ? starts - leg : decoder.departs[tour]!
  waiting.waited = isFirst ? 0 : decoder.waited[tour]! + starts - decoder.freeAt[tour]! - leg
  const slack = fixed ? 0 : Math.max(0, model.closes[visit]! - starts)
  waiting.spare = Math.min(decoder.spare[tour]!, slack + waiting.waited)
}

function book(
  decoder: Decoder,
  order: number,
  visit: number,
  tour: number,
  starts: number,
  late: Late,
  fixed: boolean,
): number {
  const { model, load } = decoder
  wait(decoder, visit, tour, starts, fixed)
  decoder.departs[tour] = waiting.departs
  decoder.waited[tour] = waiting.waited
  decoder.spare[tour] = waiting.spare
  const here = model.place[visit]!
  const leg = decoder.at[tour]! * model.placeCount + here
  let paid = model.costs[tour]![leg]!
  for (const limit of model.limitsOf[tour]!)
    decoder.limitTaken[limit]! += takenOf(model, limit, visit, decoder.count[tour]!)
  if (decoder.count[tour]!++ === 0) paid += model.fixedCost[tour]!
  decoder.starts[order] = starts
  decoder.at[tour] = here
  decoder.freeAt[tour] = starts + model.service[visit]!
  for (let k = 0; k < model.dimensions; k++)
    load[tour * model.dimensions + k]! += model.loads[visit * model.dimensions + k]!
  const overdue = overdueOf(model, order, visit, tour, starts)
  if (overdue > 0) {
    late.sum += overdue
    if (overdue > late.most) late.most = overdue
  }
  decoder.teamLoad[model.teamOf[tour]!]! += model.service[visit]!
  const village = model.villageOf[order]!
  if (village >= 0) decoder.villageVisits[village]!++
  decoder.servedCount++
  return paid
}

function finish(decoder: Decoder): number {
  const { model } = decoder
  let paid = 0
  for (let v = 0; v < model.tourCount; v++) {
    if (decoder.count[v] === 0) continue
    const leg = decoder.at[v]! * model.placeCount + model.place[endOf(model, v)]!
    paid += model.costs[v]![leg]!
    if (model.workMinuteCost > 0)
      paid += model.workMinuteCost * (decoder.freeAt[v]! + model.minutes[v]![leg]! - departureOf(decoder, v))
  }
  return paid + rowCosts(decoder).fairness + rowCosts(decoder).coverage
}

/** When a tour leaves: as late as its partners and windows let it, where working time matters. */
function departureOf(decoder: Decoder, tour: number): number {
  const spared = decoder.model.needsWork ? Math.min(decoder.waited[tour]!, decoder.spare[tour]!) : 0
  return decoder.departs[tour]! + spared
}

function rowCosts(decoder: Decoder): { fairness: number; coverage: number } {
  const { model } = decoder
  let fairness = 0
  let coverage = 0
  if (model.problem.fairness.length > 0)
    for (let t = 0; t < model.teamCount; t++) fairness += loadCost(model, decoder.teamLoad[t]!)
  for (let w = 0; w < model.visitsMin.length; w++)
    coverage += Math.max(0, model.visitsMin[w]! - decoder.villageVisits[w]!) * model.missingCost[w]!
  return { fairness, coverage }
}

function latenessCost(model: Model, late: Late): number {
  const { lateness } = model.problem.objective
  return lateness ? late.sum * lateness.perMinute + late.most * lateness.maxPerMinute : 0
}

/** The plan of the last complete decoding. */
export function planOfDecoder(decoder: Decoder): { tours: Tour[]; cost: PlanCost; unserved: number[] } {
  const { model, choice, starts } = decoder
  const byTour = new Map<number, number[]>()
  const unserved: number[] = []
  const sums = { travel: 0, work: 0, fixed: 0, assignment: 0, unserved: 0 }
  const late = { sum: 0, most: 0 }
  for (const task of decoder.sequence) {
    for (const order of [decoder.taskFirst[task]!, decoder.taskSecond[task]!]) {
      if (order < 0) continue
      if (Number.isNaN(starts[order]!)) {
        unserved.push(order)
        sums.unserved += model.unservedCost[order]!
        continue
      }
      const option = choice[order]!
      const tour = decoder.optionTour[option]!
      byTour.set(tour, [...(byTour.get(tour) ?? []), order])
      sums.assignment += decoder.optionCost[option]!
      const overdue = overdueOf(model, order, decoder.optionVisit[option]!, tour, starts[order]!)
      late.sum += overdue
      late.most = Math.max(late.most, overdue)
    }
  }
  const tours = [...byTour].sort(([a], [b]) => a - b).map(([tour, orders]) => tourOf(decoder, tour, orders, sums))
  const lateness = latenessCost(model, late)
  const rows = rowCosts(decoder)
  const { travel, work, fixed, assignment } = sums
  const total = travel + work + fixed + assignment + lateness + rows.fairness + rows.coverage + sums.unserved
  return { tours, cost: { ...sums, ...rows, lateness, total }, unserved: unserved.sort((a, b) => a - b) }
}

function tourOf(
  decoder: Decoder,
  tour: number,
  orders: readonly number[],
  sums: { travel: number; work: number; fixed: number },
): Tour {
  const { model, starts } = decoder
  const table = model.minutes[tour]!
  const costs = model.costs[tour]!
  let place = model.place[startOf(model, tour)]!
  const departsMinute = departureOf(decoder, tour)
  let now = departsMinute
  const stops: Stop[] = orders.map((order) => {
    const visit = decoder.optionVisit[decoder.choice[order]!]!
    const leg = place * model.placeCount + model.place[visit]!
    const arrivesMinute = now + table[leg]!
    // A later departure moves only visits that would have been waited for.
    const startsMinute = Math.max(arrivesMinute, starts[order]!)
    now = startsMinute + model.service[visit]!
    place = model.place[visit]!
    sums.travel += costs[leg]!
    return { order: model.problem.orders[order]!.id, arrivesMinute, startsMinute, endsMinute: now }
  })
  const home = place * model.placeCount + model.place[endOf(model, tour)]!
  const returnsMinute = now + table[home]!
  sums.travel += costs[home]!
  sums.fixed += model.fixedCost[tour]!
  sums.work += (returnsMinute - departsMinute) * model.workMinuteCost
  return { teamDay: model.problem.teamDays[tour]!.id, departsMinute, returnsMinute, stops }
}
