import { createHash, timingSafeEqual } from 'node:crypto'
import { openSession } from '#platform/auth/sessions.ts'
import { normalisePhone } from '#platform/national-codes.ts'
import type { Refusal } from '#platform/refusal.ts'
import { newOneTimeCode, newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import {
  countLoginAttempt,
  findPersonByPhone,
  insertLoginCode,
  insertPerson,
  lockLoginCode,
  sealLoginCode,
  updatePerson,
} from './person-rows.ts'
import { refuse } from './refusals.ts'

/** Job that tells a higher module to send the code; its data is sealed, because jobs are kept for a while. */
export const LOGIN_CODE_MADE = 'people.login-code-made'

const CODE_DIGITS = 6
export const CODE_MINUTES = 5
export const CODE_WAIT_SECONDS = 60
const TRIES_MAX = 5

/** Makes a login code for a phone; whether anybody is registered under it is not told. */
export async function requestLoginCode(work: Work, phoneAsTyped: string): Promise<void> {
  const phone = normalisedPhone(phoneAsTyped)
  const id = newUuid7(work.now)
  const code = newOneTimeCode(CODE_DIGITS)
  await insertLoginCode(work.tx, id, phone, hashOf(id, code), CODE_MINUTES)
  work.enqueue({
    name: LOGIN_CODE_MADE,
    data: { id, sealed: sealLoginCode(work.tx, id, phone, code), locale: work.actor.locale },
  })
}

export type SignIn = { readonly token: string; readonly personId: string } | { readonly refusal: Refusal }

/**
 * Signs a resident in by phone and code. The first time this registers the person, who holds the phone and typed the code:
 * nobody else can do it for them (promise 4).
 */
export async function signInResident(
  work: Work,
  given: { phone: string; code: string; name?: string | undefined },
): Promise<SignIn> {
  const phone = normalisedPhone(given.phone)
  const refusal = await useCode(work, phone, given.code)
  if (refusal !== null) return { refusal }
  const known = await findPersonByPhone(work.tx, phone)
  const personId =
    known ?? (await insertPerson(work.tx, work.now, { name: given.name ?? null, phone, locale: work.actor.locale }))
  if (known !== undefined && given.name !== undefined) await updatePerson(work.tx, known, { name: given.name })
  work.audit({
    action: known === undefined ? 'people.register' : 'people.sign-in',
    subject: { kind: 'person', id: personId },
  })
  return { token: await openSession(work.tx, personId, 'resident'), personId }
}

/**
 * Uses up the code that was sent to a phone: whoever types it holds the phone.
 * @returns the refusal, which the caller gives after the commit, because a wrong try is counted
 */
export async function useCode(work: Work, phone: string, code: string): Promise<Refusal | null> {
  const stored = await lockLoginCode(work.tx, phone)
  if (stored === undefined || stored.attempts >= TRIES_MAX) return refuse('code-gone', {}, { field: 'code' })
  const right = timingSafeEqual(stored.codeHash, hashOf(stored.id, code))
  await countLoginAttempt(work.tx, stored.id, right)
  return right ? null : refuse('code-wrong', { left: TRIES_MAX - stored.attempts - 1 }, { field: 'code' })
}

/** The national form of a phone number, or the refusal that names the field. */
export function normalisedPhone(asTyped: string, field = 'phone'): string {
  const phone = normalisePhone(asTyped)
  if (phone === null) throw refuse('phone-invalid', {}, { field })
  return phone
}

function hashOf(id: string, code: string): Buffer {
  return createHash('sha256').update(`${id} ${code}`).digest()
}
