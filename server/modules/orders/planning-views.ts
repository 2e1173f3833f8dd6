// What a plan of days is made of: the orders that wait to be offered or are promised already, the providers, and what villages
// and teams had lately.
import { addMinutes, dateIn } from '#platform/dates.ts'
import { sql, type Tx } from '#platform/db.ts'
import { closedGates, type Order, type OrderState, type Provider, type Urgency } from './order.ts'

export interface PlannableOrder {
  readonly id: string
  readonly number: string
  readonly title: string
  readonly state: OrderState
  readonly unitId: string
  readonly urgency: Urgency
  readonly categorySlug: string
  readonly headcount: number
  readonly placedAt: Date
  readonly windowFrom: Date | null
  readonly windowUntil: Date | null
  /** By when the order should be solved: the end of its resolution clock; null while that stands still. */
  readonly resolveBy: Date | null
  /** Of the offering that was ordered; null without one. */
  readonly durationMinutes: number | null
  readonly offeringId: string | null
  readonly licenceNeeds: readonly string[]
  readonly wantedProvider: Provider | null
  /** Who served this requester last, and who came last to its place for the same kind of service. */
  readonly lastOfRequester: string | null
  readonly lastOfPlace: string | null
  /** Who declined it, and is not asked again. */
  readonly declinedBy: readonly string[]
  /** Who has promised it, and when; null while it waits to be offered. */
  readonly promise: { readonly provider: Provider; readonly from: Date; readonly until: Date } | null
}

interface Row extends Omit<PlannableOrder, 'wantedProvider' | 'promise'> {
  readonly offeringUnitId: string | null
  readonly offeringTeamId: string | null
  readonly providerUnitId: string | null
  readonly providerTeamId: string | null
  readonly scheduledFrom: Date | null
  readonly scheduledUntil: Date | null
  readonly risks: Order['risks']
  readonly agreementTriggers: Order['agreementTriggers']
  readonly agreementAt: Date | null
  readonly insuranceConfirmedAt: Date | null
}

/**
 * Orders that a plan of these days may place, oldest first, with the visits of the same days that are promised already. An order
 * whose agreement or insurance is missing may not be offered, so it is not planned either.
 * @param unitIds the units whose orders are planned
 */
export async function plannableOrders(
  tx: Tx,
  scope: { unitIds: readonly string[]; from: Date; until: Date; limit: number },
): Promise<PlannableOrder[]> {
  const rows = await tx.rows<Row>(sql`
    select o.id, o.number, o.title, o.state, o.unit_id, o.urgency, c.slug as category_slug, o.headcount, o.placed_at, o.window_from, o.window_until,
           (select max(k.due_at) from order_clock k where k.district_id = o.district_id and k.order_id = o.id
               and k.kind = 'resolution' and k.stopped_at is null) as resolve_by,
           o.offering_id, f.duration_minutes, coalesce(f.licence_needs, '{}') as licence_needs,
           f.provider_unit_id as offering_unit_id, f.provider_team_id as offering_team_id,
           o.provider_unit_id, o.provider_team_id, o.scheduled_from, o.scheduled_until, o.risks, o.agreement_triggers, o.agreement_at, o.insurance_confirmed_at,
           case when o.state = 'dispatching' then (select coalesce(s.provider_team_id, s.provider_unit_id) from service_order s
             where s.district_id = o.district_id and s.requester_id = o.requester_id and s.delivered_at is not null and s.id <> o.id
             order by s.placed_at desc limit 1) end as last_of_requester,
           case when o.state = 'dispatching' then (select coalesce(s.provider_team_id, s.provider_unit_id) from service_order s
             where s.district_id = o.district_id and s.unit_id = o.unit_id and s.category_id = o.category_id and s.delivered_at is not null and s.id <> o.id
               and s.placed_at > o.placed_at - interval '180 days' order by s.placed_at desc limit 1) end as last_of_place,
           array(select coalesce(x.provider_team_id, x.provider_unit_id) from order_offer x
                  where x.district_id = o.district_id and x.order_id = o.id and x.state = 'declined') as declined_by
      from service_order o
      join category c on c.district_id = o.district_id and c.id = o.category_id
      left join offering f on f.district_id = o.district_id and f.id = o.offering_id
     where o.district_id = ${tx.districtId} and o.responsible_unit_id = any(${scope.unitIds}::uuid[])
       and (o.state = 'dispatching'
            or (o.state in ('scheduled', 'in_service') and o.scheduled_from >= ${scope.from} and o.scheduled_from < ${scope.until}))
     order by o.placed_at, o.id limit ${scope.limit}`)
  return rows.filter((row) => row.state !== 'dispatching' || closedGates(row).length === 0).map(plannable)
}

function plannable(row: Row): PlannableOrder {
  const provider = providerIn(row.providerUnitId, row.providerTeamId)
  const { scheduledFrom: from, scheduledUntil: until } = row
  return {
    id: row.id,
    number: row.number,
    title: row.title,
    state: row.state,
    unitId: row.unitId,
    urgency: row.urgency,
    categorySlug: row.categorySlug,
    headcount: row.headcount,
    placedAt: row.placedAt,
    windowFrom: row.windowFrom,
    windowUntil: row.windowUntil,
    resolveBy: row.resolveBy,
    durationMinutes: row.durationMinutes,
    offeringId: row.offeringId,
    licenceNeeds: row.licenceNeeds,
    wantedProvider: providerIn(row.offeringUnitId, row.offeringTeamId),
    lastOfRequester: row.lastOfRequester,
    lastOfPlace: row.lastOfPlace,
    declinedBy: row.declinedBy,
    promise: provider === null || from === null || until === null ? null : { provider, from, until },
  }
}

