// The ways in, the service on site, and what comes of it: proxies, quotas, similar orders, links, check-ins, awards, rates.
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { useDatabase, YANQING } from '../../../test/support/database.ts'
import { expectHealth } from '../../../test/support/order-invariants.ts'
import {
  accept,
  agencyProvider,
  ask,
  deliver,
  evaluate,
  orderAt,
  orderOf,
  outcomeOf,
  passWorkingDays,
  schedule,
  sign,
} from '../../../test/support/order-steps.ts'
import { MONDAY, openOrderWorld, type OrderWorld, wantedOf } from '../../../test/support/orders.ts'
import { fundBudget, pointsOf, readBudget } from '#modules/points/index.ts'
import { phoneIndex } from '#modules/people/index.ts'
import type { Actor } from '#platform/actor.ts'
import { addMinutes } from '#platform/dates.ts'
import { sql } from '#platform/db.ts'
import { Refusal } from '#platform/refusal.ts'
import { answerOut, cancelOrder, deferOrder } from './answer-order.ts'
import { type Assisted, enterAssistedOrder, enterOrderBatch } from './enter-assisted-order.ts'
import { findSimilarOrders } from './find-similar-orders.ts'
import { confirmOrder, reopenOrder } from './judge-order.ts'
import { linkTokenOf, orderLinkActor } from './order-link.ts'
import type { Wanted } from './place-order.ts'
import { placeOrder } from './place-order.ts'
import { recordReached } from './reach-requester.ts'
import { readOrder } from './read-order.ts'
import { checkInAtOrder, checkInCode, type CheckInRequest, pinOf, startService } from './serve-order.ts'
import { countRates, formulaOn, rateOrders, type RateScope } from './three-rates.ts'

const database = useDatabase()
let world: OrderWorld

beforeAll(async () => {
  world = await openOrderWorld(database)
})
beforeEach(() => world.reset())

const greens = () => world.teams.greens
const PHONE = '13900000777'
const persons = async () => (await world.rows<{ n: number }>(sql`select count(*)::int as n from person`))[0]!.n

const assist = (changes: Partial<Assisted>, actor = world.keeper) => {
  const given = {
    ...wantedOf(world),
    channel: 'proxy',
    contactPhone: PHONE,
    callBackPhone: '13900000778',
    proxyRelation: '女儿',
    consentGiven: true,
    readBack: true,
  } as const
  return world.act(actor, (work) => enterAssistedOrder(work, { ...given, ...changes }))
}

test.each([
  [{ consentGiven: false }, 'orders.consent-needed'],
  [{ readBack: false }, 'orders.read-back-needed'],
  [{ callBackPhone: null }, 'orders.call-back-needed'],
  [{ proxyRelation: null }, 'orders.relation-needed'],
  [{ channel: 'phone', readBack: false }, 'orders.read-back-needed'],
  [{ channel: 'paper', consentGiven: false }, 'orders.consent-needed'],
  [{ channel: 'phone', callBackPhone: null, proxyRelation: null }, 'done'],
  [{ channel: 'paper', readBack: false, callBackPhone: null, proxyRelation: null }, 'done'],
  [{}, 'done'],
] as [Partial<Assisted>, string][])('an order placed for somebody, %j: %s', async (changes, outcome) => {
  const before = await persons()
  expect(await outcomeOf(assist(changes))).toBe(outcome)
  // Nobody becomes an account by it (promise 4).
  expect(await persons()).toBe(before)
})

test('a keeper orders for the own villages, the phone desk for all; nobody else', async () => {
  const there = { unitId: world.units.other }
  expect(await outcomeOf(assist(there))).toBe('orders.outside-your-units')
  expect(await outcomeOf(assist(there, world.agent))).toBe('done')
  expect(await outcomeOf(assist({}, world.otherKeeper))).toBe('orders.outside-your-units')
})

test('a batch is entered whole or not at all, and the refusal names the row', async () => {
  const row = (changes: Partial<Wanted> = {}) => ({ ...wantedOf(world, changes), contactPhone: PHONE })
  const enter = (rows: ReturnType<typeof row>[]) => world.act(world.keeper, (work) => enterOrderBatch(work, rows, true))
  const refusal = await enter([row(), row({ unitId: world.units.other })]).catch((error: unknown) => error)
  expect(refusal).toMatchObject({ code: 'orders.outside-your-units', field: 'orders.1.unitId' })
  const [orders] = await world.rows<{ n: number }>(sql`select count(*)::int as n from service_order`)
  expect(orders!.n).toBe(0)
  expect(await enter([row(), row()])).toHaveLength(2)
})

