import { dateIn } from '#platform/dates.ts'
import { sql, type Tx } from '#platform/db.ts'
import type { Order } from './order.ts'
import type { RoadOverride, RoadPlace } from './roads.ts'
import type { BookedVisit } from './seat-visits.ts'
import { minuteOn } from './weigh-order.ts'
import { DEFAULT_WEIGHTS, type Weights } from './weights.ts'

/** What providers have on their hands on the days in question, and what an order asks of them. */
export interface DayBook {
  readonly weights: Weights
  readonly overrides: readonly RoadOverride[]
  /** Where the order is; null where nobody says. */
  readonly here: RoadPlace | null
  readonly serviceMinutes: number
  /** By when the order should be solved; null while its clock stands still. */
  readonly resolveBy: Date | null
  /** Promised visits, and visits of a published plan that somebody was asked for. */
  readonly visits: readonly DayBookVisit[]
}

export interface DayBookVisit extends BookedVisit {
  readonly providerId: string
  readonly day: string
  readonly longitude: number | null
  readonly latitude: number | null
}

interface Row {
  readonly weights: Partial<Weights> | null
  readonly overrides: readonly RoadOverride[]
  readonly longitude: number | null
  readonly latitude: number | null
  readonly durationMinutes: number | null
  readonly resolveBy: Date | null
  readonly promised: readonly (Seen & { readonly fromMs: number; readonly untilMs: number })[]
  readonly planned: readonly (Seen & Pick<DayBookVisit, 'day' | 'startsMinute' | 'endsMinute'>)[]
}

type Seen = Pick<DayBookVisit, 'orderId' | 'unitId' | 'providerId' | 'longitude' | 'latitude'>

/** Reads the day book of some providers, in one statement. */
export async function dayBookOf(
  tx: Tx,
  order: Order,
  scope: { readonly providerIds: readonly string[]; readonly from: Date; readonly until: Date; readonly now: Date },
): Promise<DayBook> {
  const d = tx.districtId
  const on = dateIn(scope.from)
  const ids = sql`any(${scope.providerIds}::uuid[])`
  const row = await tx.one<Row>(sql`
    with recursive place as (
      select id, parent_id, longitude, latitude, 0 as depth from unit where district_id = ${d} and id = ${order.unitId}
      union all
      select u.id, u.parent_id, u.longitude, u.latitude, p.depth + 1 from place p join unit u on u.district_id = ${d} and u.id = p.parent_id
    ), promised as (
      select o.id, o.unit_id, coalesce(o.provider_team_id, o.provider_unit_id) as provider_id, o.scheduled_from, o.scheduled_until
        from service_order o
       where o.district_id = ${d} and (o.provider_team_id = ${ids} or o.provider_unit_id = ${ids})
         and o.state in ('scheduled', 'in_service') and o.scheduled_from >= ${scope.from} and o.scheduled_from < ${scope.until} and o.id <> ${order.id}
    ), planned as (
      select distinct on (v.order_id) v.order_id, o.unit_id, v.provider_id, v.day, v.starts_minute, v.ends_minute
        from plan p join plan_visit v on v.district_id = p.district_id and v.plan_id = p.id
        join service_order o on o.district_id = v.district_id and o.id = v.order_id
       where p.district_id = ${d} and p.state = 'published' and p.until_on >= ${on}::date and v.day >= ${on}::date
         and v.provider_id = ${ids} and not v.is_pinned and o.state in ('offered', 'accepted') and o.id <> ${order.id}
         and exists (select 1 from order_offer f where f.district_id = ${d} and f.order_id = o.id and f.state in ('open', 'accepted')
                        and coalesce(f.provider_team_id, f.provider_unit_id) = v.provider_id)
       order by v.order_id, p.published_at desc
    )
    select (select w.weights from planning_weights w where w.district_id = ${d} and w.valid_from <= ${on}::date
               and (w.valid_until is null or w.valid_until > ${on}::date)) as weights,
           coalesce((select jsonb_agg(jsonb_build_object('fromUnitId', r.from_unit_id, 'toUnitId', r.to_unit_id, 'minutes', r.minutes))
               from travel_override r where r.district_id = ${d} and r.valid_from <= ${on}::date
                and (r.valid_until is null or r.valid_until > ${on}::date)), '[]') as overrides,
           near.longitude, near.latitude,
           (select f.duration_minutes from offering f where f.district_id = ${d} and f.id = ${order.offeringId}) as duration_minutes,
           (select max(k.due_at) from order_clock k where k.district_id = ${d} and k.order_id = ${order.id}
               and k.kind = 'resolution' and k.stopped_at is null) as resolve_by,
           coalesce((select jsonb_agg(jsonb_build_object('orderId', v.id, 'unitId', v.unit_id, 'providerId', v.provider_id,
               'longitude', u.longitude, 'latitude', u.latitude, 'fromMs', extract(epoch from v.scheduled_from) * 1000,
               'untilMs', extract(epoch from v.scheduled_until) * 1000) order by v.id)
               from promised v join unit u on u.district_id = ${d} and u.id = v.unit_id), '[]') as promised,
           coalesce((select jsonb_agg(jsonb_build_object('orderId', v.order_id, 'unitId', v.unit_id, 'providerId', v.provider_id,
               'longitude', u.longitude, 'latitude', u.latitude, 'day', v.day, 'startsMinute', v.starts_minute, 'endsMinute', v.ends_minute) order by v.order_id)
               from planned v join unit u on u.district_id = ${d} and u.id = v.unit_id), '[]') as planned
      from (select 1) as one left join lateral (
        select longitude, latitude from place where latitude is not null and longitude is not null order by depth limit 1
      ) near on true`)
  const weights = { ...DEFAULT_WEIGHTS, ...row.weights }
  const { longitude, latitude } = row
  return {
    weights,
    overrides: row.overrides,
    here: longitude === null || latitude === null ? null : { id: order.unitId, longitude, latitude },
    serviceMinutes: row.durationMinutes ?? weights.serviceMinutes,
    resolveBy: row.resolveBy,
    visits: [...row.promised.map(promisedVisit), ...row.planned],
  }
}

function promisedVisit({ fromMs, untilMs, ...seen }: Row['promised'][number]): DayBookVisit {
  const from = new globalThis.Date(fromMs)
  const day = dateIn(from)
  return {
    ...seen,
    day,
    startsMinute: minuteOn(from, day),
    endsMinute: minuteOn(new globalThis.Date(untilMs), day),
  }
}
