import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ActivityWorld, MONDAY, openActivityWorld } from '../../../test/support/activities.ts'
import { codeOf } from '../../../test/support/code-of.ts'
import { useDatabase } from '../../../test/support/database.ts'
import type { Actor } from '../../platform/actor.ts'
import { addMinutes } from '../../platform/dates.ts'
import { sql } from '../../platform/db.ts'
import { approveHours } from './approve-hours.ts'
import { decideCase } from './cases.ts'
import { answerDemand, demandCorrection } from './demands.ts'
import { chainOf, demandsFor, demandsOf, listCases, listNotices } from './desk-views.ts'
import { backfillHours } from './enter-hours.ts'
import { bookNoticed, dueHoursMatters, hoursOf, lapseHoursMatter, sealHours, verifyHoursIn } from './index.ts'
import { objectToHours } from './object-to-hours.ts'

const database = useDatabase()
let world: ActivityWorld
let people: Actor[]
beforeAll(async () => {
  world = await openActivityWorld(database)
  people = await world.volunteers(4)
}, 60_000)

const HOUR = 60
const DAY = 24 * HOUR
let week = -1
beforeEach(async () => {
  week += 1
  await at(0)
})
const monday = () => addMinutes(MONDAY, week * 14 * DAY)
const at = (minutes: number) => world.setTime(addMinutes(monday(), minutes))
const span = (from: number, until: number) => ({
  startedAt: addMinutes(monday(), from),
  endedAt: addMinutes(monday(), until),
})
const backfill = (actor: Actor, from: number, until: number, by = world.keeper, kindSlug = 'visit') =>
  world.act(by, (work) =>
    backfillHours(work, {
      personId: actor.personId!,
      teamId: null,
      unitId: world.units.station,
      kindSlug,
      title: '帮邻居买菜',
      statement: '当天没有签到',
      ...span(from, until),
    }),
  )
const approve = (by: Actor, id: string) =>
  world.act(by, (work) => approveHours(work, id, { minutes: null, statement: '' }))
const object = (by: Actor, id: string) => world.act(by, (work) => objectToHours(work, id, '那天她没有来'))
const decide = (
  by: Actor,
  id: string,
  decision: 'upheld' | 'dismissed',
  corrections: { recordId: string; minutes: number }[] = [],
) => world.act(by, (work) => decideCase(work, id, { decision, answer: '已核对', corrections }))
const record = async (actor: Actor, id: string) =>
  (await world.read(actor, ({ tx }) => hoursOf(tx, { personIds: [actor.personId!], limit: 100 }))).find(
    (row) => row.id === id,
  )!
const settle = async () => {
  for (;;) {
    const due = await database.work(({ tx, now }) => dueHoursMatters(tx, now))
    if (due.length === 0) return
    for (const matter of due) await database.work((work) => lapseHoursMatter(work, matter))
  }
}
async function noticed(actor: Actor): Promise<string> {
  const { recordId } = await backfill(actor, -3 * HOUR, -HOUR)
  await approve(world.instituteDispatcher, recordId)
  return recordId
}

describe('backfill', () => {
  test('claimed, approved above, never one’s own, never twice for one time, never a kind that does not count', async () => {
    const [a] = people as [Actor]
    expect(await codeOf(backfill(a, -3 * HOUR, -HOUR, world.otherKeeper))).toBe('hours.not-your-team')
    expect(await codeOf(backfill(world.keeper, -3 * HOUR, -HOUR))).toBe('hours.own-hours')
    expect(await codeOf(backfill(a, -3 * HOUR, -HOUR, world.keeper, 'meeting'))).toBe('hours.kind-does-not-count')
    expect(await codeOf(backfill(a, -HOUR, HOUR))).toBe('hours.time-to-come')
    expect(await codeOf(backfill(a, -12 * HOUR, -9 * HOUR))).toBe('hours.one-day-only')
    const { recordId } = await backfill(a, -3 * HOUR, -HOUR)
    expect(await record(a, recordId)).toMatchObject({ class: 'claimed', state: 'waiting', minutes: 120 })
    expect(await codeOf(backfill(a, -2 * HOUR, -HOUR))).toBe('hours.recorded-already')
    expect(await codeOf(approve(world.keeper, recordId))).toBe('hours.not-yours-to-approve')
    await approve(world.instituteDispatcher, recordId)
    await at(5 * DAY)
    await database.work((work) => bookNoticed(work))
    expect(await record(a, recordId)).toMatchObject({ state: 'booked', bookedClass: 'claimed', bookedMinutes: 120 })
  })

  test('what the township recorded itself, another has to approve', async () => {
    const [a] = people as [Actor]
    const { recordId } = await backfill(a, -3 * HOUR, -HOUR, world.instituteDispatcher)
    expect(await codeOf(approve(world.instituteDispatcher, recordId))).toBe('hours.own-record')
    await approve(world.dispatcher, recordId)
  })
})

