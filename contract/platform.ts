import * as z from 'zod/mini'
import { instant, line, page, pageQuery, phone, route, uuid, whole } from './kit.ts'

export const platformRoutes = {
  verifyAudit: route('GET /api/v1/audit/verification', {
    permission: 'audit.read',
    summary: 'Recompute the audit chain from its first seal and report the unsealed tail',
    answer: z.object({
      sealed: z.int(),
      unsealed: z.int(),
      head: z.nullable(z.object({ seq: z.int(), hash: z.string() })),
      faults: z.array(z.object({ seq: z.nullable(z.int()), eventId: z.nullable(uuid), fault: z.string() })),
    }),
  }),
  listAudit: route('GET /api/v1/audit/events', {
    permission: 'audit.read',
    summary: 'The audit log, newest first',
    query: z.strictObject({
      ...pageQuery,
      subjectId: z.optional(uuid),
      actorId: z.optional(uuid),
      action: z.optional(line(60)),
    }),
    answer: page(
      z.object({
        id: uuid,
        at: instant,
        actorKind: z.string(),
        actorId: z.nullable(uuid),
        action: z.string(),
        subjectKind: z.nullable(z.string()),
        subjectId: z.nullable(uuid),
        purpose: z.nullable(z.string()),
        details: z.record(z.string(), z.unknown()),
      }),
    ),
  }),
  readClock: route('GET /api/v1/clock', {
    permission: 'public',
    summary: 'Business time of this server, and whether it can be shifted',
    answer: z.object({ now: instant, canShift: z.boolean() }),
  }),
  shiftClock: route('POST /api/v1/demo/clock', {
    permission: 'demo',
    summary: 'Demonstration servers only: move business time forward; due rows are swept before the answer',
    body: z.strictObject({ minutes: whole(1, 525_600) }),
    answer: z.object({ now: instant }),
  }),
  listDemoAccounts: route('GET /api/v1/demo/accounts', {
    permission: 'demo',
    summary: 'Demonstration servers only: invented accounts, with the one-time passwords of this moment',
    answer: z.object({
      rows: z.array(
        z.object({
          kind: z.enum(['staff', 'resident']),
          login: z.string(),
          password: z.nullable(z.string()),
          totp: z.nullable(z.string()),
          name: z.string(),
          what: z.string(),
        }),
      ),
    }),
  }),
  listOutbox: route('GET /api/v1/demo/outbox', {
    permission: 'demo',
    summary: 'Demonstration servers only: messages that would have gone to a phone',
    query: z.strictObject({ ...pageQuery, phone: z.optional(phone) }),
    answer: page(
      z.object({
        id: uuid,
        at: instant,
        phoneMasked: z.string(),
        template: z.string(),
        text: z.string(),
        reachedAt: z.nullable(instant),
      }),
    ),
  }),
  recordReceipt: route('POST /api/v1/receipts', {
    permission: 'gateway',
    summary: 'A message gateway reports what became of a message (signed with the gateway secret)',
    body: z.strictObject({ gatewayId: line(100), kind: z.enum(['delivered', 'failed']), at: instant }),
    status: 204,
    withoutClientId: true,
  }),
}
