import { empty, type Sql, sql, type Tx } from '#platform/db.ts'
import { isLeading, LEADING_ROLES, type Team, type TeamRole, type TeamTier } from './team.ts'

/** Licences that a team `t` holds on a date. */
function validLicences(on: string): Sql {
  return sql`array(select l.licence from team_licence l where l.district_id = t.district_id and l.team_id = t.id
                      and (l.valid_until is null or l.valid_until >= ${on}::date) order by l.licence)`
}

const teamColumns = (
  on: string,
) => sql`${validLicences(on)} as licences, t.id, t.name, t.name_en, t.tier, t.unit_id, p.name as unit_name, t.category_slugs, t.service_unit_ids, t.visits_per_week_max, t.insured_until, t.founded_on, t.ended_on,
  t.parent_id, t.family_id, t.registration_type, t.social_credit_code, t.approving_unit_id, t.join_mode, t.version,
  (select count(*) from team_member m where m.district_id = t.district_id and m.team_id = t.id and m.left_at is null) as members`

function teams(tx: Tx, on: string) {
  return sql`team t join unit_period p on p.district_id = t.district_id and p.unit_id = t.unit_id
       and p.valid_from <= ${on}::date and (p.valid_until is null or p.valid_until > ${on}::date)
     where t.district_id = ${tx.districtId}`
}

export interface TeamFilter {
  readonly q?: string | undefined
  /** Teams at any of these units. */
  readonly unitIds?: readonly string[] | undefined
  readonly categorySlug?: string | undefined
  readonly tier?: TeamTier | undefined
  readonly familyId?: string | undefined
  readonly parentId?: string | undefined
  readonly on: string
  readonly afterKey?: string | undefined
  readonly limit: number
}

/** Teams that work on a date, by name. */
export function listTeams(tx: Tx, filter: TeamFilter): Promise<(Team & { sortKey: string })[]> {
  return tx.rows(sql`
    select ${teamColumns(filter.on)}, t.name || t.id as sort_key from ${teams(tx, filter.on)}
       and (t.ended_on is null or t.ended_on > ${filter.on}::date)
       ${filter.q === undefined ? empty : sql`and position(lower(${filter.q}) in lower(t.name || ' ' || coalesce(t.name_en, ''))) > 0`}
       ${filter.unitIds === undefined ? empty : sql`and t.unit_id = any(${filter.unitIds}::uuid[])`}
       ${filter.categorySlug === undefined ? empty : sql`and ${filter.categorySlug} = any(t.category_slugs)`}
       ${filter.tier === undefined ? empty : sql`and t.tier = ${filter.tier}`}
       ${filter.familyId === undefined ? empty : sql`and t.family_id = ${filter.familyId}::uuid`}
       ${filter.parentId === undefined ? empty : sql`and t.parent_id = ${filter.parentId}::uuid`}
       ${filter.afterKey === undefined ? empty : sql`and t.name || t.id > ${filter.afterKey}`}
     order by sort_key limit ${filter.limit}`)
}

/** One team, also after its end. */
export function findTeam(tx: Tx, id: string, on: string): Promise<Team | undefined> {
  return tx.maybe(sql`select ${teamColumns(on)} from ${teams(tx, on)} and t.id = ${id}::uuid`)
}

export interface TeamMember {
  readonly personId: string
  readonly name: string | null
  readonly role: TeamRole
}

/** Who is in a team now, leaders first. */
export function membersOf(tx: Tx, teamId: string): Promise<TeamMember[]> {
  return tx.rows(sql`
    select m.person_id, p.name, m.role
      from team_member m join person p on p.district_id = m.district_id and p.id = m.person_id
     where m.district_id = ${tx.districtId} and m.team_id = ${teamId} and m.left_at is null
     order by array_position(array['leader', 'deputy', 'handler', 'member'], m.role), m.joined_at, m.person_id`)
}

export async function leadersOf(tx: Tx, teamId: string): Promise<TeamMember[]> {
  return (await membersOf(tx, teamId)).filter((member) => isLeading(member.role))
}

/** The teams a person is in now, for the session. */
export function teamsOf(tx: Tx, personId: string): Promise<{ id: string; name: string; role: TeamRole }[]> {
  return tx.rows(sql`
    select t.id, t.name, m.role from team_member m join team t on t.district_id = m.district_id and t.id = m.team_id
     where m.district_id = ${tx.districtId} and m.person_id = ${personId} and m.left_at is null order by t.name, t.id`)
}

/** Ids of the teams for which a person speaks. */
export async function teamsLedBy(tx: Tx, personId: string): Promise<string[]> {
  return (await teamsOf(tx, personId)).filter((team) => isLeading(team.role)).map((team) => team.id)
}

export async function roleIn(tx: Tx, teamId: string, personId: string): Promise<TeamRole | undefined> {
  const row = await tx.maybe<{ role: TeamRole }>(sql`
    select role from team_member
     where district_id = ${tx.districtId} and team_id = ${teamId} and person_id = ${personId} and left_at is null`)
  return row?.role
}

export async function isLeader(tx: Tx, teamId: string, personId: string): Promise<boolean> {
  const role = await roleIn(tx, teamId, personId)
  return role !== undefined && isLeading(role)
}

export interface TeamCandidate extends Team {
  /** How near its own unit is: 0 for the order's unit itself, 1 for its parent, and so on; null when it only serves there. */
  readonly levelsAway: number | null
}

/**
 * Teams that could be invited: they work on the date, serve the category and the place, hold the licences, and somebody leads
 * them. Nearest first, then by name; how busy they are is for the dispatcher to weigh.
 * @param need `unitPathIds`: the order's unit and all above it, from the centre down
 */
export function teamCandidates(
  tx: Tx,
  need: {
    readonly categorySlug: string
    readonly unitPathIds: readonly string[]
    readonly licences?: readonly string[] | undefined
    readonly on: string
    readonly limit?: number | undefined
  },
): Promise<TeamCandidate[]> {
  const path = [...need.unitPathIds].reverse()
  return tx.rows(sql`
    select ${teamColumns(need.on)}, array_position(${path}::uuid[], t.unit_id) - 1 as levels_away from ${teams(tx, need.on)}
       and (t.ended_on is null or t.ended_on > ${need.on}::date) and t.founded_on <= ${need.on}::date
       and ${need.categorySlug} = any(t.category_slugs)
       and (t.unit_id = any(${path}::uuid[]) or t.service_unit_ids && ${path}::uuid[])
       and ${validLicences(need.on)} @> ${need.licences ?? []}::text[]
       and exists (select from team_member m where m.district_id = t.district_id and m.team_id = t.id and m.left_at is null
                      and m.role = any(${LEADING_ROLES}))
     order by levels_away nulls last, t.name, t.id limit ${need.limit ?? CANDIDATES_MAX}`)
}

const CANDIDATES_MAX = 50
