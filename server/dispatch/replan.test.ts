import { describe, expect, test } from 'vitest'
import { checkPlan } from './check/check-plan.ts'
import { generateCounty } from './generate.ts'
import { differencesOf, pinConflicts, replan } from './index.ts'
import type { Plan } from './plan.ts'
import type { DispatchProblem } from './problem.ts'
import { PinConflictError } from './construct.ts'
import { solve } from './solve.ts'
import { onALine, order, teamDay } from './testing.ts'

const TAX = 15

/** The problem with every order's place in a plan as its current one. */
function after(problem: DispatchProblem, plan: Plan, changeMinutes = TAX): DispatchProblem {
  const at = new Map(plan.tours.flatMap((tour) => tour.stops.map((stop) => [stop.order!, tour.teamDay] as const)))
  const orders = problem.orders.map((one) => {
    const where = at.get(one.id)
    return where === undefined ? one : { ...one, current: { teamDay: where, changeMinutes } }
  })
  return { ...problem, orders }
}

describe('planning again in a generated county', () => {
  const problem = generateCounty({
    seed: 9,
    orders: 60,
    teams: 20,
    days: 3,
    villages: 20,
    fairness: true,
    coverage: true,
  })
  const plan = solve(problem, { seed: 1, budget: { iterationsMax: 5_000 } })
  const budget = { iterationsMax: 4_000 }

  test('nothing happened, and no order moves that does not save more than its tax', () => {
    const same = after(problem, plan)
    const again = replan(same, { seed: 2, budget })
    expect(checkPlan(same, again).violations).toEqual([])
    expect(again.cost.total).toBeLessThanOrEqual(plan.cost.total + 1e-6)
    for (const change of differencesOf(same, again)) expect(change.undoMinutes ?? Infinity).toBeGreaterThan(0)
  })

  test('a team falls ill: its orders find other places, and every change says what undoing it would cost', () => {
    const sick = plan.tours.toSorted((a, b) => b.stops.length - a.stops.length)[0]!.teamDay
    const left = after(problem, plan)
    const without = {
      ...left,
      teamDays: left.teamDays.filter((one) => one.id !== sick),
      orders: left.orders.map((one) =>
        one.teamDays === undefined ? one : { ...one, teamDays: one.teamDays.filter((id) => id !== sick) },
      ),
    }
    const again = replan(without, { seed: 2, budget })
    expect(checkPlan(without, again).violations).toEqual([])
    const changes = differencesOf(without, again)
    const hit = plan.tours.find((tour) => tour.teamDay === sick)!.stops.map((stop) => stop.order!)
    expect(
      changes
        .filter((one) => one.from === sick)
        .map((one) => one.order)
        .toSorted(),
    ).toEqual(hit.toSorted())
    for (const change of changes) {
      if (change.from === sick) expect(change.undoMinutes).toBeNull()
      else expect(change.undoMinutes ?? Infinity).toBeGreaterThan(0)
      expect(change.taxMinutes).toBe(change.to === null ? 0 : TAX)
    }
    const untaxed = without.orders.map((one) => {
      const { current: _, ...rest } = one
      return rest
    })
    const free = solve({ ...without, orders: untaxed }, { seed: 2, budget })
    const movedFreely = differencesOf(without, free).filter((one) => one.from !== sick).length
    expect(changes.filter((one) => one.from !== sick).length).toBeLessThan(movedFreely)
  })

  test('the same question has the same answer', () => {
    const same = after(problem, plan)
    expect(replan(same, { seed: 3, budget })).toEqual(replan(same, { seed: 3, budget }))
  })
})

test('what undoing costs is what the plan then costs', () => {
  const problem = onALine(20, [order('a', 10), order('b', 12)], [teamDay('t', 10, { visitsMax: 1 }), teamDay('u', 0)])
  const before = solve(problem, { seed: 1, budget: { iterationsMax: 100 } })
  const snowed = after({ ...problem, teamDays: [teamDay('t', 10, { visitsMax: 9 }), teamDay('u', 0)] }, before, 5)
  const again = replan(snowed, { seed: 1, budget: { iterationsMax: 500 } })
  const [change] = differencesOf(snowed, again)
  expect(change).toMatchObject({ from: 'u', to: 't', taxMinutes: 5 })
  const kept = snowed.orders.map((one) => (one.id === change!.order ? { ...one, pin: { teamDay: 'u' } } : one))
  const undone = solve({ ...snowed, orders: kept }, { seed: 1, budget: { iterationsMax: 500 } })
  expect(undone.cost.total - again.cost.total).toBeCloseTo(change!.undoMinutes!, 6)
})

describe('promises that contradict each other are named', () => {
  const at = (id: string, startsMinute: number, changes = {}) =>
    order(id, 5, { pin: { teamDay: 't', startsMinute }, unservedCost: null, ...changes })

  test('as the smallest set that cannot be kept', () => {
    const problem = onALine(
      9,
      [at('a', 100), at('b', 300), at('c', 110), order('free', 3)],
      [teamDay('t', 0), teamDay('u', 0)],
    )
    expect(pinConflicts(problem)).toEqual([{ teamDay: 't', orders: ['a', 'c'], code: 'TIMES' }])
    expect(() => solve(problem, { seed: 1, budget: { iterationsMax: 0 } })).toThrow(PinConflictError)
    const without = { ...problem, orders: problem.orders.filter((one) => one.id !== 'a') }
    expect(pinConflicts(without)).toEqual([])
    expect(solve(without, { seed: 1, budget: { iterationsMax: 0 } }).unserved).toEqual([])
  })

  test('as too many, or as one that cannot be kept at all', () => {
    const many = onALine(9, [at('a', 100), at('b', 200), at('c', 300)], [teamDay('t', 0, { visitsMax: 2 })])
    expect(pinConflicts(many)).toMatchObject([{ teamDay: 't', code: 'VISITS' }])
    expect(pinConflicts(many)[0]!.orders).toHaveLength(3)
    const alone = onALine(9, [at('a', 2), at('b', 200)], [teamDay('t', 0)])
    expect(pinConflicts(alone)).toEqual([{ teamDay: 't', orders: ['a'], code: 'ALONE' }])
  })
})
