-- The order's life. A move is legal when order_move holds it; each transition is an appended row that names its move.
-- Every open order has exactly one responsible unit, one due time and one next step; a closed one has an answer that reached.

create table order_move (
  move text not null,
  from_state text not null,
  to_state text not null,
  primary key (move, from_state, to_state)
);
grant select on order_move to huiyin_app;
insert into order_move (move, from_state, to_state) values
  ('place', 'submitted', 'submitted'),
  ('dispatch', 'submitted', 'dispatching'),
  ('answer', 'submitted', 'answering'),
  ('defer', 'submitted', 'deferred'),
  ('offer', 'dispatching', 'offered'),
  ('open-pool', 'dispatching', 'offered'),
  ('accept', 'dispatching', 'accepted'),
  ('answer', 'dispatching', 'answering'),
  ('defer', 'dispatching', 'deferred'),
  ('offer', 'offered', 'offered'),
  ('open-pool', 'offered', 'offered'),
  ('accept', 'offered', 'accepted'),
  ('fall-back', 'offered', 'dispatching'),
  ('answer', 'offered', 'answering'),
  ('schedule', 'accepted', 'scheduled'),
  ('return', 'accepted', 'dispatching'),
  ('reassign', 'accepted', 'dispatching'),
  ('answer', 'accepted', 'answering'),
  ('schedule', 'scheduled', 'scheduled'),
  ('start', 'scheduled', 'in_service'),
  ('return', 'scheduled', 'dispatching'),
  ('reassign', 'scheduled', 'dispatching'),
  ('answer', 'scheduled', 'answering'),
  ('deliver', 'in_service', 'delivered'),
  ('confirm', 'delivered', 'confirmed'),
  ('dispute', 'delivered', 'dispatching'),
  ('evaluate', 'delivered', 'evaluated'),
  ('evaluate', 'confirmed', 'evaluated'),
  ('reopen', 'confirmed', 'dispatching'),
  ('reopen', 'evaluated', 'dispatching'),
  ('close', 'delivered', 'closed'),
  ('close', 'confirmed', 'closed'),
  ('close', 'evaluated', 'closed'),
  ('reopen', 'answering', 'submitted'),
  ('close', 'answering', 'closed'),
  ('review', 'deferred', 'submitted'),
  ('answer', 'deferred', 'answering'),
  ('reopen', 'closed', 'submitted'),
  ('escalate', 'submitted', 'submitted'),
  ('escalate', 'dispatching', 'dispatching'),
  ('escalate', 'offered', 'offered'),
  ('escalate', 'accepted', 'accepted'),
  ('escalate', 'scheduled', 'scheduled'),
  ('escalate', 'in_service', 'in_service'),
  ('escalate', 'delivered', 'delivered'),
  ('escalate', 'confirmed', 'confirmed'),
  ('escalate', 'evaluated', 'evaluated'),
  ('escalate', 'answering', 'answering'),
  ('escalate', 'deferred', 'deferred');

create table order_number_counter (
  district_id integer not null references district,
  year integer not null,
  last_serial integer not null,
  primary key (district_id, year)
);
select huiyin_protect('order_number_counter', 'select, insert, update');

-- Limits in working minutes by step, dated: what a step of an order may take before responsibility rises.
create table sla_limit (
  district_id integer not null references district,
  id uuid not null,
  step text not null,
  urgency text not null check (urgency in ('normal', 'urgent')),
  working_minutes integer not null check (working_minutes > 0),
  valid_from date not null,
  valid_until date,
  primary key (district_id, id),
  constraint one_limit_at_a_time exclude using gist
    (district_id with =, step with =, urgency with =, daterange(valid_from, valid_until, '[)') with &&)
);
select huiyin_protect('sla_limit', 'select, insert, update');

