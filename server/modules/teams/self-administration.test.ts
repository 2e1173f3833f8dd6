import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { useDatabase } from '../../../test/support/database.ts'
import { registerResident } from '../../../test/support/residents.ts'
import { findUnit, listUnits, type Unit } from '#modules/orgs/index.ts'
import { type Actor, systemActor } from '#platform/actor.ts'
import { sql } from '#platform/db.ts'
import { addDays, addMinutes, dateIn } from '#platform/dates.ts'
import { answerApplication, applyToTeam, withdrawApplication } from './apply-to-team.ts'
import { countCoverage, listCoverage } from './coverage-views.ts'
import { endTeam } from './end-team.ts'
import { answerFounding, applyToFound } from './found-team.ts'
import { answerHandover, changeRole, offerLeadership, withdrawHandover } from './hand-over.ts'
import {
  createTeam,
  dueTeamMatters,
  giveTeamRole,
  joinTeam,
  lapseTeamMatter,
  leaveTeam,
  listFamilies,
  membersOf,
  type NewTeam,
  registerVolunteer,
  saveFamily,
  teamsOf,
} from './index.ts'
import { isJoinCode, joinCode, makePoster, revokePosters } from './join-codes.ts'
import { type Moved } from '#modules/people/holder.ts'
import { applicationsOf } from './matter-views.ts'
import { teamsHolder } from './person-holder.ts'
import { checkedCode, updateTeam } from './update-team.ts'

const database = useDatabase()
let station: Unit
let institute: Unit
let people: Actor[]
let clerk: Actor
let nextPhone = 320

const staffAt = (...unitIds: string[]): Actor => ({
  ...clerk,
  kind: 'staff',
  grants: [{ role: 'dispatcher', unitId: unitIds[0]!, unitIds: new Set(unitIds) }],
})
const volunteer = async (): Promise<Actor> => {
  const actor = await registerResident(database, nextPhone++)
  await database.work((work) => registerVolunteer(work, []), actor)
  return actor
}
const join = (actor: Actor, teamId: string, code?: string) =>
  database.work((work) => joinTeam(work, teamId, actor.personId!, { code }), actor)

/** A team led by the first of these people. */
async function teamOf(members: readonly Actor[], more: Partial<NewTeam> = {}): Promise<string> {
  const id = await database.work((work) =>
    createTeam(work, {
      name: `自管队 ${nextPhone++}`,
      tier: 'squad',
      unitId: station.id,
      categorySlugs: ['culture'],
      foundedOn: '2020-01-01',
      ...more,
    }),
  )
  for (const actor of members) await join(actor, id)
  const leader = members[0]
  if (leader !== undefined) await database.work((work) => giveTeamRole(work, id, leader.personId!, 'leader'))
  return id
}
const apply = (actor: Actor, teamId: string) => database.work((work) => applyToTeam(work, teamId, '想一起帮忙'), actor)
const answer = (actor: Actor, id: string, accept: boolean, text = '') =>
  database.work((work) => answerApplication(work, id, { accept, answer: text }), actor)
const rolesIn = async (teamId: string) =>
  new Map((await database.work(({ tx }) => membersOf(tx, teamId))).map((one) => [one.personId, one.role]))
const applications = (teamId: string) =>
  database.work(({ tx, now }) => applicationsOf(tx, { teamId, openOnly: false, on: dateIn(now) }))
const NOTHING_PROMISED = () => Promise.resolve({ orders: 0, sessions: 0 })

beforeAll(async () => {
  await database.work(async ({ tx, now }) => {
    const on = dateIn(now)
    institute = (await listUnits(tx, { kind: 'institute', on, limit: 1 }))[0]!
    station = (await listUnits(tx, { parentId: institute.id, on, limit: 1 }))[0]!
  })
  clerk = await registerResident(database, 319)
  people = [await volunteer(), await volunteer(), await volunteer(), await volunteer()]
})

