import type { Work } from '#platform/work.ts'
import { endConsents, insertConsent } from './consent-rows.ts'
import { CONSENT_WORDINGS, type ConsentPurpose, type OwnPurpose } from './consents.ts'
import { isUnder14 } from './identity.ts'
import { lockPerson } from './person-rows.ts'
import { refuse } from './refusals.ts'

/**
 * Records that somebody agreed to a purpose, in the wording of the given version (PIPL art. 14). A second time changes nothing.
 * @param givenBy the person, or a minor's guardian
 */
export async function recordConsent(
  work: Work,
  personId: string,
  purpose: ConsentPurpose,
  givenBy: string = personId,
): Promise<void> {
  const wordingVersion = CONSENT_WORDINGS[purpose]
  if (!(await insertConsent(work.tx, work.now, { personId, purpose, wordingVersion, givenBy }))) return
  work.audit({
    action: 'people.consent',
    subject: { kind: 'person', id: personId },
    personId,
    details: { purpose, wordingVersion },
  })
}

/**
 * Gives a consent of one's own, in the wording that was shown. For a child under 14 the guardian decides.
 * @throws Refusal wording-changed, guardian-decides
 */
export async function giveConsent(
  work: Work,
  personId: string,
  given: { purpose: OwnPurpose; wordingVersion: string },
): Promise<void> {
  if (given.wordingVersion !== CONSENT_WORDINGS[given.purpose])
    throw refuse('wording-changed', {}, { field: 'wordingVersion' })
  const person = await lockPerson(work.tx, personId)
  if (isUnder14(person.birthDate, work.now)) throw refuse('guardian-decides', {}, { field: 'purpose' })
  await recordConsent(work, personId, given.purpose)
}

/** Withdraws a consent; what was done under it before stays right (PIPL art. 15). Withdrawn twice it is withdrawn. */
export async function withdrawConsent(work: Work, personId: string, purpose: OwnPurpose): Promise<void> {
  if (!(await endConsents(work.tx, personId, [purpose], work.now))) return
  work.audit({
    action: 'people.withdraw-consent',
    subject: { kind: 'person', id: personId },
    personId,
    details: { purpose },
  })
}
