-- Activities with their sessions and sign-ups; busy ranges and check-in marks of the attendance module.
-- The file is one transaction, so nothing here can be concurrent; the table of attendances is young and small.
-- squawk-ignore-file require-concurrent-index-creation, constraint-missing-not-valid

-- What a person has promised to do when; a second promise for the same time is refused here and nowhere else.
create table busy_range (
  district_id integer not null,
  id uuid not null,
  person_id uuid not null,
  kind text not null check (kind in ('sign-up', 'order')),
  subject_id uuid not null,
  during tstzrange not null,
  primary key (district_id, id),
  foreign key (district_id, person_id) references person,
  constraint a_busy_range_has_both_ends check (not isempty(during) and lower(during) is not null and upper(during) is not null),
  constraint one_busy_range_per_promise unique (district_id, person_id, kind, subject_id),
  constraint nobody_is_promised_twice_at_a_time exclude using gist (district_id with =, person_id with =, during with &&)
);
create index busy_range_by_subject on busy_range (district_id, subject_id);
select huiyin_protect('busy_range', 'select, insert, update, delete');

-- Each single act of checking in or out at a session, as it came; the attendance is what all marks of a person together say.
-- The id is the client's: a mark that is sent again is the same mark.
create table check_in_mark (
  district_id integer not null,
  id uuid not null,
  subject_kind text not null check (subject_kind in ('session')),
  subject_id uuid not null,
  person_id uuid not null,
  direction text not null check (direction in ('in', 'out')),
  at timestamptz not null,
  received_at timestamptz not null,
  method text not null check (method in ('rotating-code', 'personal-code', 'phone-code', 'list-tick', 'paper')),
  is_offline boolean not null default false,
  -- Keyed digest of the device that sent it; null where a device says nothing about the person.
  device bytea,
  recorded_by uuid,
  score integer not null check (score between 0 and 100),
  reasons text[] not null default '{}',
  primary key (district_id, id),
  foreign key (district_id, person_id) references volunteer
);
create index check_in_mark_by_subject on check_in_mark (district_id, subject_id, received_at);
create index check_in_mark_by_person on check_in_mark (district_id, person_id, subject_id, at);
select huiyin_protect('check_in_mark', 'select, insert');

alter table attendance
  drop constraint attendance_subject_kind_check,
  drop constraint attendance_check_in_method_check,
  drop constraint attendance_check_out_method_check,
  drop constraint nobody_is_in_two_places_at_once,
  -- The unit at which it was, to tell a way that nobody can travel; never the position of a person.
  add column place_unit_id uuid,
  -- Ends at the latest here when nobody checks out.
  add column planned_until timestamptz,
  add column is_offline boolean not null default false,
  add column recorded_by uuid,
  add column score integer not null default 100,
  add column reasons text[] not null default '{}',
  -- Another attendance of the same person covers the same time; it waits for confirmation and counts nothing until then.
  add column is_overlapping boolean not null default false,
  add column needs_confirmation boolean not null default false;
alter table attendance
  add constraint attendance_subject_kind_check check (subject_kind in ('order', 'session')) not valid,
  add constraint attendance_check_in_method_check check (check_in_method in
    ('rotating-code', 'beneficiary-pin', 'leader-co-sign', 'personal-code', 'phone-code', 'list-tick', 'paper')) not valid,
  add constraint attendance_check_out_method_check check (check_out_method in
    ('rotating-code', 'beneficiary-pin', 'leader-co-sign', 'personal-code', 'phone-code', 'list-tick', 'paper',
     'closed-automatically')) not valid,
  add constraint attendance_score_is_a_percentage check (score between 0 and 100) not valid,
  add constraint an_overlap_waits_for_confirmation check (needs_confirmation or not is_overlapping) not valid,
  add constraint nobody_is_in_two_places_at_once exclude using gist
    (district_id with =, person_id with =, tstzrange(checked_in_at, checked_out_at, '[)') with &&) where (not is_overlapping);
create unique index one_attendance_per_person_and_session on attendance (district_id, subject_id, person_id)
  where subject_kind = 'session';
create index attendance_forgotten on attendance (district_id, planned_until)
  where subject_kind = 'session' and checked_out_at is null;
create index attendance_by_person on attendance (district_id, person_id, checked_in_at);

-- Themes of the month and campaigns, dated: what an activity is counted under (promise 11).
create table activity_theme (
  district_id integer not null references district,
  id uuid not null,
  kind text not null check (kind in ('theme', 'campaign')),
  name text not null,
  name_en text,
  valid_from date not null,
  valid_until date,
  primary key (district_id, id),
  constraint a_theme_lasts check (valid_until is null or valid_until > valid_from)
);
select huiyin_protect('activity_theme', 'select, insert, update');

-- What an activity that is held often starts with; a team's own or a unit's for all teams below it.
create table activity_template (
  district_id integer not null,
  id uuid not null,
  unit_id uuid not null,
  team_id uuid,
  name text not null,
  plan jsonb not null,
  created_at timestamptz not null,
  primary key (district_id, id),
  foreign key (district_id, unit_id) references unit,
  foreign key (district_id, team_id) references team
);
create unique index one_template_per_name on activity_template (district_id, unit_id, team_id, name) nulls not distinct;
select huiyin_protect('activity_template', 'select, insert, update');

