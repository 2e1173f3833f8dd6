import { empty, sql, type Tx } from '#platform/db.ts'
import type { TeamRole } from './team.ts'

export interface ApplicationRow {
  readonly id: string
  readonly teamId: string
  readonly teamName: string
  readonly personName: string | null
  readonly message: string
  readonly state: 'open' | 'accepted' | 'declined' | 'withdrawn'
  /** Who has to answer: a person or a unit. */
  readonly responsibleName: string | null
  readonly dueAt: Date | null
  readonly createdAt: Date
  readonly answer: string | null
}

interface ApplicationScope {
  readonly teamId?: string
  readonly personId?: string
  readonly unitIds?: readonly string[]
  readonly openOnly: boolean
  readonly on: string
}

const ROWS_MAX = 200

/** Applications of a team, of a person, or those that units have to answer; the most urgent first. */
export function applicationsOf(tx: Tx, scope: ApplicationScope): Promise<ApplicationRow[]> {
  return tx.rows(sql`
    select a.id, a.team_id, t.name as team_name, p.name as person_name, a.message, a.state, a.due_at, a.created_at, a.answer,
           coalesce(r.name, u.name) as responsible_name
      from team_application a
      join team t on t.district_id = a.district_id and t.id = a.team_id
      join person p on p.district_id = a.district_id and p.id = a.person_id
      left join person r on r.district_id = a.district_id and r.id = a.responsible_person_id
      left join unit_period u on u.district_id = a.district_id and u.unit_id = a.responsible_unit_id
       and u.valid_from <= ${scope.on}::date and (u.valid_until is null or u.valid_until > ${scope.on}::date)
     where a.district_id = ${tx.districtId}
       ${scope.openOnly ? sql`and a.state = 'open'` : empty}
       ${scope.teamId === undefined ? empty : sql`and a.team_id = ${scope.teamId}::uuid`}
       ${scope.personId === undefined ? empty : sql`and a.person_id = ${scope.personId}::uuid`}
       ${scope.unitIds === undefined ? empty : sql`and a.responsible_unit_id = any(${scope.unitIds}::uuid[])`}
     order by a.due_at nulls last, a.created_at desc, a.id limit ${ROWS_MAX}`)
}

export interface FoundingRow {
  readonly id: string
  readonly name: string
  readonly purpose: string
  readonly unitName: string | null
  readonly personName: string | null
  readonly categorySlugs: readonly string[]
  readonly state: 'open' | 'approved' | 'declined' | 'withdrawn'
  readonly responsibleName: string | null
  readonly dueAt: Date | null
  readonly createdAt: Date
  readonly answer: string | null
  readonly teamId: string | null
}

/** Requests to found a team: a person's own, or those that units have to answer. */
export function foundingsOf(
  tx: Tx,
  scope: { readonly personId?: string; readonly unitIds?: readonly string[]; readonly on: string },
): Promise<FoundingRow[]> {
  const on = scope.on
  return tx.rows(sql`
    select f.id, f.name, f.purpose, u.name as unit_name, p.name as person_name, f.category_slugs, f.state, r.name as responsible_name,
           f.due_at, f.created_at, f.answer, f.team_id
      from team_founding f
      join person p on p.district_id = f.district_id and p.id = f.person_id
      left join unit_period u on u.district_id = f.district_id and u.unit_id = f.unit_id
       and u.valid_from <= ${on}::date and (u.valid_until is null or u.valid_until > ${on}::date)
      left join unit_period r on r.district_id = f.district_id and r.unit_id = f.responsible_unit_id
       and r.valid_from <= ${on}::date and (r.valid_until is null or r.valid_until > ${on}::date)
     where f.district_id = ${tx.districtId}
       ${scope.personId === undefined ? empty : sql`and f.person_id = ${scope.personId}::uuid`}
       ${scope.unitIds === undefined ? empty : sql`and f.state = 'open' and f.responsible_unit_id = any(${scope.unitIds}::uuid[])`}
     order by f.due_at nulls last, f.created_at desc, f.id limit ${ROWS_MAX}`)
}

export interface HandoverRow {
  readonly id: string
  readonly teamId: string
  readonly teamName: string
  readonly fromName: string | null
  readonly toName: string | null
  readonly dueAt: Date
}

/** Leadership that is offered now: in a team, or to a person. */
export function openHandovers(
  tx: Tx,
  scope: { readonly teamId?: string; readonly toPersonId?: string },
): Promise<HandoverRow[]> {
  return tx.rows(sql`
    select h.id, h.team_id, t.name as team_name, f.name as from_name, s.name as to_name, h.due_at
      from team_handover h
      join team t on t.district_id = h.district_id and t.id = h.team_id
      left join person f on f.district_id = h.district_id and f.id = h.from_person_id
      join person s on s.district_id = h.district_id and s.id = h.to_person_id
     where h.district_id = ${tx.districtId} and h.state = 'open'
       ${scope.teamId === undefined ? empty : sql`and h.team_id = ${scope.teamId}::uuid`}
       ${scope.toPersonId === undefined ? empty : sql`and h.to_person_id = ${scope.toPersonId}::uuid`}
     order by h.due_at, h.id`)
}

export interface MemberRow {
  readonly personId: string
  readonly name: string | null
  readonly role: TeamRole
  readonly joinedAt: Date
}

/** Members with the day on which they came, for whoever keeps the team. */
export function memberRows(tx: Tx, teamId: string): Promise<MemberRow[]> {
  return tx.rows(sql`
    select m.person_id, p.name, m.role, m.joined_at
      from team_member m join person p on p.district_id = m.district_id and p.id = m.person_id
     where m.district_id = ${tx.districtId} and m.team_id = ${teamId}::uuid and m.left_at is null
     order by array_position(array['leader', 'deputy', 'handler', 'member'], m.role), m.joined_at, m.person_id`)
}
