import type { UnitHolder } from '#modules/orgs/index.ts'
import { sql } from '#platform/db.ts'

/** What this module holds about a unit: the roles that people have there. */
export const staffOfUnit: UnitHolder = {
  async holds({ tx }, unitId) {
    return tx.one<{ staff: number }>(sql`
      select count(*) as staff from role_grant
       where district_id = ${tx.districtId} and unit_id = ${unitId} and ended_at is null`)
  },
}
