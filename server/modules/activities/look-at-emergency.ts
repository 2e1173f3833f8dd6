import { findPerson, guardianPhones, isMinor } from '#modules/people/index.ts'
import { emergencyOf } from '#modules/teams/index.ts'
import { addMinutes } from '#platform/dates.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Work } from '#platform/work.ts'
import { findActivity, findSession } from './activity-rows.ts'
import { requireOrganiser } from './organisers.ts'
import { refuse } from './refusals.ts'
import { rosterOf } from './session-views.ts'

export type EmergencyPurpose = 'accident' | 'illness' | 'missing'

const BEFORE_MINUTES = 24 * 60
const AFTER_MINUTES = 7 * 24 * 60

export interface EmergencyView {
  readonly name: string | null
  readonly isMinor: boolean
  readonly contact: { readonly name: string; readonly relation: string; readonly phone: string } | null
  /** Of a minor alone. */
  readonly guardianPhones: readonly string[]
}

/**
 * Shows whom to call for somebody at a session, to those who organise it, around its time and for a stated purpose. The person
 * finds it among the looks, a minor's guardian too (未成年人网络保护条例 art. 36).
 * @throws Refusal platform.not-found, not-your-activity, emergency-not-now
 */
export async function lookAtEmergency(
  work: Work,
  sessionId: string,
  given: { personId: string; purpose: EmergencyPurpose },
): Promise<EmergencyView> {
  const { tx, now } = work
  const session = await findSession(tx, sessionId)
  const activity = session === undefined ? undefined : await findActivity(tx, session.activityId)
  if (session === undefined || activity === undefined) throw new Refusal('platform.not-found', 404, {})
  await requireOrganiser(work, activity)
  const isListed = (await rosterOf(tx, sessionId)).some((row) => row.personId === given.personId)
  const person = isListed ? await findPerson(tx, given.personId) : undefined
  if (person === undefined) throw new Refusal('platform.not-found', 404, {}, { field: 'personId' })
  const isAround =
    now >= addMinutes(session.startsAt, -BEFORE_MINUTES) && now <= addMinutes(session.endsAt, AFTER_MINUTES)
  if (!isAround) throw refuse('emergency-not-now')
  const isChild = isMinor(person.birthDate, now)
  const phones = isChild ? await guardianPhones(tx, person.id) : []
  const contact = await emergencyOf(tx, person.id)
  work.audit({
    action: 'activities.look-at-emergency',
    subject: { kind: 'session', id: sessionId },
    personId: person.id,
    purpose: `emergency-${given.purpose}`,
    details: { fields: ['emergency-contact', ...(phones.length > 0 ? ['guardian-phone'] : [])], isMinor: isChild },
  })
  return { name: person.name, isMinor: isChild, contact, guardianPhones: phones }
}
