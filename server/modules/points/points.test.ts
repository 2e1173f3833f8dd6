import { randomUUID } from 'node:crypto'
import * as fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { useDatabase, YANQING } from '../../../test/support/database.ts'
import { actorOf, registerResident } from '../../../test/support/residents.ts'
import { listUnits } from '#modules/orgs/index.ts'
import type { Actor } from '#platform/actor.ts'
import { sql, sqlState, violatedConstraint } from '#platform/db.ts'
import { addMinutes } from '#platform/dates.ts'
import { runRead } from '#platform/work.ts'
import {
  award,
  fundBudget,
  holdPoints,
  meritOf,
  pointsAwardedBetween,
  pointsFor,
  pointsOf,
  pointsRuleOn,
  postHold,
  readBudget,
  recordMerit,
  reverseAward,
  reverseMerit,
  setPointsRule,
  settleQueue,
  verifyLedger,
  voidHold,
} from './index.ts'
import { BUDGET_ID, ISSUER_ID } from './ledger.ts'
import { pointsHandlers } from './routes.ts'
import { transferPoints } from './transfer-points.ts'

const database = useDatabase()
const subject = { kind: 'order', id: randomUUID() }
let ana: Actor
let ben: Actor

beforeAll(async () => {
  ana = await registerResident(database, 201)
  ben = await registerResident(database, 202)
})
beforeEach(() =>
  database.owner((client) =>
    client.query('truncate ledger_transfer, ledger_account, award_queue, merit_entry, points_rule'),
  ),
)

const fund = (points: number, key: string = randomUUID()) =>
  database.work((work) => fundBudget(work, { key, points, reason: 'test' }))
const give = (actor: Actor, points: number, key: string = randomUUID()) =>
  database.work((work) => award(work, { key, personId: actor.personId!, points, subject }))
const reverse = (key: string) => database.work((work) => reverseAward(work, key))
const hold = (actor: Actor, points: number, key: string = randomUUID(), minutes = 60) =>
  database.work((work) => {
    const move = { key, from: { personId: actor.personId! }, to: 'budget', points, reason: 'shop' } as const
    return holdPoints(work, { ...move, expiresAt: addMinutes(work.now, minutes) })
  })
const of = (actor: Actor) => database.work(({ tx }) => pointsOf(tx, actor.personId!))
const budget = () => database.work(({ tx }) => readBudget(tx))
const verify = () => database.work(({ tx }) => verifyLedger(tx))
const settled = (results: PromiseSettledResult<unknown>[]) =>
  results
    .map((result) => (result.status === 'fulfilled' ? 'done' : (result.reason as { code: string }).code))
    .sort((a, b) => (a < b ? -1 : 1))

describe('awards', () => {
  test('are paid from the budget, once for each key', async () => {
    await fund(100)
    expect(await give(ana, 30, 'order-award:1:1')).toBe('paid')
    expect(await give(ana, 30, 'order-award:1:1')).toBe('paid')
    expect(await of(ana)).toEqual({ balance: 30, held: 0, queued: 0 })
    expect(await budget()).toEqual({ balance: 70, held: 0, queuedAwards: 0, queuedPoints: 0, issued: 100 })
    expect(await give(ana, 0, 'order-award:2:1')).toBe('nothing')
  })

  test('never fail for want of points: they wait, audited, and a funding pays them in order without overtaking', async () => {
    await fund(10)
    expect(await give(ana, 50, 'first')).toBe('queued')
    expect(await give(ben, 5, 'second')).toBe('queued')
    expect(await give(ben, 5, 'second')).toBe('queued')
    const short = await database.work(({ tx }) =>
      tx.rows<{ details: { key: string } }>(
        sql`select details from audit_event where action = 'points.budget-short' order by id`,
      ),
    )
    expect(short.map((event) => event.details.key)).toEqual(['first', 'second'])
    expect(await fund(39)).toEqual({ paidAwards: 0 })
    expect(await fund(1)).toEqual({ paidAwards: 1 })
    expect([await of(ana), await of(ben)]).toEqual([
      { balance: 50, held: 0, queued: 0 },
      { balance: 0, held: 0, queued: 5 },
    ])
    expect(await fund(5)).toEqual({ paidAwards: 1 })
    expect(await verify()).toMatchObject({ sum: 0, faults: [] })
  })

  test('the same funding twice is one funding', async () => {
    await fund(10, 'same')
    expect(await fund(10, 'same')).toEqual({ paidAwards: 0 })
    expect((await budget()).issued).toBe(10)
  })

  test('a long queue is paid in several transactions', async () => {
    await give(ana, 1, 'head')
    await database.owner((client) =>
      client.query(
        `insert into award_queue (district_id, id, key, person_id, amount_points, subject_kind, subject_id, queued_at)
         select $1, gen_random_uuid(), 'bulk:' || n, $2, 1, 'order', gen_random_uuid(), now() from generate_series(1, 1200) n`,
        [YANQING, ben.personId],
      ),
    )
    database.sent.length = 0
    expect(await fund(5_000)).toEqual({ paidAwards: 1_000 })
    expect(database.sent).toEqual([{ name: 'points.settle-queue', data: {} }])
    expect(await give(ana, 1, 'not before the others')).toBe('queued')
    expect(await database.work(settleQueue)).toBe(202)
    expect(await database.work(settleQueue)).toBe(0)
    expect(await verify()).toMatchObject({ sum: 0, faults: [] })
  })
})

