import { sql, type Tx } from '#platform/db.ts'
import type { Provider } from './order.ts'

export type OfferState = 'open' | 'accepted' | 'declined' | 'expired' | 'withdrawn'
export type OfferMode = 'bound' | 'invited' | 'claimed'

export interface Offer {
  readonly id: string
  readonly orderId: string
  readonly mode: OfferMode
  readonly state: OfferState
  readonly providerUnitId: string | null
  readonly providerTeamId: string | null
  readonly madeBy: string | null
  readonly madeAt: Date
  readonly deadlineAt: Date
  readonly remindersSent: number
  readonly nextReminderAt: Date | null
  readonly round: number
}

const columns = sql`id, order_id, mode, state, provider_unit_id, provider_team_id, made_by, made_at, deadline_at, reminders_sent,
  next_reminder_at, round`

export function findOffer(tx: Tx, id: string): Promise<Offer | undefined> {
  return tx.maybe(sql`select ${columns} from order_offer where district_id = ${tx.districtId} and id = ${id}`)
}

/** Read after the order's lock, so that what it says still holds when it is decided. */
export function offersOf(tx: Tx, orderId: string): Promise<Offer[]> {
  return tx.rows(sql`
    select ${columns} from order_offer where district_id = ${tx.districtId} and order_id = ${orderId} order by made_at, id`)
}

export async function insertOffer(
  tx: Tx,
  offer: {
    id: string
    orderId: string
    mode: OfferMode
    provider: Provider
    madeBy: string | null
    at: Date
    deadlineAt: Date
    nextReminderAt: Date | null
    round: number
    trace: unknown
    accepted?: { by: string | null }
  },
): Promise<void> {
  const unitId = offer.provider.kind === 'agency' ? offer.provider.id : null
  const teamId = offer.provider.kind === 'team' ? offer.provider.id : null
  const taken = offer.accepted
  await tx.run(sql`
    insert into order_offer (district_id, id, order_id, mode, state, provider_unit_id, provider_team_id, made_by, made_at,
      deadline_at, next_reminder_at, round, decided_at, decided_by, trace)
    values (${tx.districtId}, ${offer.id}, ${offer.orderId}, ${offer.mode}, ${taken ? 'accepted' : 'open'}, ${unitId}, ${teamId},
      ${offer.madeBy}, ${offer.at}, ${offer.deadlineAt}, ${taken ? null : offer.nextReminderAt}, ${offer.round},
      ${taken ? offer.at : null}, ${taken?.by ?? null}, ${JSON.stringify(offer.trace)}::jsonb)`)
}

export async function decideOffer(
  tx: Tx,
  id: string,
  decision: { state: Exclude<OfferState, 'open'>; at: Date; by: string | null; reason?: string; note?: string },
): Promise<void> {
  await tx.run(sql`
    update order_offer set state = ${decision.state}, decided_at = ${decision.at}, decided_by = ${decision.by},
           decline_reason = ${decision.reason ?? null}, decline_note = ${decision.note ?? null}, next_reminder_at = null
     where district_id = ${tx.districtId} and id = ${id} and state = 'open'`)
}

/** Takes back every offer of an order that is still open, and an accepted one when `accepted` says so. */
export async function withdrawOffers(
  tx: Tx,
  orderId: string,
  at: Date,
  by: string | null,
  options: { accepted: boolean; exceptId?: string },
): Promise<void> {
  await tx.run(sql`
    update order_offer set state = 'withdrawn', decided_at = ${at}, decided_by = ${by}, next_reminder_at = null
     where district_id = ${tx.districtId} and order_id = ${orderId} and id is distinct from ${options.exceptId ?? null}::uuid
       and (state = 'open' or (${options.accepted}::boolean and state = 'accepted'))`)
}

export async function countReminder(tx: Tx, id: string, nextReminderAt: Date | null): Promise<void> {
  await tx.run(sql`
    update order_offer set reminders_sent = reminders_sent + 1, next_reminder_at = ${nextReminderAt}
     where district_id = ${tx.districtId} and id = ${id}`)
}

export interface Pool {
  readonly id: string
  readonly deadlineAt: Date
  readonly widened: number
}

export function findOpenPool(tx: Tx, orderId: string): Promise<Pool | undefined> {
  return tx.maybe(sql`
    select id, deadline_at, widened from order_pool
     where district_id = ${tx.districtId} and order_id = ${orderId} and closed_at is null`)
}

/** Whether an order was ever open to claims. */
export async function wasInPool(tx: Tx, orderId: string): Promise<boolean> {
  const { was } = await tx.one<{ was: boolean }>(
    sql`select exists (select from order_pool where district_id = ${tx.districtId} and order_id = ${orderId}) as was`,
  )
  return was
}

export async function insertPool(
  tx: Tx,
  pool: { id: string; orderId: string; at: Date; deadlineAt: Date },
): Promise<void> {
  await tx.run(sql`
    insert into order_pool (district_id, order_id, id, opened_at, deadline_at)
    values (${tx.districtId}, ${pool.orderId}, ${pool.id}, ${pool.at}, ${pool.deadlineAt})`)
}

export async function closePool(tx: Tx, orderId: string, at: Date): Promise<void> {
  await tx.run(sql`
    update order_pool set closed_at = ${at} where district_id = ${tx.districtId} and order_id = ${orderId} and closed_at is null`)
}

/** Who is being asked about an order right now. */
export async function asksOf(
  tx: Tx,
  orderId: string,
): Promise<{ openUnitIds: string[]; openTeamIds: string[]; poolIsOpen: boolean }> {
  return tx.one(sql`
    select coalesce(array_agg(provider_unit_id) filter (where provider_unit_id is not null), '{}')::uuid[] as open_unit_ids,
           coalesce(array_agg(provider_team_id) filter (where provider_team_id is not null), '{}')::uuid[] as open_team_ids,
           exists (select from order_pool p where p.district_id = ${tx.districtId} and p.order_id = ${orderId} and p.closed_at is null) as pool_is_open
      from order_offer where district_id = ${tx.districtId} and order_id = ${orderId} and state = 'open'`)
}
