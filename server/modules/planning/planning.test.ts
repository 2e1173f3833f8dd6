// A plan from the wish to the offers: what it takes up, how a visit is moved, what a change costs, and that nothing but publishing
// touches an order.
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { useDatabase } from '../../../test/support/database.ts'
import { orderAt, orderOf, outcomeOf, schedule, takeIn } from '../../../test/support/order-steps.ts'
import { MONDAY, openOrderWorld, type OrderWorld } from '../../../test/support/orders.ts'
import { minuteOn, offersOf, openPool, scheduleOrder, servicesByVillage } from '#modules/orders/index.ts'
import { systemActor } from '#platform/actor.ts'
import { addDays, addMinutes, dateIn, startOfDate } from '#platform/dates.ts'
import { sql } from '#platform/db.ts'
import { checkPlan, solve } from '../../dispatch/index.ts'
import { explainVisit } from './explain-visit.ts'
import { planningJobs } from './jobs.ts'
import { moveVisit } from './move-visit.ts'
import { overrideTravel } from './override-travel.ts'
import { inputOf } from './plan-rows.ts'
import { unservedOf, visitsOf } from './plan-views.ts'
import { publishPlan } from './publish-plan.ts'
import { cancelPlan, copyPlan, planFor, replan, requestPlan } from './request-plan.ts'
import { claimPlan, endPlan, reportProgress, savePlan } from './run-plan.ts'
import { unpackProblem } from './store-problem.ts'

const database = useDatabase()
let world: OrderWorld
const TODAY = dateIn(MONDAY)
const CLAIM = '00000000-0000-4000-8000-00000000000'

beforeAll(async () => {
  world = await openOrderWorld(database)
})
beforeEach(async () => {
  await world.reset()
  await world.act(system(), async ({ tx }) => {
    for (const table of ['plan_visit', 'plan_unserved', 'travel_override'])
      await tx.raw(`delete from ${table} where district_id = ${tx.districtId}`)
    await tx.run(
      sql`update plan set state = 'cancelled', claim = null where district_id = ${tx.districtId} and state in ('queued', 'running')`,
    )
  })
})

const system = () => systemActor(world.dispatcher.districtId)

const wish = (changes: Partial<Parameters<typeof requestPlan>[1]> = {}) => ({
  unitId: world.units.centre,
  title: '本周计划',
  fromOn: TODAY,
  untilOn: addDays(TODAY, 4),
  secondsMax: 1,
  seed: 7,
  ...changes,
})

const ask = (changes = {}, actor = world.dispatcher) => world.act(actor, (work) => requestPlan(work, wish(changes)))
const plan = (id: string) => world.read(world.dispatcher, (read) => planFor(read, id))
const visits = (id: string) => world.read(world.dispatcher, ({ tx, now }) => visitsOf(tx, id, now))

/** Does a worker's part, in steps of iterations so that it is the same each time. */
async function work(): Promise<string | undefined> {
  const task = await world.act(system(), (w) => claimPlan(w, `${CLAIM}1`))
  if (task === undefined) return undefined
  const made = solve(task.problem, { seed: task.seed, budget: { iterationsMax: 3_000 } })
  expect(checkPlan(task.problem, made).violations).toEqual([])
  await world.act(system(), (w) => savePlan(w, task, made))
  return task.planId
}

async function dispatching(count: number): Promise<string[]> {
  const ids: string[] = []
  for (let i = 0; i < count; i++) {
    const id = await world.place({
      title: `第${i}户手机课`,
      unitId: i % 2 === 0 ? world.units.station : world.units.institute,
    })
    await takeIn(world, id)
    ids.push(id)
  }
  return ids
}

test('a plan takes up the orders that wait, keeps promises, and touches no order', async () => {
  const waiting = await dispatching(4)
  const promised = await orderAt(world, 'scheduled', { requester: world.neighbour })
  const untouched = await Promise.all(waiting.map((id) => orderOf(world, id)))
  const { id } = await ask()
  expect(await work()).toBe(id)
  expect(await plan(id)).toMatchObject({
    state: 'ready',
    engine: expect.any(String),
    inputHash: expect.stringMatching(/^[0-9a-f]{64}$/u),
  })
  const made = await visits(id)
  expect(made.map((visit) => visit.orderId).toSorted()).toEqual([...waiting, promised].toSorted())
  const kept = made.find((visit) => visit.orderId === promised)!
  const { scheduledFrom } = await orderOf(world, promised)
  expect(kept).toMatchObject({ isPinned: true, providerId: world.teams.greens.id, day: TODAY })
  expect(kept.startsMinute).toBe(minuteOn(scheduledFrom!, TODAY))
  expect(await Promise.all(waiting.map((one) => orderOf(world, one)))).toEqual(untouched)
})

