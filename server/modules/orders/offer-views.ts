import { type Actor, holdsAt } from '#platform/actor.ts'
import { dateIn } from '#platform/dates.ts'
import { empty, sql, type Sql, type Tx } from '#platform/db.ts'
import type { Provider } from './order.ts'
import type { OfferMode, OfferState } from './offer-rows.ts'
import { limitTo, ofEach } from './parts.ts'

export interface OfferView {
  readonly id: string
  readonly orderId: string
  readonly mode: OfferMode
  readonly state: OfferState
  readonly provider: Provider & { readonly name: string }
  readonly madeAt: Date
  readonly deadlineAt: Date
  readonly decidedAt: Date | null
  readonly declineReason: string | null
  readonly round: number
  /** Whether the offer was made to the actor's own agency; a team's is found by its leader. */
  mine(actor: Actor): boolean
}

export async function offerViews(
  tx: Tx,
  filter: { orderId?: string; id?: string; ids?: readonly string[] },
  now: Date,
): Promise<OfferView[]> {
  const rows = await tx.rows<Omit<OfferView, 'mine'>>(sql`
    select f.id, f.order_id, f.mode, f.state, f.made_at, f.deadline_at, f.decided_at, f.decline_reason, f.round,
           jsonb_build_object('kind', case when f.provider_team_id is null then 'agency' else 'team' end,
             'id', coalesce(f.provider_team_id, f.provider_unit_id), 'name', coalesce(t.name, p.name)) as provider
      from order_offer f
      left join team t on t.district_id = f.district_id and t.id = f.provider_team_id
      left join unit_period p on p.district_id = f.district_id and p.unit_id = f.provider_unit_id
       and p.valid_from <= ${dateIn(now)}::date and (p.valid_until is null or p.valid_until > ${dateIn(now)}::date)
     where f.district_id = ${tx.districtId}
       ${filter.orderId === undefined ? empty : sql`and f.order_id = ${filter.orderId}`}
       ${filter.id === undefined ? empty : sql`and f.id = ${filter.id}`}
       ${filter.ids === undefined ? empty : sql`and f.id = any(${filter.ids}::uuid[])`}
     order by f.made_at, f.id`)
  return rows.map((row) => ({
    ...row,
    mine: (actor) =>
      row.provider.kind === 'agency' ? holdsAt(actor, ['provider'], row.provider.id) : actor.kind === 'resident',
  }))
}

export interface InboxEntry {
  readonly offerId: string | null
  readonly orderId: string
  readonly at: Date
}

export type Box = 'open' | 'pool' | 'mine' | 'done'

/** What a provider's agencies and teams have before them: newest first, in pages by time and, within one instant, by id. */
export function inboxOf(
  tx: Tx,
  providers: { unitIds: readonly string[]; teamIds: readonly string[] },
  box: Box,
  paging: { before?: { at: Date; id: string } | undefined; limit: number },
): Promise<InboxEntry[]> {
  const page = (at: Sql, id: Sql) =>
    sql`${paging.before === undefined ? empty : sql`and (${at}, ${id}) < (${paging.before.at}::timestamptz, ${paging.before.id}::uuid)`}
        order by ${at} desc, ${id} desc ${limitTo(paging.limit)}`
  /** Each agency and team gives its own first rows. */
  const ofProviders = (part: (mine: Sql) => Sql) => sql`
    select * from (
      (${ofEach(providers.unitIds, part(sql`provider_unit_id = mine.id`))})
      union all
      (${ofEach(providers.teamIds, part(sql`provider_team_id = mine.id`))})
    ) entry order by at desc, coalesce(offer_id, order_id) desc ${limitTo(paging.limit)}`
  const taken = (states: Sql) =>
    ofProviders(
      (mine) => sql`
        select null::uuid as offer_id, o.id as order_id, o.placed_at as at from service_order o
         where o.district_id = ${tx.districtId} and o.${mine} and o.state in (${states}) ${page(sql`o.placed_at`, sql`o.id`)}`,
    )
  const lists: Record<Box, () => Sql> = {
    open: () =>
      ofProviders(
        (mine) => sql`
        select f.id as offer_id, f.order_id, f.made_at as at from order_offer f
         where f.district_id = ${tx.districtId} and f.state = 'open' and f.${mine} ${page(sql`f.made_at`, sql`f.id`)}`,
      ),
    pool: () => sql`
        select null::uuid as offer_id, p.order_id, p.opened_at as at from order_pool p
         where p.district_id = ${tx.districtId} and p.closed_at is null ${page(sql`p.opened_at`, sql`p.order_id`)}`,
    mine: () => taken(sql`'accepted', 'scheduled', 'in_service'`),
    done: () => taken(sql`'delivered', 'confirmed', 'evaluated', 'closed'`),
  }
  return tx.rows(lists[box]())
}
