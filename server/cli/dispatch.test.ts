import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sharedFolder } from '../../test/support/shared-data.ts'
import { generateCounty } from '../dispatch/generate.ts'
import { DISPATCH_USAGE, dispatchCommand } from './dispatch.ts'

let folder = ''
const said: string[] = []
const complained: string[] = []
const run = (args: readonly string[]): Promise<number> =>
  dispatchCommand(args, { log: (text) => said.push(text), error: (text) => complained.push(text) })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huiyin-dispatch-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})
beforeEach(() => {
  said.length = 0
  complained.length = 0
})

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

/** A generated problem as a file has it: travel as nested lists. */
function asJson(problem: ReturnType<typeof generateCounty>): object {
  const travel = problem.travel.map(({ name, placeCount, minutes }) => ({
    name,
    minutes: Array.from({ length: placeCount }, (_, i) => [...minutes.subarray(i * placeCount, (i + 1) * placeCount)]),
  }))
  return { ...problem, travel }
}

const small = asJson(
  generateCounty({ seed: 5, orders: 20, teams: 8, days: 2, villages: 10, fairness: true, coverage: true }),
)

test('solve prints a plan that check accepts, the same for the same seed', async () => {
  const problem = await file('problem.json', small)
  const solve = ['solve', problem, '--iterations', '500', '--seed', '3']
  expect(await run(solve)).toBe(0)
  expect(await run(solve)).toBe(0)
  expect(said[1]).toBe(said[0])
  const plan = await file('plan.json', said[0])
  expect(await run(['check', problem, plan])).toBe(0)
  expect(JSON.parse(said[2]!).violations).toEqual([])
  const broken = JSON.parse(said[0]!)
  broken.tours[0].returnsMinute -= 30
  expect(await run(['check', problem, await file('broken.json', broken)])).toBe(1)
  expect(JSON.parse(said[3]!).violations[0].code).toBe('travel-time')
})

test('solve reads the shape of VROOM, in seconds, with and without ends', async () => {
  const durations = [
    [0, 600, 1200],
    [600, 0, 600],
    [1200, 600, 0],
  ]
  const vroom = {
    vehicles: [{ id: 1, start_index: 0, capacity: [1], skills: [7], time_window: [0, 36_000] }],
    jobs: [
      { id: 11, location_index: 1, service: 300, delivery: [1], skills: [7], priority: 10 },
      { id: 12, location_index: 2, service: 300, delivery: [1], time_windows: [[0, 7200]] },
    ],
    matrices: { car: { durations } },
  }
  expect(await run(['solve', await file('vroom.json', vroom), '--iterations', '50'])).toBe(0)
  const plan = JSON.parse(said[0]!)
  expect(plan.tours[0].stops.map((stop: { order: string }) => stop.order)).toEqual(['11'])
  expect(plan.cost.travel).toBe(10)
  expect(plan.unserved[0]).toMatchObject({ order: '12', relaxation: { code: 'LOAD', teamDay: '1' } })
  const located = { vehicles: [{ id: 1, start: [115.97, 40.46] }], jobs: [{ id: 1, location: [116.1, 40.5] }] }
  expect(await run(['solve', await file('located.json', located), '--iterations', '10'])).toBe(0)
  const breaks = { ...located, vehicles: [{ id: 1, start: [115.97, 40.46], breaks: [] }] }
  expect(await run(['solve', await file('breaks.json', breaks)])).toBe(1)
  expect(complained[0]).toContain('vehicles[0].breaks: not supported')
})

test.each([
  ['not JSON', '{', 'faulty.json'],
  ['no orders', '{"orders":[],"teamDays":[],"travel":[]}', 'orders: empty'],
  ['a missing field', '{"orders":[{"id":"a"}]}', 'orders[0].place: expected a number, found nothing'],
  ['a wrong type', '{"orders":[{"id":7}]}', 'orders[0].id: expected text, found 7'],
  [
    'NaN',
    '{"orders":[{"id":"a"},\n{"id":"b","serviceMinutes":NaN}]}',
    'orders[1].serviceMinutes: line 2, column 28: unexpected NaN',
  ],
  [
    'Infinity',
    '{"travel":[{"minutes":[[0,-Infinity]]}]}',
    'travel[0].minutes[0][1]: line 1, column 27: unexpected -Infinity',
  ],
  ['a mark too many', '{"orders":[],\n"teamDays":[1,]}', 'teamDays[1]: line 2, column 15: unexpected ]'],
  ['a text left open', '{"orders":[{"id":"a', 'orders[0].id: line 1, column 18: unexpected "a'],
  ['something behind its end', '{"orders":[]} x', 'line 1, column 15: unexpected x'],
  ['an empty text', '', 'line 1, column 1: unexpected end'],
  ['no end', '[[', '[0][0]: line 1, column 3: unexpected end'],
])('a file with %s gets an error that names the place', async (_, text, place) => {
  expect(await run(['solve', await file('faulty.json', text)])).toBe(1)
  expect(complained.join()).toContain(place)
})

