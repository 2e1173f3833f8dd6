// The current plan held ready for questions about one more order: the model is built once, and one guest slot in it takes whatever
// order is asked about, so that an answer costs no more than looking at the tours.
import { searchOf, type Search } from './insertion.ts'
import { modelOf, startOf, suppliesOf, type Model } from './model.ts'
import type { Plan } from './plan.ts'
import { refuseFaultyProblem } from './problem-faults.ts'
import type { DispatchProblem, Order, OrderWindow } from './problem.ts'
import { emptyTours, linkElement, linkVisit, refreshTour, type Tours } from './tours.ts'

export interface Desk {
  readonly tours: Tours
  readonly search: Search
  /** The order and the visit of the guest. */
  readonly guest: number
  readonly guestVisit: number
  /** By skill: which team-days have it, as flags and as a list. */
  readonly skilled: ReadonlyMap<string, Uint8Array>
  readonly ableTours: ReadonlyMap<string, Int32Array>
  readonly tourOfId: ReadonlyMap<string, number>
  readonly villages: ReadonlyMap<string, number>
  /** The problem's orders with the guest as the last one: the one array that is written to. */
  readonly orders: Order[]
}

const GUEST: Omit<Order, 'loads'> = {
  id: '',
  place: 0,
  serviceMinutes: 0,
  windows: [{ opensMinute: 0, closesMinute: 0 }],
  skills: [],
  unservedCost: 0,
  teamDays: [],
  assignmentCosts: [],
}

/**
 * Makes a desk of a problem and its current plan. Throws `ProblemError` for a faulty problem and `RangeError` when the plan does not
 * belong to it, or when its visits are linked or its windows soft (a tour then cannot be judged alone).
 */
export function deskOf(problem: DispatchProblem, plan: Pick<Plan, 'tours'>): Desk {
  // A desk without a visit is an empty day book, not a fault.
  if (problem.orders.length > 0) refuseFaultyProblem(problem)
  if (problem.links.length > 0 || problem.objective.lateness)
    throw new RangeError('linked visits and soft windows have no desk')
  const orders = [...problem.orders, { ...GUEST, loads: problem.loadNames.map(() => 0) }]
  const model = modelOf({ ...problem, orders })
  const tours = emptyTours(model)
  const tourOfId = new Map(problem.teamDays.map((teamDay, v) => [teamDay.id, v]))
  takePlan(tours, tourOfId, plan)
  const skilled = new Map<string, Uint8Array>()
  problem.teamDays.forEach((teamDay, v) => {
    for (const skill of teamDay.skills) {
      const known = skilled.get(skill) ?? new Uint8Array(model.tourCount)
      known[v] = 1
      skilled.set(skill, known)
    }
  })
  return {
    tours,
    search: searchOf(model, null),
    guest: problem.orders.length,
    guestVisit: model.visitCount - 1,
    skilled,
    ableTours: new Map(
      [...skilled].map(([skill, flags]) => [skill, Int32Array.from(flags.keys()).filter((v) => flags[v] === 1)]),
    ),
    tourOfId,
    villages: new Map(problem.coverage.map((row, i) => [row.village, i])),
    orders,
  }
}

function takePlan(tours: Tours, tourOfId: ReadonlyMap<string, number>, plan: Pick<Plan, 'tours'>): void {
  const { model } = tours
  const orderOfId = new Map(model.problem.orders.map((order, i) => [order.id, i]))
  for (const planned of plan.tours) {
    const tour = tourOfId.get(planned.teamDay)
    if (tour === undefined) throw new RangeError(`unknown team-day ${planned.teamDay}`)
    let after = startOf(model, tour)
    for (const stop of planned.stops) {
      let element = suppliesOf(model, tour)
      if (stop.order === undefined) linkElement(tours, element, after)
      else {
        const order = orderOfId.get(stop.order)
        if (order === undefined) throw new RangeError(`unknown order ${stop.order}`)
        element = visitAt(model, order, stop.startsMinute)
        linkVisit(tours, tour, element, after)
      }
      after = element
    }
    refreshTour(tours, tour)
  }
}

/** The visit of an order whose window holds the planned start. */
function visitAt(model: Model, order: number, startsMinute: number): number {
  let nearest = -1
  let distance = Infinity
  for (const visit of model.alternatives[order]!) {
    const off = Math.max(model.opens[visit]! - startsMinute, startsMinute - model.closes[visit]!, 0)
    if (off < distance) {
      distance = off
      nearest = visit
    }
  }
  return nearest
}

/** Seats an order in the guest slot. */
export function seatGuest(desk: Desk, order: Order): void {
  const { guest, guestVisit, orders, villages } = desk
  const { model } = desk.tours
  orders[guest] = order
  model.place[guestVisit] = order.place
  model.service[guestVisit] = order.serviceMinutes
  model.villageOf[guest] = order.village === undefined ? -1 : (villages.get(order.village) ?? -1)
  model.loads[guestVisit * model.dimensions] = 1
  order.loads.forEach((load, k) => (model.loads[guestVisit * model.dimensions + k + 1] = load))
  for (let k = 0; k < model.partCount; k++) model.parts[guestVisit * model.partCount + k] = order.parts?.[k] ?? 0
  let bits = 0
  for (const tool of order.tools ?? []) bits |= model.toolBitOf.get(tool) ?? model.unknownToolBit
  model.toolBits[guestVisit] = bits
}

/** Sets the window in which the guest is tried next. */
export function openWindow(desk: Desk, window: Pick<OrderWindow, 'opensMinute' | 'closesMinute'>): void {
  desk.tours.model.opens[desk.guestVisit] = window.opensMinute
  desk.tours.model.closes[desk.guestVisit] = window.closesMinute
}
