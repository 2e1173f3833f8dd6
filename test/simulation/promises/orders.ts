/**
 * Promises about single orders, each as a query over the raw tables that finds what breaks it. `touched` holds the orders that
 * are looked at; `$3` is business time. They go to the database as one statement, so that it can be asked after every step.
 */
import { ORDER_MOVES } from '../../../server/modules/orders/order.ts'

export const NO_ORPHAN = 'no orphan'
export const NO_SILENT_CLOSE = 'no silent close'
export const NO_FORCED_VOLUNTEER = 'no forced volunteer'
export const MOVES_OF_THE_TABLE = 'an order moves along ORDER_MOVES'
export const NO_GAP_IN_VERSIONS = 'no version is skipped'
export const AUDITED = 'each accepted write has its audit row'
export const HELD_PLACES = 'no quota is exceeded'
export const ON_TIME = 'what is due is settled at its instant'
export const ONE_PLACE_AT_A_TIME = 'nobody is in two places at once'

/** What may follow in each state; an orphan is also an order that waits for a step nobody will take. */
const STEPS: Readonly<Record<string, readonly string[]>> = {
  submitted: ['triage'],
  dispatching: ['dispatch'],
  offered: ['await-offer'],
  accepted: ['contact-requester'],
  scheduled: ['serve'],
  in_service: ['finish-service'],
  delivered: ['confirm', 'call-requester', 'visit', 'evaluate'],
  confirmed: ['evaluate', 'call-requester', 'visit'],
  evaluated: ['close'],
  answering: ['reach-requester'],
  deferred: ['review'],
  closed: ['none'],
}
const BEFORE_DELIVERY = `('submitted', 'dispatching', 'offered', 'accepted', 'scheduled', 'in_service', 'deferred')`
/** Changes of an order that are no moves, each with an audit row of this name. */
const CHANGES = `('orders.pause', 'orders.resume', 'orders.remind', 'orders.ask-silent', 'orders.visit', 'orders.record-agreement')`

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`
const values = (rows: readonly (readonly string[])[]) => rows.map((row) => `(${row.map(quoted).join()})`).join()

const steps = values(Object.entries(STEPS).flatMap(([state, list]) => list.map((step) => [state, step])))
const moves = values(
  Object.entries(ORDER_MOVES).flatMap(([move, from]) =>
    Object.entries<readonly string[]>(from).flatMap(([state, targets]) =>
      targets.map((target) => [move, state, target]),
    ),
  ),
)

/** Each gives `(order id, what)`. */
export const ORDER_PROMISES: readonly (readonly [promise: string, query: string])[] = [
  [
    NO_ORPHAN,
    `select o.id, o.number || ' is ' || o.state || ' without ' ||
            case when u.id is null then 'a responsible unit of today' when o.due_at is null then 'a due time' else 'a step of its state: ' || coalesce(o.next_step, 'null') end
       from touched o left join unit u on u.district_id = o.district_id and u.id = o.responsible_unit_id and exists (
              select from unit_period p where p.district_id = u.district_id and p.unit_id = u.id and p.valid_from <= $3::timestamptz::date
                 and (p.valid_until is null or p.valid_until > $3::timestamptz::date))
      where (o.state <> 'closed' and (u.id is null or o.due_at is null))
         or (o.state, coalesce(o.next_step, '')) not in (values ${steps})`,
  ],
  [
    NO_ORPHAN,
    `select o.id, o.number || ' is ' || o.state || ' and no clock of its resolution runs'
       from touched o where o.state in ${BEFORE_DELIVERY} and not exists (
         select from order_clock k where k.district_id = o.district_id and k.order_id = o.id and k.kind = 'resolution'
            and k.round = o.reopenings + 1 and k.stopped_at is null)`,
  ],
  [
    NO_ORPHAN,
    `select o.id, o.number || ' is offered to nobody'
       from touched o where o.state = 'offered'
        and not exists (select from order_offer f where f.district_id = o.district_id and f.order_id = o.id and f.state = 'open')
        and not exists (select from order_pool p where p.district_id = o.district_id and p.order_id = o.id and p.closed_at is null)`,
  ],
  [
    NO_SILENT_CLOSE,
    `select o.id, o.number || ' closed without its newest answer having reached'
       from touched o left join order_answer a on a.district_id = o.district_id and a.id = o.closing_answer_id and a.order_id = o.id
      where o.state = 'closed' and (a.id is null or not a.reached or a.kind = 'deferral' or exists (
        select from order_answer b where b.district_id = o.district_id and b.order_id = o.id and b.kind <> 'deferral' and (b.written_at, b.id) > (a.written_at, a.id)))`,
  ],
  [
    NO_SILENT_CLOSE,
    `select o.id, o.number || ' says that its answer reached by ' || coalesce(a.reached_by, 'nothing') || ', and nothing bears it out'
       from touched o join order_answer a on a.district_id = o.district_id and a.id = o.closing_answer_id
      where o.state = 'closed' and not coalesce(case a.reached_by
        when 'receipt' then exists (select from message m join message_receipt r on r.district_id = m.district_id and r.message_id = m.id
              where m.district_id = a.district_id and m.id = a.message_id and m.reached_at is not null and r.kind = 'delivered')
        when 'page-opened' then exists (select from audit_event e where e.district_id = o.district_id and e.subject_id = o.id
              and e.at = a.reached_at and e.actor_kind in ('resident', 'link'))
        else a.spoken_to <> '' and exists (select from audit_event e where e.district_id = o.district_id and e.subject_id = o.id
              and e.at = a.reached_at and e.actor_kind = 'staff' and e.action in ('orders.reach', 'orders.follow-up')) end, false)`,
  ],
  [
    NO_SILENT_CLOSE,
    `select o.id, o.number || ' closed as ' || coalesce(o.closed_as, 'nothing') || ', which did not happen'
       from touched o
      where o.state = 'closed' and not coalesce(case o.closed_as
        when 'answered' then o.outcome is not null
        when 'evaluated' then exists (select from evaluation e where e.district_id = o.district_id and e.order_id = o.id and e.round = o.reopenings + 1)
        when 'not-evaluated' then 3 <= (select count(*) from follow_up f join follow_up_attempt t on t.district_id = f.district_id and t.follow_up_id = f.id
              where f.district_id = o.district_id and f.order_id = o.id and f.kind = 'silent' and f.state = 'exhausted') end, false)`,
  ],
  [
    NO_FORCED_VOLUNTEER,
    `select f.order_id, o.number || ' binds a team, or its offer was accepted by nobody who leads it'
       from touched o join order_offer f on f.district_id = o.district_id and f.order_id = o.id
      where f.provider_team_id is not null and (f.mode = 'bound' or (f.state = 'accepted' and not exists (
        select from team_member m where m.district_id = f.district_id and m.team_id = f.provider_team_id and m.person_id = f.decided_by
           and m.role in ('leader', 'deputy'))))`,
  ],
  [
    MOVES_OF_THE_TABLE,
    `select t.order_id, o.number || ' made the move ' || t.move || ' from ' || t.from_state || ' to ' || t.to_state
       from touched o join order_transition t on t.district_id = o.district_id and t.order_id = o.id
      where (t.move, t.from_state, t.to_state) not in (values ${moves})`,
  ],
  [
    MOVES_OF_THE_TABLE,
    `select o.id, o.number || ' has a break in its moves at version ' || coalesce(t.version, 0)
       from touched o left join (
         select t.order_id, t.version, t.move, t.from_state, t.to_state, lag(t.to_state) over w as before, lead(t.from_state) over w as after,
                row_number() over w as place
           from touched x join order_transition t on t.district_id = x.district_id and t.order_id = x.id window w as (partition by t.order_id order by t.version)) t
         on t.order_id = o.id
      where t.order_id is null or (t.place = 1 and (t.move <> 'place' or t.version <> 1)) or (t.place > 1 and t.from_state <> t.before)
         or (t.after is null and t.to_state <> o.state)`,
  ],
  [
    NO_GAP_IN_VERSIONS,
    `select o.id, o.number || ' has version ' || o.version || ' after ' || n.moves || ' moves and ' || n.changes || ' other changes'
       from touched o cross join lateral (
         select (select count(*) from order_transition t where t.district_id = o.district_id and t.order_id = o.id) as moves,
                count(*) filter (where e.action in ${CHANGES}) as changes, count(*) filter (where e.action = 'orders.reach') as reached
           from audit_event e where e.district_id = o.district_id and e.subject_id = o.id) n
      where o.version < n.moves + n.changes or o.version > n.moves + n.changes + n.reached`,
  ],
  [
    AUDITED,
    `select t.order_id, o.number || ' made the move ' || t.move || ' at version ' || t.version || ' without an audit row'
       from touched o join order_transition t on t.district_id = o.district_id and t.order_id = o.id
      where not exists (select from audit_event e where e.district_id = t.district_id and e.subject_id = t.order_id
        and e.action = 'orders.' || t.move and e.at = t.at and e.actor_id is not distinct from t.actor_id)`,
  ],
  [
    ON_TIME,
    `select t.order_id, o.number || ' rose at ' || t.at || ', due was ' || b.due_at
       from touched o join order_transition t on t.district_id = o.district_id and t.order_id = o.id
      cross join lateral (select b.due_at, b.move from order_transition b where b.district_id = t.district_id and b.order_id = t.order_id
        and b.version < t.version order by b.version desc limit 1) b
      where t.move = 'escalate' and t.reason_code = 'overdue' and b.move <> 'fall-back' and t.at < b.due_at
        and not exists (select from audit_event e where e.district_id = t.district_id and e.subject_id = t.order_id
          and e.action in ('orders.pause', 'orders.resume', 'orders.ask-silent', 'orders.visit', 'orders.reach'))`,
  ],
  [
    HELD_PLACES,
    `select null::uuid, f.title || ' has ' || m.taken || ' places taken of ' || coalesce(f.monthly_quota::text, '∞') || ' in ' || m.month || ', orders hold ' || n.held
       from offering_month m join offering f on f.district_id = m.district_id and f.id = m.offering_id cross join lateral (
         select count(*) as held from service_order o where o.district_id = m.district_id and o.offering_id = m.offering_id and o.quota_month = m.month) n
      where m.district_id = $1 and (m.taken <> n.held or n.held > f.monthly_quota or m.taken > m.quota)`,
  ],
  [
    ONE_PLACE_AT_A_TIME,
    `select a.subject_id, p.name || ' is checked in twice at ' || greatest(a.checked_in_at, b.checked_in_at)
       from attendance a join attendance b on b.district_id = a.district_id and b.person_id = a.person_id and b.id > a.id
        and tstzrange(a.checked_in_at, a.checked_out_at, '[)') && tstzrange(b.checked_in_at, b.checked_out_at, '[)')
        -- One that is marked as overlapping counts nothing until somebody confirms it.
        and not (a.is_overlapping and a.needs_confirmation) and not (b.is_overlapping and b.needs_confirmation)
       join person p on p.district_id = a.district_id and p.id = a.person_id where a.district_id = $1`,
  ],
]
