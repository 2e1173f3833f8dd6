/** Session tokens, one-time codes and identifiers: everything that must be unpredictable or unique. */
import { hash, randomBytes, randomInt } from 'node:crypto'
import assert from 'node:assert/strict'

const TOKEN_BYTES = 32
const TOKEN_SHAPE = /^([1-9][0-9]{5})\.[A-Za-z0-9_-]{43}$/
const CODE_DIGITS_MIN = 4
const CODE_DIGITS_MAX = 12
const UUID_SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i

/**
 * A new session token `<district>.<43 characters>` with 256 random bits, and the hash to store in its place. The
 * district stands in clear, because the row can be looked up only after the district's policy is in force.
 * @param districtId county code of GB/T 2260, six digits
 */
export function newSessionToken(districtId: number): { token: string; hash: Buffer } {
  const token = `${districtId}.${randomBytes(TOKEN_BYTES).toString('base64url')}`
  assert(TOKEN_SHAPE.test(token), 'districtId is not a district code')
  return { token, hash: hashToken(token) }
}

/** SHA-256 of the whole token: 32 bytes. A token has 256 random bits, so a slow hash would add nothing. */
export function hashToken(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}

/** The district a token claims, or null when it has not the shape of a token. It is a claim until the hash is found there. */
export function districtOfToken(token: string): number | null {
  const match = TOKEN_SHAPE.exec(token)
  return match === null ? null : Number(match[1])
}

/** A code of 4 to 12 decimal digits for an SMS or a PIN, each equally likely, leading zeros kept. */
export function newOneTimeCode(digits: number): string {
  assert(Number.isInteger(digits) && digits >= CODE_DIGITS_MIN && digits <= CODE_DIGITS_MAX, 'digits out of range')
  return String(randomInt(10 ** digits)).padStart(digits, '0')
}

// The last millisecond used and the counter within it. The counter fills the 12 bits `rand_a` (RFC 9562 section 6.2, method 1).
let lastMs = -1
let counter = 0
const COUNTER_MAX = 0xfff
const COUNTER_SEED_MAX = 0x7ff
const TIME_MS_MAX = 2 ** 48 - 1

// Random digits are drawn many at a time: a call for eight bytes costs as much as one for thousands.
const RANDOM_BYTES = 4_096
const ID_DIGITS = 16
let randomDigits = ''
let randomAt = 0

/**
 * A UUIDv7 (RFC 9562) in lower case. Each is greater than the one before it in this process, also when `now` stands
 * still or goes back (a demo clock does): the time field then keeps the latest millisecond that was used.
 */
export function newUuid7(now: Date): string {
  const nowMs = now.getTime()
  assert(nowMs >= 0 && nowMs < TIME_MS_MAX, 'now is outside the range of UUIDv7')
  if (nowMs > lastMs) {
    lastMs = nowMs
    // Only the lower half of the counter is drawn, which leaves at least 2,048 ids in each millisecond.
    counter = randomInt(COUNTER_SEED_MAX + 1)
  } else if (counter < COUNTER_MAX) {
    counter += 1
  } else {
    lastMs += 1
    counter = randomInt(COUNTER_SEED_MAX + 1)
  }
  if (randomAt === randomDigits.length) {
    randomDigits = randomBytes(RANDOM_BYTES).toString('hex')
    randomAt = 0
  }
  const time = lastMs.toString(16).padStart(12, '0')
  const version = (0x7000 | counter).toString(16)
  // The variant takes two bits of the first random digit.
  const variant = (0x8 | (Number.parseInt(randomDigits[randomAt]!, 16) & 0x3)).toString(16)
  const random = randomDigits.slice(randomAt + 1, randomAt + ID_DIGITS)
  randomAt += ID_DIGITS
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}-${variant}${random.slice(0, 3)}-${random.slice(3)}`
}

/** Whether a text is a UUID of RFC 9562 (versions 1 to 8) in the usual spelling, either case. */
export function isUuid(text: string): boolean {
  return UUID_SHAPE.test(text)
}
