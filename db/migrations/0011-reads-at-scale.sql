-- Reads that stay short at a million orders. Each list has an index in its own order, ending in the id by which pages go on; the
-- search keys leave the order's row, because every move of an order wrote them again; the three rates are counted by day.
-- The file is one transaction, so nothing here can be concurrent.
-- squawk-ignore-file require-concurrent-index-creation, require-concurrent-index-deletion

-- What an order is found by. A row is written once, with the order, and never changes. `keys` holds the bigrams and one more
-- key, the district and the four weeks of placing: the index meets it with the word, so that a search goes back in steps.
create table order_search (
  district_id integer not null,
  order_id uuid not null,
  placed_at timestamptz not null,
  keys text[] not null,
  pinyin text not null,
  initials text not null,
  primary key (district_id, order_id),
  foreign key (district_id, order_id) references service_order
);
-- The owner reads every district's rows here, then is bound by the policy again.
alter table service_order no force row level security;
insert into order_search (district_id, order_id, placed_at, keys, pinyin, initials)
select district_id, id, placed_at, search_bigrams || (district_id || ' ' || floor(extract(epoch from placed_at) / 2419200)::int),
       search_pinyin, search_initials
  from service_order;
create index order_search_by_key on order_search using gin (keys, pinyin gin_trgm_ops, initials gin_trgm_ops);
create index order_search_by_placing on order_search (district_id, placed_at, order_id);
select huiyin_protect('order_search', 'select, insert');
drop index order_by_bigram;
drop index order_by_pinyin;
alter table service_order
  -- squawk-ignore ban-drop-column
  drop column search_bigrams,
  -- squawk-ignore ban-drop-column
  drop column search_pinyin,
  -- squawk-ignore ban-drop-column
  drop column search_initials;

-- The queue: open orders by due time, of the district, of a responsible unit, of a village; and by placing.
drop index order_due;
create index order_due on service_order (district_id, due_at, id) include (state, unit_id, responsible_unit_id) where state <> 'closed';
drop index order_queue;
create index order_queue on service_order (district_id, responsible_unit_id, due_at, id) where state <> 'closed';
create index order_queue_of_village on service_order (district_id, unit_id, due_at, id) where state <> 'closed';
create index order_open_by_placing on service_order (district_id, placed_at, id) where state <> 'closed';
drop index order_queue_of_district;
create index order_closed_by_due on service_order (district_id, due_at, id) where state = 'closed';
-- The past, newest first.
drop index order_by_placing;
create index order_by_placing on service_order (district_id, placed_at, id);
drop index order_by_unit;
create index order_by_unit on service_order (district_id, unit_id, placed_at, id);
create index order_by_responsible_unit on service_order (district_id, responsible_unit_id, placed_at, id);
create index order_by_category on service_order (district_id, category_id, placed_at, id);
drop index order_by_requester;
create index order_by_requester on service_order (district_id, requester_id, placed_at, id) where requester_id is not null;
drop index order_by_contact;
create index order_by_contact on service_order (district_id, contact_phone_index, placed_at, id);
drop index order_by_provider_unit;
create index order_by_provider_unit on service_order (district_id, provider_unit_id, placed_at, id) where provider_unit_id is not null;
drop index order_by_provider_team;
create index order_by_provider_team on service_order (district_id, provider_team_id, placed_at, id) where provider_team_id is not null;
-- In a provider's hands; how many there are is its load.
create index order_in_hand_of_unit on service_order (district_id, provider_unit_id, placed_at, id)
  where provider_unit_id is not null and state in ('accepted', 'scheduled', 'in_service', 'delivered');
create index order_in_hand_of_team on service_order (district_id, provider_team_id, placed_at, id)
  where provider_team_id is not null and state in ('accepted', 'scheduled', 'in_service', 'delivered');
create index offer_open_by_unit on order_offer (district_id, provider_unit_id, made_at, id)
  where state = 'open' and provider_unit_id is not null;
create index offer_open_by_team on order_offer (district_id, provider_team_id, made_at, id)
  where state = 'open' and provider_team_id is not null;
drop index offer_by_provider_unit;
drop index offer_by_provider_team;
create index pool_by_opening on order_pool (district_id, opened_at, order_id) where closed_at is null;
drop index follow_up_queue;
create index follow_up_queue on follow_up (district_id, due_at, id) where state = 'open';
-- Of an order: what was called about it, the opened page's answers. The rates read these for one order at a time.
create index follow_up_by_order on follow_up (district_id, order_id);
create index first_contact_running on order_clock (district_id, due_at) where kind = 'first-contact' and round = 1 and stopped_at is null;

-- The three rates by day (docs/decisions/0012-rates-by-day.md). `rate_entry` is what was counted of an order, `rate_day` the sums,
-- `rate_pending` names the orders that changed since: it is written with the change and emptied by the sweep.
create table rate_pending (
  district_id integer not null references district,
  id uuid not null,
  order_id uuid not null,
  primary key (district_id, id)
);
insert into rate_pending (district_id, id, order_id) select district_id, id, id from service_order;
alter table service_order force row level security;
select huiyin_protect('rate_pending', 'select, insert, delete');

create table rate_entry (
  district_id integer not null,
  order_id uuid not null,
  day date not null,
  unit_id uuid not null,
  provider_id uuid,
  outcome text,
  is_closed boolean not null,
  responded boolean,
  solved boolean,
  stars integer,
  primary key (district_id, order_id),
  foreign key (district_id, order_id) references service_order
);
select huiyin_protect('rate_entry', 'select, insert, update');

-- Orders by the day of placing (in the district's zone) and outcome ('' while there is none): of the whole district, of each
-- village or unit, of each provider. Formulas are dated and leave outcomes out or draw the line between stars elsewhere, so
-- both stay apart here.
create table rate_day (
  district_id integer not null references district,
  scope text not null check (scope in ('district', 'unit', 'provider')),
  organisation_id uuid not null,
  day date not null,
  outcome text not null,
  orders integer not null,
  contacted integer not null,
  contacted_in_time integer not null,
  heard integer not null,
  solved integer not null,
  unheard integer not null,
  stars_1 integer not null,
  stars_2 integer not null,
  stars_3 integer not null,
  stars_4 integer not null,
  stars_5 integer not null,
  primary key (district_id, scope, organisation_id, day, outcome)
) with (fillfactor = 80);
select huiyin_protect('rate_day', 'select, insert, update');
