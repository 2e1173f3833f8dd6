import { forgetSessions } from '#platform/auth/sessions.ts'
import { dateIn } from '#platform/dates.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Work } from '#platform/work.ts'
import { holdingsOf, type UnitHolder } from './holder.ts'
import { refuse } from './refusals.ts'
import { endPeriod, lockLastPeriod } from './unit-rows.ts'
import { findUnit, listUnits } from './unit-views.ts'

/**
 * Ends a unit: its village was merged, its office dissolved. History keeps it; open orders and teams go to the successor. What
 * somebody has to decide or to say goodbye to (staff, offerings, orders in hand) must be settled before.
 * @param given.validUntil 'YYYY-MM-DD', the first day on which it is no more; today or earlier
 */
export async function endUnit(
  work: Work,
  holders: readonly UnitHolder[],
  unitId: string,
  given: { validUntil: string; successorId: string },
): Promise<void> {
  const { tx } = work
  const today = dateIn(work.now)
  const last = await lockLastPeriod(tx, unitId)
  const unit = await findUnit(tx, unitId, today)
  if (last === undefined) throw new Refusal('platform.not-found', 404, {})
  if (unit === undefined || last.validUntil !== null) throw refuse('unit-ended')
  if (unit.kind === 'centre') throw refuse('centre-stays')
  if (given.validUntil > today) throw refuse('end-not-yet', {}, { field: 'validUntil' })
  if (given.validUntil <= last.validFrom) throw refuse('period-not-after-last', {}, { field: 'validUntil' })
  const successor = await findUnit(tx, given.successorId, today)
  const isFit = successor !== undefined && (successor.kind === unit.kind || successor.id === unit.parentId)
  if (!isFit || successor.id === unitId) throw refuse('wrong-successor', {}, { field: 'successorId' })
  if ((await listUnits(tx, { parentId: unitId, on: today, limit: 1 })).length > 0) throw refuse('units-below')
  const held = await holdingsOf(work, holders, unitId)
  if (Object.values(held).some((count) => count > 0)) throw refuse('still-holds', { ...held })
  for (const holder of holders) await holder.handOver?.(work, unitId, successor.id)
  await endPeriod(tx, unitId, last.validFrom, given.validUntil)
  await forgetSessions(tx)
  work.audit({ action: 'orgs.end-unit', subject: { kind: 'unit', id: unitId }, details: { ...given } })
}
