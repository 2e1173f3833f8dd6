// What the desk says of a plan: why an order is where it is, what a re-plan changed and what undoing costs, and what calendars,
// pairings and earlier services have to do with it.
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { writingAtOnce } from '../../../test/support/at-once.ts'
import { useDatabase } from '../../../test/support/database.ts'
import { orderAt, orderOf, outcomeOf, takeIn } from '../../../test/support/order-steps.ts'
import { MONDAY, openOrderWorld, type OrderWorld } from '../../../test/support/orders.ts'
import { candidatesFor } from '#modules/orders/index.ts'
import { systemActor } from '#platform/actor.ts'
import { addDays, dateIn } from '#platform/dates.ts'
import { sql } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import { checkPlan, replan as engineReplan, solve } from '../../dispatch/index.ts'
import { explainVisit } from './explain-visit.ts'
import { planningJobs } from './jobs.ts'
import { moveVisit } from './move-visit.ts'
import { endPairing, pairVillage } from './pair-village.ts'
import { pairingsOn } from './pairing-rows.ts'
import { notesOf } from './plan-notes.ts'
import { type UnservedView, unservedOf, visitsOf } from './plan-views.ts'
import { publishPlan } from './publish-plan.ts'
import { planFor, replan, requestPlan } from './request-plan.ts'
import { claimPlan, savePlan } from './run-plan.ts'

const database = useDatabase()
let world: OrderWorld
const TODAY = dateIn(MONDAY)
const CLAIM = '00000000-0000-4000-8000-000000000001'
const system = () => systemActor(world.dispatcher.districtId)

beforeAll(async () => {
  world = await openOrderWorld(database)
})
beforeEach(async () => {
  await world.reset()
  await world.act(system(), async ({ tx }) => {
    for (const table of ['plan_visit', 'plan_unserved', 'village_pairing'])
      await tx.raw(`delete from ${table} where district_id = ${tx.districtId}`)
    await tx.raw(`delete from provider_exception where district_id = ${tx.districtId}`)
    await tx.raw(
      `update plan set state = 'cancelled', claim = null where district_id = ${tx.districtId} and state in ('queued', 'running')`,
    )
  })
})

const wish = (changes: Partial<Parameters<typeof requestPlan>[1]> = {}) => ({
  unitId: world.units.centre,
  title: '本周计划',
  fromOn: TODAY,
  untilOn: addDays(TODAY, 1),
  secondsMax: 1,
  seed: 7,
  ...changes,
})
const ask = (changes = {}) => world.act(world.dispatcher, (work) => requestPlan(work, wish(changes)))
const plan = (id: string) => world.read(world.dispatcher, (read) => planFor(read, id))
const visits = (id: string) => world.read(world.dispatcher, ({ tx, now }) => visitsOf(tx, id, now))
const unserved = (id: string): Promise<UnservedView[]> =>
  world.read(world.dispatcher, ({ tx, now }) => unservedOf(tx, id, now))
const explain = (id: string, orderId: string) => world.read(world.dispatcher, (read) => explainVisit(read, id, orderId))

/** Does a worker's part, as its thread does. */
async function work(): Promise<void> {
  const task = (await world.act(system(), (w) => claimPlan(w, CLAIM)))!
  const how = { seed: task.seed, budget: { iterationsMax: 2_000 } }
  const made = task.isReplan ? engineReplan(task.problem, how) : solve(task.problem, how)
  expect(checkPlan(task.problem, made).violations).toEqual([])
  await world.act(system(), (w) => savePlan(w, task, made))
}

async function dispatching(count: number): Promise<string[]> {
  const ids: string[] = []
  for (let i = 0; i < count; i++) {
    const id = await world.place({ title: `第${i}户手机课`, unitId: world.units.station })
    await takeIn(world, id)
    ids.push(id)
  }
  return ids
}

/** A tight plan: one visit a day for everybody. */
const TIGHT = { teamVisitsPerDay: 1, agencyVisitsPerDay: 1, agencyCrews: 1 }

