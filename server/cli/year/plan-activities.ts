/**
 * The activities of institutes and stations: reading circles and Expo series that recur, and single ones by season. What they
 * add up to is exact; who comes to which is decided by `plan-turns.ts`.
 */
import { addDays, startOfDate } from '#platform/dates.ts'
import { datesBetween, DAY, dayWeight, HOUR, holidaysOf } from './days.ts'
import { type Dice, runningSums, weighted } from './dice.ts'
import type { ActivityPlanner } from './activity-planner.ts'
import { planTurns } from './plan-turns.ts'
import {
  type ActivityWords,
  type CheckInWay,
  EXPO_FROM,
  EXPO_UNTIL,
  type PlannedActivity,
  type PlannedSession,
} from './planned.ts'

/** Of all sessions those within the hundred days; of these, and of the others, the parts that recur. */
const EXPO_SHARE = 0.6
const INSTITUTE_SHARE = 0.17
const STATION_SHARE = 0.79
const READING_SHARE = 0.46
/** A series has at most so many sessions (`SESSIONS_MAX` of the module is 60). */
const SERIES_MAX = 50
const READING_WEEKS_MAX = 20
/** Institutes organise so many of the single ones, leaders of village teams so many. */
const INSTITUTE_SINGLES = 0.12
const LEADER_SINGLES = 0.18
const PLANNED_BEFORE_DAYS_MAX = 8
const LONG_EVERY = 90
const FIRST_SESSION_DAYS = 3
/** The last is held so many days before the end, so that its hours are booked by then. */
const LAST_SESSION_DAYS = 7
const SPRING_FESTIVAL = { from: '2019-02-04', until: '2019-02-11' } as const
const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const
const SEASON_WEIGHT = 5

interface Draft {
  readonly unit: string
  readonly team: string | null
  readonly kind: PlannedActivity['kind']
  readonly what: ActivityWords
  readonly theme: string | null
  readonly dates: readonly string[]
  readonly weekdays: readonly number[] | null
  readonly hour: string
}

/** Dates on which sessions may be, those of the Expo apart. */
interface Days {
  readonly expo: readonly string[]
  readonly other: readonly string[]
}

export function planActivities(planner: ActivityPlanner): {
  activities: PlannedActivity[]
  sessions: PlannedSession[]
} {
  const { span } = planner
  const dates = datesBetween(addDays(span.from, FIRST_SESSION_DAYS), addDays(span.until, -LAST_SESSION_DAYS))
  const isExpo = (date: string) => date >= EXPO_FROM && date < EXPO_UNTIL
  const days: Days = { expo: dates.filter(isExpo), other: dates.filter((date) => !isExpo(date)) }
  const ofExpo =
    days.expo.length === 0 ? 0 : days.other.length === 0 ? span.activities : Math.round(span.activities * EXPO_SHARE)
  const drafts = [...expoDrafts(planner, days, ofExpo), ...otherDrafts(planner, days, span.activities - ofExpo)]
  return planTurns(planner, ...sessionsOf(planner, drafts))
}

const heldOf = (draft: Draft) => draft.dates.filter((date) => !isPaused(date)).length
const isPaused = (date: string) => date >= SPRING_FESTIVAL.from && date < SPRING_FESTIVAL.until

/** Series of institutes and stations; what is left of the number is single. */
function expoDrafts(planner: ActivityPlanner, { expo }: Days, wanted: number): Draft[] {
  const { words, stations, dice } = planner
  const townships = [...new Set(stations.map((one) => one.township))]
  const institutes = spread(Math.round(wanted * INSTITUTE_SHARE), townships).flatMap(([unit, count]) =>
    seriesOf(planner, { unit, kind: 'expo', what: words.expo.institute, theme: 'expo' }, expo, count),
  )
  const ofStations = spread(
    Math.round(wanted * STATION_SHARE),
    stations.map((one) => one.code),
  ).flatMap(([unit, count]) => {
    const theme = dice.roll('expo-theme', unit) < 0.7 ? 'expo' : 'ecology'
    return seriesOf(planner, { unit, kind: 'expo', what: words.expo.station, theme }, expo, count)
  })
  const series = [...institutes, ...ofStations]
  return [...series, ...singlesOf(planner, expo, wanted - sumOf(series))]
}

