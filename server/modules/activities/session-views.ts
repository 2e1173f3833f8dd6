import { empty, type Sql, sql, type Tx } from '#platform/db.ts'
import type { Activity, Origin, Session, SignUpState } from './activity.ts'
import { activityColumns, sessionColumns } from './activity-rows.ts'

/** A line of the public programme. */
export interface ProgrammeRow extends Session {
  readonly title: string
  readonly origin: Origin
  readonly themeName: string | null
  readonly campaignName: string | null
  readonly unitId: string
  readonly unitName: string
  readonly teamName: string | null
  readonly membersOnly: boolean
  readonly needed: number
  readonly taken: number
  readonly waiting: number
}

export interface ProgrammeFilter {
  readonly from: Date
  readonly until: Date
  readonly unitIds?: readonly string[] | undefined
  readonly teamId?: string | undefined
  readonly themeId?: string | undefined
  readonly q?: string | undefined
  /** The session after which the page begins. */
  readonly after?: { readonly at: Date; readonly id: string } | undefined
  readonly limit: number
}

function programmeRows(tx: Tx, on: string): Sql {
  return sql`
    select ${sessionColumns}, a.title, a.origin, t.name as theme_name, c.name as campaign_name, a.unit_id, p.name as unit_name,
           m.name as team_name, a.members_only, n.needed, n.taken,
           (select count(*) from sign_up w
             where w.district_id = s.district_id and w.session_id = s.id and w.state in ('waiting', 'offered')) as waiting
      from activity_session s
      join activity a on a.district_id = s.district_id and a.id = s.activity_id
      join unit_period p on p.district_id = a.district_id and p.unit_id = a.unit_id
       and p.valid_from <= ${on}::date and (p.valid_until is null or p.valid_until > ${on}::date)
      left join activity_theme t on t.district_id = a.district_id and t.id = a.theme_id
      left join activity_theme c on c.district_id = a.district_id and c.id = a.campaign_id
      left join team m on m.district_id = a.district_id and m.id = a.team_id
      cross join lateral (
        select coalesce(sum(r.needed), 0) as needed, coalesce(sum(r.taken), 0) as taken from session_role r
         where r.district_id = s.district_id and r.session_id = s.id) n
     where s.district_id = ${tx.districtId}`
}

/** The civil calendar: published sessions in time's order, cancelled ones marked and not left out. */
export function listProgramme(tx: Tx, on: string, filter: ProgrammeFilter): Promise<ProgrammeRow[]> {
  return tx.rows(sql`${programmeRows(tx, on)}
       and a.state <> 'draft' and s.starts_at >= ${filter.from} and s.starts_at < ${filter.until}
       ${filter.unitIds === undefined ? empty : sql`and (a.unit_id = any(${filter.unitIds}::uuid[]) or s.place_unit_id = any(${filter.unitIds}::uuid[]))`}
       ${filter.teamId === undefined ? empty : sql`and a.team_id = ${filter.teamId}::uuid`}
       ${filter.themeId === undefined ? empty : sql`and ${filter.themeId}::uuid in (a.theme_id, a.campaign_id)`}
       ${filter.q === undefined ? empty : sql`and position(lower(${filter.q}) in lower(a.title || ' ' || a.beneficiaries)) > 0`}
       ${filter.after === undefined ? empty : sql`and (s.starts_at, s.id) > (${filter.after.at}, ${filter.after.id}::uuid)`}
     order by s.starts_at, s.id limit ${filter.limit}`)
}

/** One session as the public sees it; a draft's only for those who organise it. */
export function findProgrammeRow(tx: Tx, on: string, sessionId: string): Promise<ProgrammeRow | undefined> {
  return tx.maybe(sql`${programmeRows(tx, on)} and s.id = ${sessionId}::uuid`)
}

export interface MySignUp extends ProgrammeRow {
  readonly signUpState: SignUpState
  readonly roleName: string
  readonly offerUntil: Date | null
}

/**
 * What a person has signed up for, what is to come first. Whose sessions they are is said within: there are more tables than the
 * planner orders by itself, and it would begin with every session of the district.
 */
export function signUpsOf(tx: Tx, on: string, personId: string, since: Date): Promise<MySignUp[]> {
  return tx.rows(sql`
    select row.*, u.state as sign_up_state, ro.name as role_name, u.offer_until
      from sign_up u
      join session_role ro on ro.district_id = u.district_id and ro.id = u.role_id
      join (${programmeRows(tx, on)} and s.ends_at >= ${since} and s.id = any(array(
              select mine.session_id from sign_up mine where mine.district_id = ${tx.districtId} and mine.person_id = ${personId}))) row
        on row.id = u.session_id
     where u.district_id = ${tx.districtId} and u.person_id = ${personId} and u.state in ('signed-up', 'waiting', 'offered', 'cancelled')
     order by row.starts_at, row.id`)
}

export interface ActivityRow extends Activity {
  readonly unitName: string
  readonly teamName: string | null
  readonly nextStartsAt: Date | null
  readonly sessions: number
}

export interface OrganisedFilter {
  readonly unitIds: readonly string[]
  readonly teamIds: readonly string[]
  readonly state?: string | undefined
  readonly beforeId?: string | undefined
  readonly limit: number
}

/** To look up the newest of each costs more than to go through all, from so many units and teams on. */
const ORGANISERS_ONE_BY_ONE_MAX = 50

/**
 * Activities that somebody organises, newest first. For few units and teams the newest of each are looked up, and of these the newest: to go
 * through all of the district until enough are found would read everything for a team that has few. For many it is the other way round.
 */