describe('an application', () => {
  test('has one responsible person and a due time, and is answered with a reason', async () => {
    const [leader, other] = people as [Actor, Actor]
    const teamId = await teamOf([leader])
    const { id, dueAt } = await apply(other, teamId)
    await expect(apply(other, teamId)).rejects.toMatchObject({ code: 'teams.application-open' })
    const { responsible } = await database.work(({ tx }) =>
      tx.one<{ responsible: string }>(
        sql`select responsible_person_id as responsible from team_application where id = ${id}`,
      ),
    )
    expect(responsible).toBe(leader.personId)
    expect(dueAt.getTime()).toBeGreaterThan(0)
    await expect(answer(other, id, true)).rejects.toMatchObject({ code: 'teams.not-your-team' })
    await expect(answer(leader, id, false)).rejects.toMatchObject({ code: 'teams.answer-needed', field: 'answer' })
    await answer(leader, id, false, '人已满')
    expect((await applications(teamId))[0]).toMatchObject({ state: 'declined', answer: '人已满', dueAt: null })
    const again = await apply(other, teamId)
    await answer(leader, again.id, true)
    expect((await rolesIn(teamId)).get(other.personId!)).toBe('member')
  })

  test('two answers at once: one counts, the other is told', async () => {
    const [leader, other] = people as [Actor, Actor]
    const teamId = await teamOf([leader])
    const { id } = await apply(other, teamId)
    const results = await Promise.allSettled([
      answer(leader, id, true),
      answer(leader, id, false, '人已满'),
      answer(staffAt(station.id), id, true),
    ])
    expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
    const [row] = await applications(teamId)
    expect((await rolesIn(teamId)).has(other.personId!)).toBe(row!.state === 'accepted')
  })

  test('that is accepted while the team ends lets nobody into a team that is gone', async () => {
    for (let round = 0; round < 4; round++) {
      const [leader, other] = people as [Actor, Actor]
      const teamId = await teamOf([leader])
      const { id } = await apply(other, teamId)
      await Promise.allSettled([
        answer(staffAt(station.id), id, true),
        database.work((work) => endTeam(work, teamId, '队员都搬走了', NOTHING_PROMISED), leader),
      ])
      expect((await rolesIn(teamId)).size).toBe(0)
    }
  })

  test('goes to the unit where nobody leads, and to whoever leads after the responsible one left', async () => {
    const [leader, deputy, other] = people as [Actor, Actor, Actor]
    const teamId = await teamOf([leader, deputy])
    await database.work((work) => giveTeamRole(work, teamId, deputy.personId!, 'deputy'))
    const { id } = await apply(other, teamId)
    const holder = async () =>
      database.work(({ tx }) =>
        tx.one<{ person: string | null; unit: string | null }>(
          sql`select responsible_person_id as person, responsible_unit_id as unit from team_application where id = ${id}`,
        ),
      )
    await database.work((work) => leaveTeam(work, teamId), leader)
    expect(await holder()).toEqual({ person: deputy.personId, unit: null })
    await database.work((work) => leaveTeam(work, teamId), deputy)
    expect(await holder()).toEqual({ person: null, unit: station.id })
  })

  test('that nobody answers goes up, unit by unit', async () => {
    const [leader, other] = people as [Actor, Actor]
    const teamId = await teamOf([leader])
    const { id } = await apply(other, teamId)
    const lapse = async () => {
      await database.owner((client) =>
        client.query(`update team_application set due_at = now() - interval '1 hour' where id = $1`, [id]),
      )
      const due = await database.work(({ tx, now }) => dueTeamMatters(tx, now))
      expect(due).toContainEqual({ kind: 'application', id })
      await database.work((work) => lapseTeamMatter(work, { kind: 'application', id }))
      const { unit } = await database.work(({ tx }) =>
        tx.one<{ unit: string }>(sql`select responsible_unit_id as unit from team_application where id = ${id}`),
      )
      return unit
    }
    expect(await lapse()).toBe(station.id)
    expect(await lapse()).toBe(institute.id)
    await answer(staffAt(institute.id, station.id), id, true)
  })

  test('can be taken back, and joining by code answers it', async () => {
    const [leader, other] = people as [Actor, Actor]
    const teamId = await teamOf([leader])
    const first = await apply(other, teamId)
    await database.work((work) => withdrawApplication(work, first.id), other)
    await expect(answer(leader, first.id, true)).rejects.toMatchObject({ code: 'teams.already-answered' })
    await apply(other, teamId)
    await join(other, teamId)
    expect((await applications(teamId)).map((row) => row.state)).not.toContain('open')
  })
})

