/** When a volunteer usually has time; 1 is Monday. */
export interface FreeTime {
  readonly weekday: number
  /** 'HH:MM'. */
  readonly from: string
  readonly until: string
}

export interface EmergencyContact {
  readonly name: string
  readonly relation: string
  readonly phone: string
}

/** GB/T 4762. */
export type PoliticalCode = `0${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9}` | `1${0 | 1 | 2 | 3}`

/** What a volunteer tells of himself or herself; all of it optional and changed at will. */
export interface VolunteerProfile {
  readonly skills: readonly string[]
  /** Slugs of the categories in which the volunteer wants to serve. */
  readonly serviceKinds: readonly string[]
  readonly freeTimes: readonly FreeTime[]
  readonly languages: readonly string[]
  readonly beijingNumber: string | null
  readonly nationalNumber: string | null
  readonly politicalCode: PoliticalCode | null
  readonly occupation: string | null
}

export interface Licence {
  readonly id: string
  readonly kind: string
  readonly issuer: string
  readonly proofNumber: string
  /** The last day on which it holds. */
  readonly validUntil: string | null
}

/** Whether something whose last day is given still holds on a date. */
export function holdsOn(validUntil: string | null, date: string): boolean {
  return validUntil === null || date <= validUntil
}

/** Columns under which personal fields are encrypted. */
export const EMERGENCY_COLUMN = 'volunteer.emergency_cipher'
export const PROOF_NUMBER_COLUMN = 'volunteer_licence.proof_number_cipher'
