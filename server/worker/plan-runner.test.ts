// The worker that makes plans, with real threads: a plan comes out, and whatever falls takes down one plan and nothing else.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { useDatabase } from '../../test/support/database.ts'
import { takeIn } from '../../test/support/order-steps.ts'
import { MONDAY, openOrderWorld, type OrderWorld } from '../../test/support/orders.ts'
import { addDays, dateIn } from '#platform/dates.ts'
import { sql } from '#platform/db.ts'
import { createLog } from '#platform/log.ts'
import { requestPlan } from '../modules/planning/request-plan.ts'
import { runPlans } from './plan-runner.ts'

const database = useDatabase()
const log = createLog({ level: 'silent' })
const goesOn = () => false
let world: OrderWorld
let folder = ''

beforeAll(async () => {
  world = await openOrderWorld(database)
  folder = await mkdtemp(join(tmpdir(), 'huiyin-plans-'))
})
afterAll(() => rm(folder, { recursive: true }))
beforeEach(() => world.reset())

/** One order that waits, and the wish for a plan of it. @returns the plan's id */
async function asked(): Promise<string> {
  const orderId = await world.place({ title: '教老人用手机' })
  await takeIn(world, orderId)
  const wish = {
    title: '本周计划',
    fromOn: dateIn(MONDAY),
    untilOn: addDays(dateIn(MONDAY), 1),
    secondsMax: 1,
    seed: 7,
  }
  const { id } = await world.act(world.dispatcher, (work) => requestPlan(work, { ...wish, unitId: world.units.centre }))
  return id
}

const outcomeOf = async (id: string): Promise<{ state: string; failure: string | null; visits: number }> => {
  const [row] = await world.rows<{ state: string; failure: string | null; visits: number }>(sql`
    select state, failure, (select count(*) from plan_visit v where v.plan_id = p.id)::int as visits from plan p where id = ${id}::uuid`)
  return row!
}

test('a plan that was asked for is made in threads', async () => {
  const id = await asked()
  expect(await runPlans(database, log, goesOn)).toBe(1)
  expect(await outcomeOf(id)).toEqual({ state: 'ready', failure: null, visits: 1 })
  expect(await runPlans(database, log, goesOn)).toBe(0)
})

test.each([
  ['throws', `throw new Error('broken')`],
  ['ends the thread', `process.exit(3)`],
])('a thread that %s fails its plan by name; the next plan is made', async (what, program) => {
  const path = join(folder, `${what.replaceAll(' ', '-')}.mjs`)
  await writeFile(path, program)
  const id = await asked()
  expect(await runPlans(database, log, goesOn, pathToFileURL(path))).toBe(1)
  expect(await outcomeOf(id)).toEqual({ state: 'failed', failure: 'engine-failed', visits: 0 })
  const next = await asked()
  expect(await runPlans(database, log, goesOn)).toBe(1)
  expect(await outcomeOf(next)).toMatchObject({ state: 'ready' })
})
