/** The year's days: how busy each is, and when within a day people act. */
import { calendarFrom, publicHolidays, type WorkingCalendar } from '#platform/calendar.ts'
import { addDays, startOfDate } from '#platform/dates.ts'
import type { Dice } from './dice.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** Promotion days and fairs: the villages order on the spot. The sixth promotion day is the anniversary itself. */
export const FAIR_DAYS = ['2018-12-20', '2019-02-26', '2019-04-25', '2019-06-27', '2019-08-29', '2019-09-24'] as const

const WEEKDAY_WEIGHT = [0.3, 1.1, 1.05, 1, 1, 0.95, 0.42] as const
const HOLIDAY_WEIGHT = 0.16
const FAIR_WEIGHT = 3.2
/** From the eve of Laba's last week to the Lantern Festival the district is quieter than any other time of the year. */
const SPRING_FESTIVAL = { from: '2019-01-31', until: '2019-02-13', weight: 0.12 } as const
const MONTH_WEIGHT = [0.95, 0.7, 1.05, 1.1, 1.1, 1.15, 1.3, 1.25, 1, 0.95, 1, 1] as const
/** The service was hardly known at first: the first month is this share of a later one. */
const GROWTH_FROM = 0.35
const GROWTH_DAYS = 150

/** The official calendar of the years that the plan touches. */
export function officialCalendar(from: string, until: string): WorkingCalendar {
  const years = new Set([from, until].map((date) => Number(date.slice(0, 4))))
  return calendarFrom([...years].flatMap((year) => [...(publicHolidays(year) ?? [])]))
}

/** Public holidays that are not merely a weekend. */
export function holidaysOf(from: string, until: string): ReadonlySet<string> {
  const years = new Set([from, until].map((date) => Number(date.slice(0, 4))))
  return new Set(
    [...years].flatMap((year) => (publicHolidays(year) ?? []).filter((day) => !day.working).map((day) => day.date)),
  )
}

export function datesBetween(from: string, until: string): string[] {
  const dates: string[] = []
  for (let date = from; date < until; date = addDays(date, 1)) dates.push(date)
  return dates
}

/** How many orders a day brings, relative to others. */
export function dayWeight(date: string, dayOfPlan: number, holidays: ReadonlySet<string>): number {
  const noon = new Date(`${date}T12:00:00Z`)
  const growth = GROWTH_FROM + (1 - GROWTH_FROM) * Math.min(1, dayOfPlan / GROWTH_DAYS)
  const season = MONTH_WEIGHT[noon.getUTCMonth()]!
  if ((FAIR_DAYS as readonly string[]).includes(date)) return growth * season * FAIR_WEIGHT
  if (date >= SPRING_FESTIVAL.from && date < SPRING_FESTIVAL.until) return growth * SPRING_FESTIVAL.weight
  if (holidays.has(date)) return growth * season * HOLIDAY_WEIGHT
  return growth * season * WEEKDAY_WEIGHT[noon.getUTCDay()]!
}

// Minutes after midnight: the office keeps hours, a resident's telephone does not.
const OFFICE_MINUTES = [
  [9 * 60, 12 * 60],
  [13 * 60 + 30, 18 * 60],
] as const
const HOME_MINUTES = [
  [7 * 60, 9 * 60],
  [11 * 60, 14 * 60],
  [18 * 60, 22 * 60],
] as const

/** An instant of the day at which staff, or residents at home, place orders. */
export function timeOfDay(date: string, who: 'office' | 'home', share: number): number {
  const spans = who === 'office' ? OFFICE_MINUTES : HOME_MINUTES
  let left = share * spans.reduce((sum, [from, until]) => sum + until - from, 0)
  for (const [from, until] of spans) {
    if (left < until - from) return startOfDate(date).getTime() + Math.floor(from + left) * MINUTE
    left -= until - from
  }
  return startOfDate(date).getTime() + spans.at(-1)![1] * MINUTE
}

const SLOT = 12 * MINUTE

/** The first of the plan's instants that is not before `at`: acts of one instant are independent of one another. */
export function slotFrom(at: number, dice: Dice): number {
  for (let slot = Math.floor(at / SLOT); ; slot++) {
    const instant = slot * SLOT + dice.whole(0, 9, 'slot', slot) * MINUTE
    if (instant >= at) return instant
  }
}
