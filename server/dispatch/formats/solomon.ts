// Solomon's vehicle routing problem with time windows, and Gehring and Homberger's larger ones in the same shape.
import type { DispatchProblem, Order, TeamDay } from '../problem.ts'
import { euclidean, numbersOf, FormatError } from './text.ts'

/** How distances are rounded: not at all, or cut off after one decimal as in the literature on exact methods (and DIMACS). */
export type SolomonRounding = 'double' | 'one-decimal'

const CUSTOMER_COLUMNS = 7

/**
 * Reads the text of an instance. Minutes are the instance's own unit of time, cost is distance; every customer must be served.
 * Throws `FormatError` naming the line.
 */
export function readSolomon(text: string, rounding: SolomonRounding): DispatchProblem {
  const lines = text.split(/\r?\n/)
  const vehicleAt = lines.findIndex((line) => /^\s*NUMBER\s+CAPACITY/i.test(line))
  const fleetAt = lines.findIndex((line, at) => at > vehicleAt && line.trim() !== '')
  const [vehicles, capacity] = numbersOf(lines[fleetAt] ?? '')
  if (vehicleAt < 0 || vehicles === undefined || capacity === undefined)
    throw new FormatError('the line under NUMBER CAPACITY is missing', vehicleAt + 2)
  const rows: number[][] = []
  lines.forEach((line, at) => {
    if (at <= fleetAt || !/^\s*\d/.test(line)) return
    const row = numbersOf(line)
    if (row.length !== CUSTOMER_COLUMNS || row.some(Number.isNaN))
      throw new FormatError(`a customer has ${CUSTOMER_COLUMNS} numbers`, at + 1)
    rows.push(row)
  })
  const depot = rows[0]
  if (!depot || rows.length < 2) throw new FormatError('no customers', lines.length)
  const round = rounding === 'double' ? (d: number) => d : (d: number) => Math.floor(d * 10 + 1e-9) / 10
  const minutes = euclidean(
    rows.map((row) => [row[1]!, row[2]!] as const),
    round,
  )
  const orders: Order[] = rows.slice(1).map((row, i) => ({
    id: String(row[0]),
    place: i + 1,
    serviceMinutes: row[6]!,
    windows: [{ opensMinute: row[4]!, closesMinute: row[5]! }],
    skills: [],
    loads: [row[3]!],
    unservedCost: null,
    assignmentCosts: [],
  }))
  const teamDays: TeamDay[] = Array.from({ length: vehicles }, (_, i) => ({
    id: `v${i + 1}`,
    team: `v${i + 1}`,
    day: '1',
    startPlace: 0,
    endPlace: 0,
    shiftStartsMinute: depot[4]!,
    shiftEndsMinute: depot[5]!,
    visitsMax: orders.length,
    workMinutesMax: depot[5]! - depot[4]!,
    loadsMax: [capacity],
    skills: [],
    travel: 0,
    fixedCost: 0,
  }))
  return {
    loadNames: ['demand'],
    travel: [{ name: 'distance', placeCount: rows.length, minutes }],
    orders,
    teamDays,
    links: [],
    objective: { travel: 1, workMinute: 0 },
    fairness: [],
    coverage: [],
  }
}
