import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ActivityWorld, MONDAY, openActivityWorld } from '../../../test/support/activities.ts'
import { useDatabase } from '../../../test/support/database.ts'
import { findPerson } from '../people/index.ts'
import type { Actor } from '../../platform/actor.ts'
import { addMinutes } from '../../platform/dates.ts'
import { sql } from '../../platform/db.ts'
import { Refusal } from '../../platform/refusal.ts'
import { newUuid7 } from '../../platform/tokens.ts'
import { enterPaperSheet, offlinePack, type OfflineToken, tickList, uploadOffline } from './check-in-batch.ts'
import { checkInByPhone, checkInScanned, checkInSelf } from './check-in-live.ts'
import { personalCodes, phoneCode, sessionCode, signToken } from './session-codes.ts'
import { signUp } from './sign-up.ts'

const database = useDatabase()
let world: ActivityWorld
beforeAll(async () => {
  world = await openActivityWorld(database)
}, 60_000)

// Each test has a day of its own; its session is from ten to eleven.
let day = 0
beforeEach(async () => {
  day += 1
  await at(0)
})
const start = () => addMinutes(MONDAY, day * 24 * 60)
const at = (minutes: number) => world.setTime(addMinutes(start(), minutes))
const session = async (startsIn = 0, needed = 20) =>
  (await world.session({ startsIn: day * 24 * 60 + startsIn, needed, minutes: 60 })).sessionIds[0]!
const open = async (startsIn = 0) => {
  await at(-120)
  const id = await session(startsIn)
  await at(0)
  return id
}
const enter = (actor: Actor, id: string) =>
  world.act(actor, (work) => signUp(work, id, { roleId: null, roleName: null, mayWait: true }))
const codeAt = (id: string) => world.read(world.keeper, ({ tx, now }) => Promise.resolve(sessionCode(tx, id, now).code))
const codesOf = (actor: Actor) =>
  world.read(actor, ({ tx, now }) => Promise.resolve(personalCodes(tx, actor.personId!, now)))
type Direction = 'in' | 'out'
const self = async (actor: Actor, id: string, direction: Direction, device: string | null = null, code?: string) => {
  const shown = code ?? (await codeAt(id))
  return world.act(actor, (work) => checkInSelf(work, id, { direction, code: shown, device, near: null }))
}
const codeOf = async (attempt: Promise<unknown>) => {
  const error = await attempt.then(
    () => undefined,
    (failure: unknown) => failure,
  )
  if (error === undefined) return 'done'
  if (error instanceof Refusal) return error.code
  throw error
}
const attendances = (id: string) =>
  world.rows<{
    personId: string
    minutes: number | null
    method: string
    out: string | null
    score: number
    reasons: string[]
    isOverlapping: boolean
    needsConfirmation: boolean
  }>(sql`
    select person_id, round(extract(epoch from checked_out_at - checked_in_at) / 60)::int as minutes, check_in_method as method,
           check_out_method as out, score, reasons, is_overlapping, needs_confirmation
      from attendance where subject_id = ${id} order by person_id`)

