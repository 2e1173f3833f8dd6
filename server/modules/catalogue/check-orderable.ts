import { findUnit } from '#modules/orgs/index.ts'
import { addWorkingDays, type WorkingCalendar } from '#platform/calendar.ts'
import type { Tx } from '#platform/db.ts'
import { addDays, addMinutes, dateIn, startOfDate, weekdayOf } from '#platform/dates.ts'
import type { Refusal } from '#platform/refusal.ts'
import type { Offering } from './offering.ts'
import { refuse } from './refusals.ts'

export interface Wish {
  /** When the service may take place, half-open; null when the requester names no time. */
  readonly window: { readonly from: Date; readonly until: Date } | null
  readonly headcount: number
  readonly unitId: string
  readonly now: Date
  readonly calendar: WorkingCalendar
}

type Orderable = Pick<
  Offering,
  | 'endedAt'
  | 'isHidden'
  | 'freshUntil'
  | 'areaUnitIds'
  | 'headcountMin'
  | 'headcountMax'
  | 'durationMinutes'
  | 'leadWorkingDays'
  | 'openHours'
  | 'blackoutDays'
>

// A wish for longer is looked at for its first quarter.
const WINDOW_DAYS_MAX = 92
const MINUTE_MILLISECONDS = 60_000

/** Everything that keeps a wish from being ordered as this offering, each with its field; none when it can be ordered. */
export async function checkOrderable(tx: Tx, offering: Orderable, wish: Wish): Promise<Refusal[]> {
  const unit = await findUnit(tx, wish.unitId, dateIn(wish.now))
  const faults = [...standingFaults(offering, wish.now), ...headcountFaults(offering, wish.headcount)]
  if (unit === undefined) faults.push(refuse('place-unknown', {}, { field: 'unitId' }))
  else if (offering.areaUnitIds.length > 0 && !unit.path.some(({ id }) => offering.areaUnitIds.includes(id))) {
    faults.push(refuse('outside-area', {}, { field: 'unitId' }))
  }
  return wish.window === null ? faults : [...faults, ...timeFaults(offering, { ...wish, window: wish.window })]
}

function standingFaults(offering: Orderable, now: Date): Refusal[] {
  if (offering.endedAt !== null) return [refuse('offering-ended', {}, { field: 'offeringId' })]
  if (offering.freshUntil <= now) return [refuse('offering-unconfirmed', {}, { field: 'offeringId' })]
  return offering.isHidden ? [refuse('category-unknown', {}, { field: 'offeringId' })] : []
}

function headcountFaults({ headcountMin: min, headcountMax: max }: Orderable, headcount: number): Refusal[] {
  if (headcount < min) return [refuse('headcount-too-small', { min }, { field: 'headcount' })]
  return headcount > max ? [refuse('headcount-too-large', { max }, { field: 'headcount' })] : []
}

/**
 * What is wrong with the time of a wish. The wish can be met when on one of its days there is notice enough, the day is not
 * closed, and the service fits into the opening hours. Each condition that no day meets is named.
 */
export function timeFaults(
  offering: Orderable,
  { window, now, calendar }: { window: { from: Date; until: Date }; now: Date; calendar: WorkingCalendar },
): Refusal[] {
  const { zone } = calendar
  const field = 'windowFrom'
  const minutes = offering.durationMinutes
  const from = window.from > now ? window.from : now
  if (minutesBetween(window.from, window.until) < minutes) return [refuse('window-too-short', { minutes }, { field })]
  const earliest =
    offering.leadWorkingDays === 0
      ? dateIn(now, zone)
      : dateIn(addWorkingDays(now, offering.leadWorkingDays, calendar), zone)
  const days = daysOf(from, window.until, zone)
  const hasNotice = (day: string) => day >= earliest
  const isOpenDay = (day: string) => !offering.blackoutDays.includes(day)
  const isOpenLongEnough = (day: string) => minutesOpen(offering, day, from, window.until, zone) >= minutes
  const faults: Refusal[] = []
  if (!days.some(hasNotice)) faults.push(refuse('lead-time-too-short', { date: earliest }, { field }))
  if (days.length > 0 && !days.some(isOpenDay)) faults.push(refuse('blackout-day', { date: days[0]! }, { field }))
  if (!days.some(isOpenLongEnough)) faults.push(refuse('outside-open-hours', {}, { field }))
  const isPossible = days.some((day) => hasNotice(day) && isOpenDay(day) && isOpenLongEnough(day))
  return faults.length > 0 || isPossible ? faults : [refuse('no-day-fits', {}, { field })]
}

/** Local dates that an interval touches. */
function daysOf(from: Date, until: Date, zone: string): string[] {
  const days: string[] = []
  for (
    let day = dateIn(from, zone);
    days.length < WINDOW_DAYS_MAX && startOfDate(day, zone) < until;
    day = addDays(day, 1)
  ) {
    days.push(day)
  }
  return days
}

/** The longest time within the interval for which the offering is open on a day; without hours, all that is left of it. */
function minutesOpen({ openHours }: Orderable, day: string, from: Date, until: Date, zone: string): number {
  const midnight = startOfDate(day, zone)
  const weekday = weekdayOf(day)
  const spans =
    openHours.length === 0
      ? [{ from: midnight, until }]
      : openHours
          .filter((hours) => hours.weekday === weekday)
          .map((hours) => ({
            from: addMinutes(midnight, hours.fromMinute),
            until: addMinutes(midnight, hours.untilMinute),
          }))
  const lengths = spans.map((span) =>
    minutesBetween(span.from > from ? span.from : from, span.until < until ? span.until : until),
  )
  return Math.max(0, ...lengths)
}

function minutesBetween(from: Date, until: Date): number {
  return (until.getTime() - from.getTime()) / MINUTE_MILLISECONDS
}
