import { sql, type Tx } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Activity, ActivityPlan, RolePlan, Session, SessionRole } from './activity.ts'

export const activityColumns = sql`a.id, a.origin, a.order_id, a.theme_id, a.campaign_id, a.unit_id, a.team_id, a.title, a.description,
  a.content, a.beneficiaries, a.place, a.place_unit_id, a.risks, a.protection, a.insurance, a.person_in_charge, a.recorder,
  a.members_only, a.needs_insurance, a.needs_health, a.offer_minutes, a.kind_slug, a.recurrence, a.state, a.cancel_reason, a.version`

export const sessionColumns = sql`s.id, s.activity_id, s.starts_at, s.ends_at, s.place, s.place_unit_id, s.sign_up_from, s.sign_up_until,
  s.state, s.cancel_reason, s.version,
  coalesce((select jsonb_agg(jsonb_build_object('id', r.id, 'name', r.name, 'needed', r.needed, 'taken', r.taken, 'skills', r.skills,
                                                'licences', r.licences, 'ageMin', r.age_min) order by r.id)
              from session_role r where r.district_id = s.district_id and r.session_id = s.id), '[]') as roles`

export interface NewActivity extends Omit<ActivityPlan, 'minutes' | 'closesMinutesBefore' | 'roles'> {
  readonly id: string
  readonly unitId: string
  readonly teamId: string | null
  readonly recurrence: string | null
  readonly createdBy: string | null
}

export async function insertActivity(tx: Tx, now: Date, a: NewActivity): Promise<void> {
  await tx.run(sql`
    insert into activity (district_id, id, origin, order_id, theme_id, campaign_id, unit_id, team_id, title, description, content,
      beneficiaries, place, place_unit_id, risks, protection, insurance, person_in_charge, recorder, members_only, needs_insurance,
      needs_health, offer_minutes, kind_slug, recurrence, state, created_by, created_at)
    values (${tx.districtId}, ${a.id}, ${a.origin}, ${a.orderId}, ${a.themeId}, ${a.campaignId}, ${a.unitId}, ${a.teamId}, ${a.title},
      ${a.description}, ${a.content}, ${a.beneficiaries}, ${a.place}, ${a.placeUnitId}, ${a.risks}, ${a.protection}, ${a.insurance},
      ${a.personInCharge}, ${a.recorder}, ${a.membersOnly}, ${a.needsInsurance}, ${a.needsHealth}, ${a.offerMinutes}, ${a.kindSlug}, ${a.recurrence},
      'draft', ${a.createdBy}, ${now})`)
}

export function findActivity(tx: Tx, id: string): Promise<Activity | undefined> {
  return tx.maybe(
    sql`select ${activityColumns} from activity a where a.district_id = ${tx.districtId} and a.id = ${id}`,
  )
}

export function lockActivity(tx: Tx, id: string): Promise<Activity | undefined> {
  return tx.maybe(
    sql`select ${activityColumns} from activity a where a.district_id = ${tx.districtId} and a.id = ${id} for update`,
  )
}

/** @returns the new version */
export async function updateActivity(
  tx: Tx,
  id: string,
  a: Omit<NewActivity, 'id' | 'unitId' | 'teamId' | 'recurrence' | 'createdBy' | 'origin' | 'orderId'>,
): Promise<number> {
  const { version } = await tx.one<{ version: number }>(sql`
    update activity set theme_id = ${a.themeId}, campaign_id = ${a.campaignId}, title = ${a.title}, description = ${a.description},
      content = ${a.content}, beneficiaries = ${a.beneficiaries}, place = ${a.place}, place_unit_id = ${a.placeUnitId}, risks = ${a.risks},
      protection = ${a.protection}, insurance = ${a.insurance}, person_in_charge = ${a.personInCharge}, recorder = ${a.recorder},
      members_only = ${a.membersOnly}, needs_insurance = ${a.needsInsurance}, needs_health = ${a.needsHealth},
      offer_minutes = ${a.offerMinutes}, kind_slug = ${a.kindSlug}, version = version + 1
     where district_id = ${tx.districtId} and id = ${id} returning version`)
  return version
}

export async function setActivityState(
  tx: Tx,
  id: string,
  change: { state: 'published'; at: Date } | { state: 'cancelled'; reason: string },
): Promise<void> {
  const at = change.state === 'published' ? change.at : null
  const reason = change.state === 'cancelled' ? change.reason : null
  await tx.run(sql`
    update activity set state = ${change.state}, published_at = coalesce(${at}, published_at), cancel_reason = ${reason}, version = version + 1
     where district_id = ${tx.districtId} and id = ${id}`)
}

export interface NewSession {
  readonly id: string
  readonly activityId: string
  readonly startsAt: Date
  readonly endsAt: Date
  readonly place: string
  readonly placeUnitId: string
  readonly signUpFrom: Date | null
  readonly signUpUntil: Date
  readonly roles: readonly RolePlan[]
}

