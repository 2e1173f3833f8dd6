import { array, assert, constantFrom, integer, option, property, tuple } from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { useDatabase } from '../../../test/support/database.ts'
import { registerResident } from '../../../test/support/residents.ts'
import { listUnits } from '#modules/orgs/index.ts'
import type { Actor } from '#platform/actor.ts'
import { sql } from '#platform/db.ts'
import { addDays, dateIn, weekdayOf } from '#platform/dates.ts'
import { dayOf, type CalendarException, type OpenInterval, type WeeklyHours } from './calendar.ts'
import { addException, removeException, saveLicences, setCapacity, setHours } from './edit-calendar.ts'
import {
  agencyCalendars,
  createTeam,
  findTeam,
  giveTeamRole,
  joinTeam,
  registerVolunteer,
  teamCalendars,
} from './index.ts'

const MONDAY = '2027-03-01'
// Far enough ahead that it is never over.
const FAR_MONDAY = '2098-03-03'
const at = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))
const span = (from: string, until: string): OpenInterval => ({ fromMinute: at(from), untilMinute: at(until) })
const usual: WeeklyHours[] = [
  { weekday: 1, ...span('09:00', '12:00') },
  { weekday: 1, ...span('14:00', '17:00') },
]
const except = (kind: CalendarException['kind'], hours: OpenInterval | null = null): CalendarException => ({
  id: 'x',
  kind,
  fromOn: MONDAY,
  untilOn: addDays(MONDAY, 1),
  fromMinute: hours?.fromMinute ?? null,
  untilMinute: hours?.untilMinute ?? null,
  note: '',
})

describe('a day', () => {
  const open = (exceptions: CalendarException[], worksUsually = true, hours = usual) =>
    dayOf({ hours, exceptions }, MONDAY, worksUsually).open

  test('is open as in the usual week, and all day long for whoever stated none', () => {
    expect(open([])).toEqual([span('09:00', '12:00'), span('14:00', '17:00')])
    expect(dayOf({ hours: usual, exceptions: [] }, addDays(MONDAY, 1), true).open).toEqual([])
    expect(dayOf({ hours: [], exceptions: [] }, MONDAY, true)).toEqual({
      date: MONDAY,
      open: [{ fromMinute: 0, untilMinute: 1440 }],
      isStated: false,
    })
  })

  test('is less what is closed, more what is open, and nothing on leave', () => {
    expect(open([except('closed')])).toEqual([])
    expect(open([except('closed', span('11:00', '15:00'))])).toEqual([span('09:00', '11:00'), span('15:00', '17:00')])
    expect(open([except('open', span('12:00', '14:00'))])).toEqual([span('09:00', '17:00')])
    expect(open([except('closed'), except('open', span('10:00', '11:00'))])).toEqual([span('10:00', '11:00')])
    expect(open([except('open', span('10:00', '11:00')), except('leave')])).toEqual([])
  })

  test('of rest has only what was opened on it', () => {
    expect(open([], false)).toEqual([])
    expect(open([except('open', span('10:00', '11:00'))], false)).toEqual([span('10:00', '11:00')])
  })

  test('is the same minute by minute as a plain reading of the rules, in order and without overlap', () => {
    const interval = tuple(integer({ min: 0, max: 47 }), integer({ min: 1, max: 48 }))
      .filter(([from, until]) => until > from)
      .map(([from, until]) => ({ fromMinute: from * 30, untilMinute: until * 30 }))
    const exception = tuple(constantFrom('closed' as const, 'open' as const), option(interval)).map(([kind, hours]) =>
      except(kind, hours),
    )
    assert(
      property(array(interval, { maxLength: 3 }), array(exception, { maxLength: 4 }), (week, exceptions) => {
        const hours = week.map((one) => ({ weekday: 1, ...one }))
        const found = dayOf({ hours, exceptions }, MONDAY, true).open
        const has = (minute: number) => (one: OpenInterval) => one.fromMinute <= minute && minute < one.untilMinute
        const of = (kind: string) =>
          exceptions
            .filter((one) => one.kind === kind)
            .map((one) => ({ fromMinute: one.fromMinute ?? 0, untilMinute: one.untilMinute ?? 1440 }))
        for (let minute = 0; minute < 1440; minute += 15) {
          const isUsual = hours.length === 0 || hours.some(has(minute))
          const expected = of('open').some(has(minute)) || (isUsual && !of('closed').some(has(minute)))
          expect(found.some(has(minute))).toBe(expected)
        }
        for (const [i, one] of found.entries())
          if (i > 0) expect(one.fromMinute).toBeGreaterThan(found[i - 1]!.untilMinute)
      }),
    )
  })
})

