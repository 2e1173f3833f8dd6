import { describe, expect, test } from 'vitest'
import { checkPlan } from './check/check-plan.ts'
import { PinConflictError } from './construct.ts'
import { generateCounty } from './generate.ts'
import type { Plan } from './plan.ts'
import type { DispatchProblem } from './problem.ts'
import { ENGINE_VERSION, solve } from './solve.ts'
import { onALine, optimumByEnumeration, order, teamDay, tiny } from './testing.ts'

const plan = (problem: DispatchProblem, seed = 1, iterationsMax = 2000): Plan =>
  solve(problem, { seed, budget: { iterationsMax } })

describe('on tiny problems', () => {
  test.each(Array.from({ length: 24 }, (_, i) => i + 1))(
    'problem %i is solved to the optimum by enumeration',
    (seed) => {
      const problem = tiny(seed)
      const found = plan(problem, seed, 1000)
      expect(checkPlan(problem, found).violations).toEqual([])
      expect(found.cost.total).toBeCloseTo(optimumByEnumeration(problem), 6)
    },
  )

  test('removing a team never lowers the optimum', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const problem = tiny(seed)
      const fewer = { ...problem, teamDays: problem.teamDays.slice(1) }
      expect(plan(fewer, 1, 400).cost.total).toBeGreaterThanOrEqual(plan(problem, 1, 400).cost.total - 1e-6)
    }
  })
})

const county = generateCounty({
  seed: 7,
  orders: 60,
  teams: 20,
  days: 3,
  villages: 30,
  eligibleMean: 8,
  fairness: true,
  coverage: true,
})

test('the same seed and iterations give the same plan; another seed another search', () => {
  expect(plan(county, 5, 1500)).toEqual(plan(county, 5, 1500))
  expect(plan(county, 5, 1500).trace).toMatchObject({ engine: ENGINE_VERSION, seed: 5, iterations: 1500 })
  expect(plan(county, 6, 1500).trace.improvements).not.toBe(plan(county, 5, 1500).trace.improvements)
})

test('new names for orders and teams change nothing but the names', () => {
  const renamed: DispatchProblem = JSON.parse(
    JSON.stringify({ ...county, travel: [] })
      .replaceAll('order-', 'x')
      .replaceAll('team-', 'y'),
  )
  const other = plan({ ...renamed, travel: county.travel }, 5, 1500)
  expect(
    JSON.parse(
      JSON.stringify(plan(county, 5, 1500))
        .replaceAll('order-', 'x')
        .replaceAll('team-', 'y'),
    ),
  ).toEqual(other)
})

test('more iterations do not make a plan worse, and the search improves on the construction', () => {
  const first = plan(county, 3, 0)
  const later = plan(county, 3, 4000)
  expect(checkPlan(county, first).violations).toEqual([])
  expect(later.cost.total).toBeLessThan(first.cost.total)
})

test('a budget by the clock ends, and a cancelled search still gives a plan', () => {
  let now = 0
  const timed = solve(county, { seed: 1, budget: { millisecondsMax: 50, clock: () => (now += 10) } })
  expect(timed.trace.iterations).toBeGreaterThan(0)
  const shares: number[] = []
  const cancelled = solve(county, {
    seed: 1,
    budget: { iterationsMax: 1e9, cancelled: () => true, progress: (share) => shares.push(share) },
  })
  expect(shares).toHaveLength(1)
  expect(checkPlan(county, cancelled).violations).toEqual([])
  expect(() => solve(county, { seed: 1, budget: {} })).toThrow(RangeError)
})

describe('pins', () => {
  test('never move, whatever they cost', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const free = plan(county, seed, 500)
      const tour = free.tours[0]!
      const stop = tour.stops[0]!
      const target = county.teamDays.find((one) => one.id === tour.teamDay)!
      const orders = county.orders.map((one) =>
        one.id === stop.order
          ? { ...one, pin: { teamDay: target.id, startsMinute: Math.ceil(stop.startsMinute) } }
          : one,
      )
      const problem = { ...county, orders }
      const pinned = plan(problem, seed + 10, 1500)
      expect(checkPlan(problem, pinned).violations).toEqual([])
    }
  })

  test('that contradict each other are named', () => {
    const orders = ['a', 'b'].map((id) => order(id, 1, { pin: { teamDay: 't', startsMinute: 60 } }))
    const problem = onALine(3, orders, [teamDay('t', 0)])
    expect(() => plan(problem)).toThrow(PinConflictError)
    expect(() => plan(problem)).toThrow('t: a, b')
  })

  test('are kept in whatever sequence they fit', () => {
    const orders = [3, 1, 2].map((place, i) =>
      order(`o${i}`, place, { unservedCost: 1, pin: { teamDay: 't', startsMinute: 100 * place } }),
    )
    const found = plan(onALine(4, orders, [teamDay('t', 0)]))
    expect(found.tours[0]!.stops.map((stop) => stop.startsMinute)).toEqual([100, 200, 300])
  })
})

