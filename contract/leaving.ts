import * as z from 'zod/mini'
import { instant, phone, route } from './kit.ts'

const code = z.string().check(z.regex(/^\d{6}$/u, { error: 'code' }))
export const holdBacks = ['staff-role', 'checked-in', 'order-under-way', 'points-held'] as const
const holdBack = z.enum(holdBacks)
const cell = z.nullable(z.union([z.string(), z.number(), z.boolean()]))

/** Am I registered here, what do you hold about me, and out. */
export const leavingRoutes = {
  requestMyCode: route('POST /api/v1/me/codes', {
    permission: 'resident',
    summary: 'Send a code to my own phone, to confirm something that cannot be undone',
    answer: z.object({ phoneMasked: z.string(), secondsToWait: z.int(), minutesValid: z.int() }),
    withoutClientId: true,
  }),
  checkRegistration: route('POST /api/v1/registration-checks', {
    permission: 'public',
    summary: 'Am I registered here? Told to the holder of the phone alone',
    body: z.strictObject({ phone, code }),
    answer: z.object({
      isRegistered: z.boolean(),
      registeredAt: z.nullable(instant),
      isVolunteer: z.boolean(),
      teams: z.array(z.string()),
      holdBacks: z.array(holdBack),
      /** With it the holder can leave at once; null for who is not registered. */
      exitToken: z.nullable(z.string()),
    }),
    withoutClientId: true,
  }),
  leaveByToken: route('POST /api/v1/exits', {
    permission: 'public',
    summary: 'Leave at once after “am I registered?”',
    body: z.strictObject({ exitToken: z.string().check(z.maxLength(200), z.regex(/^[\w.-]{20,}$/u)) }),
    status: 204,
    withoutClientId: true,
    budget: { calls: 20, seconds: 3_600 },
  }),
  readMyExit: route('GET /api/v1/me/exit', {
    permission: 'resident',
    summary: 'What has to be settled before I can leave',
    answer: z.object({ holdBacks: z.array(holdBack) }),
  }),
  leaveForGood: route('POST /api/v1/me/exit', {
    permission: 'resident',
    summary: 'Close my account and erase my data; records of service stay under a bare id for ten years',
    body: z.strictObject({ code }),
    status: 204,
    withoutClientId: true,
  }),
  exportMine: route('GET /api/v1/me/export', {
    permission: 'resident',
    summary: 'Everything that is held about me, by kind of record',
    answer: z.object({
      at: instant,
      sections: z.array(z.object({ name: z.string(), rows: z.array(z.record(z.string(), cell)) })),
    }),
    budget: { calls: 20, seconds: 3_600 },
  }),
}
