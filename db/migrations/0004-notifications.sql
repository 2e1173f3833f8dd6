-- Messages to people: template and parameters, never free text; what happened to each is appended as receipts.

create table message (
  district_id integer not null references district,
  id uuid not null,
  channel text not null check (channel in ('sms', 'wechat', 'mail', 'webhook')),
  template text not null,
  params_cipher bytea not null,
  locale text not null,
  to_person_id uuid,
  to_cipher bytea not null,
  subject_kind text,
  subject_id uuid,
  created_at timestamptz not null,
  handed_over_at timestamptz,
  reached_at timestamptz,
  failed_at timestamptz,
  attempts integer not null default 0,
  gateway_id text,
  primary key (district_id, id)
);
create index message_by_subject on message (district_id, subject_id);
create index message_waiting on message (district_id, created_at) where handed_over_at is null and failed_at is null;
create unique index one_message_per_gateway_id on message (district_id, gateway_id) where gateway_id is not null;
select huiyin_protect('message', 'select, insert, update');

create table message_receipt (
  district_id integer not null,
  id uuid not null,
  message_id uuid not null,
  kind text not null check (kind in ('handed-over', 'delivered', 'failed')),
  at timestamptz not null,
  gateway text not null,
  details jsonb not null default '{}',
  primary key (district_id, id),
  foreign key (district_id, message_id) references message
);
select huiyin_protect('message_receipt', 'select, insert');
