/**
 * The life of a record of hours. It is one person's time at one thing on one day, and what it says is its newest entry; a
 * correction is another entry, never an edit.
 *
 *   waiting   a person above has to approve: the day is long, the evidence weak, or the time was entered afterwards
 *   noticed   posted for the notice period; whoever is concerned may object
 *   in-case   held by an open case
 *   booked    counts
 *   refused   was not approved; the volunteer may demand a correction
 *
 *   (entry) → waiting → noticed → booked → (correction) → waiting or noticed → booked
 *             waiting → refused            noticed ⇄ in-case
 *
 * What was booked before goes on counting while a correction waits.
 */
export type HoursState = 'waiting' | 'noticed' | 'in-case' | 'booked' | 'refused'
/**
 * `verified`: two people say that it was so. `claimed`: one says it, as by a tick, a sheet or an entry afterwards, or the clock
 * ended it (decision 0018).
 */
export type HoursClass = 'verified' | 'claimed'
export type HoursSubject = 'session' | 'order' | 'other'
export type Tier = 0 | 1 | 2

/** Why an entry was written. */
export type EntryCause = 'attendance' | 'late-marks' | 'backfill' | 'confirmation' | 'demand' | 'approval' | 'case'
/** Entries that a person decided; what is computed from marks does not overrule them. */
export const DECIDED_CAUSES: readonly EntryCause[] = ['demand', 'approval', 'case']

export interface HoursRecord {
  readonly id: string
  readonly personId: string
  readonly day: string
  readonly subjectKind: HoursSubject
  readonly subjectId: string | null
  readonly attendanceId: string | null
  readonly activityId: string | null
  readonly orderId: string | null
  readonly kindSlug: string | null
  readonly title: string
  readonly unitId: string
  readonly teamId: string | null
  readonly placeUnitId: string | null
  readonly entryId: string
  readonly entries: number
  readonly startedAt: Date
  readonly endedAt: Date
  readonly minutes: number
  readonly class: HoursClass
  readonly state: HoursState
  readonly tier: Tier
  readonly nextStep: 'approve' | 'book' | 'decide-case' | null
  readonly dueAt: Date | null
  readonly responsibleUnitId: string | null
  readonly needsLeader: boolean
  readonly bookedMinutes: number
  readonly bookedAt: Date | null
  readonly recordedBy: string | null
  readonly recordedAt: Date
  readonly approvedBy: string | null
  /** Who beside the recorder and the person said that it was so. */
  readonly confirmedBy: string | null
  readonly version: number
}

/** What was done, for whom somebody's time is recorded. */
export interface ServedSubject {
  readonly kind: HoursSubject
  readonly id: string | null
  readonly activityId: string | null
  readonly orderId: string | null
  readonly kindSlug: string | null
  readonly title: string
  /** Who organised it and so records. */
  readonly unitId: string
  readonly teamId: string | null
  readonly placeUnitId: string | null
}

/** Time of one person on one day. */
export interface DayPart {
  readonly day: string
  readonly startedAt: Date
  readonly endedAt: Date
  readonly minutes: number
}

// Ways that take the volunteer as well as the organiser, or the one who was helped: neither brings them about alone.
const WAYS_OF_TWO: readonly string[] = ['rotating-code', 'personal-code', 'phone-code', 'beneficiary-pin']

/** How a stay is known by the ways in which its two ends were marked. */
export function classOf(methodIn: string, methodOut: string | null): HoursClass {
  return WAYS_OF_TWO.includes(methodIn) && methodOut !== null && WAYS_OF_TWO.includes(methodOut)
    ? 'verified'
    : 'claimed'
}

/** Entries that one person made or the clock ended, so that another one's word makes them verified. */
export const CONFIRMABLE_CAUSES: readonly EntryCause[] = ['attendance', 'late-marks', 'backfill']

const MINUTE = 60_000

/**
 * Cuts a stay at every midnight of the district. The whole minutes of the stay are kept: what is left of a minute on one day
 * goes to the last. @param dateOf the date of an instant; @param startOf the instant at which a date begins
 */
export function partsByDay(
  from: Date,
  until: Date,
  dateOf: (instant: Date) => string,
  startOfNext: (day: string) => Date,
): DayPart[] {
  const total = Math.floor((until.getTime() - from.getTime()) / MINUTE)
  const parts: DayPart[] = []
  let counted = 0
  for (let start = from; start < until;) {
    const day = dateOf(start)
    const next = startOfNext(day)
    const isLast = next >= until
    const end = isLast ? until : next
    const minutes = isLast ? total - counted : Math.floor((end.getTime() - start.getTime()) / MINUTE)
    parts.push({ day, startedAt: start, endedAt: end, minutes })
    counted += minutes
    start = end
  }
  return parts.filter((part) => part.minutes > 0)
}

/** The level that a day's minutes need, with those of everything else on that day. */
export function tierOf(
  minutesOfDay: number,
  rule: { readonly automaticMinutesMax: number; readonly firstLevelMinutesMax: number },
): Tier {
  if (minutesOfDay <= rule.automaticMinutesMax) return 0
  return minutesOfDay <= rule.firstLevelMinutesMax ? 1 : 2
}
