import { describe, expect, test } from 'vitest'
import { checkPlan } from './check/check-plan.ts'
import { generateCounty } from './generate.ts'
import type { Plan } from './plan.ts'
import type { DispatchProblem, Order } from './problem.ts'
import { deskOf, recommend } from './index.ts'
import { solve } from './solve.ts'
import { onALine, order, teamDay } from './testing.ts'

/** The cheapest price of adding an order to one team-day, by planning it there with everything else pinned in place. */
function priceByPlanning(problem: DispatchProblem, plan: Plan, added: Order, teamDayId: string): number {
  const planned = new Map(plan.tours.flatMap((tour) => tour.stops.map((stop) => [stop.order, tour.teamDay] as const)))
  const orders = problem.orders.flatMap((one) => {
    const at = planned.get(one.id)
    return at === undefined ? [] : [{ ...one, pin: { teamDay: at } }]
  })
  const before = solve({ ...problem, orders }, { seed: 1, budget: { iterationsMax: 0 } })
  const after = { ...problem, orders: [...orders, { ...added, pin: { teamDay: teamDayId } }] }
  return solve(after, { seed: 1, budget: { iterationsMax: 0 } }).cost.total - before.cost.total
}

const problem = generateCounty({
  seed: 3,
  orders: 30,
  teams: 12,
  days: 2,
  villages: 15,
  fairness: true,
  coverage: true,
})

describe('an order into the plan of a generated county', () => {
  const all = solve(problem, { seed: 1, budget: { iterationsMax: 500 } })
  const guest = problem.orders.find((one) => one.id === all.tours[0]!.stops[0]!.order)!
  const others = problem.orders.filter((one) => one !== guest)
  const rest = { ...problem, orders: others }
  const plan = solve(rest, { seed: 1, budget: { iterationsMax: 500 } })
  const desk = deskOf(rest, plan)
  const answer = recommend(desk, guest)

  test('every team-day is either a place that fits or is counted under a reason', () => {
    const rejected = answer.rejections.reduce((sum, rejection) => sum + rejection.teamDays, 0)
    expect(answer.fits + rejected).toBe(problem.teamDays.length)
    expect(answer.candidates.length).toBeGreaterThan(0)
  })

  test('the parts add up, and to what the plan then costs more', () => {
    for (const candidate of answer.candidates) {
      const sum = candidate.parts.reduce((total, part) => total + part.minutes, 0)
      expect(sum).toBeCloseTo(candidate.addedMinutes, 9)
      const price = priceByPlanning(rest, plan, guest, candidate.teamDay)
      // Planning anew may put the tour's other visits into a better sequence, never into a worse one than theirs.
      expect(price).toBeLessThanOrEqual(candidate.addedMinutes + 1e-6)
    }
  })

  test('the plan is left as it was: the same question has the same answer', () => {
    expect(recommend(desk, guest)).toEqual(answer)
    recommend(desk, { ...guest, id: 'another', serviceMinutes: 5 })
    expect(recommend(desk, guest)).toEqual(answer)
  })

  test('candidates come cheapest first', () => {
    const prices = answer.candidates.map((candidate) => candidate.addedMinutes)
    expect(prices).toEqual(prices.toSorted((a, b) => a - b))
  })
})

