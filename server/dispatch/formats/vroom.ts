// The JSON shape of VROOM's input, as far as it says something that our problem can: vehicles and jobs, by matrices or coordinates.
// What it cannot say here is refused by name, never dropped. Seconds become minutes.
import type { DispatchProblem, Order, TeamDay, TravelTable } from '../problem.ts'
import { travelByCoordinates, type Coordinates } from '../travel.ts'
import { asNumber, listAt, numberAt, recordAt, squareAt, type JsonRecord } from './json-shape.ts'
import { FormatError } from './text.ts'

const SECONDS_PER_MINUTE = 60
/** VROOM serves as much as it can, higher priority first; a leg never costs this much. */
const UNSERVED_MINUTES_PER_PRIORITY = 10_000
/** No time window: the whole week, as VROOM has no end of time. */
const OPEN_END_MINUTE = 7 * 24 * 60
const REFUSED_OF_VEHICLE = ['breaks', 'steps', 'max_distance', 'speed_factor', 'max_travel_time']
const REFUSED_OF_JOB = ['pickup', 'setup_per_type', 'service_per_type']

/** Whether a JSON text has VROOM's two lists. */
export function looksLikeVroom(root: JsonRecord): boolean {
  return Array.isArray(root['vehicles']) && (Array.isArray(root['jobs']) || Array.isArray(root['shipments']))
}

interface Places {
  readonly coordinates: Coordinates[]
  readonly indexes: Map<string, number>
  readonly isMatrix: boolean
}

/** Reads an input of VROOM. Throws `FormatError` for what is malformed or not supported (shipments, breaks, forced steps). */
export function vroomOf(root: JsonRecord): DispatchProblem {
  if (Array.isArray(root['shipments']) && root['shipments'].length > 0)
    throw new FormatError('shipments: not supported', 0)
  const matrix = matrixOf(root)
  const places: Places = {
    coordinates: [],
    indexes: new Map(),
    isMatrix: matrix !== null,
  }
  const amounts = root['jobs'] === undefined ? 0 : Math.max(0, ...amountLengths(root))
  const orders = listAt(root, 'jobs', '', (value, path) => jobOf(recordAt(value, path), path, places, amounts), true)
  const vehicles = listAt(root, 'vehicles', '', (value, path) =>
    vehicleOf(recordAt(value, path), path, places, amounts, orders.length),
  )
  const table = matrix ?? travelByCoordinates('car', places.coordinates)
  const nowhere = table.placeCount
  const settle = (place: number): number => (place < 0 ? nowhere : place)
  return {
    loadNames: Array.from({ length: amounts }, (_, k) => `amount ${k}`),
    travel: [withNowhere(table)],
    orders,
    teamDays: vehicles.map((one) => ({ ...one, startPlace: settle(one.startPlace), endPlace: settle(one.endPlace) })),
    links: [],
    objective: { travel: 1, workMinute: 0 },
    fairness: [],
    coverage: [],
  }
}

function amountLengths(root: JsonRecord): number[] {
  return listAt(root, 'jobs', '', (value, path) => {
    const job = recordAt(value, path)
    const amounts = job['delivery'] ?? job['amount']
    return Array.isArray(amounts) ? amounts.length : 0
  })
}

function matrixOf(root: JsonRecord): TravelTable | null {
  if (root['matrices'] === undefined) return null
  const profiles = recordAt(root['matrices'], 'matrices')
  const names = Object.keys(profiles)
  if (names.length !== 1) throw new FormatError('matrices: one profile is supported', 0)
  const path = `matrices.${names[0]}`
  const profile = recordAt(profiles[names[0]!], path)
  const seconds = squareAt(profile, 'durations', path)
  const placeCount = Math.round(Math.sqrt(seconds.length))
  const minutes = seconds.map((value) => value / SECONDS_PER_MINUTE)
  if (profile['costs'] === undefined) return { name: names[0]!, placeCount, minutes }
  return { name: names[0]!, placeCount, minutes, cost: squareAt(profile, 'costs', path) }
}

/** The table with one more place that is no distance from anywhere. */
function withNowhere(table: TravelTable): TravelTable {
  const grow = (values: Float64Array): Float64Array => {
    const size = table.placeCount + 1
    const grown = new Float64Array(size * size)
    for (let i = 0; i < table.placeCount; i++)
      grown.set(values.subarray(i * table.placeCount, (i + 1) * table.placeCount), i * size)
    return grown
  }
  const plain = { name: table.name, placeCount: table.placeCount + 1, minutes: grow(table.minutes) }
  return table.cost ? { ...plain, cost: grow(table.cost) } : plain
}

