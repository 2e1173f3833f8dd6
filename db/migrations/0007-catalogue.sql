-- Categories (dated data, the seed's seven to begin) and offerings that agencies and teams publish.

create table category (
  district_id integer not null references district,
  id uuid not null,
  slug text not null,
  name text not null,
  name_en text not null,
  summary text not null default '',
  summary_en text not null default '',
  sort integer not null default 0,
  valid_from date not null,
  valid_until date,
  primary key (district_id, id),
  constraint one_category_per_slug unique (district_id, slug)
);
select huiyin_protect('category', 'select, insert, update');

create table offering (
  district_id integer not null,
  id uuid not null,
  category_id uuid not null,
  provider_unit_id uuid,
  provider_team_id uuid,
  title text not null,
  title_en text,
  summary text not null,
  summary_en text,
  target_groups text[] not null default '{all}',
  area_unit_ids uuid[] not null default '{}',
  duration_minutes integer not null check (duration_minutes between 5 and 1440),
  headcount_min integer not null default 1 check (headcount_min >= 1),
  headcount_max integer not null,
  lead_working_days integer not null default 0 check (lead_working_days >= 0),
  monthly_quota integer check (monthly_quota > 0),
  venue_needs text[] not null default '{}',
  licence_needs text[] not null default '{}',
  open_hours jsonb not null default '[]',
  blackout_days date[] not null default '{}',
  is_risky boolean not null default false,
  confirmed_at timestamptz not null,
  ended_at timestamptz,
  search_bigrams text[] not null,
  search_pinyin text not null,
  search_initials text not null,
  version integer not null default 1,
  primary key (district_id, id),
  foreign key (district_id, category_id) references category,
  foreign key (district_id, provider_unit_id) references unit,
  foreign key (district_id, provider_team_id) references team,
  constraint an_offering_has_one_provider check (num_nonnulls(provider_unit_id, provider_team_id) = 1),
  constraint headcount_range_is_not_empty check (headcount_max >= headcount_min)
);
create index offering_by_category on offering (district_id, category_id) where ended_at is null;
create index offering_by_bigram on offering using gin (search_bigrams);
create index offering_by_pinyin on offering using gin (search_pinyin gin_trgm_ops, search_initials gin_trgm_ops);
select huiyin_protect('offering', 'select, insert, update');

-- Places of an offering taken in a month; the constraint refuses the one too many.
create table offering_month (
  district_id integer not null,
  offering_id uuid not null,
  month date not null check (extract(day from month) = 1),
  taken integer not null check (taken >= 0),
  quota integer not null,
  primary key (district_id, offering_id, month),
  foreign key (district_id, offering_id) references offering,
  constraint monthly_quota_is_not_exceeded check (taken <= quota)
);
select huiyin_protect('offering_month', 'select, insert, update');
