// Working time: which minutes count towards a promise. A calendar is data (weekday rule, hours of a working day, and
// explicit days that override the rule: holidays and make-up workdays). Everything here is a pure function of it.
//
// Intervals are half-open: a minute counts when it begins inside the hours. A computed due time may be the very
// instant at which hours end, because the last minute that counted ends there.
// Days are stepped through one by one (never minutes), and the hours of each date are computed once per calendar.

import { Temporal } from 'temporal-polyfill'
import { dateIn } from './dates.ts'
import published from 'chinese-days/dist/chinese-days.json' with { type: 'json' }
import publishedPackage from 'chinese-days/package.json' with { type: 'json' }

/** Minutes after local midnight; `endMinute` is exclusive and at most 1,440. */
export interface WorkingHours {
  readonly startMinute: number
  readonly endMinute: number
}

export interface WorkingCalendar {
  /** IANA name of the time zone in which dates and hours are meant. */
  readonly zone: string
  /** The hours of every working day, in order, without overlap. */
  readonly hours: readonly WorkingHours[]
  /** Whether the date, written YYYY-MM-DD, is worked. Must always give the same answer for the same date. */
  isWorkingDay(date: string): boolean
}

/** One explicit day that overrides the weekday rule. */
export interface CalendarDay {
  /** YYYY-MM-DD */
  readonly date: string
  /** True for a make-up workday, false for a holiday. */
  readonly working: boolean
}

export interface PublicHoliday extends CalendarDay {
  /** Name of the festival that the day belongs to, also for its make-up workdays. */
  readonly name: { readonly zh: string; readonly en: string }
  /** Package and version that the row was taken from. */
  readonly source: string
}

export interface CalendarOptions {
  readonly zone?: string
  readonly hours?: readonly WorkingHours[]
  /** ISO weekdays that are worked when no row says otherwise: 1 is Monday, 7 is Sunday. */
  readonly weekdays?: readonly number[]
}

/** Time during which a clock stands still; `until: null` means that it still does. Half-open. */
export interface Pause {
  readonly from: Date
  readonly until: Date | null
}

interface Span {
  readonly from: number
  readonly until: number
}

const ZONE = 'Asia/Shanghai'
const MONDAY_TO_FRIDAY: readonly number[] = [1, 2, 3, 4, 5]
// 9:00 to 12:00 and 13:30 to 18:00, the usual hours of Beijing's public offices.
const OFFICE_HOURS: readonly WorkingHours[] = [
  { startMinute: 540, endMinute: 720 },
  { startMinute: 810, endMinute: 1_080 },
]
const DAY_MINUTES = 1_440
const MINUTE_MILLISECONDS = 60_000
const DAY_MILLISECONDS = 86_400_000
// A due time more than 20 years away is a fault in the data (a calendar without working days), not a long wait.
const SEARCH_DAYS_MAX = 7_305
// About 27 years of dates per calendar; beyond it the cache starts afresh so that odd input cannot fill the memory.
const CACHED_DAYS_MAX = 10_000
const NO_SPANS: readonly Span[] = []

const spansByCalendar = new WeakMap<WorkingCalendar, Map<number, readonly Span[]>>()

/**
 * A calendar from explicit days and a weekday rule (by default Monday to Friday, Beijing office hours and zone).
 * A row overrides the rule; of two rows for one date the later one counts, so that local rows can follow national ones.
 * Throws RangeError for an unknown zone, a date that does not exist, or hours that are empty, unordered or overlapping.
 */