create table service_order (
  district_id integer not null references district,
  id uuid not null,
  number text not null,
  state text not null,
  outcome text check (outcome in ('rejected', 'redirected', 'merged', 'cancelled', 'cannot-do')),
  outcome_reason text,
  merged_into_id uuid,
  channel text not null check (channel in ('web', 'proxy', 'batch', 'phone', 'paper')),
  urgency text not null default 'normal' check (urgency in ('normal', 'urgent')),
  placed_by uuid,
  requester_id uuid,
  contact_name text not null,
  contact_phone_cipher bytea not null,
  contact_phone_index bytea not null,
  call_back_phone_cipher bytea,
  proxy_relation text,
  consent_given boolean not null default false,
  read_back_at timestamptz,
  locale text not null default 'zh-CN',
  unit_id uuid not null,
  address_cipher bytea,
  category_id uuid not null,
  offering_id uuid,
  title text not null,
  details text not null default '',
  target_group text not null default 'all',
  headcount integer not null check (headcount between 1 and 5000),
  actual_headcount integer check (actual_headcount between 0 and 50000),
  venue text not null default '',
  window_from timestamptz,
  window_until timestamptz,
  risks text[] not null default '{}',
  agreement_triggers text[] not null default '{}',
  agreement_at timestamptz,
  insurance_confirmed_at timestamptz,
  quota_month date,
  responsible_unit_id uuid not null,
  due_at timestamptz not null,
  next_step text not null,
  escalation_level integer not null default 0,
  is_with_leader boolean not null default false,
  returns integer not null default 0 check (returns between 0 and 2),
  reopenings integer not null default 0 check (reopenings between 0 and 1),
  provider_unit_id uuid,
  provider_team_id uuid,
  provider_contact_name text,
  provider_contact_phone_cipher bytea,
  scheduled_from timestamptz,
  scheduled_until timestamptz,
  service_started_at timestamptz,
  delivered_at timestamptz,
  delivery_result text,
  headcount_confirmed_at timestamptz,
  review_on date,
  closing_answer_id uuid,
  closing_answer_reached boolean,
  search_bigrams text[] not null,
  search_pinyin text not null,
  search_initials text not null,
  placed_at timestamptz not null,
  closed_at timestamptz,
  closed_as text check (closed_as in ('evaluated', 'not-evaluated', 'answered')),
  is_public boolean not null default false,
  version integer not null default 1,
  primary key (district_id, id),
  constraint order_number_is_unique unique (district_id, number),
  foreign key (district_id, unit_id) references unit,
  foreign key (district_id, responsible_unit_id) references unit,
  foreign key (district_id, category_id) references category,
  foreign key (district_id, offering_id) references offering,
  foreign key (district_id, merged_into_id) references service_order,
  foreign key (district_id, requester_id) references person,
  foreign key (district_id, provider_unit_id) references unit,
  foreign key (district_id, provider_team_id) references team,
  constraint state_is_known check (state in ('submitted', 'dispatching', 'offered', 'accepted', 'scheduled', 'in_service',
    'delivered', 'confirmed', 'evaluated', 'answering', 'deferred', 'closed')),
  constraint a_closed_order_has_an_answer_that_reached
    check ((state = 'closed') <= (closed_at is not null and closed_as is not null and closing_answer_reached is true)),
  constraint an_answer_names_itself check ((closing_answer_id is null) = (closing_answer_reached is null)),
  constraint an_accepted_order_has_a_provider check (
    state not in ('accepted', 'scheduled', 'in_service', 'delivered', 'confirmed', 'evaluated')
    or (num_nonnulls(provider_unit_id, provider_team_id) = 1
        and provider_contact_name is not null and provider_contact_phone_cipher is not null)),
  constraint a_scheduled_order_has_a_time check (
    state not in ('scheduled', 'in_service') or (scheduled_from is not null and scheduled_until > scheduled_from)),
  constraint a_delivered_order_counts_people check (
    state not in ('delivered', 'confirmed', 'evaluated') or (delivered_at is not null and actual_headcount is not null)),
  constraint a_deferred_order_has_a_review_date check (state <> 'deferred' or review_on is not null),
  constraint an_outcome_has_a_reason check ((outcome is null) = (outcome_reason is null)),
  constraint an_answering_order_has_an_outcome check (state <> 'answering' or outcome is not null),
  constraint a_merged_order_names_the_other check ((outcome is not distinct from 'merged') = (merged_into_id is not null)),
  constraint a_proxy_order_has_consent_and_call_back check (
    channel <> 'proxy' or (consent_given and read_back_at is not null and call_back_phone_cipher is not null)),
  constraint window_is_not_empty check (window_until > window_from)
);
create index order_by_requester on service_order (district_id, requester_id, placed_at desc) where requester_id is not null;
create index order_by_contact on service_order (district_id, contact_phone_index, placed_at desc);
create index order_queue on service_order (district_id, responsible_unit_id, due_at) where state <> 'closed';
create index order_queue_of_district on service_order (district_id, state, due_at) where state <> 'closed';
create index order_due on service_order (district_id, due_at) where state <> 'closed';
create index order_by_provider_unit on service_order (district_id, provider_unit_id, placed_at desc) where provider_unit_id is not null;
create index order_by_provider_team on service_order (district_id, provider_team_id, placed_at desc) where provider_team_id is not null;
create index order_by_unit on service_order (district_id, unit_id, placed_at desc);
create index order_by_placing on service_order (district_id, placed_at desc);
create index order_by_bigram on service_order using gin (search_bigrams);
create index order_by_pinyin on service_order using gin (search_pinyin gin_trgm_ops, search_initials gin_trgm_ops);

