import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { countyOf } from '../dispatch/county.ts'
import { checkPlan, type SearchedTours } from '../dispatch/index.ts'
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
  ])('and %s is reported, and the process goes on', async (_, program) => {
    const path = join(folder, `${program.length}.mjs`)
    await writeFile(path, program)
    const failing = planInThreads(problem, { seed: 1, threads: 1, budget, threadFile: pathToFileURL(path) })
    await expect(failing).rejects.toBeInstanceOf(DispatchThreadError)
  })

  test('a faulty problem is refused by name', async () => {
    const faulty = { ...problem, orders: [] }
    await expect(planInThreads(faulty, { seed: 1, threads: 1, budget })).rejects.toThrow(/orders: empty/)
  })
})
