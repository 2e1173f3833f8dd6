-- Fills a founded district with volunteering: people who serve about as often as the seed's in one team each, over three years, in
-- sessions of a dozen. Run as the owner with foreign keys off, after
--   set bench.district = '110119'; set bench.entries = '2000000'; set bench.people = '21216';
-- Every twentieth record was corrected once, so there are a twentieth more entries than records. The last days are on notice, one in
-- thirty of the last weeks waits for approval or is in a case, and the last year has its check-ins. Nothing is sealed: no screen reads seals.

create function pg_temp.bench_id(kind text, n bigint) returns uuid language sql immutable as
  $$ select md5(kind || ' ' || n)::uuid $$;

create function pg_temp.bench_district() returns integer language sql immutable as
  $$ select current_setting('bench.district')::int $$;

insert into person (district_id, id, name, created_at)
select pg_temp.bench_district(), pg_temp.bench_id('hours person', n), '志愿者' || n, now() - interval '3 years'
  from generate_series(0, current_setting('bench.people')::int - 1) n;

insert into volunteer (district_id, person_id, registered_at)
select pg_temp.bench_district(), pg_temp.bench_id('hours person', n), now() - interval '3 years'
  from generate_series(0, current_setting('bench.people')::int - 1) n;

-- One squad for each station, with the institute above it, which approves.
create temporary table bench_team as
select row_number() over (order by u.id) - 1 as at, count(*) over () as teams, u.id as unit_id, u.parent_id as above_id,
       pg_temp.bench_id('hours team', row_number() over (order by u.id) - 1) as id
  from unit u
 where u.district_id = pg_temp.bench_district() and u.kind = 'station';
create unique index on bench_team (at);
analyze bench_team;

insert into team (district_id, id, name, tier, unit_id, founded_on)
select pg_temp.bench_district(), id, '志愿服务队', 'squad', unit_id, '2018-10-26' from bench_team;

insert into team_member (district_id, team_id, person_id, role, joined_at)
select pg_temp.bench_district(), t.id, pg_temp.bench_id('hours person', n), case when n < t.teams then 'leader' else 'member' end, now() - interval '3 years'
  from generate_series(0, current_setting('bench.people')::int - 1) n join bench_team t on t.at = n % t.teams;

-- A team's sessions are on days of their own (1093 is a prime), between eight and six.
create temporary table bench_session as
select s, pg_temp.bench_id('hours session', s) as id, pg_temp.bench_id('hours activity', s / t.teams / 10 * t.teams + t.at) as activity_id, t.at as team_at,
       t.id as team_id, t.unit_id, t.above_id, 1 + (s::bigint * 7919 % 1093)::int as age,
       ((current_date - (1 + (s::bigint * 7919 % 1093)::int)) + make_interval(hours => 8 + s % 6)) at time zone 'Asia/Shanghai' as starts_at
  from (select count(*)::int as teams from bench_team) c
 cross join generate_series(0, current_setting('bench.entries')::int / 12 - 1) s
  join bench_team t on t.at = s % c.teams;

insert into activity (district_id, id, origin, unit_id, team_id, title, place, place_unit_id, person_in_charge, recorder, state, created_at, published_at)
select pg_temp.bench_district(), activity_id, 'neighbourly', unit_id, team_id, '志愿服务', '站里', unit_id, '林三', '林三', 'published',
       min(starts_at) - interval '10 days', min(starts_at) - interval '10 days'
  from bench_session group by activity_id, unit_id, team_id;

insert into activity_session (district_id, id, activity_id, starts_at, ends_at, place, place_unit_id, sign_up_until, state)
select pg_temp.bench_district(), id, activity_id, starts_at, starts_at + interval '4 hours', '站里', unit_id, starts_at, 'held' from bench_session;

insert into session_role (district_id, id, session_id, name, needed, taken)
select pg_temp.bench_district(), id, id, '组员', 12, 12 from bench_session;

-- A dozen of a team's people in turn; each stays half an hour to four hours.
create temporary table bench_hours as
select n, pg_temp.bench_id('hours record', n) as id, pg_temp.bench_id('hours entry', n) as entry_id, n % 20 = 0 as is_corrected,
       pg_temp.bench_id('hours person', s.team_at + c.teams * ((s.s / c.teams * 12 + n % 12) % (current_setting('bench.people')::int / c.teams))) as person_id,
       s.id as session_id, s.activity_id, s.team_id, s.unit_id, s.above_id, s.age, current_date - s.age as day, s.starts_at,
       30 + (n % 8) * 30 as minutes, case when n % 10 = 0 then 'claimed' else 'verified' end as class,
       case when s.age <= 3 then 'noticed'
            when s.age <= 21 and n % 30 = 1 then 'waiting'
            when s.age <= 21 and n % 30 = 2 then 'in-case'
            else 'booked' end as state
  from (select count(*)::int as teams from bench_team) c
 cross join generate_series(0, current_setting('bench.entries')::int / 12 * 12 - 1) n
  join bench_session s on s.s = n / 12;

