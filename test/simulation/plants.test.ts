// Bugs that are planted are found, each by its promise and by a short history. A checker that nobody has seen complain proves
// nothing. And the same seed lives the same history twice.
import { beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { ensureSimulationTemplate } from './district.ts'
import { liveSeed } from './live.ts'
import { PLANTS } from './plants.ts'
import { shrink } from './shrink.ts'

const STEPS_OF_SHORTEST_MAX = 12
const DAYS_MAX = 30
// Far more than it takes; a machine that is busy with other things gets its time.
const SHRINK_SECONDS_MAX = 200
const AT_ONCE = 3

vi.setConfig({ maxConcurrency: AT_ONCE })
beforeAll(() => ensureSimulationTemplate(inject('postgresUrl')), 120_000)

describe.concurrent('a planted bug is found', { timeout: 400_000 }, () => {
  for (const { bug, promise, sql, seed } of PLANTS) {
    test(bug, async () => {
      const plan = { adminUrl: inject('postgresUrl'), seed, days: DAYS_MAX, spoil: sql }
      const lived = await liveSeed(plan)
      const broken = lived.failure?.broken.map((one) => one.promise) ?? []
      expect(broken).toContain(promise)
      const shrunk = await shrink(plan, lived, SHRINK_SECONDS_MAX, promise)
      expect(shrunk.steps.length, shrunk.lived.lines.join('\n')).toBeLessThanOrEqual(STEPS_OF_SHORTEST_MAX)
    })
  }
})

test('the same seed lives the same history', { timeout: 120_000 }, async () => {
  const plan = { adminUrl: inject('postgresUrl'), seed: 11, days: 8 }
  const [one, other] = [await liveSeed(plan), await liveSeed(plan)]
  expect(one.failure).toBeNull()
  expect(other.lines).toEqual(one.lines)
  expect(other.hash).toBe(one.hash)
  expect((await liveSeed({ ...plan, seed: 12, days: 2 })).hash).not.toBe(one.hash)
})
