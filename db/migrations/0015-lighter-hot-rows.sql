-- Every insert into these tables locked the one row of its district, which all others locked as well. An order's district
-- already follows from its unit; the other rows are written in a transaction of their district, which their policies check.
alter table service_order drop constraint service_order_district_id_fkey;
alter table message drop constraint message_district_id_fkey;
alter table audit_event drop constraint audit_event_district_id_fkey;
alter table idempotency drop constraint idempotency_district_id_fkey;
alter table rate_pending drop constraint rate_pending_district_id_fkey;
alter table rate_bucket drop constraint rate_bucket_district_id_fkey;
