/** Everybody who volunteers beside the planned members of teams: when, where, by which way, and into which team. */
import { addDays, dateIn, startOfDate } from '#platform/dates.ts'
import { datesBetween, DAY, dayWeight, holidaysOf, HOUR } from './days.ts'
import { type Dice, runningSums, weighted } from './dice.ts'
import { spanDays } from './plan-offerings.ts'
import { type PeopleSource, registeringTimes } from './plan-teams.ts'
import {
  FIRST_DAYS,
  type PlannedList,
  type PlannedPerson,
  type PlannedStation,
  type PlannedTeam,
  type PlannedVolunteer,
  type Span,
} from './planned.ts'
import type { SeedWords } from './seed-words.ts'

interface Given {
  readonly span: Span
  readonly dice: Dice
  readonly words: Pick<SeedWords, 'volunteering'>
  readonly stations: readonly PlannedStation[]
  readonly teams: readonly PlannedTeam[]
  readonly people: PeopleSource
  readonly strangers: PeopleSource
}

const SLOT = HOUR / 2
/** Of those who come later; at the beginning everybody stands on the list that there was before. */
const LISTED_SHARE = 0.55
/** A list holds for so many days: an invitation is open for sixty. */
const LIST_DAYS = 28
/** One in so many on a list never answers. */
const STRANGER_EVERY = 14
const OTHERS_SHARE_MIN = 0.94
const JOINING_SHARE = 0.7
const APPLYING_SHARE = 0.06
const TELLING_SHARE = 0.3
/** The last registers a few days before the end. */
const LAST_DAYS = 3

type Drawn = Omit<PlannedVolunteer, 'list' | 'joins'> & { readonly isListed: boolean }

export function planVolunteers(given: Given): { volunteers: PlannedVolunteer[]; lists: PlannedList[] } {
  const { span, dice, teams, stations } = given
  const firstEnd = startOfDate(addDays(span.from, firstDays(span))).getTime()
  const members = registeringTimes(teams)
  const early = members.filter((at) => at < firstEnd).length
  const firsts = Math.max(0, span.volunteersFirst - early)
  // In a small share the teams alone have nearly as many members as it has volunteers; they do not come instead of the others.
  const others = Math.max(span.volunteers - members.length, Math.round(span.volunteers * OTHERS_SHARE_MIN))
  const later = Math.max(0, others - firsts)
  const times = [...firstTimes(span, dice, firsts), ...laterTimes(span, dice, later)]
  const sums = runningSums(
    stations.map((station) => 0.5 + dice.roll('village-size', station.code) + (station.isVillage ? 0 : 1)),
  )
  const drawn = times.map((at, index): Drawn => {
    const station = stations[index < stations.length ? index : weighted(sums, dice.roll('home', index))]!
    const skills = dice.roll('skilled', index) < 0.5 ? [dice.pick(given.words.volunteering.skills, 'skill', index)] : []
    const isListed = index < firsts || dice.roll('listed', index) < LISTED_SHARE
    const tellsMore = dice.roll('tells', index) < TELLING_SHARE
    return { ...given.people.next(), index, station: station.code, at, skills, isListed, tellsMore }
  })
  return withLists(given, drawn, firstEnd)
}

/** Days of the beginning, in the proportion of a shorter plan. */
export function firstDays(span: Span): number {
  return Math.max(2, Math.min(FIRST_DAYS, Math.round(spanDays(span) / 7)))
}

/** Half hours of the day, from eight to eight, in the first fortnight from the second day on. */
function firstTimes(span: Span, dice: Dice, count: number): number[] {
  const days = firstDays(span) - 1
  return Array.from({ length: count }, (_, n) => {
    const day = 1 + Math.floor(((n + dice.roll('first-day', n)) / count) * days)
    return slotOf(addDays(span.from, Math.min(day, days)), dice, n)
  }).toSorted((a, b) => a - b)
}

/** Later they come as the service becomes known, and in spring, before the Expo, more than at any other time. */
function laterTimes(span: Span, dice: Dice, count: number): number[] {
  const holidays = holidaysOf(span.from, span.until)
  const dates = datesBetween(addDays(span.from, firstDays(span)), addDays(span.until, -LAST_DAYS))
  const sums = runningSums(
    dates.map((date, day) => {
      const spring = date >= '2019-02-20' && date < '2019-05-10' ? 3 : 1
      return dayWeight(date, (day * 365) / dates.length, holidays) ** 0.7 * spring
    }),
  )
  return Array.from({ length: count }, (_, n) =>
    slotOf(dates[weighted(sums, (n + dice.roll('later-day', n)) / count)]!, dice, -n - 1),
  ).toSorted((a, b) => a - b)
}

function slotOf(date: string, dice: Dice, n: number): number {
  return startOfDate(date).getTime() + 8 * HOUR + dice.whole(0, 24, 'register', n) * SLOT
}

