import { sql, type Tx } from '#platform/db.ts'
import type { Work } from '#platform/work.ts'
import type { Direction, MarkMethod } from './attendance.ts'
import { lockPresences } from './attendance-rows.ts'
import { judgeEvidence } from './evidence.ts'
import { writeAttendances } from './write-attendances.ts'

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
  await writeAttendances(tx, now, touched)
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
