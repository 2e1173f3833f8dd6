// The order's life in examples: from placing to award, who is asked and in whose hands it lies. Answers and endings are in
// life-answers.test.ts, the service itself and what it earns in life-service.test.ts.
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { useDatabase } from '../../../test/support/database.ts'
import { expectHealth } from '../../../test/support/order-invariants.ts'
import {
  accept,
  agencyProvider,
  ask,
  claim,
  confirm,
  deliver,
  evaluate,
  orderAt,
  orderOf,
  outcomeOf,
  passWorkingDays,
  pool,
  schedule,
  sign,
  takeIn,
  teamProvider,
} from '../../../test/support/order-steps.ts'
import { MONDAY, openOrderWorld, type OrderWorld } from '../../../test/support/orders.ts'
import { meritOf, pointsOf } from '#modules/points/index.ts'
import { addMinutes } from '#platform/dates.ts'
import { sql } from '#platform/db.ts'
import { Refusal } from '#platform/refusal.ts'
import { cancelOrder } from './answer-order.ts'
import { declineOffer } from './accept-offer.ts'
import { candidatesFor } from './candidates.ts'
import { clocksOf } from './clock-rows.ts'
import { offerOrder, withdrawOffer } from './offer-order.ts'
import { offersOf } from './offer-rows.ts'
import { passUpOrder } from './pass-up-order.ts'
import { pageOpened, readOrder, readTimeline } from './read-order.ts'
import { recordAgreement } from './record-agreement.ts'
import { pauseOrder, reassignOrder, remindOrder, resumeOrder, returnOrder } from './schedule-order.ts'

const database = useDatabase()
let world: OrderWorld

beforeAll(async () => {
  world = await openOrderWorld(database)
})
beforeEach(() => world.reset())

const greens = () => world.teams.greens
const offers = (id: string) => world.read(world.dispatcher, ({ tx }) => offersOf(tx, id))
const clocks = (id: string) => world.read(world.dispatcher, ({ tx }) => clocksOf(tx, id))
const give = (id: string, reason = 'wrong-provider') =>
  world.act(greens().leader, (work) => returnOrder(work, id, { reason, note: '太远' }))

test('one order through every state to its award, its requester reading along', async () => {
  const id = await world.place()
  const seen: string[] = []
  const look = async () => {
    const view = await world.read(world.requester, (read) => readOrder(read, id))
    seen.push(view.state)
    return view
  }
  expect((await look()).responsibleUnit.id).toBe(world.units.station)
  await takeIn(world, id)
  await look()
  const [offerId] = await ask(world, id, teamProvider(greens()))
  // Who is being asked is the dispatchers' business until somebody accepts.
  expect((await look()).offers).toEqual([])
  await accept(world, offerId!, greens().leader)
  expect((await look()).providerContact).toEqual({ name: '林三', phone: '13900000599' })
  await schedule(world, id, greens().leader)
  await look()
  await world.setTime(addMinutes(MONDAY, 60))
  await sign(world, id, 'in', greens().leader, greens().member.personId!)
  await look()
  await world.setTime(addMinutes(MONDAY, 181))
  await sign(world, id, 'out', greens().leader, greens().member.personId!)
  await deliver(world, id, greens().leader, 4)
  expect((await look()).actualHeadcount).toBe(4)
  await confirm(world, id, world.requester)
  await look()
  await evaluate(world, id, world.requester)
  await look()
  expect(await world.runJobs()).toBe(1)
  const closed = await look()
  expect(seen).toEqual(
    'submitted dispatching offered accepted scheduled in_service delivered confirmed evaluated closed'.split(' '),
  )
  expect(closed).toMatchObject({ closedAs: 'evaluated', evaluation: { stars: 5, solved: true }, moves: ['reopen'] })
  expect(closed.answers).toMatchObject([{ kind: 'result', reached: true, reachedBy: 'page-opened' }])
  // Two hours at ten points an hour.
  expect(await world.read(world.dispatcher, ({ tx }) => pointsOf(tx, greens().member.personId!))).toMatchObject({
    balance: 20,
  })
  expect(await world.read(world.dispatcher, ({ tx }) => meritOf(tx, { teamId: greens().id }))).toEqual({
    entries: 1,
    peopleServed: 4,
    stars: 5,
  })
  expect((await clocks(id)).every((clock) => clock.stoppedAt !== null)).toBe(true)
  const timeline = await world.read(world.requester, (read) => readTimeline(read, id))
  expect(timeline.map((row) => row.move)).toEqual(
    'place dispatch offer accept schedule start deliver confirm evaluate close'.split(' '),
  )
  await expectHealth(database)
})