describe('live', () => {
  test('the code on the screen, its previous window, and no other', async () => {
    const [a, b, c] = (await world.volunteers(3)) as [Actor, Actor, Actor]
    const id = await open()
    for (const actor of [a, b, c]) await enter(actor, await session(120))
    expect(await self(a, id, 'in')).toMatchObject({ score: 90, reasons: ['not-signed-up'], needsConfirmation: false })
    const old = await codeAt(id)
    await at(0.5)
    expect(await self(b, id, 'in', null, old)).toMatchObject({ reasons: ['previous-window', 'not-signed-up'] })
    await at(1.1)
    expect(await codeOf(self(c, id, 'in', null, old))).toBe('activities.code-wrong')
  })

  test('check-in is open from an hour before to the end, check-out until an hour after it', async () => {
    const [a] = (await world.volunteers(1)) as [Actor]
    const id = await open()
    await enter(a, await session(180))
    await at(-61)
    expect(await codeOf(self(a, id, 'in'))).toBe('activities.too-early')
    await at(-60)
    expect(await codeOf(self(a, id, 'in'))).toBe('done')
    await at(119)
    expect(await codeOf(self(a, id, 'in'))).toBe('activities.too-late')
    expect(await codeOf(self(a, id, 'out'))).toBe('done')
    await at(120)
    expect(await codeOf(self(a, id, 'out'))).toBe('activities.too-late')
    expect(await attendances(id)).toMatchObject([{ minutes: 179 }])
  })

  test('a second check-in says the same again, a second check-out is refused', async () => {
    const [a] = (await world.volunteers(1)) as [Actor]
    const id = await open()
    const first = await self(a, id, 'in')
    await at(5)
    expect((await self(a, id, 'in')).checkedInAt).toEqual(first.checkedInAt)
    await at(30)
    await self(a, id, 'out')
    expect(await codeOf(self(a, id, 'out'))).toBe('attendance.checked-out-already')
    expect(await codeOf(self(a, id, 'in'))).toBe('attendance.checked-out-already')
    expect(await attendances(id)).toMatchObject([{ minutes: 30, out: 'rotating-code' }])
  })

  test('the organiser scans or types a volunteer’s own code, and never the own one', async () => {
    const [a, b] = (await world.volunteers(2)) as [Actor, Actor]
    await at(-120)
    const { sessionIds } = await world.session({ startsIn: day * 24 * 60, teamId: world.teams.greens.id, needed: 9 })
    const id = sessionIds[0]!
    for (const actor of [a, b]) await enter(actor, id)
    await at(0)
    const { leader } = world.teams.greens
    const scan = (code: string) => world.act(leader, (work) => checkInScanned(work, id, { direction: 'in', code }))
    expect(await scan((await codesOf(a)).qr)).toMatchObject({ personId: a.personId, score: 100 })
    expect(await scan((await codesOf(b)).digits)).toMatchObject({ personId: b.personId, score: 100 })
    expect(await codeOf(scan('000000'))).toBe('activities.code-wrong')
    expect(await codeOf(scan((await codesOf(leader)).qr))).toBe('activities.own-tick')
    expect(await scan((await codesOf(world.teams.greens.member)).dayPass)).toMatchObject({
      reasons: ['day-pass', 'not-signed-up'],
    })
  })

  test('somebody calls and reads the six digits', async () => {
    const [a] = (await world.volunteers(1)) as [Actor]
    await at(-120)
    const id = await session()
    await enter(a, id)
    await at(0)
    const { code } = await world.read(world.keeper, ({ tx, now }) => Promise.resolve(phoneCode(tx, id, now)))
    const [{ serial }] = (await world.rows<{ serial: number }>(sql`select count(*)::int as serial from volunteer`)) as [
      { serial: number },
    ]
    const call = (phone: string) =>
      world.act(world.agent, (work) => checkInByPhone(work, { direction: 'in', phone, code }))
    expect(await codeOf(call('13912345678'))).toBe('activities.person-unknown')
    // The newest volunteer has the highest phone of the plays; six of the volunteers are the two teams'.
    expect(await call(`1390000${2_000 + serial - 7}`)).toMatchObject({
      sessionId: id,
      reasons: ['by-phone'],
      score: 85,
    })
  })

  test('one telephone for many people, two places at once and impossible ways wait for confirmation', async () => {
    const people = await world.volunteers(5)
    const [id, other] = [await open(), await open(30)]
    for (const [index, actor] of people.entries()) {
      const answer = await self(actor, id, 'in', 'one telephone')
      expect(answer.needsConfirmation, String(index)).toBe(index >= 3)
    }
    await at(1)
    const twice = await self(people[0]!, other, 'in', 'another')
    expect(twice).toMatchObject({ needsConfirmation: true })
    expect(twice.reasons).toContain('overlap')
    await at(10)
    await self(people[0]!, other, 'out')
    await self(people[0]!, id, 'out')
    const rows = [...(await attendances(id)), ...(await attendances(other))].filter(
      (row) => row.personId === people[0]!.personId,
    )
    expect(rows.filter((row) => row.isOverlapping)).toHaveLength(1)
  })

  test('a forgotten check-out ends at the planned end; one that comes after all replaces it', async () => {
    const [a, b] = (await world.volunteers(2)) as [Actor, Actor]
    const id = await open()
    await self(a, id, 'in')
    await self(b, id, 'in')
    await at(90)
    // Going on to the next place ends what was forgotten at its planned end.
    const next = await open(100)
    await at(95)
    await self(a, next, 'in')
    expect((await attendances(id)).find((row) => row.personId === a.personId)).toMatchObject({
      minutes: 60,
      out: 'closed-automatically',
    })
    await at(110)
    await self(b, id, 'out')
    await at(121)
    await world.settleActivities()
    expect(
      (await attendances(id)).map((row) => [row.minutes, row.out]).toSorted(([a], [b]) => Number(b) - Number(a)),
    ).toEqual([
      [110, 'rotating-code'],
      [60, 'closed-automatically'],
    ])
  })

  test('nobody can check in many times at once', async () => {
    const [a] = (await world.volunteers(1)) as [Actor]
    const id = await open()
    const code = await codeAt(id)
    await Promise.all(Array.from({ length: 8 }, () => self(a, id, 'in', null, code)))
    expect(await attendances(id)).toHaveLength(1)
    await at(10)
    const shown = await codeAt(id)
    const outs = await Promise.all(Array.from({ length: 6 }, () => codeOf(self(a, id, 'out', null, shown))))
    expect(outs.filter((one) => one === 'done')).toHaveLength(1)
  })
})