/** Groups those on lists by township and month of the plan; the list comes in the day before the first of them claims. */
function withLists(given: Given, drawn: readonly Drawn[], firstEnd: number) {
  const { dice, span, stations } = given
  const townshipOf = new Map(stations.map((one) => [one.code, one.township]))
  const start = startOfDate(span.from).getTime()
  const periodOf = (at: number) => (at < firstEnd ? 'first' : String(Math.floor((at - firstEnd) / (LIST_DAYS * DAY))))
  const groups = Map.groupBy(
    drawn.filter((one) => one.isListed),
    (one) => `${townshipOf.get(one.station)!} ${periodOf(one.at)}`,
  )
  const teamOf = teamFinder(given.teams)
  const lists: PlannedList[] = []
  const listOf = new Map<number, { list: number; team: string | null }>()
  for (const group of groups.values()) {
    const first = Math.min(...group.map((one) => one.at))
    const dayBefore = startOfDate(addDays(dateIn(new Date(first)), -1)).getTime()
    // The first lists come in on the founding's own afternoon.
    const at = Math.max(dayBefore + 10 * HOUR, start + 15 * HOUR)
    const index = lists.length
    const rows = group.map((one) => {
      const team = dice.roll('list-team', one.index) < JOINING_SHARE ? teamOf(one.station, at) : null
      listOf.set(one.index, { list: index, team })
      return { phone: one.phone, name: one.name, skills: one.skills, team }
    })
    const strangers = Array.from({ length: Math.floor(group.length / STRANGER_EVERY) }, () => ({
      ...given.strangers.next(),
      skills: [],
      team: null,
    }))
    lists.push({ index, at, township: townshipOf.get(group[0]!.station)!, rows: [...rows, ...strangers] })
  }
  const volunteers = drawn.map(({ isListed: _isListed, ...one }): PlannedVolunteer => {
    const listed = listOf.get(one.index)
    return { ...one, list: listed?.list ?? null, joins: joinsOf(given, one, listed?.team ?? null, teamOf) }
  })
  return { volunteers, lists }
}

function joinsOf(
  { dice, teams, span }: Given,
  one: Pick<PlannedVolunteer, 'index' | 'station' | 'at'>,
  listed: string | null,
  teamOf: (station: string, at: number) => string | null,
): PlannedVolunteer['joins'] {
  if (listed !== null) return { team: listed, at: one.at, way: 'list' }
  const share = dice.roll('joins', one.index)
  if (share < APPLYING_SHARE) {
    const professional = teams.filter((team) => team.key.startsWith('professional'))
    const team = dice.pick(professional, 'applies', one.index)
    const at =
      Math.max(one.at, team.foundedAt + DAY - (team.foundedAt % SLOT)) +
      dice.whole(1, 40, 'applies-at', one.index) * SLOT
    return withinDay(at, span, { team: team.key, way: 'application' })
  }
  if (share > JOINING_SHARE) return null
  const there = teamOf(one.station, one.at)
  if (there !== null) return { team: there, at: one.at, way: 'open' }
  const later = teams.find((team) => team.key === `village ${one.station} 0`)
  if (later === undefined) return null
  const at = later.foundedAt - (later.foundedAt % SLOT) + dice.whole(2, 20 * 48, 'joins-at', one.index) * SLOT
  return withinDay(at, span, { team: later.key, way: 'open' })
}

/** Nobody joins at night, or when the plan has ended. */
function withinDay(
  at: number,
  span: Span,
  to: { team: string; way: 'open' | 'application' },
): PlannedVolunteer['joins'] {
  const midnight = startOfDate(dateIn(new Date(at))).getTime()
  const isLate = at > midnight + 20 * HOUR
  const when = isLate ? midnight + 32 * HOUR : Math.max(at, midnight + 8 * HOUR)
  return when > startOfDate(addDays(span.until, -LAST_DAYS)).getTime() ? null : { ...to, at: when }
}

/** The village's first team, from the day after it was founded; a name that two teams of a township have stands for neither. */
function teamFinder(teams: readonly PlannedTeam[]) {
  const names = Map.groupBy(teams, (team) => `${team.code.slice(0, 9)} ${team.name}`)
  const known = new Map(
    teams.filter((team) => team.key.endsWith(' 0') && team.tier === 'squad').map((team) => [team.code, team]),
  )
  return (station: string, at: number): string | null => {
    const team = known.get(station)
    if (team === undefined || team.foundedAt + DAY > at) return null
    return names.get(`${team.code.slice(0, 9)} ${team.name}`)!.length === 1 ? team.key : null
  }
}

/** Rows of a list as a spreadsheet has them. */
export function listAsCsv(list: PlannedList, columns: readonly string[], nameOfTeam: (key: string) => string): Buffer {
  const lines = list.rows.map(({ name, phone, skills, team }: PlannedList['rows'][number] & PlannedPerson) =>
    [name, phone, skills.join(' '), team === null ? '' : nameOfTeam(team)].join(','),
  )
  return Buffer.from([columns.join(','), ...lines].join('\n'))
}
