// What people ask of engines of this kind, taken from the issue lists of VROOM, jsprit, PyVRP and vrp, as acceptance tests.
import { describe, expect, test } from 'vitest'
import { highsSolver } from '../worker/highs.ts'
import { checkPlan } from './check/check-plan.ts'
import { countyOf } from './county.ts'
import { optimise } from './optimise.ts'
import type { Plan } from './plan.ts'
import type { DispatchProblem, Order } from './problem.ts'
import { optimumByEnumeration, onALine, order, teamDay, tiny } from './testing.ts'

const solver = await highsSolver()

function plan(problem: DispatchProblem): Plan {
  const found = optimise(problem, { seed: 1, solver, budget: { iterationsMax: 300 } })
  expect(checkPlan(problem, found).violations).toEqual([])
  return found
}

const servedBy = ({ tours }: Plan): Map<string, string> =>
  new Map(tours.flatMap((tour) => tour.stops.map((stop) => [stop.order!, tour.teamDay] as const)))

const week = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday']
const everyDay = (team: string, place: number, changes: object = {}) =>
  week.map((day) => teamDay(`${team}/${day}`, place, { team, day, ...changes }))

describe('why is this order not served?', () => {
  test('each reason is the true one, and letting it go serves the order', () => {
    const days = [teamDay('a', 0, { skills: ['law'], visitsMax: 1 })]
    const first = order('first', 1, { skills: ['law'], unservedCost: 900 })
    const second = order('second', 2, { skills: ['law'] })
    const found = plan(onALine(9, [first, second], days))
    expect(found.unserved).toMatchObject([{ order: 'second', rejections: [{ code: 'VISITS', teamDays: 1 }] }])
    expect(plan(onALine(9, [first, second], [{ ...days[0]!, visitsMax: 2 }])).unserved).toEqual([])
  })

  test('a missing skill is not told as a matter of time or place', () => {
    const found = plan(onALine(9, [order('o', 8, { skills: ['care'] })], [teamDay('a', 0, { skills: ['law'] })]))
    expect(found.unserved[0]!.rejections).toEqual([{ code: 'NO_SKILL', teamDays: 1 }])
  })
})

test('no order is left out that still fits for less than its price', () => {
  const county = countyOf({ seed: 7, orders: 120, days: 3, leaveShare: 0.7 })
  const found = plan(county)
  expect(found.unserved.length).toBeGreaterThan(0)
  for (const { order: id, relaxation, rejections } of found.unserved) {
    const price = county.orders.find((one) => one.id === id)!.unservedCost!
    const hasRoom = rejections.some(({ code }) => code === 'OUTBID')
    if (hasRoom && relaxation?.code === 'OUTBID') expect(relaxation.addedMinutes, id).toBeGreaterThanOrEqual(price)
  }
})

test('a month is planned in one piece, each order within its days', () => {
  const days = Array.from({ length: 30 }, (_, d) => `d${d}`)
  const teamDays = days.map((day) => teamDay(`a/${day}`, 0, { team: 'a', day, visitsMax: 1 }))
  const orders = Array.from({ length: 12 }, (_, i) =>
    order(`o${i}`, i % 9, {
      windows: days.slice(i, i + 3).map((day) => ({ day, opensMinute: 0, closesMinute: 500 })),
    }),
  )
  expect(plan(onALine(9, orders, teamDays)).unserved).toEqual([])
})

test('what is urgent on a day comes first on that day', () => {
  const late = (perDay: number): Order['assignmentCosts'] =>
    week.map((day, d) => ({ part: 'lateness', day, minutes: d * perDay }))
  const orders = [order('patient', 1, { assignmentCosts: late(1) }), order('urgent', 1, { assignmentCosts: late(30) })]
  const where = servedBy(plan(onALine(9, orders, everyDay('a', 0, { visitsMax: 1 }))))
  expect(where.get('urgent')).toBe('a/monday')
  expect(where.get('patient')).toBe('a/tuesday')
})

test('the same team comes to the same house again when that is wished, and the load is still shared', () => {
  const again: Order['assignmentCosts'] = [{ part: 'continuity', team: 'b', minutes: -20 }]
  const orders = [
    ...Array.from({ length: 3 }, (_, i) => order(`house${i}`, 4, { assignmentCosts: again })),
    ...Array.from({ length: 3 }, (_, i) => order(`other${i}`, 4)),
  ]
  const problem = onALine(9, orders, [teamDay('a', 4), teamDay('b', 4)], {
    fairness: [{ fromMinutes: 90, costPerMinute: 1 }],
  })
  const where = servedBy(plan(problem))
  for (const [id, team] of where) expect(team, id).toBe(id.startsWith('house') ? 'b' : 'a')
})

