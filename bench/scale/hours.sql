-- Fills a founded district with hours: people who served about as often as the seed's, over three years. Run as the owner, after
--   set bench.district = '110119'; set bench.entries = '2000000'; set bench.people = '21216';
-- Every twentieth record was corrected once, so there are a twentieth more entries than records; all of them wait for their seal.

create function pg_temp.bench_id(kind text, n bigint) returns uuid language sql immutable as
  $$ select md5(kind || ' ' || n)::uuid $$;

insert into person (district_id, id, name, created_at)
select current_setting('bench.district')::int, pg_temp.bench_id('hours person', n), '志愿者' || n, now() - interval '3 years'
  from generate_series(1, current_setting('bench.people')::int) n
on conflict do nothing;

insert into volunteer (district_id, person_id, registered_at)
select current_setting('bench.district')::int, pg_temp.bench_id('hours person', n), now() - interval '3 years'
  from generate_series(1, current_setting('bench.people')::int) n
on conflict do nothing;

-- One squad for each station, so that a team's month is one of some hundreds.
insert into team (district_id, id, name, tier, unit_id, founded_on)
select u.district_id, pg_temp.bench_id('hours team', row_number() over (order by u.id)), '志愿服务队', 'squad', u.id, '2018-10-26'
  from unit u where u.district_id = current_setting('bench.district')::int and u.kind = 'station'
on conflict do nothing;

-- Who serves most serves in one team; a record lasts half an hour to four hours, between eight and six.
create temporary table bench_hours as
with team_at as (
  select row_number() over (order by id) - 1 as at, count(*) over () as teams, id, unit_id from team
   where district_id = current_setting('bench.district')::int
)
select n, pg_temp.bench_id('hours record', n) as id, pg_temp.bench_id('hours person', p.person) as person_id, t.id as team_id, t.unit_id,
       p.day, p.started_at, p.started_at + make_interval(mins => p.minutes) as ended_at, p.minutes, p.is_claimed, n % 20 = 0 as is_corrected
  from (
    select n, 1 + n % current_setting('bench.people')::int as person,
           current_date - (5 + (n::bigint * 7919 % 1090)::int) as day, 30 + (n % 8) * 30 as minutes, n % 10 = 0 as is_claimed,
           ((current_date - (5 + (n::bigint * 7919 % 1090)::int)) + make_interval(hours => 8 + n % 6)) at time zone 'Asia/Shanghai' as started_at
      from generate_series(1, current_setting('bench.entries')::int) n) p
  join team_at t on t.at = p.person % t.teams;

insert into hours_record (district_id, id, person_id, day, subject_kind, subject_id, title, unit_id, team_id, place_unit_id, entry_id, entries,
                          started_at, ended_at, minutes, class, state, tier, booked_minutes, booked_class, booked_at, recorded_at)
select current_setting('bench.district')::int, id, person_id, day, 'session', pg_temp.bench_id('hours session', n / 12), '志愿服务', unit_id,
       team_id, unit_id, pg_temp.bench_id(case when is_corrected then 'hours correction' else 'hours entry' end, n),
       case when is_corrected then 2 else 1 end, started_at, ended_at, minutes, case when is_claimed then 'claimed' else 'verified' end,
       'booked', 0, minutes, case when is_claimed then 'claimed' else 'verified' end, ended_at + interval '4 days', ended_at
  from bench_hours;

insert into hours_entry (district_id, id, record_id, seq, corrects_id, person_id, day, started_at, ended_at, minutes, class, cause,
                         method_in, method_out, score, at)
select current_setting('bench.district')::int, pg_temp.bench_id('hours entry', n), id, 1, null, person_id, day, started_at, ended_at,
       minutes, case when is_claimed then 'claimed' else 'verified' end, 'attendance', 'rotating-code', 'rotating-code', 100, ended_at
  from bench_hours;

insert into hours_entry (district_id, id, record_id, seq, corrects_id, person_id, day, started_at, ended_at, minutes, class, cause,
                         method_in, method_out, score, at)
select current_setting('bench.district')::int, pg_temp.bench_id('hours correction', n), id, 2, pg_temp.bench_id('hours entry', n), person_id,
       day, started_at, ended_at, minutes, case when is_claimed then 'claimed' else 'verified' end, 'late-marks', 'personal-code',
       'personal-code', 90, ended_at + interval '1 hour'
  from bench_hours where is_corrected;

insert into hours_unsealed (district_id, item_kind, item_id)
select district_id, 'entry', id from hours_entry where district_id = current_setting('bench.district')::int
on conflict do nothing;

analyze hours_record;
analyze hours_entry;
