import { findUnit, unitsWithin } from '#modules/orgs/index.ts'
import { holdsAt } from '#platform/actor.ts'
import { dateIn } from '#platform/dates.ts'
import { sql } from '#platform/db.ts'
import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Read, Work } from '#platform/work.ts'
import { teamsPermissions } from '../permissions.ts'
import { refuse } from '../refusals.ts'
import type { KnownNames } from './check-rows.ts'
import type { Mapping } from './columns.ts'
import { insertImport, insertInvitations, invitedAlready } from './invitation-rows.ts'
import type { Preview } from './list-reader.ts'
import type { WithListReader } from './read-in-thread.ts'
import type { WrittenFile } from './read-table.ts'

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

// So many rows are sealed or looked up before others get their turn.
const ROWS_AT_ONCE = 250

/** Shows what an import would do; nothing is kept. @throws Refusal of `ListReader.check`, not-your-unit */
export async function previewImport(
  read: Pick<Read, 'tx' | 'actor' | 'now'>,
  request: ImportRequest,
  withReader: WithListReader,
): Promise<Preview> {
  const known = await knownNames(read, request)
  return withReader(async (ask) => {
    const { rowsSound } = await ask('check', listOf(request, known))
    const invited = new Set<number>()
    for (let from = 0; from < rowsSound; from += ROWS_AT_ONCE) {
      const rows = await ask('sound', { from, count: ROWS_AT_ONCE })
      for (const line of await invitedAlready(read.tx, request.unitId, rows)) invited.add(line)
    }
    await ask('passOver', { lines: invited })
    return ask('preview', null)
  })
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
 * the phone finds the invitation, and claims or declines it. @throws Refusal of `ListReader.check`, not-your-unit
 */
export async function importVolunteers(
  work: Work,
  request: ImportRequest,
  withReader: WithListReader,
): Promise<Imported> {
  const { tx, now, actor } = work
  const known = await knownNames(work, request)
  const head = { id: newUuid7(now), unitId: request.unitId, teamId: request.teamId }
  return withReader(async (ask) => {
    const { rowsTotal, rowsSound } = await ask('check', listOf(request, known))
    const by = actor.personId
    await insertImport(tx, head, { fileName: request.fileName, rowsTotal, rowsTaken: rowsSound, by, now })
    const invited = new Set<number>()
    for (let from = 0; from < rowsSound; from += ROWS_AT_ONCE) {
      const rows = await ask('sound', { from, count: ROWS_AT_ONCE })
      for (const line of await insertInvitations(tx, head, rows, now)) invited.add(line)
    }
    await ask('passOver', { lines: invited })
    const { rowsFaulty, file } = await ask('faulty', { locale: actor.locale })
    const rowsTaken = rowsTotal - rowsFaulty
    work.audit({
      action: 'teams.import',
      subject: { kind: 'import', id: head.id },
      details: { rows: rowsTotal, taken: rowsTaken },
    })
    // A buffer that comes out of a thread is one no more.
    const faultyFile = file && { ...file, bytes: Buffer.from(file.bytes) }
    return { importId: head.id, rowsTotal, rowsTaken, faultyFile }
  })
}

function listOf({ file, mapping, headerRow }: ImportRequest, known: KnownNames) {
  return { file, mapping, headerRow, known }
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
