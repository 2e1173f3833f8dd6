import { findUnit, type UnitInTree } from '#modules/orgs/index.ts'
import { sql, type Tx } from '#platform/db.ts'

/** An organisation that issues, and whether it stands in for one that is gone. */
export interface Standing {
  readonly unit: UnitInTree
  readonly isSubstitute: boolean
}

/** The unit itself while it exists, else the nearest one above it that does (2015 No. 149: the superior issues). */
export async function standingUnit(tx: Tx, unitId: string, on: string): Promise<Standing | undefined> {
  for (let id: string | null = unitId; id !== null;) {
    const unit = await findUnit(tx, id, on)
    if (unit !== undefined) return { unit, isSubstitute: id !== unitId }
    id = await parentOf(tx, id)
  }
  return undefined
}

/** The unit above, also of a unit that no longer exists. */
export async function parentOf(tx: Tx, unitId: string): Promise<string | null> {
  const row = await tx.maybe<{ parentId: string | null }>(
    sql`select parent_id from unit where district_id = ${tx.districtId} and id = ${unitId}`,
  )
  return row?.parentId ?? null
}

/** What a unit was called when it was called something last. */
export async function lastNameOf(tx: Tx, unitId: string): Promise<string> {
  const row = await tx.maybe<{ name: string }>(sql`
    select name from unit_period where district_id = ${tx.districtId} and unit_id = ${unitId} order by valid_from desc limit 1`)
  return row?.name ?? ''
}
