// Reads unknown JSON into typed values; a fault names its place in the file, as `orders[3].windows[0].opensMinute`.
import { jsonFault } from './json-fault.ts'
import { FormatError } from './text.ts'

export type JsonRecord = Readonly<Record<string, unknown>>

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new FormatError(jsonFault(text), 0)
  }
}

const inside = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)

function fault(path: string, wanted: string, value: unknown): FormatError {
  const found = value === undefined ? 'nothing' : (JSON.stringify(value) ?? typeof value).slice(0, 40)
  return new FormatError(`${path}: expected ${wanted}, found ${found}`, 0)
}

export function recordAt(value: unknown, path: string): JsonRecord {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw fault(path, 'an object', value)
  return value as JsonRecord
}

export function numberAt(from: JsonRecord, key: string, path: string, usual?: number): number {
  const value = from[key] ?? usual
  if (typeof value !== 'number') throw fault(inside(path, key), 'a number', from[key])
  return value
}

export function textAt(from: JsonRecord, key: string, path: string, usual?: string): string {
  const value = from[key] ?? usual
  if (typeof value !== 'string') throw fault(inside(path, key), 'text', from[key])
  return value
}

/** A list, each item read by `read` with its own path; absent counts as empty unless `isNeeded`. */
export function listAt<T>(
  from: JsonRecord,
  key: string,
  path: string,
  read: (item: unknown, path: string) => T,
  isNeeded = false,
): T[] {
  const value = from[key]
  const at = inside(path, key)
  if (value === undefined && !isNeeded) return []
  if (!Array.isArray(value)) throw fault(at, 'a list', value)
  return value.map((item, i) => read(item, `${at}[${i}]`))
}

export function asNumber(value: unknown, path: string): number {
  if (typeof value !== 'number') throw fault(path, 'a number', value)
  return value
}

export function asText(value: unknown, path: string): string {
  if (typeof value !== 'string') throw fault(path, 'text', value)
  return value
}

/** A square table of numbers, row-major. */
export function squareAt(from: JsonRecord, key: string, path: string): Float64Array {
  const rows = listAt(
    from,
    key,
    path,
    (row, at) => {
      if (!Array.isArray(row)) throw fault(at, 'a list of numbers', row)
      return row.map((value, j) => asNumber(value, `${at}[${j}]`))
    },
    true,
  )
  const table = new Float64Array(rows.length * rows.length)
  rows.forEach((row, i) => {
    if (row.length !== rows.length) throw fault(`${path}.${key}[${i}]`, `${rows.length} numbers`, row.length)
    table.set(row, i * rows.length)
  })
  return table
}