describe('reversal', () => {
  test('takes a paid award back once, and the key stays used', async () => {
    await fund(100)
    await give(ana, 30, 'a')
    expect(await reverse('a')).toEqual({ outcome: 'taken-back', pointsTakenBack: 30, pointsShort: 0 })
    expect(await reverse('a')).toEqual({ outcome: 'taken-back', pointsTakenBack: 30, pointsShort: 0 })
    expect(await give(ana, 30, 'a')).toBe('paid')
    expect(await of(ana)).toEqual({ balance: 0, held: 0, queued: 0 })
    expect(await give(ana, 30, 'a:again')).toBe('paid')
    expect(await verify()).toMatchObject({ sum: 0, faults: [] })
  })

  test('what was spent stays spent: the budget bears it, and later awards are not touched', async () => {
    await fund(100)
    await give(ana, 30, 'a')
    await hold(ana, 25, 'h')
    await database.work((work) => postHold(work, 'h'))
    expect(await reverse('a')).toEqual({ outcome: 'taken-back', pointsTakenBack: 5, pointsShort: 25 })
    expect(await reverse('a')).toEqual({ outcome: 'taken-back', pointsTakenBack: 5, pointsShort: 25 })
    await give(ana, 40, 'b')
    expect(await reverse('a')).toEqual({ outcome: 'taken-back', pointsTakenBack: 5, pointsShort: 25 })
    expect((await of(ana)).balance).toBe(40)
    await give(ben, 7, 'c')
    await hold(ben, 7, 'h2')
    await database.work((work) => postHold(work, 'h2'))
    expect(await reverse('c')).toEqual({ outcome: 'taken-back', pointsTakenBack: 0, pointsShort: 7 })
    expect(await reverse('c')).toEqual({ outcome: 'taken-back', pointsTakenBack: 0, pointsShort: 7 })
    expect(await verify()).toMatchObject({ sum: 0, faults: [] })
  })

  test('a waiting award leaves the queue and frees the way for the next; an unknown key does nothing', async () => {
    await fund(5)
    await give(ana, 50, 'big')
    await give(ben, 5, 'small')
    expect(await reverse('big')).toEqual({ outcome: 'dequeued', pointsTakenBack: 0, pointsShort: 0 })
    expect([await of(ana), await of(ben)]).toMatchObject([{ queued: 0 }, { balance: 5, queued: 0 }])
    expect(await give(ana, 50, 'big')).toBe('reversed')
    expect((await reverse('never')).outcome).toBe('unknown')
  })

  test('only awards can be reversed', async () => {
    await fund(5, 'money')
    await expect(reverse('money')).rejects.toThrow('is no award')
  })
})

