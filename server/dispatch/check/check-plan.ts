// The independent checker. It shares types with the solver and nothing else: every rule is read again from the definitions in
// problem.ts, in the slowest and plainest way, so that a fault of the solver cannot hide in a helper that both use.
import type { Plan, PlanCost, Stop, Tour } from '../plan.ts'
import type { AssignmentCost, DispatchProblem, Order, TeamDay } from '../problem.ts'

export type ViolationCode =
  | 'unknown-team-day'
  | 'unknown-order'
  | 'team-day-twice'
  | 'served-twice'
  | 'missing-order'
  | 'served-and-unserved'
  | 'must-be-served'
  | 'skill'
  | 'not-eligible'
  | 'window'
  | 'travel-time'
  | 'service-time'
  | 'shift'
  | 'visits'
  | 'load'
  | 'work-minutes'
  | 'pin'
  | 'supplies'
  | 'link'
  | 'limit'
  | 'not-finite'
  | 'cost'
  | 'bound'

interface Violation {
  readonly code: ViolationCode
  readonly teamDay?: string
  readonly order?: string
  readonly limit?: string
  /** By how much, in the unit of the rule. */
  readonly amount?: number
}

export interface PlanCheck {
  readonly violations: readonly Violation[]
  /** The plan's price, computed again from the problem. */
  readonly cost: PlanCost
}

/** Times are sums of decimals: a difference below this is rounding, not a fault. */
const MINUTES_TOLERANCE_DEFAULT = 1e-6
const COST_RATIO_TOLERANCE = 1e-9
// The price of leaving out an order that must be served is the problem's definition of `null`.
const NULL_UNSERVED_COST = 1e7

interface Ledger {
  readonly tolerance: number
  readonly violations: Violation[]
  readonly servedBy: Map<string, { teamDay: TeamDay; stop: Stop }>
  readonly loadOfTeam: Map<string, number>
  travel: number
  work: number
  fixed: number
  assignment: number
}

/**
 * Checks a plan against its problem: every broken rule, and the cost that the plan really has. Published solutions whose times
 * are rounded need a wider `minutesTolerance` than our own plans.
 */
export function checkPlan(
  problem: DispatchProblem,
  plan: Pick<Plan, 'tours' | 'unserved'> & Partial<Plan>,
  minutesTolerance = MINUTES_TOLERANCE_DEFAULT,
): PlanCheck {
  const ledger: Ledger = {
    tolerance: minutesTolerance,
    violations: [],
    servedBy: new Map(),
    loadOfTeam: new Map(),
    travel: 0,
    work: 0,
    fixed: 0,
    assignment: 0,
  }
  const used = new Set<string>()
  for (const tour of plan.tours) {
    const teamDay = problem.teamDays.find((candidate) => candidate.id === tour.teamDay)
    if (!teamDay) {
      ledger.violations.push({ code: 'unknown-team-day', teamDay: tour.teamDay })
      continue
    }
    if (used.has(teamDay.id)) ledger.violations.push({ code: 'team-day-twice', teamDay: teamDay.id })
    used.add(teamDay.id)
    checkNumbers(tour, ledger)
    checkTour(problem, teamDay, tour, ledger)
  }
  const unserved = checkPresence(problem, plan, ledger)
  checkLinkedVisits(problem, ledger)
  checkLimits(problem, plan, ledger)
  const cost = totalCost(problem, ledger, unserved)
  checkClaims(plan, cost, ledger)
  return { violations: ledger.violations, cost }
}

// Every comparison below is false for NaN, so such a time would pass them all.
function checkNumbers(tour: Tour, ledger: Ledger): void {
  const times = tour.stops.flatMap((stop) => [stop.arrivesMinute, stop.startsMinute, stop.endsMinute])
  if (![tour.departsMinute, tour.returnsMinute, ...times].every(Number.isFinite))
    ledger.violations.push({ code: 'not-finite', teamDay: tour.teamDay })
  if (tour.stops.filter((stop) => stop.order === undefined).length > 1)
    ledger.violations.push({ code: 'supplies', teamDay: tour.teamDay })
}