export function calendarFrom(rows: Iterable<CalendarDay>, options: CalendarOptions = {}): WorkingCalendar {
  const zone = options.zone ?? ZONE
  const hours = (options.hours ?? OFFICE_HOURS).map((part) => ({ ...part }))
  const weekdays = new Set(options.weekdays ?? MONDAY_TO_FRIDAY)
  if (hours.length === 0) throw new RangeError('a working day needs hours')
  let free = 0
  for (const { startMinute, endMinute } of hours) {
    const inDay = Number.isInteger(startMinute) && Number.isInteger(endMinute) && endMinute <= DAY_MINUTES
    if (!inDay || startMinute < free || endMinute <= startMinute) {
      throw new RangeError(`hours ${startMinute} to ${endMinute} are outside the day, empty or out of order`)
    }
    free = endMinute
  }
  for (const weekday of weekdays) {
    if (!Number.isInteger(weekday) || weekday < 1 || weekday > 7) throw new RangeError(`no weekday ${weekday}`)
  }
  // Fails here, at the composition, for a zone that does not exist.
  Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone)
  const explicit = new Map<string, boolean>()
  for (const { date, working } of rows) explicit.set(plainDate(date).toString(), working)
  return {
    zone,
    hours,
    isWorkingDay: (date) => explicit.get(date) ?? weekdays.has(plainDate(date).dayOfWeek),
  }
}

/**
 * The instant at which `minutes` (a whole number, not negative) of working time have passed since `start`.
 * With 0 it is `start` itself, or the next opening when nobody works at `start`.
 */
export function addWorkingMinutes(start: Date, minutes: number, calendar: WorkingCalendar): Date {
  let remaining = wholeNumber(minutes, 'minutes') * MINUTE_MILLISECONDS
  const startMs = instantOf(start)
  const firstDay = dayOf(startMs, calendar)
  for (let day = firstDay; day < firstDay + SEARCH_DAYS_MAX; day += 1) {
    for (const span of spansOf(day, calendar)) {
      if (span.until < startMs) continue
      const from = Math.max(span.from, startMs)
      const room = span.until - from
      if (remaining <= room) return new Date(from + remaining)
      remaining -= room
    }
  }
  throw new RangeError(`the calendar offers fewer than ${minutes} working minutes in ${SEARCH_DAYS_MAX} days`)
}

/**
 * The end of the hours of the `days`-th working day after the day of `start`, which itself does not count
 * (Civil Code art. 201). With 0 it is the next end of hours that is not before `start`.
 */
export function addWorkingDays(start: Date, days: number, calendar: WorkingCalendar): Date {
  let remaining = wholeNumber(days, 'days')
  const startMs = instantOf(start)
  const startDay = dayOf(startMs, calendar)
  const countFrom = remaining === 0 ? startDay : startDay + 1
  if (remaining === 0) remaining = 1
  for (let day = countFrom; day < countFrom + SEARCH_DAYS_MAX; day += 1) {
    const close = spansOf(day, calendar).at(-1)?.until
    if (close === undefined || close < startMs) continue
    remaining -= 1
    if (remaining === 0) return new Date(close)
  }
  throw new RangeError(`the calendar offers fewer than ${days} working days in ${SEARCH_DAYS_MAX} days`)
}

/** Whole working minutes in [start, end), rounded down. Throws RangeError when `end` lies before `start`. */
export function workingMinutesBetween(start: Date, end: Date, calendar: WorkingCalendar): number {
  return workingMinutesBetweenWithPauses(start, end, [], calendar)
}

/**
 * Whole working minutes in [start, end) outside all pauses, rounded down. Pauses may overlap, lie outside or be open.
 * Throws RangeError when `end` lies before `start` or a pause ends before it begins.
 */
export function workingMinutesBetweenWithPauses(
  start: Date,
  end: Date,
  pauses: readonly Pause[],
  calendar: WorkingCalendar,
): number {
  const from = instantOf(start)
  const until = instantOf(end)
  if (until < from) throw new RangeError('the end lies before the start')
  let worked = 0
  let reached = from
  for (const pause of pausesInOrder(pauses)) {
    if (pause.from >= until) break
    if (pause.from > reached) worked += workingMilliseconds(reached, pause.from, calendar)
    reached = Math.max(reached, pause.until)
  }
  if (reached < until) worked += workingMilliseconds(reached, until, calendar)
  return Math.floor(worked / MINUTE_MILLISECONDS)
}

