/**
 * What the nightly checks know and what they say. `findSuspicions` in `find-suspicions.ts` is a pure function of these facts;
 * a suspicion opens a case that a person decides, and takes nothing away.
 */

/** One person's recorded time at one thing on one day. */
export interface ServiceFact {
  readonly recordId: string
  readonly personId: string
  /** Unit that organised and recorded it. */
  readonly unitId: string
  readonly teamId: string | null
  /** The session, order or other thing; equal for everybody who was at the same one. */
  readonly subjectId: string
  readonly startedAt: Date
  readonly endedAt: Date
  readonly minutes: number
  readonly class: 'verified' | 'claimed'
  /** When the record was written, which for an honest check-in is soon after the end. */
  readonly recordedAt: Date
  /** Who ticked, scanned, signed or entered it for the person; null where the person read a code or the system recorded it. */
  readonly recordedBy: string | null
  /** Who confirmed it as the second person, or else approved it; null where nobody did. */
  readonly approvedBy: string | null
  /** Digest of the device that sent the check-in; null where a device says nothing about the person. */
  readonly device: string | null
  /** Where it was: the coordinates of the place's unit; null where they are not known. */
  readonly place: { readonly latitude: number; readonly longitude: number } | null
}

/** Two people who live together or are one, also when that was declared after the one had approved for the other. */
export type TieFact = readonly [string, string]

/** A day on which counts of hours matter to a unit: an assessment, a star table, a year's end. */
export interface DeadlineFact {
  readonly name: string
  readonly at: Date
}

/** Limits of the rules, dated data of the district (`hours_rule.thresholds`). */
export interface Thresholds {
  /** Confirmations of A by B and of B by A (each way) from which a ring is suspected. */
  readonly ringConfirmationsMin: number
  /** Longest ring that is looked for: 2 is A and B, 3 is A, B and C. */
  readonly ringPeopleMax: number
  /** Share of somebody's confirmed records that the ring's other people confirmed, 0 to 1. */
  readonly ringShareMin: number
  /** Share of the confirmations that somebody gave which must have gone to the ring, 0 to 1, unless they alone were confirmed. */
  readonly ringGivenShareMin: number
  /** Minutes by which two times of one person must overlap. */
  readonly overlapMinutesMin: number
  readonly travelKmh: number
  readonly travelKilometresMin: number
  /** Different people at one subject from one device. */
  readonly devicePeopleMin: number
  /** Days before a deadline that count as its run-up. */
  readonly burstDays: number
  /** How many times the unit's usual minutes of a day the run-up must have. */
  readonly burstFactorMin: number
  /** Minutes in the run-up below which nothing is suspected. */
  readonly burstMinutesMin: number
  /** Share of the run-up's minutes that were claimed, or recorded late, 0 to 1. */
  readonly burstClaimedShareMin: number
  /** Hours after its end from which a record counts as recorded late. */
  readonly lateHoursMin: number
}

/** Everything the rules look at: the records of a period, of all units of one district. */
export interface SuspicionFacts {
  readonly services: readonly ServiceFact[]
  readonly deadlines: readonly DeadlineFact[]
  /** Of those who approved or confirmed. */
  readonly ties: readonly TieFact[]
  readonly thresholds: Thresholds
}

export type SuspicionRule =
  /** Two or more people confirm each other's time in a circle. */
  | 'ring'
  /** Somebody recorded or approved his or her own time, or that of the household. */
  | 'self'
  /** One person at two things at once. */
  | 'overlap'
  /** One person at two places with too little time for the way. */
  | 'impossible-travel'
  /** Many people's check-ins came from one device. */
  | 'shared-device'
  /** A unit's hours come in a burst before a deadline. */
  | 'deadline-burst'

export interface Suspicion {
  readonly rule: SuspicionRule
  /** The same for the same suspicion each night, so that it opens one case. */
  readonly fingerprint: string
  readonly unitId: string
  /** Whose time it is about; for a burst, those whose records are in it. */
  readonly personIds: readonly string[]
  /** The records in question. */
  readonly recordIds: readonly string[]
  /** Numbers that a person needs to judge it. */
  readonly evidence: Readonly<Record<string, string | number>>
}
