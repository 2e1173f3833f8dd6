// How an order ends: the legal exits, deferral, cancelling, judging, silence, the one reopening, and what counts as reached.
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { useDatabase } from '../../../test/support/database.ts'
import { expectHealth } from '../../../test/support/order-invariants.ts'
import {
  confirm,
  deliver,
  evaluate,
  orderAt,
  orderOf,
  outcomeOf,
  passWorkingDays,
  pool,
  claim,
  schedule,
  sign,
  takeIn,
} from '../../../test/support/order-steps.ts'
import { openOrderWorld, type OrderWorld } from '../../../test/support/orders.ts'
import { meritOf, pointsOf } from '#modules/points/index.ts'
import type { Actor } from '#platform/actor.ts'
import { addMinutes } from '#platform/dates.ts'
import { sql } from '#platform/db.ts'
import { answerOut, cancelOrder, deferOrder, mergeOrder, type TriageExit } from './answer-order.ts'
import { answersOf } from './answer-rows.ts'
import { clocksOf } from './clock-rows.ts'
import { type Attempt, recordAttempt } from './follow-up.ts'
import { listFollowUps } from './follow-up-views.ts'
import { ordersJobs } from './jobs.ts'
import { disputeOrder, reopenOrder } from './judge-order.ts'
import { pageOpened } from './read-order.ts'
import { recordReached } from './reach-requester.ts'
import { formulaOn, isSampled } from './three-rates.ts'

const database = useDatabase()
let world: OrderWorld

beforeAll(async () => {
  world = await openOrderWorld(database)
})
beforeEach(() => world.reset())

const greens = () => world.teams.greens
const answers = (id: string) => world.read(world.dispatcher, ({ tx }) => answersOf(tx, id))
const end = (id: string, exit: TriageExit, alternative: string, reviewOn: string | null = null) =>
  world.act(world.dispatcher, (work) => answerOut(work, id, { exit, reason: '说明', alternative, reviewOn }))
const reach = (id: string, by: 'call' | 'visit' = 'call') =>
  world.act(world.dispatcher, (work) => recordReached(work, id, { by, spokenTo: '陈一', note: '' }))
const open = (id: string, actor: Actor) => world.act(actor, (work) => pageOpened(work, id))
const reopen = (id: string) => world.act(world.requester, (work) => reopenOrder(work, id, '没有解决'))
const defer = (id: string, reviewOn = '2026-03-12', alternative = '先用社区电脑') =>
  world.act(world.dispatcher, (work) => deferOrder(work, id, { reason: '老师下周才来', alternative, reviewOn }))
const cancel = (id: string, actor = world.requester) => world.act(actor, (work) => cancelOrder(work, id, '不需要了'))

test.each([
  ['emergency', 'redirected', '请拨 120', null],
  ['legal-channel', 'redirected', '请向法院起诉', null],
  ['out-of-scope', 'redirected', '请找物业', null],
  ['unlawful', 'rejected', '', null],
  ['cannot-do', 'cannot-do', '先用社区电脑', '2026-06-01'],
] as const)(
  'the exit %s ends as %s, and the order closes when its answer reached',
  async (exit, outcome, alternative, on) => {
    const id = await world.place()
    await end(id, exit, alternative, on)
    expect(await orderOf(world, id)).toMatchObject({ state: 'answering', outcome, nextStep: 'reach-requester' })
    expect(await answers(id)).toMatchObject([{ kind: 'outcome', alternative, reviewOn: on, reached: false }])
    await reach(id)
    expect(await orderOf(world, id)).toMatchObject({ state: 'closed', outcome })
    expect(await answers(id)).toMatchObject([{ reached: true, reachedBy: 'call', spokenTo: '陈一' }])
    expect(await outcomeOf(reach(id))).toBe('orders.wrong-state')
    await expectHealth(database)
  },
)