test('a household approves nothing for itself, also through others, until it is none any more', async () => {
  const [a, b, c] = people as [Actor, Actor, Actor]
  const { recordId } = await backfill(a, -3 * HOUR, -HOUR)
  const by: Actor = { ...world.instituteDispatcher, personId: b.personId, key: b.key }
  await database.owner(async (owner) => {
    for (const one of [a, b])
      await owner.query(
        `insert into person_link (district_id, id, kind, from_id, to_id, relation, state, asked_at, answered_at)
         values ($1, gen_random_uuid(), 'household', $2, $3, '家人', 'confirmed', now(), now())`,
        [a.districtId, one.personId, c.personId],
      )
  })
  expect(await codeOf(approve(by, recordId))).toBe('hours.household-hours')
  await database.owner((owner) => owner.query(`delete from person_link`))
  await approve(by, recordId)
})

describe('notice and objection', () => {
  test('the list names nobody in full; whoever is concerned objects, and the level above decides', async () => {
    const [a, b] = people as [Actor, Actor]
    const id = await noticed(a)
    const rows = await database.work(({ tx }) =>
      listNotices(tx, { teamId: undefined, unitIds: [world.units.station] }, { after: undefined, limit: 10 }),
    )
    expect(rows.find((row) => row.id === id)).toMatchObject({ minutes: 120, class: 'claimed' })
    expect(rows.map((row) => row.person).join(' ')).not.toContain('志愿者')
    expect(await codeOf(object(b, id))).toBe('platform.not-found')
    const { caseId } = await object(world.keeper, id)
    expect(await codeOf(object(world.keeper, id))).toBe('hours.not-on-notice')
    await at(5 * DAY)
    await database.work((work) => bookNoticed(work))
    expect(await record(a, id)).toMatchObject({ state: 'in-case', bookedMinutes: 0 })
    expect(await codeOf(decide(world.keeper, caseId, 'dismissed'))).toBe('hours.not-yours-to-decide')
    expect(await codeOf(decide(world.instituteDispatcher, caseId, 'dismissed'))).toBe('hours.own-approval')
    const correction = [{ recordId: id, minutes: 60 }]
    expect(await codeOf(decide(world.dispatcher, caseId, 'dismissed', correction))).toBe(
      'hours.dismissed-corrects-nothing',
    )
    const outcomes = await Promise.all([
      codeOf(decide(world.dispatcher, caseId, 'upheld', correction)),
      codeOf(decide({ ...world.dispatcher, personId: people[3]!.personId, key: people[3]!.key }, caseId, 'dismissed')),
    ])
    expect(outcomes.toSorted()).toEqual(['done', 'hours.case-closed'])
    expect(await record(a, id)).toMatchObject({ state: 'noticed' })
    // A notice of its own, whatever had passed before.
    await database.work((work) => bookNoticed(work))
    expect(await record(a, id)).toMatchObject({ state: 'noticed' })
    await at(11 * DAY)
    await database.work((work) => bookNoticed(work))
    expect(await record(a, id)).toMatchObject({ state: 'booked' })
  })

  test('not decided in time, a case rises, and stays with the leader at the top', async () => {
    const [a] = people as [Actor]
    const id = await noticed(a)
    const { caseId } = await object(a, id)
    const chain = await world.read(a, ({ tx }) => chainOf(tx, id))
    expect(chain.at(-1)).toMatchObject({ what: 'held', byName: null })
    const levels: unknown[] = []
    for (const days of [9, 18, 27]) {
      await at(days * DAY)
      await settle()
      const [row] = await world.rows(sql`
        select responsible_unit_id as unit, needs_leader as leader, is_with_leader as "withLeader" from hours_case where id = ${caseId}`)
      levels.push(row)
    }
    expect(levels).toEqual([
      { unit: world.units.centre, leader: false, withLeader: false },
      { unit: world.units.centre, leader: true, withLeader: true },
      { unit: world.units.centre, leader: true, withLeader: true },
    ])
    week += 1
  })
})