function checkTour(problem: DispatchProblem, teamDay: TeamDay, tour: Tour, ledger: Ledger): void {
  const { violations } = ledger
  const orders = new Map(problem.orders.map((order) => [order.id, order]))
  let place = teamDay.startPlace
  let now = tour.departsMinute
  let visits = 0
  if (tour.departsMinute < teamDay.shiftStartsMinute - ledger.tolerance)
    violations.push({ code: 'shift', teamDay: teamDay.id, amount: teamDay.shiftStartsMinute - tour.departsMinute })
  for (const stop of tour.stops) {
    const order = stop.order === undefined ? undefined : orders.get(stop.order)
    if (stop.order !== undefined && !order) {
      violations.push({ code: 'unknown-order', teamDay: teamDay.id, order: stop.order })
      continue
    }
    const at = order ? order.place : (problem.suppliesPlace ?? -1)
    if (at < 0) violations.push({ code: 'supplies', teamDay: teamDay.id })
    const travelled = leg(problem, teamDay, place, at)
    ledger.travel += travelled.cost * problem.objective.travel
    if (
      stop.arrivesMinute < now + travelled.minutes - ledger.tolerance ||
      stop.startsMinute < stop.arrivesMinute - ledger.tolerance
    )
      violations.push({
        code: 'travel-time',
        teamDay: teamDay.id,
        ...named(order),
        amount: now + travelled.minutes - stop.arrivesMinute,
      })
    const service = order ? order.serviceMinutes : 0
    if (Math.abs(stop.endsMinute - stop.startsMinute - service) > ledger.tolerance)
      violations.push({ code: 'service-time', teamDay: teamDay.id, ...named(order) })
    if (order) {
      visits++
      checkVisit(problem, teamDay, order, stop, ledger)
    }
    place = at
    now = stop.endsMinute
  }
  closeTour(problem, teamDay, tour, { place, now, visits }, ledger)
}

function closeTour(
  problem: DispatchProblem,
  teamDay: TeamDay,
  tour: Tour,
  end: { place: number; now: number; visits: number },
  ledger: Ledger,
): void {
  const { violations } = ledger
  if (tour.stops.length === 0) return
  const home = leg(problem, teamDay, end.place, teamDay.endPlace)
  ledger.travel += home.cost * problem.objective.travel
  if (tour.returnsMinute < end.now + home.minutes - ledger.tolerance)
    violations.push({ code: 'travel-time', teamDay: teamDay.id, amount: end.now + home.minutes - tour.returnsMinute })
  if (tour.returnsMinute > teamDay.shiftEndsMinute + ledger.tolerance)
    violations.push({ code: 'shift', teamDay: teamDay.id, amount: tour.returnsMinute - teamDay.shiftEndsMinute })
  const work = tour.returnsMinute - tour.departsMinute
  if (work > teamDay.workMinutesMax + ledger.tolerance)
    violations.push({ code: 'work-minutes', teamDay: teamDay.id, amount: work - teamDay.workMinutesMax })
  if (end.visits > teamDay.visitsMax)
    violations.push({ code: 'visits', teamDay: teamDay.id, amount: end.visits - teamDay.visitsMax })
  ledger.work += work * problem.objective.workMinute
  ledger.fixed += teamDay.fixedCost
  checkLoads(problem, teamDay, tour, ledger)
  checkKit(problem, teamDay, tour, ledger)
}