describe('list and paper', () => {
  test('the list is ticked by those who organise, for others, within the session’s time', async () => {
    const people = await world.volunteers(3)
    const id = await open()
    const personIds = people.map((actor) => actor.personId!)
    const tick = (direction: Direction, when: Date | null, actor = world.keeper) =>
      world.act(actor, (work) => tickList(work, id, { direction, personIds, at: when }))
    expect(await codeOf(tick('in', null, world.otherKeeper))).toBe('activities.not-your-activity')
    expect(await codeOf(tick('in', addMinutes(start(), 1)))).toBe('activities.paper-times')
    expect(await tick('in', null)).toBe(3)
    await at(45)
    await tick('out', addMinutes(start(), 40))
    expect(await attendances(id)).toMatchObject(
      Array.from({ length: 3 }, () => ({ minutes: 40, method: 'list-tick', score: 65, needsConfirmation: false })),
    )
  })

  test('a paper sheet names who entered it and which rows are nobody’s', async () => {
    const [a] = (await world.volunteers(1)) as [Actor]
    const id = await open()
    await at(70)
    const [from, until] = [addMinutes(start(), 5), addMinutes(start(), 55)]
    const rows = [
      { personId: a.personId, phone: null, from, until },
      { personId: null, phone: '13912345678', from, until },
      { personId: world.neighbour.personId, phone: null, from, until },
    ]
    const answer = await world.act(world.keeper, (work) => enterPaperSheet(work, id, rows))
    expect(answer).toEqual({ entered: 1, unknown: [1, 2] })
    expect(await attendances(id)).toMatchObject([{ minutes: 50, method: 'paper', out: 'paper' }])
    const [row] = await world.rows<{ recordedBy: string }>(
      sql`select recorded_by from attendance where subject_id = ${id}`,
    )
    expect(row?.recordedBy).toBe(world.keeper.personId)
    const backwards = [{ ...rows[0]!, from: until, until: from }]
    expect(await codeOf(world.act(world.keeper, (work) => enterPaperSheet(work, id, backwards)))).toBe(
      'activities.paper-times',
    )
  })
})

test('who came without signing up, and is in no team, is entered afterwards by phone; it is claimed', async () => {
  const [walkIn] = (await world.volunteers(1)) as [Actor]
  const personId = walkIn.personId!
  const { phone } = (await world.read(world.keeper, ({ tx }) => findPerson(tx, personId)))!
  const id = await open()
  await at(12 * 60)
  await world.settleActivities()
  const row = { personId: null, phone, from: addMinutes(start(), 5), until: addMinutes(start(), 55) }
  const answer = await world.act(world.keeper, (work) => enterPaperSheet(work, id, [row]))
  expect(answer).toEqual({ entered: 1, unknown: [] })
  const hours = await world.rows(
    sql`select r.team_id, r.minutes, r.class, e.recorded_by
          from hours_record r join hours_entry e on e.district_id = r.district_id and e.id = r.entry_id where r.person_id = ${personId}`,
  )
  expect(hours).toEqual([{ teamId: null, minutes: 50, class: 'claimed', recordedBy: world.keeper.personId }])
})

