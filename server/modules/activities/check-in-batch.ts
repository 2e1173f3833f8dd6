import { type BatchMark, type Direction, recordMarks } from '#modules/attendance/index.ts'
import { findPeopleByPhone, normalisedPhone } from '#modules/people/index.ts'
import { volunteersAmong } from '#modules/teams/index.ts'
import { addMinutes } from '#platform/dates.ts'
import { sql, type Tx } from '#platform/db.ts'
import { Refusal } from '#platform/refusal.ts'
import { isUuid, newUuid7 } from '#platform/tokens.ts'
import type { Read, Work } from '#platform/work.ts'
import { CHECK_IN_EARLY_MINUTES, CHECK_OUT_LATE_MINUTES, type Session } from './activity.ts'
import { findActivity, findSession, sessionColumns } from './activity-rows.ts'
import { refuseWrongMoment } from './check-in-live.ts'
import { requireOrganiser } from './organisers.ts'
import { recordLateHours } from './record-session-hours.ts'
import { refuse } from './refusals.ts'
import { isSigned, packKey, readPersonalCode, type SignedParts } from './session-codes.ts'
import { liveSignUps } from './sign-up-rows.ts'

/** Who organises ticks the list: for now, or for a moment that has passed. @returns how many marks are new */
export async function tickList(
  work: Work,
  sessionId: string,
  given: { direction: Direction; personIds: readonly string[]; at: Date | null },
): Promise<number> {
  const session = await organisedSession(work, sessionId)
  const at = given.at ?? work.now
  if (at > work.now) throw refuse('paper-times', {}, { field: 'at' })
  refuseWrongMoment(session, given.direction, at)
  const marks = await marksOf(work, session, given.personIds, (personId) => [
    { personId, direction: given.direction, at, method: 'list-tick' as const },
  ])
  const fresh = await recordMarks(work, marks)
  await recordLateHours(work, [session.id])
  return fresh.size
}

export interface PaperRow {
  readonly personId: string | null
  readonly phone: string | null
  readonly from: Date
  readonly until: Date
}

/** Enters a signed paper sheet. @returns how many people were entered, and the rows whose person is not known here, from 0 */
export async function enterPaperSheet(
  work: Work,
  sessionId: string,
  rows: readonly PaperRow[],
): Promise<{ entered: number; unknown: number[] }> {
  const session = await organisedSession(work, sessionId)
  const phones = rows.map((row) => (row.personId === null && row.phone !== null ? normalisedPhone(row.phone) : null))
  const byPhone = await findPeopleByPhone(
    work.tx,
    phones.filter((phone) => phone !== null),
  )
  const known = new Map<string, PaperRow>()
  const unknown: number[] = []
  for (const [index, row] of rows.entries()) {
    if (row.until <= row.from || row.until > work.now) throw refuse('paper-times', {}, { field: 'rows' })
    refuseWrongMoment(session, 'in', row.from)
    refuseWrongMoment(session, 'out', row.until)
    const personId = row.personId ?? byPhone.get(phones[index] ?? '')
    if (personId === undefined) unknown.push(index)
    else known.set(personId, row)
  }
  const volunteers = await volunteersAmong(work.tx, [...known.keys()])
  const ids = [...known.keys()].filter((personId) => volunteers.has(personId))
  for (const [personId, row] of known) if (!volunteers.has(personId)) unknown.push(rows.indexOf(row))
  const marks = await marksOf(work, session, ids, (personId) => {
    const { from, until } = known.get(personId)!
    return [
      { personId, direction: 'in' as const, at: from, method: 'paper' as const },
      { personId, direction: 'out' as const, at: until, method: 'paper' as const },
    ]
  })
  await recordMarks(work, marks)
  await recordLateHours(work, [session.id])
  return { entered: ids.length, unknown: unknown.toSorted((a, b) => a - b) }
}

const PACK_HOURS = 72
const CLOCK_MINUTES = 5

export interface OfflinePack {
  readonly pack: string
  /** Base64url; the device signs what it collects with it. */
  readonly key: string
  /** By which the device corrects its own clock. */
  readonly serverNow: Date
  readonly opensAt: Date
  readonly closesAt: Date
  readonly collectUntil: Date
  readonly people: readonly { readonly personId: string; readonly name: string | null }[]
}

