import type { Unit } from '#modules/orgs/index.ts'
import { addMinutes } from '#platform/dates.ts'

/** A quarter: so long an offering counts without its provider saying that it still stands. */
export const FRESH_DAYS = 90
const DAY_MINUTES = 1_440

export interface Provider {
  readonly kind: 'agency' | 'team'
  readonly id: string
  readonly name: string
  readonly nameEn: string | null
}

/** Hours of a weekday (1 is Monday), in minutes after midnight, half-open. */
export interface OpenHours {
  readonly weekday: number
  readonly fromMinute: number
  readonly untilMinute: number
}

export type TargetGroup =
  | 'all'
  | 'elderly'
  | 'children'
  | 'women'
  | 'disabled'
  | 'farmers'
  | 'veterans'
  | 'party-members'
  | 'jobseekers'

/** What a provider says about an offering. */
export interface OfferingFields {
  readonly categoryId: string
  readonly provider: { readonly kind: 'agency' | 'team'; readonly id: string }
  readonly title: string
  readonly titleEn: string | null
  readonly summary: string
  readonly summaryEn: string | null
  readonly targetGroups: readonly TargetGroup[]
  /** Units that it serves with all below them; none means the whole district. */
  readonly areaUnitIds: readonly string[]
  readonly durationMinutes: number
  readonly headcountMin: number
  readonly headcountMax: number
  /** Working days of notice: 2 means the second working day after today at the earliest. */
  readonly leadWorkingDays: number
  readonly monthlyQuota: number | null
  /** Codes with a text under `catalogue.need.`, or the provider's own words. */
  readonly venueNeeds: readonly string[]
  readonly licenceNeeds: readonly string[]
  /** None means any time. */
  readonly openHours: readonly OpenHours[]
  readonly blackoutDays: readonly string[]
  readonly isRisky: boolean
}

export interface Offering extends Omit<OfferingFields, 'categoryId' | 'provider'> {
  readonly id: string
  readonly category: { readonly id: string; readonly slug: string; readonly name: string; readonly nameEn: string }
  readonly provider: Provider
  /** The agency itself, or the unit at which the team is based. */
  readonly providerUnitId: Unit['id']
  readonly areaNames: readonly string[]
  readonly takenThisMonth: number
  readonly confirmedAt: Date
  readonly freshUntil: Date
  readonly isHidden: boolean
  readonly endedAt: Date | null
  readonly version: number
}

/** From this instant on an offering is hidden unless its provider confirms it. */
export function freshUntil(confirmedAt: Date): Date {
  return addMinutes(confirmedAt, FRESH_DAYS * DAY_MINUTES)
}