test('who cannot do it names another way, and a day on which to look again', async () => {
  const id = await world.place()
  expect(await outcomeOf(end(id, 'cannot-do', '', '2026-06-01'))).toBe('orders.alternative-needed')
  expect(await outcomeOf(end(id, 'cannot-do', '先等等', '2026-03-09'))).toBe('orders.review-date-past')
  expect(await outcomeOf(end(id, 'cannot-do', '先等等', null))).toBe('orders.review-date-past')
  expect(await outcomeOf(end(id, 'out-of-scope', ''))).toBe('orders.alternative-needed')
  expect(await outcomeOf(defer(id, '2026-03-12', ''))).toBe('orders.alternative-needed')
  expect(await outcomeOf(defer(id, '2026-03-09'))).toBe('orders.review-date-past')
})

test('an answer that was sent has not reached; unreached, it rises, and does not close', async () => {
  const id = await world.place()
  await end(id, 'unlawful', '')
  await passWorkingDays(world, 3)
  await world.settle()
  expect(await orderOf(world, id)).toMatchObject({ state: 'answering', escalationLevel: 1 })
  // Reading it as staff does not reach the requester; the holder of the private link does.
  expect(await outcomeOf(open(id, await world.linkActor(id)))).toBe('done')
  expect(await answers(id)).toMatchObject([{ reached: true, reachedBy: 'page-opened' }])
  expect((await orderOf(world, id)).state).toBe('closed')
})

const receipt = async (id: string, messageId: string) => {
  const job = ordersJobs.find((one) => one.name === 'notifications.reached')!
  await database.work((work) => job.run(work, { subjectKind: 'order', subjectId: id, messageId }))
}
const messageOf = async (id: string, kind: string) => {
  const [row] = await world.rows<{ messageId: string }>(
    sql`select message_id from order_answer where order_id = ${id} and kind = ${kind} order by written_at desc limit 1`,
  )
  return row!.messageId
}

test('a gateway’s receipt closes with the answer it is for, early or late, once or twice', async () => {
  const id = await world.place()
  await defer(id)
  const deferral = await messageOf(id, 'deferral')
  await end(id, 'unlawful', '')
  // The receipt of what was said before says nothing of how it ended.
  await receipt(id, deferral)
  expect((await orderOf(world, id)).state).toBe('answering')
  const outcome = await messageOf(id, 'outcome')
  await receipt(id, outcome)
  await receipt(id, outcome)
  expect((await orderOf(world, id)).state).toBe('closed')
  await expectHealth(database)
})

test('a deferred order returns to triage on its review date', async () => {
  const id = await orderAt(world, 'dispatching')
  await defer(id)
  expect(await orderOf(world, id)).toMatchObject({ state: 'deferred', nextStep: 'review', reviewOn: '2026-03-12' })
  await passWorkingDays(world, 2)
  await world.settle()
  expect((await orderOf(world, id)).state).toBe('deferred')
  await passWorkingDays(world, 1)
  await world.settle()
  expect(await orderOf(world, id)).toMatchObject({ state: 'submitted', nextStep: 'triage', reviewOn: null })
  await takeIn(world, id)
  await expectHealth(database)
})

test('a requester who cancels knows it at once; a proxy’s principal has to be told', async () => {
  for (const stop of ['submitted', 'offered', 'accepted', 'scheduled'] as const) {
    const id = await orderAt(world, stop)
    await cancel(id)
    expect(await orderOf(world, id), stop).toMatchObject({ state: 'closed', outcome: 'cancelled' })
    expect(await outcomeOf(reopen(id))).toBe('orders.reopening-used-up')
  }
  const deferred = await world.place()
  await defer(deferred)
  await cancel(deferred, await world.linkActor(deferred))
  expect((await orderOf(world, deferred)).state).toBe('closed')
  expect(await outcomeOf(cancel(await orderAt(world, 'in_service')))).toBe('orders.wrong-state')
  await expectHealth(database)
})

