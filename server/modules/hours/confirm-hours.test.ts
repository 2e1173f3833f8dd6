// What is verified and what is claimed: two people's word, and never one's alone (decision 0018).
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ActivityWorld, MONDAY, openActivityWorld } from '../../../test/support/activities.ts'
import { codeOf } from '../../../test/support/code-of.ts'
import { useDatabase } from '../../../test/support/database.ts'
import { checkInSelf } from '../activities/check-in-live.ts'
import { enterPaperSheet, tickList } from '../activities/check-in-batch.ts'
import { sessionCode } from '../activities/session-codes.ts'
import type { Actor } from '../../platform/actor.ts'
import { addMinutes } from '../../platform/dates.ts'
import { sql } from '../../platform/db.ts'
import { confirmHours, confirmList, confirmOwnHours } from './confirm-hours.ts'
import { listsToConfirm } from './desk-views.ts'
import { bookNoticed, hoursOf, sealHours, verifyHoursIn } from './index.ts'

const database = useDatabase()
let world: ActivityWorld
let people: Actor[]
beforeAll(async () => {
  world = await openActivityWorld(database)
  people = await world.volunteers(40)
}, 60_000)

const HOUR = 60
const DAY = 24 * HOUR
let week = -1
beforeEach(() => {
  week += 1
})
const monday = () => addMinutes(MONDAY, week * 7 * DAY)
const at = (minutes: number) => world.setTime(addMinutes(monday(), minutes))
async function session(minutes = 60): Promise<string> {
  await at(-HOUR)
  return (await world.session({ startsIn: week * 7 * DAY, minutes, needed: 50 })).sessionIds[0]!
}
const over = async () => {
  await at(2 * HOUR + 1)
  await world.settleActivities()
}
const code = (actor: Actor, id: string, direction: 'in' | 'out') =>
  world.act(actor, (work) =>
    checkInSelf(work, id, { direction, code: sessionCode(work.tx, id, work.now).code, device: null, near: null }),
  )
const tick = (by: Actor, id: string, direction: 'in' | 'out', who: readonly Actor[]) =>
  world.act(by, (work) => tickList(work, id, { direction, personIds: who.map((one) => one.personId!), at: null }))
const sheet = (id: string, who: readonly Actor[], by = world.keeper, until = HOUR) =>
  world.act(by, (work) =>
    enterPaperSheet(
      work,
      id,
      who.map(({ personId }) => ({ personId, phone: null, from: monday(), until: addMinutes(monday(), until) })),
    ),
  )
const newest = async (actor: Actor) =>
  (await world.read(actor, ({ tx }) => hoursOf(tx, { personIds: [actor.personId!], limit: 1 })))[0]!
const own = (actor: Actor, id: string) => codeOf(world.act(actor, (work) => confirmOwnHours(work, id)))
const list = (by: Actor, id: string) => world.act(by, (work) => confirmList(work, id, '看过签字的签到表'))

describe("one person's word is a claim", () => {
  test.each([
    ['codes at both ends', 'code', 'code', 'verified'],
    ['a code, then a tick', 'code', 'tick', 'claimed'],
    ['a tick, then a code', 'tick', 'code', 'claimed'],
    ['ticks at both ends', 'tick', 'tick', 'claimed'],
    ['a code, and the clock', 'code', null, 'claimed'],
  ] as const)('%s', async (_what, first, last, known) => {
    const [a] = people as [Actor]
    const id = await session()
    await at(1)
    await (first === 'code' ? code(a, id, 'in') : tick(world.keeper, id, 'in', [a]))
    await at(59)
    if (last !== null) await (last === 'code' ? code(a, id, 'out') : tick(world.keeper, id, 'out', [a]))
    await over()
    expect(await newest(a)).toMatchObject({ class: known, state: 'noticed' })
  })

  test('a sheet typed in afterwards is claimed; who typed it cannot make it more', async () => {
    const [a] = people as [Actor]
    const id = await session()
    await over()
    await sheet(id, [a])
    expect(await newest(a)).toMatchObject({ class: 'claimed', state: 'noticed', minutes: 60 })
    expect(await codeOf(list(world.keeper, id))).toBe('hours.not-to-confirm')
  })
})