describe('holds', () => {
  test('keep points from being spent twice; posting a part frees the rest', async () => {
    await fund(100)
    await give(ana, 30)
    await hold(ana, 20, 'h')
    expect(await of(ana)).toEqual({ balance: 30, held: 20, queued: 0 })
    await expect(hold(ana, 11)).rejects.toMatchObject({
      code: 'points.balance-too-low',
      params: { available: 10, points: 11 },
    })
    await expect(database.work((work) => postHold(work, 'h', { points: 21 }))).rejects.toMatchObject({
      code: 'points.post-too-large',
    })
    await database.work((work) => postHold(work, 'h', { points: 15 }))
    expect(await of(ana)).toEqual({ balance: 15, held: 0, queued: 0 })
  })

  test('expire by business time, whether the sweep came or not', async () => {
    await fund(100)
    await give(ana, 30)
    await hold(ana, 20, 'h', 0)
    await expect(database.work((work) => postHold(work, 'h'))).rejects.toMatchObject({ code: 'points.hold-expired' })
    expect((await of(ana)).held).toBe(20)
    expect(await database.work((work) => voidHold(work, 'h'))).toEqual({ isNew: true })
    expect((await of(ana)).held).toBe(0)
  })
})

describe('races', () => {
  test('the same key from ten connections at once has one effect', async () => {
    await fund(1_000)
    expect(new Set(await Promise.all(Array.from({ length: 10 }, () => give(ana, 10, 'k'))))).toEqual(new Set(['paid']))
    expect((await of(ana)).balance).toBe(10)
    await Promise.all(Array.from({ length: 10 }, () => fund(7, 'f')))
    expect((await budget()).issued).toBe(1_007)
    await Promise.all(Array.from({ length: 10 }, () => reverse('k')))
    expect((await of(ana)).balance).toBe(0)
    expect(await verify()).toMatchObject({ sum: 0, faults: [] })
  })

  test('the same key for two persons at once: one wins, the other is told that it is a bug', async () => {
    await fund(1_000)
    const results = await Promise.allSettled([give(ana, 10, 'k'), give(ben, 10, 'k')])
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    expect((await of(ana)).balance + (await of(ben)).balance).toBe(10)
  })

  test('of two holds over one balance exactly one is made', async () => {
    await fund(1_000)
    await give(ana, 10)
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => hold(ana, 10)))
    expect(settled(results)).toEqual(['done', ...Array.from({ length: 5 }, () => 'points.balance-too-low')])
    expect(await of(ana)).toEqual({ balance: 10, held: 10, queued: 0 })
  })

  test('a hold is either posted or voided', async () => {
    await fund(1_000)
    await give(ana, 10)
    await hold(ana, 10, 'h')
    const post = () => database.work((work) => postHold(work, 'h'))
    const cancel = () => database.work((work) => voidHold(work, 'h'))
    const results = settled(await Promise.allSettled([post(), cancel(), post(), cancel()]))
    expect([
      ['done', 'done', 'points.hold-posted', 'points.hold-posted'],
      ['done', 'done', 'points.hold-voided', 'points.hold-voided'],
    ]).toContainEqual(results)
    expect(await verify()).toMatchObject({ sum: 0, faults: [] })
  })

  test('transfers in both directions at once do not deadlock and lose nothing', async () => {
    await fund(1_000)
    await give(ana, 100)
    await give(ben, 100)
    const [a, b] = [{ personId: ana.personId! }, { personId: ben.personId! }]
    await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        database.work((work) => {
          const [from, to] = n % 2 === 0 ? [a, b] : [b, a]
          return transferPoints(work, { key: `gift:${n}`, from, to, points: 1, reason: 'test' })
        }),
      ),
    )
    expect([(await of(ana)).balance, (await of(ben)).balance]).toEqual([100, 100])
  })
})

