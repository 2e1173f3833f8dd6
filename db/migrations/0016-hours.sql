-- Hours of volunteers: what was recorded, who approved it, and the cases and demands about it. Entries, decisions and seals are
-- only ever appended; a record says what its chain of entries comes to now.
-- The file is one transaction, so nothing here can be concurrent; the tables are new.
-- squawk-ignore-file require-concurrent-index-creation

-- Limits and periods, dated (promise 11). `thresholds` are those of the nightly checks.
create table hours_rule (
  district_id integer not null references district,
  id uuid not null,
  automatic_minutes_max integer not null check (automatic_minutes_max between 1 and 1440),
  first_level_minutes_max integer not null check (first_level_minutes_max between 1 and 1440),
  notice_working_days integer not null check (notice_working_days >= 1),
  approve_working_minutes integer not null check (approve_working_minutes > 0),
  answer_working_minutes integer not null check (answer_working_minutes > 0),
  decide_working_minutes integer not null check (decide_working_minutes > 0),
  call_working_minutes integer not null check (call_working_minutes > 0),
  call_back_percent integer not null check (call_back_percent between 0 and 100),
  thresholds jsonb not null,
  valid_from date not null,
  valid_until date,
  primary key (district_id, id),
  constraint the_levels_rise check (automatic_minutes_max <= first_level_minutes_max),
  constraint one_hours_rule_at_a_time exclude using gist
    (district_id with =, daterange(valid_from, valid_until, '[)') with &&)
);
select huiyin_protect('hours_rule', 'select, insert, update');

-- Kinds of what people do together, and which of them are not volunteering, dated.
create table service_kind (
  district_id integer not null references district,
  id uuid not null,
  slug text not null,
  name text not null,
  name_en text not null,
  counts boolean not null,
  position integer not null,
  valid_from date not null,
  valid_until date,
  primary key (district_id, id),
  constraint one_meaning_of_a_service_kind_at_a_time exclude using gist
    (district_id with =, slug with =, daterange(valid_from, valid_until, '[)') with &&)
);
select huiyin_protect('service_kind', 'select, insert, update');

-- Who declared to live with whom. It is read in both directions and through others: who lives together approves for nobody there.
create table household_tie (
  district_id integer not null,
  id uuid not null,
  person_id uuid not null,
  other_id uuid not null,
  declared_at timestamptz not null,
  ended_at timestamptz,
  primary key (district_id, id),
  foreign key (district_id, person_id) references person,
  foreign key (district_id, other_id) references person,
  constraint a_household_has_two_people check (person_id <> other_id)
);
create unique index one_tie_between_two_people on household_tie (district_id, least(person_id, other_id), greatest(person_id, other_id))
  where ended_at is null;
create index household_tie_by_person on household_tie (district_id, person_id) where ended_at is null;
create index household_tie_by_other on household_tie (district_id, other_id) where ended_at is null;
select huiyin_protect('household_tie', 'select, insert, update');

