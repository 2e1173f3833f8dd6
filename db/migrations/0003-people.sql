-- Persons and what they may do. Phone, ID number and address are encrypted; equality look-ups go through keyed indexes.
-- A person row exists only because that person registered or was appointed; nobody is registered by somebody else.

create table person (
  district_id integer not null references district,
  id uuid not null,
  name text,
  phone_cipher bytea,
  phone_index bytea,
  id_number_cipher bytea,
  id_number_index bytea,
  home_unit_id uuid,
  locale text not null default 'zh-CN' check (locale in ('zh-CN', 'en')),
  elder_mode boolean not null default false,
  created_at timestamptz not null,
  version integer not null default 1,
  primary key (district_id, id),
  foreign key (district_id, home_unit_id) references unit,
  constraint one_person_per_phone unique (district_id, phone_index),
  constraint one_person_per_id_number unique (district_id, id_number_index)
);
select huiyin_protect('person', 'select, insert, update');

create table staff_account (
  district_id integer not null,
  person_id uuid not null,
  login text not null,
  password_hash text,
  totp_cipher bytea,
  totp_last_step bigint,
  failed_attempts integer not null default 0,
  locked_until timestamptz,
  disabled_at timestamptz,
  primary key (district_id, person_id),
  foreign key (district_id, person_id) references person,
  constraint one_account_per_login unique (district_id, login)
);
select huiyin_protect('staff_account', 'select, insert, update');

-- A link by which an appointed person sets up an account; used once.
create table staff_invitation (
  district_id integer not null,
  id uuid not null,
  token_hash bytea not null,
  person_id uuid not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (district_id, id),
  foreign key (district_id, person_id) references person,
  constraint one_invitation_per_token unique (district_id, token_hash)
);
select huiyin_protect('staff_invitation', 'select, insert, update');

create table role_grant (
  district_id integer not null,
  id uuid not null,
  person_id uuid not null,
  role text not null,
  unit_id uuid not null,
  granted_by uuid,
  granted_at timestamptz not null,
  ended_at timestamptz,
  primary key (district_id, id),
  foreign key (district_id, person_id) references person,
  foreign key (district_id, unit_id) references unit
);
create unique index one_open_grant_per_role_and_unit on role_grant (district_id, person_id, role, unit_id) where ended_at is null;
create index role_grant_by_unit on role_grant (district_id, unit_id) where ended_at is null;
select huiyin_protect('role_grant', 'select, insert, update');

create table login_code (
  district_id integer not null references district,
  id uuid not null,
  phone_index bytea not null,
  code_hash bytea not null,
  purpose text not null,
  attempts integer not null default 0,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (district_id, id)
);
create index login_code_by_phone on login_code (district_id, phone_index, created_at);
select huiyin_protect('login_code', 'select, insert, update, delete');

create table consent (
  district_id integer not null,
  id uuid not null,
  person_id uuid not null,
  purpose text not null,
  given_at timestamptz not null,
  withdrawn_at timestamptz,
  wording_version text not null,
  primary key (district_id, id),
  foreign key (district_id, person_id) references person
);
select huiyin_protect('consent', 'select, insert, update');
