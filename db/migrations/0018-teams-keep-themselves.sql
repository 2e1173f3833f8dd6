-- Teams that keep themselves: when a provider can come and how much it can take, what the planning reads; the tree of teams and
-- their families; how people come in, hand over, found and end a team.
-- The file is one transaction, so nothing here can be validated later.
-- squawk-ignore-file constraint-missing-not-valid, adding-foreign-key-constraint, require-concurrent-index-creation

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

-- Families of teams, such as the "6" of "2+6+N". Data, dated: they change every year (promise 11).
create table team_family (
  district_id integer not null references district,
  id uuid not null,
  slug text not null,
  -- Its place in the formula of its year, in words: "2", "6", "N".
  slot text not null,
  name text not null,
  name_en text,
  sort integer not null default 0,
  valid_from date not null,
  valid_until date,
  primary key (district_id, id),
  constraint a_family_has_days check (valid_until is null or valid_until > valid_from),
  constraint one_family_per_slug_at_a_time exclude using gist
    (district_id with =, slug with =, daterange(valid_from, valid_until, '[)') with &&)
);
select huiyin_protect('team_family', 'select, insert, update');

alter table team
  add column parent_id uuid,
  add column family_id uuid,
  -- How the law knows it; null when nobody has said.
  add column registration_type text
    check (registration_type in ('association', 'service-institution', 'foundation', 'filed', 'community')),
  add column social_credit_code text,
  add column approving_unit_id uuid,
  add column join_mode text not null default 'open' check (join_mode in ('open', 'on-application')),
  -- Raised when printed posters shall let nobody in any more.
  add column poster_epoch integer not null default 1,
  add column ended_reason text,
  add column version integer not null default 1,
  add constraint a_team_is_below_a_team foreign key (district_id, parent_id) references team not valid,
  add constraint a_family_is_known foreign key (district_id, family_id) references team_family not valid,
  add constraint an_approving_unit_is_known foreign key (district_id, approving_unit_id) references unit not valid,
  add constraint a_team_is_not_below_itself check (parent_id <> id);
create index team_by_parent on team (district_id, parent_id);

-- Somebody asks to join. As long as it is open exactly one person or unit has to answer, by a time (promise 1).
create table team_application (
  district_id integer not null,
  id uuid not null,
  team_id uuid not null,
  person_id uuid not null,
  message text not null,
  state text not null check (state in ('open', 'accepted', 'declined', 'withdrawn')),
  responsible_person_id uuid,
  responsible_unit_id uuid,
  due_at timestamptz,
  created_at timestamptz not null,
  answered_by uuid,
  answered_at timestamptz,
  answer text,
  primary key (district_id, id),
  foreign key (district_id, team_id) references team,
  foreign key (district_id, person_id) references volunteer,
  foreign key (district_id, responsible_person_id) references person,
  foreign key (district_id, responsible_unit_id) references unit,
  constraint one_has_to_answer_an_application
    check ((state = 'open') = (due_at is not null and num_nonnulls(responsible_person_id, responsible_unit_id) = 1)),
  constraint a_declined_application_says_why check (state <> 'declined' or length(answer) > 0)
);
create unique index one_open_application_per_team on team_application (district_id, team_id, person_id) where state = 'open';
create index team_application_due on team_application (district_id, due_at) where state = 'open';
create index team_application_by_person on team_application (district_id, person_id, created_at desc);
select huiyin_protect('team_application', 'select, insert, update');

-- Leadership changes hands when the successor accepts.
create table team_handover (
  district_id integer not null,
  id uuid not null,
  team_id uuid not null,
  -- Null when staff look for somebody because nobody leads.
  from_person_id uuid,
  to_person_id uuid not null,
  state text not null check (state in ('open', 'accepted', 'declined', 'withdrawn', 'lapsed')),
  due_at timestamptz not null,
  created_by uuid,
  created_at timestamptz not null,
  ended_at timestamptz,
  primary key (district_id, id),
  foreign key (district_id, team_id) references team,
  foreign key (district_id, from_person_id) references person,
  foreign key (district_id, to_person_id) references volunteer,
  constraint a_handover_ends_once check ((state = 'open') = (ended_at is null))
);
create unique index one_open_handover_per_team on team_handover (district_id, team_id) where state = 'open';
create index team_handover_due on team_handover (district_id, due_at) where state = 'open';
select huiyin_protect('team_handover', 'select, insert, update');

