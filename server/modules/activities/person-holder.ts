import type { PersonHolder } from '#modules/people/index.ts'
import { sql } from '#platform/db.ts'
import { revokeFeedsOf } from './feeds.ts'
import { withdrawPerson } from './sign-up.ts'

/** What this module holds about a person. */
export const activitiesHolder: PersonHolder = {
  async withdrawService(work, personId) {
    const sessions = await work.tx.rows<{ sessionId: string }>(sql`
      select u.session_id from sign_up u join activity_session s on s.district_id = u.district_id and s.id = u.session_id
       where u.district_id = ${work.tx.districtId} and u.person_id = ${personId} and u.state in ('signed-up', 'waiting', 'offered')
         and s.starts_at > ${work.now} order by u.session_id`)
    for (const { sessionId } of sessions) await withdrawPerson(work, sessionId, personId)
  },
  async leave({ tx, now }, personId) {
    await revokeFeedsOf(tx, personId, now)
  },
  async collect(tx, personId) {
    const rows = await tx.rows<{
      activity: string
      startsAt: Date
      place: string
      state: string
      signedUpAt: Date
    }>(sql`
      select a.title as activity, s.starts_at, s.place, u.state, u.created_at as signed_up_at
        from sign_up u
        join activity_session s on s.district_id = u.district_id and s.id = u.session_id
        join activity a on a.district_id = s.district_id and a.id = s.activity_id
       where u.district_id = ${tx.districtId} and u.person_id = ${personId} order by s.starts_at, u.id`)
    const signUps = rows.map((row) => ({
      ...row,
      startsAt: row.startsAt.toISOString(),
      signedUpAt: row.signedUpAt.toISOString(),
    }))
    return { signUps }
  },
}
