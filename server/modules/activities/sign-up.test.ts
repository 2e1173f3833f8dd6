import { beforeAll, describe, expect, test } from 'vitest'
import { type ActivityWorld, MONDAY, openActivityWorld } from '../../../test/support/activities.ts'
import { useDatabase } from '../../../test/support/database.ts'
import { sql } from '../../platform/db.ts'
import { addMinutes } from '../../platform/dates.ts'
import type { Actor } from '../../platform/actor.ts'
import { Refusal } from '../../platform/refusal.ts'
import { cancelActivity, cancelSession, editSession } from './edit-session.ts'
import { messageSession } from './message-session.ts'
import { acceptPlace, signUp, signUpSeries, withdraw } from './sign-up.ts'
import { listTakable } from './takable.ts'

const database = useDatabase()
let world: ActivityWorld
beforeAll(async () => {
  world = await openActivityWorld(database)
}, 60_000)

const WISH = { roleId: null, roleName: null, mayWait: true }
const enter = (actor: Actor, sessionId: string, mayWait = true) =>
  world.act(actor, (work) => signUp(work, sessionId, { ...WISH, mayWait }))
const leave = (actor: Actor, sessionId: string) => world.act(actor, (work) => withdraw(work, sessionId))
const take = (actor: Actor, sessionId: string) => world.act(actor, (work) => acceptPlace(work, sessionId))
const codeOf = async (attempt: Promise<unknown>) => {
  const error = await attempt.then(
    () => undefined,
    (failure: unknown) => failure,
  )
  if (error === undefined) return 'done'
  if (error instanceof Refusal) return error.code.replace('activities.', '')
  throw error
}
const stateOf = async (actor: Actor, sessionId: string) => {
  const [row] = await world.rows<{ state: string }>(
    sql`select state from sign_up where person_id = ${actor.personId} and session_id = ${sessionId} order by changed_at desc, id desc limit 1`,
  )
  return row?.state
}
const takenAt = async (sessionId: string) => {
  const [row] = await world.rows<{ taken: number }>(
    sql`select sum(taken) as taken from session_role where session_id = ${sessionId}`,
  )
  return row?.taken
}
const messages = (template: string) =>
  world.rows<{ toPersonId: string }>(sql`select to_person_id from message where template = ${template} order by id`)

describe('one session', () => {
  test('places first, then the waiting list, and a withdrawal offers the place to who waited longest', async () => {
    const [a, b, c, d] = (await world.volunteers(4)) as [Actor, Actor, Actor, Actor]
    const { sessionIds } = await world.session({ needed: 1, startsIn: 2_000 })
    const id = sessionIds[0]!
    expect(await enter(a, id)).toMatchObject({ state: 'signed-up', position: null })
    expect(await enter(b, id)).toMatchObject({ state: 'waiting', position: 1 })
    expect(await enter(c, id)).toMatchObject({ state: 'waiting', position: 2 })
    expect(await codeOf(enter(d, id, false))).toBe('full')
    expect(await codeOf(enter(a, id))).toBe('already')
    await leave(a, id)
    expect(await stateOf(b, id)).toBe('offered')
    expect((await messages('session-place-offered')).at(-1)).toEqual({ toPersonId: b.personId })
    // The place is held for the one who was asked.
    expect(await codeOf(enter(d, id, false))).toBe('full')
    expect(await codeOf(take(c, id))).toBe('offer-gone')
    await take(b, id)
    expect(await stateOf(b, id)).toBe('signed-up')
    expect(await takenAt(id)).toBe(1)
  })

  test('an offer that nobody takes goes to the next, and then the place is free for all', async () => {
    const [a, b, c, d] = (await world.volunteers(4)) as [Actor, Actor, Actor, Actor]
    const { sessionIds } = await world.session({ needed: 1, startsIn: 3_000 })
    const id = sessionIds[0]!
    for (const actor of [a, b, c]) await enter(actor, id)
    await leave(a, id)
    await world.setTime(addMinutes(MONDAY, 121))
    expect(await codeOf(take(b, id))).toBe('offer-gone')
    await world.settleActivities()
    expect([await stateOf(b, id), await stateOf(c, id)]).toEqual(['lapsed', 'offered'])
    await world.setTime(addMinutes(MONDAY, 242))
    await world.settleActivities()
    expect([await stateOf(c, id), await takenAt(id)]).toEqual(['lapsed', 0])
    expect(await enter(d, id)).toMatchObject({ state: 'signed-up' })
    await world.setTime(MONDAY)
  })

  test('nobody is promised twice at a time, and time given back can be promised again', async () => {
    const [a] = (await world.volunteers(1)) as [Actor]
    const first = (await world.session({ startsIn: 4_000, minutes: 60 })).sessionIds[0]!
    const second = (await world.session({ startsIn: 4_030, minutes: 60 })).sessionIds[0]!
    const after = (await world.session({ startsIn: 4_060, minutes: 60 })).sessionIds[0]!
    await enter(a, first)
    expect(await codeOf(enter(a, second))).toBe('overlap')
    expect(await enter(a, after)).toMatchObject({ state: 'signed-up' })
    await leave(a, first)
    await leave(a, after)
    expect(await enter(a, second)).toMatchObject({ state: 'signed-up' })
  })

  test('every reason why not is told', async () => {
    const [a] = (await world.volunteers(1)) as [Actor]
    const role = { name: '讲师', needed: 1, skills: [], licences: [], ageMin: null }
    const plan = (more: object) => ({ startsIn: 5_000, plan: { roles: [role], ...more } })
    const why = async (given: Parameters<ActivityWorld['session']>[0], actor = a) =>
      codeOf(enter(actor, (await world.session(given)).sessionIds[0]!))
    expect(await why(plan({}), world.neighbour)).toBe('not-a-volunteer')
    expect(await why({ ...plan({ membersOnly: true }), teamId: world.teams.greens.id })).toBe('not-a-member')
    expect(await why(plan({ roles: [{ ...role, skills: ['急救'] }] }))).toBe('skill-missing')
    expect(await why(plan({ roles: [{ ...role, licences: ['电工证'] }] }))).toBe('licence-missing')
    expect(await why(plan({ roles: [{ ...role, ageMin: 16 }] }))).toBe('age-unknown')
    expect(await why(plan({ needsInsurance: true }))).toBe('insurance-missing')
    expect(await why(plan({ needsHealth: true }))).toBe('health-missing')
    expect(await why(plan({ closesMinutesBefore: 5_001 }))).toBe('closed')
    expect(await why({ ...plan({}), publish: false })).toBe('platform.not-found')
    const { id, sessionIds } = await world.session(plan({}))
    await world.act(world.keeper, (work) => cancelActivity(work, id, '天气'))
    expect(await codeOf(enter(a, sessionIds[0]!))).toBe('cancelled')
  })
})