test('a file of ten megabytes is read, and a fault at its end has a place', async () => {
  const { orders, teamDays, travel } = small as { orders: object[]; teamDays: object[]; travel: object[] }
  const many = Array.from({ length: 40_000 }, (_, i) => ({ ...orders[i % orders.length], id: `order ${i}` }))
  const text = JSON.stringify({ orders: many, teamDays, travel })
  expect(text.length).toBeGreaterThan(10_000_000)
  const last = many.length - 1
  const faulty = { ...many[last], serviceMinutes: -5, skills: [] }
  const cut = text.slice(0, -40)
  for (const [content, place] of [
    [
      JSON.stringify({ orders: [...many.slice(0, -1), faulty], teamDays, travel }),
      `orders[${last}].serviceMinutes: negative (-5)`,
    ],
    [text.replace(`"order ${last}"`, 'NaN'), `orders[${last}].id: line 1, column `],
    [cut, 'unexpected'],
  ] as const) {
    complained.length = 0
    expect(await run(['solve', await file('large.json', content), '--iterations', '1'])).toBe(1)
    expect(complained.join()).toContain(place)
  }
})

test('promises that go round in a circle, or that contradict their link, are refused by name', async () => {
  const pinned = (id: string, team: string, startsMinute: number) => ({
    id,
    place: 0,
    serviceMinutes: 10,
    windows: [{ opensMinute: 0, closesMinute: 600 }],
    unservedCost: null,
    pin: { teamDay: team, startsMinute },
  })
  const day = (id: string) => ({ id, startPlace: 0, shiftStartsMinute: 0, shiftEndsMinute: 600 })
  const link = { gapMinMinutes: 10, gapMaxMinutes: 20 }
  const problem = {
    orders: [pinned('a', 't', 60), pinned('b', 'u', 30)],
    teamDays: [day('t'), day('u')],
    travel: [{ minutes: [[0]] }],
  }
  const forth = { ...link, first: 'a', second: 'b' }
  const back = { ...link, first: 'b', second: 'a' }
  const solved = async (name: string, links: readonly object[]) => {
    complained.length = 0
    return run(['solve', await file(name, { ...problem, links }), '--iterations', '10'])
  }
  expect(await solved('circle.json', [forth, back])).toBe(1)
  expect(complained.join()).toContain('links[1].first: linked-twice (b)')
  expect(await solved('against.json', [forth])).toBe(1)
  expect(complained.join()).toMatch(/pinned orders cannot all be kept on [tu]: [ab]/u)
  expect(await solved('along.json', [{ ...back, gapMaxMinutes: 40 }])).toBe(0)
})

test('wrong use is told, with the usage', async () => {
  for (const args of [
    [],
    ['fly'],
    ['solve'],
    ['solve', 'a', '--seed', 'x'],
    ['benchmark', 'a'],
    ['check', 'a'],
    ['solve', '--frobnicate'],
  ])
    expect(await run(args), args.join(' ')).toBe(2)
  expect(complained.every((text) => text.includes(DISPATCH_USAGE))).toBe(true)
  expect(await run(['solve', join(folder, 'absent.json')])).toBe(1)
})

test('benchmark solves an instance file and says cost, routes and violations', async () => {
  const rows = Array.from({ length: 12 }, (_, i) => `${i + 1} ${(i * 7) % 20} ${(i * 13) % 20} 10 0 200 5`)
  const text = [
    'SMALL',
    '',
    'VEHICLE',
    'NUMBER CAPACITY',
    '4 50',
    '',
    'CUSTOMER',
    'CUST NO.',
    '',
    '0 10 10 0 0 240 0',
    ...rows,
  ]
  const path = await file('SMALL.txt', text.join('\n'))
  const args = ['benchmark', '--format', 'solomon', path, '--iterations', '500', '--seed', '2', '--json']
  expect(await run(args)).toBe(0)
  const result = JSON.parse(said[0]!)
  expect(result).toMatchObject({ unserved: 0, violations: [], seed: 2 })
  expect(result.routes.flatMap((route: { stops: string[] }) => route.stops).sort()).toHaveLength(12)
})

const shared = sharedFolder('dispatch')
describe.skipIf(!shared.isThere)(shared.title, () => {
  test('benchmark comes to the best known cost of C101 in 2 seconds', async () => {
    const path = join(shared.path, 'solomon/C101.txt')
    expect(await run(['benchmark', '--format', 'solomon', path, '--seconds', '2', '--json'])).toBe(0)
    expect(JSON.parse(said[0]!).cost).toBeLessThanOrEqual(827.3 * 1.02)
  })
})
