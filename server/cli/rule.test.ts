import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { command } from '../../test/support/command-line.ts'
import { useDatabase } from '../../test/support/database.ts'
import { deadlines } from '../modules/orders/deadlines.ts'
import { setUpOrders } from '../modules/orders/index.ts'
import { formulaOn } from '../modules/orders/three-rates.ts'
import { pointsRuleOn, setPointsRule } from '../modules/points/index.ts'
import { addDays, dateIn, startOfDate } from '../platform/dates.ts'
import { sql } from '../platform/db.ts'
import { readSeed } from './district-plan.ts'

const database = useDatabase()
const today = dateIn(new Date())
const nextMonth = addDays(today, 30)
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huiyin-rule-'))
  const orders = await readSeed<Parameters<typeof setUpOrders>[1]>('defaults/orders.json')
  const points = await readSeed<Parameters<typeof setPointsRule>[1]>('defaults/points.json')
  await database.work(async (work) => {
    await setUpOrders(work, orders)
    await setPointsRule(work, points)
  })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const huiyin = (...argv: string[]) =>
  command(
    { DATABASE_URL: database.ownerUrl, HUIYIN_KEK: '07'.repeat(32), HUIYIN_DATA: folder, LANG: 'en_GB.UTF-8' },
    ...argv,
  )
async function set(kind: string, content: unknown, validFrom = nextMonth) {
  const file = join(folder, `${kind}.json`)
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
  return huiyin('rule', 'set', kind, file, '--valid-from', validFrom)
}
const audited = (action: string) =>
  database.work(({ tx }) =>
    tx.one<{ n: number }>(
      sql`select count(*) as n from audit_event where district_id = ${tx.districtId} and action = ${action}`,
    ),
  )
const FORMULA = {
  responseWeight: 0.2,
  resolutionWeight: 0.4,
  satisfactionWeight: 0.4,
  satisfiedFromStars: 5,
  excludedOutcomes: ['merged'],
  samplePercent: 30,
}

test('a new award holds from its date on, and what was before stays', async () => {
  expect(await set('award', { pointsPerHour: 12, pointsPerDayMax: 96 })).toMatchObject({ status: 0 })
  const on = (date: string) => database.work(({ tx }) => pointsRuleOn(tx, date))
  expect(await on(addDays(nextMonth, -1))).toMatchObject({ pointsPerHour: 10, validUntil: nextMonth })
  expect(await on(nextMonth)).toMatchObject({ pointsPerHour: 12, pointsPerDayMax: 96, validUntil: null })
  expect((await audited('points.set-rule')).n).toBe(2)
  const again = await set('award', { pointsPerHour: 13, pointsPerDayMax: 96 })
  expect(again.status).toBe(1)
  expect(again.err).toContain(`begins on ${nextMonth} already`)
})

test('new limits hold for the steps they name; the others keep theirs', async () => {
  expect(await set('limits', { triage: { normal: 225, urgent: 30 }, evaluate: { normal: 2700 } })).toMatchObject({
    status: 0,
  })
  const minutes = async (date: string) =>
    database.work(async ({ tx }) => {
      const rule = await deadlines(tx, startOfDate(date))
      return [
        rule.minutesOf('triage', 'normal'),
        rule.minutesOf('triage', 'urgent'),
        rule.minutesOf('evaluate', 'normal'),
        rule.minutesOf('dispatch', 'urgent'),
      ]
    })
  expect(await minutes(addDays(nextMonth, -1))).toEqual([450, 60, 3150, 60])
  expect(await minutes(nextMonth)).toEqual([225, 30, 2700, 60])
  expect((await audited('orders.set-limits')).n).toBe(1)
  expect((await set('limits', { lunch: { normal: 60 } })).err).toContain('no step lunch')
})

test('a new formula gets the next version', async () => {
  expect(await set('rates', FORMULA)).toMatchObject({ status: 0 })
  const on = (date: string) => database.work(({ tx }) => formulaOn(tx, date))
  expect(await on(addDays(nextMonth, -1))).toMatchObject({ version: 1, samplePercent: 20 })
  expect(await on(nextMonth)).toMatchObject({ version: 2, samplePercent: 30, satisfiedFromStars: 5 })
  expect((await audited('orders.set-formula')).n).toBe(1)
  const listed = await huiyin('rule', 'list')
  expect(listed.out).toContain(`award`)
  expect(listed.out).toMatch(new RegExp(`rates 2 +${nextMonth} – on`, 'u'))
})

test.each([
  ['a day that is over', 'award', { pointsPerHour: 1, pointsPerDayMax: 1 }, today, 'begins tomorrow or later'],
  ['no day', 'award', { pointsPerHour: 1, pointsPerDayMax: 1 }, '2027-02-30', '--valid-from'],
  ['a missing figure', 'award', { pointsPerHour: 1 }, nextMonth, 'pointsPerDayMax'],
  ['weights that do not add up', 'rates', { ...FORMULA, responseWeight: 0.3 }, nextMonth, 'add up to 1'],
  ['an unknown outcome', 'rates', { ...FORMULA, excludedOutcomes: ['lost'] }, nextMonth, 'excludedOutcomes'],
  ['minutes below one', 'limits', { triage: { normal: 0 } }, nextMonth, 'triage.normal'],
  ['no JSON', 'limits', '{', nextMonth, 'cannot be read'],
  ['another kind', 'stars', {}, nextMonth, 'award, limits, rates'],
])('%s is refused and changes nothing', async (_what, kind, content, validFrom, words) => {
  const before = (await huiyin('rule', 'list')).out
  const ran = await set(kind, content, validFrom)
  expect(ran.status).toBe(1)
  expect(ran.err).toContain(words)
  expect((await huiyin('rule', 'list')).out).toBe(before)
})