test('an order left out learns who has its place, what changing places costs, and what one change would do', async () => {
  await dispatching(10)
  const { id } = await ask({ weights: TIGHT, untilOn: TODAY })
  await work()
  const [left] = await unserved(id)
  const why = await explain(id, left!.orderId)
  expect(why).toMatchObject({ here: null, regretMinutes: null })
  const planned = new Set((await visits(id)).map((visit) => visit.orderId))
  expect(why.outbidBy.length).toBeGreaterThan(0)
  for (const one of why.outbidBy) {
    expect(planned.has(one.orderId)).toBe(true)
    expect(one.extraMinutes).toBeGreaterThanOrEqual(0)
    expect(one.providerName).not.toBe('')
    expect(one.title).toMatch(/^第\d户手机课$/u)
  }
  expect(why.relaxations.map((one) => one.code)).toContain('VISITS')
  expect(await outcomeOf(explain(id, newUuid7(MONDAY)))).toBe('planning.order-not-planned')
})

test('who moves a visit where it does not fit is told which visits stand in the way', async () => {
  await dispatching(4)
  const { id } = await ask({ weights: TIGHT })
  await work()
  const made = await visits(id)
  const [first] = made
  const other = made.find((visit) => visit.providerId !== first!.providerId || visit.day !== first!.day)!
  const teamDay = `${other.providerKind}/${other.providerId}/${other.day}/${other.crew}`
  const moving = world.act(world.dispatcher, (w) =>
    moveVisit(w, id, first!.orderId, { teamDay, isTrial: true, version: 0 }),
  )
  const refusal = await moving.then(
    () => undefined,
    (error: unknown) => error as { code: string; params: Record<string, string> },
  )
  expect(refusal?.code).toBe('planning.does-not-fit')
  for (const { title } of [first!, other]) expect(refusal?.params['visits']).toContain(title)
})

test('a re-plan lists each change with its tax and with what undoing it would cost', async () => {
  await dispatching(4)
  const { id } = await ask({ weights: TIGHT, untilOn: addDays(TODAY, 4) })
  await work()
  const [ill, ...others] = await visits(id)
  const absences = [{ kind: ill!.providerKind, id: ill!.providerId, on: ill!.day }]
  const again = await world.act(world.dispatcher, (w) => replan(w, id, { title: '队员生病', absences }))
  await work()
  const changes = (await visits(again.id)).filter((visit) => visit.was !== null)
  expect(changes.map((visit) => visit.orderId)).toContain(ill!.orderId)
  for (const { orderId, was } of changes) {
    expect(was).toMatchObject({ taxMinutes: 15, providerName: expect.stringMatching(/./u) })
    if (orderId === ill!.orderId) expect(was!.undoMinutes).toBeNull()
    else expect(was!.undoMinutes ?? Infinity).toBeGreaterThan(0)
  }
  expect(changes.length).toBeLessThanOrEqual(others.length)
})

test('nobody is planned on leave, and a calendar with its capacity goes before the weights', async () => {
  await dispatching(6)
  const { id: teamId } = world.teams.greens
  await world.act(system(), async ({ tx, now }) => {
    const calendarId = newUuid7(now)
    await tx.run(sql`
      insert into provider_calendar (district_id, id, team_id, visits_per_day_max) values (${tx.districtId}, ${calendarId}, ${teamId}, 1)
      on conflict (district_id, team_id) do update set visits_per_day_max = 1`)
    await tx.run(sql`
      insert into provider_exception (district_id, id, calendar_id, kind, from_on, until_on, set_at)
      select ${tx.districtId}::int, ${newUuid7(now)}::uuid, id, 'leave', ${TODAY}::date, ${addDays(TODAY, 1)}::date, ${now}::timestamptz
        from provider_calendar where district_id = ${tx.districtId} and team_id = ${teamId}`)
  })
  const { id } = await ask({ weights: { agencyCrews: 1, agencyVisitsPerDay: 1 } })
  await work()
  const mine = (await visits(id)).filter((visit) => visit.providerId === teamId)
  expect(mine.map((visit) => visit.day)).toEqual([addDays(TODAY, 1)])
  const order = await orderOf(world, (await dispatching(1))[0]!)
  const { candidates } = await world.read(world.dispatcher, (read) => candidatesFor(read, order))
  expect(candidates.find((one) => one.provider.id === teamId)!.slot.day).toBe(addDays(TODAY, 1))
})

