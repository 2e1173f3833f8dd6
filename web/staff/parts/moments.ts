import { useEffect, useState } from 'react'
import type { Locale } from '../../../i18n/translate.ts'
import { formatDate } from '../../shared/dates.ts'
import { useWords } from '../locale.tsx'
import { useMe } from '../session.tsx'
import { useRead } from './use-call.ts'

const TICK_MILLISECONDS = 20_000
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Business time in milliseconds: the server's one clock, which a demonstration may have moved, never this computer's. */
export function useNow(): number {
  const clock = useRead('readClock', {}, { staleTime: 60_000, refetchInterval: 120_000 })
  const [ticked, setTicked] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setTicked(Date.now()), TICK_MILLISECONDS)
    return () => clearInterval(timer)
  }, [])
  if (clock.data === undefined) return ticked
  return Date.parse(clock.data.now) + Math.max(0, ticked - clock.dataUpdatedAt)
}

interface Moments {
  readonly zone: string
  /** Day and time, e.g. for a due time. */
  readonly moment: (instant: string) => string
  readonly day: (instantOrDate: string) => string
  /** A date of the calendar with its year, whose weekday says nothing. */
  readonly date: (date: string) => string
  /** A date of the next weeks, whose year needs no saying. */
  readonly nearDay: (date: string) => string
  readonly time: (instant: string) => string
  /** Day with both times, or two days. */
  readonly span: (from: string, until: string) => string
}

/** Writes instants in the district's zone, whatever zone this computer is set to. */
export function useMoments(): Moments {
  const { locale } = useWords()
  const { zone } = useMe().district
  const moment = formatter(locale, zone, { ...DAY_OF_WEEK, ...CLOCK })
  const day = formatter(locale, zone, { year: 'numeric', ...DAY_OF_WEEK })
  const time = formatter(locale, zone, CLOCK)
  return {
    zone,
    moment,
    day: (given) => (given.length === 10 ? dayOfDate(locale, given, { year: 'numeric', ...DAY_OF_WEEK }) : day(given)),
    date: (date) => formatDate(date, locale),
    nearDay: (date) => dayOfDate(locale, date, DAY_OF_WEEK),
    time,
    span: (from, until) =>
      wallOf(from, zone).slice(0, 10) === wallOf(until, zone).slice(0, 10)
        ? `${moment(from)} – ${time(until)}`
        : `${moment(from)} – ${moment(until)}`,
  }
}

const DAY_OF_WEEK = { month: 'short', day: 'numeric', weekday: 'short' } as const
const CLOCK = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
const formats = new Map<string, Intl.DateTimeFormat>()

function formatter(locale: Locale, zone: string, options: Intl.DateTimeFormatOptions): (instant: string) => string {
  const key = `${locale} ${zone} ${JSON.stringify(options)}`
  let format = formats.get(key)
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, { ...options, timeZone: zone })
    formats.set(key, format)
  }
  const made = format
  return (instant) => made.format(new Date(instant))
}

function dayOfDate(locale: Locale, date: string, options: Intl.DateTimeFormatOptions): string {
  return formatter(locale, 'UTC', options)(`${date}T00:00:00Z`)
}

/** Wall time in a zone, 'YYYY-MM-DDTHH:mm', as inputs of type datetime-local hold it. */
export function wallOf(instant: string, zone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    ...CLOCK,
  })
  return format.format(new Date(instant)).replace(' ', 'T')
}

/** The instant at which clocks in `zone` show `wall` ('YYYY-MM-DDTHH:mm'); undefined when it is no time. */
export function instantOf(wall: string, zone: string): string | undefined {
  const asUtc = Date.parse(`${wall}:00Z`)
  if (Number.isNaN(asUtc)) return undefined
  const offset = (at: number) =>
    Date.parse(`${wallOf(new Date(at).toISOString(), zone)}:00Z`) - Math.floor(at / MINUTE) * MINUTE
  // Twice, because the first guess may lie on the other side of a change of the clocks.
  const guess = asUtc - offset(asUtc)
  return new Date(asUtc - offset(guess)).toISOString()
}

/** Date in the zone, 'YYYY-MM-DD', moved by some days. */
export function dateAt(now: number, zone: string, daysAhead = 0): string {
  return wallOf(new Date(now + daysAhead * DAY).toISOString(), zone).slice(0, 10)
}

/** How long until, or since, a time, in the largest unit that still says something: minutes, hours or days. */
export function distance(
  now: number,
  instant: string,
): { unit: 'minutes' | 'hours' | 'days'; count: number; isPast: boolean } {
  const milliseconds = Date.parse(instant) - now
  const size = Math.abs(milliseconds)
  const isPast = milliseconds < 0
  if (size < HOUR) return { unit: 'minutes', count: Math.max(1, Math.round(size / MINUTE)), isPast }
  if (size < 2 * DAY) return { unit: 'hours', count: Math.round(size / HOUR), isPast }
  return { unit: 'days', count: Math.round(size / DAY), isPast }
}
