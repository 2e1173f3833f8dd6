/**
 * Time-based one-time passwords of staff (RFC 6238: SHA-1, six digits, 30 seconds, as every authenticator app expects).
 */
import { Secret, TOTP } from 'otpauth'

const SECRET_BYTES = 20
const STEP_SECONDS = 30
const CODE_DIGITS = 6
// One step on either side: a phone's clock may be off by half a minute, and typing takes time (RFC 6238 section 5.2).
const STEPS_ASIDE_MAX = 1

/** A new shared secret of 160 bits in base32, to be stored encrypted. */
export function newTotpSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32
}

/** The `otpauth://` address that the enrolment QR code shows. `account` and `issuer` may be of any script. */
export function totpUri(secret: string, account: string, issuer: string): string {
  return generator(secret, account, issuer).toString()
}

/**
 * Whether `code` is right at the instant `at`. `step` counts 30-second steps since 1970: the caller stores the last one
 * used and refuses any that is not greater, else a code read over a shoulder works a second time.
 */
export function verifyTotp(secret: string, code: string, at: Date): { ok: true; step: number } | { ok: false } {
  // People type the code in two groups, and Chinese keyboards give full-width digits.
  const token = code.normalize('NFKC').replace(/\s/gu, '')
  if (!/^[0-9]{6}$/u.test(token)) return { ok: false }
  const timestamp = at.getTime()
  const delta = generator(secret).validate({ token, timestamp, window: STEPS_ASIDE_MAX })
  if (delta === null) return { ok: false }
  return { ok: true, step: Math.floor(timestamp / (STEP_SECONDS * 1000)) + delta }
}

function generator(secret: string, account = '', issuer = ''): TOTP {
  return new TOTP({
    secret: Secret.fromBase32(secret),
    label: account,
    issuer,
    algorithm: 'SHA1',
    digits: CODE_DIGITS,
    period: STEP_SECONDS,
  })
}