describe("the volunteer's word", () => {
  test('makes verified what another one recorded, and nothing else', async () => {
    const [a, b] = people as [Actor, Actor]
    const id = await session()
    await over()
    await sheet(id, [a])
    const { id: recordId, recordedAt } = await newest(a)
    expect(await own(b, recordId)).toBe('platform.not-found')
    expect(await own(a, recordId)).toBe('done')
    expect(await newest(a)).toMatchObject({ class: 'verified', state: 'noticed', entries: 2, recordedAt })
    expect(await own(a, recordId)).toBe('hours.not-to-confirm')
    const acts = await world.rows(sql`select act, by_person_id as by from hours_decision where record_id = ${recordId}`)
    expect(acts).toEqual([{ act: 'confirmed', by: a.personId }])
  })

  test('does not say how long it was when the clock ended it: that takes somebody who was there', async () => {
    const [a] = people as [Actor]
    const id = await session()
    await at(1)
    await code(a, id, 'in')
    await over()
    const { id: recordId } = await newest(a)
    expect(await own(a, recordId)).toBe('hours.not-to-confirm')
    expect(await list(world.keeper, id)).toEqual({ confirmed: 1, left: 0 })
    expect(await newest(a)).toMatchObject({ class: 'verified' })
  })

  test('is of no use after thirty days', async () => {
    const [a] = people as [Actor]
    const id = await session()
    await over()
    await sheet(id, [a])
    await at(31 * DAY)
    expect(await own(a, (await newest(a)).id)).toBe('hours.not-to-confirm')
    expect(await codeOf(list(world.instituteDispatcher, id))).toBe('hours.not-to-confirm')
    week += 5
  })
})

describe('the second person', () => {
  test('confirms a sheet of forty names by one act, in a handful of statements', async () => {
    const id = await session()
    await over()
    await sheet(id, people)
    const waiting = () =>
      world.read(world.instituteDispatcher, ({ tx, now }) =>
        listsToConfirm(
          tx,
          { unitIds: [world.units.station], personId: world.instituteDispatcher.personId! },
          addMinutes(now, -DAY),
        ),
      )
    expect(await waiting()).toMatchObject([{ subjectId: id, people: 40, minutes: 40 * 60 }])
    expect(await codeOf(list(world.otherKeeper, id))).toBe('platform.not-found')
    expect(await list(world.instituteDispatcher, id)).toEqual({ confirmed: 40, left: 0 })
    expect(await waiting()).toEqual([])
    const rows = await world.rows(sql`
      select distinct class, state, entries, confirmed_by as by from hours_record where subject_id = ${id}`)
    expect(rows).toEqual([{ class: 'verified', state: 'noticed', entries: 2, by: world.instituteDispatcher.personId }])
    while ((await database.work(({ tx }) => sealHours(tx))) > 0) continue
    expect((await database.work(({ tx }) => verifyHoursIn(tx))).faults).toEqual([])
  })

  test('two of them at once confirm it once', async () => {
    const id = await session()
    await over()
    await sheet(id, people.slice(0, 10))
    const outcomes = await Promise.all([world.instituteDispatcher, world.dispatcher].map((by) => codeOf(list(by, id))))
    expect(outcomes.toSorted()).toEqual(['done', 'hours.not-to-confirm'])
  })

  test('what was booked as claimed is on notice once more, and counts meanwhile', async () => {
    const [a] = people as [Actor]
    const id = await session()
    await over()
    await sheet(id, [a])
    await at(5 * DAY)
    await database.work((work) => bookNoticed(work))
    await list(world.dispatcher, id)
    expect(await newest(a)).toMatchObject({
      class: 'verified',
      state: 'noticed',
      bookedMinutes: 60,
      bookedClass: 'claimed',
    })
    await at(6 * DAY + 20 * HOUR)
    expect((await newest(a)).state).toBe('noticed')
    week += 2
    await at(0)
    await database.work((work) => bookNoticed(work))
    expect(await newest(a)).toMatchObject({ state: 'booked', bookedMinutes: 60, bookedClass: 'verified' })
  })

  test('a longer stay that arrives later is a claim again', async () => {
    const [a] = people as [Actor]
    const id = await session()
    await over()
    await sheet(id, [a])
    await list(world.dispatcher, id)
    await sheet(id, [a], world.keeper, 90)
    expect(await newest(a)).toMatchObject({ class: 'claimed', minutes: 90, entries: 3 })
  })
})

test("whoever lives with the one who served is nobody's second person", async () => {
  const [a, b, c] = people as [Actor, Actor, Actor]
  await database.owner((owner) =>
    owner.query(
      `insert into person_link (district_id, id, kind, from_id, to_id, relation, state, asked_at, answered_at)
       values (110119, gen_random_uuid(), 'household', $1, $2, '家人', 'confirmed', now(), now())`,
      [a.personId, b.personId],
    ),
  )
  const id = await session()
  await over()
  await sheet(id, [a, c])
  await database.work((work) => confirmHours(work, id, [b.personId, null]))
  expect([(await newest(a)).class, (await newest(c)).class]).toEqual(['claimed', 'verified'])
})
