import * as z from 'zod/mini'
import { instant, line, page, pageQuery, route, uuid, whole } from './kit.ts'

const entry = z.object({
  id: uuid,
  at: instant,
  points: z.int(),
  reason: z.string(),
  subjectKind: z.nullable(z.string()),
  subjectId: z.nullable(uuid),
})

export const pointsRoutes = {
  readMyPoints: route('GET /api/v1/me/points', {
    permission: 'signed-in',
    summary: 'My points: balance, what is held, what waits for the budget, and every entry',
    query: z.strictObject(pageQuery),
    answer: z.object({ balance: z.int(), held: z.int(), queued: z.int(), ...page(entry).shape }),
  }),
  readBudget: route('GET /api/v1/ledger/budget', {
    permission: 'points.read',
    summary: 'The budget account, and the awards that wait for it',
    answer: z.object({
      balance: z.int(),
      held: z.int(),
      queuedAwards: z.int(),
      queuedPoints: z.int(),
      issued: z.int(),
    }),
  }),
  fundBudget: route('POST /api/v1/ledger/fundings', {
    permission: 'points.fund',
    summary: 'Put points into the budget; awards that waited are paid in order',
    body: z.strictObject({ points: whole(1, 10_000_000), reason: line(120) }),
    status: 201,
    answer: z.object({ balance: z.int(), paidAwards: z.int() }),
  }),
  verifyLedger: route('GET /api/v1/ledger/verification', {
    permission: 'audit.read',
    summary: 'Recompute every balance from the transfers; the sum over all accounts is zero',
    answer: z.object({
      accounts: z.int(),
      transfers: z.int(),
      sum: z.int(),
      faults: z.array(z.object({ accountId: z.nullable(uuid), fault: z.string() })),
    }),
  }),
}
