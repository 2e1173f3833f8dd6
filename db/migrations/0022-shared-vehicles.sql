-- What a centre has few of: vehicles that its teams and agencies share, and the offerings that cannot be given without one.

create table shared_vehicle (
  district_id integer not null references district,
  id uuid not null,
  name text not null,
  count integer not null check (count between 1 and 100),
  -- Days of the week on which they run; 1 is Monday.
  weekdays integer[] not null,
  valid_from date not null,
  valid_until date,
  set_by uuid not null,
  set_at timestamptz not null,
  primary key (district_id, id),
  constraint a_vehicle_has_a_name check (name <> ''),
  constraint a_vehicle_runs_on_some_day check (cardinality(weekdays) between 1 and 7 and weekdays <@ array[1, 2, 3, 4, 5, 6, 7]),
  constraint a_vehicle_ends_after_it_began check (valid_until is null or valid_until >= valid_from)
);
select huiyin_protect('shared_vehicle', 'select, insert, update, delete');

create table vehicle_offering (
  district_id integer not null,
  vehicle_id uuid not null,
  offering_id uuid not null,
  primary key (district_id, vehicle_id, offering_id),
  foreign key (district_id, vehicle_id) references shared_vehicle,
  foreign key (district_id, offering_id) references offering
);
create index vehicle_of_offering on vehicle_offering (district_id, offering_id);
select huiyin_protect('vehicle_offering', 'select, insert, delete');

-- The vehicle with which a visit is made.
alter table plan_visit add column vehicle_id uuid;
alter table plan_visit add constraint the_vehicle_is_known foreign key (district_id, vehicle_id) references shared_vehicle not valid;
