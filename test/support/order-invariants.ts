// What must hold of every order at every moment, whatever happened before. Each invariant is a query that finds what breaks
// it; they go to the database as one statement, so that a model test can ask after every command.
import { expect } from 'vitest'
import { addWorkingMinutes } from '../../server/platform/calendar.ts'
import { join, type Sql, sql, type Tx } from '../../server/platform/db.ts'
import { districtCalendar } from '../../server/platform/district-calendar.ts'
import { systemActor } from '../../server/platform/actor.ts'
import { runRead } from '../../server/platform/work.ts'
import { type TestDatabase, YANQING } from './database.ts'

const PROVIDED = sql`('accepted', 'scheduled', 'in_service', 'delivered', 'confirmed', 'evaluated')`

/** Queries that return the ids of what breaks an invariant, by the invariant's name. */
export const ORDER_INVARIANTS = {
  'an open order has a next step': sql`
    select id from service_order where state <> 'closed' and next_step = 'none'`,
  'an open order lies with a unit of today': sql`
    select id from service_order o where state <> 'closed' and not exists (
      select from unit_period p where p.district_id = o.district_id and p.unit_id = o.responsible_unit_id
         and p.valid_from <= huiyin_now()::date and (p.valid_until is null or p.valid_until > huiyin_now()::date))`,
  'a closed order ends with the newest answer, which reached': sql`
    select o.id from service_order o left join order_answer a on a.district_id = o.district_id and a.id = o.closing_answer_id
     where o.state = 'closed' and (a.id is null or not a.reached or a.order_id <> o.id or a.kind = 'deferral'
       or exists (select from order_answer b where b.district_id = o.district_id and b.order_id = o.id and b.kind <> 'deferral' and (b.written_at, b.id) > (a.written_at, a.id)))`,
  'only a closed order names a closing answer': sql`
    select id from service_order where state <> 'closed' and (closing_answer_id is not null or closed_at is not null)`,
  'an order in hand has one accepted offer, its provider’s': sql`
    select o.id from service_order o where state in ${PROVIDED} and 1 <> (
      select count(*) from order_offer f where f.district_id = o.district_id and f.order_id = o.id and f.state = 'accepted'
         and f.provider_unit_id is not distinct from o.provider_unit_id and f.provider_team_id is not distinct from o.provider_team_id)`,
  'an order in nobody’s hand has no accepted offer': sql`
    select o.id from service_order o join order_offer f on f.district_id = o.district_id and f.order_id = o.id and f.state = 'accepted'
     where o.state in ('submitted', 'dispatching', 'offered', 'answering', 'deferred')`,
  'an order has at most one accepted offer': sql`
    select order_id from order_offer where state = 'accepted' group by order_id having count(*) > 1`,
  'only an offered order asks': sql`
    select o.id from service_order o where o.state <> 'offered' and (
      exists (select from order_offer f where f.district_id = o.district_id and f.order_id = o.id and f.state = 'open')
      or exists (select from order_pool p where p.district_id = o.district_id and p.order_id = o.id and p.closed_at is null))`,
  'an offered order asks somebody': sql`
    select o.id from service_order o where o.state = 'offered'
       and not exists (select from order_offer f where f.district_id = o.district_id and f.order_id = o.id and f.state = 'open')
       and not exists (select from order_pool p where p.district_id = o.district_id and p.order_id = o.id and p.closed_at is null)`,
  'a pause stands only before the service': sql`
    select o.id from order_pause p join service_order o on o.district_id = p.district_id and o.id = p.order_id
     where p.resumed_at is null and o.state not in ('accepted', 'scheduled')`,
  'a closed order has no running clock': sql`
    select o.id from order_clock k join service_order o on o.district_id = k.district_id and o.id = k.order_id
     where k.stopped_at is null and (o.state = 'closed' or k.round <= o.reopenings)`,
  'a stopped clock says what it used': sql`
    select order_id from order_clock where (stopped_at is null) <> (used_working_minutes is null) or stopped_at < started_at`,
  'transitions form one chain from placing to now': sql`
    select coalesce(t.order_id, o.id) from service_order o left join (
      select order_id, move, from_state, to_state, lag(to_state) over w as before, lead(from_state) over w as after,
             row_number() over w as place
        from order_transition window w as (partition by order_id order by version)) t on t.order_id = o.id
     where t.order_id is null or (t.place = 1 and t.move <> 'place') or (t.place > 1 and t.from_state <> t.before)
        or (t.after is null and t.to_state <> o.state)`,
  'each transition has its audit row': sql`
    select t.order_id from order_transition t
     where not exists (select from audit_event e where e.district_id = t.district_id and e.subject_id = t.order_id
                          and e.action = 'orders.' || t.move and e.at = t.at)`,
  'a transition names who is responsible now': sql`
    select o.id from service_order o cross join lateral (
      select responsible_unit_id from order_transition t where t.district_id = o.district_id and t.order_id = o.id order by version desc limit 1) t
     where o.state <> 'closed' and t.responsible_unit_id <> o.responsible_unit_id and o.next_step not in ('call-requester', 'visit')`,
  'places taken are places held': sql`
    select m.offering_id from offering_month m where m.taken <> (
      select count(*) from service_order o where o.district_id = m.district_id and o.offering_id = m.offering_id and o.quota_month = m.month)`,
  'a follow-up is open only while it can be of use': sql`
    select o.id from follow_up f join service_order o on o.district_id = f.district_id and o.id = f.order_id
     where f.state = 'open' and not (f.kind = 'silent' and o.state in ('delivered', 'confirmed') or f.kind = 'sample' and o.state = 'closed')`,
  'who is checked in is at a service': sql`
    select o.id from attendance a join service_order o on o.district_id = a.district_id and o.id = a.subject_id
     where a.checked_out_at is null and o.state <> 'in_service'`,
  'an award stands only for a closed order of that round': sql`
    select o.id from service_order o
      join (select key from ledger_transfer t where t.reason = 'order-award'
               and not exists (select from ledger_transfer r where r.district_id = t.district_id and r.key = t.key || ':reversal')
               and not exists (select from award_queue q where q.district_id = t.district_id and q.key = t.key || ':shortfall')
            union all select key from award_queue where settled_at is null) a
        on a.key like 'order-award:' || o.id || ':%'
     where o.state <> 'closed' or a.key not like 'order-award:' || o.id || ':' || (o.reopenings + 1) || ':%'`,
  'a search of the queue finds an order until it is closed': sql`
    select o.id from service_order o left join order_search s on s.district_id = o.district_id and s.order_id = o.id
     where cardinality(array_positions(s.keys, o.district_id || ' open')) is distinct from (o.state <> 'closed')::int`,
  'merges do not turn in a circle': sql`
    select a.id from service_order a join service_order b on b.district_id = a.district_id and b.id = a.merged_into_id
     where b.merged_into_id = a.id`,
  'the ledger sums to zero': sql`
    select max(id::text)::uuid from ledger_account having sum(credits_posted - debits_posted) <> 0 or sum(credits_pending - debits_pending) <> 0`,
} as const satisfies Record<string, Sql>

