import type { Work } from '#platform/work.ts'
import { confirmRow, endRow } from './offering-rows.ts'
import { refuse } from './refusals.ts'
import { editableOffering } from './update-offering.ts'

/** Says that an offering still stands, so that it is shown for another quarter. @throws Refusal offering-ended */
export async function confirmOffering(work: Work, id: string): Promise<void> {
  await editableOffering(work, id)
  if (!(await confirmRow(work.tx, id, work.now))) throw refuse('offering-ended')
  work.audit({ action: 'catalogue.confirm-offering', subject: { kind: 'offering', id } })
}

/** Takes an offering out of the catalogue. Orders that were placed go on; ended twice is ended once. */
export async function endOffering(work: Work, id: string): Promise<void> {
  await editableOffering(work, id)
  if (await endRow(work.tx, id, work.now)) {
    work.audit({ action: 'catalogue.end-offering', subject: { kind: 'offering', id } })
  }
}
