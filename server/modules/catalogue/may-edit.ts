import { listUnits } from '#modules/orgs/index.ts'
import { teamsLedBy } from '#modules/teams/index.ts'
import { type Actor, holdsAt, unitsHeld } from '#platform/actor.ts'
import type { Tx } from '#platform/db.ts'
import { dateIn } from '#platform/dates.ts'
import type { Read } from '#platform/work.ts'
import type { Offering } from './offering.ts'
import type { Reach } from './offering-views.ts'
import { refuse } from './refusals.ts'

const EDITORS = ['catalogue-editor', 'district-admin'] as const
const PROVIDERS = ['provider'] as const

/** Whose offerings the actor may publish and change. */
export async function reachOf(tx: Tx, actor: Actor): Promise<Reach> {
  return {
    agencyIds: [...unitsHeld(actor, PROVIDERS)],
    unitIds: [...unitsHeld(actor, EDITORS)],
    teamIds: actor.personId === null ? [] : await teamsLedBy(tx, actor.personId),
  }
}

/** @param unitId the agency itself, or the unit at which the team is based @throws Refusal not-your-provider */
export async function requireEditable(
  { tx, actor }: Pick<Read, 'tx' | 'actor'>,
  provider: Pick<Offering['provider'], 'kind' | 'id'>,
  unitId: string,
): Promise<void> {
  const reach = await reachOf(tx, actor)
  if (reach.unitIds.includes(unitId)) return
  if ((provider.kind === 'agency' ? reach.agencyIds : reach.teamIds).includes(provider.id)) return
  throw refuse('not-your-provider')
}

/** Categories are the whole district's. @throws Refusal categories-are-central */
export async function requireCategoryEditor({ tx, actor, now }: Pick<Read, 'tx' | 'actor' | 'now'>): Promise<void> {
  const [centre] = await listUnits(tx, { kind: 'centre', on: dateIn(now), limit: 1 })
  if (centre === undefined || !holdsAt(actor, EDITORS, centre.id)) throw refuse('categories-are-central')
}
