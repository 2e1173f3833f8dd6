import { endOf, startOf } from './model.ts'
import type { PlanCost, Stop, Tour } from './plan.ts'
import { eligibleCostOf, loadCost, type Tours } from './tours.ts'

/** The tours of a state with their times: each leaves as early as the least working time allows. */
export function toursOfPlan(tours: Tours): Tour[] {
  const { model } = tours
  const list: Tour[] = []
  for (let v = 0; v < model.tourCount; v++) if (tours.size[v]! > 0) list.push(scheduleTour(tours, v))
  return list
}

/** Times of one tour. Waiting before the first visit is spent at home, as far as later windows allow. */
export function scheduleTour(tours: Tours, tour: number): Tour {
  const { model, next } = tours
  const { place, opens, service, placeCount } = model
  const minutes = model.minutes[tour]!
  const start = startOf(model, tour)
  const end = endOf(model, tour)
  const departsMinute = latestIdleDeparture(tours, tour)
  const stops: Stop[] = []
  let now = departsMinute
  let from = start
  for (let i = next[start]!; i !== end; i = next[i]!) {
    const arrivesMinute = now + minutes[place[from]! * placeCount + place[i]!]!
    const startsMinute = Math.max(arrivesMinute, opens[i]!)
    const endsMinute = startsMinute + service[i]!
    const times = { arrivesMinute, startsMinute, endsMinute }
    stops.push(i < model.visitCount ? { order: model.problem.orders[model.orderOf[i]!]!.id, ...times } : times)
    now = endsMinute
    from = i
  }
  const returnsMinute = now + minutes[place[from]! * placeCount + place[end]!]!
  return { teamDay: model.problem.teamDays[tour]!.id, departsMinute, returnsMinute, stops }
}

/** The departure that ends as early as possible and, among those, waits least: the earliest one plus the wait that it can spare. */
function latestIdleDeparture(tours: Tours, tour: number): number {
  const { model, next } = tours
  const { place, opens, closes, service, placeCount } = model
  const minutes = model.minutes[tour]!
  const start = startOf(model, tour)
  const end = endOf(model, tour)
  // Leaving later by `spare` still meets every window; waiting can be saved only up to what has been waited so far.
  let now = opens[start]!
  let waited = 0
  let spare = closes[start]! - now
  for (let i = start; i !== end;) {
    const j = next[i]!
    now += service[i]! + minutes[place[i]! * placeCount + place[j]!]!
    if (now < opens[j]!) {
      waited += opens[j]! - now
      now = opens[j]!
    }
    spare = Math.min(spare, closes[j]! - now + waited)
    i = j
  }
  return opens[start]! + Math.max(0, Math.min(waited, spare))
}

/** The cost of a state by part; `tourList` are its scheduled tours. */
export function costOfPlan(tours: Tours, tourList: readonly Tour[]): PlanCost {
  const { model } = tours
  const sums = { travel: 0, work: 0, fixed: 0, assignment: 0, fairness: 0, coverage: 0, unserved: 0 }
  for (let v = 0; v < model.tourCount; v++) {
    if (tours.size[v] === 0) continue
    sums.fixed += model.fixedCost[v]!
    addTour(tours, v, sums)
  }
  for (const tour of tourList) sums.work += (tour.returnsMinute - tour.departsMinute) * model.workMinuteCost
  for (let i = 0; i < tours.unservedCount; i++) sums.unserved += model.unservedCost[tours.unserved[i]!]!
  if (model.problem.fairness.length > 0)
    for (let t = 0; t < model.teamCount; t++) sums.fairness += loadCost(model, tours.teamLoad[t]!)
  for (let w = 0; w < model.visitsMin.length; w++)
    sums.coverage += Math.max(0, model.visitsMin[w]! - tours.villageVisits[w]!) * model.missingCost[w]!
  const total = sums.travel + sums.work + sums.fixed + sums.assignment + sums.fairness + sums.coverage + sums.unserved
  return { ...sums, lateness: 0, total }
}

function addTour(tours: Tours, tour: number, sums: { travel: number; assignment: number }): void {
  const { model, next } = tours
  const costs = model.costs[tour]!
  const end = endOf(model, tour)
  for (let i = startOf(model, tour); i !== end;) {
    const j = next[i]!
    sums.travel += costs[model.place[i]! * model.placeCount + model.place[j]!]!
    if (j < model.visitCount) sums.assignment += eligibleCostOf(model, j, tour)
    i = j
  }
}