test('a scarce skill is not eaten by work that others can do', () => {
  const orders = [order('any', 1), order('law', 1, { skills: ['law'] })]
  const teams = [teamDay('lawyer', 1, { skills: ['law'], visitsMax: 1 }), teamDay('helper', 2, { visitsMax: 1 })]
  const found = plan(onALine(3, orders, teams), 1, 0)
  expect(found.unserved).toEqual([])
})

test('a change is made only when it saves more than its tax', () => {
  const at = (changeMinutes: number): string => {
    const orders = [order('a', 5, { current: { teamDay: 'far', changeMinutes } })]
    return plan(onALine(20, orders, [teamDay('far', 0), teamDay('near', 4)])).tours[0]!.teamDay
  }
  // From far 10 minutes of travel, from near 2.
  expect(at(15)).toBe('far')
  expect(at(7)).toBe('near')
})

test('the load is shared when its price says so', () => {
  const orders = Array.from({ length: 4 }, (_, i) => order(`o${i}`, 1))
  const teams = [teamDay('near', 1), teamDay('far', 6)]
  const stops = (fairness: DispatchProblem['fairness']): number[] =>
    plan(onALine(8, orders, teams, { fairness })).tours.map((tour) => tour.stops.length)
  expect(stops([])).toEqual([4])
  expect(stops([{ fromMinutes: 60, costPerMinute: 1 }])).toEqual([2, 2])
})

test('a village without service comes first when coverage asks for it', () => {
  const orders = [
    order('town', 1, { village: 'town', unservedCost: 60 }),
    order('hamlet', 9, { village: 'hamlet', unservedCost: 60 }),
  ]
  const one = [teamDay('t', 0, { visitsMax: 1 })]
  const served = (coverage: DispatchProblem['coverage']): string | undefined =>
    plan(onALine(10, orders, one, { coverage })).tours[0]!.stops[0]!.order
  expect(served([])).toBe('town')
  expect(served([{ village: 'hamlet', visitsMin: 1, missingCost: 30 }])).toBe('hamlet')
})

describe('linked visits', () => {
  test('of two teams start together, or in their gap, or neither is made', () => {
    for (const [gapMinMinutes, gapMaxMinutes] of [
      [0, 0],
      [20, 30],
    ] as const) {
      const orders = [order('a', 3, { skills: ['law'] }), order('b', 3, { skills: ['care'] }), order('c', 9)]
      const teams = [teamDay('x', 0, { skills: ['law'] }), teamDay('y', 9, { skills: ['care'] })]
      const problem = onALine(10, orders, teams, { links: [{ first: 'a', second: 'b', gapMinMinutes, gapMaxMinutes }] })
      const found = plan(problem)
      expect(checkPlan(problem, found).violations).toEqual([])
      expect(found.unserved).toEqual([])
      const alone = { ...problem, teamDays: teams.slice(0, 1) }
      expect(
        plan(alone)
          .unserved.map((one) => one.order)
          .sort(),
      ).toEqual(['a', 'b'])
      expect(checkPlan(alone, plan(alone)).violations).toEqual([])
    }
  })

  test('with an optional order and hard windows agree with the plain engine when nothing is linked', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const problem = { ...tiny(seed), objective: { travel: 1, workMinute: 0 } }
      const never = { first: 'p', second: 'q', gapMinMinutes: 0, gapMaxMinutes: 0 }
      const nobody = ['p', 'q'].map((id) => order(id, 0, { unservedCost: 0, loads: [0], skills: ['nobody'] }))
      const linked = { ...problem, orders: [...problem.orders, ...nobody], links: [never] }
      const found = plan(linked, seed, 60_000)
      expect(checkPlan(linked, found).violations).toEqual([])
      expect(found.cost.total).toBeCloseTo(plan(problem, seed, 1000).cost.total, 6)
    }
  })
})

test('supplies are fetched once, before the first visit that needs them', () => {
  const orders = [order('own', 2, { tools: ['drill'] }), order('lacks', 6, { tools: ['saw'], parts: [2] })]
  const teams = [teamDay('t', 0, { tools: ['drill'], parts: [1] })]
  const problem = onALine(9, orders, teams, {
    partNames: ['pipe'],
    suppliesPlace: 4,
    objective: { travel: 0, workMinute: 1 },
  })
  const found = plan(problem)
  expect(checkPlan(problem, found).violations).toEqual([])
  expect(found.tours[0]!.stops.map((stop) => stop.order ?? 'supplies')).toContain('supplies')
  expect(found.cost.work).toBeCloseTo(72, 9)
})