test('a proxy’s principal follows and judges by the link; the proxy cancels, but that does not reach the principal', async () => {
  const { id } = await assist({})
  const principal = await world.linkActor(id)
  expect((await world.read(principal, (read) => readOrder(read, id))).moves).toContain('cancel')
  await world.act(world.keeper, (work) => cancelOrder(work, id, '老人不要了'))
  expect(await orderOf(world, id)).toMatchObject({ state: 'answering', outcome: 'cancelled' })
  // Whoever later proves to hold the phone is the requester; whoever does not is nobody.
  expect(await outcomeOf(world.read(world.requester, (read) => readOrder(read, id)))).toBe('platform.not-found')
})

test('a link that was changed in any place opens nothing', async () => {
  const [id, other] = [await world.place(), await world.place()]
  const token = (orderId: string) => database.work(({ tx }) => Promise.resolve(linkTokenOf(tx, orderId)))
  const own = await token(id)
  const actor = (text: string) => orderLinkActor(database.db, YANQING, text, 'zh-CN')
  expect((await actor(own))?.linkOrderId).toBe(id)
  const bytes = Buffer.from(own, 'base64url')
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes)
    changed[at] = changed[at]! ^ 1
    expect(await actor(changed.toString('base64url'))).toBeNull()
  }
  const swapped = Buffer.concat([Buffer.from(await token(other), 'base64url').subarray(0, 16), bytes.subarray(16)])
  for (const text of [swapped.toString('base64url'), '', own.slice(0, -2), `${own}AAAA`]) {
    expect(await actor(text)).toBeNull()
  }
})

test('what looks like an order of one’s own is shown; what a neighbour ordered is not', async () => {
  await world.place({ title: '教老人用手机' })
  const place = (actor: Actor, changes: Partial<Wanted>) =>
    world
      .act(actor, (work) => placeOrder(work, wantedOf(world, { placeAnyway: false, ...changes })))
      .then(() => 'placed')
      .catch((error: unknown) => (error instanceof Refusal ? error.details : error))
  expect(await place(world.requester, { title: '请教老人用手机' })).toMatchObject({ similar: [{ mine: true }] })
  expect(await place(world.requester, { title: '修剪果树' })).toBe('placed')
  expect(await place(world.neighbour, { title: '教老人用手机' })).toBe('placed')
  const index = await database.work(({ tx }) => Promise.resolve(phoneIndex(tx, '13900000500')))
  const look = (actor: Actor) =>
    world.read(actor, (read) =>
      findSimilarOrders(read, { ...wantedOf(world), title: '教老人用手机', phoneIndex: index }),
    )
  // The neighbour types the requester's phone and learns nothing of it; the station sees what its village asks for.
  expect((await look(world.neighbour)).map((one) => one.mine)).toEqual([true])
  expect((await look(world.neighbour))[0]!.id).not.toBe((await look(world.requester))[0]!.id)
  expect(await look(world.keeper)).toHaveLength(2)
})

test('an offering’s place of the month is held on placing and given back on each exit', async () => {
  const wanted = { offeringId: world.offeringId }
  const taken = async () => {
    const rows = await world.rows<{ taken: number }>(sql`select taken from offering_month`)
    return rows.map((row) => row.taken)
  }
  const exits: ((id: string) => Promise<unknown>)[] = [
    (id) => world.act(world.requester, (work) => cancelOrder(work, id, '')),
    (id) =>
      world.act(world.dispatcher, (work) =>
        answerOut(work, id, { exit: 'unlawful', reason: '不行', alternative: '', reviewOn: null }),
      ),
    (id) =>
      world.act(world.dispatcher, (work) =>
        deferOrder(work, id, { reason: '等', alternative: '等', reviewOn: '2026-03-20' }),
      ),
  ]
  for (const exit of exits) {
    const [first] = [await world.place(wanted), await world.place(wanted)]
    expect(await taken()).toEqual([2])
    expect(await outcomeOf(world.place(wanted))).toBe('catalogue.quota-used-up')
    await exit(first)
    expect(await taken()).toEqual([1])
    await world.reset()
  }
  await world.place({
    ...wanted,
    windowFrom: addMinutes(MONDAY, 40 * 1440),
    windowUntil: addMinutes(MONDAY, 41 * 1440),
  })
  expect(await world.rows(sql`select month from offering_month`)).toEqual([{ month: '2026-04-01' }])
  await expectHealth(database)
})

const check = (id: string, actor: Actor, given: Partial<CheckInRequest>, realNow = MONDAY) =>
  outcomeOf(
    world.act(actor, (work) =>
      checkInAtOrder(
        work,
        id,
        { direction: 'in', method: 'rotating-code', code: null, personId: null, ...given },
        realNow,
      ),
    ),
  )