describe('a series', () => {
  test('is signed up for as a whole, without what does not fit, which is named', async () => {
    const [a] = (await world.volunteers(1)) as [Actor]
    const { id, sessionIds } = await world.session({ startsIn: 7_200, recurrence: 'FREQ=WEEKLY;COUNT=4', needed: 1 })
    expect(sessionIds).toHaveLength(4)
    const clash = (await world.session({ startsIn: 7_200 + 7 * 24 * 60 })).sessionIds[0]!
    await enter(a, clash)
    await enter(world.teams.olive.member, sessionIds[2]!)
    const answer = await world.act(a, (work) => signUpSeries(work, id, { roleName: null, mayWait: false }))
    expect(answer.signedUp.map((one) => one.sessionId)).toEqual([sessionIds[0], sessionIds[3]])
    expect(answer.skipped.map((one) => [one.sessionId, one.reason])).toEqual([
      [sessionIds[1], 'overlap'],
      [sessionIds[2], 'full'],
    ])
  })

  test('moves from one session on, tells everybody, and gives up who is busy then', async () => {
    const [a, b] = (await world.volunteers(2)) as [Actor, Actor]
    const { sessionIds } = await world.session({ startsIn: 50_000, recurrence: 'FREQ=DAILY;COUNT=3' })
    const elsewhere = (await world.session({ startsIn: 50_000 + 24 * 60 + 120 })).sessionIds[0]!
    for (const id of sessionIds) for (const actor of [a, b]) await enter(actor, id)
    await enter(b, elsewhere)
    const startsAt = addMinutes(MONDAY, 50_000 + 24 * 60 + 90)
    const roles = [{ name: '组员', needed: 2, skills: [], licences: [], ageMin: null }]
    await world.act(world.keeper, (work) =>
      editSession(work, sessionIds[1]!, 1, {
        startsAt,
        endsAt: addMinutes(startsAt, 60),
        place: '广场',
        placeUnitId: world.units.station,
        roles,
        scope: 'following',
      }),
    )
    const rows = await world.rows<{ startsAt: Date; place: string }>(
      sql`select starts_at, place from activity_session where id = any(${sessionIds}::uuid[]) order by starts_at`,
    )
    expect(rows.map((row) => [row.startsAt, row.place])).toEqual([
      [addMinutes(MONDAY, 50_000), '站里二楼'],
      [startsAt, '广场'],
      [addMinutes(startsAt, 24 * 60), '广场'],
    ])
    expect([await stateOf(a, sessionIds[1]!), await stateOf(b, sessionIds[1]!)]).toEqual(['signed-up', 'lapsed'])
    expect(await takenAt(sessionIds[1]!)).toBe(1)
    expect(await messages('session-place-lost')).toEqual([{ toPersonId: b.personId }])
    expect((await messages('session-changed')).length).toBe(3)
    expect(await codeOf(enter(b, sessionIds[1]!))).toBe('overlap')
  })

  test('is cancelled from one session on, with a notice and the time given back', async () => {
    const [a] = (await world.volunteers(1)) as [Actor]
    const { sessionIds } = await world.session({ startsIn: 60_000, recurrence: 'FREQ=DAILY;COUNT=3' })
    for (const id of sessionIds) await enter(a, id)
    await world.act(world.keeper, (work) => cancelSession(work, sessionIds[1]!, { reason: '下雪', scope: 'following' }))
    expect(await Promise.all(sessionIds.map((id) => stateOf(a, id)))).toEqual(['signed-up', 'cancelled', 'cancelled'])
    expect((await messages('session-cancelled')).length).toBe(2)
    const same = (await world.session({ startsIn: 60_000 + 24 * 60 })).sessionIds[0]!
    expect(await enter(a, same)).toMatchObject({ state: 'signed-up' })
  })
})

