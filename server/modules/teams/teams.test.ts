import { beforeAll, describe, expect, test } from 'vitest'
import { useDatabase } from '../../../test/support/database.ts'
import { registerResident } from '../../../test/support/residents.ts'
import { findUnit, listUnits, type Unit } from '#modules/orgs/index.ts'
import { type Actor, systemActor } from '#platform/actor.ts'
import { sql } from '#platform/db.ts'
import { dateIn } from '#platform/dates.ts'
import { runRead } from '#platform/work.ts'
import {
  createTeam,
  findTeam,
  giveTeamRole,
  isLeader,
  joinTeam,
  leadersOf,
  leaveTeam,
  membersOf,
  type NewTeam,
  registerVolunteer,
  teamCandidates,
  teamsLedBy,
  teamsOf,
} from './index.ts'
import { teamsHandlers } from './routes.ts'

const database = useDatabase()
const input = { params: {}, query: {}, body: {}, version: 0, address: '', token: null }
let institute: Unit
let station: Unit
let otherStation: Unit
let leader: Actor
let member: Actor
let outsider: Actor
let teamId: string

const found = (more: Partial<NewTeam> = {}) =>
  database.work((work) =>
    createTeam(work, {
      name: '理发志愿队',
      nameEn: 'Haircut volunteers',
      tier: 'squad',
      unitId: station.id,
      categorySlugs: ['health-and-care'],
      foundedOn: '2020-01-01',
      ...more,
    }),
  )
const volunteer = (actor: Actor, skills: string[] = []) =>
  database.work((work) => registerVolunteer(work, skills), actor)
const join = (actor: Actor, id = teamId) => database.work((work) => joinTeam(work, id, actor.personId!), actor)

beforeAll(async () => {
  await database.work(async ({ tx, now }) => {
    const on = dateIn(now)
    const institutes = await listUnits(tx, { kind: 'institute', on, limit: 2 })
    institute = institutes[0]!
    station = (await listUnits(tx, { parentId: institute.id, on, limit: 1 }))[0]!
    otherStation = (await listUnits(tx, { parentId: institutes[1]!.id, on, limit: 1 }))[0]!
  })
  leader = await registerResident(database, 301, '吴队长')
  member = await registerResident(database, 302, '𠮷田')
  outsider = await registerResident(database, 303)
  teamId = await found()
  for (const actor of [leader, member]) {
    await volunteer(actor)
    await join(actor)
  }
  await database.work((work) => giveTeamRole(work, teamId, leader.personId!, 'leader'))
})

describe('volunteers', () => {
  test('register themselves, with consent recorded once; a second time only the skills change', async () => {
    await volunteer(outsider, ['理发'])
    await volunteer(outsider, ['理发', '修脚'])
    const rows = await database.work(({ tx }) =>
      tx.rows(sql`select skills, (select count(*) from consent c where c.person_id = v.person_id) as consents
                    from volunteer v where person_id = ${outsider.personId}`),
    )
    expect(rows).toEqual([{ skills: ['理发', '修脚'], consents: 1 }])
    const events = await database.work(({ tx }) =>
      tx.rows<{ action: string }>(
        sql`select action from audit_event where subject_id = ${outsider.personId} and action like 'teams.%' order by id`,
      ),
    )
    expect(events.map(({ action }) => action)).toEqual(['teams.register-volunteer', 'teams.change-skills'])
  })

  test('nobody without a person can be one', async () => {
    await expect(database.work((work) => registerVolunteer(work, []))).rejects.toMatchObject({ status: 401 })
  })
})

describe('membership', () => {
  test('a leader cannot put another person into the team, nor can staff or the system', async () => {
    for (const actor of [leader, { ...leader, kind: 'staff' } as const, systemActor(leader.districtId)]) {
      const add = database.work((work) => joinTeam(work, teamId, outsider.personId!), actor)
      await expect(add).rejects.toMatchObject({ code: 'teams.not-yourself', status: 403 })
    }
    expect(await database.work(({ tx }) => teamsOf(tx, outsider.personId!))).toEqual([])
  })

  test('a role goes only to somebody who joined', async () => {
    const give = database.work((work) => giveTeamRole(work, teamId, outsider.personId!, 'leader'))
    await expect(give).rejects.toMatchObject({ code: 'teams.not-a-member' })
  })

  test('needs a volunteer, a team that works, and happens once', async () => {
    const stranger = await registerResident(database, 304)
    await expect(join(stranger)).rejects.toMatchObject({ code: 'teams.not-a-volunteer' })
    await expect(join(member)).rejects.toMatchObject({ code: 'teams.already-a-member' })
    await expect(join(member, stranger.personId!)).rejects.toMatchObject({ status: 404 })
    const ended = await found({ name: '旧队' })
    await database.owner((client) => client.query(`update team set ended_on = '2021-01-01' where id = $1`, [ended]))
    await expect(join(member, ended)).rejects.toMatchObject({ code: 'teams.team-ended' })
  })

  test('two taps at once join once', async () => {
    const id = await found({ name: '双击队' })
    const results = await Promise.allSettled([join(member, id), join(member, id), join(member, id)])
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
  })

  test('ends whenever the member wants, leaders included, and can begin again', async () => {
    const id = await found({ name: '来去队' })
    const leave = () => database.work((work) => leaveTeam(work, id), leader)
    await join(leader, id)
    await database.work((work) => giveTeamRole(work, id, leader.personId!, 'leader'))
    expect(await database.work(({ tx }) => isLeader(tx, id, leader.personId!))).toBe(true)
    await leave()
    await leave()
    expect(await database.work(({ tx }) => isLeader(tx, id, leader.personId!))).toBe(false)
    await join(leader, id)
    expect(await database.work(({ tx }) => leadersOf(tx, id))).toEqual([])
    expect(await database.work(({ tx }) => membersOf(tx, id))).toMatchObject([{ role: 'member', name: '吴队长' }])
  })
})