-- One person's time at one thing on one day, as its newest entry has it.
create table hours_record (
  district_id integer not null,
  id uuid not null,
  person_id uuid not null,
  day date not null,
  subject_kind text not null check (subject_kind in ('session', 'order', 'other')),
  subject_id uuid,
  -- Not a foreign key: a record outlives what it was made from.
  attendance_id uuid,
  activity_id uuid,
  order_id uuid,
  kind_slug text,
  title text not null,
  -- Who organised and recorded; the approver is above.
  unit_id uuid not null,
  team_id uuid,
  place_unit_id uuid,
  entry_id uuid not null,
  entries integer not null default 1 check (entries >= 1),
  started_at timestamptz not null,
  ended_at timestamptz not null,
  minutes integer not null,
  class text not null,
  state text not null check (state in ('waiting', 'noticed', 'in-case', 'booked', 'refused')),
  -- 0 without a person, 1 by the unit above, 2 by the one above that.
  tier integer not null check (tier between 0 and 2),
  next_step text check (next_step in ('approve', 'book', 'decide-case')),
  due_at timestamptz,
  responsible_unit_id uuid,
  needs_leader boolean not null default false,
  -- What counts: the minutes that passed a notice period last.
  booked_minutes integer not null default 0 check (booked_minutes >= 0),
  booked_class text,
  booked_at timestamptz,
  recorded_by uuid,
  recorded_at timestamptz not null,
  approved_by uuid,
  approved_unit_id uuid,
  approved_at timestamptz,
  version integer not null default 1,
  primary key (district_id, id),
  foreign key (district_id, person_id) references person,
  foreign key (district_id, unit_id) references unit,
  foreign key (district_id, team_id) references team,
  foreign key (district_id, responsible_unit_id) references unit,
  constraint hours_end_after_they_start check (ended_at >= started_at),
  constraint minutes_fit_the_day check (minutes between 0 and 1440),
  constraint hours_say_how_they_are_known check (class in ('verified', 'claimed')),
  constraint booked_hours_say_how_they_are_known check ((booked_at is null) = (booked_class is null)),
  constraint hours_have_a_subject check ((subject_kind = 'other') = (subject_id is null)),
  -- Promise 1: what is not settled has one next step, one due time and one responsible unit.
  constraint open_hours_are_nobodys_orphan check ((state in ('booked', 'refused')) = (next_step is null)
    and (next_step is null) = (due_at is null) and (next_step is null) = (responsible_unit_id is null)),
  constraint nobody_approves_their_own_hours check (approved_by is distinct from person_id),
  constraint the_recorder_does_not_approve check (approved_by is null or approved_by is distinct from recorded_by)
);
create unique index one_record_per_attendance_and_day on hours_record (district_id, attendance_id, day) where attendance_id is not null;
create index hours_record_by_person on hours_record (district_id, person_id, day);
create index hours_record_by_team on hours_record (district_id, team_id, day) where team_id is not null;
create index hours_record_by_unit on hours_record (district_id, unit_id, day);
create index hours_record_by_subject on hours_record (district_id, subject_id);
create index hours_record_due on hours_record (district_id, due_at) where next_step in ('approve', 'book');
create index hours_record_to_approve on hours_record (district_id, responsible_unit_id, due_at) where state = 'waiting';
create index hours_record_on_notice on hours_record (district_id, unit_id, due_at) where state = 'noticed';
create index hours_record_by_recording on hours_record (district_id, recorded_at);
select huiyin_protect('hours_record', 'select, insert, update');

-- What was recorded, never edited: a correction is the next entry of its record.
create table hours_entry (
  district_id integer not null,
  id uuid not null,
  record_id uuid not null,
  seq integer not null check (seq >= 1),
  corrects_id uuid,
  person_id uuid not null,
  day date not null,
  started_at timestamptz not null,
  ended_at timestamptz not null,
  minutes integer not null,
  class text not null,
  cause text not null check (cause in ('attendance', 'late-marks', 'backfill', 'confirmation', 'demand', 'approval', 'case')),
  method_in text,
  method_out text,
  score integer check (score between 0 and 100),
  reasons text[] not null default '{}',
  statement text not null default '',
  recorded_by uuid,
  recorded_unit_id uuid,
  at timestamptz not null,
  recorded_at timestamptz not null default clock_timestamp(),
  primary key (district_id, id),
  foreign key (district_id, record_id) references hours_record,
  foreign key (district_id, corrects_id) references hours_entry,
  constraint one_entry_per_place_in_its_chain unique (district_id, record_id, seq),
  constraint one_correction_per_entry unique (district_id, corrects_id),
  constraint only_the_first_entry_corrects_nothing check ((seq = 1) = (corrects_id is null)),
  constraint entry_ends_after_it_starts check (ended_at >= started_at),
  constraint entry_fits_the_day check (minutes between 0 and 1440),
  constraint an_entry_says_how_it_is_known check (class in ('verified', 'claimed')),
  constraint a_correction_by_a_person_says_why check (cause not in ('backfill', 'demand', 'approval', 'case') or statement <> '')
);
select huiyin_protect('hours_entry', 'select, insert');