test('a duplicate is merged into an open order, not into itself, an ended one or one that was merged', async () => {
  const [a, b, c] = [await world.place(), await world.place(), await world.place()]
  const number = async (id: string) => (await orderOf(world, id)).number
  const merge = async (id: string, into: string) => {
    const intoNumber = await number(into)
    return outcomeOf(world.act(world.dispatcher, (work) => mergeOrder(work, id, { intoNumber, reason: '同一件事' })))
  }
  expect(await merge(a, a)).toBe('orders.merge-target')
  expect(await merge(a, b)).toBe('done')
  expect(await merge(c, a)).toBe('orders.merge-target')
  expect(await merge(b, a)).toBe('orders.merge-target')
  expect(await answers(a)).toMatchObject([{ alternative: await number(b) }])
  await reach(a)
  expect(await merge(c, a)).toBe('orders.merge-target')
  // Reopened, it stands on its own again.
  await reopen(a)
  expect(await orderOf(world, a)).toMatchObject({ state: 'submitted', outcome: null })
  expect(await merge(c, a)).toBe('done')
  await expectHealth(database)
})

const spoke: Attempt = { result: 'spoke', spokenTo: '陈一', solved: true, stars: 4, headcountHeard: 3, note: '' }
const noAnswer: Attempt = {
  result: 'no-answer',
  spokenTo: null,
  solved: null,
  stars: null,
  headcountHeard: null,
  note: '',
}
const followUpOf = async (id: string, actor = world.caller) => {
  const now = await world.now()
  const rows = await world.read(actor, ({ tx }) => listFollowUps(tx, actor.personId!, { limit: 1000 }, now))
  return rows.find((row) => row.orderId === id)?.id
}
const call = (followUpId: string, attempt: Attempt, actor = world.caller) =>
  world.act(actor, (work) => recordAttempt(work, followUpId, attempt))
const callInVain = async (id: string) => {
  const followUpId = (await followUpOf(id))!
  for (let n = 0; n < 3; n++) await call(followUpId, noAnswer)
}
const silent = async () => {
  const id = await orderAt(world, 'delivered')
  await passWorkingDays(world, 7)
  await world.settle()
  return id
}

test('who stays silent for seven working days is called, by the centre’s callers', async () => {
  const id = await orderAt(world, 'delivered')
  await passWorkingDays(world, 6)
  await world.settle()
  expect(await followUpOf(id)).toBeUndefined()
  await passWorkingDays(world, 1)
  await world.settle()
  const followUpId = (await followUpOf(id))!
  expect(await orderOf(world, id)).toMatchObject({
    state: 'delivered',
    nextStep: 'call-requester',
    responsibleUnitId: world.units.centre,
  })
  expect(await outcomeOf(call(followUpId, { ...spoke, spokenTo: null }))).toBe('orders.spoken-to-needed')
  expect(await outcomeOf(call(followUpId, { ...spoke, solved: null }))).toBe('orders.solved-needed')
  expect(await outcomeOf(call(followUpId, { ...spoke, stars: null }))).toBe('orders.stars-needed')
  expect(await outcomeOf(call(followUpId, noAnswer, world.keeper))).toBe('platform.forbidden')
  await call(followUpId, noAnswer)
  expect(await call(followUpId, spoke)).toEqual({ attempts: 2, state: 'done' })
  await world.runJobs()
  expect((await orderOf(world, id)).state).toBe('closed')
  expect(await answers(id)).toMatchObject([{ reached: true, reachedBy: 'call', spokenTo: '陈一' }])
  expect(await outcomeOf(call(followUpId, spoke))).toBe('orders.follow-up-done')
  await expectHealth(database)
})

test('three calls in vain close as not evaluated, if the answer had reached', async () => {
  const id = await silent()
  await open(id, world.requester)
  await callInVain(id)
  const [row] = await world.rows<{ closedAs: string }>(sql`select closed_as from service_order where id = ${id}`)
  expect([(await orderOf(world, id)).state, row!.closedAs]).toEqual(['closed', 'not-evaluated'])
})

