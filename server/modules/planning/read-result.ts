import { type Difference, differencesOf, type DispatchProblem, type Plan } from '../../dispatch/index.ts'
import { type Fairness, fairnessOf } from './fairness.ts'
import { teamDayOf } from './plan.ts'
import type { NewUnserved, NewVisit, Was } from './visit-rows.ts'

type Order = DispatchProblem['orders'][number]
type TeamDay = DispatchProblem['teamDays'][number]

/** The visits of a plan as rows, each with the parts of its price. */
export function visitsIn(problem: DispatchProblem, plan: Pick<Plan, 'tours'>): NewVisit[] {
  const orders = new Map(problem.orders.map((order) => [order.id, order]))
  const teamDays = new Map(problem.teamDays.map((teamDay) => [teamDay.id, teamDay]))
  const changes = changesIn(problem, plan)
  return plan.tours.flatMap((tour) => {
    const teamDay = teamDays.get(tour.teamDay)!
    const { kind, id, day, crew, vehicleId = null } = teamDayOf(tour.teamDay)
    const stops = tour.stops.filter((stop) => stop.order !== undefined)
    const places = [teamDay.startPlace, ...stops.map((stop) => orders.get(stop.order!)!.place), teamDay.endPlace]
    return stops.map((stop, i) => {
      const order = orders.get(stop.order!)!
      return {
        orderId: order.id,
        providerKind: kind,
        providerId: id,
        crew,
        vehicleId,
        day,
        position: i,
        startsMinute: Math.round(stop.startsMinute),
        endsMinute: Math.round(stop.endsMinute),
        parts: partsOf(problem, order, teamDay, places.slice(i, i + 3)),
        isPinned: order.pin !== undefined,
        was: wasAt(changes.get(order.id)),
      }
    })
  })
}

/** What a visit adds by name: the way there instead of past it, and the costs of this provider on this day. */
function partsOf(
  problem: DispatchProblem,
  order: Order,
  teamDay: TeamDay,
  places: readonly number[],
): NewVisit['parts'] {
  const { minutes, placeCount } = problem.travel[teamDay.travel]!
  const leg = (from: number, to: number) => minutes[from * placeCount + to]!
  const [before, here, after] = places as [number, number, number]
  const sums = new Map<string, number>([['travel', leg(before, here) + leg(here, after) - leg(before, after)]])
  for (const cost of order.assignmentCosts) {
    const applies = (cost.team ?? teamDay.team) === teamDay.team && (cost.day ?? teamDay.day) === teamDay.day
    if (applies) sums.set(cost.part, (sums.get(cost.part) ?? 0) + cost.minutes)
  }
  if (order.current !== undefined && order.current.teamDay !== teamDay.id)
    sums.set('change', order.current.changeMinutes)
  return [...sums]
    .filter(([, amount]) => Math.abs(amount) >= 0.05)
    .map(([part, amount]) => ({ part, minutes: Math.round(amount * 10) / 10 }))
}

/** The orders that a plan leaves out, with where the plan before had them. */
export function unservedIn(problem: DispatchProblem, plan: Pick<Plan, 'tours' | 'unserved'>): NewUnserved[] {
  const changes = changesIn(problem, plan)
  return plan.unserved.map((one) => ({ ...one, was: wasAt(changes.get(one.order)) }))
}

/** What a plan does otherwise than the one before, by order; nothing where there was none before. */
function changesIn(problem: DispatchProblem, plan: Pick<Plan, 'tours'>): ReadonlyMap<string, Difference> {
  if (problem.orders.every((order) => order.current === undefined)) return new Map()
  return new Map(differencesOf(problem, plan).map((one) => [one.order, one]))
}

function wasAt(change: Difference | undefined): Was | null {
  if (change === undefined) return null
  const { kind, id, day } = teamDayOf(change.from)
  const undoMinutes = change.undoMinutes === null ? null : Math.round(change.undoMinutes * 10) / 10
  return { providerKind: kind, providerId: id, day, taxMinutes: change.taxMinutes, undoMinutes }
}

/** How evenly the work lies on teams and the service on villages, without the plan and with it. */
export function fairnessIn(
  problem: DispatchProblem,
  plan: Pick<Plan, 'tours'>,
  services: ReadonlyMap<string, number>,
): { before: Fairness; after: Fairness } {
  const orders = new Map(problem.orders.map((order) => [order.id, order]))
  const minutes = new Map(
    problem.teamDays
      .filter((teamDay) => teamDay.team.startsWith('team/'))
      .map((teamDay) => [teamDay.team, problem.teamLoadMinutes?.[teamDay.team] ?? 0]),
  )
  // A promise is work in hand without the plan too.
  for (const { pin, serviceMinutes } of problem.orders) {
    const { kind, id } = pin === undefined ? { kind: null, id: '' } : teamDayOf(pin.teamDay)
    const team = `${kind}/${id}`
    if (minutes.has(team)) minutes.set(team, minutes.get(team)! + serviceMinutes)
  }
  const before = fairnessOf(minutes, services)
  const planned = new Map(services)
  for (const tour of plan.tours) {
    const { kind, id } = teamDayOf(tour.teamDay)
    const team = `${kind}/${id}`
    for (const stop of tour.stops) {
      const order = stop.order === undefined ? undefined : orders.get(stop.order)
      if (order === undefined) continue
      if (minutes.has(team) && order.pin === undefined) minutes.set(team, minutes.get(team)! + order.serviceMinutes)
      planned.set(order.village!, (planned.get(order.village!) ?? 0) + 1)
    }
  }
  return { before, after: fairnessOf(minutes, planned) }
}
