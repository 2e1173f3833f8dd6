import { PAGE_ROWS_MAX } from '#contract/kit.ts'
import type { volunteerRoutes } from '#contract/volunteers.ts'
import { dateIn } from '#platform/dates.ts'
import type { Handlers } from '#platform/handlers.ts'
import { maskIdNumber, maskPhone } from '#platform/masking.ts'
import { addLicence, removeLicence, saveVolunteer } from './save-volunteer.ts'
import { shareVolunteers } from './share-volunteers.ts'
import { licencesOf } from './volunteer-rows.ts'
import { findVolunteer } from './volunteer-views.ts'
import { holdsOn } from './volunteer.ts'

const NOTHING_TOLD = {
  skills: [],
  serviceKinds: [],
  freeTimes: [],
  languages: [],
  beijingNumber: null,
  nationalNumber: null,
  politicalCode: null,
  occupation: null,
  emergency: null,
  insuredUntil: null,
} as const

export const volunteerHandlers: Handlers<typeof volunteerRoutes> = {
  async readMyVolunteer({ tx, actor, now }) {
    const volunteer = await findVolunteer(tx, actor.personId!)
    if (volunteer === undefined) return { answer: { isVolunteer: false, ...NOTHING_TOLD, licences: [] } }
    const licences = await licencesOf(tx, actor.personId!)
    const { emergency } = volunteer
    return {
      answer: {
        ...volunteer,
        isVolunteer: true,
        emergency: emergency === null ? null : { ...emergency, phoneMasked: maskPhone(emergency.phone) },
        licences: licences.map((licence) => ({
          ...licence,
          proofNumberMasked: maskIdNumber(licence.proofNumber),
          isExpired: !holdsOn(licence.validUntil, dateIn(now)),
        })),
      },
    }
  },
  async updateMyVolunteer(work, { body }) {
    await saveVolunteer(work, work.actor.personId!, body)
    return { answer: {} }
  },
  async addLicence(work, { body }) {
    return { answer: { id: await addLicence(work, work.actor.personId!, body) } }
  },
  async removeLicence(work, { params }) {
    await removeLicence(work, work.actor.personId!, params.id)
    return { answer: {} }
  },
  async listSharedVolunteers(work, { body }) {
    return { answer: await shareVolunteers(work, body.system, { afterId: body.afterId, limit: PAGE_ROWS_MAX }) }
  },
}
