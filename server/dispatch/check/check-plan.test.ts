import { describe, expect, test } from 'vitest'
import { generateCounty } from '../generate.ts'
import type { Plan, Tour } from '../plan.ts'
import type { DispatchProblem } from '../problem.ts'
import { randomOf } from '../random.ts'
import { solve } from '../solve.ts'
import { onALine, order, teamDay } from '../testing.ts'
import { checkPlan, type ViolationCode } from './check-plan.ts'

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8]

function solved(seed: number): { problem: DispatchProblem; plan: Plan } {
  const problem = generateCounty({ seed, orders: 24, teams: 8, days: 2, villages: 12, fairness: true, coverage: true })
  return { problem, plan: solve(problem, { seed, budget: { iterationsMax: 300 } }) }
}

function codes(problem: DispatchProblem, plan: Parameters<typeof checkPlan>[1]): ViolationCode[] {
  return checkPlan(problem, plan).violations.map((violation) => violation.code)
}

/** The plan with one tour changed. */
function withTour(plan: Plan, at: number, change: (tour: Tour) => Tour): Plan {
  return { ...plan, tours: plan.tours.map((tour, i) => (i === at ? change(tour) : tour)) }
}

describe.each(SEEDS)('a plan of generated problem %i', (seed) => {
  const { problem, plan } = solved(seed)
  const random = randomOf(seed + 1000)
  const at = random.below(plan.tours.length)
  const tour = plan.tours[at]!
  const stop = tour.stops[random.below(tour.stops.length)]!

  test('has no violation, and its cost is the one that it states', () => {
    const check = checkPlan(problem, plan)
    expect(check.violations).toEqual([])
    for (const [part, value] of Object.entries(check.cost))
      expect(plan.cost[part as keyof typeof plan.cost], part).toBeCloseTo(value, 6)
  })

  test('is caught when a stop is left out, doubled or forgotten', () => {
    const without = withTour(plan, at, (one) => ({ ...one, stops: one.stops.filter((other) => other !== stop) }))
    expect(codes(problem, without)).toContain('missing-order')
    const doubled = withTour(plan, at, (one) => ({ ...one, stops: [...one.stops, stop] }))
    expect(codes(problem, doubled)).toContain('served-twice')
    const both = { ...plan, unserved: [...plan.unserved, { order: stop.order!, rejections: [] }] }
    expect(codes(problem, both)).toContain('served-and-unserved')
  })

  test('is caught when a time is moved', () => {
    const earlier = withTour(plan, at, (one) => ({
      ...one,
      stops: one.stops.map((other) =>
        other === stop
          ? {
              ...other,
              arrivesMinute: other.arrivesMinute - 1,
              startsMinute: other.startsMinute - 1,
              endsMinute: other.endsMinute - 1,
            }
          : other,
      ),
    }))
    expect(codes(problem, earlier)).toContain('travel-time')
    const shorter = withTour(plan, at, (one) => ({
      ...one,
      stops: one.stops.map((other) => (other === stop ? { ...other, endsMinute: other.endsMinute - 1 } : other)),
    }))
    expect(codes(problem, shorter)).toContain('service-time')
    const home = withTour(plan, at, (one) => ({ ...one, returnsMinute: one.returnsMinute - 1 }))
    expect(codes(problem, home)).toContain('travel-time')
    const never = withTour(plan, at, (one) => ({ ...one, departsMinute: Number.NaN }))
    expect(codes(problem, never)).toContain('not-finite')
  })

  test('is caught when a tour goes to a team-day that may not have it', () => {
    const unable = problem.teamDays.find((one) =>
      problem.orders.find((each) => each.id === stop.order)!.skills.some((skill) => !one.skills.includes(skill)),
    )
    expect(unable).toBeDefined()
    expect(
      codes(
        problem,
        withTour(plan, at, (one) => ({ ...one, teamDay: unable!.id })),
      ),
    ).toContain('skill')
    expect(
      codes(
        problem,
        withTour(plan, at, (one) => ({ ...one, teamDay: 'nobody' })),
      ),
    ).toContain('unknown-team-day')
    expect(codes(problem, { ...plan, tours: [...plan.tours, tour] })).toContain('team-day-twice')
  })

  test('is caught when the cost is embellished or the bound exceeds it', () => {
    expect(codes(problem, { ...plan, cost: { ...plan.cost, total: plan.cost.total - 1 } })).toEqual(['cost'])
    expect(codes(problem, { ...plan, bound: plan.cost.total + 1 })).toEqual(['bound'])
    expect(codes(problem, { ...plan, bound: plan.cost.total - 1 })).toEqual([])
  })

  test('is caught when the problem gets stricter than the plan', () => {
    const mine = problem.teamDays.findIndex((one) => one.id === tour.teamDay)
    const stricter = (change: object): DispatchProblem => ({
      ...problem,
      teamDays: problem.teamDays.map((one, i) => (i === mine ? { ...one, ...change } : one)),
    })
    expect(codes(stricter({ visitsMax: tour.stops.length - 1 }), plan)).toContain('visits')
    expect(codes(stricter({ shiftEndsMinute: tour.returnsMinute - 1 }), plan)).toContain('shift')
    expect(codes(stricter({ shiftStartsMinute: tour.departsMinute + 1 }), plan)).toContain('shift')
    const work = tour.returnsMinute - tour.departsMinute
    expect(codes(stricter({ workMinutesMax: work - 1 }), plan)).toContain('work-minutes')
    const other = problem.teamDays.find((one) => one.id !== tour.teamDay)!.id
    const order = problem.orders.findIndex((one) => one.id === stop.order)
    const changed = (change: object): DispatchProblem => ({
      ...problem,
      orders: problem.orders.map((one, i) => (i === order ? { ...one, ...change } : one)),
    })
    expect(codes(changed({ pin: { teamDay: other } }), plan)).toContain('pin')
    expect(codes(changed({ teamDays: [other] }), plan)).toContain('not-eligible')
    expect(codes(changed({ windows: [{ opensMinute: 0, closesMinute: stop.startsMinute - 1 }] }), plan)).toContain(
      'window',
    )
  })
})

