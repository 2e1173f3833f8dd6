// The problem as flat arrays for the search. A *visit* is one order in one of its windows (an order whose windows differ in their
// minutes becomes several visits, of which at most one is planned); a *tour* is a team-day. Elements of a tour are numbered: visits
// first, then the start, the end and the supplies stop of each tour.
import {
  MUST_SERVE_COST,
  type DispatchProblem,
  type Order,
  type OrderWindow,
  type SharedLimit,
  type TeamDay,
} from './problem.ts'

export interface Model {
  readonly problem: DispatchProblem
  readonly orderCount: number
  readonly visitCount: number
  readonly tourCount: number
  /** Visits of each order: `alternatives[order]`. */
  readonly alternatives: readonly Int32Array[]
  readonly orderOf: Int32Array
  /** By element. */
  readonly place: Int32Array
  readonly opens: Float64Array
  readonly closes: Float64Array
  readonly service: Float64Array
  /** Tours that may take a visit, with the assignment cost: slices [eligibleFrom[i], eligibleFrom[i + 1]). */
  readonly eligibleFrom: Int32Array
  readonly eligibleTour: Int32Array
  readonly eligibleCost: Float64Array
  /** Loads by visit or tour and dimension; the number of visits is the first dimension. */
  readonly dimensions: number
  readonly loads: Float64Array
  readonly loadsMax: Float64Array
  /** Kit: tools as bits, parts by dimension; empty when the problem has no supplies place. */
  readonly partCount: number
  readonly toolBits: Int32Array
  readonly tourToolBits: Int32Array
  readonly parts: Float64Array
  readonly tourParts: Float64Array
  readonly hasKit: boolean
  /** The bit of each known tool, and one that no team has. */
  readonly toolBitOf: ReadonlyMap<string, number>
  readonly unknownToolBit: number
  /** By tour. */
  readonly minutes: readonly Float64Array[]
  readonly costs: readonly Float64Array[]
  readonly placeCount: number
  readonly workMinutesMax: Float64Array
  readonly fixedCost: Float64Array
  /** Tours that are alike in everything share a class: of the unused ones, one is enough to look at. */
  readonly tourClass: Int32Array
  readonly classCount: number
  readonly teamOf: Int32Array
  readonly teamCount: number
  readonly teamBase: Float64Array
  readonly villageOf: Int32Array
  readonly visitsMin: Float64Array
  readonly missingCost: Float64Array
  /** Shared limits, and which of them hold for a tour. */
  readonly limits: readonly SharedLimit[]
  readonly limitsOf: readonly Int32Array[]
  readonly unservedCost: Float64Array
  readonly pinned: Uint8Array
  /** Whether the least time between departure and return has a limit or a price. */
  readonly needsWork: boolean
  readonly workMinuteCost: number
}

export const startOf = (model: Model, tour: number): number => model.visitCount + tour
export const endOf = (model: Model, tour: number): number => model.visitCount + model.tourCount + tour
export const suppliesOf = (model: Model, tour: number): number => model.visitCount + 2 * model.tourCount + tour

/** Tools are bits of a signed 32-bit number; the last stands for a tool that nobody has. */
const TOOLS_MAX = 30

interface Visit {
  readonly order: number
  readonly opens: number
  readonly closes: number
  /** Days on which the window holds; null means every day. */
  readonly days: ReadonlySet<string> | null
}