test('a wish for the night or for another week is left out and named, and the rest is planned', async () => {
  const [day] = await dispatching(1)
  const wished = async (hours: number) => {
    const windowFrom = addMinutes(startOfDate(TODAY), hours * 60)
    const id = await world.place({ title: `夜里 ${hours}`, windowFrom, windowUntil: addMinutes(windowFrom, 120) })
    await takeIn(world, id)
    return id
  }
  const [night, early, never] = [await wished(22), await wished(27), await wished(24 * 20 + 10)]
  const { id } = await ask()
  expect(await work()).toBe(id)
  expect((await visits(id)).map((visit) => visit.orderId)).toEqual([day])
  const left = await world.read(world.dispatcher, ({ tx, now }) => unservedOf(tx, id, now))
  expect(left.map((one) => one.orderId).toSorted()).toEqual([night, early, never].toSorted())
  expect(left.every((one) => one.rejections.length > 0)).toBe(true)
})

test('the same wish gives the same input and the same plan', async () => {
  await dispatching(5)
  const first = await ask()
  await work()
  const second = await ask()
  await work()
  const [a, b] = [await plan(first.id), await plan(second.id)]
  expect(b.inputHash).toBe(a.inputHash)
  expect(b.cost).toEqual(a.cost)
  const bare = async (id: string) =>
    (await visits(id)).map(({ orderId, day, providerId, startsMinute }) => [orderId, day, providerId, startsMinute])
  expect(await bare(second.id)).toEqual(await bare(first.id))
})

test('published visits go out as ordinary offers, each once, and say when', async () => {
  const ids = await dispatching(3)
  const gone = ids[0]!
  const { id } = await ask()
  await work()
  await world.act(world.dispatcher, (w) => openPool(w, gone))
  const { version } = await plan(id)
  expect(await outcomeOf(world.act(world.dispatcher, (w) => publishPlan(w, id, version - 1)))).toBe(
    'planning.changed-meanwhile',
  )
  await world.act(world.dispatcher, (w) => publishPlan(w, id, version))
  const sent = database.sent.filter((job) => job.name === 'planning.publish-visit')
  expect(sent).toHaveLength(3)
  for (const job of [...sent, ...sent]) await world.act(system(), (w) => planningJobs[0]!.run(w, job.data))
  const outcomes = new Map((await visits(id)).map((visit) => [visit.orderId, visit.outcome]))
  expect(ids.map((one) => outcomes.get(one))).toEqual(['orders.wrong-state', 'offered', 'offered'])
  for (const one of ids.slice(1)) {
    expect((await orderOf(world, one)).state).toBe('offered')
    const offers = await world.read(world.dispatcher, ({ tx }) => offersOf(tx, one))
    expect(offers).toHaveLength(1)
  }
  expect(await plan(id)).toMatchObject({ state: 'published' })
  expect(await outcomeOf(world.act(world.dispatcher, (w) => publishPlan(w, id, version + 1)))).toBe(
    'planning.not-ready',
  )
})

test('a visit is tried elsewhere, then moved; the price told is the price paid', async () => {
  const ids = await dispatching(4)
  const { id } = await ask()
  await work()
  const explained = await world.read(world.dispatcher, (read) => explainVisit(read, id, ids[0]!))
  const { rows: choices, here, regretMinutes } = explained
  expect(choices.length).toBeGreaterThan(3)
  expect(regretMinutes).toBe(choices[0]!.addedMinutes)
  expect(here!.parts.reduce((sum, part) => sum + part.minutes, 0)).toBeCloseTo(here!.addedMinutes, 0)
  expect(choices[0]!.addedMinutes).toBeLessThanOrEqual(choices.at(-1)!.addedMinutes)
  const other = choices.at(-1)!
  const { version, cost } = await plan(id)
  const move = (isTrial: boolean, v = version, teamDay: string | null = other.teamDay) =>
    world.act(world.dispatcher, (w) => moveVisit(w, id, ids[0]!, { teamDay, isTrial, version: v }))
  const trial = await move(true)
  expect((await plan(id)).version).toBe(version)
  expect(Math.abs(trial.addedMinutes - other.addedMinutes)).toBeLessThan(0.5)
  const moved = await move(false)
  expect(moved).toEqual(trial)
  const after = await plan(id)
  expect(after.cost!['total']! - cost!['total']!).toBeCloseTo(moved.addedMinutes, 0)
  expect((await visits(id)).find((visit) => visit.orderId === ids[0])).toMatchObject({
    providerId: other.providerId,
    day: other.day,
  })
  expect(await outcomeOf(move(false))).toBe('planning.changed-meanwhile')
  await move(false, after.version, null)
  expect((await visits(id)).map((visit) => visit.orderId)).not.toContain(ids[0])
  expect(await outcomeOf(move(true, 0, 'team/nobody/2026-03-09/1'))).toBe('planning.not-eligible')
})