insert into hours_record (district_id, id, person_id, day, subject_kind, subject_id, activity_id, title, unit_id, team_id, place_unit_id, entry_id,
                          entries, started_at, ended_at, minutes, class, state, tier, next_step, due_at, responsible_unit_id, booked_minutes,
                          booked_class, booked_at, recorded_at)
select pg_temp.bench_district(), id, person_id, day, 'session', session_id, activity_id, '志愿服务', unit_id, team_id, unit_id,
       case when is_corrected then pg_temp.bench_id('hours correction', n) else entry_id end, case when is_corrected then 2 else 1 end,
       starts_at, starts_at + make_interval(mins => minutes), minutes, class, state, 0,
       case state when 'noticed' then 'book' when 'waiting' then 'approve' when 'in-case' then 'decide-case' end,
       case when state <> 'booked' then starts_at + interval '25 days' end, case when state <> 'booked' then above_id end,
       case when state = 'booked' then minutes else 0 end, case when state = 'booked' then class end,
       case when state = 'booked' then starts_at + interval '4 days' end, starts_at + interval '4 hours'
  from bench_hours;

insert into hours_entry (district_id, id, record_id, seq, corrects_id, person_id, day, started_at, ended_at, minutes, class, cause,
                         method_in, method_out, score, at)
select pg_temp.bench_district(), entry_id, id, 1, null::uuid, person_id, day, starts_at, starts_at + make_interval(mins => minutes), minutes, class,
       'attendance', 'rotating-code', 'rotating-code', 100, starts_at + interval '4 hours'
  from bench_hours
union all
select pg_temp.bench_district(), pg_temp.bench_id('hours correction', n), id, 2, entry_id, person_id, day, starts_at,
       starts_at + make_interval(mins => minutes), minutes, class, 'late-marks', 'personal-code', 'personal-code', 90, starts_at + interval '5 hours'
  from bench_hours where is_corrected;

-- A case about what is in one, and a demand by every fiftieth person.
insert into hours_case (district_id, id, kind, rule, fingerprint, unit_id, state, next_step, due_at, responsible_unit_id, opened_at)
select pg_temp.bench_district(), id, 'suspicion', 'burst', id::text, unit_id, 'open', 'decide', starts_at + interval '25 days', above_id, starts_at + interval '1 day'
  from bench_hours where state = 'in-case';

insert into hours_case_record (district_id, case_id, record_id) select pg_temp.bench_district(), id, id from bench_hours where state = 'in-case';

insert into hours_demand (district_id, id, person_id, record_id, title, day, started_at, ended_at, reason, unit_id, team_id, state, next_step, due_at,
                          responsible_unit_id, made_at)
select pg_temp.bench_district(), id, person_id, id, '志愿服务', day, starts_at, starts_at + interval '2 hours', '签退时间不对', unit_id, team_id, 'open', 'answer',
       starts_at + interval '25 days', unit_id, starts_at + interval '1 day'
  from bench_hours where age <= 21 and n % 50 = 3;

insert into sign_up (district_id, id, session_id, role_id, person_id, state, created_at, changed_at)
select pg_temp.bench_district(), id, session_id, session_id, person_id, 'signed-up', starts_at - interval '3 days', starts_at - interval '3 days'
  from bench_hours where age <= 365;

insert into attendance (district_id, id, subject_kind, subject_id, person_id, checked_in_at, checked_out_at, check_in_method, check_out_method,
                        place_unit_id, planned_until)
select pg_temp.bench_district(), id, 'session', session_id, person_id, starts_at, starts_at + make_interval(mins => minutes), 'rotating-code', 'rotating-code',
       unit_id, starts_at + interval '4 hours'
  from bench_hours where age <= 365;

insert into check_in_mark (district_id, id, subject_kind, subject_id, person_id, direction, at, received_at, method, score)
select pg_temp.bench_district(), md5(d.direction || h.id)::uuid, 'session', session_id, person_id, d.direction, d.at, d.at, 'rotating-code', 100
  from bench_hours h
 cross join lateral (values ('in', starts_at), ('out', starts_at + make_interval(mins => minutes))) d (direction, at)
 where age <= 365;

drop table bench_hours, bench_session, bench_team;
