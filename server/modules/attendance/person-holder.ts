import { identitiesOf, type PersonHolder } from '#modules/people/index.ts'
import { sql } from '#platform/db.ts'

/** What this module holds about a person: records of service, which stay for ten years, under the bare id when the person leaves. */
export const attendanceHolder: PersonHolder = {
  name: 'attendance',
  async holdsBack({ tx, now }, personId) {
    const open = await tx.rows(sql`
      select 1 as one from attendance
       where district_id = ${tx.districtId} and person_id = ${personId} and checked_out_at is null
         and (planned_until is null or planned_until > ${now}) limit 1`)
    return open.length > 0 ? ['checked-in'] : []
  },
  async collect(tx, personId) {
    const rows = await tx.rows<{ kind: string; in: Date; out: Date | null; inBy: string; outBy: string | null }>(sql`
      select subject_kind as kind, checked_in_at as in, checked_out_at as out, check_in_method as in_by, check_out_method as out_by
        from attendance where district_id = ${tx.districtId} and person_id = any(${await identitiesOf(tx, personId)}::uuid[]) order by checked_in_at`)
    const attendances = rows.map((row) => ({
      kind: row.kind,
      checkedInAt: row.in.toISOString(),
      checkedOutAt: row.out?.toISOString() ?? null,
      checkInMethod: row.inBy,
      checkOutMethod: row.outBy,
    }))
    return { attendances }
  },
}
