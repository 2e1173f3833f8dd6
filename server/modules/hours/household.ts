import { sql, type Tx } from '#platform/db.ts'

/** Who lives with a person, as any of them declared, in either direction and through others. */
export async function householdOf(tx: Tx, personId: string): Promise<Set<string>> {
  const rows = await tx.rows<{ id: string }>(sql`
    with recursive home as (
      select ${personId}::uuid as id
      union
      select case when t.person_id = h.id then t.other_id else t.person_id end
        from home h join household_tie t on t.district_id = ${tx.districtId} and t.ended_at is null
         and (t.person_id = h.id or t.other_id = h.id)
    )
    select id from home where id <> ${personId}::uuid`)
  return new Set(rows.map((row) => row.id))
}
