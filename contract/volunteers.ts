import * as z from 'zod/mini'
import { date, idParams, line, phone, route, uuid, whole } from './kit.ts'

const SKILLS_MAX = 20
const clock = z.string().check(z.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/u))

export const freeTime = z.strictObject({ weekday: whole(1, 7), from: clock, until: clock })

/** GB/T 4762, where somebody wants to name it. */
export const politicalCodes = ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12', '13'] as const

const emergency = z.strictObject({ name: line(40), relation: line(20), phone })
const volunteerNumber = z.nullable(line(32))

const profile = {
  skills: z.array(line(40)).check(z.maxLength(SKILLS_MAX)),
  serviceKinds: z.array(line(40)).check(z.maxLength(SKILLS_MAX)),
  freeTimes: z.array(freeTime).check(z.maxLength(21)),
  languages: z.array(line(20)).check(z.maxLength(10)),
  beijingNumber: volunteerNumber,
  nationalNumber: volunteerNumber,
  politicalCode: z.nullable(z.enum(politicalCodes)),
  occupation: z.nullable(line(40)),
}

export const licence = z.object({
  id: uuid,
  kind: z.string(),
  issuer: z.string(),
  proofNumberMasked: z.string(),
  validUntil: z.nullable(date),
  isExpired: z.boolean(),
})

/** The data elements of the volunteers' information systems that this district holds (see docs/subsystems/volunteering.md). */
export const dataElements = z.object({
  volunteerNumber: z.nullable(z.string()),
  name: z.nullable(z.string()),
  sexCode: z.int(),
  birthDate: z.nullable(date),
  areaCode: z.string(),
  registeredOn: date,
  skills: z.array(z.string()),
  serviceKinds: z.array(z.string()),
  languages: z.array(z.string()),
  licences: z.array(z.object({ kind: z.string(), issuer: z.string(), validUntil: z.nullable(date) })),
  politicalCode: z.nullable(z.string()),
  occupation: z.nullable(z.string()),
  insuredUntil: z.nullable(date),
})

export const volunteerRoutes = {
  readMyVolunteer: route('GET /api/v1/me/volunteer', {
    permission: 'resident',
    summary: 'My profile as a volunteer',
    answer: z.object({
      isVolunteer: z.boolean(),
      ...profile,
      emergency: z.nullable(z.object({ name: z.string(), relation: z.string(), phoneMasked: z.string() })),
      insuredUntil: z.nullable(date),
      licences: z.array(licence),
    }),
  }),
  updateMyVolunteer: route('PUT /api/v1/me/volunteer', {
    permission: 'resident',
    summary: 'Change my profile as a volunteer; without `emergency` the contact stays, null removes it',
    body: z.strictObject({ ...profile, emergency: z.optional(z.nullable(emergency)) }),
    status: 204,
  }),
  addLicence: route('POST /api/v1/me/licences', {
    permission: 'resident',
    summary: 'Add a licence with its last day',
    body: z.strictObject({
      kind: line(40),
      issuer: line(60),
      proofNumber: line(40),
      validUntil: z.nullable(date),
    }),
    status: 201,
    answer: z.object({ id: uuid }),
  }),
  removeLicence: route('DELETE /api/v1/me/licences/:id', {
    permission: 'resident',
    summary: 'Remove a licence of mine',
    params: idParams,
    status: 204,
  }),
  listSharedVolunteers: route('POST /api/v1/shared-volunteers', {
    permission: 'volunteers.share',
    summary:
      'Data elements of the volunteers who agreed to be shared with a system; each of them sees that it happened',
    body: z.strictObject({ system: z.enum(['beijing', 'national']), afterId: z.nullable(uuid) }),
    answer: z.object({ rows: z.array(dataElements), nextAfterId: z.nullable(uuid) }),
    withoutClientId: true,
    budget: { calls: 300, seconds: 3_600 },
  }),
}
