// Vehicles that teams and agencies share: a plan sends out no more of them than there are, keeps a week's limits, and says what is short.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { useDatabase } from '../../../test/support/database.ts'
import { orderAt, outcomeOf, schedule, takeIn } from '../../../test/support/order-steps.ts'
import { MONDAY, openOrderWorld, type OrderWorld } from '../../../test/support/orders.ts'
import { systemActor } from '#platform/actor.ts'
import { addDays, dateIn } from '#platform/dates.ts'
import { sql } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import { highsSolver } from '../../worker/highs.ts'
import { checkPlan, optimise } from '../../dispatch/index.ts'
import { explainVisit } from './explain-visit.ts'
import { planningJobs } from './jobs.ts'
import { moveVisit } from './move-visit.ts'
import { teamDayId, teamDayOf } from './plan.ts'
import { notesOf } from './plan-notes.ts'
import { unservedOf, visitsOf } from './plan-views.ts'
import { publishPlan } from './publish-plan.ts'
import { planFor, requestPlan } from './request-plan.ts'
import { claimPlan, savePlan } from './run-plan.ts'
import { endVehicle, shareVehicle, type VehicleWish } from './share-vehicle.ts'
import { vehiclesBetween } from './vehicle-rows.ts'

const database = useDatabase()
const solver = await highsSolver()
let world: OrderWorld
const TODAY = dateIn(MONDAY)
const TOMORROW = addDays(TODAY, 1)
const CLAIM = '00000000-0000-4000-8000-000000000001'
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
const system = () => systemActor(world.dispatcher.districtId)

beforeAll(async () => {
  world = await openOrderWorld(database)
})
beforeEach(async () => {
  await world.reset()
  await world.act(system(), async ({ tx }) => {
    for (const table of ['plan_visit', 'plan_unserved', 'vehicle_offering', 'shared_vehicle'])
      await tx.raw(`delete from ${table} where district_id = ${tx.districtId}`)
    await tx.raw(`update offering set monthly_quota = null where district_id = ${tx.districtId}`)
    await tx.raw(
      `update plan set state = 'cancelled', claim = null where district_id = ${tx.districtId} and state in ('queued', 'running')`,
    )
  })
})

const share = (changes: Partial<VehicleWish> = {}, actor = world.dispatcher) =>
  world.act(actor, (work) =>
    shareVehicle(work, {
      name: '诊疗车',
      count: 1,
      weekdays: EVERY_DAY,
      offeringIds: [world.offeringId],
      validFrom: TODAY,
      ...changes,
    }),
  )
const ask = (changes = {}) =>
  world.act(world.dispatcher, (work) =>
    requestPlan(work, {
      unitId: world.units.centre,
      title: '本周计划',
      fromOn: TODAY,
      untilOn: TODAY,
      secondsMax: 1,
      seed: 7,
      ...changes,
    }),
  )
const visits = (id: string) => world.read(world.dispatcher, ({ tx, now }) => visitsOf(tx, id, now))
const unserved = (id: string) => world.read(world.dispatcher, ({ tx, now }) => unservedOf(tx, id, now))
const notes = (id: string) => world.read(world.dispatcher, async (read) => notesOf(read, await planFor(read, id)))

/** Does a worker's part, with a proven bound, as its threads do. */
async function work(): Promise<void> {
  const task = (await world.act(system(), (w) => claimPlan(w, CLAIM)))!
  const made = optimise(task.problem, { seed: task.seed, solver, budget: { iterationsMax: 2_000 } })
  expect(checkPlan(task.problem, made).violations).toEqual([])
  await world.act(system(), (w) => savePlan(w, task, made))
}

/** Orders of the offering that needs the vehicle, and some that need none. */
async function waiting(withVehicle: number, without = 0): Promise<string[]> {
  const ids: string[] = []
  for (let i = 0; i < withVehicle + without; i++) {
    const id = await world.place({
      title: `第${i}户`,
      unitId: i % 2 === 0 ? world.units.station : world.units.institute,
      offeringId: i < withVehicle ? world.offeringId : null,
    })
    await takeIn(world, id)
    ids.push(id)
  }
  return ids
}

/** One visit an outing, so that two visits with a vehicle take two vehicles. */
const ONE_EACH = { teamVisitsPerDay: 1, agencyVisitsPerDay: 1, agencyCrews: 3 }
const outingsOf = (list: Awaited<ReturnType<typeof visits>>) =>
  new Set(list.map((one) => teamDayId({ ...one, kind: one.providerKind, id: one.providerId })))