test('what the dispatcher writes to those who are asked is read by them and not by the requester', async () => {
  const id = await orderAt(world, 'dispatching')
  const note = '独居，请先打电话'
  await world.act(world.dispatcher, (work) => offerOrder(work, id, { providers: [teamProvider(greens())], note }))
  const [offer] = await world.read(world.dispatcher, ({ tx }) => offersOf(tx, id))
  const offered = async (actor: typeof world.requester) =>
    (await world.read(actor, (read) => readTimeline(read, id))).find((row) => row.move === 'offer')?.reason
  expect(await offered(greens().leader)).toBe(note)
  expect(await offered(world.dispatcher)).toBe(note)
  expect(await offered(world.requester)).toBeNull()
  const { moves } = await world.read(greens().leader, (read) => readOrder(read, id))
  expect(moves, 'an invitation is accepted; claiming is for the pool').not.toContain('claim')
  await accept(world, offer!.id, greens().leader)
  expect(await offered(greens().leader)).toBe(note)
  const accepted = (await world.read(world.dispatcher, (read) => readTimeline(read, id))).at(-1)
  expect(accepted).toMatchObject({ move: 'accept', by: '志愿者' })
})

test('a stranger is told that there is no such order, whoever may only look that it is not his to decide', async () => {
  const id = await orderAt(world, 'accepted')
  const read = (actor = world.neighbour) => outcomeOf(world.read(actor, (seen) => readOrder(seen, id)))
  expect(await read()).toBe('platform.not-found')
  expect(await read(world.otherKeeper)).toBe('platform.not-found')
  expect(await read(world.agent)).toBe('done')
  expect(await outcomeOf(world.act(world.agent, (work) => reassignOrder(work, id, '')))).toBe('platform.forbidden')
})

test('a decline costs nothing: nobody but dispatchers sees it, no ranking counts it, the pool stays open to whoever said no', async () => {
  const id = await orderAt(world, 'dispatching')
  const ranked = async (orderId: string) => {
    const order = await orderOf(world, orderId)
    const { candidates } = await world.read(world.dispatcher, (read) => candidatesFor(read, order))
    return candidates.find((one) => one.provider.id === greens().id)
  }
  const other = await orderAt(world, 'dispatching', { requester: world.neighbour })
  const before = await ranked(other)
  const [offerId] = await ask(world, id, teamProvider(greens()))
  await world.act(greens().leader, (work) => declineOffer(work, offerId!, { reason: 'too-far', note: '太远' }))
  expect((await orderOf(world, id)).state).toBe('dispatching')
  expect(await ranked(other)).toEqual(before)
  expect(await ranked(id)).toBeUndefined()
  const seenBy = async (actor: typeof world.requester) =>
    (await world.read(actor, (read) => readOrder(read, id))).offers
  expect(await seenBy(world.requester)).toEqual([])
  expect(await seenBy(world.dispatcher)).toMatchObject([{ state: 'declined' }])
  await pool(world, id)
  await claim(world, id, greens())
  expect(await orderOf(world, id)).toMatchObject({ state: 'accepted', providerTeamId: greens().id })
})

test('an invitation that nobody answers is widened, then opened to claims, then rises one level', async () => {
  const id = await orderAt(world, 'dispatching')
  await ask(world, id, teamProvider(greens()))
  await passWorkingDays(world, 1)
  await world.settle()
  expect((await offers(id)).map(({ round, state, providerTeamId }) => ({ round, state, providerTeamId }))).toEqual([
    { round: 1, state: 'expired', providerTeamId: greens().id },
    { round: 2, state: 'open', providerTeamId: world.teams.olive.id },
  ])
  await passWorkingDays(world, 1)
  await world.settle()
  expect(await orderOf(world, id)).toMatchObject({ state: 'offered', responsibleUnitId: world.units.station })
  expect(await world.rows(sql`select 1 from order_pool where order_id = ${id} and closed_at is null`)).toHaveLength(1)
  await passWorkingDays(world, 1)
  await world.settle()
  expect(await orderOf(world, id)).toMatchObject({
    state: 'dispatching',
    responsibleUnitId: world.units.institute,
    escalationLevel: 1,
  })
  await expectHealth(database)
})

