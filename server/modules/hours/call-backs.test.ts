import { beforeAll, beforeEach, expect, test } from 'vitest'
import { codeOf } from '../../../test/support/code-of.ts'
import { useDatabase } from '../../../test/support/database.ts'
import { openOrderWorld, type OrderWorld } from '../../../test/support/orders.ts'
import type { Actor } from '../../platform/actor.ts'
import { addMinutes } from '../../platform/dates.ts'
import { sql } from '../../platform/db.ts'
import { newUuid7 } from '../../platform/tokens.ts'
import { type Heard, listCallBacks, recordCallBack } from './call-backs.ts'
import { confirmHours, disputeHours } from './confirm-hours.ts'
import { drawCallBack, isDrawn } from './draw-call-back.ts'
import { recordHours } from './record-hours.ts'

const database = useDatabase()
let world: OrderWorld
beforeAll(async () => {
  world = await openOrderWorld(database)
}, 60_000)
beforeEach(() => world.reset())

let serial = 0
/** Two members served an order for an hour, one of them without a check-out; and it is to be called. */
async function served(): Promise<string> {
  const orderId = newUuid7(await world.now())
  const { greens } = world.teams
  // Each has a day of its own: nobody is in two places at once.
  serial += 1
  const now = addMinutes(await world.now(), -24 * 60 * serial)
  const rows = [greens.leader, greens.member].map(({ personId }, n) => [newUuid7(now), personId, n === 0])
  await database.owner(async (owner) => {
    for (const [id, personId, isOut] of rows)
      await owner.query(
        `insert into attendance (district_id, id, subject_kind, subject_id, person_id, checked_in_at, checked_out_at, check_in_method, check_out_method)
         values ($1, $2, 'order', $3, $4, $5::timestamptz - interval '2 hours', $5::timestamptz - interval '1 hour', 'rotating-code', $6)`,
        [110119, id, orderId, personId, now, isOut === true ? 'rotating-code' : 'closed-automatically'],
      )
    await owner.query(`update hours_rule set call_back_percent = 100`)
    await owner.query(`delete from hours_call_back`)
    await owner.query(`delete from hours_sample`)
  })
  await world.act(greens.leader, (work) => {
    work.tx.referenceChanged()
    return Promise.resolve()
  })
  const subject = {
    kind: 'order' as const,
    id: orderId,
    activityId: null,
    orderId,
    kindSlug: null,
    title: '送菜上门',
    unitId: world.units.station,
    teamId: greens.id,
    placeUnitId: world.units.station,
  }
  await database.work((work) => recordHours(work, subject))
  return orderId
}
const heard = (more: Partial<Heard> = {}): Heard => ({
  result: 'spoke',
  spokenTo: '张奶奶',
  came: true,
  peopleHeard: 2,
  minutesHeard: 60,
  note: '',
  ...more,
})
const callOf = async (orderId: string) =>
  (await database.work(({ tx }) => listCallBacks(tx))).find((row) => row.orderId === orderId)!
const record = (by: Actor, id: string, given: Heard) => world.act(by, (work) => recordCallBack(work, id, given))
const recordsOf = (orderId: string) =>
  world.rows<{ class: string; state: string; entries: number }>(
    sql`select class, state, entries from hours_record where subject_id = ${orderId} order by class`,
  )

test('the draw repeats from the stored seed, at the stated rate', async () => {
  const seed = Buffer.alloc(32, 3)
  const ids = Array.from({ length: 4_000 }, () => newUuid7(new globalThis.Date(0)))
  const drawn = ids.filter((id) => isDrawn(seed, id, 5))
  expect(drawn.length).toBeGreaterThan(4_000 * 0.035)
  expect(drawn.length).toBeLessThan(4_000 * 0.065)
  expect(ids.filter((id) => isDrawn(seed, id, 5))).toEqual(drawn)
  expect(ids.filter((id) => isDrawn(seed, id, 0))).toEqual([])
  expect(ids.every((id) => isDrawn(seed, id, 100))).toBe(true)
})

test('what fits is noted; what does not becomes a case and holds the hours; nobody inside calls', async () => {
  const first = await served()
  const call = await callOf(first)
  expect(call).toMatchObject({ title: '送菜上门', attempts: 0 })
  await database.work((work) => drawCallBack(work, { orderId: first, unitId: world.units.station }))
  expect((await world.rows(sql`select id from hours_call_back where order_id = ${first}`)).length).toBe(1)
  expect(await codeOf(record(world.keeper, call.id, heard()))).toBe('hours.caller-is-inside')
  expect(await codeOf(record(world.caller, call.id, heard({ spokenTo: null })))).toBe('hours.spoken-to-needed')
  expect(await codeOf(record(world.caller, call.id, heard({ came: null })))).toBe('hours.came-needed')
  expect(await record(world.caller, call.id, heard())).toEqual({ state: 'done' })
  expect(await codeOf(record(world.caller, call.id, heard()))).toBe('hours.call-done')
  expect((await recordsOf(first)).map((row) => row.state)).toEqual(['noticed', 'noticed'])
  const second = await served()
  await record(world.caller, (await callOf(second)).id, heard({ came: false }))
  expect((await recordsOf(second)).map((row) => row.state)).toEqual(['in-case', 'in-case'])
})

test('nobody reached in three attempts leaves the hours as they are', async () => {
  const orderId = await served()
  const { id } = await callOf(orderId)
  const none = heard({ result: 'no-answer', spokenTo: null, came: null, peopleHeard: null, minutesHeard: null })
  expect((await record(world.caller, id, none)).state).toBe('open')
  expect((await record(world.caller, id, none)).state).toBe('open')
  expect((await record(world.caller, id, none)).state).toBe('exhausted')
  expect((await recordsOf(orderId)).map((row) => row.state)).toEqual(['noticed', 'noticed'])
})

test('those who were helped confirm: claimed becomes verified by another entry; or dispute, and it is held', async () => {
  const orderId = await served()
  expect((await recordsOf(orderId)).map((row) => row.class)).toEqual(['claimed', 'verified'])
  await database.work((work) => confirmHours(work, orderId, []))
  await database.work((work) => confirmHours(work, orderId, []))
  expect((await recordsOf(orderId)).map(({ entries, class: known }) => [known, entries])).toEqual([
    ['verified', expect.any(Number)],
    ['verified', expect.any(Number)],
  ])
  expect((await recordsOf(orderId)).map((row) => row.entries).toSorted((a, b) => a - b)).toEqual([1, 2])
  await database.work((work) => disputeHours(work, orderId, '那天没有人来'))
  expect((await recordsOf(orderId)).map((row) => row.state)).toEqual(['in-case', 'in-case'])
})
