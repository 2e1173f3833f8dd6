/** The statements of the load generator. Everything random is a hash of the order's place in the row and of the seed. */

const LATE_SHARE = 0.06

/** Schema `scale`: the generator's own tables and functions, dropped when it is done. */
export const FUNCTIONS = (seed: number): string => `
  drop schema if exists scale cascade;
  create schema scale;
  -- A number from 0 to 1, the same for the same order, purpose and seed.
  create function scale.r(i bigint, purpose int) returns float8 language sql immutable
    as $$ select (hashint8extended(i, purpose + ${seed} * 1000) & 2147483647) / 2147483648::float8 $$;
  -- The digest stands twice: a function of one expression is inlined, one with a FROM is called.
  create function scale.uuid7(at timestamptz, i bigint, purpose int) returns uuid language sql immutable
    as $$ select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5(i || ' ' || purpose || ' ${seed}'), 1, 3)
                  || '8' || substr(md5(i || ' ' || purpose || ' ${seed}'), 4, 15))::uuid $$;
  -- As long as an encrypted telephone number; no key opens it.
  create function scale.cipher(i bigint, purpose int) returns bytea language sql immutable
    as $$ select decode(md5(i || ' ' || purpose) || md5(purpose || ' ' || i) || substr(md5(i::text), 1, 20), 'hex') $$;
  create unlogged table scale.word (kind text, n integer, text text, bigrams text[], pinyin text, initials text, primary key (kind, n));
  create unlogged table scale.person (n bigint primary key, id uuid, name text, phone_index bytea, phone_cipher bytea);
  create unlogged table scale.life (name text, is_open boolean, "from" float8, until float8, moves text[], froms text[], tos text[],
    state text);`

export interface Draft {
  readonly orders: number
  /** A date. */
  readonly from: string
  readonly until: Date
}

