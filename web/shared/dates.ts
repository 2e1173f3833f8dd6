/** Dates for people: an instant in the district's zone, in the reader's language. */
export interface DateWords {
  readonly locale: string
  readonly zone: string
}

const formats = new Map<string, Intl.DateTimeFormat>()

function format(words: DateWords, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${words.locale} ${words.zone} ${name}`
  let found = formats.get(key)
  if (found === undefined) {
    found = new Intl.DateTimeFormat(words.locale, { timeZone: words.zone, ...options })
    formats.set(key, found)
  }
  return found
}

/** The calendar date of an instant, 'YYYY-MM-DD'. */
export function dateOf(instant: string, zone: string): string {
  return format({ locale: 'sv-SE', zone }, 'iso', { year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    new Date(instant),
  )
}

/** Whole days from one calendar date to another. */
export function daysBetween(from: string, until: string): number {
  return Math.round((Date.parse(until) - Date.parse(from)) / 86_400_000)
}

/** Month, day and weekday; the year too where it is not the year of `now`. */
export function formatDay(instant: string, now: string, words: DateWords): string {
  const sameYear = dateOf(instant, words.zone).slice(0, 4) === dateOf(now, words.zone).slice(0, 4)
  return format(words, sameYear ? 'day' : 'day-year', {
    ...(!sameYear && { year: 'numeric' }),
    month: words.locale === 'en' ? 'short' : 'long',
    day: 'numeric',
    weekday: 'short',
  }).format(new Date(instant))
}

/** Hours and minutes, 00:00 to 23:59. */
export function formatTime(instant: string, words: DateWords): string {
  return format(words, 'time', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(instant))
}

/** A date of the calendar with its year, given as 'YYYY-MM-DD'. */
export function formatDate(date: string, locale: string): string {
  const month = locale === 'en' ? 'short' : 'long'
  const options = { year: 'numeric', month, day: 'numeric' } as const
  return format({ locale: locale === 'en' ? 'en-GB' : locale, zone: 'UTC' }, 'date', options).format(
    new Date(`${date}T00:00:00Z`),
  )
}

/** A limit as people take it: what ends at midnight ends with the day before. */
export function lastMinute(limit: string, zone: string): string {
  if (formatTime(limit, { locale: 'zh-CN', zone }) !== '00:00') return limit
  return new Date(Date.parse(limit) - 60_000).toISOString()
}

/** A month of the calendar, given as 'YYYY-MM'. */
export function formatMonth(month: string, locale: string): string {
  const options = { year: 'numeric', month: 'long' } as const
  return format({ locale, zone: 'UTC' }, 'month', options).format(new Date(`${month}-01T00:00:00Z`))
}