/** Translates a checked problem. Throws `RangeError` when there are more kinds of tools than `TOOLS_MAX`. */
export function modelOf(problem: DispatchProblem): Model {
  const visits = problem.orders.flatMap((order, index) => visitsOf(order, index))
  const visitCount = visits.length
  const tourCount = problem.teamDays.length
  const elements = visitCount + 3 * tourCount
  const place = new Int32Array(elements)
  const opens = new Float64Array(elements)
  const closes = new Float64Array(elements).fill(Infinity)
  const service = new Float64Array(elements)
  const alternatives: number[][] = problem.orders.map(() => [])
  visits.forEach((visit, i) => {
    const order = problem.orders[visit.order]!
    alternatives[visit.order]!.push(i)
    place[i] = order.place
    opens[i] = visit.opens
    closes[i] = visit.closes
    service[i] = order.serviceMinutes
  })
  problem.teamDays.forEach((teamDay, v) => {
    place[visitCount + v] = teamDay.startPlace
    place[visitCount + tourCount + v] = teamDay.endPlace
    place[visitCount + 2 * tourCount + v] = problem.suppliesPlace ?? teamDay.startPlace
    opens[visitCount + v] = opens[visitCount + tourCount + v] = teamDay.shiftStartsMinute
    closes[visitCount + v] = closes[visitCount + tourCount + v] = teamDay.shiftEndsMinute
  })
  const scale = problem.objective.travel
  const tables = problem.travel.map((table) => (table.cost ?? table.minutes).map((cost) => cost * scale))
  const limited = problem.teamDays.some((one) => one.workMinutesMax < one.shiftEndsMinute - one.shiftStartsMinute)
  return {
    problem,
    orderCount: problem.orders.length,
    visitCount,
    tourCount,
    alternatives: alternatives.map((list) => Int32Array.from(list)),
    orderOf: Int32Array.from(visits, (visit) => visit.order),
    place,
    opens,
    closes,
    service,
    ...eligibility(problem, visits),
    ...loads(problem, visits),
    ...kit(problem, visits),
    minutes: problem.teamDays.map((one) => problem.travel[one.travel]!.minutes),
    costs: problem.teamDays.map((one) => tables[one.travel]!),
    placeCount: problem.travel[0]!.placeCount,
    workMinutesMax: Float64Array.from(problem.teamDays, (one) => one.workMinutesMax),
    fixedCost: Float64Array.from(problem.teamDays, (one) => one.fixedCost),
    ...classes(problem),
    ...communities(problem),
    ...sharedLimits(problem),
    unservedCost: Float64Array.from(problem.orders, (order) => order.unservedCost ?? MUST_SERVE_COST),
    pinned: Uint8Array.from(problem.orders, (order) => (order.pin ? 1 : 0)),
    needsWork: limited || problem.objective.workMinute > 0 || problem.suppliesPlace !== undefined,
    workMinuteCost: problem.objective.workMinute,
  }
}

function visitsOf(order: Order, index: number): Visit[] {
  const pinned = order.pin?.startsMinute
  if (pinned !== undefined) return [{ order: index, opens: pinned, closes: pinned, days: daysOf(order.windows) }]
  const groups = new Map<string, OrderWindow[]>()
  for (const window of order.windows) {
    const key = `${window.opensMinute}|${window.closesMinute}`
    const group = groups.get(key)
    if (group) group.push(window)
    else groups.set(key, [window])
  }
  return [...groups.values()].map((group) => ({
    order: index,
    opens: group[0]!.opensMinute,
    closes: group[0]!.closesMinute,
    days: daysOf(group),
  }))
}

function daysOf(windows: readonly OrderWindow[]): ReadonlySet<string> | null {
  const days = new Set<string>()
  for (const { day } of windows) {
    if (day === undefined) return null
    days.add(day)
  }
  return days
}

function eligibility(problem: DispatchProblem, visits: readonly Visit[]) {
  const eligibleFrom = new Int32Array(visits.length + 1)
  const tours: number[] = []
  const costs: number[] = []
  const skillsOf = problem.teamDays.map((teamDay) => new Set(teamDay.skills))
  const indexOf = new Map(problem.teamDays.map((teamDay, v) => [teamDay.id, v]))
  const everyTour = problem.teamDays.map((_, v) => v)
  visits.forEach((visit, i) => {
    const order = problem.orders[visit.order]!
    const named = order.pin ? [order.pin.teamDay] : order.teamDays
    const candidates = named ? named.map((id) => indexOf.get(id)!).sort((a, b) => a - b) : everyTour
    for (const v of candidates) {
      const teamDay = problem.teamDays[v]!
      if (visit.days && !visit.days.has(teamDay.day)) continue
      if (!order.skills.every((skill) => skillsOf[v]!.has(skill))) continue
      tours.push(v)
      costs.push(assignmentMinutes(order, teamDay))
    }
    eligibleFrom[i + 1] = tours.length
  })
  return { eligibleFrom, eligibleTour: Int32Array.from(tours), eligibleCost: Float64Array.from(costs) }
}

/** What serving the order by this team-day adds, whatever the tour: preferences, lateness of the day, change tax. */
export function assignmentMinutes(order: Order, teamDay: TeamDay): number {
  let minutes = 0
  for (const cost of order.assignmentCosts) {
    if (cost.team !== undefined && cost.team !== teamDay.team) continue
    if (cost.day !== undefined && cost.day !== teamDay.day) continue
    minutes += cost.minutes
  }
  if (order.current && order.current.teamDay !== teamDay.id) minutes += order.current.changeMinutes
  return minutes
}

function loads(problem: DispatchProblem, visits: readonly Visit[]) {
  const dimensions = problem.loadNames.length + 1
  const table = new Float64Array(visits.length * dimensions)
  visits.forEach((visit, i) => {
    table[i * dimensions] = 1
    problem.orders[visit.order]!.loads.forEach((load, k) => (table[i * dimensions + k + 1] = load))
  })
  const loadsMax = new Float64Array(problem.teamDays.length * dimensions)
  problem.teamDays.forEach((teamDay, v) => {
    loadsMax[v * dimensions] = teamDay.visitsMax
    teamDay.loadsMax.forEach((load, k) => (loadsMax[v * dimensions + k + 1] = load))
  })
  return { dimensions, loads: table, loadsMax }
}

