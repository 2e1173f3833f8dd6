import * as z from 'zod/mini'
import { date, idParams, instant, line, page, pageQuery, route, text, uuid, whole } from './kit.ts'

const DAY_MINUTES = 1_440
const CORRECTIONS_MAX = 200

const hoursClass = z.enum(['verified', 'claimed'])
const hoursState = z.enum(['waiting', 'noticed', 'in-case', 'booked', 'refused'])
const statement = text(300)
const reason = text(300).check(z.minLength(2))

const myHours = z.object({
  id: uuid,
  day: date,
  title: z.string(),
  startedAt: instant,
  endedAt: instant,
  minutes: z.int(),
  class: hoursClass,
  state: hoursState,
  bookedMinutes: z.int(),
  bookedClass: z.nullable(hoursClass),
  unitName: z.string(),
  teamName: z.nullable(z.string()),
  orderId: z.nullable(uuid),
  entries: z.int(),
  dueAt: z.nullable(instant),
  /** Somebody else recorded it, and the volunteer's word would make it verified. */
  mayConfirm: z.boolean(),
})
export type MyHours = z.output<typeof myHours>

const chainRow = z.object({
  at: instant,
  kind: z.enum(['entry', 'decision']),
  what: z.string(),
  minutes: z.int(),
  class: z.nullable(hoursClass),
  methodIn: z.nullable(z.string()),
  methodOut: z.nullable(z.string()),
  score: z.nullable(z.int()),
  reasons: z.array(z.string()),
  statement: z.string(),
  byName: z.nullable(z.string()),
})
export type HoursChainRow = z.output<typeof chainRow>

const demandRow = z.object({
  id: uuid,
  recordId: z.nullable(uuid),
  personName: z.nullable(z.string()),
  title: z.string(),
  day: date,
  startedAt: instant,
  endedAt: instant,
  reason: z.string(),
  unitName: z.nullable(z.string()),
  teamName: z.nullable(z.string()),
  responsibleUnitName: z.nullable(z.string()),
  state: z.enum(['open', 'answered']),
  dueAt: z.nullable(instant),
  isWithLeader: z.boolean(),
  madeAt: instant,
  outcome: z.nullable(z.enum(['corrected', 'declined'])),
  answer: z.nullable(z.string()),
  answeredAt: z.nullable(instant),
  recordedMinutes: z.nullable(z.int()),
})
export type HoursDemandRow = z.output<typeof demandRow>

const waitingRow = z.object({
  id: uuid,
  personName: z.nullable(z.string()),
  day: date,
  title: z.string(),
  startedAt: instant,
  endedAt: instant,
  minutes: z.int(),
  class: hoursClass,
  tier: z.int(),
  dayMinutes: z.int(),
  unitName: z.nullable(z.string()),
  teamName: z.nullable(z.string()),
  cause: z.string(),
  score: z.nullable(z.int()),
  reasons: z.array(z.string()),
  statement: z.string(),
  recorderName: z.nullable(z.string()),
  needsLeader: z.boolean(),
  dueAt: instant,
})
export type WaitingHours = z.output<typeof waitingRow>

const noticeRow = z.object({
  id: uuid,
  person: z.string(),
  day: date,
  title: z.string(),
  minutes: z.int(),
  class: hoursClass,
  teamName: z.nullable(z.string()),
  dueAt: instant,
})
export type HoursNotice = z.output<typeof noticeRow>

const caseRow = z.object({
  id: uuid,
  kind: z.enum(['objection', 'suspicion', 'call-back']),
  rule: z.nullable(z.string()),
  unitName: z.nullable(z.string()),
  responsibleUnitName: z.nullable(z.string()),
  needsLeader: z.boolean(),
  state: z.enum(['open', 'closed']),
  dueAt: z.nullable(instant),
  openedAt: instant,
  statement: z.string(),
  evidence: z.record(z.string(), z.union([z.string(), z.number()])),
  decision: z.nullable(z.enum(['upheld', 'dismissed'])),
  answer: z.nullable(z.string()),
  decidedAt: z.nullable(instant),
  records: z.array(
    z.object({
      id: uuid,
      personName: z.nullable(z.string()),
      day: date,
      title: z.string(),
      minutes: z.int(),
      class: hoursClass,
      state: hoursState,
      startedAt: z.string(),
      endedAt: z.string(),
    }),
  ),
})
export type HoursCaseRow = z.output<typeof caseRow>

