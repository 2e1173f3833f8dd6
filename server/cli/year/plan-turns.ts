/** Who comes to which session: nobody to two on one day, and within the Expo's hundred days exactly as many as the seed says. */
import { startOfDate } from '#platform/dates.ts'
import type { ActivityPlanner } from './activity-planner.ts'
import { DAY, HOUR } from './days.ts'
import { EXPO_FROM, EXPO_UNTIL, type PlannedActivity, type PlannedSession } from './planned.ts'

/** How many come beside another: an institute calls a township together. */
const WEIGHT = { reading: 0.22, single: 0.3, long: 0.6, expo: 1 } as const
const INSTITUTE_WEIGHT = 4.4
/** Outside the hundred days, where nothing is to be reached. */
const USUAL = { reading: [4, 9], single: [3, 8], long: [6, 12], expo: [8, 20] } as const
/** A sheet, like a list, holds five hundred. */
const PEOPLE_MAX = 480
const CODES_PEOPLE_MAX = 6
const OFFLINE_PEOPLE_MAX = 24
const LONG_PEOPLE_MAX = 16
const REGULARS_MAX = 3
const SIGN_UPS_MAX = 2
const STANDS_FIRM = 0.93

type Timed = Omit<PlannedSession, 'people' | 'signUps'>
type Bare = Omit<PlannedActivity, 'regulars' | 'needed'>

interface Pools {
  /** Indices by unit, stations and townships, in the order of registering. */
  readonly of: ReadonlyMap<string, readonly number[]>
  /** How many of a unit had registered the day before an instant. */
  knownAt(unit: string, at: number): number
}

export function planTurns(
  planner: ActivityPlanner,
  bare: readonly Bare[],
  timed: readonly Timed[],
): { activities: PlannedActivity[]; sessions: PlannedSession[] } {
  const { dice, span } = planner
  const pools = poolsOf(planner)
  const regulars = bare.map((activity) => regularsOf(planner, pools, activity))
  const people: number[][] = timed.map(() => [])
  const takenOn = new Map<number, Set<number>>()
  const taken = (session: Timed) => {
    const day = Math.floor((session.from + 8 * HOUR) / DAY)
    const set = takenOn.get(day) ?? new Set()
    takenOn.set(day, set)
    return set
  }
  const held = timed.filter((session) => !session.isCancelled)
  for (const session of held) {
    for (const index of regulars[session.activity]!) {
      const isThere =
        planner.volunteers[index]!.at + DAY < session.from && dice.roll('firm', index, session.index) < STANDS_FIRM
      if (!isThere || taken(session).has(index)) continue
      taken(session).add(index)
      people[session.index]!.push(index)
    }
  }
  const fill = (session: Timed, wanted: number): number => {
    const own = people[session.index]!
    const { unit } = bare[session.activity]!
    const pool = pools.of.get(unit) ?? []
    const known = pools.knownAt(unit, session.from)
    const max = Math.min(wanted, peopleMax(session, bare[session.activity]!))
    const start = dice.whole(0, Math.max(0, known - 1), 'fill', session.index)
    for (let at = 0; at < known && own.length < max; at++) {
      const index = pool[(start + at) % known]!
      if (taken(session).has(index)) continue
      taken(session).add(index)
      own.push(index)
    }
    return own.length
  }
  const isExpo = (session: Timed) => session.from >= timeOf(EXPO_FROM) && session.from < timeOf(EXPO_UNTIL)
  const expo = held.filter(isExpo)
  fillExactly(expo, span.turns, (session) => weightOf(bare[session.activity]!, dice.roll('size', session.index)), fill)
  for (const session of held) {
    const [least, most] = USUAL[bare[session.activity]!.kind]
    if (!isExpo(session)) fill(session, dice.whole(least, most, 'size', session.index))
  }
  const sessions = timed.map((session): PlannedSession => {
    const own = people[session.index]!
    const isSingle = bare[session.activity]!.sessions.length === 1
    return { ...session, people: own, signUps: isSingle ? signUpsOf(planner, session, bare, own) : [] }
  })
  const activities = bare.map((activity, index): PlannedActivity => {
    const most = Math.max(...activity.sessions.map((one) => people[one]!.length))
    return { ...activity, regulars: regulars[index]!, needed: Math.max(4, most) }
  })
  return { activities, sessions }
}

/** Each session's share of what is left, so that what one lacks the next ones have; the last rests go where there is room. */
function fillExactly(
  sessions: readonly Timed[],
  total: number,
  weight: (session: Timed) => number,
  fill: (session: Timed, wanted: number) => number,
): void {
  let left = total
  let weights = sessions.reduce((sum, session) => sum + weight(session), 0)
  const counts = new Map<Timed, number>()
  for (const session of sessions) {
    const count = fill(session, Math.max(1, Math.round((left * weight(session)) / weights)))
    counts.set(session, count)
    left -= count
    weights -= weight(session)
  }
  for (const session of sessions.toReversed()) {
    if (left <= 0) break
    const count = fill(session, counts.get(session)! + left)
    left -= count - counts.get(session)!
  }
  if (left !== 0 && sessions.length > 0) throw new Error(`${left} of ${total} turns found nobody to take them.`)
}

function weightOf({ kind, unit }: Bare, size: number): number {
  const ofUnit = kind === 'expo' && unit.endsWith('000') ? INSTITUTE_WEIGHT : WEIGHT[kind]
  return ofUnit * (0.7 + 0.6 * size)
}

function peopleMax({ way }: Timed, { kind }: Bare): number {
  if (way === 'codes') return CODES_PEOPLE_MAX
  if (way === 'offline') return OFFLINE_PEOPLE_MAX
  return kind === 'long' ? LONG_PEOPLE_MAX : PEOPLE_MAX
}

function poolsOf({ stations, volunteers }: ActivityPlanner): Pools {
  const townshipOf = new Map(stations.map((one) => [one.code, one.township]))
  const of = new Map<string, number[]>()
  for (const { index, station } of volunteers.toSorted((a, b) => a.at - b.at || a.index - b.index)) {
    for (const unit of [station, townshipOf.get(station)!]) {
      const own = of.get(unit) ?? []
      own.push(index)
      of.set(unit, own)
    }
  }
  return {
    of,
    knownAt(unit, at) {
      const own = of.get(unit) ?? []
      let [low, high] = [0, own.length]
      while (low < high) {
        const middle = (low + high) >> 1
        if (volunteers[own[middle]!]!.at + DAY < at) low = middle + 1
        else high = middle
      }
      return low
    },
  }
}

/** Who signs up for a whole series, soon after it was planned. */
function regularsOf({ dice }: ActivityPlanner, pools: Pools, activity: Bare): number[] {
  if (activity.sessions.length === 1) return []
  const known = pools.knownAt(activity.unit, activity.createdAt)
  const count = Math.min(known, dice.whole(1, REGULARS_MAX, 'regulars', activity.index))
  const start = dice.whole(0, Math.max(0, known - 1), 'regular', activity.index)
  return Array.from({ length: count }, (_, at) => pools.of.get(activity.unit)![(start + at) % known]!)
}

/** Who signs up for a single one: must have registered when it is announced. */
function signUpsOf(
  { dice, volunteers }: ActivityPlanner,
  session: Timed,
  bare: readonly Bare[],
  own: readonly number[],
): number[] {
  const { createdAt } = bare[session.activity]!
  const could = own.filter((index) => volunteers[index]!.at + DAY < createdAt)
  return could.slice(0, dice.whole(0, SIGN_UPS_MAX, 'sign-ups', session.index))
}

function timeOf(date: string): number {
  return startOfDate(date).getTime()
}
