import { empty, sql, type Tx } from '#platform/db.ts'
import { BUDGET_ID, ISSUER_ID } from './ledger.ts'

export interface LedgerEntry {
  readonly id: string
  readonly at: Date
  /** Positive when the account got points. */
  readonly points: number
  readonly reason: string
  readonly subjectKind: string | null
  readonly subjectId: string | null
}

/** Points of a person: what is there, what is held, and what waits for the budget. */
export function pointsOf(tx: Tx, personId: string): Promise<{ balance: number; held: number; queued: number }> {
  return tx.one(sql`
    select coalesce(max(a.credits_posted - a.debits_posted), 0) as balance, coalesce(max(a.debits_pending), 0) as held,
           (select coalesce(sum(q.amount_points), 0) from award_queue q
             where q.district_id = ${tx.districtId} and q.person_id = ${personId}::uuid and q.settled_at is null) as queued
      from ledger_account a where a.district_id = ${tx.districtId} and a.id = ${personId}::uuid`)
}

/** What moved points of a person's account, newest first; holds are not entries until they are posted. */
export function entriesOf(
  tx: Tx,
  personId: string,
  filter: { beforeId: string | undefined; limit: number },
): Promise<LedgerEntry[]> {
  const side = (column: 'credit' | 'debit') => sql`
    select id, at, ${column === 'credit' ? sql`amount_points` : sql`-amount_points`} as points, reason, subject_kind, subject_id
      from ledger_transfer
     where district_id = ${tx.districtId} and kind in ('single', 'post')
       and ${column === 'credit' ? sql`credit_account_id` : sql`debit_account_id`} = ${personId}::uuid
       ${filter.beforeId === undefined ? empty : sql`and id < ${filter.beforeId}::uuid`}`
  return tx.rows(sql`
    select * from (${side('credit')} union all ${side('debit')}) entry order by id desc limit ${filter.limit}`)
}

export interface BudgetView {
  readonly balance: number
  readonly held: number
  readonly queuedAwards: number
  readonly queuedPoints: number
  readonly issued: number
}

export function readBudget(tx: Tx): Promise<BudgetView> {
  return tx.one(sql`
    select coalesce(max(b.credits_posted - b.debits_posted), 0) as balance, coalesce(max(b.debits_pending), 0) as held,
           (select coalesce(max(i.debits_posted - i.credits_posted), 0) from ledger_account i
             where i.district_id = ${tx.districtId} and i.id = ${ISSUER_ID}) as issued,
           (select count(*) from award_queue q where q.district_id = ${tx.districtId} and q.settled_at is null) as queued_awards,
           (select coalesce(sum(amount_points), 0) from award_queue q
             where q.district_id = ${tx.districtId} and q.settled_at is null) as queued_points
      from ledger_account b where b.district_id = ${tx.districtId} and b.id = ${BUDGET_ID}`)
}

/** Points awarded to a person between two instants, waiting ones included and reversed ones left out: for the day's limit. */
export async function pointsAwardedBetween(tx: Tx, personId: string, from: Date, until: Date): Promise<number> {
  const { points } = await tx.one<{ points: number }>(sql`
    select (select coalesce(sum(t.amount_points), 0) from ledger_transfer t
             where t.district_id = ${tx.districtId} and t.credit_account_id = ${personId}::uuid and t.debit_account_id = ${BUDGET_ID}
               and t.kind = 'single' and t.at >= ${from} and t.at < ${until}
               and not exists (select from ledger_transfer r where r.district_id = t.district_id and r.key = t.key || ':reversal'))
         + (select coalesce(sum(q.amount_points), 0) from award_queue q
             where q.district_id = ${tx.districtId} and q.person_id = ${personId}::uuid and q.settled_at is null
               and q.queued_at >= ${from} and q.queued_at < ${until}) as points`)
  return points
}
