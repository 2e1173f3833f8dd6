/** Where an activity comes from: the centre's theme, a station's own choice, neighbours for neighbours, or an order. */
export const ORIGINS = ['central-theme', 'station-choice', 'neighbourly', 'order'] as const
export type Origin = (typeof ORIGINS)[number]

export type ActivityState = 'draft' | 'published' | 'cancelled'
export type SessionState = 'planned' | 'cancelled' | 'held'
export type SignUpState = 'signed-up' | 'waiting' | 'offered' | 'withdrawn' | 'lapsed' | 'cancelled'

export interface RolePlan {
  readonly name: string
  readonly needed: number
  readonly skills: readonly string[]
  readonly licences: readonly string[]
  readonly ageMin: number | null
}

/** What an activity is, before it has a time. A template holds a part of it. */
export interface ActivityPlan {
  readonly origin: Origin
  readonly orderId: string | null
  readonly themeId: string | null
  readonly campaignId: string | null
  readonly title: string
  readonly description: string
  readonly content: string
  readonly beneficiaries: string
  /** To the door: where exactly people meet. */
  readonly place: string
  readonly placeUnitId: string
  readonly risks: string
  readonly protection: string
  readonly insurance: string
  readonly personInCharge: string
  readonly recorder: string
  readonly membersOnly: boolean
  readonly needsInsurance: boolean
  readonly needsHealth: boolean
  readonly offerMinutes: number
  /** What kind of thing it is; a kind that does not count as volunteering is refused. */
  readonly kindSlug: string | null
  /** How long a session lasts. */
  readonly minutes: number
  /** Minutes before the start at which sign-up closes. */
  readonly closesMinutesBefore: number
  readonly roles: readonly RolePlan[]
}

/** What a template or an organiser has said so far. */
export type PartialPlan = { readonly [K in keyof ActivityPlan]?: ActivityPlan[K] | undefined }

export interface Activity extends Omit<ActivityPlan, 'minutes' | 'closesMinutesBefore' | 'roles'> {
  readonly id: string
  readonly unitId: string
  readonly teamId: string | null
  readonly recurrence: string | null
  readonly state: ActivityState
  readonly cancelReason: string | null
  readonly version: number
}

export interface SessionRole extends RolePlan {
  readonly id: string
  readonly taken: number
}

export interface Session {
  readonly id: string
  readonly activityId: string
  readonly startsAt: Date
  readonly endsAt: Date
  readonly place: string
  readonly placeUnitId: string
  readonly signUpFrom: Date | null
  readonly signUpUntil: Date
  readonly state: SessionState
  readonly cancelReason: string | null
  readonly version: number
  readonly roles: readonly SessionRole[]
}

/** A year of weekly sessions; whoever plans more plans again. */
export const SESSIONS_MAX = 60
export const SESSION_DAYS_AHEAD_MAX = 366

// Check-in opens an hour before the start, and who leaves late may check out an hour after the end.
export const CHECK_IN_EARLY_MINUTES = 60
export const CHECK_OUT_LATE_MINUTES = 60
