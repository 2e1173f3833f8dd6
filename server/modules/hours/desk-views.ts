import { type Actor, unitsHeld } from '#platform/actor.ts'
import { maskName } from '#platform/masking.ts'
import { dateIn } from '#platform/dates.ts'
import { empty, type Sql, sql, type Tx } from '#platform/db.ts'
import { CONFIRMABLE_CAUSES, type EntryCause, type HoursClass, type HoursState } from './hours.ts'
import { APPROVING_ROLES, LEADING_ROLES } from './levels.ts'

/** What waits for the actor: at units where he or she stands above, and with the leader only for leaders. */
function forDesk(actor: Actor, alias: Sql): Sql {
  const units = [...unitsHeld(actor, APPROVING_ROLES)]
  const led = [...unitsHeld(actor, LEADING_ROLES)]
  return sql`(${alias}.responsible_unit_id = any(${units}::uuid[]) and (not ${alias}.needs_leader or ${alias}.responsible_unit_id = any(${led}::uuid[])))`
}

const unitNameOf = (alias: Sql, on: Sql): Sql => sql`
  (select p.name from unit_period p where p.district_id = ${alias}.district_id and p.unit_id = ${on} and p.valid_until is null limit 1)`

export interface WaitingRow {
  readonly id: string
  readonly personId: string
  readonly personName: string | null
  readonly day: string
  readonly title: string
  readonly startedAt: Date
  readonly endedAt: Date
  readonly minutes: number
  readonly class: HoursClass
  readonly tier: number
  /** Of the person on that day, with everything that was not refused. */
  readonly dayMinutes: number
  readonly unitName: string | null
  readonly teamName: string | null
  readonly cause: EntryCause
  readonly score: number | null
  readonly reasons: readonly string[]
  readonly statement: string
  readonly recorderName: string | null
  readonly needsLeader: boolean
  readonly dueAt: Date
}

/** The records of one page, before their names are looked up: what waits is many times a page. */
function pageOfRecords(
  tx: Tx,
  page: { readonly after: { readonly at: Date; readonly id: string } | undefined; readonly limit: number },
  which: Sql,
): Sql {
  return sql`
    select r.* from hours_record r
     where r.district_id = ${tx.districtId} and ${which}
       ${page.after === undefined ? empty : sql`and (r.due_at, r.id) > (${page.after.at}, ${page.after.id}::uuid)`}
     order by r.due_at, r.id limit ${page.limit}`
}

/** Hours that wait for the approval of the actor, what is due first. */
export function listToApprove(
  tx: Tx,
  actor: Actor,
  page: { readonly after: { readonly at: Date; readonly id: string } | undefined; readonly limit: number },
): Promise<WaitingRow[]> {
  return tx.rows(sql`
    select r.id, r.person_id, p.name as person_name, r.day, r.title, r.started_at, r.ended_at, r.minutes, r.class, r.tier,
           (select sum(d.minutes)::int from hours_record d
             where d.district_id = r.district_id and d.person_id = r.person_id and d.day = r.day and d.state <> 'refused') as day_minutes,
           ${unitNameOf(sql`r`, sql`r.unit_id`)} as unit_name, t.name as team_name, e.cause, e.score, e.reasons, e.statement,
           w.name as recorder_name, r.needs_leader, r.due_at
      from (${pageOfRecords(tx, page, sql`r.state = 'waiting' and ${forDesk(actor, sql`r`)}`)}) r
      join person p on p.district_id = r.district_id and p.id = r.person_id
      join hours_entry e on e.district_id = r.district_id and e.id = r.entry_id
      left join team t on t.district_id = r.district_id and t.id = r.team_id
      left join person w on w.district_id = r.district_id and w.id = r.recorded_by
     order by r.due_at, r.id`)
}

export interface NoticeRow {
  readonly id: string
  /** Surname and stars: what is posted names nobody in full (domain.md, privacy). */
  readonly person: string
  readonly day: string
  readonly title: string
  readonly minutes: number
  readonly class: HoursClass
  readonly teamName: string | null
  readonly dueAt: Date
}