/** One row an order with everything that its other rows are made from. Orders grow denser over the years. */
export const DRAFT = ({ orders, from, until }: Draft): string => `
  create unlogged table scale.unit as
    select row_number() over (order by u.kind, u.id) - 1 as n, u.id, w.n as word, i.id as institute_id, c.id as centre_id
      from unit u
      join unit_period p on p.district_id = u.district_id and p.unit_id = u.id and p.valid_until is null
      join scale.word w on w.kind = 'unit' and w.text = p.name
      join unit c on c.kind = 'centre'
      join unit i on i.id = case u.kind when 'station' then u.parent_id else u.id end
     where u.kind <> 'agency';
  create unlogged table scale.agency as select row_number() over (order by slug) - 1 as n, id from unit where kind = 'agency';
  create unlogged table scale.team as select row_number() over (order by id) - 1 as n, id from team;
  create unlogged table scale.category as select row_number() over (order by slug) - 1 as n, id from category;
  create unlogged table scale.offering as
    select id, category_id, row_number() over (partition by category_id order by id) - 1 as n, count(*) over (partition by category_id) as count
      from offering;
  analyze scale.word; analyze scale.person; analyze scale.unit; analyze scale.offering;
  create unlogged table scale.draft as
  with placed as (
    select i, date_trunc('milliseconds', timestamptz '${from} 00:00+08' + make_interval(
             days => floor((date '${until.toISOString().slice(0, 10)}' - date '${from}') * power((i - 0.5) / ${orders}, 0.667))::int,
             secs => 28800 + scale.r(i, 1) * 43200)) as placed_at
      from generate_series(1, ${orders}) i
  ), aged as (
    select *, extract(epoch from timestamptz '${until.toISOString()}' - placed_at) / 86400 as age_days,
           extract(year from placed_at at time zone 'Asia/Shanghai')::int as year,
           extract(month from placed_at at time zone 'Asia/Shanghai')::int as month
      from placed
  ), drawn as materialized (
    select *, scale.r(i, 2) < 0.004 + 0.85 * exp(-age_days / 42) as is_open, scale.r(i, 3) as fate, scale.r(i, 9) as kind from aged
  ), lived as (
    select a.*, scale.uuid7(a.placed_at, a.i, 10) as id, l.name as life, l.state, cardinality(l.tos) as steps,
           'accept' = any(l.moves) as is_accepted,
           row_number() over (partition by a.year order by a.placed_at, a.i)::int as serial,
           case when l.is_open then least(a.age_days, scale.r(a.i, 13) * 12) * 0.95 else least(3 + scale.r(a.i, 13) * 22, a.age_days * 0.9) end as life_days
      from drawn a
      join scale.life l on l.is_open = a.is_open and a.fate >= l."from" and (a.fate < l.until or l.until > 0.999999)
  ), worded as (
    select *,
           case when kind < 0.001 then 'rare' when kind < 0.25 and month <> 11 then 'seasonal' else 'title' end as title_kind,
           (array[0, 0 + (i % 2)::int, 2, 3, 4, 5 + (i % 2)::int, 7, 7, 8, 9 + (i % 2)::int, 0, 11])[month] as occasion,
           floor(60 * power(scale.r(i, 10), 2.2))::int as service
      from lived
  ), chosen as materialized (
    select *, floor((select count(*) from scale.unit) * power(scale.r(i, 4), 1.3))::bigint as unit_n,
           floor((select count(*) from scale.category) * power(scale.r(i, 5), 1.4))::bigint as category_n,
           floor((select count(*) from scale.agency) * power(scale.r(i, 8), 1.5))::bigint as agency_n,
           floor((select count(*) from scale.team) * power(scale.r(i, 8), 1.2))::bigint as team_n,
           floor((select count(*) from scale.person) * power(scale.r(i, 11), 1.3))::bigint as person_n
      from worded
  )
  select w.i, w.id, w.placed_at, w.year, w.life, w.is_open, w.state, w.steps, w.is_accepted, w.life_days, w.age_days,
         date_trunc('milliseconds', w.placed_at + make_interval(secs => w.life_days * 86400)) as ended_at,
         substr(w.year::text, 3) || '-' || lpad(w.serial::text, 6, '0') || '-'
           || substr('TRWAGMYFPDXBNJZSQVHLCKE', (((w.year - 2000)::bigint * 1000000000 + w.serial) % 23)::int + 1, 1) as number,
         w.serial, w.title_kind,
         case w.title_kind when 'rare' then floor(20 * scale.r(w.i, 14))::int when 'seasonal' then w.occasion * 60 + w.service
              else floor(16 * scale.r(w.i, 14))::int * 60 + w.service end as title_n,
         floor(256 * power(scale.r(w.i, 15), 1.5))::int as reason_n, floor(10 * power(scale.r(w.i, 16), 1.5))::int as venue_n,
         u.id as unit_id, u.word as unit_word, u.institute_id,
         case when w.state in ('submitted', 'deferred') then u.id when scale.r(w.i, 17) < 0.5 then u.institute_id else u.centre_id end
           as responsible_unit_id,
         c.id as category_id, o.id as offering_id,
         case when w.is_accepted and scale.r(w.i, 7) < 0.45 then g.id end as provider_unit_id,
         case when w.is_accepted and scale.r(w.i, 7) >= 0.45 then t.id end as provider_team_id,
         p.id as person_id, p.name as contact_name, p.phone_index,
         (array['web', 'web', 'web', 'web', 'web', 'web', 'web', 'web', 'web', 'phone', 'phone', 'phone', 'phone', 'phone', 'proxy',
                'proxy', 'paper', 'paper', 'batch', 'batch'])[1 + floor(20 * scale.r(w.i, 12))::int] as channel,
         date_trunc('milliseconds', case when w.is_open then timestamptz '${until.toISOString()}' + make_interval(secs => (scale.r(w.i, 18) - ${LATE_SHARE}) * 864000)
              else w.placed_at + make_interval(secs => (w.life_days + 3) * 86400) end) as due_at
    from chosen w
    join scale.unit u on u.n = w.unit_n
    join scale.category c on c.n = w.category_n
    join scale.agency g on g.n = w.agency_n
    join scale.team t on t.n = w.team_n
    join scale.person p on p.n = w.person_n
    left join scale.offering o on scale.r(w.i, 6) < 0.5 and o.category_id = c.id and o.n = (w.i % o.count)
   order by w.i;
  analyze scale.draft;`