describe('correction on demand', () => {
  const demand = (actor: Actor, given: { recordId?: string; title?: string }, from: number, until: number) =>
    world.act(actor, (work) =>
      demandCorrection(work, {
        recordId: given.recordId ?? null,
        teamId: null,
        unitId: given.recordId === undefined ? world.units.station : null,
        kindSlug: null,
        title: given.title ?? null,
        reason: '我到四点才走',
        ...span(from, until),
      }),
    )
  const answer = (by: Actor, id: string, outcome: 'corrected' | 'declined', minutes: number | null = null) =>
    world.act(by, (work) => answerDemand(work, id, { outcome, answer: '已核对签到表', minutes }))

  test('the organisation corrects; more minutes wait for the level above; the volunteer sees the answer', async () => {
    const [a] = people as [Actor]
    const id = await noticed(a)
    const { id: demandId } = await demand(a, { recordId: id }, -4 * HOUR, -HOUR)
    expect(await codeOf(demand(a, { recordId: id }, -4 * HOUR, -HOUR))).toBe('hours.demanded-already')
    expect(await codeOf(demand(people[1]!, { recordId: id }, -4 * HOUR, -HOUR))).toBe('platform.not-found')
    const open = await world.read(world.keeper, ({ tx }) =>
      demandsFor(tx, { unitIds: [world.units.station], teamIds: [] }),
    )
    expect(open).toMatchObject([{ id: demandId, recordedMinutes: 120, reason: '我到四点才走' }])
    expect(await codeOf(answer(world.otherKeeper, demandId, 'declined'))).toBe('hours.not-yours-to-answer')
    await answer(world.keeper, demandId, 'corrected')
    expect(await codeOf(answer(world.keeper, demandId, 'declined'))).toBe('hours.answered-already')
    expect(await record(a, id)).toMatchObject({ minutes: 180, state: 'waiting', class: 'claimed', entries: 2 })
    expect(await world.read(a, ({ tx }) => demandsOf(tx, [a.personId!]))).toMatchObject([
      { outcome: 'corrected', answer: '已核对签到表', state: 'answered' },
    ])
  })

  test('missing time becomes a record of its own, or a reason why not', async () => {
    const [a] = people as [Actor]
    expect(await codeOf(demand(a, {}, -3 * HOUR, -HOUR))).toBe('hours.title-needed')
    const first = await demand(a, { title: '扫雪' }, -3 * HOUR, -HOUR)
    const second = await demand(a, { title: '扫雪' }, -3 * HOUR, -HOUR)
    const { recordId } = await answer(world.keeper, first.id, 'corrected', 90)
    expect(await record(a, recordId!)).toMatchObject({ title: '扫雪', minutes: 90, state: 'waiting' })
    expect(await codeOf(answer(world.keeper, second.id, 'corrected'))).toBe('hours.recorded-already')
    expect(await answer(world.keeper, second.id, 'declined')).toEqual({ recordId: null })
  })

  test('not answered in time it rises to the level above, also when the clock jumps', async () => {
    const [a] = people as [Actor]
    const { id } = await demand(a, { title: '扫雪' }, -3 * HOUR, -HOUR)
    await at(9 * DAY)
    await settle()
    await settle()
    const [row] = await world.rows(
      sql`select responsible_unit_id as unit, levels_risen as risen from hours_demand where id = ${id}`,
    )
    expect(row).toEqual({ unit: world.units.institute, risen: 1 })
    expect(await codeOf(answer(world.keeper, id, 'declined'))).toBe('hours.not-yours-to-answer')
    await at(1 * DAY)
    await settle()
    await answer(world.instituteDispatcher, id, 'declined')
  })
})

test('the checks of a night open a case once, hold what is on notice, and delete nothing', async () => {
  const [a] = people as [Actor]
  const id = await noticed(a)
  await database.owner((owner) =>
    owner.query(`update hours_record set recorded_by = person_id, approved_by = null where id = $1`, [id]),
  )
  await at(DAY + 18 * HOUR)
  await settle()
  await settle()
  const cases = await world.read(world.dispatcher, ({ tx, actor }) =>
    listCases(tx, actor, 'open', { after: undefined, limit: 50 }),
  )
  const mine = cases.filter((one) => one.rule === 'self' && one.records.some((row) => row.id === id))
  expect(mine).toHaveLength(1)
  expect(mine[0]).toMatchObject({ kind: 'suspicion', evidence: { records: 1, minutes: 120 } })
  expect(await record(a, id)).toMatchObject({ state: 'in-case', minutes: 120 })
  await at(2 * DAY + 18 * HOUR)
  await settle()
  const again = await world.rows(sql`select id from hours_case where rule = 'self'`)
  expect(again).toHaveLength(1)
  expect((await world.rows(sql`select day from hours_check_run`)).length).toBeGreaterThan(1)
})

test('after all of this the chain holds', async () => {
  while ((await database.work(({ tx }) => sealHours(tx))) > 0) continue
  expect(await database.work(({ tx }) => verifyHoursIn(tx))).toMatchObject({ unsealed: 0, faults: [] })
})
