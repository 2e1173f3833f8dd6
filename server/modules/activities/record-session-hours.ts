import { recordHours } from '#modules/hours/index.ts'
import { sql } from '#platform/db.ts'
import type { Work } from '#platform/work.ts'
import { findActivity } from './activity-rows.ts'
import type { Session } from './activity.ts'

/** The hours of everybody who was there, once the session is over. */
export async function recordSessionHours(
  work: Work,
  session: Pick<Session, 'id' | 'activityId' | 'placeUnitId'>,
): Promise<void> {
  const activity = (await findActivity(work.tx, session.activityId))!
  await recordHours(work, {
    kind: 'session',
    id: session.id,
    activityId: activity.id,
    orderId: activity.orderId,
    kindSlug: activity.kindSlug,
    title: activity.title,
    unitId: activity.unitId,
    teamId: activity.teamId,
    placeUnitId: session.placeUnitId,
  })
}

/**
 * Marks that arrived after a session was over change its hours: by corrections, never by edits. A session that is just
 * ending is waited for, and then either it counts these marks or this does.
 */
export async function recordLateHours(work: Work, sessionIds: readonly string[]): Promise<void> {
  const over = await work.tx.rows<Pick<Session, 'id' | 'activityId' | 'placeUnitId' | 'state'>>(sql`
    select id, activity_id, place_unit_id, state from activity_session
     where district_id = ${work.tx.districtId} and id = any(${[...new Set(sessionIds)]}::uuid[]) order by id for share`)
  for (const session of over) if (session.state === 'held') await recordSessionHours(work, session)
}