const ORDERS = (d: number): string => `
  insert into service_order (district_id, id, number, state, outcome, outcome_reason, channel, placed_by, requester_id, contact_name,
    contact_phone_cipher, contact_phone_index, call_back_phone_cipher, proxy_relation, consent_given, read_back_at, unit_id, category_id,
    offering_id, title, details, headcount, actual_headcount, venue, responsible_unit_id, due_at, next_step, is_with_leader, reopenings,
    provider_unit_id, provider_team_id, provider_contact_name, provider_contact_phone_cipher, scheduled_from, scheduled_until,
    service_started_at, delivered_at, delivery_result, review_on, closing_answer_id, closing_answer_reached, placed_at, closed_at,
    closed_as, version)
  select ${d}, g.id, g.number, g.state,
         case when g.life in ('answered', 'answering') then (array['rejected', 'redirected', 'cancelled', 'cannot-do'])[1 + g.i % 4] end,
         case when g.life in ('answered', 'answering') then 'reason' end,
         g.channel, g.person_id, case when g.channel = 'web' then g.person_id end, g.contact_name, scale.cipher(g.i, 20), g.phone_index,
         case when g.channel = 'proxy' then scale.cipher(g.i, 21) end, case when g.channel = 'proxy' then 'neighbour' end, true,
         case when g.channel in ('proxy', 'phone') then g.placed_at end, g.unit_id, g.category_id, g.offering_id, t.text, r.text,
         1 + (g.i * 7 % 60), case when g.is_accepted then 1 + g.i * 11 % 70 end, v.text, g.responsible_unit_id, g.due_at,
         case g.state when 'submitted' then 'triage' when 'dispatching' then 'dispatch' when 'offered' then 'await-offer'
              when 'accepted' then 'contact-requester' when 'scheduled' then 'serve' when 'in_service' then 'finish-service'
              when 'delivered' then 'confirm' when 'confirmed' then 'evaluate' when 'evaluated' then 'close'
              when 'answering' then 'reach-requester' when 'deferred' then 'review' else 'none' end,
         g.is_open and g.due_at < g.placed_at + make_interval(secs => g.age_days * 86400) and g.i % 3 = 0, (g.life = 'reopened')::int,
         g.provider_unit_id, g.provider_team_id, case when g.is_accepted then 'contact' end,
         case when g.is_accepted then scale.cipher(g.i, 22) end, case when g.is_accepted then g.ended_at end,
         case when g.is_accepted then g.ended_at + interval '1 hour' end, null,
         case when g.is_accepted then g.ended_at end, case when g.is_accepted then 'done' end,
         case when g.state = 'deferred' then current_date + 30 end,
         case when not g.is_open then scale.uuid7(g.ended_at, g.i, 30) end, case when not g.is_open then true end, g.placed_at,
         case when not g.is_open then g.ended_at end,
         case when g.is_open then null when g.life = 'silent' then 'not-evaluated' when g.life = 'answered' then 'answered' else 'evaluated' end,
         g.steps
    from scale.draft g
    join scale.word t on t.kind = g.title_kind and t.n = g.title_n
    join scale.word r on r.kind = 'reason' and r.n = g.reason_n
    join scale.word v on v.kind = 'venue' and v.n = g.venue_n
   order by g.i`

// What the application stores is the keys of title, details, venue, unit's name and number, in this order (place-order.ts).
const SEARCH = (d: number): string => `
  insert into order_search (district_id, order_id, placed_at, keys, pinyin, initials)
  select ${d}, g.id, g.placed_at,
         array(select distinct k from unnest(t.bigrams || r.bigrams || v.bigrams || u.bigrams
           || string_to_array(lower(g.number), '-')) k) || ('${d} ' || floor(extract(epoch from g.placed_at) / 2419200)::int)
           || case when g.is_open then array['${d} open'] else '{}' end,
         t.pinyin || r.pinyin || v.pinyin || u.pinyin || replace(lower(g.number), '-', ''),
         t.initials || r.initials || v.initials || u.initials || replace(lower(g.number), '-', '')
    from scale.draft g
    join scale.word t on t.kind = g.title_kind and t.n = g.title_n
    join scale.word r on r.kind = 'reason' and r.n = g.reason_n
    join scale.word v on v.kind = 'venue' and v.n = g.venue_n
    join scale.word u on u.kind = 'unit' and u.n = g.unit_word
   order by g.i`

const stepAt = `g.placed_at + make_interval(secs => g.life_days * 86400 * (s.n - 1) / greatest(g.steps - 1, 1))`

