import { RRuleTemporal } from 'rrule-temporal'
import { Temporal } from 'temporal-polyfill'
import { SESSION_DAYS_AHEAD_MAX, SESSIONS_MAX } from './activity.ts'
import { refuse } from './refusals.ts'

const ZONE = 'Asia/Shanghai'
const FREQUENCY = /^(?:RRULE:)?(?:[A-Z]+=[A-Z0-9,+\-Z]+;)*FREQ=(?:DAILY|WEEKLY|MONTHLY)(?:;[A-Z]+=[A-Z0-9,+\-Z]+)*$/u

/**
 * The starts of all sessions of a series, the first among them, by a rule of RFC 5545 counted in the district's zone: a
 * reading circle at seven stays at seven.
 * @throws Refusal recurrence-unreadable, recurrence-too-long
 */
export function occurrences(first: Date, rule: string): Date[] {
  // Hourly and finer rules are refused before they are counted out.
  if (!FREQUENCY.test(rule)) throw refuse('recurrence-unreadable', {}, { field: 'recurrence' })
  const dtstart = Temporal.Instant.fromEpochMilliseconds(first.getTime()).toZonedDateTimeISO(ZONE)
  const horizon = dtstart.add({ days: SESSION_DAYS_AHEAD_MAX })
  let starts: number[]
  try {
    const rrule = new RRuleTemporal({ rruleString: rule.replace(/^RRULE:/u, ''), dtstart })
    starts = rrule
      .all((_at, index) => index <= SESSIONS_MAX)
      .map((at) => Temporal.ZonedDateTime.from(String(at)).epochMilliseconds)
  } catch {
    // Whatever the library objects to is the text that somebody wrote.
    throw refuse('recurrence-unreadable', {}, { field: 'recurrence' })
  }
  const all = [...new Set([first.getTime(), ...starts])].toSorted((a, b) => a - b)
  if (all.length > SESSIONS_MAX || all.at(-1)! > horizon.epochMilliseconds)
    throw refuse('recurrence-too-long', { count: SESSIONS_MAX }, { field: 'recurrence' })
  return all.map((at) => new globalThis.Date(at))
}
