import { findPerson, hasGuardianConsent, holdPerson, isUnder14, recordConsent } from '#modules/people/index.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Work } from '#platform/work.ts'
import { refuse } from './refusals.ts'
import { upsertVolunteer } from './volunteer-rows.ts'

/**
 * Registers the acting person as a volunteer, with consent (promise 4). Repeated, it only changes the skills.
 * @throws Refusal not-signed-in
 */
export async function registerVolunteer(work: Work, skills: readonly string[]): Promise<{ personId: string }> {
  const { personId } = work.actor
  if (personId === null) throw new Refusal('platform.not-signed-in', 401, {})
  await holdPerson(work.tx, personId)
  await refuseUnguardedChild(work, personId)
  const isNew = await upsertVolunteer(work.tx, personId, skills, work.now)
  if (isNew) await recordConsent(work, personId, 'volunteering')
  const action = isNew ? 'teams.register-volunteer' : 'teams.change-skills'
  work.audit({ action, subject: { kind: 'person', id: personId } })
  return { personId }
}

/** The data of a child under 14 are kept only with the guardian's consent (PIPL art. 31). */
async function refuseUnguardedChild({ tx, now }: Work, personId: string): Promise<void> {
  const person = await findPerson(tx, personId)
  if (!isUnder14(person?.birthDate ?? null, now)) return
  if (!(await hasGuardianConsent(tx, personId))) throw refuse('guardian-first')
}