test('after a team falls ill its visits move and no other one does', async () => {
  const ids = await dispatching(6)
  const { id } = await ask({ weights: { agencyCrews: 1, agencyVisitsPerDay: 1 } })
  await work()
  const before = await visits(id)
  const ill = before.find((visit) => visit.providerKind === 'team') ?? before[0]!
  const absences = [{ kind: ill.providerKind, id: ill.providerId, on: ill.day }]
  const again = await world.act(world.dispatcher, (w) => replan(w, id, { title: '队员生病', absences }))
  await work()
  const after = new Map((await visits(again.id)).map((visit) => [visit.orderId, visit]))
  for (const visit of before) {
    const now = after.get(visit.orderId)!
    const isHit = visit.providerId === ill.providerId && visit.day === ill.day
    if (isHit) expect([now.providerId, now.day]).not.toEqual([ill.providerId, ill.day])
    else if (now.was !== null) expect(now.parts.some((one) => one.part === 'change')).toBe(true)
    expect(now.was === null).toBe(now.providerId === visit.providerId && now.day === visit.day)
  }
  expect(ids).toHaveLength(after.size)
})

test('snow on a road: the override counts both ways, from its day on', async () => {
  await dispatching(2)
  const { institute, station } = world.units
  await world.act(world.dispatcher, (w) =>
    overrideTravel(w, {
      fromUnitId: station,
      toUnitId: institute,
      minutes: 300,
      reason: '大雪封路',
      validFrom: TODAY,
      validUntil: null,
    }),
  )
  const { id } = await ask()
  await work()
  const problem = unpackProblem(await world.read(world.dispatcher, ({ tx }) => inputOf(tx, id)))
  const at = problem.orders.map((order) => order.place)
  const { minutes, placeCount } = problem.travel[0]!
  expect([minutes[at[0]! * placeCount + at[1]!], minutes[at[1]! * placeCount + at[0]!]]).toEqual([300, 300])
})

test('a what-if weighs otherwise and cannot be published; a re-plan needs a plan that is ready', async () => {
  await dispatching(2)
  const { id } = await ask()
  expect(await outcomeOf(world.act(world.dispatcher, (w) => replan(w, id, { title: '重排', absences: [] })))).toBe(
    'planning.not-ready',
  )
  await work()
  const copy = await world.act(world.dispatcher, (w) =>
    copyPlan(w, id, { title: '推演', weights: { unservedMinutes: 0 } }),
  )
  await work()
  expect(await plan(copy.id)).toMatchObject({
    kind: 'what-if',
    basedOnId: id,
    weights: { unservedMinutes: 0, detour: 1.35 },
  })
  const { version } = await plan(copy.id)
  expect(await outcomeOf(world.act(world.dispatcher, (w) => publishPlan(w, copy.id, version)))).toBe(
    'planning.what-if-stays',
  )
})

test('one worker has a plan; a lost one leaves it to another, and saves nothing afterwards', async () => {
  await dispatching(1)
  const { id } = await ask()
  const lost = (await world.act(system(), (w) => claimPlan(w, `${CLAIM}1`)))!
  expect(await world.act(system(), (w) => claimPlan(w, `${CLAIM}2`))).toBeUndefined()
  expect(await world.act(system(), ({ tx }) => reportProgress(tx, lost, { seconds: 1, cost: 5, orders: 1 }))).toBe(true)
  await world.act(system(), ({ tx }) =>
    tx.run(
      sql`update plan set claimed_until = clock_timestamp() - interval '1 s' where district_id = ${tx.districtId} and id = ${id}`,
    ),
  )
  const other = (await world.act(system(), (w) => claimPlan(w, `${CLAIM}2`)))!
  expect(other.planId).toBe(id)
  expect(await world.act(system(), ({ tx }) => reportProgress(tx, lost, { seconds: 2, cost: 5, orders: 1 }))).toBe(
    false,
  )
  await world.act(system(), (w) => savePlan(w, lost, solve(lost.problem, { seed: 1, budget: { iterationsMax: 10 } })))
  expect(await plan(id)).toMatchObject({ state: 'running' })
  await world.act(world.dispatcher, (w) => cancelPlan(w, id))
  expect(await world.act(system(), ({ tx }) => reportProgress(tx, other, { seconds: 2, cost: 5, orders: 1 }))).toBe(
    false,
  )
  await world.act(system(), (w) => endPlan(w, other, null))
  expect(await plan(id)).toMatchObject({ state: 'cancelled' })
  expect(await outcomeOf(world.act(world.dispatcher, (w) => cancelPlan(w, id)))).toBe('planning.not-running')
})

