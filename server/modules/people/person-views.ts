import { unitsBelow } from '#modules/orgs/index.ts'
import type { RoleGrant } from '#platform/actor.ts'
import type { PersonFacts } from '#platform/auth/sessions.ts'
import { empty, sql, type Tx } from '#platform/db.ts'
import { dateIn } from '#platform/dates.ts'
import type { Role } from './person.ts'

export interface GrantView {
  readonly grantId: string
  readonly role: Role
  readonly unitId: string
  readonly unitName: string
}

/** What a session needs to know of its person; null when there is no such person. */
export async function loadPersonFacts(tx: Tx, personId: string, now: Date): Promise<PersonFacts | null> {
  const person = await tx.maybe<{ locale: 'zh-CN' | 'en'; granted: { role: string; unitId: string }[] }>(sql`
    select p.locale, (select coalesce(jsonb_agg(jsonb_build_object('role', g.role, 'unitId', g.unit_id)), '[]') from role_grant g
                       where g.district_id = p.district_id and g.person_id = p.id and g.ended_at is null and g.granted_at <= ${now}
                         and not exists (select from staff_account a where a.district_id = p.district_id and a.person_id = p.id
                                          and a.disabled_at is not null)) as granted
      from person p where p.district_id = ${tx.districtId} and p.id = ${personId}`)
  if (person === undefined) return null
  return { grants: await withUnits(tx, person.granted), locale: person.locale }
}

async function withUnits(tx: Tx, granted: readonly { role: string; unitId: string }[]): Promise<RoleGrant[]> {
  if (granted.length === 0) return []
  const below = Map.groupBy(await unitsBelow(tx, [...new Set(granted.map((row) => row.unitId))]), (row) => row.rootId)
  return granted.map((row) => ({ ...row, unitIds: new Set((below.get(row.unitId) ?? []).map((unit) => unit.id)) }))
}

export function grantViews(
  tx: Tx,
  personIds: readonly string[],
  now: Date,
): Promise<(GrantView & { personId: string })[]> {
  return tx.rows(sql`
    select g.id as grant_id, g.person_id, g.role, g.unit_id, p.name as unit_name
      from role_grant g join unit_period p on p.district_id = g.district_id and p.unit_id = g.unit_id
       and p.valid_from <= ${dateIn(now)}::date and (p.valid_until is null or p.valid_until > ${dateIn(now)}::date)
     where g.district_id = ${tx.districtId} and g.person_id = any(${personIds}::uuid[]) and g.ended_at is null
     order by g.granted_at`)
}

export interface StaffRow {
  readonly id: string
  readonly name: string | null
  readonly login: string
  readonly disabled: boolean
  readonly pending: boolean
}

/** Staff with an open role at any of the given units. */
export function listStaff(
  tx: Tx,
  filter: { unitIds: readonly string[]; afterLogin: string | undefined; limit: number },
): Promise<StaffRow[]> {
  return tx.rows(sql`
    select p.id, p.name, a.login, a.disabled_at is not null as disabled, a.password_hash is null as pending
      from staff_account a join person p on p.district_id = a.district_id and p.id = a.person_id
     where a.district_id = ${tx.districtId}
       and exists (select from role_grant g where g.district_id = a.district_id and g.person_id = a.person_id
                    and g.unit_id = any(${filter.unitIds}::uuid[]))
       ${filter.afterLogin === undefined ? empty : sql`and a.login > ${filter.afterLogin}`}
     order by a.login limit ${filter.limit}`)
}

export interface LookRow {
  readonly at: Date
  readonly by: string
  readonly purpose: string
  readonly fields: readonly string[]
  readonly orderNumber: string | null
  readonly id: string
}

/** Who looked at a person's data: every reveal is an audit event that names the person (promise 8). */
export function looksAt(
  tx: Tx,
  personId: string,
  filter: { beforeId: string | undefined; limit: number },
): Promise<LookRow[]> {
  return tx.rows(sql`
    select e.id, e.at, e.purpose, e.details->>'orderNumber' as order_number,
           coalesce(array(select jsonb_array_elements_text(e.details->'fields')), '{}') as fields,
           coalesce((select string_agg(distinct g.role, ', ') from role_grant g
                      where g.district_id = e.district_id and g.person_id = e.actor_id), e.actor_kind) as by
      from audit_event e
     where e.district_id = ${tx.districtId} and e.person_id = ${personId} and e.purpose is not null
       ${filter.beforeId === undefined ? empty : sql`and e.id < ${filter.beforeId}::uuid`}
     order by e.id desc limit ${filter.limit}`)
}

export async function personNames(tx: Tx, ids: readonly string[]): Promise<Map<string, string | null>> {
  const rows = await tx.rows<{ id: string; name: string | null }>(
    sql`select id, name from person where district_id = ${tx.districtId} and id = any(${ids}::uuid[])`,
  )
  return new Map(rows.map((row) => [row.id, row.name]))
}

export function districtView(tx: Tx): Promise<{ id: number; name: string; nameEn: string; zone: string }> {
  return tx.one(sql`select id, name, name_en, zone from district where id = ${tx.districtId}`)
}
