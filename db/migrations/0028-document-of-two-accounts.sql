-- Two accounts may hold the same document: refusing the second one told whoever knows a number that its holder is registered
-- (decision 0019). Staff who join accounts see such pairs.
-- squawk-ignore-file require-concurrent-index-creation

alter table person drop constraint one_person_per_id_number;
create index person_by_id_number on person (district_id, id_number_index) where id_number_index is not null;
