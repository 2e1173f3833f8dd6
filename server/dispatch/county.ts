// The county of the benchmark: 423 villages around 18 towns, 29 district, 83 town and 519 village teams with areas, calendars and
// half-days, seven categories, pairing, fairness and coverage. Its shape follows a real centre's figures; its demand is invented, so it
// shows how the engine scales and how near to the bound it comes, not what people ask for.
import type { AssignmentCost, DispatchProblem, Order, TeamDay } from './problem.ts'
import { randomOf, type Random } from './random.ts'
import { travelByRoad } from './travel.ts'

export interface CountyOptions {
  readonly seed: number
  readonly orders: number
  readonly days: number
  /** Share of the team-days that leave takes away: what makes a week tight. */
  readonly leaveShare?: number
  /** How many times the usual area a team serves: with teams on leave the others help out farther away. */
  readonly areaScale?: number
  /** How many times the usual number of teams. */
  readonly teamsScale?: number
  /** Teams that go on clinic tours of up to eight short visits. */
  readonly clinicTeams?: number
}

const TOWNS = 18
const VILLAGES = 423
const SEAT = VILLAGES + TOWNS
const PLAIN_KM = 60
const TOWN_RADIUS_KM = 6
const CATEGORIES = ['theory', 'science', 'culture', 'sports', 'health', 'law', 'care'] as const
const SHIFT_STARTS_MINUTE = 8 * 60
const SHIFT_ENDS_MINUTE = 17 * 60
const NOON_MINUTE = 12 * 60
const AFTERNOON_MINUTE = 13 * 60 + 30
const LAST_START_BEFORE_END_MINUTES = 60
const WORK_MINUTES_MAX = 420
const UNSERVED_MINUTES = 120
const LATE_DAY_MINUTES = 4
const UNPAIRED_MINUTES = 8
const FAIR_MINUTES_PER_WEEK = 240
const MISSING_MINUTES = 60
const CLINIC_VISITS_MAX = 8
/** Every so many villages has gone without service and is owed a visit; its neglect raises the price of leaving its orders out. */
const OWED_EVERY = 6

interface TeamKind {
  readonly name: string
  readonly teams: number
  /** Chance of being on duty on a day of the week (0 is Monday). */
  readonly duty: (weekday: number) => number
  readonly categories: number
  /** Towns or villages that it serves, nearest first. */
  readonly area: number
  readonly halfDayShare: number
  readonly visitsMax: number
  readonly fixedCost: number
}

const WEEKDAYS = 5
const WEEK_DAYS = 7
const KINDS: readonly TeamKind[] = [
  {
    name: 'district',
    teams: 29,
    duty: (weekday) => (weekday < WEEKDAYS ? 1 : 0),
    categories: 2,
    area: 9,
    halfDayShare: 0,
    visitsMax: 4,
    fixedCost: 12,
  },
  {
    name: 'town',
    teams: 83,
    duty: () => 3 / WEEK_DAYS,
    categories: 3,
    area: 3,
    halfDayShare: 0.4,
    visitsMax: 4,
    fixedCost: 6,
  },
  {
    name: 'village',
    teams: 519,
    duty: () => 2 / WEEK_DAYS,
    categories: 2,
    area: 18,
    halfDayShare: 0.6,
    visitsMax: 3,
    fixedCost: 2,
  },
]

type Point = readonly [number, number]

interface Team {
  readonly id: string
  readonly kind: TeamKind
  readonly home: number
  readonly skills: readonly string[]
  readonly villages: ReadonlySet<number>
  readonly isClinic: boolean
}

interface County {
  readonly points: readonly Point[]
  readonly townOf: readonly number[]
  readonly teams: readonly Team[]
  /** Indices of the teams with a skill. */
  readonly skilled: ReadonlyMap<string, readonly number[]>
}

