import { violatedConstraint } from '#platform/db.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Work } from '#platform/work.ts'
import { refuse } from './refusals.ts'
import { appendPeriod, lockLastPeriod } from './unit-rows.ts'

/** Gives a unit a new name and code from a date on. Earlier reports keep the name of their time. */
export async function renameUnit(
  work: Work,
  unitId: string,
  next: { name: string; nameEn: string | null; code: string | null; validFrom: string },
): Promise<void> {
  const last = await lockLastPeriod(work.tx, unitId)
  if (last === undefined) throw new Refusal('platform.not-found', 404, {})
  if (last.validUntil !== null) throw refuse('unit-ended')
  if (next.validFrom <= last.validFrom) throw refuse('period-not-after-last', {}, { field: 'validFrom' })
  try {
    await appendPeriod(work.tx, unitId, last, next)
  } catch (error) {
    if (violatedConstraint(error) !== 'one_unit_per_code_at_a_time') throw error
    throw refuse('code-taken', { code: next.code ?? '' }, { field: 'code' })
  }
  work.audit({ action: 'orgs.rename-unit', subject: { kind: 'unit', id: unitId }, details: { ...next } })
}
