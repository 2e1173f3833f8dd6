// Seeded problems with the shape of a county: villages around towns, teams with homes and areas, half-days, categories. Invented, so
// they show that the engine works, not what real demand is.
import type { AssignmentCost, DispatchProblem, Order, TeamDay } from './problem.ts'
import { randomOf, type Random } from './random.ts'
import { travelByRoad } from './travel.ts'

export interface GenerateOptions {
  readonly seed: number
  readonly orders: number
  readonly teams: number
  readonly days: number
  readonly villages: number
  /** Team-days open to an order on average, by area; all when absent. */
  readonly eligibleMean?: number
  readonly fairness?: boolean
  readonly coverage?: boolean
}

const CATEGORIES = ['theory', 'science', 'culture', 'sports', 'health', 'law', 'care'] as const
const PLAIN_KM = 40
const SHIFT_STARTS_MINUTE = 8 * 60
const SHIFT_ENDS_MINUTE = 17 * 60
const NOON_MINUTE = 12 * 60
const AFTERNOON_MINUTE = 13 * 60 + 30
const VISITS_MAX = 4
const WORK_MINUTES_MAX = 420
const UNSERVED_MINUTES = 240
const UNPAIRED_MINUTES = 15
const FAIR_MINUTES = 240
const MISSING_MINUTES = 60

/** Makes a problem; the same options give the same problem. Places are the villages, then the homes of the teams. */
export function generateCounty(options: GenerateOptions): DispatchProblem {
  const random = randomOf(options.seed)
  const towns = Array.from({ length: Math.max(1, Math.round(options.villages / 12)) }, () => pointIn(random, PLAIN_KM))
  const villages = Array.from({ length: options.villages }, () => near(random, towns[random.below(towns.length)]!, 6))
  const homes = Array.from({ length: options.teams }, () => near(random, villages[random.below(villages.length)]!, 2))
  const days = Array.from({ length: options.days }, (_, d) => `day-${d + 1}`)
  const teamSkills = homes.map(() => CATEGORIES.filter(() => random.real() < 0.4))
  const teamDays = homes.flatMap((_, t) =>
    days.flatMap((day) => (random.real() < 0.85 ? [teamDayOf(options, t, day, teamSkills[t]!, random)] : [])),
  )
  const orders = Array.from({ length: options.orders }, (_, i) =>
    orderOf(options, i, villages, homes, teamDays, days, random),
  )
  return {
    loadNames: [],
    travel: [travelByRoad('road', [...villages, ...homes])],
    orders,
    teamDays,
    links: [],
    objective: { travel: 1, workMinute: 0 },
    fairness: options.fairness
      ? [
          { fromMinutes: FAIR_MINUTES, costPerMinute: 0.1 },
          { fromMinutes: 2 * FAIR_MINUTES, costPerMinute: 0.4 },
        ]
      : [],
    coverage: options.coverage
      ? villages.flatMap((_, w) =>
          w % 5 === 0 ? [{ village: `village-${w}`, visitsMin: 1, missingCost: MISSING_MINUTES }] : [],
        )
      : [],
  }
}

type Point = readonly [number, number]

const pointIn = (random: Random, side: number): Point => [random.real() * side, random.real() * side]
const near = (random: Random, [x, y]: Point, spread: number): Point => [
  x + (random.real() - 0.5) * 2 * spread,
  y + (random.real() - 0.5) * 2 * spread,
]

function teamDayOf(
  options: GenerateOptions,
  team: number,
  day: string,
  skills: readonly string[],
  random: Random,
): TeamDay {
  const half = random.below(4)
  return {
    id: `team-${team}/${day}`,
    team: `team-${team}`,
    day,
    startPlace: options.villages + team,
    endPlace: options.villages + team,
    shiftStartsMinute: half === 0 ? AFTERNOON_MINUTE : SHIFT_STARTS_MINUTE,
    shiftEndsMinute: half === 1 ? NOON_MINUTE : SHIFT_ENDS_MINUTE,
    visitsMax: VISITS_MAX,
    workMinutesMax: WORK_MINUTES_MAX,
    loadsMax: [],
    skills,
    travel: 0,
    fixedCost: 10,
  }
}

function orderOf(
  options: GenerateOptions,
  index: number,
  villages: readonly Point[],
  homes: readonly Point[],
  teamDays: readonly TeamDay[],
  days: readonly string[],
  random: Random,
): Order {
  const village = random.below(villages.length)
  const firstDay = random.below(days.length)
  const skill = CATEGORIES[random.below(CATEGORIES.length)]!
  const halves: readonly (readonly [number, number])[] = [
    [SHIFT_STARTS_MINUTE, NOON_MINUTE - 60],
    [AFTERNOON_MINUTE, SHIFT_ENDS_MINUTE - 60],
    [SHIFT_STARTS_MINUTE, SHIFT_ENDS_MINUTE - 60],
  ]
  const [opensMinute, closesMinute] = halves[random.below(halves.length)]!
  const open = days.slice(firstDay)
  const assignmentCosts: AssignmentCost[] = open.map((day, late) => ({ part: 'lateness', day, minutes: late * 4 }))
  assignmentCosts.push({ part: 'pairing', minutes: UNPAIRED_MINUTES })
  const paired = `team-${random.below(homes.length)}`
  assignmentCosts.push({ part: 'pairing', team: paired, minutes: -UNPAIRED_MINUTES })
  const base = {
    id: `order-${index}`,
    place: village,
    serviceMinutes: 20 + 10 * random.below(8),
    windows: open.map((day) => ({ day, opensMinute, closesMinute })),
    skills: [skill],
    loads: [],
    unservedCost: UNSERVED_MINUTES * (1 + random.below(3)),
    village: `village-${village}`,
    assignmentCosts,
  }
  if (options.eligibleMean === undefined) return base
  return { ...base, teamDays: areaOf(options.eligibleMean, base, villages[village]!, homes, teamDays) }
}

/** The nearest team-days that have the skill on an open day, as many as an area holds. */
function areaOf(
  count: number,
  order: Pick<Order, 'skills' | 'windows'>,
  from: Point,
  homes: readonly Point[],
  teamDays: readonly TeamDay[],
): string[] {
  const days = new Set(order.windows.map((window) => window.day))
  const able = teamDays.filter((one) => days.has(one.day) && order.skills.every((skill) => one.skills.includes(skill)))
  const distance = (one: TeamDay): number => {
    const [x, y] = homes[Number(one.team.slice('team-'.length))]!
    return Math.hypot(x - from[0], y - from[1])
  }
  return able
    .map((one) => ({ id: one.id, distance: distance(one) }))
    .sort((a, b) => a.distance - b.distance || (a.id < b.id ? -1 : 1))
    .slice(0, count)
    .map((one) => one.id)
}