function checkVisit(problem: DispatchProblem, teamDay: TeamDay, order: Order, stop: Stop, ledger: Ledger): void {
  const { violations } = ledger
  const where = { teamDay: teamDay.id, order: order.id }
  if (ledger.servedBy.has(order.id)) violations.push({ code: 'served-twice', ...where })
  ledger.servedBy.set(order.id, { teamDay, stop })
  if (order.skills.some((skill) => !teamDay.skills.includes(skill))) violations.push({ code: 'skill', ...where })
  if (order.teamDays && !order.teamDays.includes(teamDay.id)) violations.push({ code: 'not-eligible', ...where })
  const soft = problem.objective.lateness !== undefined
  const open = order.windows.filter((window) => window.day === undefined || window.day === teamDay.day)
  const inWindow = open.some(
    (window) =>
      stop.startsMinute >= window.opensMinute - ledger.tolerance &&
      (soft || stop.startsMinute <= window.closesMinute + ledger.tolerance),
  )
  if (!inWindow) violations.push({ code: 'window', ...where })
  if (order.pin) {
    const { startsMinute } = order.pin
    const moved = startsMinute !== undefined && Math.abs(startsMinute - stop.startsMinute) > ledger.tolerance
    if (order.pin.teamDay !== teamDay.id || moved) violations.push({ code: 'pin', ...where })
  }
  const team = teamDay.team
  ledger.loadOfTeam.set(team, (ledger.loadOfTeam.get(team) ?? 0) + order.serviceMinutes)
  for (const cost of order.assignmentCosts) if (applies(cost, teamDay)) ledger.assignment += cost.minutes
  if (order.current && order.current.teamDay !== teamDay.id) ledger.assignment += order.current.changeMinutes
}

function applies(cost: AssignmentCost, teamDay: TeamDay): boolean {
  return (cost.team === undefined || cost.team === teamDay.team) && (cost.day === undefined || cost.day === teamDay.day)
}

function checkLoads(problem: DispatchProblem, teamDay: TeamDay, tour: Tour, ledger: Ledger): void {
  problem.loadNames.forEach((_, dimension) => {
    let sum = 0
    for (const stop of tour.stops) sum += problem.orders.find((order) => order.id === stop.order)?.loads[dimension] ?? 0
    const most = teamDay.loadsMax[dimension] ?? 0
    if (sum > most + ledger.tolerance) ledger.violations.push({ code: 'load', teamDay: teamDay.id, amount: sum - most })
  })
}

/** Until supplies are fetched, a team works with the tools and parts it brought; afterwards with everything. */
function checkKit(problem: DispatchProblem, teamDay: TeamDay, tour: Tour, ledger: Ledger): void {
  const left = [...(teamDay.parts ?? [])]
  for (const stop of tour.stops) {
    if (stop.order === undefined) return
    const order = problem.orders.find((candidate) => candidate.id === stop.order)
    if (!order) continue
    const missesTool = (order.tools ?? []).some((tool) => !(teamDay.tools ?? []).includes(tool))
    let missesPart = false
    for (const [i, count] of (order.parts ?? []).entries()) {
      left[i] = (left[i] ?? 0) - count
      if (count > 0 && left[i] < 0) missesPart = true
    }
    if (missesTool || missesPart) ledger.violations.push({ code: 'supplies', teamDay: teamDay.id, order: order.id })
  }
}

function checkPresence(problem: DispatchProblem, plan: Pick<Plan, 'unserved'>, ledger: Ledger): number {
  const { violations, servedBy } = ledger
  const listed = new Set(plan.unserved.map((one) => one.order))
  for (const id of listed)
    if (!problem.orders.some((order) => order.id === id)) violations.push({ code: 'unknown-order', order: id })
  let cost = 0
  for (const order of problem.orders) {
    const served = servedBy.has(order.id)
    if (served && listed.has(order.id)) violations.push({ code: 'served-and-unserved', order: order.id })
    if (served) continue
    if (!listed.has(order.id)) violations.push({ code: 'missing-order', order: order.id })
    if (order.unservedCost === null) violations.push({ code: 'must-be-served', order: order.id })
    if (order.pin) violations.push({ code: 'pin', order: order.id })
    cost += order.unservedCost ?? NULL_UNSERVED_COST
  }
  return cost
}

function checkLinkedVisits(problem: DispatchProblem, ledger: Ledger): void {
  for (const link of problem.links) {
    const first = ledger.servedBy.get(link.first)
    const second = ledger.servedBy.get(link.second)
    if (!first && !second) continue
    if (!first || !second) {
      ledger.violations.push({ code: 'link', order: first ? link.second : link.first })
      continue
    }
    const gap = second.stop.startsMinute - first.stop.startsMinute
    const early = link.gapMinMinutes - gap
    const late = gap - link.gapMaxMinutes
    const sameDay = first.teamDay.day === second.teamDay.day
    if (!sameDay || first.teamDay.team === second.teamDay.team || Math.max(early, late) > ledger.tolerance)
      ledger.violations.push({ code: 'link', order: link.second, amount: Math.max(early, late) })
  }
}

