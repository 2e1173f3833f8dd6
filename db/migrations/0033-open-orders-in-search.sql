-- Open orders have a search key of their own, so that a search in the queue looks at them alone and not at what was closed in years.
-- Where they are many the rows change once; the application keeps the key from here on.

alter table order_search no force row level security;
alter table service_order no force row level security;
update order_search s
   set keys = s.keys || (s.district_id || ' open')
  from service_order o
 where o.district_id = s.district_id and o.id = s.order_id and o.state <> 'closed';
alter table order_search force row level security;
alter table service_order force row level security;

-- New keys wait in a list that every search of the index reads from end to end, and a search goes back period by period: at the usual
-- four megabytes an absent word took up to eighty milliseconds. Merged in small portions the list stays short, and no single order waits for long.
alter index order_search_by_key set (gin_pending_list_limit = 512);