/** What is posted of a team, of units, or of a team within units, until its notice ends. @param filter `unitIds`: null for every unit */
export async function listNotices(
  tx: Tx,
  filter: { readonly teamId: string | undefined; readonly unitIds: readonly string[] | null },
  page: { readonly after: { readonly at: Date; readonly id: string } | undefined; readonly limit: number },
): Promise<NoticeRow[]> {
  const posted = sql`r.state = 'noticed'
       ${filter.teamId === undefined ? empty : sql`and r.team_id = ${filter.teamId}`}
       ${filter.unitIds === null ? empty : sql`and r.unit_id = any(${filter.unitIds}::uuid[])`}`
  const rows = await tx.rows<NoticeRow & { person: string | null }>(sql`
    select r.id, p.name as person, r.day, r.title, r.minutes, r.class, t.name as team_name, r.due_at
      from (${pageOfRecords(tx, page, posted)}) r
      join person p on p.district_id = r.district_id and p.id = r.person_id
      left join team t on t.district_id = r.district_id and t.id = r.team_id
     order by r.due_at, r.id`)
  return rows.map((row) => ({ ...row, person: maskName(row.person ?? '') }))
}

/** A session or order of which one person alone says how long people were there. */
export interface ListToConfirm {
  readonly subjectId: string
  readonly title: string
  readonly day: string
  readonly unitName: string | null
  readonly teamName: string | null
  readonly recorderName: string | null
  readonly people: number
  readonly minutes: number
}

const LISTS_MAX = 100

/** Lists of the units whose hours the actor answers for and did not record, those that can be confirmed shortest first. */
export function listsToConfirm(
  tx: Tx,
  by: { readonly unitIds: readonly string[]; readonly personId: string },
  since: Date,
): Promise<ListToConfirm[]> {
  return tx.rows(sql`
    select r.subject_id, min(r.title) as title, min(r.day) as day, ${unitNameOf(sql`r`, sql`r.unit_id`)} as unit_name,
           min(t.name) as team_name, string_agg(distinct w.name, '、') as recorder_name,
           count(distinct r.person_id)::int as people, sum(r.minutes)::int as minutes
      from hours_record r
      join hours_entry e on e.district_id = r.district_id and e.id = r.entry_id and e.cause = any(${CONFIRMABLE_CAUSES})
      left join team t on t.district_id = r.district_id and t.id = r.team_id
      left join person w on w.district_id = r.district_id and w.id = r.recorded_by
     where r.district_id = ${tx.districtId} and r.unit_id = any(${by.unitIds}::uuid[]) and r.day >= ${dateIn(since)}::date
       and r.ended_at > ${since} and r.class = 'claimed' and r.state in ('noticed', 'booked') and r.minutes > 0
       and r.subject_kind = 'session' and r.recorded_by is distinct from ${by.personId} and r.person_id <> ${by.personId}
     group by r.district_id, r.subject_id, r.unit_id order by min(r.ended_at), r.subject_id limit ${LISTS_MAX}`)
}

export interface DemandRow {
  readonly id: string
  readonly recordId: string | null
  readonly personName: string | null
  readonly title: string
  readonly day: string
  readonly startedAt: Date
  readonly endedAt: Date
  readonly reason: string
  readonly unitName: string | null
  readonly teamName: string | null
  readonly responsibleUnitName: string | null
  readonly state: 'open' | 'answered'
  readonly dueAt: Date | null
  readonly isWithLeader: boolean
  readonly madeAt: Date
  readonly outcome: 'corrected' | 'declined' | null
  readonly answer: string | null
  readonly answeredAt: Date | null
  readonly recordedMinutes: number | null
}

function demands(tx: Tx): Sql {
  return sql`
    select d.id, d.record_id, p.name as person_name, d.title, d.day, d.started_at, d.ended_at, d.reason,
           ${unitNameOf(sql`d`, sql`d.unit_id`)} as unit_name, t.name as team_name,
           ${unitNameOf(sql`d`, sql`d.responsible_unit_id`)} as responsible_unit_name, d.state, d.due_at, d.is_with_leader, d.made_at,
           d.outcome, d.answer, d.answered_at, r.minutes as recorded_minutes
      from hours_demand d
      join person p on p.district_id = d.district_id and p.id = d.person_id
      left join team t on t.district_id = d.district_id and t.id = d.team_id
      left join hours_record r on r.district_id = d.district_id and r.id = d.record_id
     where d.district_id = ${tx.districtId}`
}

const DEMANDS_MAX = 100

/** A volunteer's own demands under all accounts, newest first. */
export function demandsOf(tx: Tx, personIds: readonly string[]): Promise<DemandRow[]> {
  return tx.rows(
    sql`${demands(tx)} and d.person_id = any(${personIds}::uuid[]) order by d.made_at desc, d.id desc limit ${DEMANDS_MAX}`,
  )
}