export function listActivities(tx: Tx, on: string, filter: OrganisedFilter): Promise<ActivityRow[]> {
  const isFew = filter.unitIds.length + filter.teamIds.length <= ORGANISERS_ONE_BY_ONE_MAX
  const found = isFew
    ? sql`select newest.id from (${newestOf(tx, 'unit', filter)} union ${newestOf(tx, 'team', filter)}) newest order by newest.id desc`
    : amongAll(tx, filter)
  return tx.rows(sql`${activityRows(tx, on)} and a.id in (${found} limit ${filter.limit}) order by a.id desc`)
}

/** "is true" keeps the planner from gathering the activities of every unit by the index and sorting them. */
function amongAll(tx: Tx, { unitIds, teamIds, ...filter }: OrganisedFilter): Sql {
  return sql`
    select o.id from activity o
     where o.district_id = ${tx.districtId} ${narrowed(filter)}
       and ((o.unit_id = any(${unitIds}::uuid[])) is true or (o.team_id = any(${teamIds}::uuid[])) is true)
     order by o.id desc`
}

function narrowed({ state, beforeId }: Pick<OrganisedFilter, 'state' | 'beforeId'>): Sql {
  return sql`${state === undefined ? empty : sql`and o.state = ${state}`} ${beforeId === undefined ? empty : sql`and o.id < ${beforeId}::uuid`}`
}

/** The newest of each unit, or of each team. */
function newestOf(tx: Tx, organiser: 'unit' | 'team', filter: OrganisedFilter): Sql {
  const [ids, column] = organiser === 'unit' ? [filter.unitIds, sql`o.unit_id`] : [filter.teamIds, sql`o.team_id`]
  return sql`
    select found.id from unnest(${ids}::uuid[]) organiser (id)
     cross join lateral (
       select o.id from activity o
        where o.district_id = ${tx.districtId} and ${column} = organiser.id ${narrowed(filter)}
        order by o.id desc limit ${filter.limit}) found`
}

export function findActivityRow(tx: Tx, on: string, id: string): Promise<ActivityRow | undefined> {
  return tx.maybe(sql`${activityRows(tx, on)} and a.id = ${id}::uuid`)
}

function activityRows(tx: Tx, on: string): Sql {
  return sql`
    select ${activityColumns}, p.name as unit_name, m.name as team_name,
           (select min(s.starts_at) from activity_session s
             where s.district_id = a.district_id and s.activity_id = a.id and s.state = 'planned') as next_starts_at,
           (select count(*) from activity_session s where s.district_id = a.district_id and s.activity_id = a.id) as sessions
      from activity a
      join unit_period p on p.district_id = a.district_id and p.unit_id = a.unit_id
       and p.valid_from <= ${on}::date and (p.valid_until is null or p.valid_until > ${on}::date)
      left join team m on m.district_id = a.district_id and m.id = a.team_id
     where a.district_id = ${tx.districtId}`
}

/** All sessions of an activity in time's order. */
export function sessionsOf(tx: Tx, activityId: string): Promise<Session[]> {
  return tx.rows(sql`
    select ${sessionColumns} from activity_session s
     where s.district_id = ${tx.districtId} and s.activity_id = ${activityId} order by s.starts_at, s.id`)
}

export interface RosterRow {
  readonly personId: string
  readonly name: string | null
  readonly roleName: string | null
  readonly state: SignUpState | null
  readonly signedUpAt: Date | null
  readonly offerUntil: Date | null
  readonly checkedInAt: Date | null
  readonly checkedOutAt: Date | null
  readonly checkInMethod: string | null
  readonly checkOutMethod: string | null
  readonly score: number | null
  readonly reasons: readonly string[]
  readonly needsConfirmation: boolean
  readonly photosAllowed: boolean
}

/** Everybody who has, waits for or used a place, with attendance; who came without signing up stands last. */
export function rosterOf(tx: Tx, sessionId: string): Promise<RosterRow[]> {
  return tx.rows(sql`
    with up as (
      select u.person_id, u.state, u.created_at, u.offer_until, ro.name as role_name
        from sign_up u join session_role ro on ro.district_id = u.district_id and ro.id = u.role_id
       where u.district_id = ${tx.districtId} and u.session_id = ${sessionId} and u.state in ('signed-up', 'waiting', 'offered')
    ), came as (
      select * from attendance
       where district_id = ${tx.districtId} and subject_kind = 'session' and subject_id = ${sessionId}
    )
    select coalesce(up.person_id, came.person_id) as person_id, pe.name, up.role_name, up.state, up.created_at as signed_up_at,
           up.offer_until, came.checked_in_at, came.checked_out_at, came.check_in_method, came.check_out_method, came.score,
           coalesce(came.reasons, '{}') as reasons, coalesce(came.needs_confirmation, false) as needs_confirmation,
           exists (select from consent c where c.district_id = pe.district_id and c.person_id = pe.id and c.purpose = 'photos'
                    and c.withdrawn_at is null) as photos_allowed
      from up full join came on came.person_id = up.person_id
      join person pe on pe.district_id = ${tx.districtId} and pe.id = coalesce(up.person_id, came.person_id)
     order by array_position(array['signed-up', 'offered', 'waiting'], up.state) nulls last, up.created_at, 1`)
}

/** How many sessions a team has announced and not yet held. */
export async function countSessionsAhead(tx: Tx, teamId: string, now: Date): Promise<number> {
  const { count } = await tx.one<{ count: number }>(sql`
    select count(*) as count from activity_session s join activity a on a.district_id = s.district_id and a.id = s.activity_id
     where s.district_id = ${tx.districtId} and a.team_id = ${teamId}::uuid and a.state = 'published' and s.state = 'planned'
       and s.ends_at > ${now}`)
  return count
}
