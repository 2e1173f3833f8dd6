import type { PersonHolder } from '#modules/people/index.ts'
import { dateIn } from '#platform/dates.ts'
import { sql, type Tx } from '#platform/db.ts'
import type { Work } from '#platform/work.ts'
import { requireTeam } from './keepers.ts'
import { endMattersOf, lockTeam, moveMatters, passApplicationsFrom } from './matter-rows.ts'
import { responsibleFor } from './responsible.ts'
import { endAllMemberships, endSharedMemberships, lowerRoles, moveMemberships, reopenMemberships } from './team-rows.ts'
import { teamsOf } from './team-views.ts'
import { copyVolunteer, eraseVolunteer, isVolunteer, licencesOf, moveLicences } from './volunteer-rows.ts'
import { findVolunteer } from './volunteer-views.ts'

/** What this module holds about a person. */
export const teamsHolder: PersonHolder = {
  name: 'teams',
  async leave(work, personId) {
    const { tx, now } = work
    const teams = await teamsOf(tx, personId)
    await endAllMemberships(tx, personId, now)
    await endMattersOf(tx, personId, now)
    await passApplications(
      work,
      teams.map((team) => team.id),
      personId,
    )
    await eraseVolunteer(tx, personId)
  },
  // Both accounts of a volunteer are one of a volunteer after it: the kept one is registered if the other one was.
  async move(work, { keptId, absorbedId }) {
    const { tx, now } = work
    if (!(await isVolunteer(tx, absorbedId))) return {}
    await copyVolunteer(tx, absorbedId, keptId)
    const teams = await lockTeamsOf(work, absorbedId)
    const { ended, raised } = await endSharedMemberships(tx, absorbedId, keptId, now)
    const memberships = await moveMemberships(tx, absorbedId, keptId)
    await passApplications(work, teams, absorbedId)
    await moveMatters(tx, absorbedId, keptId, now)
    const licences = await moveLicences(tx, absorbedId, keptId)
    const had = Object.fromEntries(Object.entries(raised).map(([role, ids]) => [`was-${role}`, ids]))
    return { ended, memberships, licences, ...had }
  },
  async moveBack(work, { keptId, absorbedId }, moved) {
    const { tx } = work
    const teams = await lockTeamsOf(work, keptId)
    await moveMemberships(tx, keptId, absorbedId, moved['memberships'] ?? [])
    for (const role of ['member', 'handler', 'deputy'] as const)
      await lowerRoles(tx, { keptId, absorbedId, role, teamIds: moved[`was-${role}`] ?? [] })
    await reopenMemberships(tx, absorbedId, moved['ended'] ?? [])
    await passApplications(work, teams, keptId)
    await moveLicences(tx, keptId, absorbedId, moved['licences'] ?? [])
  },
  async collect(tx, personId) {
    const volunteer = await findVolunteer(tx, personId)
    if (volunteer === undefined) return {}
    const { emergency, freeTimes, skills, serviceKinds, languages, registeredAt, ...told } = volunteer
    const joined = (list: readonly string[]) => list.join(', ')
    const row = {
      registeredAt: registeredAt.toISOString(),
      skills: joined(skills),
      serviceKinds: joined(serviceKinds),
      languages: joined(languages),
      freeTimes: joined(freeTimes.map(({ weekday, from, until }) => `${weekday} ${from}-${until}`)),
      ...told,
      emergencyContact: emergency === null ? null : `${emergency.name} ${emergency.relation} ${emergency.phone}`,
    }
    const licences = (await licencesOf(tx, personId)).map(({ kind, issuer, proofNumber, validUntil }) => ({
      kind,
      issuer,
      proofNumber,
      validUntil,
    }))
    return {
      volunteer: [row],
      licences,
      memberships: await membershipsOf(tx, personId),
      teamApplications: await applicationsOfPerson(tx, personId),
    }
  },
}

async function membershipsOf(tx: Tx, personId: string) {
  const rows = await tx.rows<{ team: string; role: string; joinedAt: Date; leftAt: Date | null }>(sql`
    select t.name as team, m.role, m.joined_at, m.left_at from team_member m
      join team t on t.district_id = m.district_id and t.id = m.team_id
     where m.district_id = ${tx.districtId} and m.person_id = ${personId} order by m.joined_at`)
  return rows.map((row) => ({
    ...row,
    joinedAt: dateIn(row.joinedAt),
    leftAt: row.leftAt === null ? null : dateIn(row.leftAt),
  }))
}

/** What the person asked of teams and units, with the answers. */
async function applicationsOfPerson(tx: Tx, personId: string) {
  const rows = await tx.rows<{
    team: string
    message: string
    state: string
    answer: string | null
    createdAt: Date
  }>(sql`
    select t.name as team, a.message, a.state, a.answer, a.created_at from team_application a
      join team t on t.district_id = a.district_id and t.id = a.team_id
     where a.district_id = ${tx.districtId} and a.person_id = ${personId}
    union all
    select f.name, f.purpose, f.state, f.answer, f.created_at from team_founding f
     where f.district_id = ${tx.districtId} and f.person_id = ${personId}
     order by created_at`)
  return rows.map((row) => ({ ...row, createdAt: dateIn(row.createdAt) }))
}

/** Whatever changes who is in a team happens under the team's lock; always in one order. */
async function lockTeamsOf({ tx }: Work, personId: string): Promise<string[]> {
  const ids = (await teamsOf(tx, personId)).map((team) => team.id).toSorted((a, b) => (a < b ? -1 : 1))
  for (const id of ids) await lockTeam(tx, id)
  return ids
}

/** What somebody had to answer for teams goes to whoever answers for them now. */
async function passApplications(work: Work, teamIds: readonly string[], personId: string): Promise<void> {
  for (const id of teamIds)
    await passApplicationsFrom(work.tx, id, personId, await responsibleFor(work.tx, await requireTeam(work, id)))
}
