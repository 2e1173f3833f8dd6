/**
 * The district's counters. What a number means is the query that counts it, so both are one thing here: the page shows the very
 * text that the database ran. Whole numbers of the whole district only; no organisation and no person can be told from them.
 */
import { type Sql, sql, type Tx } from '#platform/db.ts'
import { addMinutes, dateIn, startOfDate } from '#platform/dates.ts'

export type FigureName =
  | 'orders'
  | 'people'
  | 'people-unconfirmed'
  | 'orders-open'
  | 'stations-ordered'
  | 'stations'
  | 'institutes'
  | 'offerings'
  | 'offerings-orderable'
  | 'agencies'
  | 'teams'
  | 'volunteers'
  | 'activities'
  | 'service-turns'

export interface Figure {
  readonly figure: FigureName
  readonly value: number
  /** The statement as it ran, its values as `$1`, `$2`. */
  readonly query: string
}

interface Counted {
  readonly d: number
  /** Calendar date of today. */
  readonly on: string
  readonly since: Date
  readonly now: Date
}

const DAY_MINUTES = 1_440
/** An offering that its provider has not confirmed for a quarter is hidden (domain.md section 3). */
const FRESH_DAYS = 90

const QUERIES: Readonly<Record<FigureName, (counted: Counted) => Sql>> = {
  orders: ({ d, since, now }) =>
    sql`select count(*) as value from service_order where district_id = ${d} and placed_at >= ${since} and placed_at <= ${now}`,
  people: ({ d, since, now }) => sql`
    select coalesce(sum(actual_headcount), 0) as value from service_order
     where district_id = ${d} and placed_at >= ${since} and placed_at <= ${now} and outcome is null and headcount_confirmed_at is not null`,
  'people-unconfirmed': ({ d, since, now }) => sql`
    select coalesce(sum(actual_headcount), 0) as value from service_order
     where district_id = ${d} and placed_at >= ${since} and placed_at <= ${now} and outcome is null and delivered_at is not null
       and headcount_confirmed_at is null`,
  'orders-open': ({ d }) =>
    sql`select count(*) as value from service_order where district_id = ${d} and state <> 'closed'`,
  'stations-ordered': ({ d, since, now }) => sql`
    select count(distinct o.unit_id) as value from service_order o join unit u on u.district_id = o.district_id and u.id = o.unit_id
     where o.district_id = ${d} and u.kind = 'station' and o.placed_at >= ${since} and o.placed_at <= ${now}`,
  stations: (counted) => unitsOf('station', counted),
  institutes: (counted) => unitsOf('institute', counted),
  offerings: ({ d, now }) =>
    sql`select count(*) as value from offering where district_id = ${d} and (ended_at is null or ended_at > ${now})`,
  'offerings-orderable': ({ d, now }) => sql`
    select count(*) as value from offering
     where district_id = ${d} and ended_at is null and confirmed_at > ${addMinutes(now, -FRESH_DAYS * DAY_MINUTES)}`,
  agencies: ({ d }) =>
    sql`select count(distinct provider_unit_id) as value from offering where district_id = ${d} and ended_at is null`,
  teams: ({ d, on }) =>
    sql`select count(*) as value from team where district_id = ${d} and founded_on <= ${on} and (ended_on is null or ended_on > ${on})`,
  volunteers: ({ d }) => sql`select count(*) as value from volunteer where district_id = ${d}`,
  activities: ({ d, since, now }) => sql`
    select count(*) as value from activity_session s
      join activity a on a.district_id = s.district_id and a.id = s.activity_id
      join unit u on u.district_id = a.district_id and u.id = a.unit_id
     where s.district_id = ${d} and s.state = 'held' and u.kind in ('institute', 'station') and s.starts_at >= ${since} and s.starts_at <= ${now}`,
  'service-turns': ({ d, since, now }) => sql`
    select count(*) as value from attendance
     where district_id = ${d} and subject_kind = 'session' and checked_in_at >= ${since} and checked_in_at <= ${now}`,
}

function unitsOf(kind: 'station' | 'institute', { d, on }: Counted): Sql {
  return sql`
    select count(*) as value from unit u join unit_period p on p.district_id = u.district_id and p.unit_id = u.id
     where u.district_id = ${d} and u.kind = ${kind} and p.valid_from <= ${on} and (p.valid_until is null or p.valid_until > ${on})`
}

/** Counts everything from the district's founding to `now`. */
export async function countFigures(tx: Tx, now: Date): Promise<{ foundedOn: string; figures: readonly Figure[] }> {
  const { foundedOn } = await tx.one<{ foundedOn: string }>(
    sql`select founded_on from district where id = ${tx.districtId}`,
  )
  const counted = { d: tx.districtId, on: dateIn(now), since: startOfDate(foundedOn), now }
  const figures: Figure[] = []
  for (const [figure, queryOf] of Object.entries(QUERIES) as [FigureName, (counted: Counted) => Sql][]) {
    const statement = queryOf(counted)
    const { value } = await tx.one<{ value: number }>(statement)
    figures.push({ figure, value, query: statement.text.replaceAll(/\s+/gu, ' ').trim() })
  }
  return { foundedOn, figures }
}
