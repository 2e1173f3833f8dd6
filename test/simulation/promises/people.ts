/** Promises about people, points and what is written down about either, in the form of `orders.ts`. */
export const BY_THEMSELVES = 'nobody is registered by somebody else'
export const POINTS_ARE_MONEY = 'the ledger sums to zero and its balances follow from its transfers'
export const NOTHING_PERSONAL = 'no personal data in clear in outbox, jobs and audit'

const PHONE = `'(^|[^0-9A-Za-z])1[3-9][0-9]{9}([^0-9A-Za-z]|$)'`
/** Patterns of every name that is known, as a common table for the queries below. */
export const KNOWN_NAMES = `
  select coalesce(array_agg('%' || name || '%'), '{}') as patterns from (
    select name from person where district_id = $1 and length(name) > 1
    union select contact_name from service_order where district_id = $1 and length(contact_name) > 1) known`

const personal = (column: string) =>
  `(${column} ~ ${PHONE} or ${column} like any ((select patterns from known_names)::text[]))`

export const PEOPLE_PROMISES: readonly (readonly [promise: string, query: string])[] = [
  [
    BY_THEMSELVES,
    `select null::uuid, 'a person has an account that nobody opened: ' || coalesce(p.name, p.id::text)
       from person p where p.district_id = $1 and not exists (
         select from audit_event e where e.district_id = p.district_id and e.subject_id = p.id and e.action in ('people.register', 'people.appoint'))`,
  ],
  [
    BY_THEMSELVES,
    `select null::uuid, 'a volunteer was registered by somebody else: ' || coalesce(p.name, p.id::text)
       from volunteer v join person p on p.district_id = v.district_id and p.id = v.person_id where v.district_id = $1 and not exists (
         select from audit_event e where e.district_id = v.district_id and e.subject_id = v.person_id and e.actor_id = v.person_id
            and e.action = 'teams.register-volunteer')`,
  ],
  [
    BY_THEMSELVES,
    `select null::uuid, 'somebody was put into a team: ' || coalesce(p.name, p.id::text)
       from team_member m join person p on p.district_id = m.district_id and p.id = m.person_id where m.district_id = $1 and not exists (
         select from audit_event e where e.district_id = m.district_id and e.subject_id = m.team_id and e.actor_id = m.person_id
            and e.action = 'teams.join' and e.at = m.joined_at)`,
  ],
  [
    POINTS_ARE_MONEY,
    `select null::uuid, 'all accounts together hold ' || sum(credits_posted - debits_posted) || ' and ' || sum(credits_pending - debits_pending) || ' pending'
       from ledger_account where district_id = $1 having sum(credits_posted - debits_posted) <> 0 or sum(credits_pending - debits_pending) <> 0`,
  ],
  [
    POINTS_ARE_MONEY,
    `select null::uuid, 'the account ' || a.name || ' holds ' || (a.credits_posted - a.debits_posted) || ', its transfers give ' || (n.credits - n.debits)
       from ledger_account a cross join lateral (
         select coalesce(sum(t.amount_points) filter (where t.credit_account_id = a.id and t.kind in ('single', 'post')), 0) as credits,
                coalesce(sum(t.amount_points) filter (where t.debit_account_id = a.id and t.kind in ('single', 'post')), 0) as debits,
                coalesce(sum(t.amount_points) filter (where t.debit_account_id = a.id and t.kind = 'pending' and r.id is null), 0) as held
           from ledger_transfer t left join ledger_transfer r on r.district_id = t.district_id and r.pending_id = t.id
          where t.district_id = a.district_id and (t.credit_account_id = a.id or t.debit_account_id = a.id)) n
      where a.district_id = $1 and (a.credits_posted <> n.credits or a.debits_posted <> n.debits or a.debits_pending <> n.held
         or (a.kind <> 'issuer' and a.debits_posted + a.debits_pending > a.credits_posted))`,
  ],
  [
    POINTS_ARE_MONEY,
    `select o.id, o.number || ' is ' || o.state || ' in round ' || (o.reopenings + 1) || ', and the award ' || a.key || ' stands'
       from (select t.key, t.subject_id from ledger_transfer t where t.district_id = $1 and t.reason = 'order-award'
               and not exists (select from ledger_transfer r where r.district_id = t.district_id and r.key = t.key || ':reversal')
               and not exists (select from award_queue q where q.district_id = t.district_id and q.key = t.key || ':shortfall')
             union all select key, subject_id from award_queue where district_id = $1 and settled_at is null) a
       join touched o on o.id = a.subject_id
      where o.state <> 'closed' or a.key not like 'order-award:' || o.id || ':' || (o.reopenings + 1) || ':%'`,
  ],
  [
    NOTHING_PERSONAL,
    `select e.subject_id, 'the audit row ' || e.action || ' holds ' || e.details::text
       from audit_event e where e.district_id = $1 and ($4::timestamptz is null or e.at >= $4) and e.action not like 'orgs.%' and ${personal('e.details::text')}`,
  ],
  [
    NOTHING_PERSONAL,
    `select m.subject_id, 'the outbox holds in clear ' || m.template || ' ' || coalesce(m.gateway_id, '')
       from message m where m.district_id = $1 and ($4::timestamptz is null or m.created_at >= $4)
        and ${personal(`concat_ws(' ', m.template, m.gateway_id, m.subject_kind, encode(m.params_cipher, 'escape'), encode(m.to_cipher, 'escape'))`)}`,
  ],
  [
    NOTHING_PERSONAL,
    `select null::uuid, 'a job holds ' || j.data::text from pgboss.job j
      where ($4::timestamptz is null or j.state in ('created', 'retry')) and ${personal('j.data::text')}`,
  ],
  [
    NOTHING_PERSONAL,
    `select f.order_id, 'an offer says ' || f.trace::text from touched o join order_offer f on f.district_id = o.district_id and f.order_id = o.id
      where ${personal('f.trace::text')}`,
  ],
]