describe('who is in it', () => {
  test('members see names; others, signed in or not, do not', async () => {
    const list = (actor: Actor) =>
      runRead(database.db, actor, (read) => teamsHandlers.listTeamMembers(read, { ...input, params: { id: teamId } }))
    expect((await list(member)).answer.rows).toEqual([
      { personId: leader.personId, name: '吴队长', role: 'leader' },
      { personId: member.personId, name: '𠮷田', role: 'member' },
    ])
    await expect(list(outsider)).rejects.toMatchObject({ code: 'teams.members-only', status: 403 })
    await expect(list({ ...outsider, personId: null })).rejects.toMatchObject({ status: 403 })
  })

  test('leaders are known for their teams', async () => {
    await database.work(async ({ tx }) => {
      expect(await teamsLedBy(tx, leader.personId!)).toContain(teamId)
      expect(await teamsLedBy(tx, member.personId!)).toEqual([])
      expect(await isLeader(tx, teamId, member.personId!)).toBe(false)
    })
  })
})

describe('lists', () => {
  test('by name, unit and everything below it, category, page by page', async () => {
    const elsewhere = await found({
      name: '科普宣讲队',
      nameEn: 'Science talks',
      unitId: otherStation.id,
      categorySlugs: ['science'],
    })
    const list = (query: Record<string, unknown>) =>
      runRead(
        database.db,
        systemActor(leader.districtId),
        async (read) => (await teamsHandlers.listTeams(read, { ...input, query })).answer,
      )
    expect((await list({ q: 'science' })).rows.map((team) => team.id)).toEqual([elsewhere])
    expect((await list({ q: '理发' })).rows).toMatchObject([{ id: teamId, members: 2, unitName: station.name }])
    expect((await list({ category: 'science' })).rows.map((team) => team.id)).toEqual([elsewhere])
    expect((await list({ unitId: institute.id })).rows.map((team) => team.id)).toContain(teamId)
    expect((await list({ unitId: institute.id })).rows.map((team) => team.id)).not.toContain(elsewhere)
    const all = (await list({ limit: 100 })).rows.map((team) => team.id)
    const paged: string[] = []
    for (let cursor: string | undefined; ;) {
      const page = await list({ limit: 2, cursor })
      paged.push(...page.rows.map((team) => team.id))
      if (page.nextCursor === null) break
      cursor = page.nextCursor
    }
    expect(paged).toEqual(all)
    expect(all.length).toBeGreaterThan(3)
  })

  test('a team is read by everybody, an unknown one is not found', async () => {
    const read = (id: string) =>
      runRead(database.db, systemActor(leader.districtId), (read) =>
        teamsHandlers.readTeam(read, { ...input, params: { id } }),
      )
    expect((await read(teamId)).answer).toMatchObject({ name: '理发志愿队', nameEn: 'Haircut volunteers', members: 2 })
    await expect(read(leader.personId!)).rejects.toMatchObject({ status: 404 })
  })
})

describe('candidates', () => {
  test('serve the category and the place, hold the licences and have a leader; the nearest come first', async () => {
    const led = async (more: Partial<NewTeam>) => {
      const id = await found(more)
      await join(leader, id)
      await database.work((work) => giveTeamRole(work, id, leader.personId!, 'deputy'))
      return id
    }
    const category = { categorySlugs: ['culture'] }
    const township = await led({ ...category, name: '乡镇队', unitId: institute.id })
    const local = await led({ ...category, name: '村队', licences: ['electrician'] })
    const visiting = await led({ ...category, name: '外援队', unitId: otherStation.id, serviceUnitIds: [institute.id] })
    await led({ ...category, name: '别处队', unitId: otherStation.id })
    await led({ name: '别类队', categorySlugs: ['sports'] })
    await found({ ...category, name: '无队长' })
    await led({ ...category, name: '未成立', foundedOn: '2999-01-01' })
    const candidates = (licences?: string[]) =>
      database.work(async ({ tx, now }) => {
        const path = (await findUnit(tx, station.id, dateIn(now)))!.path.map((unit) => unit.id)
        const need = { categorySlug: 'culture', unitPathIds: path, on: dateIn(now), licences }
        return (await teamCandidates(tx, need)).map((team) => [team.id, team.levelsAway])
      })
    expect(await candidates()).toEqual([
      [local, 0],
      [township, 1],
      [visiting, null],
    ])
    expect(await candidates(['electrician'])).toEqual([[local, 0]])
    expect(await database.work(({ tx, now }) => findTeam(tx, local, dateIn(now)))).toMatchObject({
      licences: ['electrician'],
    })
  })
})
