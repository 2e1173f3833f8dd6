-- A certificate of somebody who left keeps what it proves to those who were shown it (issuer, period, hours, serial, code) and the masked
-- name of its public page. The name, the number of the document, the volunteer's number and what was written freely go.
alter table certificate no force row level security;
alter table person no force row level security;
update certificate c
   set holder_name = left(c.holder_name, 1) || '**', id_number_cipher = null, volunteer_number = null, purpose = '', remarks = '',
       erased_at = p.erased_at
  from person p
 where p.district_id = c.district_id and p.id = c.person_id and p.erased_at is not null
   and c.state not in ('requested', 'on-notice', 'objected', 'ready');
alter table certificate force row level security;
alter table person force row level security;

alter table certificate
  add constraint a_certificate_of_the_gone_is_anonymous check (erased_at is null
    or (id_number_cipher is null and volunteer_number is null and purpose = '' and remarks = '' and next_step is null)) not valid;
