import { empty, type Sql, sql, type Tx } from '#platform/db.ts'
import type { EntryCause, HoursClass, HoursState, HoursSubject } from './hours.ts'

/** One person's time at one thing on one day, for the record book, certificates and screens. */
export interface HoursRow {
  readonly id: string
  readonly personId: string
  /** 'YYYY-MM-DD', in the district's zone. */
  readonly day: string
  readonly subjectKind: HoursSubject
  readonly subjectId: string | null
  readonly activityId: string | null
  readonly orderId: string | null
  readonly kindSlug: string | null
  readonly title: string
  readonly startedAt: Date
  readonly endedAt: Date
  /** What the newest entry says; only `bookedMinutes` count. */
  readonly minutes: number
  readonly class: HoursClass
  readonly state: HoursState
  /** What passed its notice period last, and how that was known; 0 and null until then. */
  readonly bookedMinutes: number
  readonly bookedClass: HoursClass | null
  readonly bookedAt: Date | null
  /** The organisation that organised and recorded it. */
  readonly unitId: string
  readonly unitName: string
  readonly teamId: string | null
  readonly teamName: string | null
  /** Who ticked, signed or entered it for the person; null where the person read a code. */
  readonly recordedBy: string | null
  readonly recordedAt: Date
  readonly approvedBy: string | null
  readonly approvedAt: Date | null
  /** 1 where it was never corrected. */
  readonly entries: number
  readonly dueAt: Date | null
  /** Of the newest entry. */
  readonly cause: EntryCause
  readonly methodOut: string | null
}

export interface HoursFilter {
  /** All accounts of one person (`identitiesOf`). */
  readonly personIds?: readonly string[] | undefined
  readonly teamId?: string | undefined
  readonly unitId?: string | undefined
  readonly activityId?: string | undefined
  readonly orderId?: string | undefined
  readonly states?: readonly HoursState[] | undefined
  /** Only what counts: at least one minute passed a notice period. */
  readonly booked?: boolean | undefined
  /** Days from this one on, and before that one. */
  readonly from?: string | undefined
  readonly until?: string | undefined
  readonly before?: { readonly day: string; readonly id: string } | undefined
  readonly limit: number
}

function hoursRows(tx: Tx): Sql {
  return sql`
    select r.id, r.person_id, r.day, r.subject_kind, r.subject_id, r.activity_id, r.order_id, r.kind_slug, r.title, r.started_at,
           r.ended_at, r.minutes, r.class, r.state, r.booked_minutes, r.booked_class, r.booked_at, r.unit_id, u.name as unit_name,
           r.team_id, t.name as team_name, r.recorded_by, r.recorded_at, r.approved_by, r.approved_at, r.entries, r.due_at,
           e.cause, e.method_out
      from hours_record r
      join hours_entry e on e.district_id = r.district_id and e.id = r.entry_id
      join lateral (
        select p.name from unit_period p
         where p.district_id = r.district_id and p.unit_id = r.unit_id and p.valid_from <= r.day
           and (p.valid_until is null or p.valid_until > r.day)
        union all
        select p.name from unit_period p where p.district_id = r.district_id and p.unit_id = r.unit_id
         limit 1) u on true
      left join team t on t.district_id = r.district_id and t.id = r.team_id
     where r.district_id = ${tx.districtId}`
}

export function findHours(tx: Tx, id: string): Promise<HoursRow | undefined> {
  return tx.maybe(sql`${hoursRows(tx)} and r.id = ${id}`)
}

/**
 * Hours, newest day first. Name at least a person, a team or a unit: each has its index.
 * @param filter one of `personIds`, `teamId`, `unitId`, and what narrows it
 */
export function hoursOf(tx: Tx, filter: HoursFilter): Promise<HoursRow[]> {
  const { before } = filter
  return tx.rows(sql`
    ${hoursRows(tx)}
       ${filter.personIds === undefined ? empty : sql`and ${isOfPerson(filter.personIds)}`}
       ${filter.teamId === undefined ? empty : sql`and r.team_id = ${filter.teamId}`}
       ${filter.unitId === undefined ? empty : sql`and r.unit_id = ${filter.unitId}`}
       ${filter.activityId === undefined ? empty : sql`and r.activity_id = ${filter.activityId}`}
       ${filter.orderId === undefined ? empty : sql`and r.order_id = ${filter.orderId}`}
       ${filter.states === undefined ? empty : sql`and r.state = any(${filter.states})`}
       ${filter.booked === true ? sql`and r.booked_minutes > 0` : empty}
       ${filter.from === undefined ? empty : sql`and r.day >= ${filter.from}::date`}
       ${filter.until === undefined ? empty : sql`and r.day < ${filter.until}::date`}
       ${before === undefined ? empty : sql`and (r.day, r.id) < (${before.day}::date, ${before.id}::uuid)`}
     order by r.day desc, r.id desc limit ${filter.limit}`)
}

export interface HoursSum {
  readonly verifiedMinutes: number
  readonly claimedMinutes: number
  /** Of records that are not booked yet. */
  readonly waitingMinutes: number
  readonly records: number
}

/** Of one account the index gives the order too, so that nothing has to be sorted. */
function isOfPerson(personIds: readonly string[]): Sql {
  const [only] = personIds
  return personIds.length === 1 ? sql`r.person_id = ${only!}` : sql`r.person_id = any(${personIds}::uuid[])`
}

/** A person's hours in a period, under all accounts: what counts, by how it is known, and what still waits. */
export function sumOfHours(
  tx: Tx,
  personIds: readonly string[],
  period: { readonly from?: string | undefined; readonly until?: string | undefined } = {},
): Promise<HoursSum> {
  return tx.one(sql`
    select coalesce(sum(booked_minutes) filter (where booked_class = 'verified'), 0)::int as verified_minutes,
           coalesce(sum(booked_minutes) filter (where booked_class = 'claimed'), 0)::int as claimed_minutes,
           coalesce(sum(minutes) filter (where state in ('waiting', 'noticed', 'in-case')), 0)::int as waiting_minutes,
           count(*)::int as records
      from hours_record r
     where district_id = ${tx.districtId} and ${isOfPerson(personIds)}
       ${period.from === undefined ? empty : sql`and day >= ${period.from}::date`}
       ${period.until === undefined ? empty : sql`and day < ${period.until}::date`}`)
}

export async function causeOf(tx: Tx, entryId: string): Promise<EntryCause> {
  const { cause } = await tx.one<{ cause: EntryCause }>(
    sql`select cause from hours_entry where district_id = ${tx.districtId} and id = ${entryId}`,
  )
  return cause
}
