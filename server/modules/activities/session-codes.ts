import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Tx } from '#platform/db.ts'
import { rotatingCode, type RotatingCodeOptions, verifyRotatingCode } from '#platform/rotating-code.ts'
import { isUuid } from '#platform/tokens.ts'

/** Codes of sessions and of volunteers. None is stored: each follows from a secret of the district and from business time. */
const WINDOW_SECONDS = 30
// Long enough to be read over the telephone; whoever takes the call has a budget of tries.
const PHONE_WINDOW_SECONDS = 600
// A pass can be fetched in the morning where there is a network, and shown all day where there is none.
const DAY_WINDOW_SECONDS = 86_400

export interface ShownCode {
  readonly code: string
  readonly secondsLeft: number
}

export type Verified = { readonly windowsOld: 0 | 1 } | null

/** What the organiser's screen shows. */
export function sessionCode(tx: Tx, sessionId: string, at: Date): ShownCode {
  return shown(ofSession(tx, sessionId, at))
}

export function verifySessionCode(tx: Tx, sessionId: string, at: Date, code: string): Verified {
  return verified(ofSession(tx, sessionId, at), code)
}

/** Six digits for people who call because they have only a telephone. */
export function phoneCode(tx: Tx, sessionId: string, at: Date): ShownCode {
  return shown(ofPhone(tx, sessionId, at))
}

export function verifyPhoneCode(tx: Tx, sessionId: string, at: Date, code: string): Verified {
  return verified(ofPhone(tx, sessionId, at), code)
}

/** A volunteer's own codes: the text of the QR code, six digits to be typed from a list of those expected, and the day's pass. */
export function personalCodes(
  tx: Tx,
  personId: string,
  at: Date,
): { readonly qr: string; readonly digits: string; readonly dayPass: string; readonly secondsLeft: number } {
  const live = shown(ofPerson(tx, personId, at, WINDOW_SECONDS, 'characters'))
  const day = shown(ofPerson(tx, personId, at, DAY_WINDOW_SECONDS, 'characters'))
  return {
    qr: `${personId}.L.${live.code}`,
    digits: rotatingCode(ofPerson(tx, personId, at, WINDOW_SECONDS, 'digits')),
    dayPass: `${personId}.D.${day.code}`,
    secondsLeft: live.secondsLeft,
  }
}

export interface SeenPerson {
  readonly personId: string
  readonly windowsOld: 0 | 1
  readonly isDayPass: boolean
}

/** Whose code this is and whether it held at that moment. @param expected people among whom six digits are looked for */
export function readPersonalCode(tx: Tx, text: string, at: Date, expected: readonly string[]): SeenPerson | null {
  const [personId = '', kind, code = ''] = text.trim().split('.')
  if (isUuid(personId)) {
    const isDayPass = kind === 'D'
    const window = isDayPass ? DAY_WINDOW_SECONDS : WINDOW_SECONDS
    const found = verified(ofPerson(tx, personId, at, window, 'characters'), code)
    return found === null ? null : { personId: personId.toLowerCase(), ...found, isDayPass }
  }
  const matches = expected.flatMap((candidate) => {
    const found = verified(ofPerson(tx, candidate, at, WINDOW_SECONDS, 'digits'), text)
    return found === null ? [] : [{ personId: candidate, ...found, isDayPass: false }]
  })
  // Two people with the same six digits at once: neither is guessed, half a minute later they differ.
  return matches.length === 1 ? matches[0]! : null
}

/** The key with which a device signs what it collects without a network; it follows from what the pack says. */
export function packKey(tx: Tx, pack: string): Buffer {
  return createHmac('sha256', tx.personal.secret('offline-pack')).update(pack).digest()
}

export interface SignedParts {
  readonly id: string
  readonly direction: string
  /** ISO 8601 as the device wrote it. */
  readonly at: string
  readonly code: string | null
  readonly personId: string | null
}

export function signToken(key: Buffer, parts: SignedParts): string {
  const text = [parts.id, parts.direction, parts.at, parts.code ?? '', parts.personId ?? ''].join('|')
  return createHmac('sha256', key).update(text).digest('base64url')
}

export function isSigned(key: Buffer, parts: SignedParts, mac: string): boolean {
  const [given, right] = [Buffer.from(mac), Buffer.from(signToken(key, parts))]
  return given.length === right.length && timingSafeEqual(given, right)
}

function ofSession(tx: Tx, sessionId: string, at: Date): RotatingCodeOptions {
  const subject = `session:${sessionId}`
  return { shape: 'characters', key: tx.personal.secret('check-in-code'), subject, at, windowSeconds: WINDOW_SECONDS }
}

function ofPhone(tx: Tx, sessionId: string, at: Date): RotatingCodeOptions {
  const subject = `session-phone:${sessionId}`
  return { shape: 'digits', key: tx.personal.secret('check-in-code'), subject, at, windowSeconds: PHONE_WINDOW_SECONDS }
}

function ofPerson(
  tx: Tx,
  personId: string,
  at: Date,
  windowSeconds: number,
  shape: RotatingCodeOptions['shape'],
): RotatingCodeOptions {
  const subject = `person:${personId.toLowerCase()}`
  return { shape, key: tx.personal.secret('personal-code'), subject, at, windowSeconds }
}

function shown(options: RotatingCodeOptions): ShownCode {
  const { at, windowSeconds } = options
  return { code: rotatingCode(options), secondsLeft: windowSeconds - (Math.floor(at.getTime() / 1000) % windowSeconds) }
}

function verified(options: RotatingCodeOptions, code: string): Verified {
  const result = verifyRotatingCode(options, code)
  return result.ok ? { windowsOld: result.windowsOld } : null
}