function providerIn(unitId: string | null, teamId: string | null): Provider | null {
  if (teamId !== null) return { kind: 'team', id: teamId }
  return unitId === null ? null : { kind: 'agency', id: unitId }
}

export interface PlannableProvider extends Provider {
  readonly name: string
  readonly unitId: string
  readonly categorySlugs: readonly string[]
  /** Units served beyond the own one and all below it; an agency serves the whole district. */
  readonly areaIds: readonly string[]
  /** null for an agency, whose licences are its own business. */
  readonly licences: readonly string[] | null
  readonly visitsPerWeekMax: number | null
  /** Minutes scheduled or served in the last 30 days. */
  readonly recentMinutes: number
  readonly stars: number | null
  readonly evaluations: number
}

/**
 * Agencies and teams that work on the day of `now`, with what they did lately.
 * @param until the last day that is planned: a licence counts that holds on all of them
 */
export function plannableProviders(tx: Tx, now: Date, until: string): Promise<PlannableProvider[]> {
  const d = tx.districtId
  const today = dateIn(now)
  return tx.rows(sql`
    with done as (
      select provider_unit_id, provider_team_id, sum(extract(epoch from scheduled_until - scheduled_from) / 60)::int as minutes
        from service_order
       where district_id = ${d} and scheduled_from >= ${now}::timestamptz - interval '30 days' and scheduled_until is not null
       group by 1, 2
    ), judged as (
      select s.provider_unit_id, s.provider_team_id, avg(e.stars)::float8 as stars, count(*)::int as evaluations
        from evaluation e join service_order s on s.district_id = e.district_id and s.id = e.order_id
       where e.district_id = ${d} and e.at >= ${now}::timestamptz - interval '1 year'
       group by 1, 2
    ), provider as (
      select 'agency' as kind, u.id, p.name, u.id as unit_id, '{}'::uuid[] as area_ids, null::text[] as licences, null::int as visits_per_week_max,
             array(select distinct c.slug from offering o join category c on c.district_id = o.district_id and c.id = o.category_id
                    where o.district_id = ${d} and o.provider_unit_id = u.id and o.ended_at is null) as category_slugs
        from unit u join unit_period p on p.district_id = u.district_id and p.unit_id = u.id
         and p.valid_from <= ${today}::date and (p.valid_until is null or p.valid_until > ${today}::date)
       where u.district_id = ${d} and u.kind = 'agency'
      union all
      select 'team', t.id, t.name, t.unit_id, t.service_unit_ids,
             array(select l.licence from team_licence l where l.district_id = t.district_id and l.team_id = t.id
                       and (l.valid_until is null or l.valid_until >= greatest(${today}::date, ${until}::date))),
             t.visits_per_week_max, t.category_slugs
        from team t where t.district_id = ${d} and t.founded_on <= ${today}::date and (t.ended_on is null or t.ended_on > ${today}::date)
    )
    select p.*, coalesce(done.minutes, 0) as recent_minutes, judged.stars, coalesce(judged.evaluations, 0) as evaluations
      from provider p
      left join done on p.id = coalesce(done.provider_team_id, done.provider_unit_id)
      left join judged on p.id = coalesce(judged.provider_team_id, judged.provider_unit_id)
     order by p.kind, p.id`)
}

/** Services fade as they age: one of so many days ago counts a third. */
const FADING_DAYS = 30
/** Older ones no longer count. */
const SERVICE_DAYS_MAX = 180
const MINUTES_A_DAY = 1440

/**
 * How much each village was served lately, exponentially smoothed: a service of today counts 1, an older one less. A village without any
 * is left out.
 */
export async function servicesByVillage(tx: Tx, now: Date): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.rows<{ unitId: string; services: number }>(sql`
    select unit_id, sum(exp(-greatest(0, extract(epoch from ${now}::timestamptz - delivered_at)) / 86400 / ${FADING_DAYS}))::float8 as services
      from service_order
     where district_id = ${tx.districtId} and delivered_at >= ${addMinutes(now, -SERVICE_DAYS_MAX * MINUTES_A_DAY)}
     group by unit_id`)
  return new Map(rows.map((row) => [row.unitId, row.services]))
}

/** A visit that was agreed for a time, whatever became of it since. */
export interface AgreedVisit {
  readonly orderId: string
  readonly providerId: string
  readonly from: Date
  readonly minutes: number
}

/** Visits agreed for a time, of all providers. */
export function agreedVisits(tx: Tx, from: Date, until: Date): Promise<AgreedVisit[]> {
  return tx.rows(sql`
    select id as order_id, coalesce(provider_team_id, provider_unit_id) as provider_id, scheduled_from as "from",
           (extract(epoch from scheduled_until - scheduled_from) / 60)::int as minutes
      from service_order
     where district_id = ${tx.districtId} and scheduled_from >= ${from} and scheduled_from < ${until} and scheduled_until is not null
       and coalesce(provider_team_id, provider_unit_id) is not null
     order by scheduled_from, id`)
}
