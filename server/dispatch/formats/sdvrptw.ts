// Site-dependent routing with windows in the VRPLIB shape of PyVRP's instances: which vehicle may serve whom, capacities by vehicle,
// a maximum duration. Times and costs are thousandths of the file's unit, distances round(1000 d), as the best known values count.
import type { DispatchProblem, Order, TeamDay } from '../problem.ts'
import { euclidean, FormatError, numbersOf } from './text.ts'

const SCALE = 1000

interface Sections {
  readonly fields: ReadonlyMap<string, string>
  readonly rows: ReadonlyMap<string, readonly number[][]>
}

/** Reads the text of an instance; every client must be served. Throws `FormatError`. */
export function readSdvrptw(text: string): DispatchProblem {
  const { fields, rows } = sectionsOf(text)
  const count = numberField(fields, 'DIMENSION')
  const vehicles = numberField(fields, 'VEHICLES')
  const duration = fields.has('VEHICLES_MAX_DURATION') ? numberField(fields, 'VEHICLES_MAX_DURATION') : Infinity
  const section = (name: string, length: number): readonly number[][] => {
    const found = rows.get(name)
    if (found?.length !== length) throw new FormatError(`${name} needs ${length} rows`, 0)
    return found
  }
  const points = section('NODE_COORD_SECTION', count).map((row) => [row[1]!, row[2]!] as const)
  const windows = section('TIME_WINDOW_SECTION', count)
  const service = section('SERVICE_TIME_SECTION', count)
  const demand = section('DEMAND_SECTION', count)
  const capacity = section('CAPACITY_SECTION', vehicles)
  const allowed = rows.get('VEHICLES_ALLOWED_CLIENTS_SECTION')
  const orders: Order[] = points.slice(1).map((_, i) => ({
    id: String(i + 1),
    place: i + 1,
    serviceMinutes: service[i + 1]![1]! * SCALE,
    windows: [{ opensMinute: windows[i + 1]![1]! * SCALE, closesMinute: windows[i + 1]![2]! * SCALE }],
    skills: [`site ${i + 2}`],
    loads: [demand[i + 1]![1]!],
    unservedCost: null,
    assignmentCosts: [],
  }))
  const [, opens, closes] = windows[0]!
  const teamDays: TeamDay[] = Array.from({ length: vehicles }, (_, v) => ({
    id: `v${v + 1}`,
    team: `v${v + 1}`,
    day: '1',
    startPlace: 0,
    endPlace: 0,
    shiftStartsMinute: opens! * SCALE,
    shiftEndsMinute: closes! * SCALE,
    visitsMax: orders.length,
    workMinutesMax: Math.min(duration, closes! - opens!) * SCALE,
    loadsMax: [capacity[v]![1]!],
    skills: allowedSites(allowed, v, count),
    travel: 0,
    fixedCost: 0,
  }))
  const minutes = euclidean(points, (d) => Math.round(d * SCALE))
  return {
    loadNames: ['demand'],
    travel: [{ name: 'distance', placeCount: count, minutes }],
    orders,
    teamDays,
    links: [],
    objective: { travel: 1, workMinute: 0 },
    fairness: [],
    coverage: [],
  }
}

function allowedSites(allowed: readonly number[][] | undefined, vehicle: number, count: number): string[] {
  if (!allowed) return Array.from({ length: count }, (_, i) => `site ${i + 1}`)
  const row = allowed.find((candidate) => candidate[0] === vehicle + 1)
  if (!row) throw new FormatError(`VEHICLES_ALLOWED_CLIENTS_SECTION lacks vehicle ${vehicle + 1}`, 0)
  return row.slice(1).map((site) => `site ${site}`)
}

function numberField(fields: ReadonlyMap<string, string>, name: string): number {
  const value = Number(fields.get(name))
  if (!Number.isFinite(value)) throw new FormatError(`${name} is missing or not a number`, 0)
  return value
}

function sectionsOf(text: string): Sections {
  const fields = new Map<string, string>()
  const rows = new Map<string, number[][]>()
  let current: number[][] | undefined
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(EOF)?\s*$/.test(line)) continue
    const field = /^\s*([A-Z_]+)\s*:\s*(.*)$/.exec(line)
    if (field) {
      fields.set(field[1]!, field[2]!.trim())
      current = undefined
    } else if (/^\s*[A-Z_]+\s*$/.test(line)) {
      current = []
      rows.set(line.trim(), current)
    } else {
      const row = numbersOf(line)
      if (!current || row.some(Number.isNaN))
        throw new FormatError('neither a field, a section nor a row of numbers', at + 1)
      current.push(row)
    }
  }
  return { fields, rows }
}

/** Routes of a `.sol` file by vehicle, as client ids, and the cost it states. */
export function readVrplibSolution(text: string): { routes: string[][]; cost: number } {
  const routes: string[][] = []
  let cost = Number.NaN
  for (const line of text.split(/\r?\n/)) {
    const route = /^Route #(\d+):\s*(.*)$/.exec(line.trim())
    if (route) routes[Number(route[1]) - 1] = numbersOf(route[2]!).map(String)
    const stated = /^Cost:?\s+(\S+)/i.exec(line.trim())
    if (stated) cost = Number(stated[1])
  }
  return { routes, cost }
}
