-- Points are money: double entry, immutable transfers, two-phase holds. The sum over all accounts is zero because every
-- transfer debits one account and credits another by the same amount.

create table ledger_account (
  district_id integer not null references district,
  id uuid not null,
  kind text not null check (kind in ('issuer', 'budget', 'person')),
  person_id uuid,
  name text not null,
  debits_pending bigint not null default 0 check (debits_pending >= 0),
  debits_posted bigint not null default 0 check (debits_posted >= 0),
  credits_pending bigint not null default 0 check (credits_pending >= 0),
  credits_posted bigint not null default 0 check (credits_posted >= 0),
  created_at timestamptz not null,
  primary key (district_id, id),
  constraint only_the_issuer_may_owe check (kind = 'issuer' or debits_posted + debits_pending <= credits_posted),
  constraint a_person_account_names_its_person check ((kind = 'person') = (person_id is not null))
);
create unique index one_points_account_per_person on ledger_account (district_id, person_id) where person_id is not null;
create unique index one_budget_and_one_issuer on ledger_account (district_id, kind) where kind in ('issuer', 'budget');
select huiyin_protect('ledger_account', 'select, insert, update');

create table ledger_transfer (
  district_id integer not null,
  id uuid not null,
  key text not null,
  debit_account_id uuid not null,
  credit_account_id uuid not null,
  amount_points bigint not null check (amount_points > 0),
  kind text not null check (kind in ('single', 'pending', 'post', 'void')),
  pending_id uuid,
  expires_at timestamptz,
  reason text not null,
  subject_kind text,
  subject_id uuid,
  actor_id uuid,
  at timestamptz not null,
  primary key (district_id, id),
  constraint one_transfer_per_key unique (district_id, key),
  foreign key (district_id, debit_account_id) references ledger_account,
  foreign key (district_id, credit_account_id) references ledger_account,
  foreign key (district_id, pending_id) references ledger_transfer,
  constraint a_transfer_joins_two_accounts check (debit_account_id <> credit_account_id),
  constraint resolution_names_its_hold check ((kind in ('post', 'void')) = (pending_id is not null))
);
create unique index a_hold_resolves_once on ledger_transfer (district_id, pending_id) where pending_id is not null;
create index hold_by_expiry on ledger_transfer (district_id, expires_at) where kind = 'pending' and expires_at is not null;
create index ledger_transfer_by_subject on ledger_transfer (district_id, subject_id);
create index ledger_transfer_by_debit on ledger_transfer (district_id, debit_account_id, at);
create index ledger_transfer_by_credit on ledger_transfer (district_id, credit_account_id, at);
select huiyin_protect('ledger_transfer', 'select, insert');

create table points_rule (
  district_id integer not null references district,
  id uuid not null,
  kind text not null check (kind in ('order-award')),
  points_per_hour integer not null check (points_per_hour >= 0),
  points_per_day_max integer not null check (points_per_day_max > 0),
  valid_from date not null,
  valid_until date,
  primary key (district_id, id),
  constraint one_points_rule_at_a_time exclude using gist
    (district_id with =, kind with =, daterange(valid_from, valid_until, '[)') with &&)
);
select huiyin_protect('points_rule', 'select, insert, update');

-- Awards wait here when the budget account is empty; a funding operation pays them in order.
create table award_queue (
  district_id integer not null,
  id uuid not null,
  key text not null,
  person_id uuid not null,
  amount_points bigint not null check (amount_points > 0),
  subject_kind text not null,
  subject_id uuid not null,
  queued_at timestamptz not null,
  settled_at timestamptz,
  settled_as text check (settled_as in ('paid', 'reversed')),
  primary key (district_id, id),
  constraint one_queued_award_per_key unique (district_id, key),
  foreign key (district_id, person_id) references person
);
create index award_queue_waiting on award_queue (district_id, queued_at) where settled_at is null;
select huiyin_protect('award_queue', 'select, insert, update');

-- Merit of teams and performance of agencies: facts that grants and reports read later; a reversal is a second row.
create table merit_entry (
  district_id integer not null,
  id uuid not null,
  key text not null,
  team_id uuid,
  unit_id uuid,
  kind text not null check (kind in ('merit', 'performance')),
  subject_kind text not null,
  subject_id uuid not null,
  people_served integer not null,
  stars integer,
  reverses_id uuid,
  at timestamptz not null,
  primary key (district_id, id),
  constraint one_merit_entry_per_key unique (district_id, key),
  foreign key (district_id, team_id) references team,
  foreign key (district_id, unit_id) references unit,
  foreign key (district_id, reverses_id) references merit_entry,
  constraint merit_belongs_to_one_provider check (num_nonnulls(team_id, unit_id) = 1)
);
select huiyin_protect('merit_entry', 'select, insert');
