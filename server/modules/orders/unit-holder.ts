import type { UnitHolder } from '#modules/orgs/index.ts'
import { sql } from '#platform/db.ts'
import { moveOrder } from './move-order.ts'
import { lockOrder } from './order-rows.ts'

/** What this module holds about a unit: open orders for which it is responsible, and what an agency was asked or has in hand. */
export const ordersOfUnit: UnitHolder = {
  async holds({ tx }, unitId) {
    const { orders } = await tx.one<{ orders: number }>(sql`
      select (select count(*) from order_offer f
               where f.district_id = ${tx.districtId} and f.provider_unit_id = ${unitId} and f.state = 'open')
           + (select count(*) from service_order o
               where o.district_id = ${tx.districtId} and o.provider_unit_id = ${unitId}
                 and o.state in ('accepted', 'scheduled', 'in_service')) as orders`)
    return { orders }
  },
  async handOver(work, unitId, successorId) {
    const { tx } = work
    const open = await tx.rows<{ id: string }>(sql`
      select id from service_order
       where district_id = ${tx.districtId} and responsible_unit_id = ${unitId} and state <> 'closed' order by id`)
    for (const { id } of open) {
      const order = (await lockOrder(tx, id))!
      // It may have risen or closed while we waited for it.
      if (order.responsibleUnitId !== unitId || order.state === 'closed') continue
      const change = { responsibleUnitId: successorId }
      moveOrder(work, order, { move: 'escalate', to: order.state, reasonCode: 'unit-ended', change })
    }
  },
}
