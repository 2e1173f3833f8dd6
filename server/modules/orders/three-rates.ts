/**
 * The three rates (三率, 北京市接诉即办工作条例 art. 32): response, resolution, satisfaction, of an organisation and a period.
 * Formulas are dated rows; each rate opens to the orders behind it, and carries Wilson's 95 % interval instead of a bare value.
 */
import { createHash } from 'node:crypto'
import { dateIn, startOfDate } from '#platform/dates.ts'
import { empty, join, type Sql, sql, type Tx } from '#platform/db.ts'
import {
  changesOf,
  factsOf,
  measureNames,
  signedMeasures,
  starMeasures,
  WHOLE_DISTRICT,
  zeroMeasures,
} from './rates-by-day.ts'
import { limitTo, ofEach } from './parts.ts'
import { refuse } from './refusals.ts'

export interface RateFormula {
  readonly version: number
  readonly responseWeight: number
  readonly resolutionWeight: number
  readonly satisfactionWeight: number
  readonly satisfiedFromStars: number
  readonly excludedOutcomes: readonly string[]
  readonly samplePercent: number
}

export interface RateScope {
  readonly from: string
  readonly until: string
  /** Orders of villages in these units; null for the whole district. */
  readonly unitIds: readonly string[] | null
  readonly providerId: string | null
}

export type Rate = 'response' | 'resolution' | 'satisfaction'

const Z_95 = 1.959964

export async function formulaOn(tx: Tx, date: string): Promise<RateFormula> {
  const formula = await tx.maybe<RateFormula>(sql`
    select version, response_weight, resolution_weight, satisfaction_weight, satisfied_from_stars, excluded_outcomes, sample_percent
      from rate_formula where district_id = ${tx.districtId} and valid_from <= ${date}::date and (valid_until is null or valid_until > ${date}::date)`)
  if (formula === undefined) throw refuse('no-formula-then', {}, { field: 'until' })
  return formula
}

/** Whether an order falls into the blind sample: decided by its id alone, so that nobody can choose. */
export async function isSampled(tx: Tx, orderId: string, now: Date): Promise<boolean> {
  const { samplePercent } = await formulaOn(tx, dateIn(now))
  const draw = createHash('sha256')
    .update(tx.personal.secret('follow-up-sample'))
    .update(orderId)
    .digest()
    .readUInt32BE(0)
  return (draw / 2 ** 32) * 100 < samplePercent
}

export interface RateCounts {
  readonly orders: number
  readonly excluded: number
  readonly responded: number
  readonly responseKnown: number
  readonly heard: number
  readonly solved: number
  readonly satisfied: number
  readonly notEvaluated: number
}

/**
 * Counts a period from the sums by day, the changes that the sweep has not counted yet, and the first contacts that are
 * overdue now.
 */
export function countRates(tx: Tx, scope: RateScope, formula: RateFormula, now: Date): Promise<RateCounts> {
  const satisfied = join(starMeasures.slice(formula.satisfiedFromStars - 1), ' + ')
  return tx.one(sql`
    with counted as (
      select outcome, ${measureNames}, 0 as overdue from rate_day
       where district_id = ${tx.districtId} and ${organisations(scope)} and day >= ${scope.from}::date and day < ${scope.until}::date
      union all
      select coalesce(outcome, ''), ${signedMeasures}, 0 from (
        ${changesOf(tx, sql`select distinct order_id from rate_pending where district_id = ${tx.districtId}`)}) change
       where day >= ${scope.from}::date and day < ${scope.until}::date and ${factsWithin(scope)}
      union all
      select coalesce(o.outcome, ''), ${zeroMeasures}, 1
        from order_clock k
       cross join lateral (select o.outcome from service_order o
         where o.district_id = ${tx.districtId} and o.id = k.order_id and ${placedWithin(scope)} offset 0) o
       where k.district_id = ${tx.districtId} and k.kind = 'first-contact' and k.round = 1 and k.stopped_at is null and k.due_at <= ${now}
    ), summed as (
      select outcome = any(${formula.excludedOutcomes}::text[]) as is_excluded, * from counted
    )
    select coalesce(sum(orders), 0) as orders, coalesce(sum(orders) filter (where is_excluded), 0) as excluded,
           coalesce(sum(contacted + overdue) filter (where not is_excluded), 0) as response_known,
           coalesce(sum(contacted_in_time) filter (where not is_excluded), 0) as responded,
           coalesce(sum(heard) filter (where not is_excluded), 0) as heard,
           coalesce(sum(solved) filter (where not is_excluded), 0) as solved,
           coalesce(sum(${satisfied}) filter (where not is_excluded), 0) as satisfied,
           coalesce(sum(unheard) filter (where not is_excluded), 0) as not_evaluated
      from summed`)
}

/** The same figures from the orders themselves: the definition, by which the sums are tested. */
export function countRatesFromOrders(tx: Tx, scope: RateScope, formula: RateFormula, now: Date): Promise<RateCounts> {
  return tx.one(sql`
    with judged as (${judgedOrders(tx, placedWithin(scope), formula, now)})
    select count(*) as orders, count(*) filter (where is_excluded) as excluded,
           count(*) filter (where not is_excluded and responded is not null) as response_known,
           count(*) filter (where not is_excluded and responded) as responded,
           count(*) filter (where not is_excluded and solved is not null) as heard,
           count(*) filter (where not is_excluded and solved) as solved,
           count(*) filter (where not is_excluded and stars >= ${formula.satisfiedFromStars}) as satisfied,
           count(*) filter (where not is_excluded and state = 'closed' and solved is null) as not_evaluated
      from judged`)
}

