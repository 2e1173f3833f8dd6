import { addMinutes } from '#platform/dates.ts'
import { sql, type Tx } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { CheckOutMethod, MarkMethod } from './attendance.ts'
import { EVIDENCE_LINE } from './evidence.ts'
import { type Folded, foldMarks, type KeptMark } from './fold-marks.ts'
import { overlapping, type Stay } from './settle-overlaps.ts'

// A session lasts a day at most, so an attendance further away cannot meet one that was touched.
const SETTLE_MINUTES = 3 * 24 * 60
// Ways by which the person himself or herself was seen when it happened.
const LIVE: readonly string[] = ['rotating-code', 'personal-code', 'phone-code'] satisfies readonly MarkMethod[]

/** Whom a new mark touches, and where. */
interface Touched {
  readonly subjectId: string
  readonly personId: string
  readonly at: Date
  readonly placeUnitId: string
  readonly plannedUntil: Date
}

/** An attendance as it stands before these marks are counted. */
interface Known extends Stay {
  readonly personId: string
  readonly isSession: boolean
  readonly isOverlapping: boolean
  readonly needsConfirmation: boolean
  readonly score: number
}

/** An attendance as these marks make it. */
interface Made extends Stay, Omit<Folded, 'until'> {
  readonly personId: string
  readonly placeUnitId: string
  readonly plannedUntil: Date
}

/**
 * Makes the attendances of the touched people at the touched sessions anew from all their marks, and decides anew which ones of
 * these people overlap: what was seen live gives way to nothing that is told later. Each row is written once.
 */
export async function writeAttendances(tx: Tx, now: Date, touched: readonly Touched[]): Promise<void> {
  const pairs = new Map(touched.map((mark) => [keyOf(mark), mark]))
  const ends = await lockEnds(tx, pairs)
  const [marks, known] = await Promise.all([marksOf(tx, pairs), knownAround(tx, touched)])
  const made = [...pairs].flatMap(([key, pair]): Made[] => {
    const folded = foldMarks(marks.get(key) ?? [])
    if (folded === undefined) return []
    const end = ends.get(key)
    // An automatic end stands until somebody says when it really was.
    const standing = end === undefined ? null : laterOf(end.until, folded.from)
    return [
      {
        ...folded,
        until: folded.until ?? standing,
        methodOut: folded.methodOut ?? end?.method ?? null,
        id: end?.id ?? newUuid7(now),
        subjectId: pair.subjectId,
        personId: pair.personId,
        placeUnitId: pair.placeUnitId,
        plannedUntil: pair.plannedUntil,
        isFixed: !folded.isOffline && LIVE.includes(folded.methodIn),
      },
    ]
  })
  const isMade = new Set(made.map((one) => one.id))
  const others = known.filter((one) => !isMade.has(one.id))
  const people = Map.groupBy([...made, ...others], (stay) => stay.personId)
  const waiting = new Set([...people.values()].flatMap((mine) => [...overlapping(mine)]))
  const changed = others.filter((one) => {
    const is = waiting.has(one.id)
    return one.isSession && (is !== one.isOverlapping || needsLook(one.score, is) !== one.needsConfirmation)
  })
  // First those that stop to count, then those that begin to: the constraint holds after each statement.
  await setOverlapping(tx, [...changed.filter((one) => waiting.has(one.id)), ...trading(known, made)], true)
  await upsert(tx, made, waiting)
  await setOverlapping(
    tx,
    changed.filter((one) => !waiting.has(one.id)),
    false,
  )
}

const keyOf = ({ subjectId, personId }: { readonly subjectId: string; readonly personId: string }) =>
  `${subjectId} ${personId}`

const needsLook = (score: number, isOverlapping: boolean): boolean => isOverlapping || score < EVIDENCE_LINE

/** An empty stay at its beginning is the least that an automatic end can become. */
function laterOf(until: Date | null, from: Date): Date | null {
  return until === null || until > from ? until : from
}

/** Several of one person that are written at once could meet for a moment: they count again only when all are written. */
function trading(known: readonly Known[], made: readonly Made[]): Known[] {
  const byPerson = Map.groupBy(made, (one) => one.personId)
  const isTrading = new Set(
    [...byPerson.values()].flatMap((mine) => (mine.length > 1 ? mine.map((one) => one.id) : [])),
  )
  return known.filter((one) => isTrading.has(one.id) && !one.isOverlapping)
}

interface Pairs {
  readonly subjectIds: readonly string[]
  readonly personIds: readonly string[]
}

function columnsOf(pairs: ReadonlyMap<string, Touched>): Pairs {
  const all = [...pairs.values()]
  return { subjectIds: all.map((one) => one.subjectId), personIds: all.map((one) => one.personId) }
}

interface End {
  readonly id: string
  readonly until: Date | null
  readonly method: CheckOutMethod | null
}

