-- Keys that no person reads in order are compared as bytes: by the rules of Chinese each comparison took some microseconds, and an
-- order has some two hundred and fifty search keys (docs/decisions/0017-cheap-writes.md). The rows stay as they are; their indexes
-- are built anew, of which that of search takes about a minute for a million orders.
-- squawk-ignore-file changing-column-type

alter table order_search
  alter column keys type text[] collate "C",
  alter column pinyin type text collate "C",
  alter column initials type text collate "C";
alter table idempotency alter column actor_key type text collate "C";
alter table rate_bucket alter column key type text collate "C";

-- The same answers as before, by assignment instead of by a query each.
create or replace function idempotency_begin(p_district integer, p_actor_key text, p_client_id uuid, p_fingerprint bytea)
returns table (outcome text, status integer, body jsonb) language plpgsql as $$
declare stored idempotency%rowtype;
begin
  outcome := 'busy';
  -- A statement of its own after the lock, so that it sees what was committed while the lock was another's.
  if pg_try_advisory_xact_lock(hashtextextended(p_actor_key || ' ' || p_client_id::text, p_district)) then
    select * into stored from idempotency i
     where i.district_id = p_district and i.actor_key = p_actor_key and i.client_id = p_client_id;
    if not found then outcome := 'fresh';
    elsif stored.fingerprint <> p_fingerprint then outcome := 'mismatch';
    else
      outcome := 'replay';
      status := stored.status;
      body := stored.body;
    end if;
  end if;
  return next;
end $$;
