import { type Sql, sql, type Tx } from '#platform/db.ts'
import { dateIn, monthIn } from '#platform/dates.ts'
import type { Order } from './order.ts'

/** One agency or team with the facts that the ranking needs. */
export interface CandidateRow {
  readonly kind: 'agency' | 'team'
  readonly id: string
  readonly name: string
  /** The unit it belongs to: the agency itself, or the unit whose team it is. */
  readonly unitId: string
  readonly hasCategory: boolean
  readonly hasOffering: boolean
  readonly inArea: boolean
  readonly isOwnVillage: boolean
  /** It has taken on the order's village, or a unit above it. */
  readonly isPaired: boolean
  readonly hasLicences: boolean
  /** Great-circle kilometres between its unit and the order's; null where nobody says where one of them is. */
  readonly km: number | null
  /** Orders in hand: accepted and not yet delivered or confirmed. */
  readonly load: number
  readonly loadMax: number
  /** Places left this month of the offering that was ordered; null without a quota. */
  readonly quotaLeft: number | null
  /** Mean of what requesters said last about the orders of a year, as the rates by day have counted it. */
  readonly stars: number | null
  readonly evaluations: number
  /** Where its unit lies, or the nearest unit above that says so. */
  readonly longitude: number | null
  readonly latitude: number | null
  /** Minutes served in the last 30 days. */
  readonly recentMinutes: number
  readonly servedLast: 'requester' | 'place' | null
  readonly wasAsked: boolean
}

const EARTH_DIAMETER_KM = 12_742
const AGENCY_LOAD_MAX = 200

/**
 * All agencies and teams of the district, judged against one order. What costs time to know (load, evaluations, earlier asks)
 * is looked up only of those that fit by category and area; of the others the ranking asks nothing more.
 */
export function candidateRows(tx: Tx, order: Order, now: Date): Promise<CandidateRow[]> {
  const d = tx.districtId
  const inHand = (provider: Sql) => sql`(
    select count(*) from service_order s where s.district_id = ${d} and s.${provider} = p.id
       and s.placed_at > ${now}::timestamptz - interval '60 days' and s.state in ('accepted', 'scheduled', 'in_service', 'delivered'))`
  const lately = (provider: Sql) => sql`(
    select sum(extract(epoch from s.scheduled_until - s.scheduled_from) / 60) from service_order s where s.district_id = ${d} and s.${provider} = p.id
       and s.placed_at > ${now}::timestamptz - interval '60 days' and s.scheduled_until is not null
       and s.scheduled_from >= ${now}::timestamptz - interval '30 days' and s.scheduled_from < ${now})`
  // Within a CASE, so that it is asked of nobody else; a condition of a join would be looked at afterwards.
  const ofFitting = (count: (provider: Sql) => Sql) => sql`
    case when not fits.yes then null when p.kind = 'agency' then ${count(sql`provider_unit_id`)} else ${count(sql`provider_team_id`)} end`
  return tx.rows(sql`
    with recursive ${askedOf(tx, order, now)}, provider as (
      select 'agency' as kind, u.id, p.name, u.id as unit_id, null::text[] as slugs, null::uuid[] as area_ids, null::text[] as licences,
             coalesce(u.latitude, above.latitude) as latitude, coalesce(u.longitude, above.longitude) as longitude, ${AGENCY_LOAD_MAX}::int as load_max
        from unit u left join unit above on above.district_id = u.district_id and above.id = u.parent_id
        join unit_period p on p.district_id = u.district_id and p.unit_id = u.id
         and p.valid_from <= ${dateIn(now)}::date and (p.valid_until is null or p.valid_until > ${dateIn(now)}::date)
       where u.district_id = ${d} and u.kind = 'agency'
      union all
      select 'team', t.id, t.name, t.unit_id, t.category_slugs, t.service_unit_ids,
             array(select l.licence from team_licence l where l.district_id = t.district_id and l.team_id = t.id
                       and (l.valid_until is null or l.valid_until >= ${dateIn(now)}::date)),
             coalesce(u.latitude, above.latitude), coalesce(u.longitude, above.longitude), t.visits_per_week_max
        from team t join unit u on u.district_id = t.district_id and u.id = t.unit_id
        left join unit above on above.district_id = u.district_id and above.id = u.parent_id
       where t.district_id = ${d} and (t.ended_on is null or t.ended_on > ${dateIn(now)}::date)
    ), fitting as materialized (
      select p.*, w.licence_needs, w.quota_left, w.asked_ids, w.last_of_requester, w.last_of_place, w.paired_ids,
             coalesce(w.slug = any(p.slugs), p.id = any(w.agency_ids)) as has_category,
             coalesce(w.provider_unit_id = p.id or w.provider_team_id = p.id, false) as has_offering,
             p.kind = 'agency' or p.unit_id = any(w.place_ids) or p.area_ids && w.place_ids as in_area
        from provider p cross join wanted w
    )
    select p.kind, p.id, p.name, p.unit_id, p.load_max, p.has_category, p.has_offering, p.in_area,
           p.unit_id = ${order.unitId} as is_own_village, p.id = any(p.paired_ids) as is_paired,
           p.licences is null or p.licence_needs is null or p.licence_needs <@ p.licences as has_licences,
           case when p.latitude is not null and here.latitude is not null then
             ${EARTH_DIAMETER_KM} * asin(sqrt(power(sin(radians(p.latitude - here.latitude) / 2), 2)
               + cos(radians(p.latitude)) * cos(radians(here.latitude)) * power(sin(radians(p.longitude - here.longitude) / 2), 2)))
           end as km,
           case when p.has_offering then p.quota_left end as quota_left,
           coalesce(${ofFitting(inHand)}, 0)::int as load, seen.stars::float8 as stars, coalesce(seen.evaluations, 0)::int as evaluations,
           p.longitude, p.latitude, coalesce(${ofFitting(lately)}, 0)::int as recent_minutes,
           case p.id when p.last_of_requester then 'requester' when p.last_of_place then 'place' end as served_last,
           p.id = any(p.asked_ids) as was_asked
      from fitting p left join lateral (select latitude, longitude from place where latitude is not null order by depth limit 1) here on true
      cross join lateral (select p.has_offering or (p.has_category and p.in_area) as yes) fits
      left join lateral (
        select sum(stars_1 + 2 * stars_2 + 3 * stars_3 + 4 * stars_4 + 5 * stars_5)::float8
                 / nullif(sum(stars_1 + stars_2 + stars_3 + stars_4 + stars_5), 0) as stars,
               sum(stars_1 + stars_2 + stars_3 + stars_4 + stars_5) as evaluations
          from rate_day r
         where fits.yes
           and r.district_id = ${d} and r.scope = 'provider' and r.organisation_id = p.id and r.day > ${dateIn(now)}::date - 365
      ) seen on true`)
}

