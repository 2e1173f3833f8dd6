-- The platform's own tables: clock, idempotency, audit, sessions, rate limits, calendar, files.
-- Every table of a district starts with district_id, has it in every key, and is guarded by row-level security.

create extension if not exists pg_trgm;
create extension if not exists btree_gist;

do $$ begin
  create role huiyin_app nologin nobypassrls;
exception when duplicate_object or unique_violation then null;
end $$;
grant huiyin_app to current_user;
grant usage on schema public to huiyin_app;

-- Guards one table: the policy compares with the transaction's district, and the application role gets only the named verbs.
create function huiyin_protect(target regclass, verbs text) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format(
    'create policy of_this_district on %s using (district_id = (select current_setting(''app.district'')::int))',
    target);
  execute format('grant %s on %s to huiyin_app', verbs, target);
end $$;

create table district (
  id integer primary key,
  name text not null,
  name_en text not null,
  zone text not null default 'Asia/Shanghai',
  host text unique,
  -- A demonstration's passwords and codes are public; a server shows them for no other district.
  is_demo boolean not null default false,
  founded_on date,
  working_hours jsonb not null default '[{"startMinute": 540, "endMinute": 720}, {"startMinute": 810, "endMinute": 1080}]',
  working_weekdays integer[] not null default '{1,2,3,4,5}',
  constraint district_id_is_a_county_code check (id between 110000 and 829999)
);
grant select, insert, update on district to huiyin_app;

-- One row: how far a demonstration server has moved the clock. Zero on every real server.
create table clock_shift (
  singleton boolean primary key default true check (singleton),
  shift interval not null default interval '0'
);
insert into clock_shift default values;
grant select, update on clock_shift to huiyin_app;

create function huiyin_now() returns timestamptz language sql stable as
  $$ select now() + (select shift from clock_shift) $$;

create table idempotency (
  district_id integer not null references district,
  actor_key text not null,
  client_id uuid not null,
  fingerprint bytea not null,
  status integer not null,
  body jsonb,
  created_at timestamptz not null default now(),
  primary key (district_id, actor_key, client_id)
);
create index idempotency_by_age on idempotency (district_id, created_at);
select huiyin_protect('idempotency', 'select, insert, delete');

-- 'busy': another request holds this id; 'fresh': go on; 'replay': the stored answer; 'mismatch': same id, other body.
create function idempotency_begin(p_district integer, p_actor_key text, p_client_id uuid, p_fingerprint bytea)
returns table (outcome text, status integer, body jsonb) language plpgsql as $$
declare stored idempotency%rowtype;
begin
  if not pg_try_advisory_xact_lock(hashtextextended(p_actor_key || ' ' || p_client_id::text, p_district)) then
    return query select 'busy'::text, null::integer, null::jsonb; return;
  end if;
  select * into stored from idempotency i
   where i.district_id = p_district and i.actor_key = p_actor_key and i.client_id = p_client_id;
  if not found then return query select 'fresh'::text, null::integer, null::jsonb;
  elsif stored.fingerprint <> p_fingerprint then return query select 'mismatch'::text, null::integer, null::jsonb;
  else return query select 'replay'::text, stored.status, stored.body;
  end if;
end $$;

create table audit_event (
  district_id integer not null references district,
  id uuid not null,
  at timestamptz not null,
  recorded_at timestamptz not null default clock_timestamp(),
  actor_kind text not null,
  actor_id uuid,
  action text not null,
  subject_kind text,
  subject_id uuid,
  person_id uuid,
  purpose text,
  details jsonb not null default '{}',
  primary key (district_id, id)
);
create index audit_event_by_subject on audit_event (district_id, subject_id, at);
create index audit_event_by_person on audit_event (district_id, person_id, at) where person_id is not null;
select huiyin_protect('audit_event', 'select, insert');

create table audit_unsealed (
  district_id integer not null,
  event_id uuid not null,
  primary key (district_id, event_id),
  foreign key (district_id, event_id) references audit_event
);
select huiyin_protect('audit_unsealed', 'select, insert, delete');

create table audit_seal (
  district_id integer not null,
  seq bigint not null,
  event_id uuid not null,
  hash bytea not null,
  sealed_at timestamptz not null default clock_timestamp(),
  primary key (district_id, seq),
  constraint one_seal_per_event unique (district_id, event_id),
  foreign key (district_id, event_id) references audit_event
);
select huiyin_protect('audit_seal', 'select, insert');

create table session (
  district_id integer not null references district,
  token_hash bytea not null,
  person_id uuid not null,
  kind text not null check (kind in ('resident', 'staff')),
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  primary key (district_id, token_hash)
);
create index session_by_person on session (district_id, person_id);
select huiyin_protect('session', 'select, insert, update, delete');

create table rate_bucket (
  district_id integer not null references district,
  key text not null,
  tokens double precision not null,
  updated_at timestamptz not null default clock_timestamp(),
  primary key (district_id, key)
);
select huiyin_protect('rate_bucket', 'select, insert, update, delete');

-- Takes one token if there is one; a bucket refills evenly and holds at most its capacity. Returns seconds to wait, 0 when taken.
create function rate_take(p_district integer, p_key text, p_capacity double precision, p_refill_seconds double precision)
returns double precision language plpgsql as $$
declare left_over double precision;
begin
  insert into rate_bucket as b (district_id, key, tokens, updated_at)
  values (p_district, p_key, p_capacity - 1, clock_timestamp())
  on conflict (district_id, key) do update set
    tokens = least(p_capacity, b.tokens + extract(epoch from clock_timestamp() - b.updated_at) * p_capacity / p_refill_seconds) - 1,
    updated_at = clock_timestamp()
  where least(p_capacity, b.tokens + extract(epoch from clock_timestamp() - b.updated_at) * p_capacity / p_refill_seconds) >= 1
  returning tokens into left_over;
  if found then return 0; end if;
  return (select (1 - least(p_capacity, b.tokens + extract(epoch from clock_timestamp() - b.updated_at) * p_capacity / p_refill_seconds))
            * p_refill_seconds / p_capacity
            from rate_bucket b where b.district_id = p_district and b.key = p_key);
end $$;

create table calendar_day (
  district_id integer not null references district,
  date date not null,
  is_working boolean not null,
  name text not null,
  source text not null,
  primary key (district_id, date)
);
select huiyin_protect('calendar_day', 'select, insert, update, delete');

create table stored_file (
  district_id integer not null references district,
  id uuid not null,
  key text not null,
  media_type text not null,
  bytes integer not null check (bytes > 0),
  width integer not null,
  height integer not null,
  uploaded_by uuid,
  created_at timestamptz not null default now(),
  primary key (district_id, id)
);
select huiyin_protect('stored_file', 'select, insert, delete');