test('no more vehicles go out on a day than there are, and what is short is said', async () => {
  const { id: vehicleId } = await share()
  const [first, second, free] = await waiting(2, 1)
  const { id } = await ask({ weights: ONE_EACH })
  await work()
  const made = await visits(id)
  const driven = made.filter((one) => one.vehicleId !== null)
  expect(driven).toMatchObject([{ vehicleId, vehicleName: '诊疗车' }])
  expect([first, second]).toContain(driven[0]!.orderId)
  expect(made.find((one) => one.orderId === free)).toMatchObject({ vehicleId: null })
  const [left] = await unserved(id)
  expect([first, second]).toContain(left!.orderId)
  expect(left!.rejections.map(({ code }) => code)).toContain('LIMIT')
  const { scarceVehicles } = await notes(id)
  expect(scarceVehicles).toMatchObject([{ vehicleName: '诊疗车', day: TODAY, orders: 1 }])
  expect(scarceVehicles[0]!.savesMinutes).toBeGreaterThan(0)
})

test('a second vehicle serves both; on a day on which none runs nobody goes', async () => {
  const { id: one } = await share()
  await world.act(world.dispatcher, (w) => endVehicle(w, one))
  await share({ count: 2, weekdays: [1] })
  await waiting(2)
  const { id } = await ask({ weights: ONE_EACH, untilOn: TOMORROW })
  await work()
  const made = await visits(id)
  expect(made.map(({ day, vehicleName }) => ({ day, vehicleName }))).toEqual([
    { day: TODAY, vehicleName: '诊疗车' },
    { day: TODAY, vehicleName: '诊疗车' },
  ])
  const tuesday = await ask({ weights: ONE_EACH, fromOn: TOMORROW, untilOn: TOMORROW })
  await work()
  expect(await visits(tuesday.id)).toEqual([])
  const reasons = (await unserved(tuesday.id)).flatMap(({ rejections }) => rejections.map(({ code }) => code))
  expect(reasons).toContain('NO_SKILL')
})

test('a crew takes a vehicle for all its visits, and one crew never goes out twice', async () => {
  await share()
  await waiting(2, 4)
  const { id } = await ask({ weights: { teamVisitsPerDay: 3, agencyVisitsPerDay: 3, agencyCrews: 1 } })
  await work()
  const made = await visits(id)
  expect(new Set(made.filter((one) => one.vehicleId !== null).map((one) => one.providerId)).size).toBe(1)
  const crews = [...outingsOf(made)].map((one) => teamDayId({ ...teamDayOf(one), vehicleId: null }))
  expect(new Set(crews).size).toBe(crews.length)
})

test('a visit is moved to where a vehicle is free, and not beyond', async () => {
  await share()
  await waiting(2)
  const { id } = await ask({ weights: ONE_EACH, untilOn: TOMORROW })
  await work()
  const [one, other] = await visits(id)
  const why = await world.read(world.dispatcher, (read) => explainVisit(read, id, one!.orderId))
  expect(why.rows.length).toBeGreaterThan(0)
  for (const { teamDay } of why.rows) expect(teamDayOf(teamDay).vehicleId).toBe(one!.vehicleId)
  // To the day of the other, with another crew: the one vehicle is out already.
  const target = why.rows.find((row) => row.day === other!.day && row.providerId !== other!.providerId)
  expect(target).toBeUndefined()
  const crew = { ...other!, kind: other!.providerKind, id: other!.providerId, crew: other!.crew === 1 ? 2 : 1 }
  const given = { teamDay: teamDayId({ ...crew, vehicleId: one!.vehicleId }), isTrial: true, version: 0 }
  expect(await outcomeOf(world.act(world.dispatcher, (w) => moveVisit(w, id, one!.orderId, given)))).toBe(
    'planning.over-limit',
  )
})

