import * as z from 'zod/mini'
import { documentKinds } from './account.ts'
import { idParams, instant, line, phone, route, text, uuid } from './kit.ts'

const code = z.string().check(z.regex(/^\d{6}$/u, { error: 'code' }))
const state = z.enum(['proposed', 'refused', 'done', 'undone'])

/** What staff see of an account: enough to tell two apart, nothing more. */
const account = z.object({
  id: uuid,
  nameMasked: z.string(),
  phoneMasked: z.nullable(z.string()),
  documentMasked: z.nullable(z.string()),
  registeredAt: instant,
  isVolunteer: z.boolean(),
  isMinor: z.boolean(),
})

/** Two accounts of one person: by the person with both phones, or by two of the staff with the document in hand. */
export const mergeRoutes = {
  mergeOwn: route('POST /api/v1/me/merges', {
    permission: 'resident',
    summary: 'Join another account of mine into this one, proved by a code of its phone',
    body: z.strictObject({ phone, code }),
    status: 201,
    answer: z.object({ id: uuid, undoUntil: instant }),
    withoutClientId: true,
    budget: { calls: 10, seconds: 86_400 },
  }),
  listMyMerges: route('GET /api/v1/me/merges', {
    permission: 'resident',
    summary: 'Accounts that were joined into mine',
    answer: z.object({
      rows: z.array(
        z.object({ id: uuid, state, proposedAt: instant, undoUntil: z.nullable(instant), mayUndo: z.boolean() }),
      ),
    }),
  }),
  undoMyMerge: route('POST /api/v1/me/merges/:id/undo', {
    permission: 'resident',
    summary: 'Take the joining of an account back',
    params: idParams,
    status: 204,
  }),
  proposeMerge: route('POST /api/v1/merges', {
    permission: 'people.merge',
    summary: 'Propose to join two accounts of one person, with the document in hand',
    body: z.strictObject({
      keptPhone: phone,
      absorbedPhone: phone,
      documentKind: z.enum(documentKinds),
      documentNumber: line(24),
      note: text(200),
    }),
    status: 201,
    answer: z.object({ id: uuid }),
    budget: { calls: 60, seconds: 3_600 },
  }),
  listMerges: route('GET /api/v1/merges', {
    permission: 'people.merge',
    summary: 'Proposals that wait, what was decided, and accounts that gave the same document',
    answer: z.object({
      rows: z.array(
        z.object({
          id: uuid,
          state,
          proof: z.enum(['two-codes', 'two-staff']),
          note: z.string(),
          isMine: z.boolean(),
          proposedAt: instant,
          undoUntil: z.nullable(instant),
          mayUndo: z.boolean(),
          kept: account,
          absorbed: account,
        }),
      ),
      /** Accounts that gave the same document. */
      sharing: z.array(z.object({ one: account, other: account })),
    }),
  }),
  decideMerge: route('POST /api/v1/merges/:id/decision', {
    permission: 'people.merge',
    summary: 'Agree to a colleague’s proposal or refuse it',
    params: idParams,
    body: z.strictObject({ agrees: z.boolean() }),
    status: 204,
  }),
  undoMerge: route('POST /api/v1/merges/:id/undo', {
    permission: 'people.merge',
    summary: 'Take a joining by staff back',
    params: idParams,
    status: 204,
  }),
}
