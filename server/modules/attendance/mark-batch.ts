import { addMinutes } from '#platform/dates.ts'
import { sql, type Tx } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import type { Direction, MarkMethod } from './attendance.ts'
import { lockPresences } from './attendance-rows.ts'
import { EVIDENCE_LINE, judgeEvidence } from './evidence.ts'
import { overlapping, type Stay } from './settle-overlaps.ts'

/** One mark among many that arrive together: ticked from a list, read from paper, or collected without a network. */
export interface BatchMark {
  /** Made by the client; the same id again is the same mark. */
  readonly id: string
  readonly subjectId: string
  readonly personId: string
  readonly direction: Direction
  /** When it happened, which for an offline mark is what the device claims. */
  readonly at: Date
  readonly method: MarkMethod
  readonly isOffline: boolean
  readonly isDayPass: boolean
  readonly isClockAhead: boolean
  readonly isSignedUp: boolean
  readonly recordedBy: string
  readonly placeUnitId: string
  readonly plannedUntil: Date
}

const MINUTES_PER_HOUR = 60
// A session lasts a day at most, so an attendance further away cannot meet one that was touched.
const SETTLE_MINUTES = 3 * 24 * MINUTES_PER_HOUR
// Ways by which the person himself or herself was seen when it happened.
const LIVE: readonly MarkMethod[] = ['rotating-code', 'personal-code', 'phone-code']

/**
 * Records many marks. What comes out is a function of the set of marks alone: twice, in parts or in another order, the
 * attendances end the same. The first check-in and the last check-out of a person at a session count.
 * @returns ids of the marks that were not known before
 */
export async function recordMarks(work: Work, marks: readonly BatchMark[]): Promise<Set<string>> {
  if (marks.length === 0) return new Set()
  const { tx, now } = work
  const personIds = [...new Set(marks.map((mark) => mark.personId))]
  await lockPresences(tx, personIds)
  const inserted = await insertMarks(tx, now, marks)
  const fresh = new Set(inserted)
  if (fresh.size === 0) return fresh
  const touched = marks.filter((mark) => fresh.has(mark.id))
  await foldMarks(tx, now, touched)
  await settle(tx, touched)
  for (const [subjectId, group] of Map.groupBy(touched, (mark) => mark.subjectId)) {
    work.audit({
      action: 'attendance.record-marks',
      subject: { kind: 'session', id: subjectId },
      details: { marks: group.length, methods: [...new Set(group.map((mark) => mark.method))] },
    })
  }
  return fresh
}

async function insertMarks(tx: Tx, now: Date, marks: readonly BatchMark[]): Promise<string[]> {
  const rows = marks.map((mark) => ({ ...rowOf(mark), ...judged(mark, now) }))
  const inserted = await tx.rows<{ id: string }>(sql`
    insert into check_in_mark (district_id, id, subject_kind, subject_id, person_id, direction, at, received_at, method, is_offline,
                               recorded_by, score, reasons)
    select ${tx.districtId}::int, m.id, 'session', m.subject_id, m.person_id, m.direction, m.at, ${now}::timestamptz, m.method,
           m.is_offline, m.recorded_by, m.score, array(select jsonb_array_elements_text(m.reasons))
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as m
        (id uuid, subject_id uuid, person_id uuid, direction text, at timestamptz, method text, is_offline boolean, recorded_by uuid,
         score integer, reasons jsonb)
     order by m.id
    on conflict (district_id, id) do nothing
    returning id`)
  return inserted.map((row) => row.id)
}

function rowOf(mark: BatchMark) {
  const { id, direction, at, method } = mark
  return {
    id,
    direction,
    at,
    method,
    subject_id: mark.subjectId,
    person_id: mark.personId,
    is_offline: mark.isOffline,
    recorded_by: mark.recordedBy,
  }
}

function judged(mark: BatchMark, now: Date) {
  return judgeEvidence({
    ...mark,
    windowsOld: null,
    hoursLate: (now.getTime() - mark.at.getTime()) / 60_000 / MINUTES_PER_HOUR,
    othersOnDevice: 0,
    isOverlapping: false,
    travel: null,
    gapsSeconds: [],
    isNear: null,
  })
}

/**
 * Makes the attendances of the touched people at the touched sessions anew from all their marks. They are written as
 * overlapping, which no constraint forbids; `settle` then says which ones are.
 */