describe('offline', () => {
  const collect = async (id: string, actor = world.keeper) => world.read(actor, (read) => offlinePack(read, id))
  const sign = (
    pack: { pack: string; key: string },
    parts: { direction: Direction; at: Date; code?: string; personId?: string; id?: string },
  ): OfflineToken => {
    const signed = {
      id: parts.id ?? newUuid7(parts.at),
      direction: parts.direction,
      at: parts.at.toISOString(),
      code: parts.code ?? null,
      personId: parts.personId ?? null,
    }
    return { ...signed, pack: pack.pack, mac: signToken(Buffer.from(pack.key, 'base64url'), signed) }
  }
  const upload = (tokens: readonly OfflineToken[]) => world.act(world.keeper, (work) => uploadOffline(work, tokens))
  const outcomes = async (tokens: readonly OfflineToken[]) => (await upload(tokens)).map((one) => one.outcome)

  test('what was collected counts once, whenever and however often it arrives', async () => {
    const [a, b] = (await world.volunteers(2)) as [Actor, Actor]
    await at(-120)
    const id = await session()
    for (const actor of [a, b]) await enter(actor, id)
    const pack = await collect(id)
    expect(pack.people).toHaveLength(2)
    await at(3)
    const arrival = sign(pack, { direction: 'in', at: addMinutes(start(), 3), code: (await codesOf(a)).qr })
    const pass = (await codesOf(b)).dayPass
    await at(50)
    const leaving = sign(pack, { direction: 'out', at: addMinutes(start(), 50), code: (await codesOf(a)).qr })
    const b1 = sign(pack, { direction: 'in', at: addMinutes(start(), 4), code: pass })
    const b2 = sign(pack, { direction: 'out', at: addMinutes(start(), 51), personId: b.personId! })
    await at(24 * 60)
    // The end before the beginning, and everything twice.
    expect(await outcomes([leaving, b2])).toEqual(['recorded', 'recorded'])
    expect(await attendances(id)).toEqual([])
    expect(await outcomes([b1, arrival, b1])).toEqual(['recorded', 'recorded', 'known'])
    expect(await outcomes([arrival, leaving, b1, b2])).toEqual(['known', 'known', 'known', 'known'])
    const rows = new Map((await attendances(id)).map((row) => [row.personId, row]))
    expect(rows.get(a.personId!)).toMatchObject({ minutes: 47, score: 95, reasons: ['offline'] })
    expect(rows.get(b.personId!)).toMatchObject({ minutes: 47, reasons: ['day-pass', 'list-tick', 'offline'] })
  })

  test('a token that was changed, made up or collected at another time is refused by itself', async () => {
    const [a] = (await world.volunteers(1)) as [Actor]
    await at(-120)
    const id = await session()
    const pack = await collect(id)
    await at(10)
    const good = sign(pack, { direction: 'in', at: addMinutes(start(), 10), code: (await codesOf(a)).qr })
    const stale = sign(pack, { direction: 'in', at: addMinutes(start(), 30), code: (await codesOf(a)).qr })
    const early = sign(pack, { direction: 'in', at: addMinutes(start(), -90), personId: a.personId! })
    const nobody = sign(pack, { direction: 'in', at: addMinutes(start(), 10), personId: world.neighbour.personId! })
    const oneself = sign(pack, { direction: 'in', at: addMinutes(start(), 10), personId: world.keeper.personId! })
    const moved = { ...good, id: newUuid7(MONDAY), at: addMinutes(start(), 5).toISOString() }
    const foreign = { ...good, pack: good.pack.replace(id, await session(120)) }
    expect(await outcomes([moved, foreign, stale, early, nobody, oneself, good])).toEqual([
      'not-signed',
      'not-signed',
      'code-wrong',
      'outside-session',
      'person-unknown',
      'own-tick',
      'recorded',
    ])
    expect(await attendances(id)).toHaveLength(1)
  })

  test('clocks that jump: ahead is kept and waits, behind the pack is refused, and ours going back loses nothing', async () => {
    const [a, b] = (await world.volunteers(2)) as [Actor, Actor]
    await at(-120)
    const id = await session()
    await at(-60)
    const pack = await collect(id)
    await at(0)
    const ahead = sign(pack, { direction: 'in', at: addMinutes(start(), 40), personId: a.personId! })
    const behind = sign(pack, { direction: 'in', at: addMinutes(start(), -24 * 60), personId: a.personId! })
    expect(await outcomes([ahead, behind])).toEqual(['recorded', 'outside-session'])
    const rows = await attendances(id)
    expect(rows).toMatchObject([{ needsConfirmation: true }])
    expect(rows[0]!.reasons).toContain('clock-ahead')
    await at(20)
    await self(b, id, 'in')
    await at(10)
    expect(await codeOf(self(b, id, 'out'))).toBe('done')
    const theirs = (await attendances(id)).find((row) => row.personId === b.personId)
    expect(theirs?.minutes).toBe(0)
  })

  test('live and collected marks of the same people join, and two places at once are told whatever came first', async () => {
    const people = await world.volunteers(6)
    await at(-120)
    const [id, other] = [await session(), await session(30)]
    const [pack, otherPack] = [await collect(id), await collect(other)]
    const tokens = people.flatMap((actor, index) => [
      sign(pack, { direction: 'in', at: addMinutes(start(), index), personId: actor.personId! }),
      sign(pack, { direction: 'out', at: addMinutes(start(), 50), personId: actor.personId! }),
      sign(otherPack, { direction: 'in', at: addMinutes(start(), 40), personId: actor.personId! }),
      sign(otherPack, { direction: 'out', at: addMinutes(start(), 80), personId: actor.personId! }),
    ])
    await at(1)
    await self(people[0]!, id, 'in')
    await at(200)
    // By chance as the macs fall, but for one that comes first: a second check-in, later than the live one, before any check-out.
    const shuffled = tokens.toSorted((x, y) => (x.mac < y.mac ? -1 : 1))
    const late = sign(pack, { direction: 'in', at: addMinutes(start(), 5), personId: people[0]!.personId! })
    await upload([late])
    for (let from = 0; from < shuffled.length; from += 5) await upload(shuffled.slice(from, from + 5))
    expect((await attendances(id)).every((row) => !row.isOverlapping && !row.needsConfirmation)).toBe(true)
    expect((await attendances(other)).every((row) => row.isOverlapping && row.needsConfirmation)).toBe(true)
    expect(await attendances(id)).toHaveLength(6)
  })
})
