-- Volunteers and their teams, as far as orders need them. A volunteer is a person who registered himself or herself.

create table volunteer (
  district_id integer not null,
  person_id uuid not null,
  registered_at timestamptz not null,
  skills text[] not null default '{}',
  beijing_number text,
  insured_until date,
  primary key (district_id, person_id),
  foreign key (district_id, person_id) references person
);
select huiyin_protect('volunteer', 'select, insert, update');

create table team (
  district_id integer not null references district,
  id uuid not null,
  name text not null,
  name_en text,
  tier text not null check (tier in ('corps', 'branch', 'squad')),
  unit_id uuid not null,
  category_slugs text[] not null default '{}',
  service_unit_ids uuid[] not null default '{}',
  licences text[] not null default '{}',
  visits_per_week_max integer not null default 10 check (visits_per_week_max > 0),
  insured_until date,
  founded_on date not null,
  ended_on date,
  primary key (district_id, id),
  foreign key (district_id, unit_id) references unit
);
create index team_by_unit on team (district_id, unit_id);
select huiyin_protect('team', 'select, insert, update');

create table team_member (
  district_id integer not null,
  team_id uuid not null,
  person_id uuid not null,
  role text not null check (role in ('leader', 'deputy', 'handler', 'member')),
  joined_at timestamptz not null,
  left_at timestamptz,
  primary key (district_id, team_id, person_id, joined_at),
  foreign key (district_id, team_id) references team,
  foreign key (district_id, person_id) references volunteer
);
create unique index one_membership_at_a_time on team_member (district_id, team_id, person_id) where left_at is null;
create index team_member_by_person on team_member (district_id, person_id) where left_at is null;
select huiyin_protect('team_member', 'select, insert, update');
