import { sql, type Tx } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { ConsentPurpose } from './consents.ts'

export interface ConsentRow {
  readonly id: string
  readonly purpose: ConsentPurpose
  readonly givenAt: Date
  readonly withdrawnAt: Date | null
  readonly wordingVersion: string
  /** Whether somebody else gave it: the guardian. */
  readonly byGuardian: boolean
}

/** @returns false when the person has agreed to the purpose already */
export async function insertConsent(
  tx: Tx,
  now: Date,
  consent: { personId: string; purpose: ConsentPurpose; wordingVersion: string; givenBy: string },
): Promise<boolean> {
  const inserted = await tx.run(sql`
    insert into consent (district_id, id, person_id, purpose, given_at, wording_version, given_by)
    values (${tx.districtId}, ${newUuid7(now)}, ${consent.personId}, ${consent.purpose}, ${now}, ${consent.wordingVersion},
            ${consent.givenBy})
    on conflict (district_id, person_id, purpose) where withdrawn_at is null do nothing`)
  return inserted === 1
}

/** @returns whether there was an open consent */
export async function endConsents(
  tx: Tx,
  personId: string,
  purposes: readonly ConsentPurpose[],
  at: Date,
): Promise<boolean> {
  const ended = await tx.run(sql`
    update consent set withdrawn_at = greatest(${at}, given_at)
     where district_id = ${tx.districtId} and person_id = ${personId} and purpose = any(${purposes}::text[])
       and withdrawn_at is null`)
  return ended > 0
}

/** Everything a person ever agreed to, newest first. */
export function consentsOf(tx: Tx, personId: string): Promise<ConsentRow[]> {
  return tx.rows(sql`
    select id, purpose, given_at, withdrawn_at, wording_version, coalesce(given_by <> person_id, false) as by_guardian
      from consent where district_id = ${tx.districtId} and person_id = ${personId} order by given_at desc, id desc`)
}

/** Whether the guardian of a child under 14 gave the separate consent. */
export async function hasGuardianConsent(tx: Tx, childId: string): Promise<boolean> {
  const found = await tx.rows(sql`
    select 1 as one from consent
     where district_id = ${tx.districtId} and person_id = ${childId} and purpose = 'guardian-under-14' and withdrawn_at is null`)
  return found.length > 0
}

/** Lets a consent that one account gave hold for another of the same person, in the same words. @returns ids of the new rows */
export async function carryConsents(
  tx: Tx,
  now: Date,
  { fromId, toId, purposes }: { fromId: string; toId: string; purposes: readonly ConsentPurpose[] },
): Promise<string[]> {
  const ids: string[] = []
  for (const purpose of purposes) {
    const row = await tx.maybe<{ id: string }>(sql`
      insert into consent (district_id, id, person_id, purpose, given_at, wording_version, given_by)
      select district_id, ${newUuid7(now)}, ${toId}, purpose, given_at, wording_version,
             case when given_by = ${fromId} then ${toId}::uuid else given_by end
        from consent
       where district_id = ${tx.districtId} and person_id = ${fromId} and purpose = ${purpose} and withdrawn_at is null
      on conflict (district_id, person_id, purpose) where withdrawn_at is null do nothing returning id`)
    if (row !== undefined) ids.push(row.id)
  }
  return ids
}

export async function endConsentRows(tx: Tx, ids: readonly string[], at: Date): Promise<void> {
  await tx.run(sql`
    update consent set withdrawn_at = greatest(${at}, given_at)
     where district_id = ${tx.districtId} and id = any(${ids}::uuid[]) and withdrawn_at is null`)
}
