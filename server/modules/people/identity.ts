import { dateIn } from '#platform/dates.ts'
import { checkIdNumber, type CodeFault } from '#platform/national-codes.ts'

/**
 * Documents by which a person can be known. Those with an 18-character number carry birth date, sex and the check character of
 * GB 11643; of the others only the form is known, and the birth date is asked.
 */
export const DOCUMENT_KINDS = {
  'resident-id': /^[1-7]\d{16}[\dX]$/u,
  'hmt-residence': /^8[123]\d{15}[\dX]$/u,
  'foreign-residence': /^9\d{16}[\dX]$/u,
  'hmt-travel': /^(?:[HM]\d{8}(?:\d{2})?|\d{8}(?:\d{2})?)$/u,
  passport: /^[A-Z0-9]{5,15}$/u,
} as const satisfies Record<string, RegExp>
export type DocumentKind = keyof typeof DOCUMENT_KINDS

const CARRYING_A_BIRTH_DATE: readonly DocumentKind[] = ['resident-id', 'hmt-residence', 'foreign-residence']

export function carriesBirthDate(kind: DocumentKind): boolean {
  return CARRYING_A_BIRTH_DATE.includes(kind)
}

export interface IdentityDocument {
  readonly kind: DocumentKind
  /** In the form to store. */
  readonly number: string
  /** Null where the number does not say. */
  readonly birthDate: string | null
  readonly sexCode: SexCode | null
}

/** GB/T 2261.1. */
export type SexCode = 1 | 2

export type DocumentCheck =
  | { readonly ok: true; readonly document: IdentityDocument }
  | { readonly ok: false; readonly fault: CodeFault }

/** Checks the number of a document by what its kind knows; no register is asked. */
export function checkDocument(kind: DocumentKind, text: string): DocumentCheck {
  const number = text.normalize('NFKC').replaceAll(/[\s-]/gu, '').toUpperCase()
  if (!carriesBirthDate(kind)) {
    if (!DOCUMENT_KINDS[kind].test(number)) return { ok: false, fault: 'characters' }
    return { ok: true, document: { kind, number, birthDate: null, sexCode: null } }
  }
  const checked = checkIdNumber(number)
  if (!checked.ok) return checked
  if (!DOCUMENT_KINDS[kind].test(checked.idNumber)) return { ok: false, fault: 'characters' }
  const { idNumber, birthDate, sex } = checked
  return { ok: true, document: { kind, number: idNumber, birthDate, sexCode: sex === 'male' ? 1 : 2 } }
}

/** What is stored and indexed of a document: the same digits on two kinds of paper are two documents. */
export function documentText({ kind, number }: Pick<IdentityDocument, 'kind' | 'number'>): string {
  return `${kind} ${number}`
}

export function documentOf(text: string): { kind: DocumentKind; number: string } {
  const at = text.indexOf(' ')
  return { kind: text.slice(0, at) as DocumentKind, number: text.slice(at + 1) }
}

export const FULL_AGE_YEARS = 18
/** Below it a child's data are sensitive and every consent is the guardian's (PIPL art. 28 and 31). */
export const OWN_CONSENT_AGE_YEARS = 14

/** Completed years of life on a date; one who was born on 29 February becomes older on 1 March. */
export function ageOn(birthDate: string, date: string): number {
  const years = Number(date.slice(0, 4)) - Number(birthDate.slice(0, 4))
  return date.slice(5) < birthDate.slice(5) ? years - 1 : years
}

export function isMinor(birthDate: string | null, now: Date): boolean {
  return birthDate !== null && ageOn(birthDate, dateIn(now)) < FULL_AGE_YEARS
}

export function isUnder14(birthDate: string | null, now: Date): boolean {
  return birthDate !== null && ageOn(birthDate, dateIn(now)) < OWN_CONSENT_AGE_YEARS
}