/** How the attendances that are there already end; the clock ends none of them meanwhile. */
async function lockEnds(tx: Tx, pairs: ReadonlyMap<string, Touched>): Promise<Map<string, End>> {
  const { subjectIds, personIds } = columnsOf(pairs)
  const rows = await tx.rows<End & { subjectId: string; personId: string }>(sql`
    select a.id, a.subject_id, a.person_id, a.checked_out_at as until, a.check_out_method as method
      from unnest(${subjectIds}::uuid[], ${personIds}::uuid[]) p (subject_id, person_id)
      join attendance a on a.district_id = ${tx.districtId} and a.subject_id = p.subject_id and a.person_id = p.person_id
     where a.subject_kind = 'session' order by a.id for update of a`)
  return new Map(rows.map((row) => [keyOf(row), row]))
}

async function marksOf(tx: Tx, pairs: ReadonlyMap<string, Touched>): Promise<Map<string, KeptMark[]>> {
  const { subjectIds, personIds } = columnsOf(pairs)
  const rows = await tx.rows<KeptMark & { subjectId: string; personId: string }>(sql`
    select m.subject_id, m.person_id, m.id, m.direction, m.at, m.method, m.is_offline, m.recorded_by, m.score, m.reasons
      from unnest(${subjectIds}::uuid[], ${personIds}::uuid[]) p (subject_id, person_id)
      join check_in_mark m on m.district_id = ${tx.districtId} and m.person_id = p.person_id and m.subject_id = p.subject_id`)
  return Map.groupBy(rows, keyOf)
}

function knownAround(tx: Tx, touched: readonly Touched[]): Promise<Known[]> {
  const personIds = [...new Set(touched.map((mark) => mark.personId))]
  const times = touched.map((mark) => mark.at.getTime())
  const from = addMinutes(new globalThis.Date(Math.min(...times)), -SETTLE_MINUTES)
  const until = addMinutes(new globalThis.Date(Math.max(...times)), SETTLE_MINUTES)
  return tx.rows(sql`
    select id, person_id, subject_id, checked_in_at as "from", checked_out_at as until, is_overlapping, needs_confirmation, score,
           subject_kind = 'session' as is_session, subject_kind = 'order' or not is_offline and check_in_method = any(${LIVE}::text[]) as is_fixed
      from attendance
     where district_id = ${tx.districtId} and person_id = any(${personIds}::uuid[]) and checked_in_at between ${from} and ${until}`)
}

async function setOverlapping(tx: Tx, stays: readonly Known[], isOverlapping: boolean): Promise<void> {
  if (stays.length === 0) return
  const rows = stays.map(({ id, score }) => ({ id, needs: needsLook(score, isOverlapping) }))
  await tx.run(sql`
    update attendance a set is_overlapping = ${isOverlapping}, needs_confirmation = c.needs
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as c (id uuid, needs boolean)
     where a.district_id = ${tx.districtId} and a.id = c.id`)
}

async function upsert(tx: Tx, made: readonly Made[], waiting: ReadonlySet<string>): Promise<void> {
  if (made.length === 0) return
  const rows = made.map((one) => ({
    id: one.id,
    subject_id: one.subjectId,
    person_id: one.personId,
    checked_in_at: one.from,
    check_in_method: one.methodIn,
    checked_out_at: one.until,
    check_out_method: one.methodOut,
    place_unit_id: one.placeUnitId,
    planned_until: one.plannedUntil,
    is_offline: one.isOffline,
    recorded_by: one.recordedBy,
    score: one.score,
    reasons: one.reasons,
    is_overlapping: waiting.has(one.id),
    needs_confirmation: needsLook(one.score, waiting.has(one.id)),
  }))
  await tx.run(sql`
    insert into attendance (district_id, id, subject_kind, subject_id, person_id, checked_in_at, check_in_method, checked_out_at,
                            check_out_method, place_unit_id, planned_until, is_offline, recorded_by, score, reasons,
                            is_overlapping, needs_confirmation)
    select ${tx.districtId}::int, m.id, 'session', m.subject_id, m.person_id, m.checked_in_at, m.check_in_method, m.checked_out_at,
           m.check_out_method, m.place_unit_id, m.planned_until, m.is_offline, m.recorded_by, m.score,
           array(select jsonb_array_elements_text(m.reasons)), m.is_overlapping, m.needs_confirmation
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as m
        (id uuid, subject_id uuid, person_id uuid, checked_in_at timestamptz, check_in_method text, checked_out_at timestamptz,
         check_out_method text, place_unit_id uuid, planned_until timestamptz, is_offline boolean, recorded_by uuid, score integer,
         reasons jsonb, is_overlapping boolean, needs_confirmation boolean)
    on conflict (district_id, subject_id, person_id) where subject_kind = 'session' do update set
      checked_in_at = excluded.checked_in_at, check_in_method = excluded.check_in_method, is_offline = excluded.is_offline,
      recorded_by = excluded.recorded_by, score = excluded.score, reasons = excluded.reasons,
      is_overlapping = excluded.is_overlapping, needs_confirmation = excluded.needs_confirmation,
      checked_out_at = excluded.checked_out_at, check_out_method = excluded.check_out_method`)
}
