import { sql, type Tx } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import { ratesChange } from './rates-by-day.ts'

export interface FollowUp {
  readonly id: string
  readonly orderId: string
  readonly kind: 'silent' | 'sample'
  readonly state: 'open' | 'done' | 'exhausted'
  readonly attempts: number
}

const columns = sql`id, order_id, kind, state, attempts`

export function findOpenFollowUp(tx: Tx, orderId: string): Promise<FollowUp | undefined> {
  return tx.maybe(sql`
    select ${columns} from follow_up where district_id = ${tx.districtId} and order_id = ${orderId} and state = 'open'`)
}

/** Read again under the order's lock before anything is decided by it. */
export function findFollowUp(tx: Tx, id: string): Promise<FollowUp | undefined> {
  return tx.maybe(sql`select ${columns} from follow_up where district_id = ${tx.districtId} and id = ${id}`)
}

export async function insertFollowUp(
  tx: Tx,
  followUp: { id: string; orderId: string; kind: 'silent' | 'sample'; at: Date; dueAt: Date },
): Promise<void> {
  await tx.run(sql`
    insert into follow_up (district_id, id, order_id, kind, state, created_at, due_at)
    values (${tx.districtId}, ${followUp.id}, ${followUp.orderId}, ${followUp.kind}, 'open', ${followUp.at}, ${followUp.dueAt})
    on conflict do nothing`)
}

export async function insertAttempt(
  tx: Tx,
  attempt: {
    id: string
    followUpId: string
    at: Date
    callerId: string
    result: string
    spokenTo: string | null
    note: string
  },
): Promise<void> {
  await tx.run(sql`
    insert into follow_up_attempt (district_id, id, follow_up_id, at, caller_id, result, spoken_to, note)
    values (${tx.districtId}, ${attempt.id}, ${attempt.followUpId}, ${attempt.at}, ${attempt.callerId}, ${attempt.result}, ${attempt.spokenTo}, ${attempt.note})`)
}

export async function updateFollowUp(
  tx: Tx,
  id: string,
  change: {
    orderId: string
    state: FollowUp['state']
    at: Date
    by: string
    contacted: boolean | null
    solved: boolean | null
    stars: number | null
    headcountHeard: number | null
    note: string
  },
): Promise<void> {
  const ended = change.state !== 'open'
  ratesChange(tx, newUuid7(change.at), change.orderId)
  await tx.run(sql`
    update follow_up set attempts = attempts + 1, state = ${change.state}, contacted = ${change.contacted}, solved = ${change.solved},
           satisfied = ${change.stars}, headcount_heard = ${change.headcountHeard}, note = ${change.note},
           done_at = ${ended ? change.at : null}, done_by = ${ended ? change.by : null}
     where district_id = ${tx.districtId} and id = ${id}`)
}

/** Whether all calls about the order's present delivery were made and nobody answered. */
export async function wasCalledInVain(tx: Tx, order: { id: string; deliveredAt: Date | null }): Promise<boolean> {
  const { found } = await tx.one<{ found: boolean }>(sql`
    select exists (select from follow_up where district_id = ${tx.districtId} and order_id = ${order.id} and kind = 'silent'
      and state = 'exhausted' and created_at >= ${order.deliveredAt}) as found`)
  return found
}

/** Whether a call about the order's present delivery came to its end: somebody was spoken to, or nobody ever answered. */
export async function wasCalled(tx: Tx, order: { id: string; deliveredAt: Date | null }): Promise<boolean> {
  const { found } = await tx.one<{ found: boolean }>(sql`
    select exists (select from follow_up where district_id = ${tx.districtId} and order_id = ${order.id}
      and contacted is not null and created_at >= ${order.deliveredAt}) as found`)
  return found
}

/** Whether a person offered an order or opened it to claims: such a person may not make its follow-up call. */
export async function didDispatch(tx: Tx, orderId: string, personId: string): Promise<boolean> {
  const { found } = await tx.one<{ found: boolean }>(sql`
    select exists (select from order_transition where district_id = ${tx.districtId} and order_id = ${orderId}
      and move in ('offer', 'open-pool') and actor_id = ${personId}) as found`)
  return found
}

/** Ends the open call of an order that spoke up by itself, or went another way. */
export async function closeOpenFollowUps(tx: Tx, orderId: string, at: Date): Promise<void> {
  await tx.run(sql`
    update follow_up set state = 'done', done_at = ${at}, note = 'not needed any more'
     where district_id = ${tx.districtId} and order_id = ${orderId} and state = 'open'`)
}
