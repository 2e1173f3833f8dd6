import * as z from 'zod/mini'
import { date, instant, line, text, uuid, whole } from './kit.ts'

export const origins = ['central-theme', 'station-choice', 'neighbourly', 'order'] as const

/** Why somebody cannot take a place; each is also the code of a refusal, `activities.<reason>`. */
export const whyNotReasons = [
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
export const whyNot = z.enum(whyNotReasons)

export const signUpState = z.enum(['signed-up', 'waiting', 'offered', 'withdrawn', 'lapsed', 'cancelled'])

const needs = z.array(line(40)).check(z.maxLength(10))

export const rolePlan = z.strictObject({
  name: line(40),
  needed: whole(1, 5000),
  skills: z.prefault(needs, []),
  licences: z.prefault(needs, []),
  ageMin: z.prefault(z.nullable(whole(0, 120)), null),
})

const roles = z.array(rolePlan).check(z.minLength(1), z.maxLength(10))

const SESSION_MINUTES_MAX = 24 * 60
const OFFER_MINUTES_MAX = 7 * 24 * 60

/** What an activity is; with a template only what differs from it. */
export const planFields = {
  themeId: z.optional(z.nullable(uuid)),
  campaignId: z.optional(z.nullable(uuid)),
  title: z.optional(line(60)),
  description: z.optional(text(2000)),
  content: z.optional(text(500)),
  beneficiaries: z.optional(line(100, 0)),
  place: z.optional(line(120)),
  placeUnitId: z.optional(uuid),
  risks: z.optional(text(500)),
  protection: z.optional(text(500)),
  insurance: z.optional(text(500)),
  personInCharge: z.optional(line(40)),
  recorder: z.optional(line(40)),
  membersOnly: z.optional(z.boolean()),
  needsInsurance: z.optional(z.boolean()),
  needsHealth: z.optional(z.boolean()),
  offerMinutes: z.optional(whole(5, OFFER_MINUTES_MAX)),
  kindSlug: z.optional(z.nullable(line(40))),
}

export const planRequest = z.strictObject({
  ...planFields,
  origin: z.optional(z.enum(origins)),
  orderId: z.optional(z.nullable(uuid)),
  minutes: z.optional(whole(1, SESSION_MINUTES_MAX)),
  closesMinutesBefore: z.optional(whole(0, OFFER_MINUTES_MAX)),
  roles: z.optional(roles),
})

export const recurrence = line(200)

export const sessionsRequest = z.strictObject({
  startsAt: instant,
  minutes: whole(1, SESSION_MINUTES_MAX),
  recurrence: z.prefault(z.nullable(recurrence), null),
  place: line(120),
  placeUnitId: uuid,
  roles,
})

export const scope = z.enum(['this', 'following'])

export const sessionEdit = z.strictObject({
  startsAt: instant,
  endsAt: instant,
  place: line(120),
  placeUnitId: uuid,
  roles,
  scope,
})

export const sessionRole = z.object({
  id: uuid,
  name: z.string(),
  needed: z.int(),
  taken: z.int(),
  skills: z.array(z.string()),
  licences: z.array(z.string()),
  ageMin: z.nullable(z.int()),
})

const sessionFields = {
  id: uuid,
  activityId: uuid,
  startsAt: instant,
  endsAt: instant,
  place: z.string(),
  placeUnitId: uuid,
  signUpFrom: z.nullable(instant),
  signUpUntil: instant,
  state: z.enum(['planned', 'cancelled', 'held']),
  cancelReason: z.nullable(z.string()),
  version: z.int(),
  roles: z.array(sessionRole),
}

export const session = z.object(sessionFields)

const programmeFields = {
  ...sessionFields,
  title: z.string(),
  origin: z.enum(origins),
  themeName: z.nullable(z.string()),
  campaignName: z.nullable(z.string()),
  unitId: uuid,
  unitName: z.string(),
  teamName: z.nullable(z.string()),
  membersOnly: z.boolean(),
  needed: z.int(),
  taken: z.int(),
  waiting: z.int(),
}

export const programmeRow = z.object(programmeFields)
export type ProgrammeRow = z.input<typeof programmeRow>

export const mySignUp = z.object({
  ...programmeFields,
  signUpState,
  roleName: z.string(),
  offerUntil: z.nullable(instant),
})
export type MySignUp = z.input<typeof mySignUp>

export const takable = z.object({ ...programmeFields, whyNot: z.nullable(whyNot) })
export type Takable = z.input<typeof takable>

export const activity = z.object({
  id: uuid,
  origin: z.enum(origins),
  orderId: z.nullable(uuid),
  themeId: z.nullable(uuid),
  campaignId: z.nullable(uuid),
  unitId: uuid,
  unitName: z.string(),
  teamId: z.nullable(uuid),
  teamName: z.nullable(z.string()),
  title: z.string(),
  description: z.string(),
  content: z.string(),
  beneficiaries: z.string(),
  place: z.string(),
  placeUnitId: uuid,
  risks: z.string(),
  protection: z.string(),
  insurance: z.string(),
  personInCharge: z.string(),
  recorder: z.string(),
  membersOnly: z.boolean(),
  needsInsurance: z.boolean(),
  needsHealth: z.boolean(),
  offerMinutes: z.int(),
  kindSlug: z.nullable(z.string()),
  recurrence: z.nullable(z.string()),
  state: z.enum(['draft', 'published', 'cancelled']),
  cancelReason: z.nullable(z.string()),
  version: z.int(),
  nextStartsAt: z.nullable(instant),
  sessions: z.int(),
})
export type Activity = z.input<typeof activity>

export const theme = z.object({
  id: uuid,
  kind: z.enum(['theme', 'campaign']),
  name: z.string(),
  nameEn: z.nullable(z.string()),
  validFrom: date,
  validUntil: z.nullable(date),
})

export const rosterRow = z.object({
  personId: uuid,
  name: z.nullable(z.string()),
  roleName: z.nullable(z.string()),
  state: z.nullable(signUpState),
  signedUpAt: z.nullable(instant),
  offerUntil: z.nullable(instant),
  checkedInAt: z.nullable(instant),
  checkedOutAt: z.nullable(instant),
  checkInMethod: z.nullable(z.string()),
  checkOutMethod: z.nullable(z.string()),
  score: z.nullable(z.int()),
  reasons: z.array(z.string()),
  needsConfirmation: z.boolean(),
  /** Whether photos of this person may be published. */
  photosAllowed: z.boolean(),
})
export type RosterRow = z.input<typeof rosterRow>

export const signedUp = z.object({
  sessionId: uuid,
  state: z.enum(['signed-up', 'waiting']),
  roleId: uuid,
  position: z.nullable(z.int()),
})