create table order_transition (
  district_id integer not null,
  id uuid not null,
  order_id uuid not null,
  -- The order's version after it: the order of the transitions. Who waited for the lock may carry an earlier time.
  version integer not null,
  move text not null,
  from_state text not null,
  to_state text not null,
  at timestamptz not null,
  actor_kind text not null,
  actor_id uuid,
  reason_code text,
  reason text,
  responsible_unit_id uuid not null,
  due_at timestamptz not null,
  details jsonb not null default '{}',
  primary key (district_id, id),
  constraint one_transition_per_version unique (district_id, order_id, version),
  foreign key (district_id, order_id) references service_order,
  foreign key (move, from_state, to_state) references order_move
);
select huiyin_protect('order_transition', 'select, insert');

create table order_offer (
  district_id integer not null,
  id uuid not null,
  order_id uuid not null,
  mode text not null check (mode in ('bound', 'invited', 'claimed')),
  state text not null check (state in ('open', 'accepted', 'declined', 'expired', 'withdrawn')),
  provider_unit_id uuid,
  provider_team_id uuid,
  made_by uuid,
  made_at timestamptz not null,
  deadline_at timestamptz not null,
  reminders_sent integer not null default 0,
  next_reminder_at timestamptz,
  round integer not null default 1,
  decided_at timestamptz,
  decided_by uuid,
  decline_reason text,
  decline_note text,
  trace jsonb not null default '{}',
  primary key (district_id, id),
  foreign key (district_id, order_id) references service_order,
  foreign key (district_id, provider_unit_id) references unit,
  foreign key (district_id, provider_team_id) references team,
  constraint an_offer_has_one_provider check (num_nonnulls(provider_unit_id, provider_team_id) = 1),
  constraint only_an_agency_is_bound check (mode <> 'bound' or provider_unit_id is not null),
  constraint an_open_offer_is_undecided check ((state = 'open') = (decided_at is null)),
  constraint a_decline_has_a_reason check ((state = 'declined') = (decline_reason is not null))
);
create unique index one_accepted_offer_per_order on order_offer (district_id, order_id) where state = 'accepted';
create unique index one_open_offer_per_provider on order_offer
  (district_id, order_id, coalesce(provider_team_id, provider_unit_id)) where state = 'open';
create index offer_by_order on order_offer (district_id, order_id, made_at);
create index offer_by_deadline on order_offer (district_id, deadline_at) where state = 'open';
create index offer_by_reminder on order_offer (district_id, next_reminder_at) where state = 'open' and next_reminder_at is not null;
create index offer_by_provider_unit on order_offer (district_id, provider_unit_id, made_at desc) where provider_unit_id is not null;
create index offer_by_provider_team on order_offer (district_id, provider_team_id, made_at desc) where provider_team_id is not null;
select huiyin_protect('order_offer', 'select, insert, update');

-- A pool (抢单): while open, any eligible provider in the listed units may claim the order.
create table order_pool (
  district_id integer not null,
  order_id uuid not null,
  id uuid not null,
  opened_at timestamptz not null,
  deadline_at timestamptz not null,
  closed_at timestamptz,
  widened integer not null default 0,
  primary key (district_id, id),
  foreign key (district_id, order_id) references service_order
);
create unique index one_open_pool_per_order on order_pool (district_id, order_id) where closed_at is null;
create index pool_by_deadline on order_pool (district_id, deadline_at) where closed_at is null;
select huiyin_protect('order_pool', 'select, insert, update');

create table order_clock (
  district_id integer not null,
  order_id uuid not null,
  kind text not null check (kind in ('first-contact', 'acceptance', 'resolution')),
  round integer not null default 1,
  limit_working_minutes integer not null check (limit_working_minutes > 0),
  started_at timestamptz not null,
  due_at timestamptz not null,
  stopped_at timestamptz,
  used_working_minutes integer,
  primary key (district_id, order_id, kind, round),
  foreign key (district_id, order_id) references service_order,
  constraint a_stopped_clock_counts check ((stopped_at is null) = (used_working_minutes is null))
);
select huiyin_protect('order_clock', 'select, insert, update');

create table order_pause (
  district_id integer not null,
  id uuid not null,
  order_id uuid not null,
  reason text not null,
  note text not null default '',
  paused_at timestamptz not null,
  until_at timestamptz not null,
  resumed_at timestamptz,
  remaining_working_minutes integer not null check (remaining_working_minutes >= 0),
  actor_id uuid,
  primary key (district_id, id),
  foreign key (district_id, order_id) references service_order
);
create unique index one_open_pause_per_order on order_pause (district_id, order_id) where resumed_at is null;
create index pause_by_end on order_pause (district_id, until_at) where resumed_at is null;
select huiyin_protect('order_pause', 'select, insert, update');