describe('a joining code', () => {
  test('lets people into a team that asks for applications; without one they are asked to apply', async () => {
    const [leader, other] = people as [Actor, Actor]
    const teamId = await teamOf([leader])
    await database.work((work) => updateTeam(work, teamId, 1, { joinMode: 'on-application' }), leader)
    await expect(join(other, teamId)).rejects.toMatchObject({ code: 'teams.apply-first' })
    await expect(join(other, teamId, 'AAAA1111')).rejects.toMatchObject({ code: 'teams.code-wrong', field: 'code' })
    const { code } = await database.work(({ tx, now }) => Promise.resolve(joinCode(tx, teamId, now)))
    await join(other, teamId, code)
    expect((await rolesIn(teamId)).get(other.personId!)).toBe('member')
  })

  test('changes every five minutes, the one before is still taken, and is worth nothing in another team', async () => {
    const [teamId, otherId] = [await teamOf([]), await teamOf([])]
    await database.work(async ({ tx, now }) => {
      const holds = (minutes: number, id = teamId) =>
        isJoinCode({ tx, now: addMinutes(now, minutes) }, id, joinCode(tx, teamId, now).code)
      expect([await holds(0), await holds(5), await holds(11), await holds(0, otherId)]).toEqual([
        true,
        true,
        false,
        false,
      ])
    })
  })

  test('on a poster holds until its last day, unless posters are revoked', async () => {
    const [leader] = people as [Actor]
    const teamId = await teamOf([leader])
    const today = await database.work(({ now }) => Promise.resolve(dateIn(now)))
    const make = (lastDay: string) => database.work((work) => makePoster(work, teamId, lastDay), leader)
    await expect(make(addDays(today, 181))).rejects.toMatchObject({ code: 'teams.poster-days', field: 'lastDay' })
    const { code } = await make(addDays(today, 2))
    const holds = (days: number, given = code) =>
      database.work(({ tx, now }) => isJoinCode({ tx, now: addMinutes(now, days * 1440) }, teamId, given))
    expect([await holds(0), await holds(2), await holds(3)]).toEqual([true, true, false])
    expect(await holds(0, code.replace(/^P(\d{4})/u, 'P2099'))).toBe(false)
    await database.work((work) => revokePosters(work, teamId), leader)
    expect(await holds(0)).toBe(false)
  })
})

