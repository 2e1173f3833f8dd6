import { type Sql, sql, type Tx } from '#platform/db.ts'
import { dateIn } from '#platform/dates.ts'

export interface VisitView {
  readonly orderId: string
  readonly orderNumber: string
  readonly title: string
  readonly urgency: 'normal' | 'urgent'
  readonly state: string
  readonly unitId: string
  readonly unitName: string
  readonly latitude: number | null
  readonly longitude: number | null
  readonly providerKind: 'agency' | 'team'
  readonly providerId: string
  readonly providerName: string
  readonly crew: number
  /** The shared vehicle with which the crew goes; null without one. */
  readonly vehicleId: string | null
  readonly vehicleName: string | null
  readonly day: string
  readonly position: number
  readonly startsMinute: number
  readonly endsMinute: number
  readonly parts: readonly { readonly part: string; readonly minutes: number }[]
  readonly isPinned: boolean
  readonly was: {
    readonly providerKind: 'agency' | 'team'
    readonly providerId: string
    readonly providerName: string
    readonly day: string
    /** Absent in plans that were made before undoing had a price. */
    readonly taxMinutes?: number
    readonly undoMinutes?: number | null
  } | null
  readonly outcome: string | null
}

/** Where the plan before had an order, with the provider's name. */
function wasNamed(row: Sql): Sql {
  return sql`case when ${row}.was is null then null else ${row}.was || jsonb_build_object('providerName', coalesce(
             (select x.name from team x where x.district_id = ${row}.district_id and x.id = (${row}.was->>'providerId')::uuid),
             (select x.name from unit_period x where x.district_id = ${row}.district_id and x.unit_id = (${row}.was->>'providerId')::uuid
               order by x.valid_from desc limit 1), '')) end`
}

/** The visits of a plan, by day, provider and time. */
export function visitsOf(tx: Tx, planId: string, now: Date): Promise<VisitView[]> {
  const on = dateIn(now)
  return tx.rows(sql`
    select v.order_id, o.number as order_number, o.title, o.urgency, o.state, o.unit_id, p.name as unit_name, u.latitude, u.longitude,
           v.provider_kind, v.provider_id, coalesce(t.name, a.name, '') as provider_name, v.crew, v.vehicle_id, h.name as vehicle_name, v.day, v.position, v.starts_minute, v.ends_minute,
           v.parts, v.is_pinned, ${wasNamed(sql`v`)} as was,
           v.outcome
      from plan_visit v
      join service_order o on o.district_id = v.district_id and o.id = v.order_id
      join unit u on u.district_id = o.district_id and u.id = o.unit_id
      join unit_period p on p.district_id = u.district_id and p.unit_id = u.id and p.valid_from <= ${on}::date and (p.valid_until is null or p.valid_until > ${on}::date)
      left join shared_vehicle h on h.district_id = v.district_id and h.id = v.vehicle_id
      left join team t on t.district_id = v.district_id and v.provider_kind = 'team' and t.id = v.provider_id
      left join unit_period a on a.district_id = v.district_id and v.provider_kind = 'agency' and a.unit_id = v.provider_id
       and a.valid_from <= ${on}::date and (a.valid_until is null or a.valid_until > ${on}::date)
     where v.district_id = ${tx.districtId} and v.plan_id = ${planId}::uuid
     order by v.day, provider_name, v.provider_id, v.crew, v.position`)
}

export interface UnservedView {
  readonly orderId: string
  readonly orderNumber: string
  readonly title: string
  readonly unitName: string
  readonly rejections: readonly { readonly code: string; readonly teamDays: number }[]
  readonly relaxation: { readonly code: string; readonly teamDay: string; readonly addedMinutes: number } | null
  readonly was: VisitView['was']
}

export function unservedOf(tx: Tx, planId: string, now: Date): Promise<UnservedView[]> {
  const on = dateIn(now)
  return tx.rows(sql`
    select n.order_id, o.number as order_number, o.title, p.name as unit_name, n.rejections, n.relaxation, ${wasNamed(sql`n`)} as was
      from plan_unserved n
      join service_order o on o.district_id = n.district_id and o.id = n.order_id
      join unit_period p on p.district_id = o.district_id and p.unit_id = o.unit_id and p.valid_from <= ${on}::date and (p.valid_until is null or p.valid_until > ${on}::date)
     where n.district_id = ${tx.districtId} and n.plan_id = ${planId}::uuid
     order by o.placed_at, o.id`)
}

/** The visits that wait to be offered, for publishing. */
export function visitsToPublish(
  tx: Tx,
  planId: string,
): Promise<Pick<VisitView, 'orderId' | 'providerKind' | 'providerId' | 'day' | 'startsMinute' | 'vehicleName'>[]> {
  return tx.rows(sql`
    select v.order_id, v.provider_kind, v.provider_id, v.day, v.starts_minute, h.name as vehicle_name
      from plan_visit v
      left join shared_vehicle h on h.district_id = v.district_id and h.id = v.vehicle_id
     where v.district_id = ${tx.districtId} and v.plan_id = ${planId}::uuid and not v.is_pinned and v.outcome is null
     order by v.day, v.starts_minute, v.order_id`)
}

/** Names of agencies and teams, by id. */
export async function providerNames(tx: Tx, ids: readonly string[], now: Date): Promise<ReadonlyMap<string, string>> {
  const on = dateIn(now)
  const rows = await tx.rows<{ id: string; name: string }>(sql`
    select id, name from team where district_id = ${tx.districtId} and id = any(${ids}::uuid[])
    union all
    select unit_id, name from unit_period
     where district_id = ${tx.districtId} and unit_id = any(${ids}::uuid[]) and valid_from <= ${on}::date and (valid_until is null or valid_until > ${on}::date)`)
  return new Map(rows.map((row) => [row.id, row.name]))
}

export interface OrderName {
  readonly orderId: string
  readonly orderNumber: string
  readonly title: string
}

export function orderNames(tx: Tx, ids: readonly string[]): Promise<OrderName[]> {
  return tx.rows(sql`
    select id as order_id, number as order_number, title from service_order
     where district_id = ${tx.districtId} and id = any(${ids}::uuid[]) order by placed_at, id`)
}