function checkLimits(problem: DispatchProblem, plan: Pick<Plan, 'tours'>, ledger: Ledger): void {
  for (const limit of problem.limits ?? []) {
    let taken = 0
    for (const tour of plan.tours) {
      if (!limit.teamDays.includes(tour.teamDay)) continue
      const served = problem.orders.filter((order) => tour.stops.some((stop) => stop.order === order.id))
      if (limit.measure === 'tours') taken += served.length > 0 ? 1 : 0
      else for (const order of served) taken += limit.measure === 'visits' ? 1 : order.serviceMinutes
    }
    if (taken > limit.most + ledger.tolerance)
      ledger.violations.push({ code: 'limit', limit: limit.id, amount: taken - limit.most })
  }
}

function totalCost(problem: DispatchProblem, ledger: Ledger, unserved: number): PlanCost {
  let lateness = 0
  const soft = problem.objective.lateness
  if (soft) {
    let most = 0
    for (const order of problem.orders) {
      const served = ledger.servedBy.get(order.id)
      if (!served) continue
      const late = latenessOf(order, served.teamDay, served.stop.startsMinute, ledger.tolerance)
      most = Math.max(most, late)
      lateness += late * soft.perMinute
    }
    lateness += most * soft.maxPerMinute
  }
  let fairness = 0
  for (const team of new Set(problem.teamDays.map((teamDay) => teamDay.team))) {
    const before = problem.teamLoadMinutes?.[team] ?? 0
    fairness += loadPrice(problem, before + (ledger.loadOfTeam.get(team) ?? 0))
  }
  let coverage = 0
  for (const row of problem.coverage) {
    const visits = problem.orders.filter(
      (order) => order.village === row.village && ledger.servedBy.has(order.id),
    ).length
    coverage += Math.max(0, row.visitsMin - visits) * row.missingCost
  }
  const { travel, work, fixed, assignment } = ledger
  const total = travel + work + fixed + assignment + lateness + fairness + coverage + unserved
  return { travel, work, fixed, assignment, lateness, fairness, coverage, unserved, total }
}

/** How long after the best window of the day a start is. */
function latenessOf(order: Order, teamDay: TeamDay, startsMinute: number, tolerance: number): number {
  let least = Infinity
  for (const window of order.windows) {
    if (window.day !== undefined && window.day !== teamDay.day) continue
    if (startsMinute >= window.opensMinute - tolerance)
      least = Math.min(least, Math.max(0, startsMinute - window.closesMinute))
  }
  return Number.isFinite(least) ? least : 0
}

function loadPrice(problem: DispatchProblem, minutes: number): number {
  let price = 0
  problem.fairness.forEach((piece, i) => {
    const upTo = problem.fairness[i + 1]?.fromMinutes ?? Infinity
    price += Math.max(0, Math.min(minutes, upTo) - piece.fromMinutes) * piece.costPerMinute
  })
  return price
}

function checkClaims(plan: Partial<Plan>, cost: PlanCost, ledger: Ledger): void {
  const tolerance = Math.max(1e-6, Math.abs(cost.total) * COST_RATIO_TOLERANCE)
  if (plan.cost && !(Math.abs(plan.cost.total - cost.total) <= tolerance))
    ledger.violations.push({ code: 'cost', amount: plan.cost.total - cost.total })
  if (plan.bound !== undefined && plan.bound > cost.total + tolerance)
    ledger.violations.push({ code: 'bound', amount: plan.bound - cost.total })
}

function leg(problem: DispatchProblem, teamDay: TeamDay, from: number, to: number): { minutes: number; cost: number } {
  const table = problem.travel[teamDay.travel]
  if (!table || to < 0) return { minutes: 0, cost: 0 }
  const at = from * table.placeCount + to
  const minutes = table.minutes[at] ?? Number.NaN
  return { minutes, cost: table.cost ? (table.cost[at] ?? Number.NaN) : minutes }
}

function named(order: Order | undefined): { order?: string } {
  return order ? { order: order.id } : {}
}
