import { sql } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'

/** Records that a person agreed to a purpose, in the wording of the given version (PIPL art. 14); withdrawal is a later row's date. */
export async function recordConsent(
  work: Work,
  personId: string,
  purpose: string,
  wordingVersion: string,
): Promise<void> {
  await work.tx.run(sql`
    insert into consent (district_id, id, person_id, purpose, given_at, wording_version)
    values (${work.tx.districtId}, ${newUuid7(work.now)}, ${personId}, ${purpose}, ${work.now}, ${wordingVersion})`)
  work.audit({ action: 'people.consent', subject: { kind: 'person', id: personId }, personId, details: { purpose } })
}
