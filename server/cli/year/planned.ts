/** What the year's plan says. It is made from a seed alone and never changes while it is played. */

export const PLAN_SEED = 20_181_026
/** The seed's figures (db/seed/yanqing, domain: "群众点单 5217 次，服务 55693 人次"). */
export const ORDERS_OF_YEAR = 5_217
export const PEOPLE_OF_YEAR = 55_693
export const YEAR_FROM = '2018-10-26'
export const YEAR_UNTIL = '2019-10-26'

export interface Span {
  readonly seed: number
  /** Dates, half-open. */
  readonly from: string
  readonly until: string
  readonly orders: number
  /** Persons whose service somebody confirmed, by the end. */
  readonly people: number
  /** Share of the generated offerings, teams and stations that take part; 1 is all of them. */
  readonly share: number
}

export interface PlannedOffering {
  readonly index: number
  readonly agency: string
  readonly category: string
  readonly title: { readonly zh: string; readonly en: string }
  readonly summary: { readonly zh: string; readonly en: string }
  readonly targetGroups: readonly string[]
  readonly durationMinutes: number
  readonly headcountMin: number
  readonly headcountMax: number
  readonly leadWorkingDays: number
  readonly monthlyQuota: number
  readonly venue: string
  /** 12-digit codes of townships; none is the whole district. */
  readonly townships: readonly string[]
  /** Months in which it is asked for most; none is any. */
  readonly months: readonly number[]
  readonly hasLicence: boolean
  /** When its provider publishes it; null for those that a district starts with. */
  readonly publishedAt: number | null
}

export interface PlannedPerson {
  readonly phone: string
  readonly name: string
}

export interface PlannedTeam {
  readonly index: number
  readonly key: string
  readonly name: string
  readonly nameEn: string
  readonly tier: 'corps' | 'branch' | 'squad'
  /** 12-digit code of the unit it belongs to. */
  readonly code: string
  readonly servesDistrict: boolean
  readonly categories: readonly string[]
  readonly visitsPerWeekMax: number
  readonly foundedAt: number
  /** The first leads. */
  readonly members: readonly PlannedPerson[]
}

/** How an order is to end by the plan's last day. */
export type Fate = 'served' | 'unheard' | 'cancelled' | 'answered' | 'merged' | 'open'
export type Channel = 'web' | 'proxy' | 'batch' | 'phone' | 'paper'
export type Way = 'agency' | 'professional' | 'village-team' | 'township-team' | 'centre'
export type OfferAnswer = 'accept' | 'decline' | 'silent'

/** Where an order that stays open, or that is cancelled, stands then. */
export type Stop = 'submitted' | 'dispatching' | 'offered' | 'accepted' | 'scheduled' | 'delivered'

export interface PlannedOrder {
  readonly no: number
  readonly at: number
  /** Orders of one batch are placed by one call; the first of them places all. */
  readonly batch: readonly number[] | null
  readonly channel: Channel
  readonly station: string
  readonly category: string
  readonly offering: number | null
  readonly title: string
  readonly details: string
  readonly targetGroup: string
  readonly headcount: number
  /** How many came, if it is served. */
  readonly people: number
  readonly window: { readonly from: number; readonly until: number } | null
  readonly durationMinutes: number
  readonly isEvening: boolean
  readonly urgency: 'normal' | 'urgent'
  readonly risks: readonly string[]
  readonly contact: PlannedPerson
  readonly address: string | null
  readonly venue: string
  readonly relation: string | null
  readonly way: Way
  readonly agency: string
  /** Team of the first invitation; null where an agency is bound. */
  readonly team: string | null
  readonly fate: Fate
  readonly stop: Stop
  readonly twists: Twists
}

/** What does not go smoothly, and how the requester judges. */
export interface Twists {
  /** Late in the year everything goes straight, so that what is to be served is served in time. */
  readonly isBrisk: boolean
  readonly triageLate: boolean
  readonly answers: readonly OfferAnswer[]
  readonly claim: boolean
  readonly isReturned: boolean
  readonly isPaused: boolean
  readonly isDisputed: boolean
  readonly isReopened: boolean
  readonly isDeferred: boolean
  readonly opensPage: boolean
  readonly confirmsFirst: boolean
  readonly isSilent: boolean
  readonly stars: number
  readonly callsInVain: number
  /** Number of the order it repeats, if it is merged. */
  readonly repeats: number | null
  /** Which of the ways out triage takes. */
  readonly exit: number
}

export interface YearPlan {
  readonly span: Span
  readonly fromMs: number
  readonly untilMs: number
  readonly stations: readonly PlannedStation[]
  readonly offerings: readonly PlannedOffering[]
  readonly teams: readonly PlannedTeam[]
  readonly orders: readonly PlannedOrder[]
}

export interface PlannedStation {
  readonly code: string
  readonly name: string
  readonly township: string
  readonly townshipName: string
  readonly isVillage: boolean
}
