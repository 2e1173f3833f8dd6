import type { DispatchProblem, Order, OrderWindow, TeamDay, TravelTable } from './problem.ts'

type FaultCode =
  | 'empty'
  | 'duplicate-id'
  | 'not-finite'
  | 'negative'
  | 'not-whole'
  | 'out-of-range'
  | 'unknown-id'
  | 'wrong-length'
  | 'ends-before-start'
  | 'not-convex'
  | 'pin-not-eligible'
  | 'self-link'
  | 'linked-twice'
  | 'pins-over-limit'
  | 'unsupported'

/** One fault of a problem: where it is, in the notation of the input, and what is wrong there. */
export interface ProblemFault {
  readonly path: string
  readonly code: FaultCode
  readonly value?: string | number
}

/** More faults than this are not listed: the first ones tell what is wrong with the file. */
const FAULTS_MAX = 50

export class ProblemError extends Error {
  readonly faults: readonly ProblemFault[]
  constructor(faults: readonly ProblemFault[]) {
    super(`dispatch problem refused: ${faults.map(describeFault).join('; ')}`)
    this.name = 'ProblemError'
    this.faults = faults
  }
}

function describeFault(fault: ProblemFault): string {
  return fault.value === undefined ? `${fault.path}: ${fault.code}` : `${fault.path}: ${fault.code} (${fault.value})`
}

/** Throws `ProblemError` with every fault found; returns when there is none. */
export function refuseFaultyProblem(problem: DispatchProblem): void {
  const faults = problemFaults(problem)
  if (faults.length > 0) throw new ProblemError(faults)
}

interface Finder {
  readonly faults: ProblemFault[]
  add(path: string, code: FaultCode, value?: string | number): void
  amount(path: string, value: number): void
}

function finder(): Finder {
  const faults: ProblemFault[] = []
  const add = (path: string, code: FaultCode, value?: string | number): void => {
    if (faults.length < FAULTS_MAX) faults.push(value === undefined ? { path, code } : { path, code, value })
  }
  const amount = (path: string, value: number): void => {
    if (!Number.isFinite(value)) add(path, 'not-finite', String(value))
    else if (value < 0) add(path, 'negative', value)
  }
  return { faults, add, amount }
}

/** Lists what is wrong with a problem, at most `FAULTS_MAX`; an empty list means that it may be solved. */
export function problemFaults(problem: DispatchProblem): readonly ProblemFault[] {
  const find = finder()
  if (problem.orders.length === 0) find.add('orders', 'empty')
  if (problem.teamDays.length === 0) find.add('teamDays', 'empty')
  if (problem.travel.length === 0) find.add('travel', 'empty')
  problem.travel.forEach((table, i) => checkTravel(find, table, `travel[${i}]`, problem.travel[0]))
  const teamDays = new Map<string, TeamDay>()
  problem.teamDays.forEach((teamDay, i) => {
    if (teamDays.has(teamDay.id)) find.add(`teamDays[${i}].id`, 'duplicate-id', teamDay.id)
    teamDays.set(teamDay.id, teamDay)
    checkTeamDay(find, problem, teamDay, `teamDays[${i}]`)
  })
  const orders = new Set<string>()
  problem.orders.forEach((order, i) => {
    if (orders.has(order.id)) find.add(`orders[${i}].id`, 'duplicate-id', order.id)
    orders.add(order.id)
    checkOrder(find, problem, order, `orders[${i}]`)
    checkOrderReferences(find, order, teamDays, `orders[${i}]`)
  })
  checkLinks(find, problem, orders)
  checkLimits(find, problem, teamDays)
  checkWeights(find, problem)
  return find.faults
}

function checkTravel(find: Finder, table: TravelTable, path: string, first: TravelTable | undefined): void {
  if (first !== undefined && table.placeCount !== first.placeCount) find.add(`${path}.placeCount`, 'wrong-length')
  for (const [name, values] of [
    ['minutes', table.minutes],
    ['cost', table.cost],
  ] as const) {
    if (values === undefined) continue
    if (values.length !== table.placeCount * table.placeCount)
      find.add(`${path}.${name}`, 'wrong-length', values.length)
    const bad = values.findIndex((value) => !Number.isFinite(value) || value < 0)
    if (bad >= 0) find.amount(`${path}.${name}[${bad}]`, values[bad]!)
  }
}