describe('leadership', () => {
  test('changes hands only when the successor accepts', async () => {
    const [leader, successor, other] = people as [Actor, Actor, Actor]
    const teamId = await teamOf([leader, successor])
    const offer = (actor: Actor, to: Actor) =>
      database.work((work) => offerLeadership(work, teamId, to.personId!), actor)
    await expect(offer(successor, successor)).rejects.toMatchObject({ code: 'teams.not-your-team' })
    await expect(offer(leader, other)).rejects.toMatchObject({ code: 'teams.not-a-member', field: 'personId' })
    await expect(offer(staffAt(station.id), successor)).rejects.toMatchObject({ code: 'teams.not-your-team' })
    const declined = await offer(leader, successor)
    await expect(offer(leader, successor)).rejects.toMatchObject({ code: 'teams.handover-open' })
    await expect(database.work((work) => answerHandover(work, declined.id, true), other)).rejects.toMatchObject({
      status: 404,
    })
    await database.work((work) => answerHandover(work, declined.id, false), successor)
    expect((await rolesIn(teamId)).get(leader.personId!)).toBe('leader')
    const withdrawn = await offer(leader, successor)
    await database.work((work) => withdrawHandover(work, withdrawn.id), leader)
    const { id } = await offer(leader, successor)
    await database.work((work) => answerHandover(work, id, true), successor)
    expect([...(await rolesIn(teamId)).values()]).toEqual(['leader', 'member'])
    expect((await rolesIn(teamId)).get(successor.personId!)).toBe('leader')
  })

  test('the last leader leaves while handing over: the team never has two leaders, and the successor may still take over', async () => {
    for (let round = 0; round < 6; round++) {
      const [leader, successor] = people as [Actor, Actor]
      const teamId = await teamOf([leader, successor])
      const { id } = await database.work((work) => offerLeadership(work, teamId, successor.personId!), leader)
      await Promise.all([
        database.work((work) => leaveTeam(work, teamId), leader),
        database.work((work) => answerHandover(work, id, true), successor),
      ])
      expect([...(await rolesIn(teamId)).entries()]).toEqual([[successor.personId, 'leader']])
    }
  })

  test('the successor leaves while accepting: nobody leads whom nobody asked', async () => {
    const [leader, successor] = people as [Actor, Actor]
    const teamId = await teamOf([leader, successor])
    const { id } = await database.work((work) => offerLeadership(work, teamId, successor.personId!), leader)
    await Promise.allSettled([
      database.work((work) => leaveTeam(work, teamId), successor),
      database.work((work) => answerHandover(work, id, true), successor),
    ])
    const roles = await rolesIn(teamId)
    expect(roles.has(successor.personId!)).toBe(false)
  })

  test('two leaders there never are: an offer does not outlive the leadership of whoever made it', async () => {
    const [leader, successor, other] = people as [Actor, Actor, Actor]
    const teamId = await teamOf([leader, successor, other])
    const { id } = await database.work((work) => offerLeadership(work, teamId, successor.personId!), leader)
    const give = (to: Actor, role: 'leader' | 'member') =>
      database.work((work) => giveTeamRole(work, teamId, to.personId!, role))
    await expect(give(other, 'leader')).rejects.toMatchObject({ code: 'teams.leads-already' })
    await give(leader, 'member')
    await give(other, 'leader')
    const accept = database.work((work) => answerHandover(work, id, true), successor)
    await expect(accept).rejects.toMatchObject({ code: 'teams.leader-changed' })
    expect([...(await rolesIn(teamId)).entries()].filter(([, role]) => role === 'leader')).toEqual([
      [other.personId, 'leader'],
    ])
    // Whoever leads now need not wait until it lapses.
    await database.work((work) => withdrawHandover(work, id), other)
    await database.work((work) => offerLeadership(work, teamId, successor.personId!), other)
  })

  test('a merge that is undone gives back the role that was given by it, and leaves the team one leader', async () => {
    const [absorbed, kept, third] = [await volunteer(), await volunteer(), await volunteer()]
    const merge = { id: randomUUID(), keptId: kept.personId!, absorbedId: absorbed.personId! }
    const merged = () => database.work((work) => teamsHolder.move!(work, merge))
    const apart = (moved: Moved) => database.work((work) => teamsHolder.moveBack!(work, merge, moved))
    const teamId = await teamOf([absorbed, kept, third])
    await database.work((work) => giveTeamRole(work, teamId, kept.personId!, 'deputy'))
    const moved = await merged()
    expect([...(await rolesIn(teamId)).entries()]).toEqual([
      [kept.personId, 'leader'],
      [third.personId, 'member'],
    ])
    await apart(moved)
    expect(Object.fromEntries(await rolesIn(teamId))).toEqual({
      [absorbed.personId!]: 'leader',
      [kept.personId!]: 'deputy',
      [third.personId!]: 'member',
    })
    const again = await merged()
    const { id } = await database.work((work) => offerLeadership(work, teamId, third.personId!), kept)
    await database.work((work) => answerHandover(work, id, true), third)
    await apart(again)
    expect(Object.fromEntries(await rolesIn(teamId))).toEqual({
      [absorbed.personId!]: 'member',
      [kept.personId!]: 'member',
      [third.personId!]: 'leader',
    })
  })

  test('that nobody holds is offered by staff; an unanswered offer lapses', async () => {
    const [member] = people as [Actor]
    const teamId = await teamOf([])
    await join(member, teamId)
    const { id } = await database.work((work) => offerLeadership(work, teamId, member.personId!), staffAt(station.id))
    await database.owner((client) =>
      client.query(`update team_handover set due_at = now() - interval '1 hour' where id = $1`, [id]),
    )
    await database.work((work) => lapseTeamMatter(work, { kind: 'handover', id }))
    await expect(database.work((work) => answerHandover(work, id, true), member)).rejects.toMatchObject({
      code: 'teams.already-answered',
    })
  })

  test('a leader gives other roles, but cannot drop the leadership', async () => {
    const [leader, member] = people as [Actor, Actor]
    const teamId = await teamOf([leader, member])
    const change = (actor: Actor, of: Actor) =>
      database.work((work) => changeRole(work, teamId, of.personId!, 'deputy'), actor)
    await expect(change(member, member)).rejects.toMatchObject({ code: 'teams.not-your-team' })
    await expect(change(leader, leader)).rejects.toMatchObject({ code: 'teams.hand-over-first' })
    await change(leader, member)
    expect((await rolesIn(teamId)).get(member.personId!)).toBe('deputy')
  })
})

