/** What the year's plan says. It is made from a seed alone and never changes while it is played. */

export const PLAN_SEED = 20_181_026
/** The seed's figures (db/seed/yanqing, domain: "群众点单 5217 次，服务 55693 人次"). */
export const ORDERS_OF_YEAR = 5_217
export const PEOPLE_OF_YEAR = 55_693
/** "参与文明实践活动的志愿者从最初的 4800 余人增长至 21216 人", "各级志愿服务队伍达 631 支", "各类文明实践活动 16000 多次". */
export const VOLUNTEERS_OF_YEAR = 21_216
export const VOLUNTEERS_FIRST = 4_800
export const TEAMS_OF_YEAR = 631
export const ACTIVITIES_OF_YEAR = 16_000
/** "截至世园会开园 100 天 … 达 43.6 万人次": the Expo opened on 29 April 2019, so its hundredth day is 6 August; half-open. */
export const TURNS_OF_EXPO = 436_000
export const EXPO_FROM = '2019-04-29'
export const EXPO_UNTIL = '2019-08-07'
/** By the end of these days the volunteers of the beginning have registered themselves. */
export const FIRST_DAYS = 14
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
  /** Registered by the end, members of teams among them, and of these within the first fortnight. */
  readonly volunteers: number
  readonly volunteersFirst: number
  /** Sessions that institutes and stations hold. */
  readonly activities: number
  /** Persons at sessions, each time counted, within the hundred days of the Expo. */
  readonly turns: number
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
  /** What `teams` of a family says. */
  readonly family: string | null
}

/** Somebody who volunteers and is not a team's planned member. */
export interface PlannedVolunteer extends PlannedPerson {
  readonly index: number
  /** 12-digit code of the village. */
  readonly station: string
  /** Registers, by claiming what a list said or alone. */
  readonly at: number
  readonly list: number | null
  readonly skills: readonly string[]
  /** Team joined by the person's own act, and when; null where none is joined. */
  readonly joins: { readonly team: string; readonly at: number; readonly way: 'list' | 'open' | 'application' } | null
  readonly tellsMore: boolean
}

/** A list of people that an institute brings in: each row becomes an invitation, and some nobody claims. */
export interface PlannedList {
  readonly index: number
  readonly township: string
  readonly at: number
  readonly rows: readonly (PlannedPerson & { readonly skills: readonly string[]; readonly team: string | null })[]
}

export type CheckInWay = 'paper' | 'ticks' | 'codes' | 'offline'

export interface PlannedActivity {
  readonly index: number
  /** 12-digit code of the institute or station that organises. */
  readonly unit: string
  /** Team whose leader organises; null where the unit's staff does. */
  readonly team: string | null
  readonly kind: 'reading' | 'expo' | 'long' | 'single'
  readonly what: ActivityWords
  readonly theme: string | null
  /** RFC 5545; null for one session. */
  readonly rule: string | null
  readonly createdAt: number
  /** Indices of its sessions in time's order. */
  readonly sessions: readonly number[]
  /** Places of each session. */
  readonly needed: number
  /** Volunteers who sign up for every session. */
  readonly regulars: readonly number[]
}

export interface ActivityWords {
  readonly title: string
  readonly content: string
  readonly kind: string
  readonly minutes: number
  readonly hours: readonly string[]
  readonly place?: string
  readonly origin?: 'central-theme' | 'station-choice' | 'neighbourly'
  readonly months?: readonly number[]
}

export interface PlannedSession {
  readonly index: number
  readonly activity: number
  readonly from: number
  readonly until: number
  readonly isCancelled: boolean
  readonly way: CheckInWay
  /** When a paper sheet or what a device collected comes in. */
  readonly enteredAt: number
  /** Who comes. */
  readonly people: readonly number[]
  /** Of these, who signs up for this session alone. */
  readonly signUps: readonly number[]
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
  readonly volunteers: readonly PlannedVolunteer[]
  readonly lists: readonly PlannedList[]
  readonly activities: readonly PlannedActivity[]
  readonly sessions: readonly PlannedSession[]
}

export interface PlannedStation {
  readonly code: string
  readonly name: string
  readonly township: string
  readonly townshipName: string
  readonly isVillage: boolean
}
