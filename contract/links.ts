import * as z from 'zod/mini'
import { idParams, instant, line, phone, route, uuid } from './kit.ts'
import { consentRow, ownPurposes, wordingVersion } from './account.ts'

const code = z.string().check(z.regex(/^\d{6}$/u, { error: 'code' }))

/**
 * Ties between people that both confirm: a household, or a minor's guardian. Staff ask too: whoever decides about hours names the
 * people with whom he or she lives, the own account as a resident first of all.
 */
export const linkRoutes = {
  listMyLinks: route('GET /api/v1/me/links', {
    permission: 'signed-in',
    summary: 'My household and guardianships, and what others ask of my phone',
    answer: z.object({
      rows: z.array(
        z.object({
          id: uuid,
          kind: z.enum(['household', 'guardian']),
          state: z.enum(['asked', 'confirmed']),
          isAsker: z.boolean(),
          relation: z.string(),
          otherName: z.nullable(z.string()),
          phoneMasked: z.nullable(z.string()),
          /** In a question asked of me as a guardian: whether the child is under 14 and needs the separate consent. */
          isUnder14: z.boolean(),
          wardId: z.nullable(uuid),
          askedAt: instant,
        }),
      ),
    }),
  }),
  askLink: route('POST /api/v1/me/links', {
    permission: 'signed-in',
    summary: 'Ask the holder of a phone to confirm a household, or to be my guardian',
    body: z.strictObject({ kind: z.enum(['household', 'guardian']), phone, relation: line(20) }),
    status: 201,
    answer: z.object({ id: uuid }),
    budget: { calls: 10, seconds: 86_400 },
  }),
  answerLink: route('POST /api/v1/me/links/:id/answer', {
    permission: 'resident',
    summary: 'Answer what was asked of my phone; as a guardian with a code that was just sent to it',
    params: idParams,
    body: z.strictObject({ agrees: z.boolean(), code: z.nullable(code), childConsent: z.boolean() }),
    status: 204,
    withoutClientId: true,
  }),
  endLink: route('POST /api/v1/me/links/:id/end', {
    permission: 'signed-in',
    summary: 'End a household or a guardianship, from either side',
    params: idParams,
    status: 204,
  }),
  readWard: route('GET /api/v1/me/wards/:id', {
    permission: 'resident',
    summary: 'Consents of a minor whose guardian I am, and who looked at the minor’s data',
    params: idParams,
    answer: z.object({
      name: z.nullable(z.string()),
      isUnder14: z.boolean(),
      consents: z.array(consentRow),
      current: z.array(z.object({ purpose: z.enum(ownPurposes), wordingVersion: z.string() })),
      looks: z.array(z.object({ at: instant, by: z.string(), purpose: z.string(), fields: z.array(z.string()) })),
    }),
  }),
  setWardConsent: route('POST /api/v1/me/wards/:id/consents', {
    permission: 'resident',
    summary: 'Give or withdraw a consent for a minor whose guardian I am',
    params: idParams,
    body: z.strictObject({ purpose: z.enum(ownPurposes), agrees: z.boolean(), wordingVersion }),
    status: 204,
  }),
}