create table activity (
  district_id integer not null,
  id uuid not null,
  origin text not null check (origin in ('central-theme', 'station-choice', 'neighbourly', 'order')),
  order_id uuid,
  theme_id uuid,
  campaign_id uuid,
  unit_id uuid not null,
  team_id uuid,
  title text not null,
  description text not null default '',
  content text not null default '',
  beneficiaries text not null default '',
  place text not null,
  place_unit_id uuid not null,
  risks text not null default '',
  protection text not null default '',
  insurance text not null default '',
  person_in_charge text not null,
  recorder text not null,
  members_only boolean not null default false,
  needs_insurance boolean not null default false,
  needs_health boolean not null default false,
  -- How long somebody from the waiting list may think about a place that became free.
  offer_minutes integer not null default 120 check (offer_minutes between 5 and 10080),
  recurrence text,
  state text not null check (state in ('draft', 'published', 'cancelled')),
  cancel_reason text,
  created_by uuid,
  created_at timestamptz not null,
  published_at timestamptz,
  version integer not null default 1,
  primary key (district_id, id),
  foreign key (district_id, unit_id) references unit,
  foreign key (district_id, place_unit_id) references unit,
  foreign key (district_id, team_id) references team,
  foreign key (district_id, theme_id) references activity_theme,
  foreign key (district_id, campaign_id) references activity_theme,
  constraint an_order_is_the_origin_of_its_activity check ((origin = 'order') = (order_id is not null)),
  constraint a_cancellation_has_a_reason check ((state = 'cancelled') = (cancel_reason is not null)),
  constraint what_is_published_says_when check ((state = 'draft') <= (published_at is null))
);
create index activity_by_unit on activity (district_id, unit_id, created_at);
create index activity_by_team on activity (district_id, team_id, created_at) where team_id is not null;
select huiyin_protect('activity', 'select, insert, update');

create table activity_session (
  district_id integer not null,
  id uuid not null,
  activity_id uuid not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  place text not null,
  place_unit_id uuid not null,
  sign_up_from timestamptz,
  sign_up_until timestamptz not null,
  state text not null check (state in ('planned', 'cancelled', 'held')),
  cancel_reason text,
  version integer not null default 1,
  primary key (district_id, id),
  foreign key (district_id, activity_id) references activity,
  foreign key (district_id, place_unit_id) references unit,
  constraint a_session_lasts_and_ends check (ends_at > starts_at and ends_at <= starts_at + interval '24 hours'),
  constraint sign_up_ends_before_the_session check (sign_up_until <= ends_at),
  constraint a_cancelled_session_says_why check ((state = 'cancelled') = (cancel_reason is not null))
);
create index activity_session_by_activity on activity_session (district_id, activity_id, starts_at);
create index activity_session_by_time on activity_session (district_id, starts_at);
create index activity_session_due on activity_session (district_id, ends_at) where state = 'planned';
select huiyin_protect('activity_session', 'select, insert, update');

-- A role at a session and how many it needs. `taken` counts who signed up and who holds an offer of a place, and is what
-- a race for the last place is decided by.
create table session_role (
  district_id integer not null,
  id uuid not null,
  session_id uuid not null,
  name text not null,
  needed integer not null check (needed between 1 and 5000),
  taken integer not null default 0,
  skills text[] not null default '{}',
  licences text[] not null default '{}',
  age_min integer check (age_min between 0 and 120),
  primary key (district_id, id),
  foreign key (district_id, session_id) references activity_session,
  constraint one_role_per_name unique (district_id, session_id, name),
  constraint a_role_is_not_overfilled check (taken between 0 and needed)
);
select huiyin_protect('session_role', 'select, insert, update');

create table sign_up (
  district_id integer not null,
  id uuid not null,
  session_id uuid not null,
  role_id uuid not null,
  person_id uuid not null,
  state text not null check (state in ('signed-up', 'waiting', 'offered', 'withdrawn', 'lapsed', 'cancelled')),
  -- Moments at which it began and at which it got its present state.
  created_at timestamptz not null,
  changed_at timestamptz not null,
  offer_until timestamptz,
  primary key (district_id, id),
  foreign key (district_id, session_id) references activity_session,
  foreign key (district_id, role_id) references session_role,
  foreign key (district_id, person_id) references volunteer,
  constraint an_offered_place_has_a_deadline check ((state = 'offered') = (offer_until is not null))
);
create unique index one_sign_up_per_person_and_session on sign_up (district_id, session_id, person_id)
  where state in ('signed-up', 'waiting', 'offered');
create index sign_up_waiting on sign_up (district_id, role_id, created_at, id) where state = 'waiting';
create index sign_up_offers_due on sign_up (district_id, offer_until) where state = 'offered';
create index sign_up_by_person on sign_up (district_id, person_id, created_at);
select huiyin_protect('sign_up', 'select, insert, update');

-- What an organiser wrote to everybody at a session.
create table session_message (
  district_id integer not null,
  id uuid not null,
  session_id uuid not null,
  text text not null,
  sent_by uuid not null,
  sent_at timestamptz not null,
  recipients integer not null,
  primary key (district_id, id),
  foreign key (district_id, session_id) references activity_session
);
create index session_message_by_session on session_message (district_id, session_id, sent_at);
select huiyin_protect('session_message', 'select, insert');

-- A calendar's secret address, for programs that cannot sign in; revoked, it answers nothing any more.
create table calendar_feed (
  district_id integer not null,
  id uuid not null,
  token_hash bytea not null,
  person_id uuid not null,
  team_id uuid,
  created_at timestamptz not null,
  revoked_at timestamptz,
  primary key (district_id, id),
  foreign key (district_id, person_id) references person,
  foreign key (district_id, team_id) references team,
  constraint one_feed_per_token unique (district_id, token_hash)
);
create index calendar_feed_by_person on calendar_feed (district_id, person_id) where revoked_at is null;
select huiyin_protect('calendar_feed', 'select, insert, update');