test('what is promised is not given to another, however much that would save', () => {
  const promise = { teamDay: 'far', startsMinute: 300 }
  const orders = [order('promised', 1, { pin: promise, unservedCost: null }), order('free', 1)]
  const days = [teamDay('near', 1), teamDay('far', 30)]
  const free = [order('promised', 1), order('free', 1)]
  expect(servedBy(plan(onALine(40, free, days))).get('promised')).toBe('near')
  const found = plan(onALine(40, orders, days))
  expect(servedBy(found).get('promised')).toBe('far')
  const { stops } = found.tours.find((tour) => tour.teamDay === 'far')!
  expect(stops.find((stop) => stop.order === 'promised')!.startsMinute).toBe(300)
})

test('a team with a rare skill is not used up by work that anybody could do, not even by work next to it', () => {
  const common = ['a', 'b', 'c'].map((id) => order(id, 1))
  const rare = ['x', 'y', 'z'].map((id) => order(id, 20, { skills: ['law'] }))
  const lawyers = teamDay('lawyers', 1, { skills: ['law'], visitsMax: 3 })
  const anybody = teamDay('anybody', 25, { visitsMax: 3 })
  const found = plan(onALine(30, [...common, ...rare], [lawyers, anybody]))
  expect(found.unserved).toEqual([])
  for (const [id, team] of servedBy(found)) expect(team, id).toBe(id < 'm' ? 'anybody' : 'lawyers')
})

test('skills that everybody has change nothing', () => {
  const problem = tiny(5)
  const open = { ...problem, orders: problem.orders.map((one) => ({ ...one, skills: [] })) }
  const named = {
    ...problem,
    orders: problem.orders.map((one) => ({ ...one, skills: ['driving'] })),
    teamDays: problem.teamDays.map((one) => ({ ...one, skills: ['driving'] })),
  }
  expect(plan(named).cost.total).toBeCloseTo(plan(open).cost.total, 9)
})

test('a team with a midday break and a holiday works around both', () => {
  const halves = week
    .filter((day) => day !== 'wednesday')
    .flatMap((day) => [
      teamDay(`a/${day}/early`, 0, { team: 'a', day, shiftStartsMinute: 480, shiftEndsMinute: 720 }),
      teamDay(`a/${day}/late`, 0, { team: 'a', day, shiftStartsMinute: 840, shiftEndsMinute: 1020 }),
    ])
  const orders = week.map((day, d) =>
    order(`o${d}`, 3, { serviceMinutes: 60, windows: [{ day, opensMinute: 600, closesMinute: 960 }] }),
  )
  const found = plan(onALine(9, orders, halves))
  expect(found.unserved.map((one) => one.order)).toEqual(['o2'])
  for (const { stops } of found.tours)
    for (const { startsMinute, endsMinute } of stops) expect(endsMinute <= 720 || startsMinute >= 840).toBe(true)
})

describe('on tiny problems, with the bound', () => {
  const seeds = [2, 5, 8, 11, 14]

  test('one team less never lowers the optimum, and the bound knows it', () => {
    for (const seed of seeds) {
      const problem = tiny(seed)
      const whole = plan(problem)
      for (const gone of problem.teamDays) {
        const fewer = { ...problem, teamDays: problem.teamDays.filter((one) => one !== gone) }
        const found = plan(fewer)
        expect(found.cost.total).toBeGreaterThanOrEqual(whole.cost.total - 1e-6)
        expect(found.bound!).toBeLessThanOrEqual(optimumByEnumeration(fewer) + 1e-6)
      }
    }
  })

  test('another sequence and other names of orders and teams change no cost', () => {
    for (const seed of seeds) {
      const problem = tiny(seed)
      const turned: DispatchProblem = {
        ...problem,
        orders: problem.orders.map((one) => ({ ...one, id: `renamed-${one.id}` })).reverse(),
        teamDays: problem.teamDays.map((one) => ({ ...one, id: `renamed-${one.id}` })).reverse(),
      }
      expect(plan(turned).cost.total).toBeCloseTo(plan(problem).cost.total, 6)
    }
  })
})
