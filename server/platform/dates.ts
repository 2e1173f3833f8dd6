import { Temporal } from 'temporal-polyfill'

const ZONE = 'Asia/Shanghai'

// Offsets of zones are whole quarters of an hour, so no midnight lies within one.
const QUARTER_MILLISECONDS = 900_000
const DATES_MAX = 5_000
const datesOf = new Map<string, Map<number, string>>()

/** The calendar date of an instant in a zone, 'YYYY-MM-DD'. Remembered by quarters of an hour: a conversion takes long. */
export function dateIn(instant: Date, zone: string = ZONE): string {
  const milliseconds = instant.getTime()
  const quarter = Math.floor(milliseconds / QUARTER_MILLISECONDS)
  let dates = datesOf.get(zone)
  if (dates === undefined || dates.size >= DATES_MAX) datesOf.set(zone, (dates = new Map()))
  let date = dates.get(quarter)
  if (date === undefined) {
    date = Temporal.Instant.fromEpochMilliseconds(milliseconds).toZonedDateTimeISO(zone).toPlainDate().toString()
    dates.set(quarter, date)
  }
  return date
}

/** 1 is Monday, 7 is Sunday. @param date 'YYYY-MM-DD' */
export function weekdayOf(date: string): number {
  return new globalThis.Date(date).getUTCDay() || 7
}

/** The first day of an instant's month in a zone, 'YYYY-MM-01'. */
export function monthIn(instant: Date, zone: string = ZONE): string {
  return `${dateIn(instant, zone).slice(0, 7)}-01`
}

const starts = new Map<string, number>()

/** The instant at which a date begins in a zone. */
export function startOfDate(date: string, zone: string = ZONE): Date {
  const key = `${date} ${zone}`
  let start = starts.get(key)
  if (start === undefined) {
    start = Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds
    if (starts.size >= DATES_MAX) starts.clear()
    starts.set(key, start)
  }
  return new globalThis.Date(start)
}

export function addDays(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString()
}

export function addMinutes(instant: Date, minutes: number): Date {
  return new globalThis.Date(instant.getTime() + minutes * 60_000)
}

/** Whether a text is a day of the calendar, 'YYYY-MM-DD'. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/u.test(text)) return false
  try {
    Temporal.PlainDate.from(text, { overflow: 'reject' })
    return true
  } catch {
    return false
  }
}