/**
 * Holidays and make-up workdays of a calendar year as the State Council announced them, in order of date; null when
 * the package `chinese-days` does not know that year yet (the next year's are usually announced in November).
 */
export function publicHolidays(year: number): readonly PublicHoliday[] | null {
  const prefix = `${year}-`
  const source = `npm:chinese-days@${publishedPackage.version}`
  const rowsOf = (days: Readonly<Record<string, string>>, working: boolean) =>
    Object.entries(days)
      .filter(([date]) => date.startsWith(prefix))
      .map(([date, text]): PublicHoliday => {
        // The package writes "Spring Festival,<name in Chinese>,4".
        const [en = '', zh = ''] = text.split(',')
        return { date, working, name: { zh, en }, source }
      })
  const holidays = rowsOf(published.holidays, false)
  // A year's first rows may stem from the announcement of the year before, so New Year alone proves nothing.
  if (!holidays.some(({ date }) => date === `${prefix}10-01`)) return null
  return [...holidays, ...rowsOf(published.workdays, true)].sort((a, b) => (a.date < b.date ? -1 : 1))
}

function workingMilliseconds(from: number, until: number, calendar: WorkingCalendar): number {
  const lastDay = dayOf(until, calendar)
  let sum = 0
  for (let day = dayOf(from, calendar); day <= lastDay; day += 1) {
    for (const span of spansOf(day, calendar)) {
      const overlap = Math.min(span.until, until) - Math.max(span.from, from)
      if (overlap > 0) sum += overlap
    }
  }
  return sum
}

function pausesInOrder(pauses: readonly Pause[]): Span[] {
  return pauses
    .map((pause) => {
      const from = instantOf(pause.from)
      const until = pause.until === null ? Infinity : instantOf(pause.until)
      if (until < from) throw new RangeError('a pause ends before it begins')
      return { from, until }
    })
    .sort((a, b) => a.from - b.from)
}

/** The working spans of a local date, given as days since 1970-01-01, as instants in milliseconds. */
function spansOf(day: number, calendar: WorkingCalendar): readonly Span[] {
  let cached = spansByCalendar.get(calendar)
  if (cached === undefined || cached.size >= CACHED_DAYS_MAX) {
    cached = new Map()
    spansByCalendar.set(calendar, cached)
  }
  const known = cached.get(day)
  if (known !== undefined) return known
  const date = Temporal.PlainDate.from('1970-01-01').add({ days: day })
  const spans = calendar.isWorkingDay(date.toString())
    ? calendar.hours
        .map((part) => ({
          from: instantAt(date, part.startMinute, calendar.zone),
          until: instantAt(date, part.endMinute, calendar.zone),
        }))
        // Hours that the change to summer time skips hold no minute.
        .filter((span) => span.until > span.from)
    : NO_SPANS
  cached.set(day, spans)
  return spans
}

function instantAt(date: Temporal.PlainDate, minute: number, timeZone: string): number {
  if (minute === DAY_MINUTES) return instantAt(date.add({ days: 1 }), 0, timeZone)
  const plainTime = new Temporal.PlainTime(Math.floor(minute / 60), minute % 60)
  return date.toZonedDateTime({ timeZone, plainTime }).epochMilliseconds
}

/** The local date of an instant as days since 1970-01-01. */
function dayOf(instant: number, calendar: WorkingCalendar): number {
  return Date.parse(dateIn(new Date(instant), calendar.zone)) / DAY_MILLISECONDS
}

function plainDate(text: string): Temporal.PlainDate {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) throw new RangeError(`"${text}" is not a date of the form YYYY-MM-DD`)
  return Temporal.PlainDate.from(text, { overflow: 'reject' })
}

function instantOf(date: Date): number {
  const instant = date.getTime()
  if (Number.isNaN(instant)) throw new RangeError('invalid instant')
  return instant
}

function wholeNumber(value: number, unit: string): number {
  if (!Number.isInteger(value) || value < 0) throw new RangeError(`${value} is not a whole number of ${unit}`)
  return value
}