describe('near misses are true: the relaxed constraint alone lets the order in', () => {
  const busy = order('busy', 5, { serviceMinutes: 100, windows: [{ opensMinute: 100, closesMinute: 100 }] })
  const guest = order('guest', 5, { windows: [{ opensMinute: 110, closesMinute: 120 }] })
  const cases: [string, Parameters<typeof teamDay>[2], Partial<Order>, (p: DispatchProblem) => DispatchProblem][] = [
    ['WINDOW', {}, {}, (p) => withGuest(p, { windows: [{ opensMinute: 0, closesMinute: 600 }] })],
    [
      'VISITS',
      { visitsMax: 1 },
      { windows: [{ opensMinute: 300, closesMinute: 310 }] },
      (p) => withTeam(p, { visitsMax: 2 }),
    ],
    [
      'SHIFT',
      { shiftEndsMinute: 310 },
      { windows: [{ opensMinute: 300, closesMinute: 310 }] },
      (p) => withTeam(p, { shiftEndsMinute: 999 }),
    ],
    [
      'WORK_MINUTES',
      { workMinutesMax: 150 },
      { windows: [{ opensMinute: 300, closesMinute: 310 }] },
      (p) => withTeam(p, { workMinutesMax: 999 }),
    ],
  ]
  const withGuest = (p: DispatchProblem, changes: Partial<Order>): DispatchProblem => ({
    ...p,
    orders: p.orders.map((one) => (one.id === 'guest' ? { ...one, ...changes } : one)),
  })
  const withTeam = (p: DispatchProblem, changes: object): DispatchProblem => ({
    ...p,
    teamDays: p.teamDays.map((one) => ({ ...one, ...changes })),
  })
  const alone = (orders: readonly Order[], team: Parameters<typeof teamDay>[2]): DispatchProblem =>
    onALine(10, orders, [teamDay('t', 0, team)])

  test.each(cases)('%s', (code, team, changes, relax) => {
    const wanted = { ...guest, ...changes }
    const before = alone([busy], team)
    const plan = solve(before, { seed: 1, budget: { iterationsMax: 0 } })
    const answer = recommend(deskOf(before, plan), wanted)
    expect(answer.candidates).toEqual([])
    expect(answer.rejections).toEqual([{ code, teamDays: 1 }])
    expect(answer.nearMisses.map((miss) => miss.code)).toContain(code)
    const together = alone([{ ...busy, pin: { teamDay: 't' } }, wanted], team)
    const strict = solve(together, { seed: 1, budget: { iterationsMax: 100 } })
    expect(strict.unserved.map((one) => one.order)).toEqual(['guest'])
    expect(strict.unserved[0]!.rejections).toEqual([{ code, teamDays: 1 }])
    expect(strict.unserved[0]!.relaxation).toBeDefined()
    const relaxed = relax(together)
    const served = solve(relaxed, { seed: 1, budget: { iterationsMax: 100 } })
    expect(served.unserved).toEqual([])
    expect(checkPlan(relaxed, served).violations).toEqual([])
  })

  test('an order that fits but costs more than it is worth is outbid, not impossible', () => {
    const far = order('guest', 9, { unservedCost: 5 })
    const plan = solve(alone([far], {}), { seed: 1, budget: { iterationsMax: 100 } })
    expect(plan.unserved).toEqual([{ order: 'guest', rejections: [{ code: 'OUTBID', teamDays: 1 }] }])
  })

  test('a team too far away is TRAVEL, whatever else its tour holds', () => {
    const soon = order('guest', 9, { windows: [{ opensMinute: 0, closesMinute: 3 }] })
    const desk = deskOf(alone([busy], { workMinutesMax: 130 }), { tours: [] })
    expect(recommend(desk, soon).rejections).toEqual([{ code: 'WINDOW', teamDays: 1 }])
    const never = { ...soon, serviceMinutes: 400 }
    expect(recommend(desk, never).rejections).toEqual([{ code: 'TRAVEL', teamDays: 1 }])
  })
})

test('a tour that must fetch supplies first says so in its start and its price', () => {
  const problem = onALine(9, [order('own', 2)], [teamDay('t', 0, { tools: [] })], {
    suppliesPlace: 4,
    objective: { travel: 0, workMinute: 1 },
  })
  const plan = solve(problem, { seed: 1, budget: { iterationsMax: 10 } })
  const [best] = recommend(deskOf(problem, plan), order('saw', 6, { tools: ['saw'] })).candidates
  expect(best).toMatchObject({ teamDay: 't', addedMinutes: 12 - 4 + 30 })
})

test('a plan of another problem is refused', () => {
  const plan = { tours: [{ teamDay: 'x', departsMinute: 0, returnsMinute: 0, stops: [] }] }
  expect(() => deskOf(problem, plan)).toThrow(RangeError)
})
