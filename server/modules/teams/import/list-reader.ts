/**
 * Reads a list and checks its rows: work of the processor alone, without the database. It is asked step by step, so that it can stand
 * in a thread (`import-thread.ts`) and nobody gets more at once than can be dealt with quickly.
 */
import { type Locale, translator } from '#i18n/translate.ts'
import { refuse } from '../refusals.ts'
import {
  type CheckedRow,
  checkRow,
  FIELD_OF,
  type ImportedFacts,
  type KnownNames,
  type RowFault,
} from './check-rows.ts'
import { columnLetters, guessHeader, type Header, type Mapping } from './columns.ts'
import { readTable, type Table, type WrittenFile, writeTable } from './read-table.ts'

export interface ListToRead {
  readonly file: Uint8Array
  /** As corrected by a person; null to guess. */
  readonly mapping: Mapping | null
  readonly headerRow: number | null
  readonly known: KnownNames
}

export interface Preview extends Header {
  readonly columns: readonly string[]
  readonly rowsTotal: number
  readonly rowsFaulty: number
  /** The first rows as they were read. */
  readonly sample: readonly {
    readonly line: number
    readonly cells: readonly string[]
    readonly faults: readonly RowFault[]
  }[]
  readonly faults: readonly { readonly fault: RowFault; readonly count: number }[]
}

/** A row in which nothing was wrong when it was read. */
export interface SoundRow {
  readonly line: number
  readonly facts: ImportedFacts
}

export interface FaultyRows {
  readonly rowsFaulty: number
  /** As they came, each with its reasons; null when there are none. */
  readonly file: WrittenFile | null
}

const SAMPLE_ROWS = 20

type Row = Omit<CheckedRow, 'faults'> & { faults: readonly RowFault[] }

interface CheckedList {
  readonly table: Table
  readonly header: Header
  readonly rows: readonly Row[]
  readonly sound: readonly SoundRow[]
}

/** The functions of one list; `check` comes first. */
export function listReader() {
  let list: CheckedList | undefined
  const checked = (): CheckedList => {
    if (list === undefined) throw new Error('The list has not been checked.')
    return list
  }
  return {
    /** @throws Refusal of `readTable`, mapping-needs, mapping-twice */
    async check(given: ListToRead): Promise<{ rowsTotal: number; rowsSound: number }> {
      list = await checkList(given)
      return { rowsTotal: list.rows.length, rowsSound: list.sound.length }
    },
    sound: ({ from, count }: { readonly from: number; readonly count: number }): readonly SoundRow[] =>
      checked().sound.slice(from, from + count),
    /** These were invited before. */
    passOver({ lines }: { readonly lines: ReadonlySet<number> }): void {
      for (const row of checked().rows)
        if (lines.has(row.line) && !row.faults.includes('already-invited'))
          row.faults = [...row.faults, 'already-invited']
    },
    preview: (_given: null): Preview => previewOf(checked()),
    faulty: ({ locale }: { readonly locale: Locale }): Promise<FaultyRows> => faultyRows(checked(), locale),
  }
}
export type ListReader = ReturnType<typeof listReader>

async function checkList(given: ListToRead): Promise<CheckedList> {
  const { file } = given
  const table = await readTable(Buffer.from(file.buffer, file.byteOffset, file.byteLength))
  const guessed = guessHeader(table.rows)
  const row = given.headerRow === null ? guessed.row : Math.min(given.headerRow, table.rows.length - 1)
  const header = { row, mapping: given.mapping ?? guessed.mapping }
  if (given.mapping !== null) requireWholeMapping(given.mapping)
  const seen = new Map<string, number>()
  const rows: Row[] = []
  for (const [at, cells] of table.rows.entries()) {
    if (at <= header.row) continue
    const checked = checkRow(cells, at + 1, header.mapping, given.known, seen)
    if (checked !== null) rows.push({ ...checked })
  }
  const sound = rows.flatMap(({ line, facts, faults }) =>
    faults.length === 0 && facts !== null ? [{ line, facts }] : [],
  )
  return { table, header, rows, sound }
}

function requireWholeMapping(mapping: Mapping): void {
  const used = mapping.filter((field) => field !== null)
  if (new Set(used).size < used.length) throw refuse('mapping-twice', {}, { field: 'mapping' })
  if (!used.includes('phone') || !used.includes('name')) throw refuse('mapping-needs', {}, { field: 'mapping' })
}

const isFaulty = (row: Row) => row.faults.length > 0

function previewOf({ table, header, rows }: CheckedList): Preview {
  const faulty = rows.filter(isFaulty)
  const counts = new Map<RowFault, number>()
  for (const fault of faulty.flatMap((row) => row.faults)) counts.set(fault, (counts.get(fault) ?? 0) + 1)
  return {
    ...header,
    columns: table.rows[header.row] ?? [],
    rowsTotal: rows.length,
    rowsFaulty: faulty.length,
    sample: [...faulty.slice(0, SAMPLE_ROWS), ...rows.filter((row) => !isFaulty(row))]
      .slice(0, SAMPLE_ROWS)
      .map(({ line, cells, faults }) => ({ line, cells, faults })),
    faults: [...counts].map(([fault, count]) => ({ fault, count })),
  }
}

/** The same columns, those without a name too, and behind them each row's number in the list and what is wrong in which column. */
async function faultyRows({ table, header, rows }: CheckedList, locale: Locale): Promise<FaultyRows> {
  const faulty = rows.filter(isFaulty)
  if (faulty.length === 0) return { rowsFaulty: 0, file: null }
  const t = translator(locale)
  const textOf = (fault: RowFault, row: Row) =>
    fault === 'twice-in-file' ? t('teams.row.twice-in-file', { line: row.sameAs ?? 0 }) : t(`teams.row.${fault}`)
  const reasonOf = (fault: RowFault, row: Row) => {
    const at = header.mapping.indexOf(FIELD_OF[fault])
    const text = textOf(fault, row)
    return at === -1 ? text : t('teams.row-in-column', { column: columnLetters(at), reason: text })
  }
  const lines = [
    ...table.rows.slice(0, header.row).map((cells) => [...cells, '', '']),
    [...(table.rows[header.row] ?? []), t('teams.row-line'), t('teams.row-reason')],
    ...faulty.map((row) => [
      ...row.cells,
      String(row.line),
      row.faults.map((fault) => reasonOf(fault, row)).join(t('teams.row-comma')),
    ]),
  ]
  return { rowsFaulty: faulty.length, file: await writeTable(table, lines, t('teams.row-file')) }
}
