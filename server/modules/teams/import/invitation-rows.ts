import { phoneIndex } from '#modules/people/index.ts'
import { addMinutes } from '#platform/dates.ts'
import { sql, type Tx } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { ImportedFacts } from './check-rows.ts'
import type { SoundRow } from './list-reader.ts'

const FACTS_COLUMN = 'volunteer_invitation.facts_cipher'
const INVITATION_PHONE_COLUMN = 'volunteer_invitation.phone_cipher'
export const INVITATION_DAYS = 60

export interface ImportHead {
  readonly id: string
  readonly unitId: string
  readonly teamId: string | null
}

/**
 * Seals rows as invitations. Whoever has an open one from the same unit and team is passed over.
 * @returns the lines that were passed over
 */
export async function insertInvitations(
  tx: Tx,
  head: ImportHead,
  rows: readonly SoundRow[],
  now: Date,
): Promise<Set<number>> {
  const sealed = rows.map(({ line, facts }) => {
    const id = newUuid7(now)
    const { phone, ...rest } = facts
    return {
      id,
      line,
      teamId: facts.teamId,
      phoneCipher: tx.personal.encrypt(INVITATION_PHONE_COLUMN, id, phone),
      phoneIndex: phoneIndex(tx, phone),
      factsCipher: tx.personal.encrypt(FACTS_COLUMN, id, JSON.stringify(rest)),
    }
  })
  const inserted = await tx.rows<{ id: string }>(sql`
    insert into volunteer_invitation (district_id, id, import_id, unit_id, team_id, phone_cipher, phone_index, facts_cipher, state, expires_at)
    select ${tx.districtId}::int, r.id, ${head.id}::uuid, ${head.unitId}::uuid, r.team_id, r.phone_cipher, r.phone_index, r.facts_cipher, 'open',
           ${addMinutes(now, INVITATION_DAYS * 1440)}
      from unnest(${sealed.map((one) => one.id)}::uuid[], ${sealed.map((one) => one.teamId)}::uuid[],
                  ${sealed.map((one) => one.phoneCipher)}::bytea[], ${sealed.map((one) => one.phoneIndex)}::bytea[],
                  ${sealed.map((one) => one.factsCipher)}::bytea[]) as r (id, team_id, phone_cipher, phone_index, facts_cipher)
    on conflict do nothing returning id`)
  const done = new Set(inserted.map((one) => one.id))
  return new Set(sealed.filter((one) => !done.has(one.id)).map((one) => one.line))
}

/** Lines whose phone has an open invitation from the unit and the same team. */
export async function invitedAlready(tx: Tx, unitId: string, rows: readonly SoundRow[]): Promise<Set<number>> {
  const keyed = rows.map(({ line, facts }) => ({ line, teamId: facts.teamId, index: phoneIndex(tx, facts.phone) }))
  const found = await tx.rows<{ line: number }>(sql`
    select r.line from unnest(${keyed.map((one) => one.line)}::int[], ${keyed.map((one) => one.teamId)}::uuid[],
                              ${keyed.map((one) => one.index)}::bytea[]) as r (line, team_id, phone_index)
     where exists (select from volunteer_invitation i
                    where i.district_id = ${tx.districtId} and i.phone_index = r.phone_index and i.unit_id = ${unitId}::uuid
                      and i.team_id is not distinct from r.team_id and i.state = 'open')`)
  return new Set(found.map((one) => one.line))
}

export async function insertImport(
  tx: Tx,
  head: ImportHead,
  given: { fileName: string; rowsTotal: number; rowsTaken: number; by: string | null; now: Date },
): Promise<void> {
  await tx.run(sql`
    insert into volunteer_import (district_id, id, unit_id, team_id, file_name, rows_total, rows_taken, created_by, created_at)
    values (${tx.districtId}, ${head.id}, ${head.unitId}, ${head.teamId}, ${given.fileName}, ${given.rowsTotal}, ${given.rowsTaken},
            ${given.by}::uuid, ${given.now})`)
}

export interface Invitation {
  readonly id: string
  readonly unitName: string | null
  readonly teamId: string | null
  readonly teamName: string | null
  readonly expiresAt: Date
  readonly facts: Omit<ImportedFacts, 'phone'>
}

interface SealedInvitation extends Omit<Invitation, 'facts'> {
  readonly factsCipher: Buffer
}

/** Open invitations of whoever holds a phone; nobody else can find them. */
export async function invitationsOf(tx: Tx, phone: string, now: Date): Promise<Invitation[]> {
  const rows = await tx.rows<SealedInvitation>(sql`
    select i.id, p.name as unit_name, i.team_id, t.name as team_name, i.expires_at, i.facts_cipher
      from volunteer_invitation i
      left join unit_period p on p.district_id = i.district_id and p.unit_id = i.unit_id
       and p.valid_from <= ${now}::timestamptz::date and (p.valid_until is null or p.valid_until > ${now}::timestamptz::date)
      left join team t on t.district_id = i.district_id and t.id = i.team_id
     where i.district_id = ${tx.districtId} and i.phone_index = ${phoneIndex(tx, phone)} and i.state = 'open' and i.expires_at > ${now}
     order by i.expires_at, i.id`)
  return rows.map(({ factsCipher, ...row }) => ({
    ...row,
    facts: JSON.parse(tx.personal.decrypt(FACTS_COLUMN, row.id, factsCipher)) as Invitation['facts'],
  }))
}

/** Ends an open invitation of the phone's holder and erases what it held. @returns whether there was one */
export async function endInvitation(
  tx: Tx,
  id: string,
  phone: string,
  state: 'claimed' | 'declined',
  now: Date,
): Promise<boolean> {
  const ended = await tx.run(sql`
    update volunteer_invitation set state = ${state}, ended_at = ${now}, phone_cipher = null, phone_index = null, facts_cipher = null
     where district_id = ${tx.districtId} and id = ${id}::uuid and phone_index = ${phoneIndex(tx, phone)} and state = 'open' and expires_at > ${now}`)
  return ended === 1
}

const EXPIRED_MAX = 5_000

/** Erases what was not claimed in time. @returns how many */
export function expireInvitations({ tx, now }: { readonly tx: Tx; readonly now: Date }): Promise<number> {
  return tx.run(sql`
    update volunteer_invitation set state = 'expired', ended_at = ${now}, phone_cipher = null, phone_index = null, facts_cipher = null
     where district_id = ${tx.districtId} and id in (
       select id from volunteer_invitation where district_id = ${tx.districtId} and state = 'open' and expires_at <= ${now} limit ${EXPIRED_MAX})`)
}
