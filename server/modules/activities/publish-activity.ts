import { Refusal } from '#platform/refusal.ts'
import type { Work } from '#platform/work.ts'
import type { Activity } from './activity.ts'
import { lockActivity, setActivityState } from './activity-rows.ts'
import { organises } from './organisers.ts'
import { refuse } from './refusals.ts'

/** Opens an activity for the public and for sign-up. */
export async function publishActivity(work: Work, id: string): Promise<void> {
  const activity = await lockForOrganiser(work, id)
  if (activity.state !== 'draft') throw refuse('already-published')
  await setActivityState(work.tx, id, { state: 'published', at: work.now })
  work.audit({ action: 'activities.publish', subject: { kind: 'activity', id } })
}

/**
 * Locks an activity for somebody who organises it. A draft of others does not exist for anybody else.
 * @throws Refusal not-your-activity, platform.not-found
 */
export async function lockForOrganiser(work: Work, id: string): Promise<Activity> {
  const activity = await lockActivity(work.tx, id)
  if (activity === undefined) throw new Refusal('platform.not-found', 404, {})
  if (await organises(work, activity)) return activity
  throw activity.state === 'draft' ? new Refusal('platform.not-found', 404, {}) : refuse('not-your-activity')
}
