// Limits that team-days share: a vehicle of a day, the two ways in which a crew may go out, a team's week.
import { describe, expect, test } from 'vitest'
import { highsSolver } from '../worker/highs.ts'
import { checkPlan } from './check/check-plan.ts'
import { countyOf } from './county.ts'
import { recommend } from './recommend.ts'
import { deskOf } from './desk.ts'
import { optimise } from './optimise.ts'
import type { DispatchProblem, SharedLimit } from './problem.ts'
import { problemFaults } from './problem-faults.ts'
import { replan } from './replan.ts'
import { solve } from './solve.ts'
import { onALine, optimumByEnumeration, order, teamDay, tiny } from './testing.ts'

const solver = await highsSolver()
const plan = (problem: DispatchProblem, seed = 1, iterationsMax = 500) =>
  optimise(problem, { seed, solver, budget: { iterationsMax } })

const LIMITS: readonly SharedLimit[] = [
  { id: 'bus', teamDays: ['t1', 't2', 't3'], measure: 'tours', most: 1 },
  { id: 'week', teamDays: ['t1', 't2'], measure: 'visits', most: 2 },
  { id: 'hours', teamDays: ['t1', 't3'], measure: 'minutes', most: 45 },
]

describe.each(LIMITS)('on tiny problems with a limit on $measure', (limit) => {
  test.each(Array.from({ length: 12 }, (_, i) => i + 1))('problem %i: bound ≤ optimum = plan', (seed) => {
    const problem = { ...tiny(seed), limits: [limit] }
    const optimum = optimumByEnumeration(problem)
    const found = plan(problem, seed)
    expect(checkPlan(problem, found).violations).toEqual([])
    expect(found.bound!).toBeLessThanOrEqual(optimum + 1e-6)
    expect(found.cost.total).toBeCloseTo(optimum, 6)
    expect(checkPlan(problem, solve(problem, { seed, budget: { iterationsMax: 300 } })).violations).toEqual([])
  })

  test('the bound holds after any number of rounds', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const problem = { ...tiny(seed), limits: [limit] }
      const optimum = optimumByEnumeration(problem)
      for (const roundsMax of [1, 2, 3]) {
        const { bound } = optimise(problem, { seed, solver, budget: { iterationsMax: 50, roundsMax } })
        expect(bound!).toBeLessThanOrEqual(optimum + 1e-6)
      }
    }
  })
})

/** A county in which some teams may take one of so many buses, and every team has a week. */
function countyWithBuses(buses: number, weekMax: number): DispatchProblem {
  const county = countyOf({ seed: 3, orders: 90, days: 3, leaveShare: 0.5, areaScale: 2 })
  const mayDrive = county.teamDays.filter((_, v) => v % 3 === 0)
  const withBus = (id: string): string => `${id}/bus`
  const needsBus = (i: number): boolean => i % 4 === 0
  const driven = new Set(mayDrive.map(({ id }) => id))
  const days = [...new Set(county.teamDays.map(({ day }) => day))]
  const all = [
    ...county.teamDays,
    ...mayDrive.map((one) => ({ ...one, id: withBus(one.id), fixedCost: one.fixedCost + 5 })),
  ]
  return {
    ...county,
    teamDays: all,
    orders: county.orders.map((one, i) => {
      const drives = one.teamDays!.filter((id) => driven.has(id)).map(withBus)
      return { ...one, teamDays: needsBus(i) ? drives : [...one.teamDays!, ...drives] }
    }),
    limits: [
      ...mayDrive.map(({ id }) => ({ id, teamDays: [id, withBus(id)], measure: 'tours' as const, most: 1 })),
      ...days.map((day) => ({
        id: `bus/${day}`,
        teamDays: mayDrive.filter((one) => one.day === day).map(({ id }) => withBus(id)),
        measure: 'tours' as const,
        most: buses,
      })),
      ...[...Map.groupBy(all, ({ team }) => team)].map(([team, list]) => ({
        id: `week/${team}`,
        teamDays: list.map(({ id }) => id),
        measure: 'visits' as const,
        most: weekMax,
      })),
    ],
  }
}