function kit(problem: DispatchProblem, visits: readonly Visit[]) {
  const names = new Map<string, number>()
  const bitsOf = (tools: readonly string[] | undefined): number => {
    let bits = 0
    for (const tool of tools ?? []) {
      if (!names.has(tool)) names.set(tool, names.size)
      bits |= 1 << names.get(tool)!
    }
    return bits
  }
  const partCount = problem.partNames?.length ?? 0
  const toolBits = Int32Array.from(visits, (visit) => bitsOf(problem.orders[visit.order]!.tools))
  const tourToolBits = Int32Array.from(problem.teamDays, (teamDay) => bitsOf(teamDay.tools))
  if (names.size > TOOLS_MAX) throw new RangeError(`more than ${TOOLS_MAX} kinds of tools`)
  const parts = new Float64Array(visits.length * partCount)
  visits.forEach((visit, i) =>
    problem.orders[visit.order]!.parts?.forEach((part, k) => (parts[i * partCount + k] = part)),
  )
  const tourParts = new Float64Array(problem.teamDays.length * partCount)
  problem.teamDays.forEach((teamDay, v) => teamDay.parts?.forEach((part, k) => (tourParts[v * partCount + k] = part)))
  return {
    partCount,
    toolBits,
    tourToolBits,
    parts,
    tourParts,
    hasKit: names.size > 0 || partCount > 0,
    toolBitOf: new Map([...names].map(([tool, bit]) => [tool, 1 << bit])),
    unknownToolBit: 1 << TOOLS_MAX,
  }
}

function classes(problem: DispatchProblem) {
  // Tours differ for an order when it names one of them, so only those that no order names may be taken for alike.
  const namedIds = new Set<string>()
  for (const order of problem.orders) {
    order.teamDays?.forEach((id) => namedIds.add(id))
    if (order.pin) namedIds.add(order.pin.teamDay)
    if (order.current) namedIds.add(order.current.teamDay)
  }
  const namedTeams = new Set(
    problem.orders.flatMap((order) => order.assignmentCosts.flatMap((cost) => cost.team ?? [])),
  )
  const keys = new Map<string, number>()
  const { limitsOf } = sharedLimits(problem)
  const tourClass = Int32Array.from(problem.teamDays, (teamDay, v) => {
    const { id, team, ...rest } = teamDay
    const alike = problem.fairness.length === 0 && !namedIds.has(id) && !namedTeams.has(team)
    const key = alike ? JSON.stringify([rest, [...limitsOf[v]!]]) : id
    if (!keys.has(key)) keys.set(key, keys.size)
    return keys.get(key)!
  })
  return { tourClass, classCount: keys.size }
}

function sharedLimits({ limits = [], teamDays }: DispatchProblem) {
  const indexOf = new Map(teamDays.map(({ id }, v) => [id, v]))
  const limitsOf: number[][] = teamDays.map(() => [])
  limits.forEach((limit, l) => limit.teamDays.forEach((id) => limitsOf[indexOf.get(id)!]!.push(l)))
  return { limits, limitsOf: limitsOf.map((list) => Int32Array.from(list)) }
}

/** What a visit takes of a limit on a tour that has so many visits already. */
export function takenOf(model: Model, limit: number, visit: number, visitsBefore: number): number {
  const { measure } = model.limits[limit]!
  if (measure === 'tours') return visitsBefore === 0 ? 1 : 0
  return measure === 'visits' ? 1 : model.service[visit]!
}

function communities(problem: DispatchProblem) {
  const teams = new Map<string, number>()
  const teamOf = Int32Array.from(problem.teamDays, ({ team }) => {
    if (!teams.has(team)) teams.set(team, teams.size)
    return teams.get(team)!
  })
  const teamBase = Float64Array.from(teams.keys(), (team) => problem.teamLoadMinutes?.[team] ?? 0)
  const rows = new Map(problem.coverage.map((row, i) => [row.village, i]))
  return {
    teamOf,
    teamCount: teams.size,
    teamBase,
    villageOf: Int32Array.from(problem.orders, ({ village }) =>
      village === undefined ? -1 : (rows.get(village) ?? -1),
    ),
    visitsMin: Float64Array.from(problem.coverage, (row) => row.visitsMin),
    missingCost: Float64Array.from(problem.coverage, (row) => row.missingCost),
  }
}
