import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ActivityWorld, MONDAY, openActivityWorld } from '../../../test/support/activities.ts'
import { codeOf } from '../../../test/support/code-of.ts'
import { useDatabase, YANQING } from '../../../test/support/database.ts'
import { createActivity } from '../activities/index.ts'
import { enterPaperSheet, tickList } from '../activities/check-in-batch.ts'
import type { Actor } from '../../platform/actor.ts'
import { addMinutes } from '../../platform/dates.ts'
import { sql } from '../../platform/db.ts'
import { sealDistrict } from '../../worker/sweep.ts'
import { approveHours, refuseHours } from './approve-hours.ts'
import { partsByDay, tierOf } from './hours.ts'
import {
  bookNoticed,
  dueHoursMatters,
  hoursOf,
  lapseHoursMatter,
  sealHours,
  sumOfHours,
  verifyHoursIn,
} from './index.ts'

const database = useDatabase()
let world: ActivityWorld
let people: Actor[]
beforeAll(async () => {
  world = await openActivityWorld(database)
  people = await world.volunteers(6)
}, 60_000)

const HOUR = 60
const DAY = 24 * HOUR
// Each test has a week of its own, which begins on a Monday at ten.
let week = -1
beforeEach(() => {
  week += 1
})
const monday = () => addMinutes(MONDAY, week * 7 * DAY)
const at = (minutes: number) => world.setTime(addMinutes(monday(), minutes))
/** A session of the station, planned before it begins; minutes count from this week's Monday at ten. */
async function session(from: number, minutes: number): Promise<string> {
  await at(from - HOUR)
  return (await world.session({ startsIn: week * 7 * DAY + from, minutes, needed: 20 })).sessionIds[0]!
}
const sheet = (id: string, rows: readonly [Actor, number, number][], by = world.keeper) =>
  world.act(by, (work) =>
    enterPaperSheet(
      work,
      id,
      rows.map(([actor, from, until]) => ({
        personId: actor.personId,
        phone: null,
        from: addMinutes(monday(), from),
        until: addMinutes(monday(), until),
      })),
    ),
  )
/** Holds a session with a paper sheet that says who was there from when to when. */
async function held(from: number, minutes: number, rows: readonly [Actor, number, number][]): Promise<string> {
  const id = await session(from, minutes)
  await at(from + minutes + 1)
  await sheet(id, rows)
  await at(from + minutes + 61)
  await world.settleActivities()
  return id
}
const hours = (actor: Actor) =>
  world.read(actor, ({ tx }) => hoursOf(tx, { personIds: [actor.personId!], limit: 100, from: dayOf(0) }))
const dayOf = (days: number) =>
  addMinutes(monday(), days * DAY + 8 * HOUR)
    .toISOString()
    .slice(0, 10)
const book = () => database.work((work) => bookNoticed(work))
const entriesOf = (recordId: string) =>
  world.rows<{ seq: number; minutes: number; cause: string; class: string }>(
    sql`select seq, minutes, cause, class from hours_entry where record_id = ${recordId} order by seq`,
  )

describe('pure', () => {
  const instant = (text: string) => new globalThis.Date(text)
  const dateOf = (at: Date) => at.toISOString().slice(0, 10)
  const next = (day: string) => addMinutes(instant(`${day}T00:00:00Z`), DAY)
  test('a stay is cut at midnight and keeps its whole minutes', () => {
    const parts = partsByDay(instant('2026-03-09T22:10:30Z'), instant('2026-03-11T00:20:40Z'), dateOf, next)
    expect(parts.map((part) => [part.day, part.minutes])).toEqual([
      ['2026-03-09', 109],
      ['2026-03-10', 1440],
      ['2026-03-11', 21],
    ])
    expect(parts.reduce((sum, part) => sum + part.minutes, 0)).toBe(1570)
    expect(partsByDay(instant('2026-03-09T22:10:30Z'), instant('2026-03-09T22:10:30Z'), dateOf, next)).toEqual([])
  })
  test('the tiers of a day', () => {
    const rule = { automaticMinutesMax: 480, firstLevelMinutesMax: 720 }
    expect([0, 480, 481, 720, 721].map((minutes) => tierOf(minutes, rule))).toEqual([0, 0, 1, 1, 2])
  })
})

