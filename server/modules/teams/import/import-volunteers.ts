import { setImmediate } from 'node:timers/promises'
import { findUnit, unitsWithin } from '#modules/orgs/index.ts'
import { translator } from '#i18n/translate.ts'
import { holdsAt } from '#platform/actor.ts'
import { dateIn } from '#platform/dates.ts'
import { sql } from '#platform/db.ts'
import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Read, Work } from '#platform/work.ts'
import { teamsPermissions } from '../permissions.ts'
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
import { insertImport, insertInvitations, invitedAlready } from './invitation-rows.ts'
import { readTable, type Table, type WrittenFile, writeTable } from './read-table.ts'

export interface ImportRequest {
  readonly unitId: string
  /** Everybody on the list is invited into this team, unless a column names another one. */
  readonly teamId: string | null
  readonly fileName: string
  readonly file: Buffer
  /** As corrected by a person; null to guess. */
  readonly mapping: Mapping | null
  readonly headerRow: number | null
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

const SAMPLE_ROWS = 20
// So many rows are checked or written before others get their turn.
const ROWS_AT_ONCE = 1_000

/** Shows what an import would do; nothing is kept. @throws Refusal of `readTable`, mapping-needs, not-your-unit */
export async function previewImport(
  read: Pick<Read, 'tx' | 'actor' | 'now'>,
  request: ImportRequest,
): Promise<Preview> {
  const { table, header, rows } = await checkedTable(read, request)
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    const chunk = rows.slice(at, at + ROWS_AT_ONCE).filter(isSound)
    mark(rows, await invitedAlready(read.tx, request.unitId, chunk))
  }
  const faulty = rows.filter((row) => row.faults.length > 0)
  const counts = new Map<RowFault, number>()
  for (const fault of faulty.flatMap((row) => row.faults)) counts.set(fault, (counts.get(fault) ?? 0) + 1)
  return {
    ...header,
    columns: table.rows[header.row] ?? [],
    rowsTotal: rows.length,
    rowsFaulty: faulty.length,
    sample: [...faulty.slice(0, SAMPLE_ROWS), ...rows.filter((row) => row.faults.length === 0)]
      .slice(0, SAMPLE_ROWS)
      .map(({ line, cells, faults }) => ({ line, cells, faults })),
    faults: [...counts].map(([fault, count]) => ({ fault, count })),
  }
}

export interface Imported {
  readonly importId: string
  readonly rowsTotal: number
  readonly rowsTaken: number
  /** The rows that were not taken, as they came, each with its reasons; null when all were. */
  readonly faultyFile: WrittenFile | null
}

/**
 * Makes an invitation of each sound row. Nobody becomes a person, a volunteer or a member by it (promise 4): only whoever holds
 * the phone finds the invitation, and claims or declines it. @throws Refusal of `readTable`, mapping-needs, not-your-unit
 */
export async function importVolunteers(work: Work, request: ImportRequest): Promise<Imported> {
  const { table, header, rows } = await checkedTable(work, request)
  const head = { id: newUuid7(work.now), unitId: request.unitId, teamId: request.teamId }
  const sound = rows.filter(isSound)
  const { tx, now, actor } = work
  const passedOver = new Set<number>()
  await insertImport(tx, head, {
    fileName: request.fileName,
    rowsTotal: rows.length,
    rowsTaken: sound.length,
    by: actor.personId,
    now,
  })
  for (let at = 0; at < sound.length; at += ROWS_AT_ONCE) {
    const lines = await insertInvitations(tx, head, sound.slice(at, at + ROWS_AT_ONCE), now)
    for (const line of lines) passedOver.add(line)
    await setImmediate()
  }
  mark(rows, passedOver)
  const faulty = rows.filter((row) => row.faults.length > 0)
  const rowsTaken = rows.length - faulty.length
  work.audit({
    action: 'teams.import',
    subject: { kind: 'import', id: head.id },
    details: { rows: rows.length, taken: rowsTaken },
  })
  const faultyFile = faulty.length === 0 ? null : await writeFaulty(work, table, header, faulty)
  return { importId: head.id, rowsTotal: rows.length, rowsTaken, faultyFile }
}