const TRANSITIONS = (d: number, half: number): string => `
  insert into order_transition (district_id, id, order_id, version, move, from_state, to_state, at, actor_kind, actor_id, reason_code,
    responsible_unit_id, due_at)
  select ${d}, scale.uuid7(${stepAt}, g.i * 32 + s.n, 40), g.id, s.n, s.move, s.from_state, s.to_state, ${stepAt},
         case when s.move in ('place', 'confirm', 'evaluate') then 'resident' else 'staff' end, g.person_id,
         case when s.move = 'fall-back' then 'declined' end, g.responsible_unit_id, ${stepAt} + interval '3 days'
    from scale.draft g join scale.life l on l.name = g.life
    cross join lateral unnest(l.moves, l.froms, l.tos) with ordinality as s (move, from_state, to_state, n)
   where g.i % 2 = ${half} order by g.i, s.n`

// One row for each offer of a life; all but the last of a closed one were declined.
const OFFERS = (d: number): string => `
  insert into order_offer (district_id, id, order_id, mode, state, provider_unit_id, provider_team_id, made_at, deadline_at,
    next_reminder_at, round, decided_at, decline_reason, trace)
  select ${d}, scale.uuid7(made_at, i * 32 + n, 50), id, case when unit is null then 'invited' else 'bound' end,
         case when life = 'offered' then 'open' when n < last then 'declined' else 'accepted' end, unit,
         case when unit is null then team end, made_at, made_at + interval '4 days',
         case when life = 'offered' then made_at + interval '3 days' end, 1,
         case when life <> 'offered' then made_at + interval '1 day' end, case when life <> 'offered' and n < last then 'busy' end,
         '{"candidates": []}'
    from (
      select g.i, g.id, g.life, s.n, max(s.n) over (partition by g.i) as last,
             date_trunc('milliseconds', case g.life when 'offered' then timestamptz 'LOADED_AT' - make_interval(secs => scale.r(g.i, 51) * 340000)
               else ${stepAt} end) as made_at,
             coalesce(g.provider_unit_id, case when g.provider_team_id is null and g.i % 2 = 0 then a.id end) as unit,
             coalesce(g.provider_team_id, t.id) as team
        from scale.draft g join scale.life l on l.name = g.life
        join scale.agency a on a.n = g.i % (select count(*) from scale.agency)
        join scale.team t on t.n = g.i % (select count(*) from scale.team)
        cross join lateral unnest(l.moves) with ordinality as s (move, n) where s.move = 'offer'
    ) f`

const CLOCKS = (d: number): string => `
  insert into order_clock (district_id, order_id, kind, round, limit_working_minutes, started_at, due_at, stopped_at, used_working_minutes)
  select ${d}, g.id, k.kind, 1, k.minutes, g.placed_at, g.placed_at + make_interval(days => k.days),
         case when k.is_stopped then g.placed_at + make_interval(secs => least(g.life_days, k.days) * scale.r(g.i, 60) * 86400) end,
         case when k.is_stopped then floor(k.minutes * 1.1 * scale.r(g.i, 60))::int end
    from scale.draft g
    cross join lateral (values
      ('first-contact', 900, 3, not g.is_open or g.state not in ('submitted', 'dispatching') or g.i % 2 = 0),
      ('acceptance', 1350, 5, not g.is_open or g.is_accepted),
      ('resolution', 6750, 20, not g.is_open or g.state in ('delivered', 'confirmed', 'evaluated', 'answering'))
    ) as k (kind, minutes, days, is_stopped)
   where k.kind <> 'acceptance' or g.state not in ('submitted', 'deferred')`

const ANSWERS = (d: number): string => `
  insert into order_answer (district_id, id, order_id, kind, text, written_at, reached, reached_at, reached_by)
  select ${d}, scale.uuid7(g.ended_at, g.i, 30), g.id, case when g.is_accepted then 'result' else 'outcome' end, 'answer', g.ended_at,
         not g.is_open, case when not g.is_open then g.ended_at end, case when not g.is_open then 'receipt' end
    from scale.draft g where not g.is_open or g.state in ('delivered', 'confirmed', 'evaluated', 'answering')`

