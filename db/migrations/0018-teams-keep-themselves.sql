-- Teams that keep themselves. When a provider can come and how much it can take; what the planning reads.

-- One head a provider: what it can take. What is null is not stated, and the weights of the plan hold instead.
create table provider_calendar (
  district_id integer not null references district,
  id uuid not null,
  team_id uuid,
  agency_id uuid,
  -- Groups that can be out at the same time, and how many people go in each.
  crews integer check (crews between 1 and 50),
  crew_size integer check (crew_size between 1 and 200),
  -- Of one group on one day.
  visits_per_day_max integer check (visits_per_day_max between 1 and 200),
  minutes_per_day_max integer check (minutes_per_day_max between 15 and 1440),
  -- Of the provider in one week, over all its groups.
  minutes_per_week_max integer check (minutes_per_week_max between 15 and 100000),
  speed_class text check (speed_class in ('walk', 'cycle', 'drive')),
  vehicle text,
  version integer not null default 1,
  primary key (district_id, id),
  foreign key (district_id, team_id) references team,
  foreign key (district_id, agency_id) references unit,
  constraint a_calendar_has_one_owner check (num_nonnulls(team_id, agency_id) = 1),
  constraint one_calendar_per_team unique (district_id, team_id),
  constraint one_calendar_per_agency unique (district_id, agency_id)
);
select huiyin_protect('provider_calendar', 'select, insert, update');

-- The usual week; without any row no hours are stated. 1 is Monday, 7 is Sunday.
create table provider_hours (
  district_id integer not null,
  calendar_id uuid not null,
  weekday integer not null check (weekday between 1 and 7),
  from_minute integer not null check (from_minute >= 0),
  until_minute integer not null check (until_minute <= 1440),
  primary key (district_id, calendar_id, weekday, from_minute),
  foreign key (district_id, calendar_id) references provider_calendar,
  constraint hours_are_not_empty check (until_minute > from_minute),
  constraint hours_do_not_overlap exclude using gist
    (district_id with =, calendar_id with =, weekday with =, int4range(from_minute, until_minute) with &&)
);
select huiyin_protect('provider_hours', 'select, insert, delete');

-- Days that differ from the usual week: closed, open beside it, or on leave, which nothing overrules. Half-open in days.
create table provider_exception (
  district_id integer not null,
  id uuid not null,
  calendar_id uuid not null,
  kind text not null check (kind in ('closed', 'open', 'leave')),
  from_on date not null,
  until_on date not null,
  -- Without hours the whole day.
  from_minute integer check (from_minute >= 0),
  until_minute integer check (until_minute <= 1440),
  note text not null default '',
  set_by uuid,
  set_at timestamptz not null,
  primary key (district_id, id),
  foreign key (district_id, calendar_id) references provider_calendar,
  constraint an_exception_has_days check (until_on > from_on and until_on <= from_on + 366),
  constraint an_exception_has_both_hours check ((from_minute is null) = (until_minute is null)),
  constraint the_hours_of_an_exception_are_not_empty check (until_minute > from_minute),
  constraint leave_is_of_whole_days check (kind <> 'leave' or from_minute is null)
);
create index provider_exception_by_calendar on provider_exception (district_id, calendar_id, until_on);
select huiyin_protect('provider_exception', 'select, insert, delete');

-- What a team may do by law, until when. Recorded by staff who have seen the paper.
create table team_licence (
  district_id integer not null,
  team_id uuid not null,
  licence text not null,
  -- The last day on which it holds; null when it does not run out.
  valid_until date,
  recorded_by uuid,
  recorded_at timestamptz not null,
  primary key (district_id, team_id, licence),
  foreign key (district_id, team_id) references team
);
-- The owner reads every district's rows here, then is bound by the policy again.
alter table team no force row level security;
insert into team_licence (district_id, team_id, licence, recorded_at)
select district_id, id, unnest(licences), huiyin_now() from team;
alter table team force row level security;
select huiyin_protect('team_licence', 'select, insert, delete');
alter table team
  -- squawk-ignore ban-drop-column
  drop column licences;
