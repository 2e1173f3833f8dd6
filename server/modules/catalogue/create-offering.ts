import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { checkFields } from './check-fields.ts'
import type { OfferingFields } from './offering.ts'
import { insertOfferings } from './offering-rows.ts'

/** Publishes an offering; it counts as confirmed today. @returns its id @throws the refusals of `checkFields` */
export async function createOffering(work: Work, fields: OfferingFields): Promise<string> {
  const { searchText } = await checkFields(work, fields)
  const id = newUuid7(work.now)
  await insertOfferings(work.tx, [{ id, fields, searchText }], work.now)
  work.audit({
    action: 'catalogue.create-offering',
    subject: { kind: 'offering', id },
    details: { provider: fields.provider },
  })
  return id
}
