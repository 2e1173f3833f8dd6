-- People as volunteers: document and birth date, profile, licences, consents with their history.
-- The file is one transaction, so nothing here can be concurrent; the tables of persons, volunteers and consents are small.
-- squawk-ignore-file require-concurrent-index-creation, constraint-missing-not-valid, prefer-bigint-over-smallint

alter table person
  -- Needed for minors' rules and for the record of service; sealed like the number that it often follows from.
  add column birth_date_cipher bytea,
  -- GB/T 2261.1: 1 male, 2 female; null is not known.
  add column sex_code smallint check (sex_code in (1, 2)),
  -- When the account was closed and its personal data erased; what was served stays under the bare id (GB/T 40143).
  add column erased_at timestamptz;
alter table person
  add constraint an_erased_person_has_no_personal_data check (erased_at is null or
    (name is null and phone_cipher is null and phone_index is null and id_number_cipher is null and id_number_index is null
     and birth_date_cipher is null and sex_code is null and home_unit_id is null)) not valid;

alter table volunteer
  -- Slugs of categories in which the volunteer wants to serve.
  add column service_kinds text[] not null default '{}',
  -- Weekly: a list of {weekday 1–7, from 'HH:MM', until 'HH:MM'}.
  add column free_times jsonb not null default '[]',
  add column languages text[] not null default '{}',
  add column national_number text,
  -- GB/T 4762; given only by own wish, like the occupation.
  add column political_code text check (political_code ~ '^(0[1-9]|1[0-3])$'),
  add column occupation text,
  -- Name, relation and phone of somebody to call, sealed together.
  add column emergency_cipher bytea;
create unique index one_volunteer_per_beijing_number on volunteer (district_id, beijing_number);
create unique index one_volunteer_per_national_number on volunteer (district_id, national_number);

-- A licence as its holder entered it. Past its last day it opens no place that demands it.
create table volunteer_licence (
  district_id integer not null,
  id uuid not null,
  person_id uuid not null,
  kind text not null,
  issuer text not null,
  proof_number_cipher bytea not null,
  -- The last day on which it holds; null holds without an end.
  valid_until date,
  added_at timestamptz not null,
  removed_at timestamptz,
  primary key (district_id, id),
  foreign key (district_id, person_id) references volunteer
);
create index volunteer_licence_by_person on volunteer_licence (district_id, person_id) where removed_at is null;
select huiyin_protect('volunteer_licence', 'select, insert, update, delete');

alter table consent
  -- Who gave it: the person, or the guardian of a minor.
  add column given_by uuid,
  add constraint a_consent_ends_after_it_began check (withdrawn_at is null or withdrawn_at >= given_at) not valid;
create unique index one_open_consent_per_purpose on consent (district_id, person_id, purpose) where withdrawn_at is null;

-- A tie between two people that both confirm: living in one household, or a minor's guardian. The one who is asked is known by the
-- phone alone until he or she answers: nobody is registered by somebody else.
create table person_link (
  district_id integer not null,
  id uuid not null,
  kind text not null check (kind in ('household', 'guardian')),
  -- Who asked; in a guardian's link the minor.
  from_id uuid not null,
  to_phone_cipher bytea,
  to_phone_index bytea,
  to_id uuid,
  relation text not null,
  state text not null check (state in ('asked', 'confirmed', 'declined', 'ended')),
  asked_at timestamptz not null,
  answered_at timestamptz,
  ended_at timestamptz,
  primary key (district_id, id),
  foreign key (district_id, from_id) references person,
  foreign key (district_id, to_id) references person,
  constraint nobody_is_linked_to_oneself check (to_id is distinct from from_id),
  constraint a_confirmed_link_names_both check (state <> 'confirmed' or to_id is not null)
);
create unique index one_open_question_per_phone on person_link (district_id, from_id, kind, to_phone_index) where state = 'asked';
create unique index one_confirmed_link_per_pair on person_link (district_id, kind, least(from_id, to_id), greatest(from_id, to_id))
  where state = 'confirmed';
create index person_link_by_phone on person_link (district_id, to_phone_index) where state = 'asked';
create index person_link_by_asker on person_link (district_id, from_id);
create index person_link_by_asked on person_link (district_id, to_id) where to_id is not null;
select huiyin_protect('person_link', 'select, insert, update');

-- Two accounts that turned out to be one person's. The absorbed row stays and points to the other one: what is history keeps its id,
-- what is live follows, and the list of it is kept here so that it can go back.
alter table person
  add column merged_into uuid,
  add constraint nobody_is_merged_into_oneself check (merged_into <> id) not valid,
  add constraint person_merged_into_fkey foreign key (district_id, merged_into) references person not valid;
create index person_merged on person (district_id, merged_into) where merged_into is not null;
create table person_merge (
  district_id integer not null,
  id uuid not null,
  kept_id uuid not null,
  absorbed_id uuid not null,
  -- 'two-codes': the person proved both phones; 'two-staff': one proposed with the document in hand, another one agreed.
  proof text not null check (proof in ('two-codes', 'two-staff')),
  state text not null check (state in ('proposed', 'refused', 'done', 'undone')),
  note text not null default '',
  proposed_by uuid not null,
  proposed_at timestamptz not null,
  decided_by uuid,
  decided_at timestamptz,
  undo_until timestamptz,
  undone_at timestamptz,
  moved jsonb not null default '{}',
  primary key (district_id, id),
  foreign key (district_id, kept_id) references person,
  foreign key (district_id, absorbed_id) references person,
  constraint two_accounts_are_merged check (kept_id <> absorbed_id),
  constraint two_staff_are_two check (proof <> 'two-staff' or decided_by is null or decided_by <> proposed_by),
  constraint a_done_merge_can_be_undone_for_a_while check ((state in ('done', 'undone')) = (undo_until is not null))
);
create unique index one_open_merge_per_account on person_merge (district_id, absorbed_id) where state in ('proposed', 'done');
create index person_merge_by_kept on person_merge (district_id, kept_id);
create index person_merge_by_time on person_merge (district_id, proposed_at);
select huiyin_protect('person_merge', 'select, insert, update');

-- When a requester leaves, the order is found by its title alone: what was written about the person goes from the keys too.
grant update (keys, pinyin, initials) on order_search to huiyin_app;