/** What a device needs to collect check-ins where there is no network. */
export async function offlinePack(read: Read, sessionId: string): Promise<OfflinePack> {
  const { opensAt, closesAt } = marksTaken(await organisedSession(read, sessionId))
  const pack = `${sessionId}.${read.actor.personId}.${read.now.getTime()}`
  const people = await read.tx.rows<{ personId: string; name: string | null }>(sql`
    select u.person_id, p.name from sign_up u join person p on p.district_id = u.district_id and p.id = u.person_id
     where u.district_id = ${read.tx.districtId} and u.session_id = ${sessionId} and u.state = 'signed-up' order by u.created_at`)
  const collectUntil = addMinutes(read.now, PACK_HOURS * 60)
  const key = packKey(read.tx, pack).toString('base64url')
  return { pack, key, serverNow: read.now, opensAt, closesAt, collectUntil, people }
}

/** Between which moments a device's marks are taken. */
function marksTaken({ startsAt, endsAt }: Session): { opensAt: Date; closesAt: Date } {
  return {
    opensAt: addMinutes(startsAt, -CHECK_IN_EARLY_MINUTES),
    closesAt: addMinutes(endsAt, CHECK_OUT_LATE_MINUTES),
  }
}

export interface OfflineToken extends SignedParts {
  readonly pack: string
  readonly mac: string
}

export type OfflineOutcome =
  | 'recorded'
  | 'known'
  | 'not-signed'
  | 'code-wrong'
  | 'outside-session'
  | 'cancelled'
  | 'person-unknown'
  | 'own-tick'

/**
 * Takes what a device collected without a network. Each token is judged by itself, at the moment it claims; sent twice or in
 * another order it changes nothing, and one that is refused leaves the others alone.
 */
export async function uploadOffline(
  work: Work,
  tokens: readonly OfflineToken[],
): Promise<{ id: string; outcome: OfflineOutcome }[]> {
  const packs = new Map(tokens.map(({ pack }) => [pack, readPack(work.tx, pack)]))
  const sessions = await sessionsById(
    work.tx,
    [...packs.values()].flatMap((pack) => pack?.sessionId ?? []),
  )
  const judged = tokens.map((token) => judgeToken(work, token, packs.get(token.pack) ?? null, sessions))
  const good = judged.flatMap((one) => one.mark ?? [])
  const volunteers = await volunteersAmong(work.tx, [...new Set(good.map((mark) => mark.personId))])
  const marks = new Map<string, BatchMark>()
  const signedUp = await signedUpPairs(work.tx, good)
  for (const mark of good)
    if (volunteers.has(mark.personId))
      marks.set(mark.id, { ...mark, isSignedUp: signedUp.has(`${mark.subjectId} ${mark.personId}`) })
  const fresh = await recordMarks(work, [...marks.values()])
  await recordLateHours(
    work,
    [...marks.values()].filter((mark) => fresh.has(mark.id)).map((mark) => mark.subjectId),
  )
  return judged.map(({ id, outcome, mark }) => {
    if (mark === null) return { id, outcome }
    if (!volunteers.has(mark.personId)) return { id, outcome: 'person-unknown' }
    // The first of two equal ids in one upload is the mark, the second is known.
    return { id, outcome: fresh.delete(id) ? 'recorded' : 'known' }
  })
}

type Judged = { readonly id: string; readonly outcome: OfflineOutcome; readonly mark: BatchMark | null }

interface Pack {
  readonly sessionId: string
  readonly organiserId: string
  readonly issuedAt: number
  readonly key: Buffer
}