function checkPlace(find: Finder, problem: DispatchProblem, place: number, path: string): void {
  const count = problem.travel[0]?.placeCount ?? 0
  if (!Number.isInteger(place)) find.add(path, 'not-whole', String(place))
  else if (place < 0 || place >= count) find.add(path, 'out-of-range', place)
}

function checkAmounts(find: Finder, values: readonly number[], length: number, path: string): void {
  if (values.length !== length) find.add(path, 'wrong-length', values.length)
  values.forEach((value, i) => find.amount(`${path}[${i}]`, value))
}

function checkSkills(find: Finder, problem: DispatchProblem, skills: readonly string[], path: string): void {
  skills.forEach((skill, i) => {
    if (problem.skillNames && !problem.skillNames.includes(skill)) find.add(`${path}[${i}]`, 'unknown-id', skill)
  })
}

function checkTeamDay(find: Finder, problem: DispatchProblem, teamDay: TeamDay, path: string): void {
  checkPlace(find, problem, teamDay.startPlace, `${path}.startPlace`)
  checkPlace(find, problem, teamDay.endPlace, `${path}.endPlace`)
  checkSkills(find, problem, teamDay.skills, `${path}.skills`)
  find.amount(`${path}.shiftStartsMinute`, teamDay.shiftStartsMinute)
  find.amount(`${path}.shiftEndsMinute`, teamDay.shiftEndsMinute)
  if (teamDay.shiftEndsMinute < teamDay.shiftStartsMinute) find.add(`${path}.shiftEndsMinute`, 'ends-before-start')
  if (!Number.isInteger(teamDay.visitsMax)) find.add(`${path}.visitsMax`, 'not-whole', String(teamDay.visitsMax))
  find.amount(`${path}.visitsMax`, teamDay.visitsMax)
  find.amount(`${path}.workMinutesMax`, teamDay.workMinutesMax)
  find.amount(`${path}.fixedCost`, teamDay.fixedCost)
  checkAmounts(find, teamDay.loadsMax, problem.loadNames.length, `${path}.loadsMax`)
  if (teamDay.parts) checkAmounts(find, teamDay.parts, problem.partNames?.length ?? 0, `${path}.parts`)
  if (problem.travel[teamDay.travel] === undefined) find.add(`${path}.travel`, 'unknown-id', teamDay.travel)
}

function checkOrder(find: Finder, problem: DispatchProblem, order: Order, path: string): void {
  checkPlace(find, problem, order.place, `${path}.place`)
  checkSkills(find, problem, order.skills, `${path}.skills`)
  find.amount(`${path}.serviceMinutes`, order.serviceMinutes)
  if (order.unservedCost !== null) find.amount(`${path}.unservedCost`, order.unservedCost)
  checkAmounts(find, order.loads, problem.loadNames.length, `${path}.loads`)
  if (order.parts) checkAmounts(find, order.parts, problem.partNames?.length ?? 0, `${path}.parts`)
  if (order.windows.length === 0) find.add(`${path}.windows`, 'empty')
  order.windows.forEach((window, i) => checkWindow(find, window, `${path}.windows[${i}]`))
  order.assignmentCosts.forEach((cost, i) => {
    if (!Number.isFinite(cost.minutes)) find.add(`${path}.assignmentCosts[${i}].minutes`, 'not-finite')
  })
}

function checkWindow(find: Finder, window: OrderWindow, path: string): void {
  find.amount(`${path}.opensMinute`, window.opensMinute)
  find.amount(`${path}.closesMinute`, window.closesMinute)
  if (window.closesMinute < window.opensMinute) find.add(`${path}.closesMinute`, 'ends-before-start')
}

function checkOrderReferences(find: Finder, order: Order, teamDays: ReadonlyMap<string, TeamDay>, path: string): void {
  order.teamDays?.forEach((id, i) => {
    if (!teamDays.has(id)) find.add(`${path}.teamDays[${i}]`, 'unknown-id', id)
  })
  if (order.current) find.amount(`${path}.current.changeMinutes`, order.current.changeMinutes)
  const { pin } = order
  if (!pin) return
  if (pin.startsMinute !== undefined) find.amount(`${path}.pin.startsMinute`, pin.startsMinute)
  const teamDay = teamDays.get(pin.teamDay)
  if (!teamDay) find.add(`${path}.pin.teamDay`, 'unknown-id', pin.teamDay)
  else if (!pinIsEligible(order, teamDay)) find.add(`${path}.pin.teamDay`, 'pin-not-eligible', pin.teamDay)
}