-- What was decided about a record, never edited either.
create table hours_decision (
  district_id integer not null,
  id uuid not null,
  record_id uuid not null,
  entry_id uuid not null,
  act text not null check (act in ('approved', 'refused', 'booked', 'held', 'released', 'rose')),
  by_person_id uuid,
  unit_id uuid,
  minutes integer not null,
  statement text not null default '',
  at timestamptz not null,
  recorded_at timestamptz not null default clock_timestamp(),
  primary key (district_id, id),
  foreign key (district_id, record_id) references hours_record,
  foreign key (district_id, entry_id) references hours_entry,
  constraint an_approval_names_who_approved check (act not in ('approved', 'refused') or by_person_id is not null),
  constraint a_refusal_of_hours_says_why check (act <> 'refused' or statement <> '')
);
create index hours_decision_by_record on hours_decision (district_id, record_id, at);
select huiyin_protect('hours_decision', 'select, insert');

-- The chain of hashes over entries and decisions, made outside the writing transactions (decision 0007).
create table hours_unsealed (
  district_id integer not null references district,
  item_kind text not null check (item_kind in ('entry', 'decision')),
  item_id uuid not null,
  primary key (district_id, item_kind, item_id)
);
select huiyin_protect('hours_unsealed', 'select, insert, delete');

create table hours_seal (
  district_id integer not null references district,
  seq bigint not null,
  item_kind text not null check (item_kind in ('entry', 'decision')),
  item_id uuid not null,
  hash bytea not null,
  sealed_at timestamptz not null default clock_timestamp(),
  primary key (district_id, seq),
  constraint one_seal_per_entry_or_decision unique (district_id, item_kind, item_id)
);
select huiyin_protect('hours_seal', 'select, insert');

-- Something about hours that a person above has to decide: an objection, a suspicion of the nightly checks, a call-back that
-- did not fit. It takes nothing away; what it comes to is a decision and, where need be, a correction.
create table hours_case (
  district_id integer not null,
  id uuid not null,
  kind text not null check (kind in ('objection', 'suspicion', 'call-back')),
  rule text,
  fingerprint text,
  unit_id uuid not null,
  state text not null check (state in ('open', 'closed')),
  next_step text check (next_step in ('decide')),
  due_at timestamptz,
  responsible_unit_id uuid not null,
  needs_leader boolean not null default false,
  is_with_leader boolean not null default false,
  levels_risen integer not null default 0,
  evidence jsonb not null default '{}',
  statement text not null default '',
  opened_by uuid,
  opened_at timestamptz not null,
  decision text check (decision in ('upheld', 'dismissed')),
  answer text,
  decided_by uuid,
  decided_at timestamptz,
  version integer not null default 1,
  primary key (district_id, id),
  foreign key (district_id, unit_id) references unit,
  foreign key (district_id, responsible_unit_id) references unit,
  constraint an_open_case_is_nobodys_orphan check ((state = 'open') = (next_step is not null) and (state = 'open') = (due_at is not null)),
  constraint a_case_closes_with_an_answer check ((state = 'closed') = (decision is not null) and (decision is null) = (answer is null)
    and (decision is null) = (decided_by is null) and (decision is null) = (decided_at is null)),
  constraint a_suspicion_names_its_rule check ((kind = 'suspicion') = (rule is not null and fingerprint is not null)),
  constraint one_case_per_suspicion unique (district_id, fingerprint)
);
create index hours_case_open on hours_case (district_id, responsible_unit_id, due_at) where state = 'open';
create index hours_case_due on hours_case (district_id, due_at) where state = 'open' and not is_with_leader;
create index hours_case_by_opening on hours_case (district_id, opened_at);
select huiyin_protect('hours_case', 'select, insert, update');

create table hours_case_record (
  district_id integer not null,
  case_id uuid not null,
  record_id uuid not null,
  primary key (district_id, case_id, record_id),
  foreign key (district_id, case_id) references hours_case,
  foreign key (district_id, record_id) references hours_record
);
create index hours_case_record_by_record on hours_case_record (district_id, record_id);
select huiyin_protect('hours_case_record', 'select, insert');