describe('from attendance to booking', () => {
  test('a session that is over is noticed for three working days and then booked', async () => {
    const [a, b] = people as [Actor, Actor]
    await held(0, 90, [
      [a, 0, 85],
      [b, 5, 90],
    ])
    expect(await hours(a)).toMatchObject([
      {
        minutes: 85,
        state: 'noticed',
        class: 'claimed',
        bookedMinutes: 0,
        recordedBy: world.keeper.personId,
        title: '读书小组',
        unitId: world.units.station,
        dueAt: addMinutes(monday(), 3 * DAY + 8 * HOUR),
      },
    ])
    await at(3 * DAY + 7 * HOUR)
    expect(await book()).toBe(0)
    await at(3 * DAY + 8 * HOUR)
    expect(await book()).toBe(2)
    expect(await book()).toBe(0)
    expect(await hours(a)).toMatchObject([{ state: 'booked', bookedMinutes: 85, bookedClass: 'claimed' }])
    expect(await world.read(a, ({ tx }) => sumOfHours(tx, [a.personId!], { from: dayOf(0) }))).toEqual({
      verifiedMinutes: 0,
      claimedMinutes: 85,
      waitingMinutes: 0,
      records: 1,
    })
  })

  test('who was never checked out is claimed until the planned end', async () => {
    const [a] = people as [Actor]
    const id = await session(0, 60)
    await at(2)
    const mark = { direction: 'in' as const, personIds: [a.personId!], at: null }
    await world.act(world.keeper, (work) => tickList(work, id, mark))
    await at(60 + 61)
    await world.settleActivities()
    const [row] = await hours(a)
    expect(row).toMatchObject({ class: 'claimed', state: 'noticed' })
    // The clock goes on while the test runs.
    expect([57, 58]).toContain(row!.minutes)
  })

  test('a night across midnight is two days, each with its own tier', async () => {
    const [a] = people as [Actor]
    // Monday 20:00 to Tuesday 11:00: four hours and eleven hours.
    await held(10 * HOUR, 15 * HOUR, [[a, 10 * HOUR, 25 * HOUR]])
    expect((await hours(a)).map((row) => [row.day, row.minutes, row.state])).toEqual([
      [dayOf(1), 11 * HOUR, 'waiting'],
      [dayOf(0), 4 * HOUR, 'noticed'],
    ])
  })

  test('two things on one day: what goes beyond the limit waits for the level above', async () => {
    const [a, b] = people as [Actor, Actor]
    await held(0, 5 * HOUR, [
      [a, 0, 5 * HOUR],
      [b, 0, 5 * HOUR],
    ])
    await held(5 * HOUR, 8 * HOUR, [
      [a, 5 * HOUR, 9 * HOUR],
      [b, 5 * HOUR, 13 * HOUR],
    ])
    const tiers = async (actor: Actor) => {
      const rows = await world.rows<{ tier: number; state: string; unit: string; leader: boolean }>(sql`
        select tier, state, responsible_unit_id as unit, needs_leader as leader from hours_record
         where person_id = ${actor.personId} and day = ${dayOf(0)} order by started_at`)
      return rows
    }
    expect(await tiers(a)).toMatchObject([
      { tier: 0, state: 'noticed', unit: world.units.station },
      { tier: 1, state: 'waiting', unit: world.units.institute },
    ])
    expect(await tiers(b)).toMatchObject([
      { tier: 0, state: 'noticed' },
      { tier: 2, state: 'waiting', unit: world.units.centre, leader: false },
    ])
  })

  test('marks that arrive late correct by another entry; what was booked stands until the correction is', async () => {
    const [a] = people as [Actor]
    const id = await held(0, 60, [[a, 10, 60]])
    await at(4 * DAY)
    await book()
    await sheet(id, [[a, 0, 60]])
    const [row] = await hours(a)
    expect(row).toMatchObject({ minutes: 60, bookedMinutes: 50, state: 'noticed', entries: 2 })
    expect(await entriesOf(row!.id)).toEqual([
      { seq: 1, minutes: 50, cause: 'attendance', class: 'claimed' },
      { seq: 2, minutes: 60, cause: 'late-marks', class: 'claimed' },
    ])
    await sheet(id, [[a, 0, 60]])
    expect(await entriesOf(row!.id)).toHaveLength(2)
    await at(10 * DAY)
    await book()
    expect(await hours(a)).toMatchObject([{ state: 'booked', bookedMinutes: 60 }])
  })
})