function otherDrafts(planner: ActivityPlanner, { other }: Days, wanted: number): Draft[] {
  const { words, stations } = planner
  const codes = stations.map((one) => one.code)
  const reading = spread(Math.round(wanted * READING_SHARE), codes).flatMap(([unit, count]) =>
    readingOf(planner, unit, other, Math.min(count, READING_WEEKS_MAX), words.reading),
  )
  return [...reading, ...singlesOf(planner, other, wanted - sumOf(reading))]
}

const sumOf = (drafts: readonly Draft[]) => drafts.reduce((sum, draft) => sum + heldOf(draft), 0)

/** So many to each of the units, the first ones one more; none to those for whom nothing is left. */
function spread(total: number, units: readonly string[]): [string, number][] {
  const each = Math.floor(total / units.length)
  return units.flatMap((unit, at): [string, number][] => {
    const count = each + (at < total - each * units.length ? 1 : 0)
    return count === 0 ? [] : [[unit, count]]
  })
}

/** So many sessions on as few weekdays as hold them, from some week on, in series that are short enough. */
function seriesOf(
  { dice }: ActivityPlanner,
  given: Pick<Draft, 'unit' | 'kind' | 'what' | 'theme'>,
  dates: readonly string[],
  count: number,
): Draft[] {
  const weeks = Math.max(1, Math.floor(dates.length / 7))
  const perWeek = Math.min(7, Math.ceil(count / weeks))
  const first = dice.whole(0, 6, 'weekday', given.unit, given.kind)
  const weekdays = Array.from({ length: perWeek }, (_, at) => (first + Math.floor((at * 7) / perWeek)) % 7)
  const fitting = dates.filter((date) => weekdays.includes(weekdayOf(date)))
  const start = dice.whole(0, Math.max(0, fitting.length - count), 'series-from', given.unit)
  const chosen = fitting.slice(start, start + count)
  const parts = Math.ceil(chosen.length / SERIES_MAX)
  return Array.from({ length: parts }, (_, part): Draft => {
    const own = chosen.slice(part * SERIES_MAX, (part + 1) * SERIES_MAX)
    return { ...given, team: null, dates: own, weekdays, hour: dice.pick(given.what.hours, 'hour', given.unit, part) }
  })
}

/** A reading circle once a week for some weeks without a gap; what falls into the Spring Festival is called off later. */
function readingOf(
  { dice }: ActivityPlanner,
  unit: string,
  dates: readonly string[],
  count: number,
  what: ActivityWords,
): Draft[] {
  const weekday = dice.whole(1, 6, 'reading-day', unit)
  const fitting = dates.filter((date) => weekdayOf(date) === weekday)
  const runs = fitting.flatMap((_, start) => {
    for (let end = start; end < fitting.length; end++) {
      const run = fitting.slice(start, end + 1)
      if (end > start && addDays(fitting[end - 1]!, 7) !== fitting[end]) return []
      if (run.filter((date) => !isPaused(date)).length === count) return [run]
    }
    return []
  })
  if (runs.length === 0) return []
  const run = runs[dice.whole(0, runs.length - 1, 'reading-from', unit)]!
  const hour = dice.pick(what.hours, 'reading-hour', unit)
  return [{ unit, team: null, kind: 'reading', what, theme: null, dates: run, weekdays: [weekday], hour }]
}

/** Single ones on busy days more than on quiet ones, by what the season asks for. */
function singlesOf(planner: ActivityPlanner, dates: readonly string[], count: number): Draft[] {
  const { span, dice, words, stations, teams } = planner
  const holidays = holidaysOf(span.from, span.until)
  const open = dates.filter((date) => !isPaused(date))
  const sums = runningSums(open.map((date) => dayWeight(date, 365, holidays)))
  const leaders = Map.groupBy(
    teams.filter((team) => team.tier === 'squad'),
    (team) => team.code,
  )
  return Array.from({ length: Math.max(0, count) }, (_, n): Draft => {
    const key = `${open[0]} ${n}`
    const date = open[weighted(sums, (n + dice.roll('single-day', key)) / count)]!
    const station = dice.pick(stations, 'single-station', key)
    const share = dice.roll('single-by', key)
    const at = startOfDate(date).getTime()
    const team =
      share > 1 - LEADER_SINGLES
        ? (leaders.get(station.code) ?? []).find((one) => one.foundedAt + (PLANNED_BEFORE_DAYS_MAX + 1) * DAY < at)
        : undefined
    const unit = share < INSTITUTE_SINGLES ? station.township : station.code
    const month = Number(date.slice(5, 7))
    const own = runningSums(
      words.singles.map(({ months }) => (months!.length === 0 ? 1 : months!.includes(month) ? SEASON_WEIGHT : 0)),
    )
    const isLong = date >= EXPO_FROM && date < EXPO_UNTIL && n % LONG_EVERY === 0
    const what = isLong
      ? { ...words.expo.institute, ...words.long }
      : words.singles[weighted(own, dice.roll('single-what', key))]!
    return {
      unit: isLong ? station.township : unit,
      team: isLong ? null : (team?.key ?? null),
      kind: isLong ? 'long' : 'single',
      what,
      theme: null,
      dates: [date],
      weekdays: null,
      hour: dice.pick(what.hours, 'single-hour', key),
    }
  })
}

