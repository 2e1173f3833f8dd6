// Pillac, Guéret and Medaglia's technician routing: homes, skills, tools, spare parts and one optional visit to the depot, where every
// tool and part can be had. The cost is working time: departure to return of each technician who goes out.
import type { DispatchProblem, Order, TeamDay } from '../problem.ts'
import { euclidean, FormatError } from './text.ts'

interface Row {
  readonly id: number
  readonly x: number
  readonly y: number
  readonly opens: number
  readonly closes: number
  readonly service: number
  readonly skills: readonly string[]
  readonly tools: readonly string[]
  readonly parts: readonly number[]
}

const ROW = /^\s*(\d+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+\[(.*?)\]\s*\[(.*?)\]\s*\[(.*?)\]\s*$/

/** Reads the text form of an instance; every request must be served. Throws `FormatError` naming the line. */
export function readTrsp(text: string): DispatchProblem {
  const lines = text.split(/\r?\n/)
  const headerAt = lines.findIndex((line) => /CREW\s*COUNT/i.test(line))
  const header = (lines.find((line, at) => at > headerAt && line.trim() !== '') ?? '').trim().split(/\s+/).map(Number)
  const [crew, , , partKinds] = header
  if (headerAt < 0 || crew === undefined || partKinds === undefined || header.some(Number.isNaN))
    throw new FormatError('the line under CREW COUNT is missing', headerAt + 2)
  const tableAt = lines.findIndex((line) => /^\s*ID\s+X\s+Y/i.test(line))
  const rows: Row[] = []
  lines.forEach((line, at) => {
    if (at > tableAt && line.trim() !== '') rows.push(rowOf(line, at + 1))
  })
  const depot = rows[0]
  if (!depot || rows.length < crew + 2) throw new FormatError('no requests', lines.length)
  const minutes = euclidean(
    rows.map((row) => [row.x, row.y] as const),
    (d) => d,
  )
  const orders = rows.slice(crew + 1).map((row, i) => orderOf(row, crew + 1 + i))
  return {
    loadNames: [],
    partNames: Array.from({ length: partKinds }, (_, k) => `part ${k}`),
    suppliesPlace: 0,
    travel: [{ name: 'distance', placeCount: rows.length, minutes }],
    orders,
    teamDays: rows.slice(1, crew + 1).map((row, i) => teamDayOf(row, i + 1, orders.length)),
    links: [],
    objective: { travel: 0, workMinute: 1 },
    fairness: [],
    coverage: [],
  }
}

function orderOf(row: Row, place: number): Order {
  return {
    id: String(row.id),
    place,
    serviceMinutes: row.service,
    windows: [{ opensMinute: row.opens, closesMinute: row.closes }],
    skills: row.skills,
    loads: [],
    unservedCost: null,
    assignmentCosts: [],
    tools: row.tools,
    parts: row.parts,
  }
}

function teamDayOf(row: Row, place: number, visitsMax: number): TeamDay {
  return {
    id: `t${row.id}`,
    team: `t${row.id}`,
    day: '1',
    startPlace: place,
    endPlace: place,
    shiftStartsMinute: row.opens,
    shiftEndsMinute: row.closes,
    visitsMax,
    workMinutesMax: row.closes - row.opens,
    loadsMax: [],
    skills: row.skills,
    travel: 0,
    fixedCost: 0,
    tools: row.tools,
    parts: row.parts,
  }
}

function rowOf(line: string, at: number): Row {
  const match = ROW.exec(line)
  if (!match) throw new FormatError('a row has six numbers and three lists', at)
  const [id, x, y, opens, closes, service] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  if ([id, x, y, opens, closes, service].some(Number.isNaN)) throw new FormatError('not a number', at)
  const list = (words: string): string[] =>
    words
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== '')
  return {
    id,
    x,
    y,
    opens,
    closes,
    service,
    skills: list(match[7]!).map((skill) => `skill ${skill}`),
    tools: list(match[8]!).map((tool) => `tool ${tool}`),
    parts: list(match[9]!).map(Number),
  }
}
