import { sql } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'

/** What a district starts with and changes later by dated rows (promise 11). */
export interface OrderDefaults {
  readonly validFrom: string
  /** Working minutes by step, normal and urgent. */
  readonly limits: Readonly<Record<string, { readonly normal: number; readonly urgent?: number }>>
  readonly formula: {
    readonly responseWeight: number
    readonly resolutionWeight: number
    readonly satisfactionWeight: number
    readonly satisfiedFromStars: number
    readonly excludedOutcomes: readonly string[]
    readonly samplePercent: number
  }
}

/** Writes the first limits and the first formula of the three rates. */
export async function setUpOrders(work: Work, defaults: OrderDefaults): Promise<void> {
  const limits = Object.entries(defaults.limits).flatMap(([step, { normal, urgent }]) => [
    { id: newUuid7(work.now), step, urgency: 'normal', working_minutes: normal },
    ...(urgent === undefined ? [] : [{ id: newUuid7(work.now), step, urgency: 'urgent', working_minutes: urgent }]),
  ])
  await work.tx.run(sql`
    insert into sla_limit (district_id, id, step, urgency, working_minutes, valid_from)
    select ${work.tx.districtId}::int, l.id, l.step, l.urgency, l.working_minutes, ${defaults.validFrom}::date
      from jsonb_to_recordset(${JSON.stringify(limits)}::jsonb) as l (id uuid, step text, urgency text, working_minutes integer)`)
  work.tx.referenceChanged()
  const f = defaults.formula
  await work.tx.run(sql`
    insert into rate_formula (district_id, id, version, response_weight, resolution_weight, satisfaction_weight, satisfied_from_stars,
      excluded_outcomes, sample_percent, valid_from)
    values (${work.tx.districtId}, ${newUuid7(work.now)}, 1, ${f.responseWeight}, ${f.resolutionWeight}, ${f.satisfactionWeight},
      ${f.satisfiedFromStars}, ${f.excludedOutcomes}, ${f.samplePercent}, ${defaults.validFrom})`)
}
