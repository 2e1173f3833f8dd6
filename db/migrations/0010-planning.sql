-- Plans of days: what was asked, what the engine answered and how it came about. A plan touches no order before it is published.

-- Dated weights in equivalent minutes, so that one number explains every trade and each year may weigh otherwise.
create table planning_weights (
  district_id integer not null references district,
  id uuid not null,
  weights jsonb not null,
  valid_from date not null,
  valid_until date,
  set_by uuid,
  set_at timestamptz not null,
  primary key (district_id, id),
  constraint weights_are_not_empty check (valid_until is null or valid_until > valid_from),
  constraint one_set_of_weights_at_a_time exclude using gist
    (district_id with =, daterange(valid_from, valid_until, '[)') with &&)
);
select huiyin_protect('planning_weights', 'select, insert, update');

-- What the centre knows better than the distance does: a closed pass, snow, a ferry. Both directions.
create table travel_override (
  district_id integer not null,
  id uuid not null,
  from_unit_id uuid not null,
  to_unit_id uuid not null,
  minutes integer not null check (minutes between 1 and 600),
  reason text not null,
  valid_from date not null,
  valid_until date,
  set_by uuid not null,
  set_at timestamptz not null,
  primary key (district_id, id),
  foreign key (district_id, from_unit_id) references unit,
  foreign key (district_id, to_unit_id) references unit,
  constraint a_way_has_two_ends check (from_unit_id < to_unit_id),
  constraint an_override_is_not_empty check (valid_until is null or valid_until > valid_from),
  constraint one_override_at_a_time exclude using gist
    (district_id with =, from_unit_id with =, to_unit_id with =, daterange(valid_from, valid_until, '[)') with &&)
);
select huiyin_protect('travel_override', 'select, insert, update, delete');

create table plan (
  district_id integer not null,
  id uuid not null,
  unit_id uuid not null,
  title text not null,
  kind text not null check (kind in ('plan', 'what-if', 're-plan')),
  based_on_id uuid,
  from_on date not null,
  until_on date not null,
  absences jsonb not null default '[]',
  weights jsonb not null,
  seed integer not null,
  seconds_max integer not null check (seconds_max between 1 and 600),
  state text not null check (state in ('queued', 'running', 'ready', 'failed', 'cancelled', 'published')),
  version integer not null default 1,
  is_cancel_asked boolean not null default false,
  -- The worker that has it, and until when nobody else may take it.
  claim uuid,
  claimed_until timestamptz,
  attempts integer not null default 0,
  progress jsonb,
  -- What went into the engine, gzipped JSON, and its SHA-256: the same input, seed and engine give the same plan.
  input bytea,
  input_hash bytea,
  engine text,
  cost jsonb,
  bound double precision,
  fairness jsonb,
  trace jsonb,
  failure text,
  created_by uuid not null,
  created_at timestamptz not null,
  ended_at timestamptz,
  published_by uuid,
  published_at timestamptz,
  primary key (district_id, id),
  foreign key (district_id, unit_id) references unit,
  foreign key (district_id, based_on_id) references plan,
  constraint a_plan_has_days check (until_on >= from_on and until_on <= from_on + 41),
  constraint a_running_plan_is_claimed check ((state = 'running') <= (claim is not null and claimed_until is not null)),
  constraint a_ready_plan_has_its_input check ((state in ('ready', 'published')) <= (input is not null and input_hash is not null and cost is not null)),
  constraint a_failed_plan_says_why check ((state = 'failed') <= (failure is not null)),
  constraint a_published_plan_says_by_whom check ((state = 'published') = (published_by is not null and published_at is not null))
);
create index plan_by_time on plan (district_id, created_at desc, id desc);
create index plan_that_waits on plan (district_id, created_at) where state in ('queued', 'running');
select huiyin_protect('plan', 'select, insert, update');

create table plan_visit (
  district_id integer not null,
  plan_id uuid not null,
  order_id uuid not null,
  provider_kind text not null check (provider_kind in ('agency', 'team')),
  provider_id uuid not null,
  crew integer not null check (crew >= 1),
  day date not null,
  position integer not null check (position >= 0),
  starts_minute integer not null check (starts_minute between 0 and 1440),
  ends_minute integer not null check (ends_minute between 0 and 1440),
  -- Named parts of its price, in equivalent minutes.
  parts jsonb not null,
  is_pinned boolean not null,
  -- Where the last plan had it, when that differs.
  was jsonb,
  -- What became of it when the plan was published: the offer, or the code of the refusal.
  outcome text,
  primary key (district_id, plan_id, order_id),
  foreign key (district_id, plan_id) references plan,
  constraint a_visit_takes_time check (ends_minute >= starts_minute)
);
select huiyin_protect('plan_visit', 'select, insert, update, delete');

create table plan_unserved (
  district_id integer not null,
  plan_id uuid not null,
  order_id uuid not null,
  rejections jsonb not null,
  relaxation jsonb,
  primary key (district_id, plan_id, order_id),
  foreign key (district_id, plan_id) references plan
);
select huiyin_protect('plan_unserved', 'select, insert, update, delete');
