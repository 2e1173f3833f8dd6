import { recordConsent } from '#modules/people/index.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Work } from '#platform/work.ts'
import { upsertVolunteer } from './volunteer-rows.ts'

/**
 * Registers the acting person as a volunteer, with consent (promise 4). Repeated, it only changes the skills.
 * @throws Refusal not-signed-in
 */
export async function registerVolunteer(work: Work, skills: readonly string[]): Promise<{ personId: string }> {
  const { personId } = work.actor
  if (personId === null) throw new Refusal('platform.not-signed-in', 401, {})
  const isNew = await upsertVolunteer(work.tx, personId, skills, work.now)
  if (isNew) await recordConsent(work, personId, 'volunteering')
  const action = isNew ? 'teams.register-volunteer' : 'teams.change-skills'
  work.audit({ action, subject: { kind: 'person', id: personId } })
  return { personId }
}
