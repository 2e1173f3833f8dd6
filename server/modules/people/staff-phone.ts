/**
 * Staff sign in by a login and have no phone there, so that the same person's resident account is another one. Whoever proved the
 * phone of it by a code is one person to every rule about one's own hours and the household's (`householdOf`); there need not be a
 * resident account yet, and one that is registered later with that phone counts from the first moment.
 */
import { maskPhone } from '#platform/masking.ts'
import { sql, type Tx } from '#platform/db.ts'
import type { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { STAFF_PHONE_COLUMN } from './person.ts'
import { holdsStaffAccount, lockPerson, phoneIndex } from './person-rows.ts'
import { normalisedPhone, useCode } from './sign-in-resident.ts'

/**
 * Proves that a phone is the acting staff member's own. One that was proved before ends, and goes on to count for a while.
 * @returns a refusal to be given after the commit, because a wrong code is counted
 */
export async function proveOwnPhone(
  work: Work,
  personId: string,
  given: { readonly phone: string; readonly code: string },
): Promise<Refusal | null> {
  const phone = normalisedPhone(given.phone)
  const refusal = await useCode(work, phone, given.code)
  if (refusal !== null) return refusal
  await recordOwnPhone(work, personId, phone)
  return null
}

/** Writes down a phone that was proved; of the demonstration's accounts it is known. */
export async function recordOwnPhone(work: Work, personId: string, phone: string): Promise<void> {
  const { tx, now } = work
  await lockPerson(tx, personId)
  await tx.run(sql`
    update staff_phone set ended_at = greatest(${now}, proved_at)
     where district_id = ${tx.districtId} and person_id = ${personId} and ended_at is null`)
  const id = newUuid7(now)
  await tx.run(sql`
    insert into staff_phone (district_id, id, person_id, phone_cipher, phone_index, proved_at)
    values (${tx.districtId}, ${id}, ${personId}, ${tx.personal.encrypt(STAFF_PHONE_COLUMN, id, phone)}, ${phoneIndex(tx, phone)}, ${now})`)
  work.audit({ action: 'people.prove-own-phone', subject: { kind: 'person', id: personId }, personId })
}

export interface OwnPhone {
  readonly phoneMasked: string
  readonly provedAt: Date
}

export async function ownPhoneOf(tx: Tx, personId: string): Promise<OwnPhone | null> {
  const row = await tx.maybe<{ id: string; phoneCipher: Buffer; provedAt: Date }>(sql`
    select id, phone_cipher, proved_at from staff_phone
     where district_id = ${tx.districtId} and person_id = ${personId} and ended_at is null`)
  if (row === undefined) return null
  return {
    phoneMasked: maskPhone(tx.personal.decrypt(STAFF_PHONE_COLUMN, row.id, row.phoneCipher)),
    provedAt: row.provedAt,
  }
}

/** Whether it is known which resident somebody is: a resident signs in by the phone, staff have to have proved theirs. */
export async function isKnownAsResident(tx: Tx, personId: string): Promise<boolean> {
  const proved = await tx.rows(sql`
    select 1 as one from staff_phone where district_id = ${tx.districtId} and person_id = ${personId} and ended_at is null`)
  return proved.length > 0 || !(await holdsStaffAccount(tx, personId))
}