test('if it had not reached, the station visits, and the visit closes', async () => {
  const id = await silent()
  await callInVain(id)
  expect(await orderOf(world, id)).toMatchObject({
    state: 'delivered',
    nextStep: 'visit',
    responsibleUnitId: world.units.station,
  })
  await reach(id, 'visit')
  expect((await orderOf(world, id)).state).toBe('closed')
  await expectHealth(database)
})

test('whoever opens the page before the visit may still judge, but is not called three times more', async () => {
  const id = await silent()
  await callInVain(id)
  await open(id, world.requester)
  expect(await orderOf(world, id)).toMatchObject({ state: 'delivered', nextStep: 'evaluate' })
  await passWorkingDays(world, 7)
  await world.settle()
  expect((await orderOf(world, id)).state).toBe('closed')
  await expectHealth(database)
})

test('an answer about an earlier delivery does not count as reached for a later one', async () => {
  const id = await orderAt(world, 'delivered')
  const resolution = async () =>
    (await world.read(world.dispatcher, ({ tx }) => clocksOf(tx, id))).find((one) => one.kind === 'resolution')!
  expect((await resolution()).stoppedAt).not.toBeNull()
  await world.act(world.requester, (work) => disputeOrder(work, id, '没有来'))
  // It was not done, so the time for doing it goes on.
  expect((await resolution()).stoppedAt).toBeNull()
  expect(await orderOf(world, id)).toMatchObject({ state: 'dispatching', reopenings: 0, providerTeamId: null })
  await pool(world, id)
  await claim(world, id, greens())
  await schedule(world, id, greens().leader)
  await sign(world, id, 'in', greens().leader, greens().member.personId!)
  await deliver(world, id, greens().leader)
  await passWorkingDays(world, 7)
  await world.settle()
  await callInVain(id)
  expect(await orderOf(world, id)).toMatchObject({ state: 'delivered', nextStep: 'visit' })
  await expectHealth(database)
})

test('who confirms while being called leaves the call as the next step', async () => {
  const id = await silent()
  const { dueAt } = await orderOf(world, id)
  await confirm(world, id, world.requester)
  expect(await orderOf(world, id)).toMatchObject({ state: 'confirmed', nextStep: 'call-requester', dueAt })
  await call((await followUpOf(id))!, spoke)
  expect((await orderOf(world, id)).state).toBe('evaluated')
})

test('nobody calls about what he or she dispatched, opening a pool included', async () => {
  const grants = [...world.dispatcher.grants, ...world.caller.grants]
  const both: Actor = { ...world.dispatcher, grants }
  const invited = await silent()
  expect(await followUpOf(invited, both)).toBeUndefined()
  expect(await outcomeOf(call((await followUpOf(invited))!, noAnswer, both))).toBe('orders.follow-up-own-dispatch')
  const claimed = await orderAt(world, 'dispatching')
  await pool(world, claimed)
  await claim(world, claimed, greens())
  await schedule(world, claimed, greens().leader)
  await sign(world, claimed, 'in', greens().leader, greens().member.personId!)
  await deliver(world, claimed, greens().leader)
  await passWorkingDays(world, 7)
  await world.settle()
  expect(await followUpOf(claimed, both)).toBeUndefined()
  expect(await outcomeOf(call((await followUpOf(claimed))!, noAnswer, both))).toBe('orders.follow-up-own-dispatch')
})

