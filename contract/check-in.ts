import * as z from 'zod/mini'
import { idParams, instant, line, phone, route, uuid } from './kit.ts'

const direction = z.enum(['in', 'out'])
const code = line(120)
const near = z.strictObject({
  latitude: z.number().check(z.gte(-90), z.lte(90)),
  longitude: z.number().check(z.gte(-180), z.lte(180)),
})

const MARKS_MAX = 500
const UPLOAD_BYTES_MAX = 512 * 1024

/** What a check-in or check-out answers: the attendance as it now stands. */
const attendance = z.object({
  personId: uuid,
  checkedInAt: instant,
  checkedOutAt: z.nullable(instant),
  score: z.int(),
  reasons: z.array(z.string()),
  needsConfirmation: z.boolean(),
})
export type CheckedIn = z.input<typeof attendance>

export const offlineOutcomes = [
  'recorded',
  'known',
  'not-signed',
  'code-wrong',
  'outside-session',
  'cancelled',
  'person-unknown',
  'own-tick',
] as const

export const checkInRoutes = {
  readSessionCode: route('GET /api/v1/sessions/:id/code', {
    permission: 'signed-in',
    summary: 'The rotating code for the organiser’s screen, and the six digits for the telephone',
    params: idParams,
    answer: z.object({
      code: z.string(),
      secondsLeft: z.int(),
      link: z.string(),
      qrSvg: z.string(),
      phoneCode: z.string(),
      phoneSecondsLeft: z.int(),
      signedUp: z.int(),
      checkedIn: z.int(),
      endsAt: instant,
    }),
  }),
  readMyCode: route('GET /api/v1/me/check-in-code', {
    permission: 'resident',
    summary: 'My own rotating code for the organiser to scan, and a pass for a day without a network',
    answer: z.object({
      qr: z.string(),
      qrSvg: z.string(),
      digits: z.string(),
      dayPass: z.string(),
      dayPassSvg: z.string(),
      secondsLeft: z.int(),
    }),
  }),
  checkInSelf: route('POST /api/v1/sessions/:id/check-ins', {
    permission: 'resident',
    summary: 'Check myself in or out by the code on the organiser’s screen',
    params: idParams,
    body: z.strictObject({
      direction,
      code,
      device: z.prefault(z.nullable(line(100)), null),
      near: z.prefault(z.nullable(near), null),
    }),
    answer: attendance,
  }),
  checkInScanned: route('POST /api/v1/sessions/:id/scans', {
    permission: 'signed-in',
    summary: 'Check a volunteer in or out by his or her own code',
    params: idParams,
    body: z.strictObject({ direction, code }),
    answer: attendance,
    // Six digits are looked for among those expected: a person at the door is quicker than a guess may be.
    budget: { calls: 120, seconds: 60 },
  }),
  checkInByPhone: route('POST /api/v1/phone-check-ins', {
    permission: 'activities.phone-check-in',
    summary: 'Check in or out somebody who calls and reads the six digits of the screen aloud',
    body: z.strictObject({ direction, phone, code: z.string().check(z.regex(/^\d{6}$/u, { error: 'code' })) }),
    answer: z.object({ ...attendance.shape, sessionId: uuid }),
    budget: { calls: 30, seconds: 600 },
  }),
  tickList: route('POST /api/v1/sessions/:id/ticks', {
    permission: 'signed-in',
    summary: 'Tick people off the list of a session',
    params: idParams,
    body: z.strictObject({
      direction,
      personIds: z.array(uuid).check(z.minLength(1), z.maxLength(MARKS_MAX)),
      at: z.prefault(z.nullable(instant), null),
    }),
    answer: z.object({ marks: z.int() }),
  }),
  enterPaperSheet: route('POST /api/v1/sessions/:id/paper-sheet', {
    permission: 'signed-in',
    summary: 'Enter a sign-in sheet; it stays known who entered it',
    params: idParams,
    body: z.strictObject({
      rows: z
        .array(
          z.strictObject({
            personId: z.prefault(z.nullable(uuid), null),
            phone: z.prefault(z.nullable(phone), null),
            from: instant,
            until: instant,
          }),
        )
        .check(z.minLength(1), z.maxLength(MARKS_MAX)),
    }),
    answer: z.object({ entered: z.int(), unknown: z.array(z.int()) }),
  }),
  readOfflinePack: route('GET /api/v1/sessions/:id/offline-pack', {
    permission: 'signed-in',
    summary: 'The key and the list with which a device collects check-ins without a network',
    params: idParams,
    answer: z.object({
      pack: z.string(),
      key: z.string(),
      serverNow: instant,
      /** Marks from this moment on are taken … */
      opensAt: instant,
      /** … until this one. */
      closesAt: instant,
      collectUntil: instant,
      people: z.array(z.object({ personId: uuid, name: z.nullable(z.string()) })),
    }),
  }),
  uploadOffline: route('POST /api/v1/offline-check-ins', {
    permission: 'signed-in',
    summary: 'Bring in what a device collected without a network; twice or in another order changes nothing',
    body: z.strictObject({
      tokens: z
        .array(
          z.strictObject({
            id: uuid,
            pack: line(120),
            direction,
            at: line(40),
            code: z.nullable(line(80)),
            personId: z.nullable(uuid),
            mac: line(60),
          }),
        )
        .check(z.minLength(1), z.maxLength(MARKS_MAX)),
    }),
    bodyBytesMax: UPLOAD_BYTES_MAX,
    answer: z.object({ results: z.array(z.object({ id: uuid, outcome: z.enum(offlineOutcomes) })) }),
  }),
}
