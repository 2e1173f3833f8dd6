import { empty, sql, type Tx } from '#platform/db.ts'
import type { NewTeam, TeamRole } from './team.ts'

const VISITS_PER_WEEK = 10

export async function insertTeam(tx: Tx, id: string, team: NewTeam): Promise<void> {
  await tx.run(sql`
    insert into team (district_id, id, name, name_en, tier, unit_id, category_slugs, service_unit_ids, visits_per_week_max,
                      insured_until, founded_on, parent_id, family_id, approving_unit_id)
    values (${tx.districtId}, ${id}, ${team.name}, ${team.nameEn ?? null}, ${team.tier}, ${team.unitId}, ${team.categorySlugs},
            ${team.serviceUnitIds ?? []}::uuid[], ${team.visitsPerWeekMax ?? VISITS_PER_WEEK},
            ${team.insuredUntil ?? null}, ${team.foundedOn},
            ${team.parentId ?? null}, ${team.familyId ?? null}, ${team.approvingUnitId ?? null})`)
}

/** @returns false when the person is a member already */
export async function insertMember(tx: Tx, teamId: string, personId: string, now: Date): Promise<boolean> {
  const inserted = await tx.run(sql`
    insert into team_member (district_id, team_id, person_id, role, joined_at)
    values (${tx.districtId}, ${teamId}, ${personId}, 'member', ${now})
    on conflict (district_id, team_id, person_id) where left_at is null do nothing`)
  return inserted === 1
}

export async function endMembership(tx: Tx, teamId: string, personId: string, now: Date): Promise<boolean> {
  const ended = await tx.run(sql`
    update team_member set left_at = ${now}
     where district_id = ${tx.districtId} and team_id = ${teamId} and person_id = ${personId} and left_at is null`)
  return ended === 1
}

export async function updateRole(tx: Tx, teamId: string, personId: string, role: TeamRole): Promise<boolean> {
  const updated = await tx.run(sql`
    update team_member set role = ${role}
     where district_id = ${tx.districtId} and team_id = ${teamId} and person_id = ${personId} and left_at is null`)
  return updated === 1
}

export async function endAllMemberships(tx: Tx, personId: string, now: Date): Promise<void> {
  await tx.run(sql`
    update team_member set left_at = greatest(${now}, joined_at)
     where district_id = ${tx.districtId} and person_id = ${personId} and left_at is null`)
}

/**
 * Ends the memberships of one account in teams that another one of the same person is in too; who led by either leads on.
 * @returns ids of the teams, and of those in which the account that stays got another role, by the role it had
 */
export async function endSharedMemberships(
  tx: Tx,
  fromId: string,
  toId: string,
  now: Date,
): Promise<{ ended: string[]; raised: Partial<Record<TeamRole, string[]>> }> {
  const rows = await tx.rows<{ teamId: string; role: TeamRole; kept: TeamRole }>(sql`
    update team_member m set left_at = greatest(${now}, m.joined_at)
      from team_member k
     where k.district_id = m.district_id and k.team_id = m.team_id and k.person_id = ${toId} and m.district_id = ${tx.districtId} and m.person_id = ${fromId} and m.left_at is null
       and k.left_at is null
     returning m.team_id, m.role, k.role as kept`)
  const raised: Partial<Record<TeamRole, string[]>> = {}
  for (const { teamId, role, kept } of rows) {
    if (role === kept || !(role === 'leader' || kept === 'member')) continue
    await updateRole(tx, teamId, toId, role)
    raised[kept] = [...(raised[kept] ?? []), teamId]
  }
  return { ended: rows.map((row) => row.teamId), raised }
}

/** Takes back the role that an account got by a merge, where it is still the one of the membership that ended for it. */
export async function lowerRoles(
  tx: Tx,
  to: { keptId: string; absorbedId: string; role: TeamRole; teamIds: readonly string[] },
): Promise<void> {
  await tx.run(sql`
    update team_member k set role = ${to.role}
     where k.district_id = ${tx.districtId} and k.person_id = ${to.keptId} and k.team_id = any(${to.teamIds}::uuid[]) and k.left_at is null
       and k.role = (select m.role from team_member m
                      where m.district_id = k.district_id and m.team_id = k.team_id and m.person_id = ${to.absorbedId}
                      order by m.joined_at desc limit 1)`)
}

/** Lets open memberships follow from one account to another of the same person. @param teamIds all by default @returns ids of the teams */
export async function moveMemberships(
  tx: Tx,
  fromId: string,
  toId: string,
  teamIds?: readonly string[],
): Promise<string[]> {
  const rows = await tx.rows<{ teamId: string }>(sql`
    update team_member m set person_id = ${toId}
     where m.district_id = ${tx.districtId} and m.person_id = ${fromId} and m.left_at is null
       ${teamIds === undefined ? empty : sql`and m.team_id = any(${teamIds}::uuid[])`}
       and not exists (select from team_member k where k.district_id = m.district_id and k.team_id = m.team_id and k.person_id = ${toId}
                        and k.left_at is null)
     returning m.team_id`)
  return rows.map((row) => row.teamId)
}

/** Opens the newest ended membership in each team again, unless the person has joined it anew. Who led leads no more where somebody does. */
export async function reopenMemberships(tx: Tx, personId: string, teamIds: readonly string[]): Promise<void> {
  await tx.run(sql`
    update team_member m
       set left_at = null,
           role = case when m.role = 'leader' and exists (
                         select from team_member l where l.district_id = m.district_id and l.team_id = m.team_id and l.role = 'leader'
                            and l.left_at is null and l.person_id <> m.person_id) then 'member' else m.role end
     where m.district_id = ${tx.districtId} and m.person_id = ${personId} and m.team_id = any(${teamIds}::uuid[])
       and m.joined_at = (select max(k.joined_at) from team_member k
                           where k.district_id = m.district_id and k.team_id = m.team_id and k.person_id = m.person_id)`)
}