test('the blind sample is drawn by the order’s id, not by anybody', async () => {
  const { samplePercent } = await world.read(world.dispatcher, ({ tx }) => formulaOn(tx, '2026-03-09'))
  expect(samplePercent).toBe(20)
  const draw = (id: string) => world.read(world.dispatcher, ({ tx, now }) => isSampled(tx, id, now))
  let drawn = 0
  for (let n = 0; n < 500; n++) {
    const id = `019c0000-0000-7000-8000-${String(n).padStart(12, '0')}`
    if (await draw(id)) drawn += 1
    if (n < 5) expect(await draw(id)).toBe(await draw(id))
  }
  expect(drawn).toBeGreaterThan(60)
  expect(drawn).toBeLessThan(140)
  for (let n = 0; n < 8; n++) {
    const id = await orderAt(world, 'evaluated')
    await world.runJobs()
    const followUp = await world.rows(sql`select 1 from follow_up where order_id = ${id} and kind = 'sample'`)
    expect(followUp.length === 1).toBe(await draw(id))
  }
})

test('whoever was called for having kept silent is not called again for the sample, spoken to or not', async () => {
  const share = (percent: number) =>
    database.owner((client) => client.query('update rate_formula set sample_percent = $1', [percent]))
  const sampled = async (id: string) =>
    (await world.rows(sql`select 1 from follow_up where order_id = ${id} and kind = 'sample'`)).length
  await share(100)
  try {
    const heard = await orderAt(world, 'evaluated')
    await world.runJobs()
    const called = await silent()
    await call((await followUpOf(called))!, spoke)
    await world.runJobs()
    const unheard = await silent()
    await open(unheard, world.requester)
    await callInVain(unheard)
    for (const id of [heard, called, unheard]) expect((await orderOf(world, id)).state).toBe('closed')
    expect([await sampled(heard), await sampled(called), await sampled(unheard)]).toEqual([1, 0, 0])
  } finally {
    await share(20)
  }
})

test('a requester reopens once; what was awarded is taken back, and the second round earns its own', async () => {
  const { member, leader } = greens()
  const points = () => world.read(world.dispatcher, ({ tx }) => pointsOf(tx, member.personId!))
  const merit = () => world.read(world.dispatcher, ({ tx }) => meritOf(tx, { teamId: greens().id }))
  const [earned, had] = [(await points()).balance, (await merit()).entries]
  const serve = async (id: string, minutes: number) => {
    await sign(world, id, 'in', leader, member.personId!)
    await world.setTime(addMinutes(await world.now(), minutes + 1))
    await sign(world, id, 'out', leader, member.personId!)
    await deliver(world, id, leader)
    await evaluate(world, id, world.requester, 5)
    await world.runJobs()
  }
  const id = await orderAt(world, 'scheduled')
  await serve(id, 120)
  expect([(await points()).balance - earned, (await merit()).entries - had]).toEqual([20, 1])
  await reopen(id)
  expect([(await points()).balance - earned, (await merit()).entries - had]).toEqual([0, 0])
  expect(await orderOf(world, id)).toMatchObject({ state: 'submitted', reopenings: 1, providerTeamId: null })
  await takeIn(world, id)
  await pool(world, id)
  await claim(world, id, greens())
  await schedule(world, id, leader)
  await serve(id, 60)
  // Only the second round's hour: the two of the first were taken back.
  expect([(await points()).balance - earned, (await merit()).entries - had]).toEqual([10, 1])
  expect(await outcomeOf(reopen(id))).toBe('orders.reopening-used-up')
  await expectHealth(database)
})

test('a job that comes late does not close a second round with the first', async () => {
  const id = await orderAt(world, 'evaluated')
  const [late] = database.sent.splice(0).filter((job) => job.name === 'orders.close')
  await reopen(id)
  database.sent.push(late!, late!)
  await world.runJobs()
  expect((await orderOf(world, id)).state).toBe('dispatching')
  await expectHealth(database)
})

test('an order whose job was lost closes by its due time', async () => {
  const id = await orderAt(world, 'evaluated')
  database.sent.length = 0
  await passWorkingDays(world, 1)
  await world.settle()
  expect((await orderOf(world, id)).state).toBe('closed')
})
