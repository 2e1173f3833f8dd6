import { Temporal } from 'temporal-polyfill'

const ZONE = 'Asia/Shanghai'

/** The calendar date of an instant in a zone, 'YYYY-MM-DD'. */
export function dateIn(instant: Date, zone: string = ZONE): string {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone).toPlainDate().toString()
}

/** The first day of an instant's month in a zone, 'YYYY-MM-01'. */
export function monthIn(instant: Date, zone: string = ZONE): string {
  return `${dateIn(instant, zone).slice(0, 7)}-01`
}

/** The instant at which a date begins in a zone. */
export function startOfDate(date: string, zone: string = ZONE): Date {
  return new globalThis.Date(Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds)
}

export function addDays(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString()
}

export function addMinutes(instant: Date, minutes: number): Date {
  return new globalThis.Date(instant.getTime() + minutes * 60_000)
}