test('the offer says which vehicle', async () => {
  await share()
  const [orderId] = await waiting(1)
  const { id } = await ask()
  await work()
  const { version } = await world.read(world.dispatcher, (read) => planFor(read, id))
  await world.act(world.dispatcher, (w) => publishPlan(w, id, version))
  for (const { name, data } of database.sent.splice(0))
    for (const job of planningJobs) if (job.name === name) await world.act(system(), (w) => job.run(w, data))
  const told = await world.read(world.dispatcher, ({ tx }) =>
    tx.rows<{ reason: string | null }>(
      sql`select reason from order_transition where district_id = ${tx.districtId} and order_id = ${orderId!}::uuid`,
    ),
  )
  expect(told.some(({ reason }) => reason?.includes('诊疗车') === true)).toBe(true)
})

test('a promise that needs the vehicle has it, and what stands is never refused', async () => {
  await share()
  const promised: string[] = []
  for (const requester of [world.requester, world.neighbour]) {
    const orderId = await orderAt(world, 'accepted', { requester, wanted: { offeringId: world.offeringId } })
    await schedule(world, orderId, world.teams.greens.leader)
    promised.push(orderId)
  }
  const [left] = await waiting(1)
  const { id } = await ask({ weights: ONE_EACH })
  await work()
  const made = await visits(id)
  for (const orderId of promised)
    expect(made.find((one) => one.orderId === orderId)).toMatchObject({ isPinned: true, vehicleName: '诊疗车' })
  expect((await unserved(id)).map((one) => one.orderId)).toContain(left)
})

describe('what the centre writes down', () => {
  test('is asked of the centre only, names offerings that exist, and gives each one vehicle', async () => {
    expect(await outcomeOf(share({}, world.instituteDispatcher))).toBe('platform.forbidden')
    expect(await outcomeOf(share({ offeringIds: [newUuid7(MONDAY)] }))).toBe('planning.offering-unknown')
    expect(await outcomeOf(share({ validFrom: addDays(TODAY, -1) }))).toBe('planning.days-past')
    const { id } = await share({ weekdays: [5, 1, 5] })
    expect(await outcomeOf(share({ name: '大巴' }))).toBe('planning.has-vehicle')
    const list = () => world.read(world.dispatcher, ({ tx }) => vehiclesBetween(tx, TODAY, TODAY))
    expect(await list()).toMatchObject([
      { name: '诊疗车', count: 1, weekdays: [1, 5], offerings: [{ title: '手机课' }] },
    ])
    await world.act(world.dispatcher, (w) => endVehicle(w, id))
    expect(await list()).toEqual([])
    expect(await outcomeOf(world.act(world.dispatcher, (w) => endVehicle(w, id)))).toBe('platform.not-found')
    await share({ name: '大巴' })
  })
})

test('a team goes out no more often in a week than it says, promises of other days counted', async () => {
  const { id: teamId } = world.teams.greens
  await world.act(system(), ({ tx }) =>
    tx.run(sql`update team set visits_per_week_max = 2 where district_id = ${tx.districtId} and id = ${teamId}`),
  )
  await waiting(0, 8)
  const { id } = await ask({ weights: { agencyCrews: 1, agencyVisitsPerDay: 1 }, untilOn: addDays(TODAY, 4) })
  await work()
  const own = (await visits(id)).filter((one) => one.providerId === teamId)
  expect(own.length).toBeLessThanOrEqual(2)
  await world.act(system(), ({ tx }) =>
    tx.run(sql`update team set visits_per_week_max = 40 where district_id = ${tx.districtId} and id = ${teamId}`),
  )
  const free = await ask({ weights: { agencyCrews: 1, agencyVisitsPerDay: 1 }, untilOn: addDays(TODAY, 4) })
  await work()
  expect((await visits(free.id)).filter((one) => one.providerId === teamId).length).toBeGreaterThan(2)
})

test('the minutes of a week are kept', async () => {
  const { id: teamId } = world.teams.greens
  await world.act(system(), async ({ tx, now }) => {
    await tx.run(sql`
      insert into provider_calendar (district_id, id, team_id, minutes_per_week_max) values (${tx.districtId}, ${newUuid7(now)}, ${teamId}, 100)
      on conflict (district_id, team_id) do update set minutes_per_week_max = 100`)
  })
  await waiting(0, 8)
  const { id } = await ask({ weights: { agencyCrews: 1, agencyVisitsPerDay: 1 }, untilOn: addDays(TODAY, 4) })
  await work()
  const own = (await visits(id)).filter((one) => one.providerId === teamId)
  expect(own.reduce((sum, one) => sum + one.endsMinute - one.startsMinute, 0)).toBeLessThanOrEqual(100)
})