test('an institute plans its own orders with its own teams; what is wrong is named', async () => {
  const [own] = await dispatching(1)
  const { id } = await ask({ unitId: world.units.institute }, world.instituteDispatcher)
  await work()
  const made = await visits(id)
  expect(made.map((visit) => visit.orderId)).toEqual([own])
  expect(made[0]!.providerKind).toBe('team')
  expect(await outcomeOf(ask({}, world.instituteDispatcher))).toBe('platform.forbidden')
  expect(await outcomeOf(world.read(world.otherKeeper, (read) => planFor(read, id)))).toBe('platform.not-found')
  expect(await outcomeOf(ask({ fromOn: addDays(TODAY, -1) }))).toBe('planning.days-past')
  expect(await outcomeOf(ask({ untilOn: addDays(TODAY, 60) }))).toBe('planning.days-too-many')
  expect(await outcomeOf(ask({ untilOn: addDays(TODAY, -1) }))).toBe('planning.days-reversed')
  expect(await outcomeOf(ask({ weights: { dayEndsMinute: 100 } }))).toBe('planning.day-empty')
  await world.reset()
  const empty = await ask()
  expect(await work()).toBeUndefined()
  expect(await plan(empty.id)).toMatchObject({ state: 'failed', failure: 'nothing-to-plan' })
})

test('two promises at the same hour get two crews, so that a plan is never refused for what stands', async () => {
  const [a, b] = [await orderAt(world, 'accepted'), await orderAt(world, 'accepted', { requester: world.neighbour })]
  for (const id of [a, b]) await schedule(world, id, world.teams.greens.leader)
  const [{ id: first }, other] = [await ask(), await dispatching(1)]
  await work()
  const made = await visits(first)
  expect(made).toHaveLength(3)
  expect(
    made
      .filter((visit) => visit.isPinned)
      .map((visit) => visit.crew)
      .toSorted((x, y) => x - y),
  ).toEqual([1, 2])
  expect(made.find((visit) => visit.orderId === other[0])).toBeDefined()
})

test('promises before dawn and over midnight are kept in a plan of whole days', async () => {
  const promise = async (fromMinute: number, untilMinute: number, requester = world.requester) => {
    const id = await orderAt(world, 'accepted', { requester })
    await world.act(world.teams.greens.leader, (w) =>
      scheduleOrder(w, id, {
        from: addMinutes(startOfDate(TODAY), fromMinute),
        until: addMinutes(startOfDate(TODAY), untilMinute),
        agreedWith: '本人',
        note: '',
      }),
    )
    return id
  }
  const late = await promise(23 * 60, 26 * 60)
  const early = await promise(24 * 60 + 5, 24 * 60 + 35, world.neighbour)
  await dispatching(1)
  const { id } = await ask()
  expect(await work()).toBe(id)
  const made = new Map((await visits(id)).map((visit) => [visit.orderId, visit]))
  expect(made.get(late)).toMatchObject({ day: TODAY, startsMinute: 23 * 60, endsMinute: 1440 })
  expect(made.get(early)).toMatchObject({ day: addDays(TODAY, 1), isPinned: true })
})

test('a promise counts once: not as work in hand and as a visit of the plan again', async () => {
  const { id: teamId } = world.teams.greens
  await orderAt(world, 'scheduled')
  await dispatching(1)
  const { id } = await ask()
  await work()
  const problem = unpackProblem(await world.read(world.dispatcher, ({ tx }) => inputOf(tx, id)))
  expect(problem.orders.filter((order) => order.pin !== undefined)).toHaveLength(1)
  expect(problem.teamLoadMinutes![`team/${teamId}`]).toBe(0)
  const { fairness } = await plan(id)
  // Two hours promised to one of two teams: as uneven as two teams can be, before the plan.
  expect(fairness!.before.giniTeams).toBeCloseTo(0.5)
})

test('a service fades: the older, the less it counts', async () => {
  const served = await orderAt(world, 'delivered')
  const smoothed = async (daysAgo: number) => {
    await world.act(system(), ({ tx, now }) =>
      tx.run(
        sql`update service_order set delivered_at = ${addMinutes(now, -daysAgo * 1440)} where district_id = ${tx.districtId} and id = ${served}::uuid`,
      ),
    )
    const services = await world.read(world.dispatcher, ({ tx, now }) => servicesByVillage(tx, now))
    return services.get(world.units.station) ?? 0
  }
  expect(await smoothed(0)).toBeCloseTo(1)
  expect(await smoothed(30)).toBeCloseTo(Math.exp(-1))
  expect(await smoothed(90)).toBeCloseTo(Math.exp(-3))
  expect(await smoothed(181)).toBe(0)
})
