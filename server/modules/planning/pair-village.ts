import { findUnit } from '#modules/orgs/index.ts'
import { findTeam } from '#modules/teams/index.ts'
import { dateIn } from '#platform/dates.ts'
import { violatedConstraint } from '#platform/db.ts'
import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { endPairingRow, insertPairing, isPairedFrom, type Pairing } from './pairing-rows.ts'
import { refuse } from './refusals.ts'
import { requireCentre } from './request-plan.ts'

/** Notes that an agency or a team has taken a village on (结对): the ranking and the plan then prefer it there a little. */
export async function pairVillage(
  work: Work,
  given: Pick<Pairing, 'unitId' | 'providerKind' | 'providerId' | 'note' | 'validFrom'>,
): Promise<Pick<Pairing, 'id'>> {
  await requireCentre(work)
  const today = dateIn(work.now)
  if (given.validFrom < today) throw refuse('days-past', {}, { field: 'validFrom' })
  const unit = await findUnit(work.tx, given.unitId, today)
  if (unit === undefined || unit.kind === 'agency') throw refuse('unit-unknown', {}, { field: 'unitId' })
  if (!(await isProvider(work, given))) throw refuse('provider-unknown', {}, { field: 'providerId' })
  if (await isPairedFrom(work.tx, given)) throw refuse('paired-already', {}, { field: 'providerId' })
  const id = newUuid7(work.now)
  try {
    await insertPairing(work.tx, { ...given, id, setBy: work.actor.personId!, at: work.now })
  } catch (error) {
    // Somebody else paired the two between the look and now.
    if (violatedConstraint(error) !== 'one_pairing_at_a_time') throw error
    throw refuse('paired-already', {}, { field: 'providerId' })
  }
  const { unitId, providerId } = given
  work.audit({ action: 'planning.pair', subject: { kind: 'pairing', id }, details: { unitId, providerId } })
  return { id }
}

async function isProvider(
  { tx, now }: Work,
  { providerKind, providerId }: Pick<Pairing, 'providerKind' | 'providerId'>,
): Promise<boolean> {
  if (providerKind === 'team') return (await findTeam(tx, providerId, dateIn(now))) !== undefined
  return (await findUnit(tx, providerId, dateIn(now)))?.kind === 'agency'
}

/** The pairing ends today. */
export async function endPairing(work: Work, id: string): Promise<void> {
  await requireCentre(work)
  if ((await endPairingRow(work.tx, id, dateIn(work.now))) === 0) throw new Refusal('platform.not-found', 404, {})
  work.audit({ action: 'planning.end-pairing', subject: { kind: 'pairing', id } })
}