/** What an order asks of a provider: the places that it lies in, its kind of service, who was asked and who came last. */
function askedOf(tx: Tx, order: Order, now: Date): Sql {
  const d = tx.districtId
  return sql`
    place as (
      select id, parent_id, latitude, longitude, 0 as depth from unit where district_id = ${d} and id = ${order.unitId}
      union all
      select u.id, u.parent_id, u.latitude, u.longitude, p.depth + 1 from place p join unit u on u.district_id = ${d} and u.id = p.parent_id
    ), wanted as materialized (
      select c.slug, o.provider_unit_id, o.provider_team_id, o.licence_needs,
             case when o.monthly_quota is null then null
                  else o.monthly_quota - coalesce((select taken from offering_month m where m.district_id = ${d} and m.offering_id = o.id
                    and m.month = ${monthIn(order.windowFrom ?? now)}::date), 0) + case when ${order.quotaMonth}::date is null then 0 else 1 end end as quota_left,
             array(select id from place) as place_ids,
             array(select coalesce(f.provider_team_id, f.provider_unit_id) from order_offer f
                    where f.district_id = ${d} and f.order_id = ${order.id}
                      and (f.state = 'open' or (f.state = 'declined' and f.provider_team_id is not null))) as asked_ids,
             array(select distinct f.provider_unit_id from offering f
                    where f.district_id = ${d} and f.category_id = c.id and f.ended_at is null and f.provider_unit_id is not null) as agency_ids,
             array(select coalesce(v.provider_team_id, v.provider_unit_id) from village_pairing v
                    where v.district_id = ${d} and v.unit_id in (select id from place) and v.valid_from <= ${dateIn(now)}::date
                      and (v.valid_until is null or v.valid_until > ${dateIn(now)}::date)) as paired_ids,
             (select coalesce(s.provider_team_id, s.provider_unit_id) from service_order s
               where s.district_id = ${d} and s.requester_id = ${order.requesterId} and s.delivered_at is not null and s.id <> ${order.id}
               order by s.placed_at desc limit 1) as last_of_requester,
             (select coalesce(s.provider_team_id, s.provider_unit_id) from service_order s
               where s.district_id = ${d} and s.unit_id = ${order.unitId} and s.category_id = c.id and s.delivered_at is not null and s.id <> ${order.id}
                 and s.placed_at > ${now}::timestamptz - interval '180 days' order by s.placed_at desc limit 1) as last_of_place
        from category c left join offering o on o.district_id = c.district_id and o.id = ${order.offeringId}
       where c.district_id = ${d} and c.id = ${order.categoryId}
    )`
}