test('an offer made before the pool outlives it', async () => {
  const id = await orderAt(world, 'dispatching')
  await pool(world, id)
  expect(await outcomeOf(ask(world, id, teamProvider(greens())))).toBe('orders.pool-is-open')
  const second = await orderAt(world, 'dispatching')
  await world.setTime(addMinutes(MONDAY, -60))
  const [offerId] = await ask(world, second, agencyProvider(world.agencies.health))
  await world.setTime(MONDAY)
  await pool(world, second)
  await passWorkingDays(world, 1)
  await world.settle()
  expect((await orderOf(world, second)).state).toBe('offered')
  await accept(world, offerId!, world.health)
  await expectHealth(database)
})

test('what an agency leaves rises to the centre, over the heads of station and institute', async () => {
  const id = await orderAt(world, 'dispatching')
  await ask(world, id, agencyProvider(world.agencies.health))
  await passWorkingDays(world, 2)
  await world.settle()
  expect(await orderOf(world, id)).toMatchObject({ state: 'dispatching', responsibleUnitId: world.units.centre })
  // It may be the only one that does this service, so it can be bound again.
  const [again] = await ask(world, id, agencyProvider(world.agencies.health))
  await accept(world, again!, world.health)
  const second = await orderAt(world, 'dispatching')
  const [offerId] = await ask(world, second, agencyProvider(world.agencies.health))
  await accept(world, offerId!, world.health)
  expect((await orderOf(world, second)).responsibleUnitId).toBe(world.units.station)
  await passWorkingDays(world, 1)
  await world.settle()
  expect(await orderOf(world, second)).toMatchObject({ state: 'accepted', responsibleUnitId: world.units.centre })
})

test('an overdue step moves the responsibility from station to institute to centre, where it stays with the leader', async () => {
  const id = await world.place()
  const places: unknown[] = []
  for (let day = 0; day < 5; day++) {
    const { responsibleUnitId, escalationLevel, state } = await orderOf(world, id)
    places.push([state, responsibleUnitId, escalationLevel])
    await passWorkingDays(world, 1)
    await world.settle()
  }
  const { station, institute, centre } = world.units
  expect(places).toEqual([
    ['submitted', station, 0],
    ['submitted', institute, 1],
    ['submitted', centre, 2],
    ['submitted', centre, 3],
    ['submitted', centre, 3],
  ])
  // Whoever acts takes it from the leader, and its next delay counts anew.
  await takeIn(world, id)
  await passWorkingDays(world, 1)
  await world.settle()
  expect(await orderOf(world, id)).toMatchObject({ escalationLevel: 4 })
})

test('a unit passes up what it cannot solve; nobody is above the centre', async () => {
  const id = await world.place()
  const up = (actor = world.dispatcher) => outcomeOf(world.act(actor, (work) => passUpOrder(work, id, '需要区里')))
  expect(await up(world.keeper)).toBe('done')
  // The station has given it away and may now only look.
  expect(await up(world.keeper)).toBe('platform.forbidden')
  expect(await up(world.instituteDispatcher)).toBe('done')
  expect(await up()).toBe('orders.top-level')
  expect(await orderOf(world, id)).toMatchObject({ responsibleUnitId: world.units.centre, escalationLevel: 0 })
})

test('leaders are reminded twice, each time once, however many sweeps see it due', async () => {
  const id = await orderAt(world, 'offered')
  const reminded = async () => (await offers(id))[0]!.remindersSent
  await world.setTime(addMinutes(MONDAY, 241))
  await Promise.all([world.settle(), world.settle(), world.settle()])
  expect(await reminded()).toBe(1)
  await world.setTime(addMinutes(MONDAY, 420))
  await world.settle()
  expect(await reminded()).toBe(2)
  await world.setTime(addMinutes(MONDAY, 470))
  await world.settle()
  expect(await reminded()).toBe(2)
  expect(
    await world.rows(sql`select 1 from message where template = 'offer-reminder' and subject_id = ${id}`),
  ).toHaveLength(4)
})