describe('founding and ending', () => {
  test('a unit founds the team somebody asked for; who asked leads it', async () => {
    const founder = await volunteer()
    const request = { unitId: station.id, name: '清晨读报队', purpose: '每天一起读报', categorySlugs: ['culture'] }
    const { id } = await database.work((work) => applyToFound(work, request), founder)
    await expect(database.work((work) => applyToFound(work, request), founder)).rejects.toMatchObject({
      code: 'teams.founding-open',
    })
    const decide = (actor: Actor) =>
      database.work((work) => answerFounding(work, id, { approve: true, answer: '' }), actor)
    await expect(decide(founder)).rejects.toMatchObject({ code: 'teams.not-your-team' })
    const staffToo = { ...staffAt(station.id), personId: founder.personId }
    await expect(decide(staffToo)).rejects.toMatchObject({ code: 'teams.own-request' })
    const { teamId } = await decide(staffAt(station.id))
    expect(await database.work(({ tx }) => teamsOf(tx, founder.personId!))).toEqual([
      { id: teamId, name: '清晨读报队', role: 'leader' },
    ])
  })

  test('a founding nobody answers goes up', async () => {
    const founder = await volunteer()
    const request = { unitId: station.id, name: '等等队', purpose: '等一个答复', categorySlugs: [] }
    const { id } = await database.work((work) => applyToFound(work, request), founder)
    await database.owner((client) =>
      client.query(`update team_founding set due_at = now() - interval '1 hour' where id = $1`, [id]),
    )
    await database.work((work) => lapseTeamMatter(work, { kind: 'founding', id }))
    const { unit } = await database.work(({ tx }) =>
      tx.one<{ unit: string }>(sql`select responsible_unit_id as unit from team_founding where id = ${id}`),
    )
    expect(unit).toBe(institute.id)
  })

  test('a team with promises does not end; without, everybody leaves and whoever waited is answered', async () => {
    const [leader, member, other] = people as [Actor, Actor, Actor]
    const teamId = await teamOf([leader, member])
    await apply(other, teamId)
    const end = (count = NOTHING_PROMISED) =>
      database.work((work) => endTeam(work, teamId, '队员都搬走了', count), leader)
    await expect(end(() => Promise.resolve({ orders: 2, sessions: 1 }))).rejects.toMatchObject({
      code: 'teams.promises-open',
      params: { orders: 2, sessions: 1 },
    })
    await end()
    expect((await rolesIn(teamId)).size).toBe(0)
    expect((await applications(teamId))[0]).toMatchObject({ state: 'declined', answer: '队员都搬走了' })
    await expect(join(member, teamId)).rejects.toMatchObject({ code: 'teams.team-ended' })
  })
})