type Timed = Omit<PlannedSession, 'people' | 'signUps'>

/** Numbers the drafts by their first session, and their sessions by time. */
function sessionsOf(
  planner: ActivityPlanner,
  drafts: readonly Draft[],
): [Omit<PlannedActivity, 'regulars' | 'needed'>[], Timed[]] {
  const ordered = drafts
    .map((draft, index) => ({ ...draft, index }))
    .toSorted((a, b) => (a.dates[0]! < b.dates[0]! ? -1 : a.dates[0]! > b.dates[0]! ? 1 : a.index - b.index))
  const times = ordered
    .flatMap((draft, activity) => draft.dates.map((date) => ({ activity, date, from: timeOf(date, draft.hour) })))
    .toSorted((a, b) => a.from - b.from || a.activity - b.activity)
  const sessions = times.map(({ activity, date, from }, index): Timed => {
    const draft = ordered[activity]!
    const until = from + draft.what.minutes * 60_000
    const way = wayOf(planner.dice, index, draft)
    return {
      index,
      activity,
      from,
      until,
      isCancelled: isPaused(date),
      way,
      enteredAt: enteredAt(planner.dice, index, until, way),
    }
  })
  const own = Map.groupBy(sessions, (session) => session.activity)
  const start = startOfDate(planner.span.from).getTime()
  const activities = ordered.map(({ dates: _dates, weekdays, hour: _hour, ...draft }, index) => {
    const mine = own.get(index)!
    const rule =
      weekdays === null || mine.length === 1
        ? null
        : `FREQ=WEEKLY;BYDAY=${weekdays.map((day) => WEEKDAYS[day]).join(',')};COUNT=${mine.length}`
    const daysBefore = planner.dice.whole(2, PLANNED_BEFORE_DAYS_MAX, 'planned-before', index)
    const day = startOfDate(addDays(dateOf(mine[0]!.from), -daysBefore)).getTime()
    // Nothing is planned before the afternoon on which the centre is founded.
    const createdAt = Math.max(
      day + 10 * HOUR + planner.dice.whole(0, 11, 'planned-hour', index) * (HOUR / 2),
      start + 16 * HOUR,
    )
    return { ...draft, index, rule, createdAt, sessions: mine.map((session) => session.index) }
  })
  return [activities, sessions]
}

/** Codes where few come, lists where a leader stands, sheets everywhere; a device without a network now and then. */
function wayOf(dice: Dice, index: number, { kind, team }: Draft): CheckInWay {
  const share = dice.roll('way', index)
  if (kind === 'single' && share < 0.06) return 'codes'
  if (share >= 0.06 && share < 0.07) return 'offline'
  if (team !== null || share > 0.76) return 'ticks'
  return 'paper'
}

/** Most sheets are entered on the spot, the others next morning, when the hours have been recorded without them. */
function enteredAt(dice: Dice, index: number, until: number, way: CheckInWay): number {
  if (way === 'paper' && dice.roll('entered', index) < 0.7) return until + HOUR / 2
  return (
    startOfDate(addDays(dateOf(until), 1)).getTime() + 9 * HOUR + dice.whole(0, 4, 'entered-at', index) * (HOUR / 2)
  )
}

function timeOf(date: string, hour: string): number {
  return Date.parse(`${date}T${hour}:00+08:00`)
}

function dateOf(at: number): string {
  return new Date(at + 8 * HOUR).toISOString().slice(0, 10)
}

function weekdayOf(date: string): number {
  return new Date(`${date}T12:00:00Z`).getUTCDay()
}