-- A volunteer demands that a record be corrected, or that time be recorded that is missing; the organisation answers.
create table hours_demand (
  district_id integer not null,
  id uuid not null,
  person_id uuid not null,
  record_id uuid,
  kind_slug text,
  title text not null,
  day date not null,
  started_at timestamptz not null,
  ended_at timestamptz not null,
  reason text not null,
  unit_id uuid not null,
  team_id uuid,
  state text not null check (state in ('open', 'answered')),
  next_step text check (next_step in ('answer')),
  due_at timestamptz,
  responsible_unit_id uuid not null,
  is_with_leader boolean not null default false,
  levels_risen integer not null default 0,
  made_at timestamptz not null,
  outcome text check (outcome in ('corrected', 'declined')),
  answer text,
  answered_by uuid,
  answered_at timestamptz,
  entry_id uuid,
  version integer not null default 1,
  primary key (district_id, id),
  foreign key (district_id, person_id) references person,
  foreign key (district_id, record_id) references hours_record,
  foreign key (district_id, unit_id) references unit,
  foreign key (district_id, team_id) references team,
  foreign key (district_id, responsible_unit_id) references unit,
  constraint a_demand_has_a_reason check (reason <> ''),
  constraint a_demand_is_for_a_time check (ended_at > started_at and ended_at <= started_at + interval '24 hours'),
  constraint an_open_demand_is_nobodys_orphan check ((state = 'open') = (next_step is not null) and (state = 'open') = (due_at is not null)),
  constraint a_demand_closes_with_an_answer check ((state = 'answered') = (outcome is not null) and (outcome is null) = (answer is null)
    and (outcome is null) = (answered_by is null) and (outcome is null) = (answered_at is null)),
  constraint a_correction_names_its_entry check ((outcome is not distinct from 'corrected') = (entry_id is not null)),
  constraint nobody_answers_their_own_demand check (answered_by is distinct from person_id)
);
create unique index one_open_demand_per_record on hours_demand (district_id, record_id) where state = 'open' and record_id is not null;
create index hours_demand_by_person on hours_demand (district_id, person_id, made_at);
create index hours_demand_open on hours_demand (district_id, responsible_unit_id, due_at) where state = 'open';
create index hours_demand_due on hours_demand (district_id, due_at) where state = 'open' and not is_with_leader;
select huiyin_protect('hours_demand', 'select, insert, update');

-- By which seed the call-backs of a month are drawn, and how many of a hundred: so that the draw can be repeated and nobody chooses.
create table hours_sample (
  district_id integer not null references district,
  month date not null,
  percent integer not null check (percent between 0 and 100),
  seed bytea not null,
  drawn_at timestamptz not null,
  primary key (district_id, month)
);
select huiyin_protect('hours_sample', 'select, insert');

-- A call to those for whom the work was done, by somebody outside the organising unit, who does not see who served.
create table hours_call_back (
  district_id integer not null,
  id uuid not null,
  month date not null,
  order_id uuid not null,
  unit_id uuid not null,
  day date not null,
  state text not null check (state in ('open', 'done', 'exhausted')),
  next_step text check (next_step in ('call')),
  due_at timestamptz,
  responsible_unit_id uuid not null,
  attempts integer not null default 0,
  spoken_to text,
  came boolean,
  people_heard integer,
  minutes_heard integer,
  note text not null default '',
  called_by uuid,
  called_at timestamptz,
  case_id uuid,
  created_at timestamptz not null,
  primary key (district_id, id),
  foreign key (district_id, month) references hours_sample,
  foreign key (district_id, unit_id) references unit,
  foreign key (district_id, responsible_unit_id) references unit,
  foreign key (district_id, case_id) references hours_case,
  constraint one_call_back_per_order unique (district_id, order_id),
  constraint an_open_call_back_is_nobodys_orphan check ((state = 'open') = (next_step is not null) and (state = 'open') = (due_at is not null)),
  constraint a_conversation_says_what_was_heard check (state <> 'done' or (came is not null and spoken_to is not null))
);
create index hours_call_back_open on hours_call_back (district_id, due_at) where state = 'open';
select huiyin_protect('hours_call_back', 'select, insert, update');

-- One row for each night on which the checks ran.
create table hours_check_run (
  district_id integer not null references district,
  day date not null,
  ran_at timestamptz not null,
  facts integer not null,
  found integer not null,
  opened integer not null,
  primary key (district_id, day)
);
select huiyin_protect('hours_check_run', 'select, insert');

-- What kind of thing an activity is; a kind that is not volunteering is refused when it is planned.
alter table activity add column kind_slug text;
