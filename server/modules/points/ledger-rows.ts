import { empty, sql, type Tx } from '#platform/db.ts'
import { type Account, accountIdOf, type Party, type Transfer } from './ledger.ts'

const accountColumns = sql`id, kind, debits_pending, debits_posted, credits_pending, credits_posted`
const transferColumns = sql`id, key, debit_account_id, credit_account_id, amount_points, kind, pending_id, expires_at, reason,
  subject_kind, subject_id`

/**
 * Opens accounts that are not there yet and locks all of them in the order of their ids, so that two operations never wait
 * for each other in a circle. Balances read here stay true until the transaction ends.
 */
export async function lockAccounts(
  tx: Tx,
  now: Date,
  parties: readonly Party[],
): Promise<ReadonlyMap<string, Account>> {
  const wanted = new Map(parties.map((party) => [accountIdOf(party), party]))
  let found = await lockById(tx, [...wanted.keys()])
  if (found.length < wanted.size) {
    const missing = [...wanted].filter(([id]) => !found.some((account) => account.id === id))
    await openAccounts(tx, now, missing)
    found = await lockById(tx, [...wanted.keys()])
  }
  return new Map(found.map((account) => [account.id, account]))
}

function lockById(tx: Tx, ids: readonly string[]): Promise<Account[]> {
  return tx.rows(sql`
    select ${accountColumns} from ledger_account
     where district_id = ${tx.districtId} and id = any(${ids}::uuid[]) order by id for no key update`)
}

async function openAccounts(tx: Tx, now: Date, missing: readonly (readonly [string, Party])[]): Promise<void> {
  const rows = missing.map(([id, party]) =>
    typeof party === 'string'
      ? { id, kind: party, person_id: null, name: party }
      : { id, kind: 'person', person_id: party.personId, name: 'person' },
  )
  await tx.run(sql`
    insert into ledger_account (district_id, id, kind, person_id, name, created_at)
    select ${tx.districtId}::int, a.id, a.kind, a.person_id, a.name, ${now}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as a (id uuid, kind text, person_id uuid, name text) order by a.id
    on conflict do nothing`)
}

export interface NewTransfer {
  readonly id: string
  readonly key: string
  readonly debitAccountId: string
  readonly creditAccountId: string
  readonly points: number
  readonly kind: 'single' | 'pending'
  readonly expiresAt: Date | null
  readonly reason: string
  readonly subjectKind: string | null
  readonly subjectId: string | null
  readonly actorId: string | null
  readonly at: Date
}

/**
 * Appends a transfer and changes both balances in one statement, if the debited account has the points and the key is new.
 * The caller holds both accounts.
 * @param options `afterQueue`: only when no award waits and none was ever queued under this key
 * @returns whether anything was changed
 */
export async function writeTransfer(
  tx: Tx,
  transfer: NewTransfer,
  options: { afterQueue?: true } = {},
): Promise<boolean> {
  const touched = await tx.run(sql`
    with transfer as (
      insert into ledger_transfer (district_id, id, key, debit_account_id, credit_account_id, amount_points, kind, expires_at,
                                   reason, subject_kind, subject_id, actor_id, at)
      select a.district_id, ${transfer.id}::uuid, ${transfer.key}, a.id, ${transfer.creditAccountId}::uuid, ${transfer.points}::bigint,
             ${transfer.kind}, ${transfer.expiresAt}::timestamptz, ${transfer.reason}, ${transfer.subjectKind},
             ${transfer.subjectId}::uuid, ${transfer.actorId}::uuid, ${transfer.at}::timestamptz
        from ledger_account a
       where a.district_id = ${tx.districtId} and a.id = ${transfer.debitAccountId}
         and (a.kind = 'issuer' or a.credits_posted - a.debits_posted - a.debits_pending >= ${transfer.points}::bigint)
         ${
           options.afterQueue === undefined
             ? empty
             : sql`and not exists (select from award_queue q where q.district_id = a.district_id and q.settled_at is null)
                   and not exists (select from award_queue q where q.district_id = a.district_id and q.key = ${transfer.key})`
         }
      on conflict (district_id, key) do nothing
      returning district_id, debit_account_id, credit_account_id, amount_points,
                case kind when 'pending' then amount_points else 0 end as pending,
                case kind when 'single' then amount_points else 0 end as posted
    )
    update ledger_account a set
      debits_pending = a.debits_pending + case a.id when t.debit_account_id then t.pending else 0 end,
      debits_posted = a.debits_posted + case a.id when t.debit_account_id then t.posted else 0 end,
      credits_pending = a.credits_pending + case a.id when t.credit_account_id then t.pending else 0 end,
      credits_posted = a.credits_posted + case a.id when t.credit_account_id then t.posted else 0 end
      from transfer t where a.district_id = t.district_id and a.id in (t.debit_account_id, t.credit_account_id)`)
  if (touched !== 0 && touched !== 2) throw new Error(`A transfer touched ${touched} accounts: ${transfer.key}`)
  return touched === 2
}