function pinIsEligible(order: Order, teamDay: TeamDay): boolean {
  if (order.teamDays && !order.teamDays.includes(teamDay.id)) return false
  if (!order.skills.every((skill) => teamDay.skills.includes(skill))) return false
  return order.windows.some((window) => window.day === undefined || window.day === teamDay.day)
}

function checkLinks(find: Finder, problem: DispatchProblem, orders: ReadonlySet<string>): void {
  const linked = new Set<string>()
  problem.links.forEach((link, i) => {
    const path = `links[${i}]`
    for (const [end, id] of [
      ['first', link.first],
      ['second', link.second],
    ] as const) {
      if (!orders.has(id)) find.add(`${path}.${end}`, 'unknown-id', id)
      if (linked.has(id)) find.add(`${path}.${end}`, 'linked-twice', id)
    }
    linked.add(link.first).add(link.second)
    if (link.first === link.second) find.add(path, 'self-link', link.first)
    find.amount(`${path}.gapMinMinutes`, link.gapMinMinutes)
    find.amount(`${path}.gapMaxMinutes`, link.gapMaxMinutes)
    if (link.gapMaxMinutes < link.gapMinMinutes) find.add(`${path}.gapMaxMinutes`, 'ends-before-start')
  })
  const schedules = problem.links.length > 0 || problem.objective.lateness !== undefined
  if (schedules && problem.suppliesPlace !== undefined) find.add('suppliesPlace', 'unsupported')
}

function checkLimits(find: Finder, problem: DispatchProblem, teamDays: ReadonlyMap<string, TeamDay>): void {
  const ids = new Set<string>()
  problem.limits?.forEach((limit, i) => {
    const path = `limits[${i}]`
    if (ids.has(limit.id)) find.add(`${path}.id`, 'duplicate-id', limit.id)
    ids.add(limit.id)
    const shared = new Set<string>()
    limit.teamDays.forEach((id, k) => {
      if (!teamDays.has(id)) find.add(`${path}.teamDays[${k}]`, 'unknown-id', id)
      if (shared.has(id)) find.add(`${path}.teamDays[${k}]`, 'duplicate-id', id)
      shared.add(id)
    })
    find.amount(`${path}.most`, limit.most)
    const pinned = problem.orders.filter(({ pin }) => pin !== undefined && shared.has(pin.teamDay))
    const taken = {
      tours: new Set(pinned.map(({ pin }) => pin!.teamDay)).size,
      visits: pinned.length,
      minutes: pinned.reduce((sum, { serviceMinutes }) => sum + serviceMinutes, 0),
    }[limit.measure]
    if (taken > limit.most) find.add(`${path}.most`, 'pins-over-limit', taken)
  })
}

function checkWeights(find: Finder, problem: DispatchProblem): void {
  const { objective, fairness } = problem
  find.amount('objective.travel', objective.travel)
  find.amount('objective.workMinute', objective.workMinute)
  if (objective.lateness) {
    find.amount('objective.lateness.perMinute', objective.lateness.perMinute)
    find.amount('objective.lateness.maxPerMinute', objective.lateness.maxPerMinute)
  }
  fairness.forEach((piece, i) => {
    find.amount(`fairness[${i}].fromMinutes`, piece.fromMinutes)
    find.amount(`fairness[${i}].costPerMinute`, piece.costPerMinute)
    const before = fairness[i - 1]
    if (before && (piece.fromMinutes <= before.fromMinutes || piece.costPerMinute < before.costPerMinute))
      find.add(`fairness[${i}]`, 'not-convex')
  })
  for (const [team, minutes] of Object.entries(problem.teamLoadMinutes ?? {}))
    find.amount(`teamLoadMinutes.${team}`, minutes)
  const villages = new Set<string>()
  problem.coverage.forEach((row, i) => {
    if (villages.has(row.village)) find.add(`coverage[${i}].village`, 'duplicate-id', row.village)
    villages.add(row.village)
    find.amount(`coverage[${i}].visitsMin`, row.visitsMin)
    find.amount(`coverage[${i}].missingCost`, row.missingCost)
  })
  if (problem.suppliesPlace !== undefined) checkPlace(find, problem, problem.suppliesPlace, 'suppliesPlace')
}
