import type { PersonHolder } from '#modules/people/index.ts'
import { sql } from '#platform/db.ts'
import type { Work } from '#platform/work.ts'
import { moveFeeds, revokeFeedsOf } from './feeds.ts'
import { moveSignUp, withdrawPerson } from './sign-up.ts'

/** What this module holds about a person. */
export const activitiesHolder: PersonHolder = {
  name: 'activities',
  async withdrawService(work, personId) {
    for (const sessionId of await comingSessions(work, personId)) await withdrawPerson(work, sessionId, personId)
  },
  async leave({ tx, now }, personId) {
    await revokeFeedsOf(tx, personId, now)
  },
  async move(work, { keptId, absorbedId }) {
    const signUps: string[] = []
    for (const sessionId of await comingSessions(work, absorbedId))
      if (await moveSignUp(work, sessionId, absorbedId, keptId)) signUps.push(sessionId)
      // Somebody who is promised twice for one time keeps the promise of the kept account.
      else await withdrawPerson(work, sessionId, absorbedId)
    return { signUps, feeds: await moveFeeds(work.tx, absorbedId, keptId) }
  },
  async moveBack(work, { keptId, absorbedId }, moved) {
    for (const sessionId of moved['signUps'] ?? []) await moveSignUp(work, sessionId, keptId, absorbedId)
    await moveFeeds(work.tx, keptId, absorbedId, moved['feeds'] ?? [])
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

/** Sessions to come for which somebody has or waits for a place. */
async function comingSessions({ tx, now }: Work, personId: string): Promise<string[]> {
  const rows = await tx.rows<{ sessionId: string }>(sql`
    select u.session_id from sign_up u join activity_session s on s.district_id = u.district_id and s.id = u.session_id
     where u.district_id = ${tx.districtId} and u.person_id = ${personId} and u.state in ('signed-up', 'waiting', 'offered')
       and s.starts_at > ${now} order by u.session_id`)
  return rows.map((row) => row.sessionId)
}
