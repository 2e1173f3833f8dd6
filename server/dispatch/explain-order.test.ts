import { describe, expect, test } from 'vitest'
import { deskOf, explainOrder } from './index.ts'
import type { Plan } from './plan.ts'
import { generateCounty } from './generate.ts'
import type { DispatchProblem, Order } from './problem.ts'
import { solve } from './solve.ts'
import { onALine, order, teamDay } from './testing.ts'

/** The plan without one order, as the desk that explains it wants it. */
function without(problem: DispatchProblem, plan: Plan, id: string) {
  const orders = problem.orders.filter((one) => one.id !== id)
  const tours = plan.tours
    .map((tour) => ({ ...tour, stops: tour.stops.filter((stop) => stop.order !== id) }))
    .filter((tour) => tour.stops.length > 0)
  return deskOf({ ...problem, orders }, { tours })
}

const explained = (problem: DispatchProblem, plan: Plan, one: Order) => {
  const at = plan.tours.find((tour) => tour.stops.some((stop) => stop.order === one.id))?.teamDay ?? null
  return { at, answer: explainOrder(without(problem, plan, one.id), one, at) }
}

describe('an order that is served', () => {
  const problem = generateCounty({
    seed: 5,
    orders: 30,
    teams: 12,
    days: 2,
    villages: 15,
    fairness: true,
    coverage: true,
  })
  const plan = solve(problem, { seed: 1, budget: { iterationsMax: 3_000 } })
  const served = problem.orders.filter((one) => plan.unserved.every(({ order: id }) => id !== one.id))

  test('stands where it was planned, with parts that add up, and with the next best place not far below', () => {
    for (const one of served) {
      const { at, answer } = explained(problem, plan, one)
      expect(answer.here?.teamDay).toBe(at)
      const sum = answer.here!.parts.reduce((total, part) => total + part.minutes, 0)
      expect(sum).toBeCloseTo(answer.here!.addedMinutes, 6)
      expect(answer.others.every((other) => other.teamDay !== at)).toBe(true)
      const next = Math.min(answer.others[0]?.addedMinutes ?? Infinity, one.unservedCost ?? Infinity)
      expect(answer.regretMinutes).toBeCloseTo(next - answer.here!.addedMinutes, 6)
      expect(answer.outbidBy).toEqual([])
    }
  })
})

test('the binding constraint is true: without it the order would be cheaper where it names', () => {
  const near = teamDay('near', 5, { visitsMax: 1 })
  const far = teamDay('far', 0)
  const problem = onALine(9, [order('first', 5), order('second', 5)], [near, far])
  const plan = solve(problem, { seed: 1, budget: { iterationsMax: 200 } })
  const moved = plan.tours.find((tour) => tour.teamDay === 'far')!.stops[0]!.order!
  const { answer } = explained(
    problem,
    plan,
    problem.orders.find((one) => one.id === moved)!,
  )
  expect(answer.binding).toMatchObject({ code: 'VISITS', teamDay: 'near', addedMinutes: 0, savesMinutes: 10 })
  const relaxed = { ...problem, teamDays: [{ ...near, visitsMax: 2 }, far] }
  const better = solve(relaxed, { seed: 1, budget: { iterationsMax: 200 } })
  expect(plan.cost.total - better.cost.total).toBeCloseTo(answer.binding!.savesMinutes, 6)
})

describe('an order that is left out', () => {
  const long = { serviceMinutes: 90 }
  const team = teamDay('t', 5, { visitsMax: 1 })

  test('names who has its place, with the price at which they would change', () => {
    const problem = onALine(
      9,
      [order('dear', 5, { ...long, unservedCost: 400 }), order('cheap', 6, { ...long, unservedCost: 150 })],
      [team],
    )
    const plan = solve(problem, { seed: 1, budget: { iterationsMax: 200 } })
    expect(plan.unserved.map((one) => one.order)).toEqual(['cheap'])
    const { answer } = explained(problem, plan, problem.orders[1]!)
    expect(answer.here).toBeNull()
    expect(answer.outbidBy).toMatchObject([{ order: 'dear', teamDay: 't' }])
    const swapped = solve(
      {
        ...problem,
        orders: [
          { ...problem.orders[0]!, teamDays: [] },
          { ...problem.orders[1]!, unservedCost: null },
        ],
      },
      { seed: 1, budget: { iterationsMax: 200 } },
    )
    expect(swapped.cost.total - plan.cost.total).toBeCloseTo(answer.outbidBy[0]!.extraMinutes, 6)
    expect(answer.relaxations).toMatchObject([{ code: 'VISITS', teamDay: 't', addedMinutes: 2 }])
  })

  test('a promise is nobody that could be outbid', () => {
    const kept = order('kept', 5, { ...long, pin: { teamDay: 't' }, unservedCost: null })
    const problem = onALine(9, [kept, order('late', 6, long)], [team])
    const plan = solve(problem, { seed: 1, budget: { iterationsMax: 200 } })
    expect(explained(problem, plan, problem.orders[1]!).answer.outbidBy).toEqual([])
  })

  test('the question leaves the plan as it was', () => {
    const orders = Array.from({ length: 6 }, (_, i) => order(`o${i}`, i + 1, { unservedCost: 100 + i }))
    const problem = onALine(9, orders, [teamDay('t', 0, { visitsMax: 3 })])
    const plan = solve(problem, { seed: 1, budget: { iterationsMax: 500 } })
    const [left] = plan.unserved
    const one = problem.orders.find(({ id }) => id === left!.order)!
    const desk = without(problem, plan, one.id)
    expect(explainOrder(desk, one, null)).toEqual(explainOrder(desk, one, null))
    expect(explainOrder(desk, one, null).outbidBy.length).toBeGreaterThan(0)
  })
})