describe('the tree', () => {
  beforeAll(() =>
    database.owner((client) =>
      client.query(`insert into category (district_id, id, slug, name, name_en, valid_from)
        select id, gen_random_uuid(), unnest(array['culture', 'sports']), '-', '-', '2018-01-01' from district`),
    ),
  )

  test('has no circles, knows its families by date, and checks the credit code', async () => {
    const [above, below] = [await teamOf([]), await teamOf([])]
    const staff = staffAt(station.id)
    const under = (id: string, parentId: string, version: number) =>
      database.work((work) => updateTeam(work, id, version, { parentId }), staff)
    await under(below, above, 1)
    await expect(under(above, below, 1)).rejects.toMatchObject({ code: 'teams.team-circle', field: 'parentId' })
    await expect(under(above, above, 1)).rejects.toMatchObject({ code: 'teams.team-circle' })
    expect(() => checkedCode('91350100M000100Y44')).toThrow()
    expect(checkedCode('91350100m000100y43')).toBe('91350100M000100Y43')
    const family = { slug: 'sports', slot: '6', name: '体育', nameEn: null, sort: 1, validUntil: null }
    await database.work((work) => saveFamily(work, { ...family, validFrom: '2090-01-01' }))
    await database.work((work) => saveFamily(work, { ...family, slot: '8', validFrom: '2091-01-01' }))
    const slots = (on: string) =>
      database.work(async ({ tx }) =>
        (await listFamilies(tx, on)).filter((one) => one.slug === 'sports').map((one) => one.slot),
      )
    expect([await slots('2090-06-01'), await slots('2091-06-01')]).toEqual([['6'], ['8']])
  })

  test('two changes at once that would close a circle together: one of them is refused', async () => {
    for (let round = 0; round < 4; round++) {
      const ids = [await teamOf([]), await teamOf([]), await teamOf([])]
      const under = (id: string, parentId: string) =>
        database.work((work) => updateTeam(work, id, 1, { parentId }), staffAt(station.id))
      const ends = await Promise.allSettled(ids.map((id, index) => under(id, ids[(index + 1) % 3]!)))
      expect(ends.filter((end) => end.status === 'fulfilled')).toHaveLength(2)
      expect(ends.find((end) => end.status === 'rejected')!.reason).toMatchObject({ code: 'teams.team-circle' })
    }
  })

  test('shows where teams are missing, each number with its list', async () => {
    await database.work(async ({ tx, now }) => {
      const on = dateIn(now)
      const { path } = (await findUnit(tx, station.id, on))!
      expect(path.length).toBeGreaterThan(1)
      const units = await listUnits(tx, { parentId: institute.id, on, limit: 100 })
      const scope = { on, unitIds: [institute.id, ...units.map((unit) => unit.id)] }
      const counts = await countCoverage(tx, scope)
      expect(counts.length).toBeGreaterThan(3)
      for (const { figure, categorySlug, value } of counts)
        expect(await listCoverage(tx, scope, figure, categorySlug)).toHaveLength(value)
      const without = counts.find((one) => one.figure === 'station-without-team')!
      // The station of this file has teams, its neighbours have none.
      expect(without).toMatchObject({ value: units.length - 1, total: units.length })
      const culture = counts.find((one) => one.figure === 'category-gap' && one.categorySlug === 'culture')!
      expect(culture.value).toBeLessThan(culture.total)
    }, systemActor(people[0]!.districtId))
  })
})