test('a team that accepted is told when the order is cancelled or given to others', async () => {
  const calledOff = (id: string) =>
    world.rows(sql`select 1 from message where template = 'service-called-off' and subject_id = ${id}`)
  const cancelled = await orderAt(world, 'scheduled')
  await world.act(world.requester, (work) => cancelOrder(work, cancelled, '家人回来了'))
  const reassigned = await orderAt(world, 'accepted', { requester: world.neighbour })
  await world.act(world.dispatcher, (work) => reassignOrder(work, reassigned, '换一队'))
  const open = await orderAt(world, 'offered', { requester: world.neighbour })
  await world.act(world.neighbour, (work) => cancelOrder(work, open, '不用了'))
  expect(await Promise.all([cancelled, reassigned, open].map(async (id) => (await calledOff(id)).length))).toEqual([
    2, 2, 0,
  ])
})

test('a requester may ask for progress, which everybody can see was asked', async () => {
  const id = await orderAt(world, 'accepted')
  await world.act(world.requester, (work) => remindOrder(work, id, '等了两天'))
  expect(
    await world.rows(sql`select 1 from message where template = 'order-reminded' and subject_id = ${id}`),
  ).toHaveLength(2)
  expect(await outcomeOf(world.act(world.neighbour, (work) => remindOrder(work, id, '')))).toBe('platform.not-found')
})

test('an order is given back at most twice; with the second the centre decides', async () => {
  const id = await orderAt(world, 'accepted')
  const again = async () => {
    const [offerId] = await ask(world, id, teamProvider(greens()))
    await accept(world, offerId!, greens().leader)
  }
  await give(id)
  expect(await orderOf(world, id)).toMatchObject({ returns: 1, responsibleUnitId: world.units.station })
  await again()
  await schedule(world, id, greens().leader)
  await give(id, 'unsafe')
  expect(await orderOf(world, id)).toMatchObject({ returns: 2, responsibleUnitId: world.units.centre })
  await again()
  expect(await outcomeOf(give(id))).toBe('orders.returns-used-up')
  await world.act(world.dispatcher, (work) => reassignOrder(work, id, '换一队'))
  expect(await orderOf(world, id)).toMatchObject({ state: 'dispatching', returns: 2, providerTeamId: null })
  await expectHealth(database)
})

const hold = (id: string, until: Date) =>
  world.act(greens().leader, (work) => pauseOrder(work, id, { reason: 'waiting-for-requester', note: '', until }))

test('a pause stops the clocks; resuming shifts due times by the working time that stood still', async () => {
  const id = await orderAt(world, 'accepted')
  const before = await clocks(id)
  const { dueAt } = await orderOf(world, id)
  const wednesday = addMinutes(MONDAY, 2 * 24 * 60)
  await hold(id, addMinutes(MONDAY, 3 * 24 * 60))
  expect(await outcomeOf(hold(id, wednesday))).toBe('orders.pause-open')
  await world.setTime(wednesday)
  const { dueAt: paused } = await orderOf(world, id)
  await world.settle()
  expect(await orderOf(world, id)).toMatchObject({ dueAt: paused, escalationLevel: 0 })
  await world.act(greens().leader, (work) => resumeOrder(work, id))
  const after = await clocks(id)
  const shiftOf = (kind: string) =>
    after.find((one) => one.kind === kind)!.dueAt.getTime() - before.find((one) => one.kind === kind)!.dueAt.getTime()
  const twoDays = 2 * 24 * 3_600_000
  // Within a second or so of the two days, because time goes on while the test runs.
  expect(Math.abs((await orderOf(world, id)).dueAt.getTime() - dueAt.getTime() - twoDays)).toBeLessThan(120_000)
  expect(Math.abs(shiftOf('first-contact') - twoDays)).toBeLessThan(120_000)
  expect(await outcomeOf(world.act(greens().leader, (work) => resumeOrder(work, id)))).toBe('orders.no-pause')
  await expectHealth(database)
})

