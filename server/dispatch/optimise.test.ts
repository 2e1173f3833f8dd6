import { describe, expect, test } from 'vitest'
import { highsSolver } from '../worker/highs.ts'
import { checkPlan } from './check/check-plan.ts'
import { countyOf } from './county.ts'
import { LpError, type LpSolver } from './lp.ts'
import { optimise } from './optimise.ts'
import { scarceTeamDays } from './scarce.ts'
import type { Plan } from './plan.ts'
import type { DispatchProblem } from './problem.ts'
import { solve } from './solve.ts'
import { onALine, optimumByEnumeration, order, teamDay, tiny } from './testing.ts'

const solver = await highsSolver()

const plan = (problem: DispatchProblem, seed = 1, iterationsMax = 500): Plan =>
  optimise(problem, { seed, solver, budget: { iterationsMax } })

describe('on tiny problems', () => {
  test.each(Array.from({ length: 24 }, (_, i) => i + 1))('problem %i: bound ≤ optimum = plan', (seed) => {
    const problem = tiny(seed)
    const optimum = optimumByEnumeration(problem)
    const found = plan(problem, seed)
    expect(checkPlan(problem, found).violations).toEqual([])
    expect(found.bound!).toBeLessThanOrEqual(optimum + 1e-6)
    expect(found.cost.total).toBeCloseTo(optimum, 6)
    // Few enough tours to write them all down: nothing is left between bound and plan.
    expect(found.bound!).toBeGreaterThanOrEqual(optimum - 2e-4 * Math.abs(optimum) - 1e-6)
  })

  test('the bound holds after any number of rounds, and rises to the LP', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const problem = tiny(seed)
      const optimum = optimumByEnumeration(problem)
      const bounds = [1, 2, 3, 50].map((roundsMax) => {
        const budget = { iterationsMax: 50, roundsMax }
        return optimise(problem, { seed, solver, budget }).bound!
      })
      for (const bound of bounds) expect(bound).toBeLessThanOrEqual(optimum + 1e-6)
      expect(bounds.at(-1)!).toBeGreaterThanOrEqual(bounds[0]! - 1e-9)
    }
  })

  test('prices are finite, and an order is never dearer than its price of being left out', () => {
    const problem = tiny(3)
    const { prices } = plan(problem)
    for (const one of problem.orders) expect(prices!.orders[one.id] ?? 0).toBeLessThanOrEqual(one.unservedCost!)
  })
})

describe('on a small county', () => {
  const county = countyOf({ seed: 3, orders: 90, days: 3 })

  test('the same seed and steps give the same plan; columns beat the search that they grow from', () => {
    const first = plan(county, 5, 1000)
    expect(plan(county, 5, 1000)).toEqual(first)
    expect(checkPlan(county, first).violations).toEqual([])
    const searched = solve(county, { seed: 5, budget: { iterationsMax: 1000 } })
    expect(first.cost.total).toBeLessThanOrEqual(searched.cost.total + 1e-6)
    expect((first.cost.total - first.bound!) / first.cost.total).toBeLessThan(0.01)
  })

  test('pinned orders stay where they were promised', () => {
    const free = plan(county, 1, 200)
    const promised = free.tours.slice(0, 5).map((tour) => ({ teamDay: tour.teamDay, stop: tour.stops[0]! }))
    const orders = county.orders.map((one) => {
      const promise = promised.find(({ stop }) => stop.order === one.id)
      return promise ? { ...one, pin: { teamDay: promise.teamDay, startsMinute: promise.stop.startsMinute } } : one
    })
    const kept = plan({ ...county, orders }, 2, 200)
    expect(checkPlan({ ...county, orders }, kept).violations).toEqual([])
  })
})

describe('an engine that fails', () => {
  const county = countyOf({ seed: 3, orders: 90, days: 3 })
  const whole = plan(county, 5, 1000)
  const failure = (): never => {
    throw new LpError('highs: memory access out of bounds')
  }
  /** The engine as it is until so many linear programmes were solved; from then on nothing works any more, not even its end. */
  const failingAfter = (solves: number): LpSolver => {
    let left = solves
    return {
      name: 'failing',
      solveMip: failure,
      solveOnce: (rows, columns) => (left-- > 0 ? solver.solveOnce(rows, columns) : failure()),
      growingLp: (rows, isInterior) => {
        if (left < 0) failure()
        const lp = solver.growingLp(rows, isInterior)
        return {
          ...lp,
          solve: () => (left-- > 0 ? lp.solve() : failure()),
          dispose: () => {
            lp.dispose()
            failure()
          },
        }
      },
    }
  }

  test.each([-1, 0, 1, 2, 3, 5])('after %i programmes leaves a plan, with a bound where one was proven', (solves) => {
    const found = optimise(county, { seed: 5, solver: failingAfter(solves), budget: { iterationsMax: 1000 } })
    expect(checkPlan(county, found).violations).toEqual([])
    expect(found.unserved.length).toBeLessThan(county.orders.length)
    if (found.bound !== undefined) expect(found.bound).toBeLessThanOrEqual(whole.cost.total + 1e-6)
    if (solves <= 0) expect(found.bound).toBeUndefined()
    if (solves >= 3) expect(found.bound).toBeDefined()
  })

  test('another fault than the engine’s is not swallowed', () => {
    const broken = {
      ...solver,
      growingLp: () => {
        throw new TypeError('ours')
      },
    }
    expect(() => optimise(county, { seed: 5, solver: broken, budget: { iterationsMax: 10 } })).toThrow(TypeError)
  })
})

test('equal team-days share one class, and each drives at most once', () => {
  const orders = Array.from({ length: 5 }, (_, i) => order(`o${i}`, 2 * i, { serviceMinutes: 100 }))
  const days = ['a', 'b', 'c'].map((id) => teamDay(id, 4, { visitsMax: 2 }))
  const found = plan(onALine(10, orders, days))
  expect(checkPlan(onALine(10, orders, days), found).violations).toEqual([])
  expect(found.unserved).toEqual([])
  expect(found.bound!).toBeLessThanOrEqual(found.cost.total)
})

test('a scarce team-day is worth at most what it says, and names the orders that wait for it', () => {
  const orders = Array.from({ length: 6 }, (_, i) => order(`o${i}`, 5, { unservedCost: 200 + i }))
  const problem = onALine(9, orders, [
    teamDay('t', 4, { visitsMax: 2 }),
    teamDay('far', 0, { visitsMax: 1, day: 'tuesday' }),
  ])
  const found = plan(problem)
  const scarce = scarceTeamDays(problem, found)
  const [first] = scarce
  expect(first).toMatchObject({ teamDay: 't', day: 'monday' })
  expect(first!.orders.toSorted()).toEqual(found.unserved.map((one) => one.order).toSorted())
  const more = { ...problem, teamDays: [...problem.teamDays, teamDay('t2', 4, { visitsMax: 2 })] }
  const saved = found.cost.total - plan(more).cost.total
  expect(saved).toBeGreaterThan(0)
  expect(saved).toBeLessThanOrEqual(first!.savesMinutes + found.cost.total - found.bound! + 1e-6)
})