export interface RateOrder {
  readonly id: string
  readonly number: string
  readonly title: string
  readonly placedAt: Date
  readonly isExcluded: boolean
  readonly outcome: string | null
  readonly responded: boolean | null
  readonly stoppedLate: boolean
  readonly solved: boolean | null
  readonly stars: number | null
}

/**
 * The orders behind the rates, newest first. Each unit or role of a provider gives its own first rows (list-orders.ts). What is judged
 * is looked up order by order: of a young district the database knows no numbers yet, and would compare every order with every other.
 */
export function rateOrders(
  tx: Tx,
  scope: RateScope,
  formula: RateFormula,
  paging: { after?: { at: Date; id: string } | undefined; limit: number },
  now: Date,
): Promise<RateOrder[]> {
  const { unitIds, providerId, from, until } = scope
  const after =
    paging.after === undefined ? empty : sql`and (o.placed_at, o.id) < (${paging.after.at}, ${paging.after.id}::uuid)`
  const first = (which: Sql) => sql`
    select o.id, o.placed_at from service_order o where o.district_id = ${tx.districtId} and ${which}
       and o.placed_at >= ${startOfDate(from)} and o.placed_at < ${startOfDate(until)} ${after}
     order by o.placed_at desc, o.id desc ${limitTo(paging.limit)}`
  const parts =
    providerId !== null
      ? sql`(${first(sql`o.provider_unit_id = ${providerId}::uuid`)}) union (${first(sql`o.provider_team_id = ${providerId}::uuid`)})`
      : unitIds !== null
        ? ofEach(unitIds, first(sql`o.unit_id = mine.id`))
        : first(sql`true`)
  return tx.rows(sql`
    with page as materialized (
      select id from (${parts}) part order by placed_at desc, id desc ${limitTo(paging.limit)}
    )
    select judged.id, number, title, placed_at, is_excluded, outcome, responded, stopped_late, solved, stars from page
     cross join lateral (${judgedOrders(tx, sql`o.id = page.id`, formula, now)} offset 0) judged
     order by placed_at desc, judged.id desc`)
}

/** Wilson's interval of a share; null bounds where nothing was counted. */
export function wilson(
  numerator: number,
  denominator: number,
): { value: number | null; low: number | null; high: number | null } {
  if (denominator === 0) return { value: null, low: null, high: null }
  const p = numerator / denominator
  const z2 = Z_95 ** 2
  const centre = p + z2 / (2 * denominator)
  const spread = Z_95 * Math.sqrt((p * (1 - p)) / denominator + z2 / (4 * denominator ** 2))
  const scale = 1 + z2 / denominator
  return { value: p, low: Math.max(0, (centre - spread) / scale), high: Math.min(1, (centre + spread) / scale) }
}

/**
 * One row an order: `responded` is true when the first contact came within its limit, false when it came late or the limit has
 * passed without it, null while it still may come; `solved` and `stars` are what the requester said, by page or phone.
 */
function judgedOrders(tx: Tx, which: Sql, formula: RateFormula, now: Date): Sql {
  return sql`
    select o.id, o.number, o.title, o.placed_at, o.state, o.outcome, fact.solved, fact.stars,
           coalesce(o.outcome = any(${formula.excludedOutcomes}::text[]), false) as is_excluded,
           case when fact.responded is null and k.due_at <= ${now} then false else fact.responded end as responded,
           fact.responded is false as stopped_late
      from (${factsOf(tx, which)}) fact
      join service_order o on o.district_id = ${tx.districtId} and o.id = fact.order_id
      left join order_clock k on k.district_id = o.district_id and k.order_id = o.id and k.kind = 'first-contact' and k.round = 1`
}

/** Orders `o` of a period and an organisation. */
function placedWithin({ from, until, unitIds, providerId }: RateScope): Sql {
  return sql`o.placed_at >= ${startOfDate(from)} and o.placed_at < ${startOfDate(until)}
    ${unitIds === null ? empty : sql`and o.unit_id = any(${unitIds}::uuid[])`}
    ${providerId === null ? empty : sql`and (o.provider_unit_id = ${providerId}::uuid or o.provider_team_id = ${providerId}::uuid)`}`
}

/** Facts of an organisation, whatever the period. */
function factsWithin({ unitIds, providerId }: RateScope): Sql {
  return sql`true ${unitIds === null ? empty : sql`and unit_id = any(${unitIds}::uuid[])`}
    ${providerId === null ? empty : sql`and provider_id = ${providerId}::uuid`}`
}

/** The sums by day of an organisation. A scope names units or a provider, not both. */
function organisations({ unitIds, providerId }: RateScope): Sql {
  if (providerId !== null) return sql`scope = 'provider' and organisation_id = ${providerId}::uuid`
  if (unitIds !== null) return sql`scope = 'unit' and organisation_id = any(${unitIds}::uuid[])`
  return sql`scope = 'district' and organisation_id = ${WHOLE_DISTRICT}::uuid`
}
