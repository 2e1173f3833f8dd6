import type { UnitHolder } from '#modules/orgs/index.ts'
import { sql } from '#platform/db.ts'

/** What this module holds about a unit: sessions that it organises and that are not over. */
export const activitiesOfUnit: UnitHolder = {
  async holds({ tx, now }, unitId) {
    return tx.one<{ activities: number }>(sql`
      select count(*) as activities
        from activity a join activity_session s on s.district_id = a.district_id and s.activity_id = a.id
       where a.district_id = ${tx.districtId} and a.unit_id = ${unitId} and a.team_id is null and s.state = 'planned'
         and s.ends_at > ${now}`)
  },
}
