import type { ScorePart } from './problem.ts'

/** One stop of a tour: a visit, or the fetching of supplies. */
export interface Stop {
  /** Absent at the supplies place. */
  readonly order?: string
  readonly arrivesMinute: number
  readonly startsMinute: number
  readonly endsMinute: number
}

export interface Tour {
  readonly teamDay: string
  readonly departsMinute: number
  readonly returnsMinute: number
  readonly stops: readonly Stop[]
}

/** The plan's price by part, in equivalent minutes; `total` is their sum. */
export interface PlanCost {
  readonly travel: number
  readonly work: number
  readonly fixed: number
  readonly assignment: number
  readonly lateness: number
  readonly fairness: number
  readonly coverage: number
  readonly unserved: number
  readonly total: number
}

/**
 * Why a team-day does not take an order. `NO_SKILL` to `LOCKED` say what the team-day is; `LIMIT` that a limit it shares with others is
 * used up (a vehicle, a week); `VISITS` to `WORK_MINUTES` what its tour has no room for; `TRAVEL` that not even an empty tour reaches the order in time; `SEVERAL` that no single constraint is known to
 * stand in the way; `OUTBID` that it would fit, but costs more than leaving the order out.
 */
export type RejectionCode =
  | 'NO_SKILL'
  | 'NOT_ELIGIBLE'
  | 'NO_DAY'
  | 'LOCKED'
  | 'LIMIT'
  | 'VISITS'
  | 'LOAD'
  | 'SUPPLIES'
  | 'WINDOW'
  | 'SHIFT'
  | 'TRAVEL'
  | 'WORK_MINUTES'
  | 'SEVERAL'
  | 'OUTBID'

export interface Rejection {
  readonly code: RejectionCode
  readonly teamDays: number
}

/** One constraint let go on one team-day, and what the insertion would then cost. */
export interface Relaxation {
  readonly code: RejectionCode
  readonly teamDay: string
  readonly addedMinutes: number
}

export interface Unserved {
  readonly order: string
  readonly rejections: readonly Rejection[]
  /** The cheapest single constraint that would let the order in; absent when no single one would. */
  readonly relaxation?: Relaxation
}

export interface Plan {
  readonly tours: readonly Tour[]
  readonly unserved: readonly Unserved[]
  readonly cost: PlanCost
  /** A proven lower bound of `cost.total`, when one was computed. */
  readonly bound?: number
  /** What the bound's proof pays for the scarce things, when there is a bound. */
  readonly prices?: PlanPrices
  readonly trace: PlanTrace
}

/**
 * Shadow prices in equivalent minutes (the duals of the master problem): what one order less, one more day of a team, one minute of
 * load less on a team, one visit less owed to a village, or one more of a shared limit would save. Zeros are left out.
 */
export interface PlanPrices {
  readonly orders: Readonly<Record<string, number>>
  readonly teamDays: Readonly<Record<string, number>>
  readonly teamMinutes: Readonly<Record<string, number>>
  readonly villages: Readonly<Record<string, number>>
  /** One more of a shared limit. */
  readonly limits: Readonly<Record<string, number>>
}

/** How the plan came about: the same problem, engine, seed and iterations give the same plan. */
interface PlanTrace {
  readonly engine: string
  readonly seed: number
  readonly iterations: number
  readonly improvements: number
}

export interface ScoredPart {
  readonly part: ScorePart
  readonly minutes: number
}
