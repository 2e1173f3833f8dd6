import { findUnit } from '#modules/orgs/index.ts'
import { dateIn } from '#platform/dates.ts'
import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { refuse } from './refusals.ts'
import { requireCentre } from './request-plan.ts'
import { endOverrides, endsOf, insertOverride, type TravelOverride } from './travel-override-rows.ts'

/** Says how long a way really takes, from a day on; what held before ends that day. */
export async function overrideTravel(
  work: Work,
  given: {
    fromUnitId: string
    toUnitId: string
    minutes: number
    reason: string
    validFrom: string
    validUntil: string | null
  },
): Promise<TravelOverride> {
  await requireCentre(work)
  if (given.fromUnitId === given.toUnitId) throw refuse('same-place', {}, { field: 'toUnitId' })
  if (given.validUntil !== null && given.validUntil <= given.validFrom)
    throw refuse('days-reversed', {}, { field: 'validUntil' })
  for (const field of ['fromUnitId', 'toUnitId'] as const) {
    if ((await findUnit(work.tx, given[field], dateIn(work.now))) === undefined)
      throw refuse('unit-unknown', {}, { field })
  }
  const ends = endsOf(given.fromUnitId, given.toUnitId)
  await endOverrides(work.tx, ends, given.validFrom)
  const row = { ...given, ...ends, id: newUuid7(work.now) }
  await insertOverride(work.tx, { ...row, setBy: work.actor.personId, setAt: work.now })
  work.audit({
    action: 'planning.override-travel',
    subject: { kind: 'travel-override', id: row.id },
    details: { minutes: given.minutes },
  })
  return row
}

/** The way is free again: the override ends today. */
export async function endOverride(work: Work, id: string): Promise<void> {
  await requireCentre(work)
  if ((await endOverrides(work.tx, { id }, dateIn(work.now))) === 0) throw new Refusal('platform.not-found', 404, {})
  work.audit({ action: 'planning.end-override', subject: { kind: 'travel-override', id } })
}
