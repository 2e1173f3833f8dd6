import { sql, type Tx } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { refuse } from './refusals.ts'

/** Working minutes by step, normal and urgent. */
export type Limits = Readonly<Record<string, { readonly normal: number; readonly urgent?: number | undefined }>>

export interface FormulaDefaults {
  readonly responseWeight: number
  readonly resolutionWeight: number
  readonly satisfactionWeight: number
  readonly satisfiedFromStars: number
  readonly excludedOutcomes: readonly string[]
  readonly samplePercent: number
}

/** What a district starts with and changes later by dated rows (promise 11). */
export interface OrderDefaults {
  readonly validFrom: string
  readonly limits: Limits
  readonly formula: FormulaDefaults
}

/** Writes the first limits and the first formula of the three rates. */
export async function setUpOrders(work: Work, defaults: OrderDefaults): Promise<void> {
  await insertLimits(work, defaults.limits, defaults.validFrom)
  await insertFormula(work, defaults.formula, defaults.validFrom, 1)
}

/**
 * Lets new limits hold from a date on; steps that are not named keep theirs, and what is due already stays due as it was.
 * @throws Refusal limit-unknown, rule-not-after-last
 */
export async function setLimits(work: Work, limits: Limits, validFrom: string): Promise<void> {
  const { tx } = work
  const known = await tx.rows<{ step: string; urgency: string; last: string }>(sql`
    select step, urgency, max(valid_from) as last from sla_limit where district_id = ${tx.districtId} group by step, urgency`)
  const names = Object.keys(limits)
  const unknown = names.find((name) => !known.some(({ step }) => step === name))
  if (unknown !== undefined) throw refuse('limit-unknown', { step: unknown })
  const isChanged = ({ step, urgency }: { step: string; urgency: string }) =>
    urgency === 'normal' ? names.includes(step) : limits[step]?.urgent !== undefined
  const changed = known.filter(isChanged)
  const late = changed.find(({ last }) => last >= validFrom)
  if (late !== undefined) throw refuse('rule-not-after-last', { date: late.last })
  await tx.run(sql`
    update sla_limit l set valid_until = ${validFrom}
      from jsonb_to_recordset(${JSON.stringify(changed)}::jsonb) as c (step text, urgency text)
     where l.district_id = ${tx.districtId} and l.step = c.step and l.urgency = c.urgency and l.valid_until is null`)
  await insertLimits(work, limits, validFrom)
  work.audit({ action: 'orders.set-limits', details: { validFrom, limits } })
}

/**
 * Lets a new formula of the three rates hold from a date on; a period is counted by the formula of its end.
 * @returns the new version
 * @throws Refusal rule-not-after-last
 */
export async function setFormula(work: Work, formula: FormulaDefaults, validFrom: string): Promise<number> {
  const { tx } = work
  const { version, last } = await tx.one<{ version: number; last: string | null }>(sql`
    select coalesce(max(version), 0) as version, max(valid_from) as last from rate_formula where district_id = ${tx.districtId}`)
  if (last !== null && last >= validFrom) throw refuse('rule-not-after-last', { date: last })
  await tx.run(sql`
    update rate_formula set valid_until = ${validFrom} where district_id = ${tx.districtId} and valid_until is null`)
  await insertFormula(work, formula, validFrom, version + 1)
  work.audit({ action: 'orders.set-formula', details: { validFrom, version: version + 1, ...formula } })
  return version + 1
}

async function insertLimits({ tx, now }: Pick<Work, 'tx' | 'now'>, limits: Limits, validFrom: string): Promise<void> {
  const rows = Object.entries(limits).flatMap(([step, { normal, urgent }]) => [
    { id: newUuid7(now), step, urgency: 'normal', working_minutes: normal },
    ...(urgent === undefined ? [] : [{ id: newUuid7(now), step, urgency: 'urgent', working_minutes: urgent }]),
  ])
  await tx.run(sql`
    insert into sla_limit (district_id, id, step, urgency, working_minutes, valid_from)
    select ${tx.districtId}::int, l.id, l.step, l.urgency, l.working_minutes, ${validFrom}::date
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as l (id uuid, step text, urgency text, working_minutes integer)`)
  tx.referenceChanged()
}

async function insertFormula(
  { tx, now }: Pick<Work, 'tx' | 'now'>,
  f: FormulaDefaults,
  validFrom: string,
  version: number,
): Promise<void> {
  await tx.run(sql`
    insert into rate_formula (district_id, id, version, response_weight, resolution_weight, satisfaction_weight, satisfied_from_stars,
      excluded_outcomes, sample_percent, valid_from)
    values (${tx.districtId}, ${newUuid7(now)}, ${version}, ${f.responseWeight}, ${f.resolutionWeight}, ${f.satisfactionWeight},
      ${f.satisfiedFromStars}, ${f.excludedOutcomes}, ${f.samplePercent}, ${validFrom})`)
}

/** Every version of the limits and of the formula, oldest first. */
export async function orderRules(tx: Tx) {
  const limits = await tx.rows<{
    step: string
    urgency: string
    workingMinutes: number
    validFrom: string
    validUntil: string | null
  }>(sql`
    select step, urgency, working_minutes, valid_from, valid_until from sla_limit
     where district_id = ${tx.districtId} order by step, urgency, valid_from`)
  const formulas = await tx.rows<
    FormulaDefaults & { version: number; validFrom: string; validUntil: string | null }
  >(sql`
    select version, response_weight, resolution_weight, satisfaction_weight, satisfied_from_stars, excluded_outcomes, sample_percent,
           valid_from, valid_until from rate_formula where district_id = ${tx.districtId} order by version`)
  return { limits, formulas }
}
