import { sql, violatedConstraint } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import type { PartialPlan } from './activity.ts'
import { organisingUnit } from './organisers.ts'
import { refuse } from './refusals.ts'
import { type Theme, upsertTheme } from './theme-rows.ts'

/** Keeps what an activity that is held often starts with. @returns its id */
export async function saveTemplate(
  work: Work,
  given: { name: string; unitId: string | null; teamId: string | null; plan: PartialPlan },
): Promise<string> {
  const { unitId, teamId } = await organisingUnit(work, given)
  const id = newUuid7(work.now)
  try {
    await work.tx.run(sql`
      insert into activity_template (district_id, id, unit_id, team_id, name, plan, created_at)
      values (${work.tx.districtId}, ${id}, ${unitId}, ${teamId}, ${given.name}, ${JSON.stringify(given.plan)}::jsonb, ${work.now})`)
  } catch (error) {
    if (violatedConstraint(error) !== 'one_template_per_name') throw error
    throw refuse('template-name-taken', {}, { field: 'name' })
  }
  work.audit({ action: 'activities.save-template', subject: { kind: 'template', id }, details: { name: given.name } })
  return id
}

/** Writes a theme or a campaign with the days it holds; without an id a new one. @returns its id */
export async function saveTheme(work: Work, given: Omit<Theme, 'id'> & { id: string | null }): Promise<string> {
  if (given.validUntil !== null && given.validUntil <= given.validFrom)
    throw refuse('theme-dates', {}, { field: 'validUntil' })
  const id = given.id ?? newUuid7(work.now)
  await upsertTheme(work.tx, { ...given, id })
  work.audit({ action: 'activities.save-theme', subject: { kind: 'theme', id }, details: { kind: given.kind } })
  return id
}