test('a paired team and the one that came last are preferred, in the ranking and in the plan', async () => {
  const { olive } = world.teams
  await orderAt(world, 'delivered')
  const [orderId] = await dispatching(1)
  const pair = {
    unitId: world.units.station,
    providerKind: 'team',
    providerId: olive.id,
    note: '',
    validFrom: TODAY,
  } as const
  const { id: pairing } = await world.act(world.dispatcher, (w) => pairVillage(w, pair))
  expect(await outcomeOf(world.act(world.dispatcher, (w) => pairVillage(w, pair)))).toBe('planning.paired-already')
  expect(await outcomeOf(world.act(world.instituteDispatcher, (w) => pairVillage(w, pair)))).toBe('platform.forbidden')
  const order = await orderOf(world, orderId!)
  const ranked = async () => (await world.read(world.dispatcher, (read) => candidatesFor(read, order))).candidates
  const minutesOf = async (providerId: string, kind: string) =>
    (await ranked()).find((one) => one.provider.id === providerId)!.reasons.find((one) => one.kind === kind)?.minutes
  expect(await minutesOf(olive.id, 'pairing')).toBe(-15)
  expect(await minutesOf(world.teams.greens.id, 'continuity')).toBe(-15)
  const { id } = await ask()
  await work()
  const { rows, here } = await explain(id, orderId!)
  expect(rows.length).toBeGreaterThan(0)
  expect(here!.parts.map((one) => one.part)).toEqual(expect.arrayContaining(['continuity']))
  await world.act(world.dispatcher, (w) => endPairing(w, pairing))
  expect(await world.read(world.dispatcher, ({ tx }) => pairingsOn(tx, TODAY))).toEqual([])
  expect(await minutesOf(olive.id, 'pairing')).toBe(0)
})

test('two who pair the same village with the same team at once: one pairing, the other is told', async () => {
  const pair = () =>
    outcomeOf(
      world.act(world.dispatcher, (w) =>
        pairVillage(w, {
          unitId: world.units.station,
          providerKind: 'team',
          providerId: world.teams.olive.id,
          note: '',
          validFrom: TODAY,
        }),
      ),
    )
  const outcomes = await writingAtOnce(database, 'village_pairing', [pair, pair])
  expect(outcomes.toSorted()).toEqual(['done', 'planning.paired-already'])
  expect(await world.read(world.dispatcher, ({ tx }) => pairingsOn(tx, TODAY))).toHaveLength(1)
})

test('an order of its own sees what a published plan has asked for: the same team goes once', async () => {
  const [first] = await dispatching(1)
  const { id } = await ask({ weights: TIGHT, untilOn: TODAY })
  await work()
  const [visit] = await visits(id)
  await world.act(world.dispatcher, (w) => publishPlan(w, id, 2))
  for (const job of database.sent.filter((one) => one.name === 'planning.publish-visit'))
    await world.act(system(), (w) => planningJobs[0]!.run(w, job.data))
  expect((await orderOf(world, first!)).state).toBe('offered')
  const [other] = await dispatching(1)
  const order = await orderOf(world, other!)
  const { candidates } = await world.read(world.dispatcher, (read) => candidatesFor(read, order))
  const same = candidates.find((one) => one.provider.id === visit!.providerId)!
  if (same.slot.day === visit!.day && visit!.providerKind === 'team')
    expect(same.slot.startsMinute >= visit!.endsMinute || same.slot.endsMinute <= visit!.startsMinute).toBe(true)
  expect(same.reasons.find((one) => one.kind === 'travel')).toBeDefined()
})

test('a plan without proven prices says nothing of what is scarce', async () => {
  await dispatching(2)
  const { id } = await ask()
  await work()
  const row = await plan(id)
  expect(await world.read(world.dispatcher, (read) => notesOf(read, row))).toEqual({
    scarce: [],
    scarceVehicles: [],
    conflicts: [],
  })
})
