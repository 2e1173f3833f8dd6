import { sql, type Tx } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { refuse } from './refusals.ts'

const HOUR_MINUTES = 60

export interface PointsRule {
  readonly id: string
  readonly pointsPerHour: number
  readonly pointsPerDayMax: number
  readonly validFrom: string
  readonly validUntil: string | null
}

/**
 * Points for verified minutes under a rule: whole points, rounded down, at most what the day still allows.
 * @param pointsAlready points the person got on the same day for other services
 */
export function pointsFor(
  minutes: number,
  rule: Pick<PointsRule, 'pointsPerHour' | 'pointsPerDayMax'>,
  pointsAlready = 0,
): number {
  const earned = Math.floor((Math.max(0, minutes) * rule.pointsPerHour) / HOUR_MINUTES)
  return Math.max(0, Math.min(earned, rule.pointsPerDayMax - pointsAlready))
}

/** The rule for awards of orders that holds on a date, 'YYYY-MM-DD'; undefined before the first. */
export function pointsRuleOn(tx: Tx, date: string): Promise<PointsRule | undefined> {
  return tx.maybe(sql`
    select id, points_per_hour, points_per_day_max, valid_from, valid_until from points_rule
     where district_id = ${tx.districtId} and kind = 'order-award'
       and valid_from <= ${date}::date and (valid_until is null or valid_until > ${date}::date)`)
}

/** Every version of the rule, oldest first. */
export function pointsRules(tx: Tx): Promise<PointsRule[]> {
  return tx.rows(sql`
    select id, points_per_hour, points_per_day_max, valid_from, valid_until from points_rule
     where district_id = ${tx.districtId} and kind = 'order-award' order by valid_from`)
}

/**
 * Lets a new rule hold from a date on; the rule before it ends there, and what was awarded under it stays.
 * @throws Refusal rule-not-after-last
 */
export async function setPointsRule(
  work: Work,
  rule: { pointsPerHour: number; pointsPerDayMax: number; validFrom: string },
): Promise<string> {
  const id = newUuid7(work.now)
  const last = (await pointsRules(work.tx)).at(-1)
  if (last !== undefined && last.validFrom >= rule.validFrom)
    throw refuse('rule-not-after-last', { date: last.validFrom })
  await work.tx.run(sql`
    update points_rule set valid_until = ${rule.validFrom}
     where district_id = ${work.tx.districtId} and kind = 'order-award' and valid_from < ${rule.validFrom}::date
       and (valid_until is null or valid_until > ${rule.validFrom}::date)`)
  await work.tx.run(sql`
    insert into points_rule (district_id, id, kind, points_per_hour, points_per_day_max, valid_from)
    values (${work.tx.districtId}, ${id}, 'order-award', ${rule.pointsPerHour}, ${rule.pointsPerDayMax}, ${rule.validFrom})`)
  work.audit({ action: 'points.set-rule', subject: { kind: 'points-rule', id }, details: { ...rule } })
  return id
}
