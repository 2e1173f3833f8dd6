import { Refusal } from '#platform/refusal.ts'
import type { Work } from '#platform/work.ts'
import { checkFields } from './check-fields.ts'
import { requireEditable } from './may-edit.ts'
import type { Offering, OfferingFields } from './offering.ts'
import { updateOffering as writeOffering } from './offering-rows.ts'
import { findOffering } from './offering-views.ts'
import { refuse } from './refusals.ts'

/**
 * Changes an offering that the actor may edit, before and after.
 * @param version the version that the actor saw
 * @throws Refusal platform.not-found, platform.version-stale, offering-ended and those of `checkFields`
 */
export async function updateOffering(work: Work, id: string, version: number, fields: OfferingFields): Promise<void> {
  const offering = await editableOffering(work, id)
  if (offering.endedAt !== null) throw refuse('offering-ended')
  if (offering.version !== version) throw new Refusal('platform.version-stale', 409, {})
  const { searchText } = await checkFields(work, fields)
  const isWritten = await writeOffering(work.tx, { id, fields, searchText }, version, work.now)
  if (!isWritten) throw new Refusal('platform.version-stale', 409, {})
  work.audit({
    action: 'catalogue.update-offering',
    subject: { kind: 'offering', id },
    details: { version: version + 1 },
  })
}

/** @throws Refusal platform.not-found, not-your-provider */
export async function editableOffering(work: Work, id: string): Promise<Offering> {
  const offering = await findOffering(work.tx, id, work.now)
  if (offering === undefined) throw new Refusal('platform.not-found', 404, {})
  await requireEditable(work, offering.provider, offering.providerUnitId)
  return offering
}