test('the code on site is good for its window and the one after it, and only for that order', async () => {
  const [id, other] = [await orderAt(world, 'scheduled'), await orderAt(world, 'scheduled')]
  const code = async (orderId: string, at = MONDAY) =>
    (await world.read(greens().leader, (read) => checkInCode(read, orderId, at))).code
  const { member } = greens()
  const own = await code(id)
  expect(await check(id, member, { code: own }, addMinutes(MONDAY, 2))).toBe('orders.code-wrong')
  expect(await check(id, member, { code: await code(other) })).toBe('orders.code-wrong')
  expect(await check(id, member, { code: '' })).toBe('orders.code-needed')
  expect(await check(id, world.neighbour, { code: own })).toBe('platform.not-found')
  expect(await check(id, world.teams.olive.member, { code: own })).toBe('platform.not-found')
  expect(await check(id, member, { code: own }, addMinutes(MONDAY, 0.5))).toBe('done')
  expect((await orderOf(world, id)).state).toBe('in_service')
  expect(await check(id, member, { code: own })).toBe('attendance.checked-in-already')
  expect(await outcomeOf(world.read(world.requester, (read) => checkInCode(read, id, MONDAY)))).toBe(
    'platform.forbidden',
  )
})

test('the beneficiary’s PIN is right for its order only, and changes with a reopening', async () => {
  const [id, other] = [await orderAt(world, 'scheduled'), await orderAt(world, 'scheduled')]
  const pin = (orderId: string) => world.read(world.requester, (read) => pinOf(read, orderId))
  const own = await pin(id)
  expect(own).toMatch(/^\d{4}$/u)
  expect(await pin(other)).not.toBe(own)
  expect(await outcomeOf(world.read(greens().leader, (read) => pinOf(read, id)))).toBe('platform.forbidden')
  const wrong = String((Number(own) + 1) % 10_000).padStart(4, '0')
  expect(await check(id, greens().member, { method: 'beneficiary-pin', code: wrong })).toBe('orders.code-wrong')
  expect(await check(id, greens().member, { method: 'beneficiary-pin', code: own })).toBe('done')
  expect(await check(id, greens().deputy, { direction: 'out', method: 'beneficiary-pin', code: own })).toBe(
    'attendance.not-checked-in',
  )
})

test('a leader signs for members of the team, not for himself, and a member for nobody', async () => {
  const id = await orderAt(world, 'scheduled')
  const { leader, deputy, member } = greens()
  const signed = (actor: Actor, personId: string | null) =>
    check(id, actor, { method: 'leader-co-sign', code: null, personId })
  expect(await signed(leader, leader.personId)).toBe('orders.own-co-sign')
  expect(await signed(leader, null)).toBe('orders.own-co-sign')
  expect(await signed(member, deputy.personId)).toBe('orders.not-a-leader')
  expect(await signed(leader, world.neighbour.personId)).toBe('orders.not-a-member')
  expect(await signed(leader, member.personId)).toBe('done')
  expect(await signed(deputy, leader.personId)).toBe('done')
})

test('nobody serves in two places at once, but may come again to one', async () => {
  const [id, other] = [await orderAt(world, 'scheduled'), await orderAt(world, 'scheduled')]
  const { leader, member } = greens()
  const at = (orderId: string, direction: 'in' | 'out') =>
    outcomeOf(sign(world, orderId, direction, leader, member.personId!))
  expect(await at(id, 'in')).toBe('done')
  expect(await at(other, 'in')).toBe('attendance.elsewhere-now')
  expect((await orderOf(world, other)).state).toBe('scheduled')
  await world.setTime(addMinutes(MONDAY, 61))
  expect(await at(id, 'out')).toBe('done')
  expect(await at(other, 'in')).toBe('done')
  await world.setTime(addMinutes(MONDAY, 122))
  expect(await at(other, 'out')).toBe('done')
  expect(await at(id, 'in')).toBe('done')
  await world.setTime(addMinutes(MONDAY, 183))
  // A forgotten check-out ends at the agreed hour.
  await deliver(world, id, leader)
  await evaluate(world, id, world.requester)
  await world.runJobs()
  const minutes = await world.rows<{ m: number }>(sql`
    select extract(epoch from checked_out_at - checked_in_at)::int / 60 as m from attendance
     where subject_id = ${id} order by checked_in_at`)
  // Real time goes on while the test runs, so a minute may be short of its seconds.
  expect([60, 61]).toContain(minutes[0]!.m)
  expect([57, 58]).toContain(minutes[1]!.m)
  expect(await world.read(world.dispatcher, ({ tx }) => pointsOf(tx, member.personId!))).toMatchObject({ balance: 19 })
  await expectHealth(database)
})

