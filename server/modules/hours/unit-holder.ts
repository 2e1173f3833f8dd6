import type { UnitHolder } from '#modules/orgs/index.ts'
import { sql } from '#platform/db.ts'

/** What this module holds about a unit: hours, demands, calls and cases that wait for it. */
export const hoursOfUnit: UnitHolder = {
  async holds({ tx }, unitId) {
    const mine = sql`district_id = ${tx.districtId} and responsible_unit_id = ${unitId} and next_step is not null`
    return tx.one<{ matters: number }>(sql`
      select (select count(*) from hours_record where ${mine}) + (select count(*) from hours_demand where ${mine})
           + (select count(*) from hours_call_back where ${mine}) + (select count(*) from hours_case where ${mine}) as matters`)
  },
}
