import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { countyOf } from '../dispatch/county.ts'
import { checkPlan, type DispatchProblem, PinConflictError, type SearchedTours } from '../dispatch/index.ts'
import { onALine, order, teamDay } from '../dispatch/testing.ts'
import { DispatchThreadError, planInThreads } from './dispatch-pool.ts'

const problem = countyOf({ seed: 2, orders: 60, days: 2 })
const budget = { iterationsMax: 400, nodesMax: 20 }

test('two threads give the same plan each time, with progress, a bound and no violation', async () => {
  const shares: number[] = []
  const plan = await planInThreads(problem, { seed: 4, threads: 2, budget, progress: (share) => shares.push(share) })
  expect(checkPlan(problem, plan).violations).toEqual([])
  expect(plan.bound!).toBeLessThanOrEqual(plan.cost.total)
  expect(plan.trace.iterations).toBeGreaterThanOrEqual(800)
  expect(shares.length).toBeGreaterThan(0)
  expect(await planInThreads(problem, { seed: 4, threads: 2, budget })).toEqual(plan)
})

test('a stored checkpoint leads to the plan that would have come without the break', async () => {
  let stored = ''
  const checkpoint = (searched: readonly SearchedTours[]): void => void (stored = JSON.stringify(searched))
  const whole = await planInThreads(problem, { seed: 9, threads: 1, budget, checkpoint })
  const searched: SearchedTours[] = JSON.parse(stored)
  expect(await planInThreads(problem, { seed: 9, threads: 1, budget, searched })).toEqual(whole)
})

test('aborting ends the work early with a plan', async () => {
  const controller = new AbortController()
  const plan = await planInThreads(problem, {
    seed: 1,
    threads: 1,
    budget: { iterationsMax: 1e9 },
    signal: controller.signal,
    progress: () => controller.abort(),
  })
  expect(checkPlan(problem, plan).violations).toEqual([])
  expect(plan.trace.iterations).toBeLessThan(1e9)
})

test('abandoning ends all threads at once, without a plan', async () => {
  const controller = new AbortController()
  const planning = planInThreads(problem, {
    seed: 1,
    threads: 2,
    budget: { iterationsMax: 1e9 },
    abandon: controller.signal,
    progress: () => controller.abort(),
  })
  await expect(planning).rejects.toBeInstanceOf(DispatchThreadError)
  const before = planInThreads(problem, { seed: 1, threads: 2, budget, abandon: AbortSignal.abort() })
  await expect(before).rejects.toBeInstanceOf(DispatchThreadError)
})

test('promises that contradict each other come out of the threads by name', async () => {
  const pins = ['a', 'b'].map((id) =>
    order(id, 1, {
      unservedCost: null,
      pin: { teamDay: 't', startsMinute: 60 },
      windows: [{ opensMinute: 60, closesMinute: 60 }],
    }),
  )
  const planning = planInThreads(onALine(3, pins, [teamDay('t', 0)]), { seed: 1, threads: 2, budget })
  await expect(planning).rejects.toMatchObject({ name: 'PinConflictError', teamDay: 't', orders: ['a', 'b'] })
  await expect(planning).rejects.toBeInstanceOf(PinConflictError)
})

test('a re-plan in two threads stays where everything is, and is the same each time, in the background too', async () => {
  const before = await planInThreads(problem, { seed: 4, threads: 2, budget })
  const teamDayOf = new Map(before.tours.flatMap((tour) => tour.stops.map((stop) => [stop.order, tour.teamDay])))
  const after: DispatchProblem = {
    ...problem,
    orders: problem.orders.map((one) => {
      const at = teamDayOf.get(one.id)
      return at === undefined ? one : { ...one, current: { teamDay: at, changeMinutes: 500 } }
    }),
  }
  const how = { seed: 4, threads: 2, budget, isReplan: true }
  const plan = await planInThreads(after, how)
  expect(plan.trace.engine).toMatch(/^replan/u)
  expect(plan.bound).toBeUndefined()
  for (const tour of plan.tours)
    for (const stop of tour.stops) expect(teamDayOf.get(stop.order) ?? tour.teamDay).toBe(tour.teamDay)
  expect(await planInThreads(after, { ...how, isBackground: true })).toEqual(plan)
})

describe('a thread that fails', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'huiyin-threads-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  test.each([
    ['throws', `throw new Error('broken')`],
    ['exits', `process.exit(3)`],
    ['runs out of memory', `const all = []; for (;;) all.push(new Array(1e6).fill(all.length))`],
  ])(
    'and %s is reported, and the process goes on',
    async (_, program) => {
      const path = join(folder, `${program.length}.mjs`)
      await writeFile(path, program)
      const failing = planInThreads(problem, { seed: 1, threads: 1, budget, threadFile: pathToFileURL(path) })
      await expect(failing).rejects.toBeInstanceOf(DispatchThreadError)
      // To fill a thread's memory takes long where the machine is busy.
    },
    120_000,
  )

  test('a faulty problem is refused by name', async () => {
    const faulty = { ...problem, orders: [] }
    await expect(planInThreads(faulty, { seed: 1, threads: 1, budget })).rejects.toThrow(/orders: empty/)
  })
})