-- Somebody asks a unit to found a team.
create table team_founding (
  district_id integer not null,
  id uuid not null,
  person_id uuid not null,
  unit_id uuid not null,
  name text not null,
  purpose text not null,
  category_slugs text[] not null default '{}',
  state text not null check (state in ('open', 'approved', 'declined', 'withdrawn')),
  responsible_unit_id uuid,
  due_at timestamptz,
  created_at timestamptz not null,
  answered_by uuid,
  answered_at timestamptz,
  answer text,
  team_id uuid,
  primary key (district_id, id),
  foreign key (district_id, person_id) references volunteer,
  foreign key (district_id, unit_id) references unit,
  foreign key (district_id, responsible_unit_id) references unit,
  foreign key (district_id, team_id) references team,
  constraint one_has_to_answer_a_founding check ((state = 'open') = (due_at is not null and responsible_unit_id is not null)),
  constraint an_approved_founding_has_its_team check ((state = 'approved') = (team_id is not null)),
  constraint a_declined_founding_says_why check (state <> 'declined' or length(answer) > 0)
);
create unique index one_open_founding_per_person on team_founding (district_id, person_id) where state = 'open';
create index team_founding_due on team_founding (district_id, due_at) where state = 'open';
select huiyin_protect('team_founding', 'select, insert, update');

-- A list of people that a unit brought in. Nobody becomes a person or a member by it: it leaves invitations (promise 4).
create table volunteer_import (
  district_id integer not null,
  id uuid not null,
  unit_id uuid not null,
  team_id uuid,
  file_name text not null,
  rows_total integer not null check (rows_total >= 0),
  rows_taken integer not null check (rows_taken between 0 and rows_total),
  created_by uuid,
  created_at timestamptz not null,
  primary key (district_id, id),
  foreign key (district_id, unit_id) references unit,
  foreign key (district_id, team_id) references team
);
create index volunteer_import_by_unit on volunteer_import (district_id, unit_id, created_at desc);
select huiyin_protect('volunteer_import', 'select, insert');

-- What was imported of one person, sealed, until that person claims or declines it, or it runs out; then it is erased.
create table volunteer_invitation (
  district_id integer not null,
  id uuid not null,
  import_id uuid not null,
  unit_id uuid not null,
  team_id uuid,
  phone_cipher bytea,
  phone_index bytea,
  facts_cipher bytea,
  state text not null check (state in ('open', 'claimed', 'declined', 'expired')),
  expires_at timestamptz not null,
  ended_at timestamptz,
  primary key (district_id, id),
  foreign key (district_id, import_id) references volunteer_import,
  foreign key (district_id, unit_id) references unit,
  foreign key (district_id, team_id) references team,
  constraint an_ended_invitation_is_erased check (
    (state = 'open') = (ended_at is null)
    and (state = 'open') = (num_nonnulls(phone_cipher, phone_index, facts_cipher) = 3)
    and (state = 'open' or num_nonnulls(phone_cipher, phone_index, facts_cipher) = 0))
);
create unique index one_open_invitation_per_phone on volunteer_invitation
  (district_id, phone_index, unit_id, coalesce(team_id, '00000000-0000-0000-0000-000000000000')) where state = 'open';
create index volunteer_invitation_due on volunteer_invitation (district_id, expires_at) where state = 'open';
create index volunteer_invitation_by_import on volunteer_invitation (district_id, import_id);
select huiyin_protect('volunteer_invitation', 'select, insert, update');
