import { ageOn, FULL_AGE_YEARS, OWN_CONSENT_AGE_YEARS } from '#modules/people/index.ts'
import { holdsOn, type VolunteerFacts } from '#modules/teams/index.ts'
import type { Activity, Session, SessionRole } from './activity.ts'

/** Why somebody cannot take a place: the one list, for refusals, series and the personal list. */
export const WHY_NOT = [
  'not-published',
  'cancelled',
  'closed',
  'not-yet-open',
  'already',
  'not-a-volunteer',
  'blocked',
  'not-a-member',
  'age-unknown',
  'too-young',
  'guardian-consent-missing',
  'skill-missing',
  'licence-missing',
  'insurance-missing',
  'health-missing',
  'overlap',
  'full',
] as const
export type WhyNot = (typeof WHY_NOT)[number]

// Below full age a guardian consents, below 14 by a separate consent too; consents are open purposes of the person.
const GUARDIAN_CONSENT = 'guardian'
const CHILD_CONSENT = 'guardian-under-14'
const HEALTH_CONSENT = 'health-declaration'

/** Whether the session takes sign-ups at all. */
export function whyNotOpen(
  activity: Pick<Activity, 'state'>,
  session: Pick<Session, 'state' | 'startsAt' | 'signUpFrom' | 'signUpUntil'>,
  now: Date,
): WhyNot | null {
  if (activity.state === 'draft') return 'not-published'
  if (activity.state === 'cancelled' || session.state === 'cancelled') return 'cancelled'
  if (session.state === 'held' || session.startsAt <= now || session.signUpUntil <= now) return 'closed'
  if (session.signUpFrom !== null && session.signUpFrom > now) return 'not-yet-open'
  return null
}

/** Whether the person may take the role; what is full or at the same time as something else is known only to the database. */
export function whyNotThisPerson(
  activity: Pick<Activity, 'membersOnly' | 'teamId' | 'needsInsurance' | 'needsHealth'>,
  role: Pick<SessionRole, 'skills' | 'licences' | 'ageMin'>,
  facts: VolunteerFacts,
  sessionDate: string,
): WhyNot | null {
  if (!facts.isVolunteer) return 'not-a-volunteer'
  if (facts.isBlocked) return 'blocked'
  if (activity.membersOnly && (activity.teamId === null || !facts.teamIds.includes(activity.teamId)))
    return 'not-a-member'
  const ageYears = facts.birthDate === null ? null : ageOn(facts.birthDate, sessionDate)
  if (role.ageMin !== null && ageYears === null) return 'age-unknown'
  if (role.ageMin !== null && ageYears! < role.ageMin) return 'too-young'
  if (ageYears !== null && !guardianAgrees(ageYears, facts.consents)) return 'guardian-consent-missing'
  if (!role.skills.every((skill) => facts.skills.includes(skill))) return 'skill-missing'
  const valid = facts.licences.filter((licence) => holdsOn(licence.validUntil, sessionDate)).map(({ kind }) => kind)
  if (!role.licences.every((licence) => valid.includes(licence))) return 'licence-missing'
  if (activity.needsInsurance && (facts.insuredUntil === null || facts.insuredUntil <= sessionDate))
    return 'insurance-missing'
  if (activity.needsHealth && !facts.consents.includes(HEALTH_CONSENT)) return 'health-missing'
  return null
}

function guardianAgrees(ageYears: number, consents: readonly string[]): boolean {
  if (ageYears >= FULL_AGE_YEARS) return true
  return consents.includes(GUARDIAN_CONSENT) && (ageYears >= OWN_CONSENT_AGE_YEARS || consents.includes(CHILD_CONSENT))
}
