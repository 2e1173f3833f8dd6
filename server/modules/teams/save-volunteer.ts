import { normalisedPhone } from '#modules/people/index.ts'
import { violatedConstraint } from '#platform/db.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Work } from '#platform/work.ts'
import { refuse } from './refusals.ts'
import type { EmergencyContact, Licence, VolunteerProfile } from './volunteer.ts'
import { endLicence, insertLicence, isVolunteer, licencesOf, updateProfile } from './volunteer-rows.ts'

const LICENCES_MAX = 20

/**
 * Changes what a volunteer tells of himself or herself.
 * @throws Refusal not-a-volunteer, free-time-empty, number-known, people.phone-invalid
 */
export async function saveVolunteer(
  work: Work,
  personId: string,
  given: VolunteerProfile & { readonly emergency?: EmergencyContact | null | undefined },
): Promise<void> {
  const { emergency, ...profile } = given
  if (profile.freeTimes.some((time) => time.from >= time.until))
    throw refuse('free-time-empty', {}, { field: 'freeTimes' })
  const contact =
    emergency == null ? emergency : { ...emergency, phone: normalisedPhone(emergency.phone, 'emergency.phone') }
  const freeTimes = profile.freeTimes.toSorted((a, b) => a.weekday - b.weekday || (a.from < b.from ? -1 : 1))
  try {
    if (!(await updateProfile(work.tx, personId, { ...profile, freeTimes }, contact))) throw refuse('not-a-volunteer')
  } catch (error) {
    const constraint = violatedConstraint(error)
    if (constraint === 'one_volunteer_per_beijing_number') throw refuse('number-known', {}, { field: 'beijingNumber' })
    if (constraint === 'one_volunteer_per_national_number')
      throw refuse('number-known', {}, { field: 'nationalNumber' })
    throw error
  }
  work.audit({ action: 'teams.save-volunteer', subject: { kind: 'person', id: personId }, personId })
}

/** Adds a licence of the acting volunteer. @throws Refusal not-a-volunteer, licences-too-many */
export async function addLicence(work: Work, personId: string, licence: Omit<Licence, 'id'>): Promise<string> {
  if (!(await isVolunteer(work.tx, personId))) throw refuse('not-a-volunteer')
  if ((await licencesOf(work.tx, personId)).length >= LICENCES_MAX) throw refuse('licences-too-many')
  const id = await insertLicence(work.tx, work.now, personId, licence)
  work.audit({ action: 'teams.add-licence', subject: { kind: 'person', id: personId }, personId })
  return id
}

/** @throws Refusal platform.not-found */
export async function removeLicence(work: Work, personId: string, id: string): Promise<void> {
  if (!(await endLicence(work.tx, personId, id, work.now))) throw new Refusal('platform.not-found', 404, {})
  work.audit({ action: 'teams.remove-licence', subject: { kind: 'person', id: personId }, personId })
}
