import { sql, type Tx } from '#platform/db.ts'
import type { Merge, Moved } from './holder.ts'

export interface MergeRow extends Merge {
  readonly proof: 'two-codes' | 'two-staff'
  readonly state: 'proposed' | 'refused' | 'done' | 'undone'
  readonly proposedBy: string
  readonly undoUntil: Date | null
  readonly moved: Readonly<Record<string, Moved>>
}

const columns = sql`id, kept_id, absorbed_id, proof, state, proposed_by, undo_until, moved`

export async function insertMerge(
  tx: Tx,
  merge: Merge & {
    proof: MergeRow['proof']
    state: 'proposed' | 'done'
    by: string
    at: Date
    undoUntil: Date | null
    note: string
  },
): Promise<void> {
  await tx.run(sql`
    insert into person_merge (district_id, id, kept_id, absorbed_id, proof, state, note, proposed_by, proposed_at, undo_until)
    values (${tx.districtId}, ${merge.id}, ${merge.keptId}, ${merge.absorbedId}, ${merge.proof}, ${merge.state}, ${merge.note}, ${merge.by},
            ${merge.at}, ${merge.undoUntil})`)
}

export function lockMerge(tx: Tx, id: string): Promise<MergeRow | undefined> {
  return tx.maybe(
    sql`select ${columns} from person_merge where district_id = ${tx.districtId} and id = ${id} for update`,
  )
}

export async function decideMerge(
  tx: Tx,
  id: string,
  to: { state: 'refused' | 'done'; by: string; at: Date; undoUntil: Date | null },
): Promise<void> {
  await tx.run(sql`
    update person_merge set state = ${to.state}, decided_by = ${to.by}, decided_at = ${to.at}, undo_until = ${to.undoUntil}
     where district_id = ${tx.districtId} and id = ${id}`)
}

export async function keepMoved(tx: Tx, id: string, moved: Readonly<Record<string, Moved>>): Promise<void> {
  await tx.run(sql`
    update person_merge set moved = ${JSON.stringify(moved)}::jsonb where district_id = ${tx.districtId} and id = ${id}`)
}

export async function markUndone(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.run(sql`
    update person_merge set state = 'undone', undone_at = ${at} where district_id = ${tx.districtId} and id = ${id}`)
}

/** Merges of somebody who leaves cannot be undone any more; what was noted beside them goes. */
export async function closeMergesOf(tx: Tx, personId: string, at: Date): Promise<void> {
  await tx.run(sql`
    update person_merge set undo_until = least(undo_until, ${at}), moved = '{}', note = '',
           state = case when state = 'proposed' then 'refused' else state end
     where district_id = ${tx.districtId} and (kept_id = ${personId} or absorbed_id = ${personId})`)
}

export interface MergeView {
  readonly id: string
  readonly state: MergeRow['state']
  readonly proof: MergeRow['proof']
  readonly note: string
  readonly proposedBy: string
  readonly proposedAt: Date
  readonly undoUntil: Date | null
  readonly keptId: string
  readonly absorbedId: string
}

/** Proposals that wait first, then the newest. */
export function listMerges(tx: Tx, limit: number): Promise<MergeView[]> {
  return tx.rows(sql`
    select id, state, proof, note, proposed_by, proposed_at, undo_until, kept_id, absorbed_id from person_merge
     where district_id = ${tx.districtId} order by (state = 'proposed') desc, proposed_at desc, id desc limit ${limit}`)
}

/** Accounts that hold the same document and are not one account yet; nobody but staff learns of it. */
export function accountsOfOneDocument(tx: Tx, limit: number): Promise<{ oneId: string; otherId: string }[]> {
  return tx.rows(sql`
    select a.id as one_id, b.id as other_id
      from person a join person b on b.district_id = a.district_id and b.id_number_index = a.id_number_index and b.id > a.id
     where a.district_id = ${tx.districtId} and a.merged_into is null and b.merged_into is null
     order by b.id desc, a.id limit ${limit}`)
}

/** Merges that made a person's account, which the person may undo. */
export function mergesOf(tx: Tx, personId: string): Promise<MergeView[]> {
  return tx.rows(sql`
    select id, state, proof, note, proposed_by, proposed_at, undo_until, kept_id, absorbed_id from person_merge
     where district_id = ${tx.districtId} and kept_id = ${personId} and state in ('done', 'undone') order by proposed_at desc`)
}

/**
 * Ties and questions follow a merge, except those between the two and those that the kept account has already; a question that nobody
 * has to answer any more ends. @returns ids of what followed
 */
export async function moveLinks(
  tx: Tx,
  merge: Merge,
  { keptPhone, absorbedPhone, at }: { keptPhone: Buffer | null; absorbedPhone: Buffer | null; at: Date },
): Promise<string[]> {
  const { keptId, absorbedId } = merge
  await tx.run(sql`
    update person_link l set state = 'ended', ended_at = ${at}, to_phone_cipher = null, to_phone_index = null
     where l.district_id = ${tx.districtId} and l.state = 'asked'
       and (l.from_id = ${keptId} and l.to_phone_index = ${absorbedPhone}::bytea
            or l.from_id = ${absorbedId} and (l.to_phone_index = ${keptPhone}::bytea or exists (
              select from person_link k where k.district_id = l.district_id and k.from_id = ${keptId} and k.kind = l.kind and k.state = 'asked'
                 and k.to_phone_index = l.to_phone_index)))`)
  const rows = await tx.rows<{ id: string }>(sql`
    update person_link l
       set from_id = case when l.from_id = ${absorbedId} then ${keptId}::uuid else l.from_id end,
           to_id = case when l.to_id = ${absorbedId} then ${keptId}::uuid else l.to_id end
     where l.district_id = ${tx.districtId}
       and (l.state = 'asked' and l.from_id = ${absorbedId}
            or l.state = 'confirmed' and ${absorbedId}::uuid in (l.from_id, l.to_id) and ${keptId}::uuid not in (l.from_id, l.to_id)
           and not exists (
             select from person_link k where k.district_id = l.district_id and k.kind = l.kind and k.state = 'confirmed'
                and ${keptId}::uuid in (k.from_id, k.to_id)
                and (case when l.from_id = ${absorbedId} then l.to_id else l.from_id end) in (k.from_id, k.to_id)))
     returning l.id`)
  return rows.map((row) => row.id)
}

export async function moveLinksBack(tx: Tx, { keptId, absorbedId }: Merge, ids: readonly string[]): Promise<void> {
  await tx.run(sql`
    update person_link
       set from_id = case when from_id = ${keptId} then ${absorbedId}::uuid else from_id end,
           to_id = case when to_id = ${keptId} then ${absorbedId}::uuid else to_id end
     where district_id = ${tx.districtId} and id = any(${ids}::uuid[]) and state in ('asked', 'confirmed')`)
}
