import * as z from 'zod/mini'
import { date, instant, line, route, uuid } from './kit.ts'

export const documentKinds = ['resident-id', 'hmt-residence', 'foreign-residence', 'hmt-travel', 'passport'] as const
const documentKind = z.enum(documentKinds)
const sex = z.nullable(z.enum(['female', 'male']))

/** Purposes that a person gives and withdraws alone. */
export const ownPurposes = ['health-declaration', 'sharing', 'photos'] as const
const purposes = ['volunteering', ...ownPurposes, 'guardian', 'guardian-under-14'] as const
export const wordingVersion = z.string().check(z.regex(/^\d{4}-\d{2}$/u))

export const consentRow = z.object({
  id: uuid,
  purpose: z.enum(purposes),
  givenAt: instant,
  withdrawnAt: z.nullable(instant),
  wordingVersion: z.string(),
  byGuardian: z.boolean(),
})

/** A person's own account: who one is, what one agreed to. */
export const accountRoutes = {
  readMyIdentity: route('GET /api/v1/me/identity', {
    permission: 'signed-in',
    summary: 'My real name, document and birth date; the number is never shown whole',
    answer: z.object({
      name: z.nullable(z.string()),
      documentKind: z.nullable(documentKind),
      documentNumberMasked: z.nullable(z.string()),
      birthDate: z.nullable(date),
      sex,
      isMinor: z.boolean(),
      isUnder14: z.boolean(),
    }),
  }),
  saveMyIdentity: route('PUT /api/v1/me/identity', {
    permission: 'resident',
    summary: 'Give my real name and document, when something needs them',
    body: z.strictObject({
      name: line(40, 2),
      documentKind,
      documentNumber: line(24),
      birthDate: z.nullable(date),
      sex,
    }),
    status: 204,
    budget: { calls: 10, seconds: 3_600 },
  }),
  listMyConsents: route('GET /api/v1/me/consents', {
    permission: 'signed-in',
    summary: 'What I agreed to and when, withdrawn consents included; and the wordings shown now',
    answer: z.object({
      rows: z.array(consentRow),
      current: z.array(z.object({ purpose: z.enum(ownPurposes), wordingVersion: z.string() })),
    }),
  }),
  giveConsent: route('POST /api/v1/me/consents', {
    permission: 'resident',
    summary: 'Agree to a purpose in the wording that was shown',
    body: z.strictObject({ purpose: z.enum(ownPurposes), wordingVersion }),
    status: 204,
  }),
  withdrawConsent: route('POST /api/v1/me/consents/withdrawals', {
    permission: 'resident',
    summary: 'Withdraw a consent; it holds at once',
    body: z.strictObject({ purpose: z.enum(ownPurposes) }),
    status: 204,
  }),
}
