import { Temporal } from 'temporal-polyfill'

const ZONE = 'Asia/Shanghai'

interface Day {
  readonly date: string
  readonly from: number
  readonly until: number
}

/** The day last asked for in each zone: nearly always today, and a conversion takes some microseconds. */
const lastDays = new Map<string, Day>()

/** The calendar date of an instant in a zone, 'YYYY-MM-DD'. */
export function dateIn(instant: Date, zone: string = ZONE): string {
  const milliseconds = instant.getTime()
  let day = lastDays.get(zone)
  if (day === undefined || milliseconds < day.from || milliseconds >= day.until) {
    const local = Temporal.Instant.fromEpochMilliseconds(milliseconds).toZonedDateTimeISO(zone)
    const from = local.startOfDay()
    day = {
      date: local.toPlainDate().toString(),
      from: from.epochMilliseconds,
      until: from.add({ days: 1 }).epochMilliseconds,
    }
    lastDays.set(zone, day)
  }
  return day.date
}

/** The first day of an instant's month in a zone, 'YYYY-MM-01'. */
export function monthIn(instant: Date, zone: string = ZONE): string {
  return `${dateIn(instant, zone).slice(0, 7)}-01`
}

const DATES_MAX = 2_000
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
