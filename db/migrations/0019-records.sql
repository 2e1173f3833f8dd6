-- The record book of volunteers beside their hours, and the certificates that organisations issue about what they recorded.
-- The file is one transaction, so nothing here can be concurrent; the tables are new.
-- squawk-ignore-file require-concurrent-index-creation

-- Periods and limits, dated (promise 11).
create table record_rule (
  district_id integer not null references district,
  id uuid not null,
  notice_days integer not null check (notice_days between 1 and 60),
  notice_counts_working_days boolean not null,
  prepare_working_days integer not null check (prepare_working_days between 1 and 60),
  sign_working_days integer not null check (sign_working_days between 1 and 60),
  answer_working_days integer not null check (answer_working_days between 1 and 60),
  valid_from date not null,
  valid_until date,
  primary key (district_id, id),
  constraint one_record_rule_at_a_time exclude using gist
    (district_id with =, daterange(valid_from, valid_until, '[)') with &&)
);
insert into record_rule (district_id, id, notice_days, notice_counts_working_days, prepare_working_days, sign_working_days,
    answer_working_days, valid_from)
select id, gen_random_uuid(), 7, false, 5, 3, 5, '2018-01-01' from district;
select huiyin_protect('record_rule', 'select, insert, update');

-- Trainings and commendations of a person, as an organisation entered them. What was wrong is followed by a new row, never edited.
create table record_entry (
  district_id integer not null,
  id uuid not null,
  person_id uuid not null,
  kind text not null check (kind in ('training', 'commendation')),
  name text not null,
  content text not null default '',
  minutes integer check (minutes between 1 and 100000),
  -- Who held the training, or who gave the commendation.
  giver text not null,
  day date not null,
  unit_id uuid not null,
  entered_by uuid not null,
  entered_at timestamptz not null,
  corrects_id uuid,
  -- Corrected to nothing: it should never have been entered.
  is_struck boolean not null default false,
  primary key (district_id, id),
  foreign key (district_id, person_id) references volunteer,
  foreign key (district_id, unit_id) references unit,
  foreign key (district_id, corrects_id) references record_entry,
  constraint one_correction_per_record_entry unique (district_id, corrects_id),
  constraint only_trainings_have_hours check (kind = 'training' or minutes is null),
  constraint only_what_was_entered_is_struck check (corrects_id is not null or not is_struck),
  constraint nobody_enters_their_own_record check (entered_by <> person_id)
);
create index record_entry_by_person on record_entry (district_id, person_id, day);
create index record_entry_by_unit on record_entry (district_id, unit_id, entered_at);
select huiyin_protect('record_entry', 'select, insert');

-- A volunteer asks that an entry be corrected; the organisation answers.
create table record_demand (
  district_id integer not null,
  id uuid not null,
  entry_id uuid not null,
  person_id uuid not null,
  reason text not null check (reason <> ''),
  state text not null check (state in ('open', 'corrected', 'declined')),
  next_step text check (next_step in ('answer')),
  due_at timestamptz,
  responsible_unit_id uuid not null,
  made_at timestamptz not null,
  answer text,
  answered_by uuid,
  answered_at timestamptz,
  primary key (district_id, id),
  foreign key (district_id, entry_id) references record_entry,
  foreign key (district_id, responsible_unit_id) references unit,
  constraint an_open_record_demand_is_nobodys_orphan check ((state = 'open') = (next_step is not null) and (state = 'open') = (due_at is not null)),
  constraint a_record_demand_ends_with_an_answer check ((state = 'open') = (answer is null) and (answer is null) = (answered_by is null)
    and (answer is null) = (answered_at is null)),
  constraint nobody_answers_their_own_record_demand check (answered_by is distinct from person_id)
);
create unique index one_open_demand_per_record_entry on record_demand (district_id, entry_id) where state = 'open';
create index record_demand_open on record_demand (district_id, responsible_unit_id, due_at) where state = 'open';
create index record_demand_by_person on record_demand (district_id, person_id, made_at);
select huiyin_protect('record_demand', 'select, insert, update');

-- How those who were served judged a service, for each person who served; who judged and what was written stays with the order.
create table record_evaluation (
  district_id integer not null,
  order_id uuid not null,
  person_id uuid not null,
  order_number text not null,
  unit_id uuid not null,
  stars integer not null check (stars between 1 and 5),
  solved boolean not null,
  at timestamptz not null,
  primary key (district_id, order_id, person_id),
  foreign key (district_id, person_id) references volunteer,
  foreign key (district_id, unit_id) references unit
);
create index record_evaluation_by_person on record_evaluation (district_id, person_id, at);
select huiyin_protect('record_evaluation', 'select, insert, update');

-- The image of an organisation's seal; replaced ones stay for the certificates that bear them.
create table unit_seal (
  district_id integer not null,
  id uuid not null,
  unit_id uuid not null,
  file_id uuid not null,
  uploaded_by uuid not null,
  uploaded_at timestamptz not null,
  replaced_at timestamptz,
  primary key (district_id, id),
  foreign key (district_id, unit_id) references unit
);
create unique index one_seal_per_unit on unit_seal (district_id, unit_id) where replaced_at is null;
select huiyin_protect('unit_seal', 'select, insert, update');

-- The last number given out, for each organisation's code and year; counted in the transaction that issues, so without gaps.
create table certificate_serial (
  district_id integer not null references district,
  prefix text not null,
  year integer not null,
  last_number integer not null check (last_number >= 1),
  primary key (district_id, prefix, year)
);
select huiyin_protect('certificate_serial', 'select, insert, update');

