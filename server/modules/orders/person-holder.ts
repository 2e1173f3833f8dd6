import { translator } from '#i18n/translate.ts'
import { type PersonHolder, phoneIndex } from '#modules/people/index.ts'
import { sql } from '#platform/db.ts'
import { cancelOrder } from './answer-order.ts'
import { CALL_BACK_PHONE_COLUMN, CONTACT_PHONE_COLUMN } from './order-rows.ts'

/** States in which a requester can still take an order back. */
const TAKEN_BACK = ['submitted', 'dispatching', 'offered', 'accepted', 'scheduled', 'deferred']

/** What this module holds about a person: orders, and the promise that a team's leader made for the team. */
export const ordersHolder: PersonHolder = {
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
    const mine = await tx.rows<{ id: string; state: string }>(sql`
      select id, state from service_order where district_id = ${tx.districtId} and requester_id = ${personId} order by id`)
    const reason = translator(work.actor.locale)('orders.requester-left')
    for (const { id, state } of mine) if (TAKEN_BACK.includes(state)) await cancelOrder(work, id, reason)
    for (const { id } of mine)
      await tx.run(sql`
        update service_order
           set contact_name = '', contact_phone_cipher = ${tx.personal.encrypt(CONTACT_PHONE_COLUMN, id, '')},
               contact_phone_index = ${phoneIndex(tx, '')}, address_cipher = null, details = '',
               call_back_phone_cipher = case when call_back_phone_cipher is not null
                 then ${tx.personal.encrypt(CALL_BACK_PHONE_COLUMN, id, '')}::bytea end
         where district_id = ${tx.districtId} and id = ${id}`)
  },
  async collect(tx, personId) {
    const rows = await tx.rows<{ number: string; title: string; details: string; state: string; placedAt: Date }>(sql`
      select number, title, details, state, placed_at from service_order
       where district_id = ${tx.districtId} and requester_id = ${personId} order by placed_at`)
    return { orders: rows.map((row) => ({ ...row, placedAt: row.placedAt.toISOString() })) }
  },
}
