import type { Actor } from '#platform/actor.ts'
import type { DocumentKind, SexCode } from './identity.ts'

/** What a role covers and where it may be given; the district's own staff sit at the centre. */
export const ROLE_PLACES = {
  'district-admin': ['centre'],
  'centre-leader': ['centre'],
  dispatcher: ['centre', 'institute'],
  'station-keeper': ['station', 'institute'],
  'phone-agent': ['centre'],
  provider: ['agency'],
  caller: ['centre'],
  'catalogue-editor': ['centre', 'agency'],
  'points-officer': ['centre'],
  auditor: ['centre'],
} as const satisfies Record<string, readonly ('centre' | 'institute' | 'station' | 'agency')[]>

export type Role = keyof typeof ROLE_PLACES

export interface Person {
  readonly id: string
  readonly name: string | null
  readonly phone: string | null
  readonly locale: Actor['locale']
  readonly elderMode: boolean
  readonly homeUnitId: string | null
  /** 'YYYY-MM-DD'; null while nothing needed it. */
  readonly birthDate: string | null
  readonly sexCode: SexCode | null
  readonly document: { readonly kind: DocumentKind; readonly number: string } | null
  readonly erasedAt: Date | null
  /** The account that goes on for this one, after two turned out to be one person's. */
  readonly mergedInto: string | null
}

/** Columns under which personal fields are encrypted and indexed. */
export const PHONE_COLUMN = 'person.phone_cipher'
export const ID_NUMBER_COLUMN = 'person.id_number_cipher'
export const BIRTH_DATE_COLUMN = 'person.birth_date_cipher'
export const LINK_PHONE_COLUMN = 'person_link.to_phone_cipher'
export const STAFF_PHONE_COLUMN = 'staff_phone.phone_cipher'
export const TOTP_COLUMN = 'staff_account.totp_cipher'
export const LOGIN_CODE_COLUMN = 'login_code.code_cipher'

/** One index space for every phone in the district, so that an order's contact is found by the phone's owner. */
export const PHONE_INDEX = 'person.phone_index'

export const ID_NUMBER_INDEX = 'person.id_number_index'
