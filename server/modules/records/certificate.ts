/**
 * The life of a certificate. It belongs to the organisation that recorded the hours (who organises records, who records
 * certifies); the district and this platform issue nothing.
 *
 *   requested   the volunteer asked; a handler of the organisation has to prepare it
 *   on-notice   prepared from booked hours, shown in the unit for as long as the rule says
 *   objected    somebody objected: the notice stands still until another person than the handler answered
 *   ready       the notice is over; somebody in charge, who is not the handler, has to sign it off
 *   issued      it has a serial number and a public page
 *   superseded  hours that it counts were corrected afterwards
 *   revoked     taken back, with the reason
 *   refused     not issued, with the reason
 *   withdrawn   the volunteer no longer wants it
 */
import { addDays, dateIn, startOfDate } from '#platform/dates.ts'
import type { WorkingCalendar } from '#platform/calendar.ts'
import { checkIdNumber } from '#platform/national-codes.ts'

export type CertificateState =
  | 'requested'
  | 'on-notice'
  | 'objected'
  | 'ready'
  | 'issued'
  | 'superseded'
  | 'revoked'
  | 'refused'
  | 'withdrawn'

export const OPEN_STATES = [
  'requested',
  'on-notice',
  'objected',
  'ready',
] as const satisfies readonly CertificateState[]

export type IdType = 'resident-id' | 'passport' | 'hk-macau-permit' | 'taiwan-permit' | 'permanent-residence'

export interface Certificate {
  readonly id: string
  readonly personId: string
  /** Who recorded the hours. */
  readonly unitId: string
  /** Who issues: the same, or whoever stands in for a unit that is gone. */
  readonly issuerUnitId: string
  readonly fromDay: string
  readonly untilDay: string
  readonly purpose: string
  readonly state: CertificateState
  readonly nextStep: 'prepare' | 'wait-notice' | 'answer-objection' | 'sign-off' | null
  readonly dueAt: Date | null
  readonly holderName: string
  readonly idType: IdType
  readonly idNumberCipher: Buffer | null
  readonly volunteerNumber: string | null
  readonly requestedAt: Date
  readonly verifiedMinutes: number
  readonly claimedMinutes: number
  readonly handlerId: string | null
  readonly handlerName: string | null
  readonly contact: string | null
  readonly remarks: string
  readonly preparedAt: Date | null
  readonly noticeUntil: Date | null
  readonly stoppedAt: Date | null
  readonly inChargeId: string | null
  readonly inChargeName: string | null
  readonly issuedAt: Date | null
  readonly serial: string | null
  readonly codeHash: Buffer | null
  readonly codeCipher: Buffer | null
  readonly issuerName: string | null
  readonly sealFileId: string | null
  readonly endedReason: string | null
  readonly endedAt: Date | null
  readonly version: number
}

/** Hours that a certificate counts. */
export interface CertificateLine {
  readonly recordId: string
  readonly day: string
  readonly title: string
  readonly minutes: number
  readonly class: 'verified' | 'claimed'
}

export interface RecordRule {
  readonly noticeDays: number
  readonly noticeCountsWorkingDays: boolean
  readonly prepareWorkingDays: number
  readonly signWorkingDays: number
  readonly answerWorkingDays: number
}

/** More booked times than this are two certificates. */
export const LINES_MAX = 2_000

export const ID_NUMBER_COLUMN = 'certificate.id_number_cipher'
export const CODE_COLUMN = 'certificate.code_cipher'

/**
 * When a notice that begins now may end. The day on which it is posted does not count; it ends when the last of the days that
 * count is over.
 */
export function noticeEnd(now: Date, rule: RecordRule, calendar: WorkingCalendar): Date {
  const posted = dateIn(now, calendar.zone)
  let last = posted
  for (let counted = 0; counted < rule.noticeDays;) {
    last = addDays(last, 1)
    if (!rule.noticeCountsWorkingDays || calendar.isWorkingDay(last)) counted += 1
  }
  return startOfDate(addDays(last, 1), calendar.zone)
}

/** The number in its canonical spelling, or null when it cannot be one of its type. */
export function idNumberOf(type: IdType, text: string): string | null {
  const plain = text.normalize('NFKC').replace(/[\s-]/gu, '').toUpperCase()
  if (type === 'resident-id') return checkIdNumber(plain).ok ? plain : null
  return SHAPES[type].test(plain) ? plain : null
}

// As printed on the documents: only the shape can be told, there is no check character.
const SHAPES: Readonly<Record<Exclude<IdType, 'resident-id'>, RegExp>> = {
  passport: /^[A-Z0-9]{5,12}$/u,
  'hk-macau-permit': /^[HM]\d{8,10}$/u,
  'taiwan-permit': /^\d{8,10}$/u,
  'permanent-residence': /^(?:[A-Z]{3}\d{12}|9\d{16}[\dX])$/u,
}

const SERIAL_DIGITS_MIN = 4

/** `110119100201-2026-0007`: the organisation's code, the year and the number within both. */
export function serialOf(prefix: string, year: number, number: number): string {
  return `${prefix}-${year}-${String(number).padStart(SERIAL_DIGITS_MIN, '0')}`
}
