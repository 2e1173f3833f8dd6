import { expect, test } from 'vitest'
import { ProblemError, problemFaults } from './problem-faults.ts'
import type { DispatchProblem } from './problem.ts'
import { solve } from './solve.ts'
import { onALine, order, teamDay } from './testing.ts'

const good = onALine(3, [order('a', 1), order('b', 2)], [teamDay('t', 0)])

function first(changes: Partial<DispatchProblem>): { path: string; code: string } | undefined {
  const fault = problemFaults({ ...good, ...changes })[0]
  return fault && { path: fault.path, code: fault.code }
}

test('a good problem has no faults', () => {
  expect(problemFaults(good)).toEqual([])
})

test.each<[string, Partial<DispatchProblem>, string, string]>([
  ['no order', { orders: [] }, 'orders', 'empty'],
  ['no team', { teamDays: [] }, 'teamDays', 'empty'],
  ['an id twice', { orders: [order('a', 1), order('a', 2)] }, 'orders[1].id', 'duplicate-id'],
  [
    'NaN minutes',
    { orders: [order('a', 1, { serviceMinutes: Number.NaN })] },
    'orders[0].serviceMinutes',
    'not-finite',
  ],
  ['negative minutes', { orders: [order('a', 1, { serviceMinutes: -5 })] }, 'orders[0].serviceMinutes', 'negative'],
  ['a place off the map', { orders: [order('a', 9)] }, 'orders[0].place', 'out-of-range'],
  ['no window', { orders: [order('a', 1, { windows: [] })] }, 'orders[0].windows', 'empty'],
  [
    'a window that closes before it opens',
    { orders: [order('a', 1, { windows: [{ opensMinute: 9, closesMinute: 8 }] })] },
    'orders[0].windows[0].closesMinute',
    'ends-before-start',
  ],
  [
    'an unknown skill',
    { skillNames: ['law'], orders: [order('a', 1, { skills: ['lwa'] })] },
    'orders[0].skills[0]',
    'unknown-id',
  ],
  ['an unknown team-day', { orders: [order('a', 1, { teamDays: ['x'] })] }, 'orders[0].teamDays[0]', 'unknown-id'],
  ['a pin to nobody', { orders: [order('a', 1, { pin: { teamDay: 'x' } })] }, 'orders[0].pin.teamDay', 'unknown-id'],
  [
    'a pin to a team without the skill',
    { orders: [order('a', 1, { skills: ['law'], pin: { teamDay: 't' } })] },
    'orders[0].pin.teamDay',
    'pin-not-eligible',
  ],
  ['loads that do not match', { loadNames: ['crates'] }, 'teamDays[0].loadsMax', 'wrong-length'],
  [
    'a link to itself',
    { links: [{ first: 'a', second: 'a', gapMinMinutes: 0, gapMaxMinutes: 0 }] },
    'links[0]',
    'self-link',
  ],
  [
    'a link to nobody',
    { links: [{ first: 'a', second: 'z', gapMinMinutes: 0, gapMaxMinutes: 0 }] },
    'links[0].second',
    'unknown-id',
  ],
  [
    'a circle of links',
    {
      links: [
        { first: 'a', second: 'b', gapMinMinutes: 5, gapMaxMinutes: 9 },
        { first: 'b', second: 'a', gapMinMinutes: 5, gapMaxMinutes: 9 },
      ],
    },
    'links[1].first',
    'linked-twice',
  ],
  [
    'a link that ends before it begins',
    { links: [{ first: 'a', second: 'b', gapMinMinutes: 9, gapMaxMinutes: 5 }] },
    'links[0].gapMaxMinutes',
    'ends-before-start',
  ],
  [
    'a negative gap',
    { links: [{ first: 'a', second: 'b', gapMinMinutes: -9, gapMaxMinutes: 5 }] },
    'links[0].gapMinMinutes',
    'negative',
  ],
  [
    'a promise at no time',
    { orders: [order('a', 1, { pin: { teamDay: 't', startsMinute: Number.NaN } })] },
    'orders[0].pin.startsMinute',
    'not-finite',
  ],
  [
    'a promise before the day begins',
    { orders: [order('a', 1, { pin: { teamDay: 't', startsMinute: -1 } })] },
    'orders[0].pin.startsMinute',
    'negative',
  ],
  [
    'a shift of the night before',
    { teamDays: [teamDay('t', 0, { shiftStartsMinute: -60 })] },
    'teamDays[0].shiftStartsMinute',
    'negative',
  ],
  [
    'a shift that ends before it begins',
    { teamDays: [teamDay('t', 0, { shiftStartsMinute: 500, shiftEndsMinute: 400 })] },
    'teamDays[0].shiftEndsMinute',
    'ends-before-start',
  ],
  [
    'a skill that no team can have',
    { skillNames: ['law'], teamDays: [teamDay('t', 0, { skills: ['lwa'] })] },
    'teamDays[0].skills[0]',
    'unknown-id',
  ],
  [
    'a limit over nobody known',
    { limits: [{ id: 'bus', teamDays: ['x'], measure: 'tours', most: 1 }] },
    'limits[0].teamDays[0]',
    'unknown-id',
  ],
  [
    'more promised than a limit allows',
    {
      orders: [order('a', 1, { pin: { teamDay: 't' } }), order('b', 2, { pin: { teamDay: 't' } })],
      limits: [{ id: 'bus', teamDays: ['t'], measure: 'visits', most: 1 }],
    },
    'limits[0].most',
    'pins-over-limit',
  ],
  [
    'a travel table with a hole',
    { travel: [{ name: 'line', placeCount: 3, minutes: new Float64Array(9).fill(Number.NaN, 4, 5) }] },
    'travel[0].minutes[4]',
    'not-finite',
  ],
  [
    'a load price that falls',
    {
      fairness: [
        { fromMinutes: 0, costPerMinute: 2 },
        { fromMinutes: 60, costPerMinute: 1 },
      ],
    },
    'fairness[1]',
    'not-convex',
  ],
  [
    'a negative leg',
    { travel: [{ name: 'line', placeCount: 3, minutes: new Float64Array(9).fill(-1) }] },
    'travel[0].minutes[0]',
    'negative',
  ],
  [
    'a table of the wrong size',
    { travel: [{ name: 'line', placeCount: 3, minutes: new Float64Array(4) }] },
    'travel[0].minutes',
    'wrong-length',
  ],
])('%s is named', (_, changes, path, code) => {
  const faults = problemFaults({ ...good, ...changes })
  expect(faults.map((fault) => ({ path: fault.path, code: fault.code }))).toContainEqual({ path, code })
})

test('solve refuses a faulty problem with every fault in the error', () => {
  const bad = { ...good, orders: [order('a', 9, { serviceMinutes: -1 })] }
  expect(first({ orders: bad.orders })).toEqual({ path: 'orders[0].place', code: 'out-of-range' })
  try {
    solve(bad, { seed: 1, budget: { iterationsMax: 1 } })
    expect.unreachable()
  } catch (error) {
    expect(error).toBeInstanceOf(ProblemError)
    expect((error as ProblemError).faults).toHaveLength(2)
    expect((error as ProblemError).message).toContain('orders[0].serviceMinutes: negative (-1)')
  }
})