-- What was said to the requester, and how it is known to have reached: a receipt, the page opened, a recorded call or visit.
create table order_answer (
  district_id integer not null,
  id uuid not null,
  order_id uuid not null,
  kind text not null check (kind in ('result', 'outcome', 'deferral')),
  text text not null,
  alternative text not null default '',
  review_on date,
  written_by uuid,
  written_at timestamptz not null,
  message_id uuid,
  reached boolean not null default false,
  reached_at timestamptz,
  reached_by text check (reached_by in ('receipt', 'page-opened', 'call', 'visit')),
  spoken_to text,
  primary key (district_id, id),
  foreign key (district_id, order_id) references service_order,
  constraint answer_by_order unique (district_id, order_id, id, reached),
  constraint reaching_says_how check (reached = (reached_at is not null) and reached = (reached_by is not null)),
  constraint a_call_or_visit_names_who_was_spoken_to check (reached_by not in ('call', 'visit') or spoken_to is not null),
  constraint cannot_do_carries_an_alternative check (kind <> 'deferral' or (review_on is not null and alternative <> ''))
);
create index answer_waiting on order_answer (district_id, order_id) where not reached;
alter table service_order add foreign key (district_id, id, closing_answer_id, closing_answer_reached)
  references order_answer (district_id, order_id, id, reached) on update cascade;
-- Guarded only now: an owner without superuser rights could not check the new foreign key through the policy.
select huiyin_protect('service_order', 'select, insert, update');
select huiyin_protect('order_answer', 'select, insert, update');

create table evaluation (
  district_id integer not null,
  id uuid not null,
  order_id uuid not null,
  round integer not null default 1,
  stars integer not null check (stars between 1 and 5),
  solved boolean not null,
  tags text[] not null default '{}',
  note text not null default '',
  by_channel text not null check (by_channel in ('link', 'account', 'phone')),
  recorded_by uuid,
  at timestamptz not null,
  primary key (district_id, id),
  constraint one_evaluation_per_round unique (district_id, order_id, round),
  foreign key (district_id, order_id) references service_order
);
select huiyin_protect('evaluation', 'select, insert');

-- Calls to requesters: those who stayed silent, and a stated blind sample of the rest.
create table follow_up (
  district_id integer not null,
  id uuid not null,
  order_id uuid not null,
  kind text not null check (kind in ('silent', 'sample')),
  state text not null check (state in ('open', 'done', 'exhausted')),
  created_at timestamptz not null,
  due_at timestamptz not null,
  attempts integer not null default 0 check (attempts between 0 and 3),
  contacted boolean,
  solved boolean,
  satisfied integer check (satisfied between 1 and 5),
  headcount_heard integer,
  note text not null default '',
  done_at timestamptz,
  done_by uuid,
  primary key (district_id, id),
  foreign key (district_id, order_id) references service_order
);
create unique index one_open_follow_up_per_order on follow_up (district_id, order_id) where state = 'open';
create index follow_up_queue on follow_up (district_id, due_at) where state = 'open';
select huiyin_protect('follow_up', 'select, insert, update');

create table follow_up_attempt (
  district_id integer not null,
  id uuid not null,
  follow_up_id uuid not null,
  at timestamptz not null,
  caller_id uuid not null,
  result text not null check (result in ('spoke', 'no-answer', 'wrong-number', 'call-later')),
  spoken_to text,
  note text not null default '',
  primary key (district_id, id),
  foreign key (district_id, follow_up_id) references follow_up,
  constraint a_conversation_names_who_was_spoken_to check (result <> 'spoke' or spoken_to is not null)
);
select huiyin_protect('follow_up_attempt', 'select, insert');

create table order_photo (
  district_id integer not null,
  order_id uuid not null,
  file_id uuid not null,
  kind text not null check (kind in ('request', 'delivery', 'paper-card')),
  publish_consent boolean not null default false,
  added_by uuid,
  added_at timestamptz not null,
  primary key (district_id, order_id, file_id),
  foreign key (district_id, order_id) references service_order,
  foreign key (district_id, file_id) references stored_file
);
select huiyin_protect('order_photo', 'select, insert, delete');

create table rate_formula (
  district_id integer not null references district,
  id uuid not null,
  version integer not null,
  response_weight numeric not null,
  resolution_weight numeric not null,
  satisfaction_weight numeric not null,
  satisfied_from_stars integer not null check (satisfied_from_stars between 1 and 5),
  excluded_outcomes text[] not null,
  sample_percent integer not null check (sample_percent between 0 and 100),
  valid_from date not null,
  valid_until date,
  primary key (district_id, id),
  constraint weights_sum_to_one check (response_weight + resolution_weight + satisfaction_weight = 1),
  constraint one_formula_at_a_time exclude using gist
    (district_id with =, daterange(valid_from, valid_until, '[)') with &&)
);
select huiyin_protect('rate_formula', 'select, insert, update');
