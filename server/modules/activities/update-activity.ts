import { Refusal } from '#platform/refusal.ts'
import type { Work } from '#platform/work.ts'
import type { PartialPlan } from './activity.ts'
import { updateActivity as writeActivity } from './activity-rows.ts'
import { completePlan } from './create-activity.ts'
import { lockForOrganiser } from './publish-activity.ts'
import { refuse } from './refusals.ts'

/** Changes what an activity says; times, places and numbers of its sessions are changed session by session. @returns the new version */
export async function updateActivity(work: Work, id: string, version: number, change: PartialPlan): Promise<number> {
  const activity = await lockForOrganiser(work, id)
  if (activity.version !== version) throw new Refusal('platform.version-stale', 409, {})
  if (activity.state === 'cancelled') throw refuse('cancelled')
  const { origin, orderId } = activity
  const changed = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
  // The roles stand with the sessions; any one makes the plan complete.
  const roles = [{ name: '-', needed: 1, skills: [], licences: [], ageMin: null }]
  const plan = await completePlan(work, { ...activity, roles, ...changed, origin, orderId }, activity.unitId)
  work.audit({
    action: 'activities.update',
    subject: { kind: 'activity', id },
    details: { fields: Object.keys(changed) },
  })
  return writeActivity(work.tx, id, plan)
}