-- A certificate from the request to its end. The state says what the public page says of it.
create table certificate (
  district_id integer not null,
  id uuid not null,
  person_id uuid not null,
  -- Who recorded, and who issues: another one only when the first is gone.
  unit_id uuid not null,
  issuer_unit_id uuid not null,
  from_day date not null,
  until_day date not null,
  purpose text not null,
  state text not null check (state in
    ('requested', 'on-notice', 'objected', 'ready', 'issued', 'superseded', 'revoked', 'refused', 'withdrawn')),
  next_step text check (next_step in ('prepare', 'wait-notice', 'answer-objection', 'sign-off')),
  due_at timestamptz,
  responsible_unit_id uuid,
  holder_name text not null,
  id_type text not null check (id_type in
    ('resident-id', 'passport', 'hk-macau-permit', 'taiwan-permit', 'permanent-residence')),
  id_number_cipher bytea,
  volunteer_number text,
  requested_at timestamptz not null,
  verified_minutes integer not null default 0 check (verified_minutes >= 0),
  claimed_minutes integer not null default 0 check (claimed_minutes >= 0),
  handler_id uuid,
  handler_name text,
  contact text,
  remarks text not null default '',
  prepared_at timestamptz,
  notice_until timestamptz,
  stopped_at timestamptz,
  in_charge_id uuid,
  in_charge_name text,
  issued_at timestamptz,
  serial text,
  code_hash bytea,
  code_cipher bytea,
  issuer_name text,
  seal_file_id uuid,
  ended_reason text,
  ended_by uuid,
  ended_at timestamptz,
  version integer not null default 1,
  primary key (district_id, id),
  foreign key (district_id, person_id) references volunteer,
  foreign key (district_id, unit_id) references unit,
  foreign key (district_id, issuer_unit_id) references unit,
  foreign key (district_id, responsible_unit_id) references unit,
  constraint one_certificate_per_serial unique (district_id, serial),
  constraint a_certificate_is_for_a_period check (until_day >= from_day),
  constraint an_open_certificate_is_nobodys_orphan check (
    (state in ('requested', 'on-notice', 'objected', 'ready')) = (next_step is not null)
    and (next_step is null) = (due_at is null) and (next_step is null) = (responsible_unit_id is null)),
  constraint nobody_prepares_their_own_certificate check (handler_id is distinct from person_id),
  constraint nobody_signs_their_own_certificate check (in_charge_id is distinct from person_id),
  constraint two_people_issue_a_certificate check (in_charge_id is null or in_charge_id <> handler_id),
  constraint an_issued_certificate_is_complete check ((issued_at is not null) = (state in ('issued', 'superseded', 'revoked'))
    and (issued_at is null or (serial is not null and code_hash is not null and code_cipher is not null and in_charge_id is not null
      and handler_id is not null and issuer_name is not null and id_number_cipher is not null and notice_until <= issued_at))),
  constraint a_serial_belongs_to_what_is_issued check ((serial is null) = (issued_at is null)),
  constraint what_ended_says_why check ((state in ('superseded', 'revoked', 'refused')) <= (ended_reason is not null and ended_at is not null)),
  -- Whoever gets no certificate gave the number for nothing.
  constraint a_number_is_kept_for_a_certificate_only check ((state in ('refused', 'withdrawn')) = (id_number_cipher is null))
);
create unique index one_open_request_per_organisation on certificate (district_id, person_id, unit_id)
  where state in ('requested', 'on-notice', 'objected', 'ready');
create index certificate_by_person on certificate (district_id, person_id, requested_at);
create index certificate_by_issuer on certificate (district_id, issuer_unit_id, requested_at);
create index certificate_open on certificate (district_id, responsible_unit_id, due_at) where next_step is not null;
create index certificate_notice_over on certificate (district_id, notice_until) where state = 'on-notice';
select huiyin_protect('certificate', 'select, insert, update');

-- The hours that a certificate is about, as they were booked when it was prepared.
create table certificate_line (
  district_id integer not null,
  certificate_id uuid not null,
  -- Of the hours; not a foreign key, because a document outlives what it was made from.
  record_id uuid not null,
  day date not null,
  title text not null,
  minutes integer not null check (minutes > 0),
  class text not null check (class in ('verified', 'claimed')),
  primary key (district_id, certificate_id, record_id),
  foreign key (district_id, certificate_id) references certificate
);
create index certificate_line_by_record on certificate_line (district_id, record_id);
select huiyin_protect('certificate_line', 'select, insert, delete');

-- What somebody had against a certificate while it was on notice, and what came of it.
create table certificate_objection (
  district_id integer not null,
  id uuid not null,
  certificate_id uuid not null,
  person_id uuid not null,
  reason text not null check (reason <> ''),
  made_at timestamptz not null,
  is_upheld boolean,
  answer text,
  answered_by uuid,
  answered_at timestamptz,
  primary key (district_id, id),
  foreign key (district_id, certificate_id) references certificate,
  foreign key (district_id, person_id) references person,
  constraint one_objection_per_person unique (district_id, certificate_id, person_id),
  constraint an_objection_is_answered_by_another check (answered_by is distinct from person_id),
  constraint an_objection_is_answered_in_words check ((is_upheld is null) = (answer is null) and (is_upheld is null) = (answered_by is null)
    and (is_upheld is null) = (answered_at is null))
);
select huiyin_protect('certificate_objection', 'select, insert, update');

-- Digests of every file that was made of a certificate: one for each language and each way of drawing it.
create table certificate_document (
  district_id integer not null,
  certificate_id uuid not null,
  locale text not null check (locale in ('zh-CN', 'en')),
  digest bytea not null check (length(digest) = 32),
  made_at timestamptz not null,
  primary key (district_id, certificate_id, locale, digest),
  foreign key (district_id, certificate_id) references certificate
);
select huiyin_protect('certificate_document', 'select, insert');
