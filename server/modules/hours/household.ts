import { findPersonByPhone, normalisedPhone } from '#modules/people/index.ts'
import { sql, type Tx } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { refuse } from './refusals.ts'

/** Who lives with a person, as any of them declared, in either direction and through others. */
export async function householdOf(tx: Tx, personId: string): Promise<Set<string>> {
  const rows = await tx.rows<{ id: string }>(sql`
    with recursive home as (
      select ${personId}::uuid as id
      union
      select case when t.person_id = h.id then t.other_id else t.person_id end
        from home h join household_tie t on t.district_id = ${tx.districtId} and t.ended_at is null
         and (t.person_id = h.id or t.other_id = h.id)
    )
    select id from home where id <> ${personId}::uuid`)
  return new Set(rows.map((row) => row.id))
}

/**
 * Declares to live with the owner of a phone. The answer is the same whether the phone belongs to somebody here, so that it
 * tells nobody who is registered.
 */
export async function declareHousehold(work: Work, phone: string): Promise<void> {
  const { tx, now } = work
  const personId = work.actor.personId!
  const otherId = await findPersonByPhone(tx, normalisedPhone(phone))
  if (otherId === personId) throw refuse('own-phone', {}, { field: 'phone' })
  if (otherId === undefined) return
  await tx.run(sql`
    insert into household_tie (district_id, id, person_id, other_id, declared_at)
    values (${tx.districtId}, ${newUuid7(now)}, ${personId}, ${otherId}, ${now})
    on conflict (district_id, least(person_id, other_id), greatest(person_id, other_id)) where ended_at is null do nothing`)
  work.audit({ action: 'hours.declare-household', subject: { kind: 'person', id: personId } })
}

/** All ties of somebody who leaves, whoever declared them. */
export async function endTiesOf(tx: Tx, personId: string, now: Date): Promise<void> {
  await tx.run(sql`
    update household_tie set ended_at = ${now}
     where district_id = ${tx.districtId} and (person_id = ${personId} or other_id = ${personId}) and ended_at is null`)
}

/** Ends what the person declared; what others declared about him or her stands. */
export async function endHousehold(work: Work): Promise<{ ended: number }> {
  const { tx, now } = work
  const ended = await tx.run(sql`
    update household_tie set ended_at = ${now}
     where district_id = ${tx.districtId} and person_id = ${work.actor.personId} and ended_at is null`)
  if (ended > 0) work.audit({ action: 'hours.end-household', subject: { kind: 'person', id: work.actor.personId! } })
  return { ended }
}
