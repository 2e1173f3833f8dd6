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
])('a file with %s gets an error that names the place', async (_, text, place) => {
  expect(await run(['solve', await file('faulty.json', text)])).toBe(1)
  expect(complained.join()).toContain(place)
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