/** Makes a problem; the same options give the same problem. Places are the villages, the town centres and the county seat. */
export function countyOf(options: CountyOptions): DispatchProblem {
  const random = randomOf(options.seed)
  const county = landOf(random, options)
  const days = Array.from({ length: options.days }, (_, d) => `day-${String(d + 1).padStart(2, '0')}`)
  const duties = county.teams.map((team) => days.map((_, d) => onDuty(team, d % WEEK_DAYS, options, random)))
  const teamDays = county.teams.flatMap((team, t) =>
    days.flatMap((day, d) => (duties[t]![d] ? [teamDayOf(team, day, random)] : [])),
  )
  const orders = Array.from({ length: options.orders }, (_, i) => orderOf(i, county, duties, days, random))
  const fair = (FAIR_MINUTES_PER_WEEK * options.days) / WEEK_DAYS
  return {
    skillNames: CATEGORIES,
    loadNames: [],
    travel: [travelByRoad('road', county.points)],
    orders,
    teamDays,
    links: [],
    objective: { travel: 1, workMinute: 0 },
    fairness: [
      { fromMinutes: fair, costPerMinute: 0.05 },
      { fromMinutes: 1.5 * fair, costPerMinute: 0.15 },
      { fromMinutes: 2.5 * fair, costPerMinute: 0.4 },
    ],
    coverage: Array.from({ length: VILLAGES }, (_, w) => w)
      .filter((w) => w % OWED_EVERY === 0)
      .map((w) => ({ village: `village-${w}`, visitsMin: 1, missingCost: MISSING_MINUTES })),
  }
}

function landOf(random: Random, { clinicTeams = 0, areaScale = 1, teamsScale = 1 }: CountyOptions): County {
  const towns: Point[] = Array.from({ length: TOWNS }, () => [random.real() * PLAIN_KM, random.real() * PLAIN_KM])
  const townOf = Array.from({ length: VILLAGES }, (_, w) => w % TOWNS)
  const villages = townOf.map((town) => near(random, towns[town]!, TOWN_RADIUS_KM))
  const points = [...villages, ...towns, [PLAIN_KM / 2, PLAIN_KM / 2] as const]
  const teams = KINDS.flatMap((kind) =>
    Array.from({ length: kind.teams * teamsScale }, (_, t) => {
      const isClinic = kind.name === 'town' && t < clinicTeams
      const home = homeOf(kind, t, random)
      const around = nearest(points, home, kind.name === 'village' ? [0, VILLAGES] : [VILLAGES, VILLAGES + TOWNS])
      const area = new Set(around.slice(0, Math.round(kind.area * areaScale)))
      const served = townOf.flatMap((town, w) => (area.has(kind.name === 'village' ? w : VILLAGES + town) ? [w] : []))
      return {
        id: `${kind.name}-${t}`,
        kind,
        home,
        skills: isClinic ? ['health'] : pick(random, CATEGORIES, kind.categories),
        villages: new Set(served),
        isClinic,
      }
    }),
  )
  const skilled = new Map(
    CATEGORIES.map((skill) => [skill, [...teams.keys()].filter((t) => teams[t]!.skills.includes(skill))]),
  )
  return { points, townOf, teams, skilled }
}

/** Professional corps start from the seat or from a town, town teams from their town, village teams from their village. */
function homeOf(kind: TeamKind, index: number, random: Random): number {
  if (kind.name === 'district') return index % 2 === 0 ? SEAT : VILLAGES + random.below(TOWNS)
  return kind.name === 'town' ? VILLAGES + (index % TOWNS) : random.below(VILLAGES)
}

const near = (random: Random, [x, y]: Point, radius: number): Point => [
  x + (random.real() - 0.5) * 2 * radius,
  y + (random.real() - 0.5) * 2 * radius,
]

function nearest(points: readonly Point[], from: number, [low, high]: readonly [number, number]): number[] {
  const [x, y] = points[from]!
  const away = points.map(([px, py]) => Math.hypot(px - x, py - y))
  return Array.from({ length: high - low }, (_, i) => low + i).sort((a, b) => away[a]! - away[b]! || a - b)
}

