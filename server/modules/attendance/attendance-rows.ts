import { sql, type Tx } from '#platform/db.ts'
import type { Attendance, CheckOutMethod, OrderMethod, SubjectKind } from './attendance.ts'

export const attendanceColumns = sql`id, person_id, checked_in_at, checked_out_at, check_in_method, check_out_method, score, reasons,
  needs_confirmation, coalesce(recorded_by, co_signed_by) as recorded_by`

export function attendanceOf(tx: Tx, kind: SubjectKind, subjectId: string): Promise<Attendance[]> {
  return tx.rows(sql`
    select ${attendanceColumns} from attendance
     where district_id = ${tx.districtId} and subject_kind = ${kind} and subject_id = ${subjectId} order by checked_in_at, id`)
}

/** Lets one check-in of a person at a time pass, until the transaction ends. */
export async function lockPresence(tx: Tx, personId: string): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${`attendance ${personId}`}, ${tx.districtId}))`)
}

/** The same for many people, always in one order, so that two such batches cannot wait for each other. */
export async function lockPresences(tx: Tx, personIds: readonly string[]): Promise<void> {
  await tx.run(sql`
    select pg_advisory_xact_lock(hashtextextended('attendance ' || p.id, ${tx.districtId}))
      from (select distinct unnest(${personIds}::uuid[])::text as id order by 1) p`)
}

export async function insertAttendance(
  tx: Tx,
  row: {
    id: string
    kind: SubjectKind
    subjectId: string
    personId: string
    at: Date
    method: OrderMethod
    coSignedBy: string | null
  },
): Promise<void> {
  await tx.run(sql`
    insert into attendance (district_id, id, subject_kind, subject_id, person_id, checked_in_at, check_in_method, co_signed_by)
    values (${tx.districtId}, ${row.id}, ${row.kind}, ${row.subjectId}, ${row.personId}, ${row.at}, ${row.method}, ${row.coSignedBy})`)
}

export async function endAttendance(tx: Tx, id: string, at: Date, method: CheckOutMethod): Promise<void> {
  await tx.run(sql`
    update attendance set checked_out_at = greatest(${at}::timestamptz, checked_in_at), check_out_method = ${method}
     where district_id = ${tx.districtId} and id = ${id} and checked_out_at is null`)
}

/** Ends what a person forgot to end elsewhere, where its planned end has passed. @returns how many it were */
export async function endForgotten(tx: Tx, personId: string, now: Date): Promise<number> {
  return tx.run(sql`
    update attendance set checked_out_at = greatest(planned_until, checked_in_at), check_out_method = 'closed-automatically'
     where district_id = ${tx.districtId} and person_id = ${personId} and checked_out_at is null and planned_until <= ${now}`)
}