/** Open demands that the actor may answer: of units, or of teams that have not been risen above. */
export function demandsFor(
  tx: Tx,
  by: { readonly unitIds: readonly string[]; readonly teamIds: readonly string[] },
): Promise<DemandRow[]> {
  return tx.rows(sql`
    ${demands(tx)} and d.state = 'open'
       and (d.responsible_unit_id = any(${by.unitIds}::uuid[])
            or (d.team_id = any(${by.teamIds}::uuid[]) and d.responsible_unit_id = d.unit_id))
     order by d.due_at, d.id limit ${DEMANDS_MAX}`)
}

export interface CaseRow {
  readonly id: string
  readonly kind: 'objection' | 'suspicion' | 'call-back'
  readonly rule: string | null
  readonly unitName: string | null
  readonly responsibleUnitName: string | null
  readonly needsLeader: boolean
  readonly state: 'open' | 'closed'
  readonly dueAt: Date | null
  readonly openedAt: Date
  readonly statement: string
  readonly evidence: Readonly<Record<string, string | number>>
  readonly decision: 'upheld' | 'dismissed' | null
  readonly answer: string | null
  readonly decidedAt: Date | null
  readonly records: readonly {
    readonly id: string
    readonly personName: string | null
    readonly day: string
    readonly title: string
    readonly minutes: number
    readonly class: HoursClass
    readonly state: HoursState
    readonly startedAt: string
    readonly endedAt: string
  }[]
}

const CASE_RECORDS_MAX = 60

/** Cases that the actor decides, or did; what is due first. */
export function listCases(
  tx: Tx,
  actor: Actor,
  state: 'open' | 'closed',
  page: { readonly after: { readonly at: Date; readonly id: string } | undefined; readonly limit: number },
): Promise<CaseRow[]> {
  const at = state === 'open' ? sql`c.due_at` : sql`c.decided_at`
  return tx.rows(sql`
    select c.id, c.kind, c.rule, ${unitNameOf(sql`c`, sql`c.unit_id`)} as unit_name,
           ${unitNameOf(sql`c`, sql`c.responsible_unit_id`)} as responsible_unit_name, c.needs_leader, c.state, c.due_at, c.opened_at,
           c.statement, c.evidence, c.decision, c.answer, c.decided_at,
           coalesce((select jsonb_agg(x order by x.day, x.id) from (
             select r.id, p.name as "personName", r.day, r.title, r.minutes, r.class, r.state, r.started_at as "startedAt",
                    r.ended_at as "endedAt"
               from hours_case_record cr join hours_record r on r.district_id = cr.district_id and r.id = cr.record_id
               join person p on p.district_id = r.district_id and p.id = r.person_id
              where cr.district_id = c.district_id and cr.case_id = c.id order by r.day, r.id limit ${CASE_RECORDS_MAX}) x), '[]') as records
      from hours_case c
     where c.district_id = ${tx.districtId} and c.state = ${state} and ${forDesk(actor, sql`c`)}
       ${page.after === undefined ? empty : sql`and (${at}, c.id) > (${page.after.at}, ${page.after.id}::uuid)`}
     order by ${at}, c.id limit ${page.limit}`)
}

export interface ChainRow {
  readonly at: Date
  readonly kind: 'entry' | 'decision'
  /** The cause of an entry, the act of a decision. */
  readonly what: string
  readonly minutes: number
  readonly class: HoursClass | null
  readonly methodIn: string | null
  readonly methodOut: string | null
  readonly score: number | null
  readonly reasons: readonly string[]
  readonly statement: string
  readonly byName: string | null
}

/** Everything that was written about one record, in order; who objected is told to those who decide alone. */
export function chainOf(tx: Tx, recordId: string): Promise<ChainRow[]> {
  return tx.rows(sql`
    select at, kind, what, minutes, class, method_in, method_out, score, reasons, statement, by_name from (
      select e.at, e.recorded_at, 'entry' as kind, e.cause as what, e.minutes, e.class, e.method_in, e.method_out, e.score, e.reasons,
             e.statement, p.name as by_name
        from hours_entry e left join person p on p.district_id = e.district_id and p.id = e.recorded_by
       where e.district_id = ${tx.districtId} and e.record_id = ${recordId}
      union all
      select d.at, d.recorded_at, 'decision', d.act, d.minutes, null, null, null, null, '{}', d.statement, p.name
        from hours_decision d left join person p on p.district_id = d.district_id and p.id = d.by_person_id and d.act <> 'held'
       where d.district_id = ${tx.districtId} and d.record_id = ${recordId}) c
     order by recorded_at, kind desc`)
}
