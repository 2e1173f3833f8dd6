-- What makes hours verified, and who may say so: a second person's word on a record, the phone that staff proved to be their own,
-- objections that end with the certificate, certificates of people who left.
-- The file is one transaction, so nothing here can be concurrent; the new table is small, and the constraints on large ones are
-- not checked against the rows before.
-- squawk-ignore-file require-concurrent-index-creation, constraint-missing-not-valid, ban-drop-table

-- Left over from 0016: ties of a household are links of people since 0017, and no code of the release before names the table.
drop table household_tie;

-- Somebody who did not record it says that it was so; the entry that this makes is verified (decision 0018).
alter table hours_decision drop constraint hours_decision_act_check;
alter table hours_decision
  add constraint hours_decision_act_check
    check (act in ('approved', 'refused', 'booked', 'held', 'released', 'rose', 'confirmed')) not valid,
  add constraint a_confirmation_names_who_confirmed check (act <> 'confirmed' or by_person_id is not null) not valid;
alter table hours_record
  -- Who, beside the recorder and the person, said that it was so; null where the person did, or nobody.
  add column confirmed_by uuid;
alter table hours_record
  add constraint another_than_the_recorder_confirms check
    (confirmed_by is null or (confirmed_by is distinct from recorded_by and confirmed_by is distinct from person_id)) not valid;

-- Phones that people with a staff account proved to be their own by a code. Whoever signs in as a resident with one of them is the
-- same person to every rule about one's own hours and those of the household, also a while after the number was given up.
create table staff_phone (
  district_id integer not null,
  id uuid not null,
  person_id uuid not null,
  phone_cipher bytea not null,
  phone_index bytea not null,
  proved_at timestamptz not null,
  ended_at timestamptz,
  primary key (district_id, id),
  foreign key (district_id, person_id) references staff_account,
  constraint a_proved_phone_ends_after_it_began check (ended_at is null or ended_at >= proved_at)
);
create unique index one_own_phone_per_staff_account on staff_phone (district_id, person_id) where ended_at is null;
create index staff_phone_by_phone on staff_phone (district_id, phone_index);
select huiyin_protect('staff_phone', 'select, insert, update');

-- An objection whose certificate ended without an answer to it: whoever made it is told, and nobody owes an answer any more.
alter table certificate_objection add column moot_at timestamptz;
alter table certificate_objection
  add constraint an_objection_is_answered_or_moot check (moot_at is null or is_upheld is null) not valid;
create index certificate_objection_by_person on certificate_objection (district_id, person_id, made_at);

-- A certificate of somebody who left: it stays valid for those who were shown it, with the masked name that its public page shows.
alter table certificate add column erased_at timestamptz;
alter table certificate drop constraint an_issued_certificate_is_complete;
alter table certificate
  add constraint an_issued_certificate_is_complete check ((issued_at is not null) = (state in ('issued', 'superseded', 'revoked'))
    and (issued_at is null or (serial is not null and code_hash is not null and code_cipher is not null and in_charge_id is not null
      and handler_id is not null and issuer_name is not null and notice_until <= issued_at
      and (id_number_cipher is not null or erased_at is not null)))) not valid;
alter table certificate drop constraint a_number_is_kept_for_a_certificate_only;
alter table certificate
  add constraint a_number_is_kept_for_a_certificate_only check
    ((state in ('refused', 'withdrawn') or erased_at is not null) = (id_number_cipher is null)) not valid;
