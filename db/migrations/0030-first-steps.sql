-- What the administrator of a new district ticked off: what no fact can show (the units were looked over), and what the district does
-- without for now. Whether the rest is done is read from the facts themselves.
create table first_step (
  district_id integer not null references district,
  step text not null,
  ticked_at timestamptz not null,
  primary key (district_id, step)
);
select huiyin_protect('first_step', 'select, insert, delete');
