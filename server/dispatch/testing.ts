// Problems and an exhaustive optimum for the tests of this folder. The optimum is found by trying everything and asking the checker,
// so it owes nothing to the search.
import { checkPlan } from './check/check-plan.ts'
import type { Stop, Tour } from './plan.ts'
import type { DispatchProblem, Order, TeamDay } from './problem.ts'
import { randomOf, type Random } from './random.ts'

export function order(id: string, place: number, changes: Partial<Order> = {}): Order {
  return {
    id,
    place,
    serviceMinutes: 30,
    windows: [{ opensMinute: 0, closesMinute: 600 }],
    skills: [],
    loads: [],
    unservedCost: 500,
    assignmentCosts: [],
    ...changes,
  }
}

export function teamDay(id: string, place: number, changes: Partial<TeamDay> = {}): TeamDay {
  return {
    id,
    team: id,
    day: 'monday',
    startPlace: place,
    endPlace: place,
    shiftStartsMinute: 0,
    shiftEndsMinute: 600,
    visitsMax: 9,
    workMinutesMax: 600,
    loadsMax: [],
    skills: [],
    travel: 0,
    fixedCost: 0,
    ...changes,
  }
}

/** A problem on a line: place p is at minute p of a road, so that travel is the difference of places. */
export function onALine(
  places: number,
  orders: readonly Order[],
  teamDays: readonly TeamDay[],
  changes: Partial<DispatchProblem> = {},
): DispatchProblem {
  const minutes = new Float64Array(places * places)
  for (let i = 0; i < places; i++) for (let j = 0; j < places; j++) minutes[i * places + j] = Math.abs(i - j)
  return {
    loadNames: [],
    travel: [{ name: 'line', placeCount: places, minutes }],
    orders,
    teamDays,
    links: [],
    objective: { travel: 1, workMinute: 0 },
    fairness: [],
    coverage: [],
    ...changes,
  }
}

const SKILLS = ['law', 'care', 'music']

/** A tiny problem with every kind of rule switched on by chance. */
export function tiny(seed: number): DispatchProblem {
  const random = randomOf(seed)
  const places = 12
  const teamDays = ['t1', 't2', 't3'].map((id) => tinyTeamDay(id, random, places))
  const orders = Array.from({ length: 5 }, (_, i) => tinyOrder(`o${i}`, random, places))
  const chance = random.below(4)
  return onALine(places, orders, teamDays, {
    loadNames: ['crates'],
    objective: { travel: 1, workMinute: chance === 0 ? 1 : 0 },
    fairness:
      chance === 1
        ? [
            { fromMinutes: 30, costPerMinute: 0.5 },
            { fromMinutes: 60, costPerMinute: 2 },
          ]
        : [],
    coverage: chance === 2 ? [{ village: 'north', visitsMin: 2, missingCost: 40 }] : [],
  })
}

function tinyTeamDay(id: string, random: Random, places: number): TeamDay {
  const shiftStartsMinute = random.below(30)
  return teamDay(id, random.below(places), {
    endPlace: random.below(places),
    shiftStartsMinute,
    shiftEndsMinute: 100 + random.below(100),
    workMinutesMax: 60 + random.below(120),
    visitsMax: 1 + random.below(3),
    loadsMax: [1 + random.below(3)],
    skills: SKILLS.filter(() => random.below(3) > 0),
    fixedCost: random.below(3) * 5,
  })
}

function tinyOrder(id: string, random: Random, places: number): Order {
  const opensMinute = random.below(80)
  const windows = [{ opensMinute, closesMinute: opensMinute + random.below(60) }]
  if (random.below(3) === 0) windows.push({ opensMinute: opensMinute + 70, closesMinute: opensMinute + 90 })
  return order(id, random.below(places), {
    serviceMinutes: 5 + random.below(30),
    windows,
    skills: [SKILLS[random.below(3)]!],
    loads: [random.below(2)],
    unservedCost: 20 + random.below(100),
    ...(random.below(2) === 0 ? { village: 'north' } : {}),
    assignmentCosts: [{ part: 'pairing', team: 't1', minutes: random.below(20) - 10 }],
  })
}

/** The least cost of all feasible plans, by trying every assignment and sequence. For at most six orders on hard windows. */
export function optimumByEnumeration(problem: DispatchProblem): number {
  const routes = problem.teamDays.map((): string[] => [])
  const places = new Map(problem.orders.map((one) => [one.id, one.place]))
  let least = Infinity
  const place = (index: number, unserved: readonly string[]): void => {
    const next = problem.orders[index]
    if (!next) {
      const tours = problem.teamDays.flatMap((one, v) =>
        routes[v]!.length > 0 ? [drive(problem, one, routes[v]!)] : [],
      )
      const check = checkPlan(problem, { tours, unserved: unserved.map((id) => ({ order: id, rejections: [] })) })
      if (check.violations.every((one) => one.code === 'must-be-served')) least = Math.min(least, check.cost.total)
      return
    }
    for (const route of routes) {
      for (let at = 0; at <= route.length; at++) {
        route.splice(at, 0, next.id)
        place(index + 1, unserved)
        route.splice(at, 1)
      }
    }
    place(index + 1, [...unserved, next.id])
  }
  if (places.size > 6) throw new RangeError('too many orders to enumerate')
  place(0, [])
  return least
}

/** Times of a route that starts as late as it can without arriving later anywhere. */
function drive(problem: DispatchProblem, day: TeamDay, route: readonly string[]): Tour {
  const table = problem.travel[day.travel]!
  const orders = route.map((id) => problem.orders.find((one) => one.id === id)!)
  const go = (departs: number): Tour => {
    let place = day.startPlace
    let now = departs
    const stops: Stop[] = orders.map((one) => {
      const arrivesMinute = now + table.minutes[place * table.placeCount + one.place]!
      const fits = one.windows.filter(
        (window) => (window.day === undefined || window.day === day.day) && window.closesMinute >= arrivesMinute,
      )
      const startsMinute = one.pin?.startsMinute ?? Math.max(arrivesMinute, Math.min(...fits.map((w) => w.opensMinute)))
      place = one.place
      now = startsMinute + one.serviceMinutes
      return { order: one.id, arrivesMinute, startsMinute, endsMinute: now }
    })
    const returnsMinute = now + table.minutes[place * table.placeCount + day.endPlace]!
    return { teamDay: day.id, departsMinute: departs, returnsMinute, stops }
  }
  const early = go(day.shiftStartsMinute)
  const last = early.stops.at(-1)?.startsMinute
  // Waiting saved at the start shortens the working time; whole minutes are enough for the problems of the tests.
  for (let departs = day.shiftEndsMinute; departs > day.shiftStartsMinute; departs--) {
    const late = go(departs)
    if (late.stops.at(-1)?.startsMinute === last) return late
  }
  return early
}
