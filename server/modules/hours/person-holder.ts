import type { PersonHolder } from '#modules/people/index.ts'
import { sql } from '#platform/db.ts'
import { endTiesOf } from './household.ts'

/** What this module holds about a person: records of service, which stay for ten years under the bare id when the person leaves. */
export const hoursHolder: PersonHolder = {
  async leave({ tx, now }, personId) {
    await endTiesOf(tx, personId, now)
  },
  async collect(tx, personId) {
    const hours = await tx.rows<Readonly<Record<string, string | number | null>>>(sql`
      select to_char(day, 'YYYY-MM-DD') as day, title, minutes, class, state, booked_minutes from hours_record
       where district_id = ${tx.districtId} and person_id = ${personId} order by day, id`)
    const demands = await tx.rows<Readonly<Record<string, string | number | null>>>(sql`
      select to_char(day, 'YYYY-MM-DD') as day, title, reason, outcome, answer from hours_demand
       where district_id = ${tx.districtId} and person_id = ${personId} order by made_at, id`)
    return { hours, hoursDemands: demands }
  },
}
