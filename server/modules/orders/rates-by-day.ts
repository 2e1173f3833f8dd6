/**
 * What the three rates count, by day (docs/decisions/0012-rates-by-day.md). `factsOf` is the definition, one row an order. Every
 * change names its order in `rate_pending`, in the same transaction; the sweep then counts the order again: `rate_entry` holds
 * what was counted of it, so that the sums in `rate_day` move by the difference. Who reads adds what is still pending.
 */
import { join, type Sql, sql, type Tx } from '#platform/db.ts'

/** The organisation of the sums over the whole district. */
export const WHOLE_DISTRICT = '00000000-0000-0000-0000-000000000000'

const ZONE = 'Asia/Shanghai'
const RATES_LOCK = 7_715_011

/** Names an order whose facts change, with the writes that change them. @param id any new id */
export function ratesChange(tx: Tx, id: string, orderId: string): void {
  tx.later(sql`insert into rate_pending (district_id, id, order_id) values (${tx.districtId}, ${id}, ${orderId})`)
}

/**
 * The facts of orders `o`: whether the first contact came in time, null while it has not come; `solved` and `stars` are what
 * the requester said last, by page or phone. Nothing here depends on the present: a contact that is overdue is counted when it
 * is asked for (`three-rates.ts`).
 * @param which a condition on `o`
 */
export function factsOf(tx: Tx, which: Sql): Sql {
  return sql`
    select o.id as order_id, (o.placed_at at time zone ${ZONE})::date as day, o.unit_id,
           coalesce(o.provider_unit_id, o.provider_team_id) as provider_id, o.outcome, o.state = 'closed' as is_closed,
           case when k.stopped_at is not null then k.used_working_minutes <= k.limit_working_minutes end as responded,
           coalesce(e.solved, f.solved) as solved, coalesce(e.stars, f.satisfied) as stars
      from service_order o
      left join order_clock k on k.district_id = o.district_id and k.order_id = o.id and k.kind = 'first-contact' and k.round = 1
      left join lateral (select solved, stars from evaluation e where e.district_id = o.district_id and e.order_id = o.id
                          order by e.round desc limit 1) e on true
      left join lateral (select solved, satisfied from follow_up f where f.district_id = o.district_id and f.order_id = o.id and f.contacted
                          order by f.done_at desc limit 1) f on true
     where o.district_id = ${tx.districtId} and ${which}`
}

const factColumns: Sql = sql`order_id, day, unit_id, provider_id, outcome, is_closed, responded, solved, stars`

/**
 * For the orders of `ids`, a statement of distinct `order_id`s: their facts as they are, with sign 1, and as they were counted,
 * with sign -1. Each is looked up by itself: how many there are is not what the database last estimated.
 */
export function changesOf(tx: Tx, ids: Sql): Sql {
  return sql`
    select 1 as sign, fact.* from (${ids}) changed
     cross join lateral (${factsOf(tx, sql`o.id = changed.order_id`)} offset 0) fact
    union all
    select -1, counted.* from (${ids}) changed
     cross join lateral (select ${factColumns} from rate_entry e
       where e.district_id = ${tx.districtId} and e.order_id = changed.order_id offset 0) counted`
}

interface Measure {
  readonly name: Sql
  /** Whether a fact counts. */
  readonly counts: Sql
}

const MEASURES: readonly Measure[] = [
  { name: sql`orders`, counts: sql`true` },
  { name: sql`contacted`, counts: sql`responded is not null` },
  { name: sql`contacted_in_time`, counts: sql`responded` },
  { name: sql`heard`, counts: sql`solved is not null` },
  { name: sql`solved`, counts: sql`solved` },
  { name: sql`unheard`, counts: sql`is_closed and solved is null` },
  { name: sql`stars_1`, counts: sql`stars = 1` },
  { name: sql`stars_2`, counts: sql`stars = 2` },
  { name: sql`stars_3`, counts: sql`stars = 3` },
  { name: sql`stars_4`, counts: sql`stars = 4` },
  { name: sql`stars_5`, counts: sql`stars = 5` },
]

export const measureNames: Sql = join(MEASURES.map((one) => one.name))
export const zeroMeasures: Sql = join(MEASURES.map(() => sql`0`))
/** How often one star was given, and so on up to five. */
export const starMeasures: readonly Sql[] = MEASURES.slice(-5).map((one) => one.name)

/** The measures of changes, each as a number with its sign. */
export const signedMeasures: Sql = join(
  MEASURES.map(({ name, counts }) => sql`case when ${counts} then sign else 0 end as ${name}`),
)

/**
 * Counts up to `limit` changed orders anew. One at a time in a district: another that runs already does the work. What was
 * named is taken away first and read afterwards, so that a change is never lost: whoever commits later named it anew.
 * @returns how many names were taken away
 */
export async function countPendingRates(tx: Tx, limit: number): Promise<number> {
  const { mine } = await tx.one<{ mine: boolean }>(
    sql`select pg_try_advisory_xact_lock(${RATES_LOCK}::int, ${tx.districtId}::int) as mine`,
  )
  if (!mine) return 0
  const named = await tx.rows<{ orderId: string }>(sql`
    delete from rate_pending where district_id = ${tx.districtId} and id in (
      select id from rate_pending where district_id = ${tx.districtId} order by id limit ${limit}) returning order_id`)
  if (named.length === 0) return 0
  const ids = [...new Set(named.map((row) => row.orderId))]
  await tx.run(sql`
    with change as materialized (${changesOf(tx, sql`select unnest(${ids}::uuid[]) as order_id`)}),
    entry as (
      insert into rate_entry as e (district_id, ${factColumns}) select ${tx.districtId}::int, ${factColumns} from change where sign = 1
      on conflict (district_id, order_id) do update set
        provider_id = excluded.provider_id, outcome = excluded.outcome, is_closed = excluded.is_closed,
        responded = excluded.responded, solved = excluded.solved, stars = excluded.stars
      where (e.provider_id, e.outcome, e.is_closed, e.responded, e.solved, e.stars) is distinct from
            (excluded.provider_id, excluded.outcome, excluded.is_closed, excluded.responded, excluded.solved, excluded.stars)
    ),
    difference as (
      select s.scope, s.organisation_id, day, coalesce(outcome, '') as outcome,
             ${join(MEASURES.map(({ name }) => sql`sum(${name})::int as ${name}`))}
        from (select day, outcome, unit_id, provider_id, ${signedMeasures} from change) c
       cross join lateral (values ('district', ${WHOLE_DISTRICT}::uuid), ('unit', unit_id), ('provider', provider_id)) s (scope, organisation_id)
       where s.organisation_id is not null
       group by 1, 2, 3, 4
    )
    insert into rate_day as d (district_id, scope, organisation_id, day, outcome, ${measureNames})
    select ${tx.districtId}::int, scope, organisation_id, day, outcome, ${measureNames} from difference
     where (${join(
       MEASURES.map(({ name }) => sql`${name} <> 0`),
       ' or ',
     )})
    on conflict (district_id, scope, organisation_id, day, outcome) do update set
      ${join(MEASURES.map(({ name }) => sql`${name} = d.${name} + excluded.${name}`))}`)
  return named.length
}
