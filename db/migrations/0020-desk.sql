-- What the planning desk says of a plan, and what a centre knows of its villages that no order tells.

-- Where the plan before had an order that this one leaves out.
alter table plan_unserved add column was jsonb;

-- A village and the agency or team that has taken it on (结对). A pairing is a preference of the ranking, never a right or a duty.
create table village_pairing (
  district_id integer not null,
  id uuid not null,
  unit_id uuid not null,
  provider_unit_id uuid,
  provider_team_id uuid,
  note text not null,
  valid_from date not null,
  valid_until date,
  set_by uuid not null,
  set_at timestamptz not null,
  primary key (district_id, id),
  foreign key (district_id, unit_id) references unit,
  foreign key (district_id, provider_unit_id) references unit,
  foreign key (district_id, provider_team_id) references team,
  constraint a_pairing_has_one_provider check (num_nonnulls(provider_unit_id, provider_team_id) = 1),
  constraint a_pairing_is_not_empty check (valid_until is null or valid_until > valid_from),
  constraint one_pairing_at_a_time exclude using gist
    (district_id with =, unit_id with =, coalesce(provider_team_id, provider_unit_id) with =, daterange(valid_from, valid_until, '[)') with &&)
);
create index pairing_of_village on village_pairing (district_id, unit_id);
select huiyin_protect('village_pairing', 'select, insert, update, delete');