test('an empty budget queues the award and blocks no closing; funding pays it', async () => {
  await world.reset(0)
  const { leader, member } = greens()
  const points = () => world.read(world.dispatcher, ({ tx }) => pointsOf(tx, member.personId!))
  const serve = async () => {
    const id = await orderAt(world, 'scheduled')
    await sign(world, id, 'in', leader, member.personId!)
    await world.setTime(addMinutes(await world.now(), 61))
    await sign(world, id, 'out', leader, member.personId!)
    await deliver(world, id, leader)
    await evaluate(world, id, world.requester)
    await world.runJobs()
    return id
  }
  const [first, second] = [await serve(), await serve()]
  expect((await orderOf(world, first)).state).toBe('closed')
  expect(await points()).toEqual({ balance: 0, held: 0, queued: 20 })
  await world.act(world.requester, (work) => reopenOrder(work, second, '又坏了'))
  expect(await points()).toEqual({ balance: 0, held: 0, queued: 10 })
  await database.work((work) => fundBudget(work, { key: 'late', points: 15, reason: 'test' }))
  expect(await points()).toEqual({ balance: 10, held: 0, queued: 0 })
  expect(await world.read(world.dispatcher, ({ tx }) => readBudget(tx))).toMatchObject({ balance: 5, queuedAwards: 0 })
  await expectHealth(database)
})

test('the three rates count what their drill-down shows, and leave out what is not theirs to answer for', async () => {
  const judged = async (stars: number, solved: boolean) => {
    const id = await orderAt(world, 'delivered')
    await evaluate(world, id, world.requester, stars, solved)
  }
  await judged(5, true)
  await judged(4, true)
  await judged(2, false)
  await world.runJobs()
  const cancelled = await world.place()
  await world.act(world.requester, (work) => cancelOrder(work, cancelled, ''))
  await world.place()
  await world.place({ unitId: world.units.other })
  await passWorkingDays(world, 3)
  await world.place()
  const scope: RateScope = { from: '2026-03-01', until: '2026-04-01', unitIds: null, providerId: null }
  const look = (changes: Partial<RateScope>) =>
    world.read(world.dispatcher, async ({ tx, now }) => {
      const formula = await formulaOn(tx, '2026-03-31')
      const asked = { ...scope, ...changes }
      return {
        counts: await countRates(tx, asked, formula, now),
        rows: await rateOrders(tx, asked, formula, { limit: 100 }, now),
      }
    })
  const { counts, rows } = await look({})
  // Late are the two that nobody contacted within two working days; the newest may still be in time.
  expect(counts).toEqual({
    orders: 7,
    excluded: 1,
    responded: 3,
    responseKnown: 5,
    heard: 3,
    solved: 2,
    satisfied: 2,
    notEvaluated: 0,
  })
  const counted = rows.filter((row) => !row.isExcluded)
  expect([rows.length, rows.length - counted.length]).toEqual([counts.orders, counts.excluded])
  expect(counted.filter((row) => row.responded !== null)).toHaveLength(counts.responseKnown)
  expect(counted.filter((row) => row.responded === true)).toHaveLength(counts.responded)
  expect(counted.filter((row) => row.solved === true)).toHaveLength(counts.solved)
  expect(counted.filter((row) => (row.stars ?? 0) >= 4)).toHaveLength(counts.satisfied)
  expect((await look({ unitIds: [world.units.other] })).counts).toMatchObject({ orders: 1, responseKnown: 1, heard: 0 })
  expect((await look({ providerId: greens().id })).counts).toMatchObject({ orders: 3, heard: 3 })
  expect((await look({ until: '2026-03-09' })).counts).toMatchObject({ orders: 0, responseKnown: 0 })
})

test('what an agency served, the keeper of the village confirms and tells, though the centre is responsible', async () => {
  const id = await orderAt(world, 'dispatching', { wanted: { offeringId: world.offeringId } })
  expect((await orderOf(world, id)).responsibleUnitId).toBe(world.units.centre)
  const [offerId] = await ask(world, id, agencyProvider(world.agencies.science))
  await accept(world, offerId!, world.science)
  await schedule(world, id, world.science)
  await world.act(world.science, (work) => startService(work, id))
  await deliver(world, id, world.science)

  const reached = (actor: Actor) =>
    outcomeOf(world.act(actor, (work) => recordReached(work, id, { by: 'visit', spokenTo: '陈一', note: '' })))
  const confirmed = (actor: Actor) =>
    outcomeOf(world.act(actor, (work) => confirmOrder(work, id, { actualHeadcount: 2 })))
  for (const act of [reached, confirmed]) expect(await act(world.otherKeeper)).toMatch(/not-found$/u)
  expect(await reached(world.keeper)).toBe('done')
  expect(await confirmed(world.keeper)).toBe('done')
  expect(await orderOf(world, id)).toMatchObject({ state: 'confirmed', actualHeadcount: 2 })
  // To look after the people is all: where the order goes stays the centre's decision.
  expect(await outcomeOf(world.act(world.keeper, (work) => cancelOrder(work, id, '')))).toBe('platform.forbidden')
})