const callBackRow = z.object({
  id: uuid,
  orderId: uuid,
  title: z.nullable(z.string()),
  day: date,
  attempts: z.int(),
  dueAt: instant,
})

const listToConfirm = z.object({
  subjectId: uuid,
  title: z.string(),
  day: date,
  unitName: z.nullable(z.string()),
  teamName: z.nullable(z.string()),
  recorderName: z.nullable(z.string()),
  people: z.int(),
  minutes: z.int(),
})
export type ListToConfirm = z.output<typeof listToConfirm>

export const hoursRoutes = {
  listServiceKinds: route('GET /api/v1/service-kinds', {
    permission: 'public',
    summary: 'Kinds of service that count as volunteering, and what does not',
    answer: z.object({
      rows: z.array(z.object({ slug: z.string(), name: z.string(), nameEn: z.string(), counts: z.boolean() })),
    }),
  }),
  listMyHours: route('GET /api/v1/me/hours', {
    permission: 'signed-in',
    summary: 'My hours, newest day first, with what counts and what still waits',
    query: z.strictObject({ ...pageQuery, from: z.optional(date), until: z.optional(date) }),
    answer: z.object({
      verifiedMinutes: z.int(),
      claimedMinutes: z.int(),
      waitingMinutes: z.int(),
      ...page(myHours).shape,
    }),
  }),
  readHours: route('GET /api/v1/hours/:id', {
    permission: 'signed-in',
    summary: 'A record of hours with its entries and decisions; my own, or as staff of the unit or of one above it',
    params: idParams,
    answer: z.object({ record: myHours, chain: z.array(chainRow) }),
  }),
  confirmOwnHours: route('POST /api/v1/hours/:id/confirmation', {
    permission: 'signed-in',
    summary: 'Say that what somebody else recorded of me was so: with two people’s word it is verified',
    params: idParams,
    status: 204,
  }),
  listHoursToConfirm: route('GET /api/v1/hours-lists', {
    permission: 'hours.confirm',
    summary: 'Sessions of my units that somebody else ticked or entered, for a second person to confirm',
    answer: z.object({ rows: z.array(listToConfirm) }),
  }),
  confirmHoursOfList: route('POST /api/v1/hours-lists/:id/confirmation', {
    permission: 'hours.confirm',
    summary:
      'Say that a whole list was so, and by what I know it; the recorder, the household and I myself are left out',
    params: idParams,
    body: z.strictObject({ statement: reason }),
    answer: z.object({ confirmed: z.int(), left: z.int() }),
  }),
  listHoursNotices: route('GET /api/v1/hours-notices', {
    permission: 'signed-in',
    summary: 'Hours on notice of my team, or of the units I work for; names are masked',
    query: z.strictObject({ ...pageQuery, teamId: z.optional(uuid) }),
    answer: page(noticeRow),
  }),
  objectToHours: route('POST /api/v1/hours/:id/objections', {
    permission: 'signed-in',
    summary: 'Object to hours on notice: it becomes a case for the level above',
    params: idParams,
    body: z.strictObject({ statement: reason }),
    status: 201,
    answer: z.object({ caseId: uuid }),
    budget: { calls: 20, seconds: 3600 },
  }),
  demandCorrection: route('POST /api/v1/me/hours-demands', {
    permission: 'signed-in',
    summary: 'Demand that a record of mine be corrected, or that missing time be recorded',
    body: z.strictObject({
      recordId: z.prefault(z.nullable(uuid), null),
      teamId: z.prefault(z.nullable(uuid), null),
      unitId: z.prefault(z.nullable(uuid), null),
      kindSlug: z.prefault(z.nullable(line(40)), null),
      title: z.prefault(z.nullable(line(60)), null),
      startedAt: instant,
      endedAt: instant,
      reason,
    }),
    status: 201,
    answer: z.object({ id: uuid, dueAt: instant }),
    budget: { calls: 20, seconds: 3600 },
  }),
  listMyDemands: route('GET /api/v1/me/hours-demands', {
    permission: 'signed-in',
    summary: 'My demands for corrections, with their answers',
    answer: z.object({ rows: z.array(demandRow) }),
  }),
  listDemands: route('GET /api/v1/hours-demands', {
    permission: 'signed-in',
    summary: 'Demands that I may answer, of the units I work for and the teams I speak for',
    answer: z.object({ rows: z.array(demandRow) }),
  }),
  answerDemand: route('POST /api/v1/hours-demands/:id/answer', {
    permission: 'signed-in',
    summary: 'Correct, which is another entry, or say why not; the volunteer sees the answer',
    params: idParams,
    body: z.strictObject({
      outcome: z.enum(['corrected', 'declined']),
      answer: reason,
      minutes: z.prefault(z.nullable(whole(0, DAY_MINUTES)), null),
    }),
    answer: z.object({ recordId: z.nullable(uuid) }),
  }),
  backfillHours: route('POST /api/v1/hours', {
    permission: 'signed-in',
    summary: 'Enter time afterwards for a volunteer of my team or unit: claimed, and approved above',
    body: z.strictObject({
      personId: uuid,
      teamId: z.prefault(z.nullable(uuid), null),
      unitId: z.prefault(z.nullable(uuid), null),
      kindSlug: line(40),
      title: line(60),
      startedAt: instant,
      endedAt: instant,
      statement: reason,
    }),
    status: 201,
    answer: z.object({ recordId: uuid }),
  }),
  listHoursToApprove: route('GET /api/v1/hours-approvals', {
    permission: 'hours.approve',
    summary: 'Hours that wait for my approval, what is due first',
    query: z.strictObject(pageQuery),
    answer: page(waitingRow),
  }),
  approveHours: route('POST /api/v1/hours/:id/approval', {
    permission: 'hours.approve',
    summary: 'Approve hours of the units below, all of them or fewer',
    params: idParams,
    body: z.strictObject({
      minutes: z.prefault(z.nullable(whole(0, DAY_MINUTES)), null),
      statement: z.prefault(statement, ''),
    }),
    status: 204,
  }),
  refuseHours: route('POST /api/v1/hours/:id/refusal', {
    permission: 'hours.approve',
    summary: 'Do not approve hours, and say why',
    params: idParams,
    body: z.strictObject({ statement: reason }),
    status: 204,
  }),
  listHoursCases: route('GET /api/v1/hours-cases', {
    permission: 'hours.approve',
    summary: 'Objections and suspicions about hours that I decide, with their evidence',
    query: z.strictObject({ ...pageQuery, state: z.optional(z.enum(['open', 'closed'])) }),
    answer: page(caseRow),
  }),
  decideHoursCase: route('POST /api/v1/hours-cases/:id/decision', {
    permission: 'hours.approve',
    summary: 'Decide a case; upheld, the records named are corrected by entries of their own',
    params: idParams,
    body: z.strictObject({
      decision: z.enum(['upheld', 'dismissed']),
      answer: reason,
      corrections: z.prefault(
        z.array(z.strictObject({ recordId: uuid, minutes: whole(0, DAY_MINUTES) })).check(z.maxLength(CORRECTIONS_MAX)),
        [],
      ),
    }),
    status: 204,
  }),
  listCallBacks: route('GET /api/v1/hours-call-backs', {
    permission: 'orders.follow-up',
    summary: 'Calls to those who were helped, drawn at random; nothing of who served is shown',
    answer: z.object({ rows: z.array(callBackRow) }),
  }),
  recordCallBack: route('POST /api/v1/hours-call-backs/:id/attempts', {
    permission: 'orders.follow-up',
    summary: 'What was heard; where it does not fit the record it becomes a case',
    params: idParams,
    body: z.strictObject({
      result: z.enum(['spoke', 'no-answer']),
      spokenTo: z.prefault(z.nullable(line(40)), null),
      came: z.prefault(z.nullable(z.boolean()), null),
      peopleHeard: z.prefault(z.nullable(whole(0, 500)), null),
      minutesHeard: z.prefault(z.nullable(whole(0, DAY_MINUTES)), null),
      note: z.prefault(text(500), ''),
    }),
    answer: z.object({ state: z.enum(['open', 'done', 'exhausted']) }),
  }),
}