type Sound = CheckedRow & { readonly facts: ImportedFacts }
const isSound = (row: Writable): row is Writable & Sound => row.faults.length === 0 && row.facts !== null
type Writable = Omit<CheckedRow, 'faults'> & { faults: readonly RowFault[] }

function mark(rows: readonly Writable[], lines: ReadonlySet<number>): void {
  if (lines.size === 0) return
  for (const row of rows) if (lines.has(row.line)) row.faults = [...row.faults, 'already-invited']
}

async function checkedTable(read: Pick<Read, 'tx' | 'actor' | 'now'>, request: ImportRequest) {
  const known = await knownNames(read, request)
  const table = await readTable(request.file)
  const guessed = guessHeader(table.rows)
  const row = request.headerRow === null ? guessed.row : Math.min(request.headerRow, table.rows.length - 1)
  const header = { row, mapping: request.mapping ?? guessed.mapping }
  if (request.mapping !== null) requireWholeMapping(request.mapping)
  const seen = new Map<string, number>()
  const rows: Writable[] = []
  for (const [at, cells] of table.rows.entries()) {
    if (at <= header.row) continue
    const checked = checkRow(cells, at + 1, header.mapping, known, seen)
    if (checked !== null) rows.push({ ...checked })
    if (at % ROWS_AT_ONCE === 0) await setImmediate()
  }
  return { table, header, rows }
}

function requireWholeMapping(mapping: Mapping): void {
  const used = mapping.filter((field) => field !== null)
  if (new Set(used).size < used.length) throw refuse('mapping-twice', {}, { field: 'mapping' })
  if (!used.includes('phone') || !used.includes('name')) throw refuse('mapping-needs', {}, { field: 'mapping' })
}

/** The villages of the unit and its living teams, by name; a name that two of them have stands for neither. */
async function knownNames(
  { tx, actor, now }: Pick<Read, 'tx' | 'actor' | 'now'>,
  request: ImportRequest,
): Promise<KnownNames> {
  const on = dateIn(now)
  if ((await findUnit(tx, request.unitId, on)) === undefined)
    throw new Refusal('platform.not-found', 404, {}, { field: 'unitId' })
  if (!holdsAt(actor, teamsPermissions['teams.import'], request.unitId))
    throw refuse('not-your-unit', {}, { field: 'unitId' })
  const units = await unitsWithin(tx, request.unitId, on)
  const teams = await tx.rows<{ id: string; name: string }>(sql`
    select id, name from team
     where district_id = ${tx.districtId} and unit_id = any(${units.map((unit) => unit.id)}::uuid[])
       and (ended_on is null or ended_on > ${on}::date)`)
  if (request.teamId !== null && !teams.some((team) => team.id === request.teamId))
    throw refuse('team-unknown', {}, { field: 'teamId' })
  return { villages: uniqueNames(units), teams: uniqueNames(teams), teamId: request.teamId }
}

function uniqueNames(things: readonly { readonly id: string; readonly name: string }[]): Map<string, string> {
  const groups = Map.groupBy(things, (one) => one.name)
  return new Map([...groups].flatMap(([name, all]) => (all.length === 1 ? [[name, all[0]!.id] as const] : [])))
}

/** The same columns, those without a name too, and behind them each row's number in the list and what is wrong in which column. */
async function writeFaulty(
  { actor }: Work,
  table: Table,
  header: Header,
  rows: readonly Writable[],
): Promise<WrittenFile> {
  const t = translator(actor.locale)
  const textOf = (fault: RowFault, row: Writable) =>
    fault === 'twice-in-file' ? t('teams.row.twice-in-file', { line: row.sameAs ?? 0 }) : t(`teams.row.${fault}`)
  const reasonOf = (fault: RowFault, row: Writable) => {
    const at = header.mapping.indexOf(FIELD_OF[fault])
    const text = textOf(fault, row)
    return at === -1 ? text : t('teams.row-in-column', { column: columnLetters(at), reason: text })
  }
  const lines = [
    ...table.rows.slice(0, header.row).map((cells) => [...cells, '', '']),
    [...(table.rows[header.row] ?? []), t('teams.row-line'), t('teams.row-reason')],
    ...rows.map((row) => [
      ...row.cells,
      String(row.line),
      row.faults.map((fault) => reasonOf(fault, row)).join(t('teams.row-comma')),
    ]),
  ]
  return writeTable(table, lines, t('teams.row-file'))
}