describe('approval', () => {
  async function waiting(actor: Actor): Promise<string> {
    await held(0, 9 * HOUR, [[actor, 0, 9 * HOUR]])
    const [row] = await hours(actor)
    expect(row).toMatchObject({ state: 'waiting' })
    return row!.id
  }
  const approve = (by: Actor, id: string, minutes: number | null = null, statement = '') =>
    world.act(by, (work) => approveHours(work, id, { minutes, statement }))

  test('by the level above, not by the station that recorded', async () => {
    const [a] = people as [Actor]
    const id = await waiting(a)
    expect(await codeOf(approve(world.keeper, id))).toBe('hours.not-yours-to-approve')
    expect(await codeOf(approve(world.otherKeeper, id))).toBe('hours.not-yours-to-approve')
    await approve(world.instituteDispatcher, id)
    expect(await hours(a)).toMatchObject([
      { state: 'noticed', minutes: 540, approvedBy: world.instituteDispatcher.personId },
    ])
    expect(await codeOf(approve(world.dispatcher, id))).not.toBe('done')
  })

  test('fewer minutes are a correction with a reason, more are refused', async () => {
    const [a] = people as [Actor]
    const id = await waiting(a)
    expect(await codeOf(approve(world.instituteDispatcher, id, 600))).toBe('hours.more-than-recorded')
    expect(await codeOf(approve(world.instituteDispatcher, id, 400))).toBe('hours.reason-needed')
    await approve(world.instituteDispatcher, id, 400, '午休两个多小时')
    expect(await entriesOf(id)).toMatchObject([{ minutes: 540 }, { minutes: 400, cause: 'approval' }])
    expect(await hours(a)).toMatchObject([{ minutes: 400, state: 'noticed' }])
  })

  test('two approvers at once: one decides', async () => {
    const [a] = people as [Actor]
    const id = await waiting(a)
    const outcomes = await Promise.all([
      codeOf(approve(world.instituteDispatcher, id)),
      codeOf(world.act(world.dispatcher, (work) => refuseHours(work, id, '没有这么久'))),
    ])
    expect(outcomes.toSorted()).toEqual(['done', 'hours.not-waiting'])
    const decisions = await world.rows(sql`select act from hours_decision where record_id = ${id}`)
    expect(decisions).toHaveLength(1)
  })

  test('marks that arrive after a refusal open nothing again', async () => {
    const [, , c] = people as [Actor, Actor, Actor]
    const sessionId = await held(0, 9 * HOUR, [[c, 10, 9 * HOUR]])
    const [row] = await hours(c)
    await world.act(world.instituteDispatcher, (work) => refuseHours(work, row!.id, '他没有来'))
    await sheet(sessionId, [[c, 0, 9 * HOUR]])
    expect(await hours(c)).toMatchObject([{ state: 'refused', entries: 1 }])
  })

  test('not approved in time, it rises to the level above', async () => {
    const [a] = people as [Actor]
    const id = await waiting(a)
    await at(6 * DAY)
    const due = await database.work(({ tx, now }) => dueHoursMatters(tx, now))
    expect(due.map((matter) => matter.id)).toContain(id)
    for (const matter of due) await database.work((work) => lapseHoursMatter(work, matter))
    for (const matter of due) await database.work((work) => lapseHoursMatter(work, matter))
    expect(await codeOf(approve(world.instituteDispatcher, id))).toBe('hours.not-yours-to-approve')
    await approve(world.dispatcher, id)
  })
})

