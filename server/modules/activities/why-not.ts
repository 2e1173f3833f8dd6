import type { VolunteerFacts } from '#modules/teams/index.ts'
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

// Below it a guardian consents (未成年人保护法); consents are open purposes of the person.
const FULL_AGE_YEARS = 18
const GUARDIAN_CONSENT = 'guardian'
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
  if (role.ageMin !== null && facts.ageYears === null) return 'age-unknown'
  if (role.ageMin !== null && facts.ageYears! < role.ageMin) return 'too-young'
  if (facts.ageYears !== null && facts.ageYears < FULL_AGE_YEARS && !facts.consents.includes(GUARDIAN_CONSENT))
    return 'guardian-consent-missing'
  if (!role.skills.every((skill) => facts.skills.includes(skill))) return 'skill-missing'
  if (!role.licences.every((licence) => facts.licences.includes(licence))) return 'licence-missing'
  if (activity.needsInsurance && (facts.insuredUntil === null || facts.insuredUntil <= sessionDate))
    return 'insurance-missing'
  if (activity.needsHealth && !facts.consents.includes(HEALTH_CONSENT)) return 'health-missing'
  return null
}
