import { maskName } from '#platform/masking.ts'
import { dateIn } from '#platform/dates.ts'
import { empty, sql, type Tx } from '#platform/db.ts'
import { limitTo } from './parts.ts'

export interface FollowUpView {
  readonly id: string
  readonly orderId: string
  readonly orderNumber: string
  readonly kind: 'silent' | 'sample'
  readonly title: string
  readonly unitName: string
  readonly contactNameMasked: string
  readonly deliveredAt: Date | null
  readonly deliveryResult: string | null
  readonly attempts: number
  readonly dueAt: Date
}

/** Calls a caller may make: not of orders he or she dispatched, and without the name of who served (blind). */
export async function listFollowUps(
  tx: Tx,
  callerId: string,
  paging: { after?: { at: Date; id: string } | undefined; limit: number },
  now: Date,
): Promise<FollowUpView[]> {
  const rows = await tx.rows<Omit<FollowUpView, 'contactNameMasked'> & { contactName: string }>(sql`
    select f.id, f.order_id, o.number as order_number, f.kind, o.title, p.name as unit_name, o.contact_name, o.delivered_at,
           o.delivery_result, f.attempts, f.due_at
      from follow_up f join service_order o on o.district_id = f.district_id and o.id = f.order_id
      join unit_period p on p.district_id = o.district_id and p.unit_id = o.unit_id
       and p.valid_from <= ${dateIn(now)}::date and (p.valid_until is null or p.valid_until > ${dateIn(now)}::date)
     where f.district_id = ${tx.districtId} and f.state = 'open'
       and not exists (select from order_transition a where a.district_id = f.district_id and a.order_id = f.order_id
                          and a.move in ('offer', 'open-pool') and a.actor_id = ${callerId})
       ${paging.after === undefined ? empty : sql`and (f.due_at, f.id) > (${paging.after.at}, ${paging.after.id}::uuid)`}
     order by f.due_at, f.id ${limitTo(paging.limit)}`)
  return rows.map(({ contactName, ...row }) => ({ ...row, contactNameMasked: maskName(contactName) }))
}