async function foldMarks(tx: Tx, now: Date, touched: readonly BatchMark[]): Promise<void> {
  const pairs = new Map(touched.map((mark) => [`${mark.subjectId} ${mark.personId}`, mark]))
  const rows = [...pairs.values()].map((mark) => ({
    id: newUuid7(now),
    subject_id: mark.subjectId,
    person_id: mark.personId,
    place_unit_id: mark.placeUnitId,
    planned_until: mark.plannedUntil,
  }))
  await tx.run(sql`
    insert into attendance (district_id, id, subject_kind, subject_id, person_id, checked_in_at, check_in_method, checked_out_at,
                            check_out_method, place_unit_id, planned_until, is_offline, recorded_by, score, reasons,
                            is_overlapping, needs_confirmation)
    select ${tx.districtId}::int, p.id, 'session', p.subject_id, p.person_id, i.at, i.method, o.at, o.method, p.place_unit_id,
           p.planned_until, i.is_offline, i.recorded_by, e.score, e.reasons, true, true
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as p
        (id uuid, subject_id uuid, person_id uuid, place_unit_id uuid, planned_until timestamptz)
      cross join lateral (
        select m.at, m.method, m.is_offline, m.recorded_by from check_in_mark m
         where m.district_id = ${tx.districtId} and m.subject_id = p.subject_id and m.person_id = p.person_id and m.direction = 'in'
         order by m.at, m.id limit 1) i
      left join lateral (
        select m.at, m.method from check_in_mark m
         where m.district_id = ${tx.districtId} and m.subject_id = p.subject_id and m.person_id = p.person_id and m.direction = 'out'
           and m.at >= i.at
         order by m.at desc, m.id limit 1) o on true
      cross join lateral (
        select min(m.score) as score,
               array(select distinct unnest(r.reasons) from check_in_mark r
                      where r.district_id = ${tx.districtId} and r.subject_id = p.subject_id and r.person_id = p.person_id order by 1) as reasons
          from check_in_mark m
         where m.district_id = ${tx.districtId} and m.subject_id = p.subject_id and m.person_id = p.person_id) e
    on conflict (district_id, subject_id, person_id) where subject_kind = 'session' do update set
      checked_in_at = excluded.checked_in_at, check_in_method = excluded.check_in_method, is_offline = excluded.is_offline,
      recorded_by = excluded.recorded_by, score = excluded.score, reasons = excluded.reasons, is_overlapping = true,
      needs_confirmation = true,
      -- An automatic end stands until somebody says when it really was; greatest() would take no end for one.
      checked_out_at = coalesce(excluded.checked_out_at, case when attendance.checked_out_at is not null
        then greatest(attendance.checked_out_at, excluded.checked_in_at) end),
      check_out_method = coalesce(excluded.check_out_method, attendance.check_out_method)`)
}

/** Decides anew which attendances of these people overlap. What was seen live gives way to nothing that is told later. */
async function settle(tx: Tx, touched: readonly BatchMark[]): Promise<void> {
  const personIds = [...new Set(touched.map((mark) => mark.personId))]
  const times = touched.map((mark) => mark.at.getTime())
  const from = addMinutes(new globalThis.Date(Math.min(...times)), -SETTLE_MINUTES)
  const until = addMinutes(new globalThis.Date(Math.max(...times)), SETTLE_MINUTES)
  const stays = await tx.rows<
    Stay & { personId: string; isOverlapping: boolean; needsConfirmation: boolean; score: number; isSession: boolean }
  >(sql`
    select id, person_id, subject_id, checked_in_at as "from", checked_out_at as until, is_overlapping, needs_confirmation, score,
           subject_kind = 'session' as is_session, subject_kind = 'order' or not is_offline and check_in_method = any(${LIVE}::text[]) as is_fixed
      from attendance
     where district_id = ${tx.districtId} and person_id = any(${personIds}::uuid[]) and checked_in_at between ${from} and ${until}`)
  const changes = [...Map.groupBy(stays, (stay) => stay.personId).values()].flatMap((mine) => {
    const waiting = overlapping(mine)
    return mine
      .filter((stay) => stay.isSession)
      .map(({ id, score, isOverlapping, needsConfirmation }) => {
        const is = waiting.has(id)
        const needs = is || score < EVIDENCE_LINE
        return { id, is, needs, isChanged: is !== isOverlapping || needs !== needsConfirmation }
      })
      .filter((change) => change.isChanged)
  })
  // First those that stop to count, then those that begin to: the constraint holds after each statement.
  for (const is of [true, false]) {
    const rows = changes.filter((change) => change.is === is)
    if (rows.length === 0) continue
    await tx.run(sql`
      update attendance a set is_overlapping = c.is, needs_confirmation = c.needs
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as c (id uuid, "is" boolean, needs boolean)
       where a.district_id = ${tx.districtId} and a.id = c.id`)
  }
}
