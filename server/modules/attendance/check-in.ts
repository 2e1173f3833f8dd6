import { violatedConstraint } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import type { OrderMethod, SubjectKind } from './attendance.ts'
import { attendanceOf, endAttendance, insertAttendance, lockPresence } from './attendance-rows.ts'
import { refuse } from './refusals.ts'

export interface CheckIn {
  readonly kind: SubjectKind
  readonly subjectId: string
  readonly personId: string
  readonly method: OrderMethod
  /** The leader who signs for a member; nobody signs for himself or herself. */
  readonly coSignedBy: string | null
}

/** Checks a volunteer in. The caller has verified the code or the leader; here the record is kept honest. */
export async function checkIn(work: Work, given: CheckIn): Promise<void> {
  if (given.coSignedBy !== null && given.coSignedBy === given.personId) throw refuse('own-co-sign')
  // Two check-ins of one person at once would each wait for the other's row: a deadlock, which only the retry would end.
  await lockPresence(work.tx, given.personId)
  try {
    await insertAttendance(work.tx, { ...given, id: newUuid7(work.now), at: work.now })
  } catch (error) {
    const constraint = violatedConstraint(error)
    if (constraint === 'one_open_attendance_per_person_and_subject') throw refuse('checked-in-already')
    if (constraint === 'nobody_is_in_two_places_at_once') throw refuse('elsewhere-now')
    if (constraint === 'attendance_district_id_person_id_fkey') throw refuse('not-a-volunteer')
    throw error
  }
  work.audit({
    action: 'attendance.check-in',
    subject: { kind: given.kind, id: given.subjectId },
    details: { method: given.method },
  })
}

export async function checkOut(work: Work, given: Omit<CheckIn, 'coSignedBy'>): Promise<void> {
  const open = (await attendanceOf(work.tx, given.kind, given.subjectId)).find(
    (row) => row.personId === given.personId && row.checkedOutAt === null,
  )
  if (open === undefined) throw refuse('not-checked-in')
  await endAttendance(work.tx, open.id, work.now, given.method)
  work.audit({
    action: 'attendance.check-out',
    subject: { kind: given.kind, id: given.subjectId },
    details: { method: given.method },
  })
}

/** Ends forgotten attendances at the planned end, flagged as closed automatically. */
export async function closeForgotten(
  work: Work,
  kind: SubjectKind,
  subjectId: string,
  plannedEnd: Date,
): Promise<void> {
  const at = plannedEnd < work.now ? plannedEnd : work.now
  for (const row of await attendanceOf(work.tx, kind, subjectId)) {
    if (row.checkedOutAt === null) await endAttendance(work.tx, row.id, at, 'closed-automatically')
  }
}
