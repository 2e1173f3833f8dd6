import { readSheet } from 'read-excel-file/node'
import writeXlsx from 'write-excel-file/node'
import { refuse } from '../refusals.ts'
import { plainCell, readCsv, type Separator, writeCsv } from './csv.ts'
import { zipFault } from './unzip-safely.ts'

export const FILE_BYTES_MAX = 8 * 1024 * 1024
export const ROWS_MAX = 50_000
export const COLUMNS_MAX = 60
const CELL_CHARACTERS_MAX = 500

export interface Table {
  readonly form: 'xlsx' | 'csv'
  readonly separator: Separator
  /** Every row, the header among them, all equally long; cells are trimmed. */
  readonly rows: readonly (readonly string[])[]
}

/**
 * Reads a table from an Excel file or from text.
 * @throws Refusal file-empty, file-too-large, file-unreadable, rows-too-many, columns-too-many
 */
export async function readTable(bytes: Buffer): Promise<Table> {
  if (bytes.length === 0) throw refuse('file-empty', {}, { field: 'file' })
  if (bytes.length > FILE_BYTES_MAX) throw refuse('file-too-large', {}, { field: 'file' })
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b
  const { separator, rows: raw } = isZip ? { separator: ',' as const, rows: await readXlsx(bytes) } : textTable(bytes)
  if (raw.length > ROWS_MAX) throw refuse('rows-too-many', { rows: ROWS_MAX }, { field: 'file' })
  const width = raw.reduce((most, row) => Math.max(most, usedCells(row)), 0)
  if (width > COLUMNS_MAX) throw refuse('columns-too-many', { columns: COLUMNS_MAX }, { field: 'file' })
  if (width === 0) throw refuse('file-empty', {}, { field: 'file' })
  const rows = raw.map((row) => Array.from({ length: width }, (_, at) => cellOf(row[at])))
  return { form: isZip ? 'xlsx' : 'csv', separator, rows }
}

function textTable(bytes: Buffer) {
  const table = readCsv(bytes, ROWS_MAX)
  if (table === null) throw refuse('file-unreadable', {}, { field: 'file' })
  return table
}

async function readXlsx(bytes: Buffer): Promise<readonly (readonly unknown[])[]> {
  const fault = zipFault(bytes)
  if (fault === 'too-large') throw refuse('file-too-large', {}, { field: 'file' })
  if (fault !== null) throw refuse('file-unreadable', {}, { field: 'file' })
  try {
    // Numbers stay as they are written: a telephone number is none, and eighteen digits do not fit into one.
    return await readSheet(bytes, { parseNumber: (text: string) => text })
  } catch {
    throw refuse('file-unreadable', {}, { field: 'file' })
  }
}

function usedCells(row: readonly unknown[]): number {
  for (let at = row.length; at > 0; at--) if (cellOf(row[at - 1]) !== '') return at
  return 0
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (value instanceof globalThis.Date) return value.toISOString().slice(0, 10)
  // Numbers come as texts; what is none, nor a truth, has no place in such a list.
  const text = typeof value === 'boolean' ? String(value) : typeof value === 'string' ? value : ''
  return plainCell(text).slice(0, CELL_CHARACTERS_MAX)
}

export interface WrittenFile {
  readonly name: string
  readonly mediaType: string
  readonly bytes: Buffer
}

/** Writes rows in the form of the table they came from. */
export async function writeTable(
  like: Pick<Table, 'form' | 'separator'>,
  rows: readonly (readonly string[])[],
  name: string,
): Promise<WrittenFile> {
  if (like.form === 'csv')
    return { name: `${name}.csv`, mediaType: 'text/csv; charset=utf-8', bytes: writeCsv(rows, like.separator) }
  // Texts by type: what looks like a formula stays a text.
  const cells = rows.map((row) => row.map((value) => ({ type: String, value })))
  return {
    name: `${name}.xlsx`,
    mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    bytes: await writeXlsx(cells).toBuffer(),
  }
}