function pick<T>(random: Random, from: readonly T[], count: number): T[] {
  const left = [...from]
  return Array.from({ length: count }, () => left.splice(random.below(left.length), 1)[0]!)
}

function onDuty(team: Team, weekday: number, options: CountyOptions, random: Random): boolean {
  return random.real() < team.kind.duty(weekday) && random.real() >= (options.leaveShare ?? 0)
}

function teamDayOf(team: Team, day: string, random: Random): TeamDay {
  const isHalf = random.real() < team.kind.halfDayShare && !team.isClinic
  const isMorning = random.below(2) === 0
  return {
    id: `${team.id}/${day}`,
    team: team.id,
    day,
    startPlace: team.home,
    endPlace: team.home,
    shiftStartsMinute: isHalf && !isMorning ? AFTERNOON_MINUTE : SHIFT_STARTS_MINUTE,
    shiftEndsMinute: isHalf && isMorning ? NOON_MINUTE : SHIFT_ENDS_MINUTE,
    visitsMax: team.isClinic ? CLINIC_VISITS_MAX : team.kind.visitsMax,
    workMinutesMax: WORK_MINUTES_MAX,
    loadsMax: [],
    skills: team.skills,
    travel: 0,
    fixedCost: team.kind.fixedCost,
  }
}

function orderOf(
  index: number,
  county: County,
  duties: readonly (readonly boolean[])[],
  days: readonly string[],
  random: Random,
): Order {
  const village = random.below(VILLAGES)
  const skill = CATEGORIES[random.below(CATEGORIES.length)]!
  const first = random.below(days.length)
  // An order is dealt with in its week.
  const weekEnds = first - (first % WEEK_DAYS) + WEEK_DAYS
  const open = days.slice(first, Math.min(weekEnds, first + 2 + random.below(5)))
  const halves: readonly (readonly [number, number])[] = [
    [SHIFT_STARTS_MINUTE, NOON_MINUTE - LAST_START_BEFORE_END_MINUTES],
    [AFTERNOON_MINUTE, SHIFT_ENDS_MINUTE - LAST_START_BEFORE_END_MINUTES],
    [SHIFT_STARTS_MINUTE, SHIFT_ENDS_MINUTE - LAST_START_BEFORE_END_MINUTES],
  ]
  const [opensMinute, closesMinute] = halves[random.below(halves.length)]!
  const priority = 1 + random.below(3)
  const clinics = skill === 'health' && county.teams.some((team) => team.isClinic)
  const serviceMinutes = clinics ? 15 + 5 * random.below(3) : 20 + 10 * random.below(8)
  const able = county.skilled.get(skill)!.flatMap((t) => {
    const team = county.teams[t]!
    return team.villages.has(village) ? [{ team, duty: duties[t]! }] : []
  })
  const assignmentCosts: AssignmentCost[] = open.map((day, late) => ({
    part: 'lateness',
    day,
    minutes: late * LATE_DAY_MINUTES * priority,
  }))
  assignmentCosts.push({ part: 'pairing', minutes: UNPAIRED_MINUTES })
  if (able.length > 0)
    assignmentCosts.push({
      part: 'pairing',
      team: able[random.below(able.length)]!.team.id,
      minutes: -UNPAIRED_MINUTES,
    })
  return {
    id: `order-${index}`,
    place: village,
    serviceMinutes,
    windows: open.map((day) => ({ day, opensMinute, closesMinute })),
    skills: [skill],
    loads: [],
    unservedCost: UNSERVED_MINUTES * priority * (village % OWED_EVERY === 0 ? 1.5 : 1),
    village: `village-${village}`,
    teamDays: able.flatMap(({ team, duty }) =>
      open.flatMap((day, d) => (duty[first + d] ? [`${team.id}/${day}`] : [])),
    ),
    assignmentCosts,
  }
}
