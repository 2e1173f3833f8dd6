import type { UnitHolder } from '#modules/orgs/index.ts'
import { sql } from '#platform/db.ts'

/** What this module holds about a unit: certificates and demands that wait for it. */
export const recordsOfUnit: UnitHolder = {
  async holds({ tx }, unitId) {
    const mine = sql`district_id = ${tx.districtId} and responsible_unit_id = ${unitId} and next_step is not null`
    return tx.one<{ matters: number }>(sql`
      select (select count(*) from certificate where ${mine}) + (select count(*) from record_demand where ${mine}) as matters`)
  },
}
