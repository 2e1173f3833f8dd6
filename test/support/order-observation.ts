// The orders of a district as the model of an order's life writes them, read in one statement.
import { type Sql, sql } from '../../server/platform/db.ts'
import type { Read } from '../../server/platform/work.ts'
import type { Level, ModelOffer, ModelOrder, Who } from './order-model.ts'
import type { OrderWorld } from './orders.ts'

type Row = Omit<ModelOrder, 'lies' | 'provider' | 'offers' | 'dueAt' | 'poolUntil' | 'pauseUntil'> & {
  readonly lies: string
  readonly provider: string | null
  readonly offers: readonly (Omit<ModelOffer, 'who' | 'deadlineAt'> & { who: string; deadlineAt: string })[]
  readonly dueAt: Date
  readonly poolUntil: Date | null
  readonly pauseUntil: Date | null
}

const list = (fields: Sql, from: Sql, by: Sql) =>
  sql`coalesce((select jsonb_agg(jsonb_build_object(${fields}) order by ${by}) from ${from} where x.order_id = o.id), '[]')`

const everyOrder = sql`
  select o.id, o.number, o.state, o.outcome, o.responsible_unit_id as lies, o.next_step, o.escalation_level as level,
         o.is_with_leader as with_leader, o.returns, o.reopenings, coalesce(o.provider_team_id, o.provider_unit_id) as provider,
         o.due_at, o.quota_month as quota,
         ${list(
           sql`'id', x.id, 'who', coalesce(x.provider_team_id, x.provider_unit_id), 'state', x.state, 'round', x.round, 'deadlineAt', x.deadline_at`,
           sql`order_offer x`,
           sql`x.made_at, x.id`,
         )} as offers,
         ${list(sql`'kind', x.kind, 'reached', x.reached, 'messageId', x.message_id`, sql`order_answer x`, sql`x.written_at, x.id`)} as answers,
         ${list(
           sql`'id', x.id, 'kind', x.kind, 'state', x.state, 'attempts', x.attempts`,
           sql`follow_up x`,
           sql`x.created_at, x.id`,
         )} as follow_ups,
         (select deadline_at from order_pool x where x.order_id = o.id and x.closed_at is null) as pool_until,
         exists (select from order_pool x where x.order_id = o.id) as had_pool,
         p.until_at as pause_until, coalesce(p.remaining_working_minutes, 0) as pause_left,
         exists (select from attendance x where x.subject_id = o.id and x.checked_out_at is null) as attending
    from service_order o left join order_pause p on p.order_id = o.id and p.resumed_at is null`

export interface Observed {
  readonly orders: readonly ModelOrder[]
  readonly moves: readonly string[]
  readonly now: Date
}

export async function observe({ tx, now }: Read, world: OrderWorld): Promise<Observed> {
  const who = new Map<string, Who>([
    [world.teams.greens.id, 'greens'],
    [world.teams.olive.id, 'olive'],
    [world.agencies.health, 'health'],
  ])
  const levels = new Map<string, Level>([
    [world.units.station, 'station'],
    [world.units.institute, 'institute'],
    [world.units.centre, 'centre'],
  ])
  const rows = await tx.rows<Row>(everyOrder)
  const moves = await tx.rows<{ move: string }>(sql`select distinct move from order_transition`)
  const orders = rows.map((row) => ({
    ...row,
    lies: levels.get(row.lies)!,
    provider: row.provider === null ? null : who.get(row.provider)!,
    offers: row.offers.map((offer) => ({
      ...offer,
      who: who.get(offer.who)!,
      deadlineAt: new Date(offer.deadlineAt).getTime(),
    })),
    answers: row.answers,
    followUps: row.followUps,
    pool: row.poolUntil !== null,
    paused: row.pauseUntil !== null,
    dueAt: row.dueAt.getTime(),
    poolUntil: row.poolUntil?.getTime() ?? Infinity,
    pauseUntil: row.pauseUntil?.getTime() ?? Infinity,
  }))
  return { orders, moves: moves.map((row) => row.move), now }
}
