import { empty, sql, type Tx } from '#platform/db.ts'
import type { Subject } from './ledger.ts'

export interface QueuedAward {
  readonly id: string
  readonly key: string
  readonly personId: string
  readonly amountPoints: number
  readonly subjectKind: string
  readonly subjectId: string
  readonly settledAs: 'paid' | 'reversed' | null
}

const columns = sql`id, key, person_id, amount_points, subject_kind, subject_id, settled_as`

/** Puts an award (or, settled at once, what a reversal could not take back) into the queue; the caller holds the budget. */
export async function insertQueuedAward(
  tx: Tx,
  award: {
    id: string
    key: string
    personId: string
    points: number
    subject: Subject
    at: Date
    settledAs?: 'reversed'
  },
): Promise<void> {
  await tx.run(sql`
    insert into award_queue (district_id, id, key, person_id, amount_points, subject_kind, subject_id, queued_at, settled_at, settled_as)
    values (${tx.districtId}, ${award.id}, ${award.key}, ${award.personId}, ${award.points}, ${award.subject.kind}, ${award.subject.id},
            ${award.at}, ${award.settledAs === undefined ? null : award.at}, ${award.settledAs ?? null})`)
}

export function findQueuedAward(tx: Tx, key: string): Promise<QueuedAward | undefined> {
  return tx.maybe(sql`select ${columns} from award_queue where district_id = ${tx.districtId} and key = ${key}`)
}

/** The awards that waited longest and that the given points pay for, without leaving one out. */
export function listPayableAwards(tx: Tx, available: number, limit: number): Promise<QueuedAward[]> {
  return tx.rows(sql`
    select ${columns} from (
      select q.*, sum(amount_points) over (order by queued_at, id) as running_points from award_queue q
       where q.district_id = ${tx.districtId} and q.settled_at is null
    ) waiting where running_points <= ${available} order by queued_at, id limit ${limit}`)
}

export async function settleAwards(
  tx: Tx,
  ids: readonly string[],
  now: Date,
  settledAs: 'paid' | 'reversed',
): Promise<void> {
  await tx.run(sql`
    update award_queue set settled_at = ${now}, settled_as = ${settledAs}
     where district_id = ${tx.districtId} and id = any(${ids}::uuid[]) and settled_at is null`)
}

/** Lets awards that wait for the budget follow from one account to another of the same person. @param ids all by default */
export async function moveQueuedAwards(
  tx: Tx,
  fromId: string,
  toId: string,
  ids?: readonly string[],
): Promise<string[]> {
  const rows = await tx.rows<{ id: string }>(sql`
    update award_queue set person_id = ${toId}
     where district_id = ${tx.districtId} and person_id = ${fromId} and settled_at is null
       ${ids === undefined ? empty : sql`and id = any(${ids}::uuid[])`} returning id`)
  return rows.map((row) => row.id)
}
