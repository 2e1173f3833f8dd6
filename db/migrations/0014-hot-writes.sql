-- One row a district: another value whenever units, categories, offerings, calendars or limits change, so that a process
-- knows when what it remembers of them is out of date. Written by the application in the transaction of the change.
create table reference_stamp (
  district_id integer primary key references district,
  stamp uuid not null default gen_random_uuid()
);
insert into reference_stamp (district_id) select id from district;
select huiyin_protect('reference_stamp', 'select, insert, update');