/** The place of a job or of an end of a vehicle; -1 when it has none. */
function placeOf(from: JsonRecord, key: string, path: string, places: Places): number {
  if (places.isMatrix) {
    const index = from[`${key}_index`]
    if (index === undefined) return -1
    return asNumber(index, `${path}.${key}_index`)
  }
  if (from[key] === undefined) return -1
  const [longitude, latitude] = listAt(from, key, path, asNumber)
  if (longitude === undefined || latitude === undefined)
    throw new FormatError(`${path}.${key}: expected two numbers`, 0)
  const name = `${longitude},${latitude}`
  const known = places.indexes.get(name)
  if (known !== undefined) return known
  places.indexes.set(name, places.coordinates.length)
  return places.coordinates.push({ longitude, latitude }) - 1
}

function refuse(from: JsonRecord, keys: readonly string[], path: string): void {
  for (const key of keys) if (from[key] !== undefined) throw new FormatError(`${path}.${key}: not supported`, 0)
}

function jobOf(job: JsonRecord, path: string, places: Places, amounts: number): Order {
  refuse(job, REFUSED_OF_JOB, path)
  const place = placeOf(job, 'location', path, places)
  if (place < 0) throw new FormatError(`${path}: a job needs its location`, 0)
  const windows = listAt(job, 'time_windows', path, (value, at) => pairOf(value, at))
  const loads = listAt(job, job['delivery'] === undefined ? 'amount' : 'delivery', path, asNumber)
  return {
    id: idOf(job, path),
    place,
    serviceMinutes: (numberAt(job, 'service', path, 0) + numberAt(job, 'setup', path, 0)) / SECONDS_PER_MINUTE,
    windows: windows.length > 0 ? windows : [{ opensMinute: 0, closesMinute: OPEN_END_MINUTE }],
    skills: listAt(job, 'skills', path, asNumber).map((skill) => `skill ${skill}`),
    loads: Array.from({ length: amounts }, (_, k) => loads[k] ?? 0),
    unservedCost: (1 + numberAt(job, 'priority', path, 0)) * UNSERVED_MINUTES_PER_PRIORITY,
    assignmentCosts: [],
  }
}

function vehicleOf(vehicle: JsonRecord, path: string, places: Places, amounts: number, jobs: number): TeamDay {
  refuse(vehicle, REFUSED_OF_VEHICLE, path)
  const shift = vehicle['time_window'] === undefined ? null : pairOf(vehicle['time_window'], `${path}.time_window`)
  const opens = shift?.opensMinute ?? 0
  const closes = shift?.closesMinute ?? OPEN_END_MINUTE
  const capacity = listAt(vehicle, 'capacity', path, asNumber)
  const costs = vehicle['costs'] === undefined ? {} : recordAt(vehicle['costs'], `${path}.costs`)
  refuse(costs, ['per_hour', 'per_km', 'per_task_hour'], `${path}.costs`)
  return {
    id: idOf(vehicle, path),
    team: idOf(vehicle, path),
    day: '',
    startPlace: placeOf(vehicle, 'start', path, places),
    endPlace: placeOf(vehicle, 'end', path, places),
    shiftStartsMinute: opens,
    shiftEndsMinute: closes,
    visitsMax: numberAt(vehicle, 'max_tasks', path, jobs),
    workMinutesMax: closes - opens,
    loadsMax: Array.from({ length: amounts }, (_, k) => capacity[k] ?? 0),
    skills: listAt(vehicle, 'skills', path, asNumber).map((skill) => `skill ${skill}`),
    travel: 0,
    fixedCost: numberAt(costs, 'fixed', `${path}.costs`, 0) / SECONDS_PER_MINUTE,
  }
}

function idOf(from: JsonRecord, path: string): string {
  const { id } = from
  if (typeof id !== 'number' && typeof id !== 'string')
    throw new FormatError(`${path}.id: expected a number or text`, 0)
  return String(id)
}

function pairOf(value: unknown, path: string): { opensMinute: number; closesMinute: number } {
  if (!Array.isArray(value) || value.length !== 2) throw new FormatError(`${path}: expected two numbers`, 0)
  const [opens, closes] = value.map((one, i) => asNumber(one, `${path}[${i}]`)) as [number, number]
  return { opensMinute: opens / SECONDS_PER_MINUTE, closesMinute: closes / SECONDS_PER_MINUTE }
}
