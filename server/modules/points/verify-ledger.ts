import { sql, type Tx } from '#platform/db.ts'

export type LedgerFault =
  /** A stored balance is not what the transfers amount to, or an account or a transfer is missing. */
  | 'balance-differs'
  /** An account other than the issuer's owes points. */
  | 'overdrawn'
  /** A resolution names no hold, other accounts than its hold, or more points than it. */
  | 'resolution-differs'
  /** The queue says that an award was paid, and the ledger does not. */
  | 'award-without-transfer'
  /** More was taken back than was awarded, or from somebody else. */
  | 'reversal-differs'
  | 'sum-not-zero'

export interface LedgerFindings {
  readonly accounts: number
  readonly transfers: number
  /** Over all stored balances; zero in a sound ledger. */
  readonly sum: number
  readonly faults: readonly { readonly accountId: string | null; readonly fault: LedgerFault }[]
}

/** Recomputes every balance of the district from its transfers and names what does not fit (promise 6). */
export async function verifyLedger(tx: Tx): Promise<LedgerFindings> {
  const totals = await tx.one<{ accounts: number; transfers: number; sum: number }>(sql`
    select (select count(*) from ledger_account a where a.district_id = ${tx.districtId}) as accounts,
           (select count(*) from ledger_transfer t where t.district_id = ${tx.districtId}) as transfers,
           (select coalesce(sum(a.credits_posted - a.debits_posted + a.credits_pending - a.debits_pending), 0)
              from ledger_account a where a.district_id = ${tx.districtId}) as sum`)
  const faults = [
    ...(await balanceFaults(tx)),
    ...(await resolutionFaults(tx)),
    ...(await awardFaults(tx)),
    ...(totals.sum === 0 ? [] : [{ accountId: null, fault: 'sum-not-zero' as const }]),
  ]
  return { ...totals, faults }
}

type Fault = LedgerFindings['faults'][number]

function balanceFaults(tx: Tx): Promise<Fault[]> {
  return tx.rows(sql`
    with effect as (
      select t.debit_account_id, t.credit_account_id,
             case when t.kind in ('single', 'post') then t.amount_points else 0 end as posted,
             case t.kind when 'pending' then t.amount_points when 'single' then 0 else -h.amount_points end as pending
        from ledger_transfer t left join ledger_transfer h on h.district_id = t.district_id and h.id = t.pending_id
       where t.district_id = ${tx.districtId}
    ), side as (
      select debit_account_id as id, pending as dn, posted as dp, 0 as cn, 0 as cp from effect
      union all
      select credit_account_id, 0, 0, pending, posted from effect
    ), expected as (
      select id, sum(dn) as dn, sum(dp) as dp, sum(cn) as cn, sum(cp) as cp from side group by id
    ), compared as (
      select coalesce(a.id, e.id) as id, a.kind, a.debits_posted + a.debits_pending > a.credits_posted as owes,
             a.id is null or (a.debits_pending, a.debits_posted, a.credits_pending, a.credits_posted)
               is distinct from (coalesce(e.dn, 0), coalesce(e.dp, 0), coalesce(e.cn, 0), coalesce(e.cp, 0)) as differs
        from (select * from ledger_account where district_id = ${tx.districtId}) a full join expected e on e.id = a.id
    )
    select id as account_id, 'balance-differs' as fault from compared where differs
    union all
    select id, 'overdrawn' from compared where owes and kind <> 'issuer'
    order by 1, 2`)
}

function resolutionFaults(tx: Tx): Promise<Fault[]> {
  return tx.rows(sql`
    select r.debit_account_id as account_id, 'resolution-differs' as fault
      from ledger_transfer r left join ledger_transfer h on h.district_id = r.district_id and h.id = r.pending_id
     where r.district_id = ${tx.districtId} and r.kind in ('post', 'void')
       and (h.kind is distinct from 'pending' or h.debit_account_id <> r.debit_account_id
            or h.credit_account_id <> r.credit_account_id or r.amount_points > h.amount_points
            or (r.kind = 'void' and r.amount_points <> h.amount_points))
     order by r.id`)
}

function awardFaults(tx: Tx): Promise<Fault[]> {
  return tx.rows(sql`
    select q.person_id as account_id, 'award-without-transfer' as fault
      from award_queue q left join ledger_transfer t on t.district_id = q.district_id and t.key = q.key
     where q.district_id = ${tx.districtId}
       and case q.settled_as when 'paid' then t.id is null or t.amount_points <> q.amount_points or t.credit_account_id <> q.person_id
                else t.id is not null end
    union all
    select r.debit_account_id, 'reversal-differs'
      from ledger_transfer r left join ledger_transfer t on t.district_id = r.district_id and r.key = t.key || ':reversal'
     where r.district_id = ${tx.districtId} and r.reason = 'order-award-reversed'
       and (t.id is null or r.amount_points > t.amount_points or r.debit_account_id <> t.credit_account_id)`)
}
