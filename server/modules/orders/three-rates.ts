/**
 * The three rates (三率, 北京市接诉即办工作条例 art. 32): response, resolution, satisfaction, of an organisation and a period.
 * Formulas are dated rows; each rate opens to the orders behind it, and carries Wilson's 95 % interval instead of a bare value.
 */
import { createHash } from 'node:crypto'
import { dateIn, startOfDate } from '#platform/dates.ts'
import { empty, type Sql, sql, type Tx } from '#platform/db.ts'
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

export function countRates(tx: Tx, scope: RateScope, formula: RateFormula, now: Date): Promise<RateCounts> {
  return tx.one(sql`
    with ${judgedOrders(tx, scope, formula, now)}
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

/** The orders behind the rates, newest first. */
export function rateOrders(
  tx: Tx,
  scope: RateScope,
  formula: RateFormula,
  paging: { after?: { at: Date; id: string } | undefined; limit: number },
  now: Date,
): Promise<RateOrder[]> {
  return tx.rows(sql`
    with ${judgedOrders(tx, scope, formula, now)}
    select id, number, title, placed_at, is_excluded, outcome, responded, stopped_late, solved, stars from judged
     where true ${paging.after === undefined ? empty : sql`and (placed_at, id) < (${paging.after.at}, ${paging.after.id}::uuid)`}
     order by placed_at desc, id desc limit ${paging.limit}`)
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
function judgedOrders(tx: Tx, scope: RateScope, formula: RateFormula, now: Date): Sql {
  const provider = scope.providerId
  return sql`judged as (
    select o.id, o.number, o.title, o.placed_at, o.state, o.outcome,
           coalesce(o.outcome = any(${formula.excludedOutcomes}::text[]), false) as is_excluded,
           case when k.stopped_at is not null then k.used_working_minutes <= k.limit_working_minutes
                when k.due_at <= ${now} then false end as responded,
           k.stopped_at is not null and k.used_working_minutes > k.limit_working_minutes as stopped_late,
           coalesce(e.solved, f.solved) as solved, coalesce(e.stars, f.satisfied) as stars
      from service_order o
      left join order_clock k on k.district_id = o.district_id and k.order_id = o.id and k.kind = 'first-contact' and k.round = 1
      left join lateral (select solved, stars from evaluation e where e.district_id = o.district_id and e.order_id = o.id
                          order by e.round desc limit 1) e on true
      left join lateral (select solved, satisfied from follow_up f where f.district_id = o.district_id and f.order_id = o.id and f.contacted
                          order by f.done_at desc limit 1) f on true
     where o.district_id = ${tx.districtId} and o.placed_at >= ${startOfDate(scope.from)} and o.placed_at < ${startOfDate(scope.until)}
       ${scope.unitIds === null ? empty : sql`and o.unit_id = any(${scope.unitIds}::uuid[])`}
       ${provider === null ? empty : sql`and (o.provider_unit_id = ${provider}::uuid or o.provider_team_id = ${provider}::uuid)`}
  )`
}
