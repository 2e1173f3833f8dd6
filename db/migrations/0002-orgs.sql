-- Units: the district's centre, its township institutes and village stations, and the agencies. Identity is stable; code, name,
-- parent and coordinates are dated, because the official division codes change every year.

create table unit (
  district_id integer not null references district,
  id uuid not null,
  kind text not null check (kind in ('centre', 'institute', 'station', 'agency')),
  parent_id uuid,
  slug text,
  social_credit_code text,
  is_placeholder boolean not null default false,
  latitude double precision,
  longitude double precision,
  coordinate_quality text check (coordinate_quality in ('surveyed', 'geocoded', 'estimated')),
  coordinate_source text,
  phone text,
  primary key (district_id, id),
  foreign key (district_id, parent_id) references unit,
  constraint only_the_centre_has_no_parent check ((parent_id is null) = (kind = 'centre')),
  constraint coordinates_state_their_quality check ((latitude is null) = (coordinate_quality is null)),
  constraint agency_slug_is_unique unique (district_id, slug)
);
create unique index one_centre_per_district on unit (district_id) where kind = 'centre';
create index unit_by_parent on unit (district_id, parent_id);
select huiyin_protect('unit', 'select, insert, update');

create table unit_period (
  district_id integer not null,
  unit_id uuid not null,
  code text,
  name text not null,
  name_en text,
  valid_from date not null,
  valid_until date,
  primary key (district_id, unit_id, valid_from),
  foreign key (district_id, unit_id) references unit,
  constraint period_is_not_empty check (valid_until is null or valid_until > valid_from),
  constraint one_name_at_a_time exclude using gist
    (district_id with =, unit_id with =, daterange(valid_from, valid_until, '[)') with &&),
  constraint one_unit_per_code_at_a_time exclude using gist
    (district_id with =, code with =, daterange(valid_from, valid_until, '[)') with &&)
);
select huiyin_protect('unit_period', 'select, insert, update');