describe('a calendar', () => {
  const database = useDatabase()
  let leader: Actor
  let member: Actor
  let clerk: Actor
  let teamId: string
  let unitId: string
  let agencyId: string
  const owner = () => ({ kind: 'team', id: teamId }) as const
  const staff = (id: string, role = 'dispatcher'): Actor => ({
    ...clerk,
    kind: 'staff',
    grants: [{ role, unitId: id, unitIds: new Set([id]) }],
  })

  beforeAll(async () => {
    leader = await registerResident(database, 311)
    member = await registerResident(database, 312)
    clerk = await registerResident(database, 313)
    await database.work(async (work) => {
      const on = dateIn(work.now)
      unitId = (await listUnits(work.tx, { kind: 'station', on, limit: 1 }))[0]!.id
      agencyId = (await listUnits(work.tx, { kind: 'agency', on, limit: 1 }))[0]!.id
      teamId = await createTeam(work, {
        name: '日历队',
        tier: 'squad',
        unitId,
        categorySlugs: [],
        foundedOn: '2020-01-01',
      })
    })
    for (const actor of [leader, member]) {
      await database.work((work) => registerVolunteer(work, []), actor)
      await database.work((work) => joinTeam(work, teamId, actor.personId!), actor)
    }
    await database.work((work) => giveTeamRole(work, teamId, leader.personId!, 'leader'))
  })

  test('is kept by the leader and by staff of the unit, not by a member nor by other staff', async () => {
    const set = (actor: Actor, version: number) =>
      database.work((work) => setHours(work, owner(), version, usual), actor)
    await expect(set(member, 0)).rejects.toMatchObject({ code: 'teams.not-your-team' })
    await expect(set(staff(agencyId), 0)).rejects.toMatchObject({ code: 'teams.not-your-team' })
    expect(await set(leader, 0)).toBe(1)
    expect(await set(staff(unitId, 'station-keeper'), 1)).toBe(2)
    await expect(set(leader, 1)).rejects.toMatchObject({ code: 'platform.version-stale' })
  })

  test('two editors who saw the same version: one wins, the other is told', async () => {
    const { version } = await database.work(({ tx }) =>
      tx.one<{ version: number }>(sql`select version from provider_calendar where team_id = ${teamId}`),
    )
    const results = await Promise.allSettled(
      [1, 2].map((crews) =>
        database.work((work) => setCapacity(work, owner(), version, { ...NOTHING, crews }), leader),
      ),
    )
    expect(results.map((one) => one.status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  test('gives open intervals and capacity for each team and day', async () => {
    const from = FAR_MONDAY
    await database.work(
      (work) =>
        addException(work, owner(), { ...except('leave'), fromOn: addDays(from, 7), untilOn: addDays(from, 14) }),
      leader,
    )
    const stranger = '0198a2b4-0000-7000-8000-000000000000'
    const found = await database.work(({ tx }) => teamCalendars(tx, [teamId, stranger], from, addDays(from, 8)))
    const mine = found.get(teamId)!
    expect(mine.days.map((day) => day.open.length)).toEqual([2, 0, 0, 0, 0, 0, 0, 0])
    expect(mine.capacity.crews).not.toBeNull()
    expect(found.get(stranger)!.days.every((day) => !day.isStated && day.open.length === 1)).toBe(true)
  })

  test('refuses what makes no sense, naming the field', async () => {
    const add = (more: Partial<CalendarException>) =>
      database.work(
        (work) =>
          addException(work, owner(), { ...except('closed'), fromOn: '2099-01-01', untilOn: '2099-01-02', ...more }),
        leader,
      )
    await expect(add({ untilOn: '2099-01-01' })).rejects.toMatchObject({
      code: 'teams.exception-empty',
      field: 'untilOn',
    })
    await expect(add({ fromOn: '2020-01-01', untilOn: '2020-01-02' })).rejects.toMatchObject({
      code: 'teams.exception-past',
    })
    await expect(add({ untilOn: '2101-01-01' })).rejects.toMatchObject({ code: 'teams.exception-too-long' })
    await expect(add({ fromMinute: 60 })).rejects.toMatchObject({ code: 'teams.exception-hours' })
    await expect(add({ fromMinute: 60, untilMinute: 60 })).rejects.toMatchObject({ code: 'teams.hours-empty' })
    const overlapping = [usual[0]!, { weekday: 1, ...span('11:00', '13:00') }]
    await expect(database.work((work) => setHours(work, owner(), 0, overlapping), leader)).rejects.toMatchObject({
      code: 'teams.hours-overlap',
      field: 'hours',
    })
  })

  test('lets an exception be taken back, once', async () => {
    const made = await database.work(
      (work) => addException(work, owner(), { ...except('closed'), fromOn: '2099-01-01', untilOn: '2099-01-02' }),
      leader,
    )
    const remove = () => database.work((work) => removeException(work, owner(), made.id), leader)
    await remove()
    await expect(remove()).rejects.toMatchObject({ status: 404 })
  })

  test('of an agency rests on holidays and weekends', async () => {
    const found = await database.work(({ tx }) => agencyCalendars(tx, [agencyId], '2026-09-28', '2026-10-12'))
    const open = found.get(agencyId)!.days.filter((day) => day.open.length > 0)
    expect(open.map((day) => day.date)).not.toContain('2026-10-01')
    expect(open.map((day) => weekdayOf(day.date))).not.toContain(7)
    const keep = (actor: Actor) =>
      database.work((work) => setCapacity(work, { kind: 'agency', id: agencyId }, 0, { ...NOTHING, crews: 3 }), actor)
    await expect(keep(leader)).rejects.toMatchObject({ code: 'teams.not-your-agency' })
    expect(await keep(staff(agencyId, 'provider'))).toBe(1)
  })

  test('licences are recorded by staff only and count until their last day', async () => {
    const today = await database.work(async ({ now }) => dateIn(now))
    const save = (actor: Actor, validUntil: string) =>
      database.work((work) => saveLicences(work, teamId, [{ licence: 'electrician', validUntil }]), actor)
    const held = () => database.work(async ({ tx, now }) => (await findTeam(tx, teamId, dateIn(now)))!.licences)
    await expect(save(leader, today)).rejects.toMatchObject({ code: 'teams.not-your-team' })
    await save(staff(unitId), today)
    expect(await held()).toEqual(['electrician'])
    await save(staff(unitId), addDays(today, -1))
    expect(await held()).toEqual([])
  })
})

const NOTHING = {
  crews: null,
  crewSize: null,
  visitsPerDayMax: null,
  minutesPerDayMax: null,
  minutesPerWeekMax: null,
  speedClass: null,
  vehicle: null,
}