describe('the chain', () => {
  const verify = () => database.work(({ tx }) => verifyHoursIn(tx))
  const seal = async () => {
    while ((await database.work(({ tx }) => sealHours(tx))) > 0) continue
  }

  test('the application cannot edit, and what somebody edits past it is found', async () => {
    const [a] = people as [Actor]
    await held(0, 60, [[a, 0, 60]])
    await seal()
    const before = await verify()
    expect(before).toMatchObject({ unsealed: 0, faults: [] })
    for (const table of ['hours_entry', 'hours_decision', 'hours_seal'])
      for (const verb of [`update ${table} set district_id = district_id`, `delete from ${table}`])
        await expect(database.work(({ tx }) => tx.raw(verb))).rejects.toThrow('permission denied')
    const [row] = await hours(a)
    const tamper = (statement: string) => database.owner((owner) => owner.query(statement))
    await tamper(`update hours_record set booked_minutes = 600 where id = '${row!.id}'`)
    expect((await verify()).faults).toEqual([{ seq: null, itemId: row!.id, fault: 'record-differs' }])
    await tamper(`update hours_record set booked_minutes = 0 where id = '${row!.id}'`)
    await tamper(`update hours_entry set minutes = 61 where record_id = '${row!.id}'`)
    expect((await verify()).faults.map((one) => one.fault).toSorted()).toEqual(['item-changed', 'record-differs'])
    await tamper(`update hours_entry set minutes = 60 where record_id = '${row!.id}'`)
    expect((await verify()).faults).toEqual([])
    const known = { seq: before.head!.seq, hash: before.head!.hash }
    await tamper(`delete from hours_seal where seq = ${known.seq}`)
    const cut = await database.work(({ tx }) => verifyHoursIn(tx, known))
    expect(cut.faults.map((one) => one.fault)).toEqual(['head-missing', 'item-unqueued'])
  })

  test('sealing takes what waited when it began, and leaves what comes meanwhile for the next time', async () => {
    const [a] = people as [Actor]
    await held(0, 60, [[a, 0, 60]])
    // As if somebody decided about hours whenever a batch is sealed; not without end, so that an endless sealer fails here.
    await database.owner((owner) =>
      owner.query(`
        create function decide_meanwhile() returns trigger language plpgsql as $$
        declare made uuid := gen_random_uuid();
        begin
          if (select count(*) from hours_decision where statement = 'meanwhile') < 3 then
            insert into hours_decision (district_id, id, record_id, entry_id, act, minutes, statement, at)
            select district_id, made, record_id, id, 'rose', 0, 'meanwhile', now() from hours_entry limit 1;
            insert into hours_unsealed (district_id, item_kind, item_id)
            select district_id, 'decision', id from hours_decision where id = made;
          end if;
          return null;
        end $$;
        create trigger decide_meanwhile after insert on hours_seal execute function decide_meanwhile()`),
    )
    try {
      await sealDistrict(database, YANQING)
      expect(await verify()).toMatchObject({ unsealed: 1 })
      await sealDistrict(database, YANQING)
      expect(await verify()).toMatchObject({ unsealed: 1 })
    } finally {
      await database.owner((owner) => owner.query('drop function decide_meanwhile cascade'))
    }
    await sealDistrict(database, YANQING)
    expect(await verify()).toMatchObject({ unsealed: 0 })
  })
})

test('a kind that is not volunteering is refused when an activity is planned', async () => {
  const plan = (kindSlug: string) =>
    codeOf(
      world.act(world.keeper, (work) =>
        createActivity(work, {
          templateId: null,
          unitId: world.units.station,
          teamId: null,
          plan: {
            title: '合唱排练',
            place: '二楼',
            personInCharge: '林三',
            kindSlug,
            roles: [{ name: '组员', needed: 2, skills: [], licences: [], ageMin: null }],
          },
          startsAt: null,
          recurrence: null,
          publish: false,
        }),
      ),
    )
  expect(await plan('rehearsal')).toBe('hours.kind-does-not-count')
  expect(await plan('unheard-of')).toBe('hours.kind-unknown')
  expect(await plan('culture')).toBe('done')
})