describe('the database itself', () => {
  test('refuses a second transfer of a key, an overdrawn account, and any change of a transfer', async () => {
    await fund(10)
    await give(ana, 10, 'a')
    const overdrawn = database.work(({ tx }) =>
      tx.run(sql`update ledger_account set debits_posted = 11 where district_id = ${YANQING} and id = ${ana.personId}`),
    )
    await expect(overdrawn).rejects.toSatisfy((error) => violatedConstraint(error) === 'only_the_issuer_may_owe')
    for (const change of [sql`update ledger_transfer set amount_points = 1`, sql`delete from ledger_transfer`]) {
      await expect(database.work(({ tx }) => tx.run(change))).rejects.toSatisfy((error) => sqlState(error) === '42501')
    }
  })

  test.each([
    [
      'a balance',
      `update ledger_account set credits_posted = credits_posted + 5 where kind = 'person'`,
      'balance-differs',
    ],
    ['a pending balance', `update ledger_account set credits_pending = 3 where kind = 'budget'`, 'balance-differs'],
    [
      'both sides of the balances',
      `update ledger_account set credits_posted = credits_posted + 1, debits_posted = debits_posted + 1`,
      'balance-differs',
    ],
    ['a sum', `update ledger_account set debits_posted = debits_posted + 1 where kind = 'issuer'`, 'sum-not-zero'],
    [
      'the amount of a transfer',
      `update ledger_transfer set amount_points = amount_points + 1 where key = 'a'`,
      'balance-differs',
    ],
    [
      'the side of a transfer',
      `update ledger_transfer set credit_account_id = '${ISSUER_ID}' where key = 'a'`,
      'balance-differs',
    ],
    ['a transfer that is gone', `delete from ledger_transfer where key = 'b'`, 'balance-differs'],
    ['a resolution that is gone', `delete from ledger_transfer where kind = 'post'`, 'balance-differs'],
    [
      'a resolution for more than its hold',
      `update ledger_transfer set amount_points = 9 where kind = 'post'`,
      'resolution-differs',
    ],
    [
      'a payment from the queue',
      `update award_queue set amount_points = 1 where settled_as = 'paid'`,
      'award-without-transfer',
    ],
    [
      'a reversal of more than was paid',
      `update ledger_transfer set amount_points = 99 where key = 'a:reversal'`,
      'reversal-differs',
    ],
    [
      'an account that owes',
      `alter table ledger_account drop constraint only_the_issuer_may_owe; update ledger_account set debits_posted = 999 where kind = 'person'`,
      'overdrawn',
    ],
  ])('who tampers with %s is found', async (_, tampering, fault) => {
    await give(ana, 4, 'waited')
    await fund(50)
    await give(ana, 10, 'a')
    await give(ben, 10, 'b')
    await hold(ben, 8, 'h')
    await database.work((work) => postHold(work, 'h', { points: 3 }))
    await reverse('a')
    expect(await verify()).toEqual({ accounts: 4, transfers: 7, sum: 0, faults: [] })
    await database.owner(async (client) => {
      await client.query('begin')
      const guard = `alter table ledger_account add constraint only_the_issuer_may_owe
        check (kind = 'issuer' or debits_posted + debits_pending <= credits_posted) not valid`
      await client.query(tampering)
      await client.query('commit')
      const { faults } = await verify()
      expect(faults.map((found) => found.fault)).toContain(fault)
      if (tampering.startsWith('alter')) await client.query(guard)
    })
  })

  test('another district sees nothing of it', async () => {
    await fund(50)
    await give(ana, 10, 'a')
    const other: Actor = { ...actorOf('staff', randomUUID()), districtId: 110_108 }
    const seen = await runRead(database.db, other, ({ tx }) => verifyLedger(tx))
    expect(seen).toEqual({ accounts: 0, transfers: 0, sum: 0, faults: [] })
  })
})

describe('rules', () => {
  test('points follow the minutes, rounded down, never beyond the day’s limit', () => {
    const rule = { pointsPerHour: 10, pointsPerDayMax: 40 }
    expect([0, 5, 6, 59, 60, 125, 240, 600].map((minutes) => pointsFor(minutes, rule))).toEqual([
      0, 0, 1, 9, 10, 20, 40, 40,
    ])
    expect(pointsFor(240, rule, 35)).toBe(5)
    expect(pointsFor(240, rule, 50)).toBe(0)
    fc.assert(
      fc.property(
        fc.integer({ min: -10, max: 2_000 }),
        fc.nat(200),
        fc.integer({ min: 1, max: 500 }),
        fc.nat(600),
        (minutes, perHour, max, already) => {
          const points = pointsFor(minutes, { pointsPerHour: perHour, pointsPerDayMax: max }, already)
          expect(Number.isInteger(points) && points >= 0 && points <= Math.max(0, max - already)).toBe(true)
          expect(
            pointsFor(minutes + 1, { pointsPerHour: perHour, pointsPerDayMax: max }, already),
          ).toBeGreaterThanOrEqual(points)
        },
      ),
    )
  })

  test('hold from a date on, one at a time', async () => {
    const set = (pointsPerHour: number, validFrom: string) =>
      database.work((work) => setPointsRule(work, { pointsPerHour, pointsPerDayMax: 80, validFrom }))
    await set(10, '2018-10-26')
    await set(12, '2026-01-01')
    const on = (date: string) => database.work(async ({ tx }) => (await pointsRuleOn(tx, date))?.pointsPerHour)
    expect([await on('2018-10-25'), await on('2018-10-26'), await on('2025-12-31'), await on('2026-01-01')]).toEqual([
      undefined,
      10,
      10,
      12,
    ])
  })

  test('the points of a day count waiting awards and leave reversed ones out', async () => {
    await fund(10)
    await give(ana, 4, 'a')
    await give(ana, 5, 'b')
    await give(ana, 9, 'c')
    await reverse('a')
    const points = await database.work(({ tx, now }) =>
      pointsAwardedBetween(tx, ana.personId!, addMinutes(now, -60), addMinutes(now, 60)),
    )
    expect(points).toBe(14)
  })
})