/** Sessions with their roles, however many, in two statements. */
export async function insertSessions(tx: Tx, now: Date, sessions: readonly NewSession[]): Promise<void> {
  const rows = sessions.map((s) => ({
    id: s.id,
    activity_id: s.activityId,
    starts_at: s.startsAt,
    ends_at: s.endsAt,
    place: s.place,
    place_unit_id: s.placeUnitId,
    sign_up_from: s.signUpFrom,
    sign_up_until: s.signUpUntil,
  }))
  await tx.run(sql`
    insert into activity_session (district_id, id, activity_id, starts_at, ends_at, place, place_unit_id, sign_up_from, sign_up_until, state)
    select ${tx.districtId}::int, s.id, s.activity_id, s.starts_at, s.ends_at, s.place, s.place_unit_id, s.sign_up_from, s.sign_up_until, 'planned'
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as s
        (id uuid, activity_id uuid, starts_at timestamptz, ends_at timestamptz, place text, place_unit_id uuid, sign_up_from timestamptz,
         sign_up_until timestamptz)`)
  const roles = sessions.flatMap((s) =>
    s.roles.map((role) => ({
      id: newUuid7(now),
      session_id: s.id,
      name: role.name,
      needed: role.needed,
      skills: role.skills,
      licences: role.licences,
      age_min: role.ageMin,
    })),
  )
  await tx.run(sql`
    insert into session_role (district_id, id, session_id, name, needed, skills, licences, age_min)
    select ${tx.districtId}::int, r.id, r.session_id, r.name, r.needed, array(select jsonb_array_elements_text(r.skills)),
           array(select jsonb_array_elements_text(r.licences)), r.age_min
      from jsonb_to_recordset(${JSON.stringify(roles)}::jsonb) as r
        (id uuid, session_id uuid, name text, needed integer, skills jsonb, licences jsonb, age_min integer)`)
}

/** The later sessions of an activity that are still planned, in time's order, from one moment on. */
export function lockPlanned(tx: Tx, activityId: string, from: Date): Promise<Session[]> {
  return tx.rows(sql`
    select ${sessionColumns} from activity_session s
     where s.district_id = ${tx.districtId} and s.activity_id = ${activityId} and s.state = 'planned' and s.starts_at >= ${from}
     order by s.starts_at, s.id for update`)
}

export function lockSession(tx: Tx, id: string): Promise<Session | undefined> {
  return tx.maybe(
    sql`select ${sessionColumns} from activity_session s where s.district_id = ${tx.districtId} and s.id = ${id} for update`,
  )
}

export function findSession(tx: Tx, id: string): Promise<Session | undefined> {
  return tx.maybe(
    sql`select ${sessionColumns} from activity_session s where s.district_id = ${tx.districtId} and s.id = ${id}`,
  )
}

export async function updateSession(
  tx: Tx,
  id: string,
  s: Pick<Session, 'startsAt' | 'endsAt' | 'place' | 'placeUnitId' | 'signUpUntil'>,
): Promise<void> {
  await tx.run(sql`
    update activity_session set starts_at = ${s.startsAt}, ends_at = ${s.endsAt}, place = ${s.place}, place_unit_id = ${s.placeUnitId},
           sign_up_until = ${s.signUpUntil}, version = version + 1
     where district_id = ${tx.districtId} and id = ${id}`)
}

export async function setSessionState(
  tx: Tx,
  id: string,
  state: 'cancelled' | 'held',
  reason: string | null,
): Promise<void> {
  await tx.run(sql`
    update activity_session set state = ${state}, cancel_reason = ${reason}, version = version + 1
     where district_id = ${tx.districtId} and id = ${id}`)
}

/** @returns false when more people have a place than would be needed */
export async function updateRole(tx: Tx, roleId: string, role: RolePlan): Promise<boolean> {
  const updated = await tx.run(sql`
    update session_role set needed = ${role.needed}, skills = ${role.skills}::text[], licences = ${role.licences}::text[],
           age_min = ${role.ageMin}
     where district_id = ${tx.districtId} and id = ${roleId} and taken <= ${role.needed}`)
  return updated === 1
}

export async function insertRole(tx: Tx, now: Date, sessionId: string, role: RolePlan): Promise<void> {
  await tx.run(sql`
    insert into session_role (district_id, id, session_id, name, needed, skills, licences, age_min)
    values (${tx.districtId}, ${newUuid7(now)}, ${sessionId}, ${role.name}, ${role.needed}, ${role.skills}::text[],
            ${role.licences}::text[], ${role.ageMin})`)
}

/** Takes one place in a role, if one is free. @returns whether it was */
export async function takePlace(tx: Tx, roleId: string): Promise<boolean> {
  const taken = await tx.run(sql`
    update session_role set taken = taken + 1 where district_id = ${tx.districtId} and id = ${roleId} and taken < needed`)
  return taken === 1
}

export async function givePlaceBack(tx: Tx, roleId: string): Promise<void> {
  await tx.run(sql`update session_role set taken = taken - 1 where district_id = ${tx.districtId} and id = ${roleId}`)
}

/** Holds a role still, so that nobody takes or frees a place meanwhile. */
export function lockRole(tx: Tx, roleId: string): Promise<Pick<SessionRole, 'needed' | 'taken'>> {
  return tx.one(
    sql`select needed, taken from session_role where district_id = ${tx.districtId} and id = ${roleId} for update`,
  )
}