const EVALUATIONS = (d: number): string => `
  insert into evaluation (district_id, id, order_id, round, stars, solved, by_channel, at)
  select ${d}, scale.uuid7(g.ended_at, g.i * 4 + round, 70), g.id, round, 5 - floor(5 * power(scale.r(g.i, 70 + round), 3))::int,
         scale.r(g.i, 75 + round) < 0.93, 'account', g.ended_at
    from scale.draft g cross join generate_series(1, 2) round
   where (g.life in ('plain', 'declined-once', 'rescheduled', 'reopened') or g.state = 'evaluated')
     and (round = 1 or g.life = 'reopened')`

const CALLS = (d: number): string => `
  insert into follow_up (district_id, id, order_id, kind, state, created_at, due_at, attempts, contacted, solved, satisfied, done_at)
  select ${d}, scale.uuid7(g.ended_at, g.i, 80), g.id, case when g.is_accepted and g.life <> 'silent' and not g.is_open then 'sample' else 'silent' end,
         c.state, g.ended_at, g.ended_at + interval '3 days', case c.state when 'exhausted' then 3 when 'done' then 1 else 0 end,
         case c.state when 'exhausted' then false when 'done' then true end, case when c.state = 'done' then scale.r(g.i, 82) < 0.9 end,
         case when c.state = 'done' then 5 - floor(5 * power(scale.r(g.i, 83), 2))::int end,
         case when c.state <> 'open' then g.ended_at + interval '1 day' end
    from scale.draft g
    cross join lateral (select case when g.life = 'silent' then 'exhausted' when g.is_open then 'open'
                                    when g.age_days - g.life_days < 4 then 'open' else 'done' end as state) c
   where g.life = 'silent' or (g.is_open and g.state in ('delivered', 'confirmed') and g.i % 3 = 0)
      or (not g.is_open and g.is_accepted and scale.r(g.i, 81) < 0.2)`

const POOLS = (d: number): string => `
  insert into order_pool (district_id, order_id, id, opened_at, deadline_at, closed_at)
  select ${d}, g.id, scale.uuid7(g.ended_at, g.i, 90), g.ended_at, timestamptz 'LOADED_AT' + make_interval(hours => (g.i % 90)::int),
         case when g.is_open then null else g.ended_at end
    from scale.draft g where (g.state = 'offered' and g.i % 8 = 0) or (g.life = 'declined-once' and g.i % 3 = 0)`

const PAUSES = (d: number): string => `
  insert into order_pause (district_id, id, order_id, reason, paused_at, until_at, resumed_at, remaining_working_minutes)
  select ${d}, scale.uuid7(g.ended_at, g.i, 95), g.id, 'requester-away', g.placed_at,
         case when g.is_open then timestamptz 'LOADED_AT' + make_interval(hours => (g.i % 90)::int) else g.ended_at end,
         case when g.is_open then null else g.ended_at end, 100
    from scale.draft g where (g.state = 'scheduled' and g.i % 10 = 0) or (g.life = 'rescheduled' and g.i % 4 = 0)`

const COUNTERS = (d: number): string => `
  insert into order_number_counter (district_id, year, last_serial) select ${d}, year, max(serial) from scale.draft group by year`

const PENDING = (d: number): string => `
  insert into rate_pending (district_id, id, order_id) select ${d}, g.id, g.id from scale.draft g`

/** The statements that fill the tables from the draft, the longest first; each stands alone. */
export function tables(d: number, until: Date): { name: string; text: string }[] {
  const list: [string, string][] = [
    ['order_transition, one half', TRANSITIONS(d, 0)],
    ['order_transition, the other half', TRANSITIONS(d, 1)],
    ['service_order', ORDERS(d)],
    ['order_search', SEARCH(d)],
    ['order_clock', CLOCKS(d)],
    ['order_offer', OFFERS(d)],
    ['order_answer', ANSWERS(d)],
    ['evaluation', EVALUATIONS(d)],
    ['follow_up', CALLS(d)],
    ['order_pool', POOLS(d)],
    ['order_pause', PAUSES(d)],
    ['order_number_counter', COUNTERS(d)],
    ['rate_pending', PENDING(d)],
  ]
  return list.map(([name, text]) => ({ name, text: text.replaceAll('LOADED_AT', until.toISOString()) }))
}