describe('merit', () => {
  test('is recorded once and cancelled by a second entry', async () => {
    const unitId = await database.work(
      async ({ tx }) => (await listUnits(tx, { kind: 'agency', on: '2026-01-01', limit: 1 }))[0]!.id,
    )
    const merit = { key: 'order-merit:1:1', holder: { unitId }, subject, peopleServed: 12, stars: 4 }
    const record = (more = {}) => database.work((work) => recordMerit(work, { ...merit, ...more }))
    expect([
      await record(),
      await record(),
      await record({ key: 'order-merit:2:1', stars: null, peopleServed: 3 }),
    ]).toEqual([true, false, true])
    const standing = () => database.work(({ tx }) => meritOf(tx, { unitId }))
    expect(await standing()).toEqual({ entries: 2, peopleServed: 15, stars: 4 })
    const cancel = (key: string) => database.work((work) => reverseMerit(work, key))
    expect([await cancel(merit.key), await cancel(merit.key), await cancel('nothing')]).toEqual([true, false, false])
    expect(await standing()).toEqual({ entries: 1, peopleServed: 3, stars: null })
  })
})

describe('routes', () => {
  const input = { params: {}, query: {}, body: {}, version: 0, address: '', token: null }

  test('a person reads the own balance and entries, page by page', async () => {
    await fund(100)
    await give(ana, 30, 'a')
    await reverse('a')
    await give(ana, 20, 'b')
    await hold(ana, 5)
    const read = (query: { cursor?: string; limit?: number }) =>
      runRead(
        database.db,
        ana,
        async (context) => (await pointsHandlers.readMyPoints(context, { ...input, query })).answer,
      )
    const first = await read({ limit: 2 })
    expect(first).toMatchObject({ balance: 20, held: 5, queued: 0 })
    expect(first.rows.map((row) => row.points)).toEqual([20, -30])
    expect((await read({ limit: 2, cursor: first.nextCursor! })).rows.map((row) => row.points)).toEqual([30])
  })

  test('the budget answers only to roles at the centre', async () => {
    const units = await database.work(async ({ tx }) => ({
      centre: (await listUnits(tx, { kind: 'centre', on: '2026-01-01', limit: 1 }))[0]!.id,
      institute: (await listUnits(tx, { kind: 'institute', on: '2026-01-01', limit: 1 }))[0]!.id,
    }))
    const officer = (unitId: string) =>
      actorOf('staff', ana.personId!, [{ role: 'points-officer', unitId, unitIds: new Set([unitId]) }])
    const body = { points: 40, reason: 'first quarter' }
    const fundAs = (actor: Actor) => database.work((work) => pointsHandlers.fundBudget(work, { ...input, body }), actor)
    expect((await fundAs(officer(units.centre))).answer).toEqual({ balance: 40, paidAwards: 0 })
    await expect(fundAs(officer(units.institute))).rejects.toMatchObject({ status: 403 })
    const readAs = (actor: Actor) => runRead(database.db, actor, (context) => pointsHandlers.readBudget(context, input))
    expect((await readAs(officer(units.centre))).answer).toMatchObject({ balance: 40, issued: 40 })
    await expect(readAs(officer(units.institute))).rejects.toMatchObject({ status: 403 })
  })

  test('the budget account is the issuer’s mirror', async () => {
    await fund(3)
    const rows = await database.work(({ tx }) =>
      tx.rows<{ id: string }>(sql`select id from ledger_account order by id`),
    )
    expect(rows.map((row) => row.id)).toEqual([ISSUER_ID, BUDGET_ID])
  })
})
