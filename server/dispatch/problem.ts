/**
 * What the optimiser is asked: visits to place into team-days. Times are minutes of the day (the public benchmark families read
 * their own unit as minutes); every cost is in equivalent minutes, so one number explains every trade. Nothing here knows the
 * database: a caller builds the problem, `problem-faults.ts` refuses a bad one, `solve.ts` answers with a `Plan`.
 */

/** Travel between places, row-major: entry `from * placeCount + to`. Asymmetric tables are allowed. */
export interface TravelTable {
  readonly name: string
  readonly placeCount: number
  readonly minutes: Float64Array
  /** Cost of each leg where it differs from its minutes. */
  readonly cost?: Float64Array
}

/** A visit may start within `[opensMinute, closesMinute]` on `day`; without a day, on every day. */
export interface OrderWindow {
  readonly day?: string
  readonly opensMinute: number
  readonly closesMinute: number
}

/** The named part of a score: the codes of the explanation. Their texts belong to i18n. */
export type ScorePart =
  | 'travel'
  | 'work'
  | 'fixed'
  | 'fairness'
  | 'coverage'
  | 'pairing'
  | 'continuity'
  | 'evaluation'
  | 'quota'
  | 'skill'
  | 'lateness'
  | 'waiting'
  | 'load'
  | 'change'

/** Added when the order is served by `team` (any when absent) on `day` (any when absent); negative minutes are a bonus. */
export interface AssignmentCost {
  readonly part: ScorePart
  readonly team?: string
  readonly day?: string
  readonly minutes: number
}

export interface Order {
  readonly id: string
  /** Index into the travel tables. */
  readonly place: number
  readonly serviceMinutes: number
  /** One of these must hold; at least one. */
  readonly windows: readonly OrderWindow[]
  /** The team must have all of them. */
  readonly skills: readonly string[]
  /** Use of each capacity dimension, in the order of `DispatchProblem.loadNames`. */
  readonly loads: readonly number[]
  /** Price of leaving the order out, in equivalent minutes; `null` means that it must be served. */
  readonly unservedCost: number | null
  /** For the coverage rows. */
  readonly village?: string
  /** Team-days that alone may serve it (area, category, audience); absent means all. */
  readonly teamDays?: readonly string[]
  readonly assignmentCosts: readonly AssignmentCost[]
  /** A promise that the plan keeps: this team-day and, when given, this start. */
  readonly pin?: { readonly teamDay: string; readonly startsMinute?: number }
  /** Where the current plan has it; another team-day costs the tax. */
  readonly current?: { readonly teamDay: string; readonly changeMinutes: number }
  /** Tools that must be on board, and parts used up (in the order of `DispatchProblem.partNames`). */
  readonly tools?: readonly string[]
  readonly parts?: readonly number[]
}

/** One team on one day; its tour starts and ends at places of its own. */
export interface TeamDay {
  readonly id: string
  readonly team: string
  readonly day: string
  readonly startPlace: number
  readonly endPlace: number
  readonly shiftStartsMinute: number
  readonly shiftEndsMinute: number
  readonly visitsMax: number
  /** From departure to return. */
  readonly workMinutesMax: number
  readonly loadsMax: readonly number[]
  readonly skills: readonly string[]
  /** Index into `DispatchProblem.travel`. */
  readonly travel: number
  /** Cost of using the team-day at all. */
  readonly fixedCost: number
  readonly tools?: readonly string[]
  readonly parts?: readonly number[]
}

/**
 * Two orders served by two different teams: the second starts at least `gapMinMinutes` and at most `gapMaxMinutes` after the
 * first (0 and 0: together). Either both are served or neither.
 */
export interface VisitLink {
  readonly first: string
  readonly second: string
  readonly gapMinMinutes: number
  readonly gapMaxMinutes: number
}

/**
 * What several team-days may do together at most: so many go out (`tours`: a stock of vehicles on a day, or ways of going out of which a
 * crew takes one), make visits, or give service minutes (a team's week). Not negative.
 */
export interface SharedLimit {
  readonly id: string
  readonly teamDays: readonly string[]
  readonly measure: 'tours' | 'visits' | 'minutes'
  readonly most: number
}

/** Convex price of a team's load over the whole problem, in service minutes: the fairness between teams. */
interface LoadPiece {
  readonly fromMinutes: number
  /** Price of each minute beyond `fromMinutes`, up to the next piece. */
  readonly costPerMinute: number
}

/** A village that should get at least `visitsMin` visits; each missing one costs `missingCost`. */
interface CoverageRow {
  readonly village: string
  readonly visitsMin: number
  readonly missingCost: number
}

export interface Objective {
  /** Price of one unit of the travel table's cost. */
  readonly travel: number
  /** Price of a minute between departure and return. */
  readonly workMinute: number
  /**
   * When present, the end of a window is soft: each minute of a late start costs `perMinute`, and the latest start of all costs
   * `maxPerMinute` once more. When absent, windows are hard.
   */
  readonly lateness?: { readonly perMinute: number; readonly maxPerMinute: number }
}

export interface DispatchProblem {
  /** When given, every skill named by an order or a team-day must be one of these. */
  readonly skillNames?: readonly string[]
  readonly loadNames: readonly string[]
  readonly partNames?: readonly string[]
  /** Where a tour may once fetch every tool and any number of parts. */
  readonly suppliesPlace?: number
  readonly travel: readonly TravelTable[]
  readonly orders: readonly Order[]
  readonly teamDays: readonly TeamDay[]
  readonly links: readonly VisitLink[]
  readonly objective: Objective
  /** Pieces by increasing start and price; empty switches fairness off. */
  readonly fairness: readonly LoadPiece[]
  /** Load that a team already has before this problem, in minutes. */
  readonly teamLoadMinutes?: Readonly<Record<string, number>>
  readonly coverage: readonly CoverageRow[]
  readonly limits?: readonly SharedLimit[]
}

export const DEFAULT_OBJECTIVE: Objective = { travel: 1, workMinute: 0 }

/** Stands for a null `unservedCost`: dearer than any plan that serves the order, small enough to add without losing minutes. */
export const MUST_SERVE_COST = 1e7
