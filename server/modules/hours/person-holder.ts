import { identitiesOf, type PersonHolder } from '#modules/people/index.ts'
import { sql } from '#platform/db.ts'

/** What this module holds about a person: hours, which stay for ten years, under the bare id when the person leaves. */
export const hoursHolder: PersonHolder = {
  name: 'hours',
  async collect(tx, personId) {
    const rows = await tx.rows<{
      title: string
      start: Date
      end: Date
      minutes: number
      kind: string
      state: string
    }>(sql`
      select title, started_at as start, ended_at as "end", minutes, class as kind, state from hours_record
       where district_id = ${tx.districtId} and person_id = any(${await identitiesOf(tx, personId)}::uuid[])
       order by started_at, id`)
    const hours = rows.map(({ title, start, end, minutes, kind, state }) => ({
      title,
      checkedInAt: start.toISOString(),
      checkedOutAt: end.toISOString(),
      minutes,
      kind,
      state,
    }))
    const hoursDemands = await tx.rows<Readonly<Record<string, string | null>>>(sql`
      select title, reason, outcome, answer from hours_demand
       where district_id = ${tx.districtId} and person_id = any(${await identitiesOf(tx, personId)}::uuid[]) order by made_at, id`)
    return { hours, hoursDemands }
  },
}