/**
 * Appends the resolution of a hold and moves its points in one statement, unless the hold was resolved before.
 * @param resolution `points` of a post: at most the hold's
 */
export async function writeResolution(
  tx: Tx,
  hold: Transfer,
  resolution: {
    id: string
    key: string
    kind: 'post' | 'void'
    points: number
    reason: string
    actorId: string | null
    at: Date
  },
): Promise<boolean> {
  const touched = await tx.run(sql`
    with resolution as (
      insert into ledger_transfer (district_id, id, key, debit_account_id, credit_account_id, amount_points, kind, pending_id,
                                   reason, subject_kind, subject_id, actor_id, at)
      values (${tx.districtId}, ${resolution.id}, ${resolution.key}, ${hold.debitAccountId}, ${hold.creditAccountId},
              ${resolution.points}, ${resolution.kind}, ${hold.id}, ${resolution.reason}, ${hold.subjectKind}, ${hold.subjectId},
              ${resolution.actorId}, ${resolution.at})
      on conflict do nothing
      returning district_id, debit_account_id, credit_account_id,
                case kind when 'post' then amount_points else 0 end as posted
    )
    update ledger_account a set
      debits_pending = a.debits_pending - case a.id when r.debit_account_id then ${hold.amountPoints}::bigint else 0 end,
      debits_posted = a.debits_posted + case a.id when r.debit_account_id then r.posted else 0 end,
      credits_pending = a.credits_pending - case a.id when r.credit_account_id then ${hold.amountPoints}::bigint else 0 end,
      credits_posted = a.credits_posted + case a.id when r.credit_account_id then r.posted else 0 end
      from resolution r where a.district_id = r.district_id and a.id in (r.debit_account_id, r.credit_account_id)`)
  if (touched !== 0 && touched !== 2) throw new Error(`A resolution touched ${touched} accounts: ${resolution.key}`)
  return touched === 2
}

export function findTransfer(tx: Tx, key: string): Promise<Transfer | undefined> {
  return tx.maybe(
    sql`select ${transferColumns} from ledger_transfer where district_id = ${tx.districtId} and key = ${key}`,
  )
}

export function findResolution(tx: Tx, holdId: string): Promise<Transfer | undefined> {
  return tx.maybe(
    sql`select ${transferColumns} from ledger_transfer where district_id = ${tx.districtId} and pending_id = ${holdId}`,
  )
}

/** Keys of holds whose time is over and that nobody resolved, oldest first. */
export function listExpiredHolds(tx: Tx, now: Date, limit: number): Promise<{ key: string }[]> {
  return tx.rows(sql`
    select h.key from ledger_transfer h
     where h.district_id = ${tx.districtId} and h.kind = 'pending' and h.expires_at <= ${now}
       and not exists (select from ledger_transfer r where r.district_id = h.district_id and r.pending_id = h.id)
     order by h.expires_at, h.id limit ${limit}`)
}
