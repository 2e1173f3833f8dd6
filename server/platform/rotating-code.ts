/**
 * Codes that change with time for a check-in: the screen at the venue shows one, or the volunteer's own phone does, and
 * it is worth nothing a minute later. HMAC-SHA-256 of subject, window length and window number, in one of two shapes:
 * six digits to type, or eight characters for a QR code.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import assert from 'node:assert/strict'

export interface RotatingCodeOptions {
  /** Secret of at least 16 bytes that the two sides share. */
  readonly key: Uint8Array
  /** What the code is for, such as `session:<id>`; other subjects have other codes. */
  readonly subject: string
  readonly at: Date
  readonly windowSeconds: number
  /** Six digits are guessed once in 500,000 tries over the two accepted windows: the caller limits tries. */
  readonly shape: 'digits' | 'characters'
}

const KEY_BYTES_MIN = 16
const DIGITS = 6
const CHARACTERS = 8
// Crockford's base 32: no I, L, O or U. Its 32 signs divide a byte's values evenly.
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** The code of the window that holds `at`. */
export function rotatingCode(options: RotatingCodeOptions): string {
  return codeOfWindow(options, windowNumber(options))
}

/**
 * Whether `code` is that of the current window or the one before it. `windowsOld` is 0 or 1 and goes into the
 * evidence; `window` is the number of the code's window, by which the caller can refuse a second use.
 */
export function verifyRotatingCode(
  options: RotatingCodeOptions,
  code: string,
): { ok: true; window: number; windowsOld: 0 | 1 } | { ok: false } {
  const given = Buffer.from(canonical(code, options.shape))
  const current = windowNumber(options)
  for (const windowsOld of [0, 1] as const) {
    const window = current - windowsOld
    if (window < 0) continue
    const expected = Buffer.from(codeOfWindow(options, window))
    if (given.length === expected.length && timingSafeEqual(given, expected)) return { ok: true, window, windowsOld }
  }
  return { ok: false }
}

function windowNumber({ at, windowSeconds }: RotatingCodeOptions): number {
  assert(Number.isInteger(windowSeconds) && windowSeconds > 0, 'windowSeconds out of range')
  const window = Math.floor(at.getTime() / (windowSeconds * 1000))
  assert(window >= 0, 'at is not an instant since 1970')
  return window
}

function codeOfWindow({ key, subject, windowSeconds, shape }: RotatingCodeOptions, window: number): string {
  assert(key.length >= KEY_BYTES_MIN, 'the key is too short')
  // The subject, the only free part, stands last, so no two inputs spell the same bytes.
  const mac = createHmac('sha256', key).update(`${shape}:${windowSeconds}:${window}:${subject}`).digest()
  if (shape === 'characters') {
    return Array.from(mac.subarray(0, CHARACTERS), (byte) => ALPHABET.charAt(byte % ALPHABET.length)).join('')
  }
  // Six of 48 bits: the most likely code is more likely than the least by one part in 280 million.
  return String(mac.readUIntBE(0, 6) % 10 ** DIGITS).padStart(DIGITS, '0')
}

/** What a person typed, as the code is spelt: blanks and dashes away, full-width signs narrowed, O as 0, I and L as 1. */
function canonical(code: string, shape: RotatingCodeOptions['shape']): string {
  const plain = code.normalize('NFKC').replace(/[\s\p{Pd}]/gu, '')
  if (shape === 'digits') return plain
  return plain.toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/gu, '1')
}
