import type { UnitHolder } from '#modules/orgs/index.ts'
import { sql } from '#platform/db.ts'

/** What this module holds about a unit: what an agency still offers. */
export const offeringsOfUnit: UnitHolder = {
  async holds({ tx }, unitId) {
    return tx.one<{ offerings: number }>(sql`
      select count(*) as offerings from offering
       where district_id = ${tx.districtId} and provider_unit_id = ${unitId} and ended_at is null`)
  },
}