test('a pause ends by itself, and whatever takes the order further ends it too', async () => {
  const id = await orderAt(world, 'accepted')
  await hold(id, addMinutes(MONDAY, 60))
  await world.setTime(addMinutes(MONDAY, 61))
  await world.settle()
  expect(await outcomeOf(world.act(greens().leader, (work) => resumeOrder(work, id)))).toBe('orders.no-pause')
  await hold(id, addMinutes(MONDAY, 600))
  await schedule(world, id, greens().leader)
  const { dueAt } = await orderOf(world, id)
  expect(await world.rows(sql`select 1 from order_pause where order_id = ${id} and resumed_at is null`)).toEqual([])
  await world.setTime(addMinutes(MONDAY, 601))
  await world.settle()
  expect((await orderOf(world, id)).dueAt).toEqual(dueAt)
  const second = await orderAt(world, 'scheduled')
  await hold(second, addMinutes(MONDAY, 6000))
  await sign(world, second, 'in', greens().leader, greens().member.personId!)
  await sign(world, second, 'out', greens().leader, greens().member.personId!)
  await expectHealth(database)
})

test('a written agreement and insurance are asked for before anybody else is', async () => {
  const id = await world.place({ agreementTriggers: ['over-a-month'], risks: ['heights'] })
  await takeIn(world, id, { agreementTriggers: ['over-a-month'], risks: ['heights'] })
  const gates = async (act: Promise<unknown>) => {
    const refusal = await act.catch((error: unknown) => error)
    return refusal instanceof Refusal ? [refusal.code, refusal.details] : 'done'
  }
  expect(await gates(ask(world, id, teamProvider(greens())))).toEqual([
    'orders.gates-closed',
    { gates: ['agreement', 'insurance'] },
  ])
  const record = (given: { agreementSigned: boolean; insuranceConfirmed: boolean }) =>
    world.act(world.dispatcher, (work) => recordAgreement(work, id, given))
  await record({ agreementSigned: true, insuranceConfirmed: false })
  expect(await gates(pool(world, id))).toEqual(['orders.gates-closed', { gates: ['insurance'] }])
  await record({ agreementSigned: false, insuranceConfirmed: true })
  expect(await gates(ask(world, id, teamProvider(greens())))).toBe('done')
})

test('one agency is bound, or up to five teams are invited, each once', async () => {
  const id = await orderAt(world, 'dispatching')
  const make = (...providers: ReturnType<typeof teamProvider>[]) =>
    outcomeOf(world.act(world.dispatcher, (work) => offerOrder(work, id, { providers, note: '' })))
  const [green, olive] = [teamProvider(greens()), teamProvider(world.teams.olive)]
  expect(await make(green, agencyProvider(world.agencies.health))).toBe('orders.one-agency-only')
  expect(await make(green, green)).toBe('orders.already-asked')
  expect(await make(agencyProvider(world.units.other))).toBe('orders.provider-not-eligible')
  expect(await make(green, olive)).toBe('done')
  expect(await make(green)).toBe('orders.already-asked')
  const [first, second] = await offers(id)
  await world.act(world.dispatcher, (work) => withdrawOffer(work, first!.id, '弄错了'))
  expect((await orderOf(world, id)).state).toBe('offered')
  // The other offer stands, so the order makes no move; who took this one back is written down all the same.
  const taken = await world.rows(
    sql`select actor_id, details from audit_event where subject_id = ${id} and action = 'orders.withdraw-offer'`,
  )
  expect(taken).toEqual([{ actorId: world.dispatcher.personId, details: { offerId: first!.id } }])
  await accept(world, second!.id, world.teams.olive.deputy)
  expect(await outcomeOf(accept(world, first!.id, greens().leader))).toBe('orders.already-taken')
  expect(await outcomeOf(accept(world, second!.id, world.teams.olive.member))).toBe('platform.not-found')
})

test('a station invites its own teams but binds nobody', async () => {
  const id = await orderAt(world, 'dispatching')
  const make = (provider: ReturnType<typeof teamProvider>) =>
    outcomeOf(world.act(world.keeper, (work) => offerOrder(work, id, { providers: [provider], note: '' })))
  expect(await make(agencyProvider(world.agencies.health))).toBe('orders.provider-not-eligible')
  expect(await make(teamProvider(world.teams.olive))).toBe('orders.provider-not-eligible')
  expect(await make(teamProvider(greens()))).toBe('done')
})

test('an order for an agency’s offering goes to the centre, which alone may bind it', async () => {
  const id = await world.place({ offeringId: world.offeringId })
  await takeIn(world, id)
  expect((await orderOf(world, id)).responsibleUnitId).toBe(world.units.centre)
  await world.act(world.requester, (work) => pageOpened(work, id))
  await ask(world, id, agencyProvider(world.agencies.science))
})
