-- Who was there, from when to when, and how that is known.

create table attendance (
  district_id integer not null,
  id uuid not null,
  subject_kind text not null check (subject_kind in ('order')),
  subject_id uuid not null,
  person_id uuid not null,
  checked_in_at timestamptz not null,
  checked_out_at timestamptz,
  check_in_method text not null check (check_in_method in ('rotating-code', 'beneficiary-pin', 'leader-co-sign')),
  check_out_method text check (check_out_method in ('rotating-code', 'beneficiary-pin', 'leader-co-sign', 'closed-automatically')),
  co_signed_by uuid,
  primary key (district_id, id),
  foreign key (district_id, person_id) references volunteer,
  constraint out_comes_after_in check (checked_out_at is null or checked_out_at >= checked_in_at),
  constraint a_check_out_says_how check ((checked_out_at is null) = (check_out_method is null)),
  constraint a_co_sign_names_the_leader check ((check_in_method = 'leader-co-sign') <= (co_signed_by is not null)),
  constraint nobody_co_signs_their_own check (co_signed_by is distinct from person_id),
  -- Only one at a time: a service that was disputed or reopened is done again, often by the same people. It stands before the
  -- next constraint, which it implies, so that who checks in twice at one service is told so.
  constraint one_open_attendance_per_person_and_subject exclude using gist
    (district_id with =, subject_kind with =, subject_id with =, person_id with =) where (checked_out_at is null),
  constraint nobody_is_in_two_places_at_once exclude using gist
    (district_id with =, person_id with =, tstzrange(checked_in_at, checked_out_at, '[)') with &&)
);
create index attendance_by_subject on attendance (district_id, subject_id);
select huiyin_protect('attendance', 'select, insert, update');
