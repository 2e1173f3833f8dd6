import type { PersonHolder } from '#modules/people/index.ts'
import { dateIn } from '#platform/dates.ts'
import { sql, type Tx } from '#platform/db.ts'
import { endAllMemberships, endSharedMemberships, moveMemberships, reopenMemberships } from './team-rows.ts'
import { copyVolunteer, eraseVolunteer, isVolunteer, licencesOf, moveLicences } from './volunteer-rows.ts'
import { findVolunteer } from './volunteer-views.ts'

/** What this module holds about a person. */
export const teamsHolder: PersonHolder = {
  name: 'teams',
  async leave({ tx, now }, personId) {
    await endAllMemberships(tx, personId, now)
    await eraseVolunteer(tx, personId)
  },
  // Both accounts of a volunteer are one of a volunteer after it: the kept one is registered if the other one was.
  async move({ tx, now }, { keptId, absorbedId }) {
    if (!(await isVolunteer(tx, absorbedId))) return {}
    const followed = (await isVolunteer(tx, keptId)) ? {} : { registered: [keptId] }
    await copyVolunteer(tx, absorbedId, keptId)
    const ended = await endSharedMemberships(tx, absorbedId, keptId, now)
    const memberships = await moveMemberships(tx, absorbedId, keptId)
    const licences = await moveLicences(tx, absorbedId, keptId)
    return { ...followed, ended, memberships, licences }
  },
  async moveBack({ tx }, { keptId, absorbedId }, moved) {
    await moveMemberships(tx, keptId, absorbedId, moved['memberships'] ?? [])
    await reopenMemberships(tx, absorbedId, moved['ended'] ?? [])
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
    return { volunteer: [row], licences, memberships: await membershipsOf(tx, personId) }
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
