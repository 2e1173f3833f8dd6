import { sql, type Tx } from '#platform/db.ts'
import type { PartialPlan } from './activity.ts'

export interface Template {
  readonly id: string
  readonly unitId: string
  readonly teamId: string | null
  readonly name: string
  readonly plan: PartialPlan
}

export function findTemplate(tx: Tx, id: string): Promise<Template | undefined> {
  return tx.maybe(sql`
    select id, unit_id, team_id, name, plan from activity_template where district_id = ${tx.districtId} and id = ${id}`)
}

/** Templates of some units and teams, by name. */
export function listTemplates(
  tx: Tx,
  of: { readonly unitIds: readonly string[]; readonly teamIds: readonly string[] },
): Promise<Template[]> {
  return tx.rows(sql`
    select id, unit_id, team_id, name, plan from activity_template
     where district_id = ${tx.districtId}
       and (team_id = any(${of.teamIds}::uuid[]) or team_id is null and unit_id = any(${of.unitIds}::uuid[]))
     order by name, id`)
}
