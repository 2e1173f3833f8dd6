import { translator } from '#i18n/translate.ts'
import type { PersonHolder } from '#modules/people/index.ts'
import { sql } from '#platform/db.ts'
import { cancelOrder } from './answer-order.ts'
import { eraseContact, moveOrders, type OwnOrder } from './order-rows.ts'

/** States in which a requester can still take an order back. */
const TAKEN_BACK = ['submitted', 'dispatching', 'offered', 'accepted', 'scheduled', 'deferred']

/** What this module holds about a person: orders, and the promise that a team's leader made for the team. */
export const ordersHolder: PersonHolder = {
  name: 'orders',
  async holdsBack({ tx }, personId) {
    const open = await tx.rows(sql`
      select 1 as one from service_order o
       where o.district_id = ${tx.districtId} and o.state <> 'closed'
         and (o.requester_id = ${personId} and o.state <> all(${TAKEN_BACK}::text[])
              or o.state in ('accepted', 'scheduled', 'in_service')
                 and exists (select from order_offer f where f.district_id = o.district_id and f.order_id = o.id
                              and f.state = 'accepted' and f.decided_by = ${personId}))
       limit 1`)
    return open.length > 0 ? ['order-under-way'] : []
  },
  async leave(work, personId) {
    const { tx } = work
    const mine = await tx.rows<OwnOrder>(sql`
      select id, state, number, title, placed_at from service_order
       where district_id = ${tx.districtId} and requester_id = ${personId} order by id`)
    const reason = translator(work.actor.locale)('orders.requester-left')
    const takenBack = mine.filter(({ state }) => TAKEN_BACK.includes(state))
    for (const { id } of takenBack) await cancelOrder(work, id, reason)
    for (const order of mine)
      await eraseContact(tx, { ...order, ...(takenBack.includes(order) && { state: 'closed' }) })
  },
  async move({ tx }, { keptId, absorbedId }) {
    return { orders: await moveOrders(tx, absorbedId, keptId) }
  },
  async moveBack({ tx }, { keptId, absorbedId }, moved) {
    await moveOrders(tx, keptId, absorbedId, moved['orders'] ?? [])
  },
  async collect(tx, personId) {
    const rows = await tx.rows<{ number: string; title: string; details: string; state: string; placedAt: Date }>(sql`
      select number, title, details, state, placed_at from service_order
       where district_id = ${tx.districtId} and requester_id = ${personId} order by placed_at`)
    return { orders: rows.map((row) => ({ ...row, placedAt: row.placedAt.toISOString() })) }
  },
}