const everything = sql`${join(
  Object.entries(ORDER_INVARIANTS).map(
    ([name, query]) => sql`select ${name}::text as name, found.* from (${query}) found (id)`,
  ),
  ' union all ',
)}`

export interface Broken {
  readonly name: string
  readonly id: string
}

/** Everything that is broken now; an empty list is health. */
export function brokenInvariants(database: TestDatabase): Promise<Broken[]> {
  return runRead(database.db, systemActor(YANQING), ({ tx }) => brokenIn(tx))
}

/** The same inside a transaction. */
export async function brokenIn(tx: Tx): Promise<Broken[]> {
  const broken = await tx.rows<Broken>(everything)
  const calendar = await districtCalendar(tx)
  const clocks = await tx.rows<{ id: string; dueAt: Date }>(sql`select order_id as id, due_at from order_clock`)
  for (const { id, dueAt } of clocks) {
    // The last instant that counts lies just before the due time.
    const last = new Date(dueAt.getTime() - 1)
    if (addWorkingMinutes(last, 0, calendar).getTime() !== last.getTime())
      broken.push({ name: 'a clock is due in working time', id })
  }
  return broken
}

export async function expectHealth(database: TestDatabase): Promise<void> {
  expect(await brokenInvariants(database)).toEqual([])
}