test('loads, supplies and linked visits are read from the definitions', () => {
  const stops = [
    { order: 'a', arrivesMinute: 1, startsMinute: 1, endsMinute: 31 },
    { order: 'b', arrivesMinute: 32, startsMinute: 32, endsMinute: 62 },
  ]
  const tours = [{ teamDay: 't', departsMinute: 0, returnsMinute: 64, stops }]
  const orders = [order('a', 1, { loads: [2], tools: ['drill'] }), order('b', 2, { loads: [2] })]
  const problem = onALine(3, orders, [teamDay('t', 0, { loadsMax: [3] })], { loadNames: ['crates'], suppliesPlace: 0 })
  expect(codes(problem, { tours, unserved: [] }).sort()).toEqual(['load', 'supplies'])
  const roomy = onALine(3, [order('a', 1), order('b', 2)], [teamDay('t', 0)], {
    links: [{ first: 'a', second: 'b', gapMinMinutes: 0, gapMaxMinutes: 40 }],
  })
  expect(codes(roomy, { tours, unserved: [] })).toEqual(['link'])
})

test('lateness is paid per minute, and the greatest once more', () => {
  const late = [
    order('a', 1, { windows: [{ opensMinute: 0, closesMinute: 0 }] }),
    order('b', 3, { windows: [{ opensMinute: 0, closesMinute: 30 }] }),
  ]
  const problem = onALine(4, late, [teamDay('t', 0)], {
    objective: { travel: 1, workMinute: 0, lateness: { perMinute: 2, maxPerMinute: 10 } },
  })
  const plan = solve(problem, { seed: 1, budget: { iterationsMax: 500 } })
  expect(checkPlan(problem, plan).violations).toEqual([])
  // a starts 1 late, b at 33 is 3 late: 2 × 4 + 10 × 3.
  expect(plan.cost.lateness).toBeCloseTo(38, 9)
})
