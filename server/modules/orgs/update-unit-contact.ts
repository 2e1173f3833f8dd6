import { normalisePhone } from '#platform/national-codes.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Work } from '#platform/work.ts'
import { refuse } from './refusals.ts'
import { updatePhones } from './unit-rows.ts'

/** Sets the number at which a unit answers residents: it stands on every page as "call the village". */
export async function updateUnitContact(work: Work, unitId: string, asTyped: string | null): Promise<void> {
  const phone = asTyped === null ? null : normalisePhone(asTyped)
  if (asTyped !== null && phone === null) throw refuse('phone-invalid', {}, { field: 'phone' })
  if ((await updatePhones(work.tx, [{ id: unitId, phone }])) === 0) throw new Refusal('platform.not-found', 404, {})
  work.audit({ action: 'orgs.update-contact', subject: { kind: 'unit', id: unitId } })
}
