import { openSession } from '#platform/auth/sessions.ts'
import { verifyAgainstNothing, verifyPassword } from '#platform/password.ts'
import { verifyTotp } from '#platform/totp.ts'
import type { Work } from '#platform/work.ts'
import { openTotp } from './person-rows.ts'
import { refuse } from './refusals.ts'
import type { SignIn } from './sign-in-resident.ts'
import { countFailure, countSuccess, lockAccountByLogin } from './staff-rows.ts'

const FAILURES_MAX = 5
const LOCK_MINUTES = 15

/**
 * Signs staff in with password and one-time password. The answer does not tell which of the three was wrong, nor, by its
 * time, whether the login exists. A one-time password works once (RFC 6238 section 5.2).
 * @param at real time: an authenticator knows no demonstration clock
 */
export async function signInStaff(
  work: Work,
  given: { login: string; password: string; totp: string },
  at: Date,
): Promise<SignIn> {
  const account = await lockAccountByLogin(work.tx, given.login)
  if (
    account === undefined ||
    account.passwordHash === null ||
    account.totpCipher === null ||
    account.disabledAt !== null
  ) {
    await verifyAgainstNothing(given.password)
    return { refusal: refuse('sign-in-failed') }
  }
  if (account.lockedMinutes !== null) return { refusal: refuse('account-locked', { minutes: account.lockedMinutes }) }
  const passwordRight = await verifyPassword(account.passwordHash, given.password)
  const totp = verifyTotp(openTotp(work.tx, account.personId, account.totpCipher), given.totp, at)
  if (!passwordRight || !totp.ok) {
    await countFailure(work.tx, account.personId, FAILURES_MAX, LOCK_MINUTES)
    work.audit({ action: 'people.sign-in-failed', subject: { kind: 'person', id: account.personId } })
    return { refusal: refuse('sign-in-failed') }
  }
  if (account.totpLastStep !== null && totp.step <= account.totpLastStep)
    return { refusal: refuse('totp-used', {}, { field: 'totp' }) }
  await countSuccess(work.tx, account.personId, totp.step)
  work.audit({ action: 'people.sign-in', subject: { kind: 'person', id: account.personId } })
  return { token: await openSession(work.tx, account.personId, 'staff'), personId: account.personId }
}
