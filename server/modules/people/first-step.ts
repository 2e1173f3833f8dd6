import type { StepReader } from '#modules/orgs/index.ts'
import { sql } from '#platform/db.ts'

/** Without any one of them an order stops: nobody takes it down, sends it, serves it, calls about it, or answers for it. */
const NEEDED = ['centre-leader', 'dispatcher', 'station-keeper', 'phone-agent', 'provider', 'caller'] as const

/** Which roles are held, and how many links have not been opened yet. */
export const peopleStep: StepReader = async ({ tx }) => {
  const rows = await tx.rows<{ role: string }>(sql`
    select distinct role from role_grant where district_id = ${tx.districtId} and ended_at is null`)
  const held = new Set(rows.map((row) => row.role))
  const counts = await tx.one<{ staff: number; pending: number }>(sql`
    select count(*) as staff, count(*) filter (where a.password_hash is null) as pending
      from staff_account a where a.district_id = ${tx.districtId} and a.disabled_at is null`)
  const rolesMissing = NEEDED.filter((role) => !held.has(role))
  return { isDone: rolesMissing.length === 0, counts: { ...counts }, rolesMissing }
}