describe('on a county with two buses for all teams', () => {
  const problem = countyWithBuses(2, 4)

  test('the plan keeps every limit, is nearly proven, and is the same each time', () => {
    const found = plan(problem, 5, 800)
    expect(checkPlan(problem, found).violations).toEqual([])
    expect((found.cost.total - found.bound!) / found.cost.total).toBeLessThan(0.02)
    expect(found.tours.filter(({ teamDay: id }) => id.endsWith('/bus')).length).toBeGreaterThan(0)
    expect(plan(problem, 5, 800)).toEqual(found)
  })

  test('one more bus saves at most what its price says, and never makes a plan dearer', () => {
    const found = plan(problem, 5, 800)
    const prices = Object.entries(found.prices!.limits).filter(([id]) => id.startsWith('bus/'))
    expect(prices.length).toBeGreaterThan(0)
    const more = plan(countyWithBuses(3, 4), 5, 800)
    const saved = found.cost.total - more.cost.total
    const worth = prices.reduce((sum, [, minutes]) => sum + minutes, 0)
    expect(saved).toBeLessThanOrEqual(worth + found.cost.total - found.bound! + 1e-6)
    expect(more.bound!).toBeLessThanOrEqual(found.cost.total)
  })

  test('a re-plan keeps them too', () => {
    const before = plan(problem, 5, 400)
    const at = new Map(before.tours.flatMap((tour) => tour.stops.map((stop) => [stop.order, tour.teamDay])))
    const after = {
      ...problem,
      orders: problem.orders.map((one) => {
        const where = at.get(one.id)
        return where === undefined ? one : { ...one, current: { teamDay: where, changeMinutes: 15 } }
      }),
    }
    expect(checkPlan(after, replan(after, { seed: 2, budget: { iterationsMax: 400 } })).violations).toEqual([])
  })
})

describe('a bus that is taken', () => {
  const days = ['a', 'b'].map((id) => teamDay(id, 0, { visitsMax: 1, shiftEndsMinute: 40 }))
  const bus: SharedLimit = { id: 'bus', teamDays: ['a', 'b'], measure: 'tours', most: 1 }
  const problem = onALine(9, [order('first', 1, { unservedCost: 900 }), order('second', 2)], days, { limits: [bus] })

  test('is the true reason, and one more bus serves the order', () => {
    const found = plan(problem)
    expect(found.unserved).toMatchObject([{ order: 'second' }])
    expect(found.unserved[0]!.rejections.map(({ code }) => code)).toContain('LIMIT')
    expect(found.unserved[0]!.relaxation).toMatchObject({ code: 'LIMIT' })
    expect(plan({ ...problem, limits: [{ ...bus, most: 2 }] }).unserved).toEqual([])
  })

  test('is told to who asks for one order', () => {
    const rest = { ...problem, orders: problem.orders.slice(0, 1) }
    const { candidates, nearMisses } = recommend(deskOf(rest, plan(rest)), problem.orders[1]!)
    expect(candidates).toEqual([])
    expect(nearMisses.map(({ code }) => code)).toContain('LIMIT')
  })

  test('is not taken twice by two teams that come together', () => {
    const pair = {
      ...problem,
      links: [{ first: 'first', second: 'second', gapMinMinutes: 0, gapMaxMinutes: 0 }],
    }
    const found = solve(pair, { seed: 1, budget: { iterationsMax: 300 } })
    expect(checkPlan(pair, found).violations).toEqual([])
    expect(found.unserved).toHaveLength(2)
    const two = { ...pair, limits: [{ ...bus, most: 2 }] }
    expect(solve(two, { seed: 1, budget: { iterationsMax: 300 } }).unserved).toEqual([])
  })
})

test('a faulty limit is named', () => {
  const days = ['a', 'b'].map((id) => teamDay(id, 0))
  const pinned = days.map(({ id }) => order(id, 1, { pin: { teamDay: id } }))
  const limit: SharedLimit = { id: 'l', teamDays: ['a', 'b'], measure: 'tours', most: 1 }
  const faults = (limits: readonly SharedLimit[]) =>
    problemFaults(onALine(3, pinned, days, { limits })).map(({ path, code }) => `${path} ${code}`)
  expect(faults([limit])).toEqual(['limits[0].most pins-over-limit'])
  expect(faults([{ ...limit, most: -1 }])).toContain('limits[0].most negative')
  expect(faults([{ ...limit, most: Number.NaN }])).toContain('limits[0].most not-finite')
  expect(faults([{ ...limit, teamDays: ['x'] }])).toContain('limits[0].teamDays[0] unknown-id')
  expect(faults([{ ...limit, most: 2, teamDays: ['a', 'a'] }])).toEqual(['limits[0].teamDays[1] duplicate-id'])
  expect(
    faults([
      { ...limit, most: 2 },
      { ...limit, most: 2 },
    ]),
  ).toEqual(['limits[1].id duplicate-id'])
})
