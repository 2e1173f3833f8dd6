import type { UnitHolder } from '#modules/orgs/index.ts'
import { sql } from '#platform/db.ts'

/** What this module holds about a unit: its teams, which go on elsewhere, and requests that wait for it. */
export const teamsOfUnit: UnitHolder = {
  async holds({ tx }, unitId) {
    const mine = sql`district_id = ${tx.districtId} and responsible_unit_id = ${unitId} and state = 'open'`
    return tx.one<{ matters: number }>(sql`
      select (select count(*) from team_application where ${mine}) + (select count(*) from team_founding where ${mine}) as matters`)
  },
  async handOver({ tx }, unitId, successorId) {
    await tx.run(sql`
      update team set unit_id = ${successorId}, version = version + 1
       where district_id = ${tx.districtId} and unit_id = ${unitId} and ended_on is null`)
  },
}