function judgeToken(
  work: Work,
  token: OfflineToken,
  pack: Pack | null,
  sessions: ReadonlyMap<string, Session>,
): Judged {
  const refused = (outcome: OfflineOutcome): Judged => ({ id: token.id, outcome, mark: null })
  if (pack === null || !isSigned(pack.key, token, token.mac)) return refused('not-signed')
  const session = sessions.get(pack.sessionId)
  const at = new globalThis.Date(token.at)
  if (session === undefined || Number.isNaN(at.getTime())) return refused('not-signed')
  if (session.state === 'cancelled') return refused('cancelled')
  const { opensAt, closesAt } = marksTaken(session)
  const isHeld =
    at.getTime() >= pack.issuedAt - CLOCK_MINUTES * 60_000 && at.getTime() <= pack.issuedAt + PACK_HOURS * 3_600_000
  if (at < opensAt || at > closesAt || !isHeld) return refused('outside-session')
  const seen = token.code === null ? null : readPersonalCode(work.tx, token.code, at, [])
  if (token.code !== null && seen === null) return refused('code-wrong')
  const personId = seen?.personId ?? token.personId
  if (personId === null) return refused('person-unknown')
  if (personId === pack.organiserId) return refused('own-tick')
  return {
    id: token.id,
    outcome: 'recorded',
    mark: {
      id: token.id,
      subjectId: session.id,
      personId,
      direction: token.direction === 'out' ? 'out' : 'in',
      at,
      method: seen === null ? 'list-tick' : 'personal-code',
      isOffline: true,
      isDayPass: seen?.isDayPass ?? false,
      isClockAhead: at > addMinutes(work.now, CLOCK_MINUTES),
      isSignedUp: true,
      recordedBy: pack.organiserId,
      placeUnitId: session.placeUnitId,
      plannedUntil: session.endsAt,
    },
  }
}

function readPack(tx: Tx, pack: string): Pack | null {
  const [sessionId = '', organiserId = '', issued = ''] = pack.split('.')
  if (!isUuid(sessionId) || !isUuid(organiserId) || !/^\d{1,15}$/u.test(issued)) return null
  return { sessionId, organiserId, issuedAt: Number(issued), key: packKey(tx, pack) }
}

async function sessionsById(tx: Tx, ids: readonly string[]): Promise<Map<string, Session>> {
  const rows = await tx.rows<Session>(sql`
    select ${sessionColumns} from activity_session s where s.district_id = ${tx.districtId} and s.id = any(${ids}::uuid[])`)
  return new Map(rows.map((row) => [row.id, row]))
}

async function signedUpPairs(tx: Tx, marks: readonly BatchMark[]): Promise<Set<string>> {
  const rows = await tx.rows<{ sessionId: string; personId: string }>(sql`
    select session_id, person_id from sign_up
     where district_id = ${tx.districtId} and state = 'signed-up'
       and session_id = any(${[...new Set(marks.map((mark) => mark.subjectId))]}::uuid[])
       and person_id = any(${[...new Set(marks.map((mark) => mark.personId))]}::uuid[])`)
  return new Set(rows.map((row) => `${row.sessionId} ${row.personId}`))
}

/** Marks that an organiser makes for volunteers, never for himself or herself. @throws Refusal own-tick, person-unknown */
async function marksOf(
  work: Work,
  session: Session,
  personIds: readonly string[],
  make: (personId: string) => readonly Pick<BatchMark, 'personId' | 'direction' | 'at' | 'method'>[],
): Promise<BatchMark[]> {
  const organiserId = work.actor.personId!
  if (personIds.includes(organiserId)) throw refuse('own-tick', {}, { field: 'personIds' })
  const volunteers = await volunteersAmong(work.tx, personIds)
  if (!personIds.every((personId) => volunteers.has(personId)))
    throw refuse('person-unknown', {}, { field: 'personIds' })
  const signedUp = new Set((await liveSignUps(work.tx, session.id)).map((one) => one.personId))
  return [...new Set(personIds)].flatMap(make).map((mark) => ({
    ...mark,
    id: newUuid7(work.now),
    subjectId: session.id,
    isOffline: false,
    isDayPass: false,
    isClockAhead: false,
    isSignedUp: signedUp.has(mark.personId),
    recordedBy: organiserId,
    placeUnitId: session.placeUnitId,
    plannedUntil: session.endsAt,
  }))
}

/** @throws Refusal not-your-activity, platform.not-found */
export async function organisedSession(seen: Pick<Read, 'tx' | 'actor'>, sessionId: string): Promise<Session> {
  const session = await findSession(seen.tx, sessionId)
  const activity = session === undefined ? undefined : await findActivity(seen.tx, session.activityId)
  if (session === undefined || activity === undefined) throw new Refusal('platform.not-found', 404, {})
  await requireOrganiser(seen, activity)
  return session
}
