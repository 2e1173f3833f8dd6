import { findUnit, listUnits } from '#modules/orgs/index.ts'
import { type Actor, holdsAt } from '#platform/actor.ts'
import type { Tx } from '#platform/db.ts'

/** Who approves hours and decides cases for the unit they work at and for everything below it. */
export const APPROVING_ROLES = ['station-keeper', 'dispatcher', 'centre-leader'] as const
/** Above the centre's desk stands its leader alone. */
export const LEADING_ROLES = ['centre-leader'] as const

export interface Level {
  readonly unitId: string
  readonly needsLeader: boolean
}

/** The level `above` a unit; beyond the top it is the centre's leader. */
export async function levelAbove(tx: Tx, unitId: string, above: 1 | 2, on: string): Promise<Level> {
  const unit = await findUnit(tx, unitId, on)
  const path = unit?.path ?? (await listUnits(tx, { kind: 'centre', on, limit: 1 }))
  const found = unit === undefined ? undefined : path.at(-1 - above)
  return { unitId: (found ?? path[0]!).id, needsLeader: found === undefined }
}

export function holdsLevel(actor: Actor, level: Level): boolean {
  return holdsAt(actor, level.needsLeader ? LEADING_ROLES : APPROVING_ROLES, level.unitId)
}