test('more places go to those who wait, and fewer than are taken are refused', async () => {
  const people = await world.volunteers(3)
  const { sessionIds } = await world.session({ needed: 1, startsIn: 70_000 })
  const id = sessionIds[0]!
  for (const actor of people) await enter(actor, id)
  const startsAt = addMinutes(MONDAY, 70_000)
  const change = (needed: number) => ({
    startsAt,
    endsAt: addMinutes(startsAt, 60),
    place: '站里二楼',
    placeUnitId: world.units.station,
    roles: [{ name: '组员', needed, skills: [], licences: [], ageMin: null }],
    scope: 'this' as const,
  })
  await world.act(world.keeper, (work) => editSession(work, id, 1, change(2)))
  expect(await Promise.all(people.map((actor) => stateOf(actor, id)))).toEqual(['signed-up', 'offered', 'waiting'])
  expect(await codeOf(world.act(world.keeper, (work) => editSession(work, id, 2, change(1))))).toBe('role-overfilled')
})

test('a message goes to everybody with or waiting for a place, from the organiser alone', async () => {
  const people = await world.volunteers(2)
  const { sessionIds } = await world.session({ needed: 1, startsIn: 80_000 })
  for (const actor of people) await enter(actor, sessionIds[0]!)
  const write = (actor: Actor) => world.act(actor, (work) => messageSession(work, sessionIds[0]!, '请带水杯'))
  expect(await write(world.keeper)).toEqual({ recipients: 2 })
  expect(await codeOf(write(world.otherKeeper))).toBe('not-your-activity')
})

test('what I can take is one list with one reason for each refusal', async () => {
  const [a] = (await world.volunteers(1)) as [Actor]
  const mine = (await world.session({ startsIn: 9_000 })).sessionIds[0]!
  const clash = (await world.session({ startsIn: 9_010 })).sessionIds[0]!
  const free = (await world.session({ startsIn: 9_100, plan: { title: '免费理发' } })).sessionIds[0]!
  await enter(a, mine)
  const list = await world.read(a, (read) => listTakable(read, a.personId!))
  const whyNot = (id: string) => list.find((row) => row.id === id)?.whyNot
  expect([whyNot(mine), whyNot(clash), whyNot(free)]).toEqual(['already', 'overlap', null])
  expect(list.findIndex((row) => row.whyNot !== null)).toBeGreaterThan(list.findIndex((row) => row.id === free))
})

test('the last place goes to one of many who ask at once, and the others wait in line', async () => {
  const people = await world.volunteers(24)
  const { sessionIds } = await world.session({ needed: 5, startsIn: 90_000 })
  const answers = await Promise.all(people.map((actor) => enter(actor, sessionIds[0]!)))
  expect(answers.filter((answer) => answer.state === 'signed-up')).toHaveLength(5)
  const positions = answers.map((answer) => answer.position).filter((position) => position !== null)
  expect(positions.length).toBe(19)
  expect(await takenAt(sessionIds[0]!)).toBe(5)
  // Everybody leaves at once: nobody is left beside an empty chair, and no place is lost.
  await Promise.all(people.map((actor) => leave(actor, sessionIds[0]!)))
  expect(await takenAt(sessionIds[0]!)).toBe(0)
})

test('two sessions at the same time: of many attempts of one person at once one holds', async () => {
  const [a] = (await world.volunteers(1)) as [Actor]
  const ids = await Promise.all(
    [0, 10, 20, 30].map(async (more) => (await world.session({ startsIn: 95_000 + more })).sessionIds[0]!),
  )
  const answers = await Promise.all(ids.map((id) => codeOf(enter(a, id))))
  expect(answers.toSorted()).toEqual(['done', 'overlap', 'overlap', 'overlap'])
  expect((await Promise.all(ids.map(takenAt))).toSorted((x, y) => Number(x) - Number(y))).toEqual([0, 0, 0, 1])
})
