/**
 * Pages of orders: queues, searches, a person's own. A page is found as ids by parts, each of which one index answers in the
 * order asked for; only the page's rows are then read in full. So a page costs the same at a thousand orders and at a million.
 */
import { empty, join, type Sql, sql, type Tx } from '#platform/db.ts'
import { queryKeys, type QueryKeys } from '#platform/pinyin.ts'
import { isFoundByIndex, matches, newestPeriod, newestRows, periodsBack } from './order-search.ts'
import { listColumns, type OrderListRow, type RawRow, toListRows } from './order-views.ts'
import { limitTo, ofEach, OWNERS_EACH_MAX } from './parts.ts'

export interface OrderFilter {
  readonly states?: readonly string[] | undefined
  /** Null: no limit by responsible unit (the whole district is mine). */
  readonly unitIds: readonly string[] | null
  readonly unitId?: string | undefined
  readonly responsibleUnitId?: string | undefined
  readonly categoryId?: string | undefined
  readonly overdue?: boolean | undefined
  readonly q?: string | undefined
  /** Only the order of this number, in its canonical spelling. */
  readonly number: string | null
  /** Keyed fingerprint of a telephone number: only the orders of that contact. */
  readonly contactPhoneIndex: Buffer | null
  readonly sort: 'due' | 'placed'
  readonly after?: { readonly at: Date; readonly id: string } | undefined
  readonly limit: number
}

/** Up to so many matches of a search are compared with the queue. */
const FEW_MATCHES = 30_000
/** More matches than these among the orders of the last four weeks are many, without counting the rest. */
const COMMON_MATCHES = 100

/** Orders of a queue or a search: by due time, oldest first, or by placing, newest first. */
export async function listOrders(tx: Tx, filter: OrderFilter, now: Date): Promise<OrderListRow[]> {
  const asked = filter.q === undefined || filter.q.trim() === '' ? undefined : queryKeys(filter.q)
  if (asked !== undefined && asked.bigrams.length === 0 && asked.letters.length === 0) return []
  const direction = filter.sort === 'due' ? sql`asc` : sql`desc`
  const parts = asked === undefined ? listParts(tx, filter, now) : [searchPart(tx, filter, asked, now)]
  const page =
    parts.length === 1
      ? parts[0]!
      : sql`select id, at from (${join(
          parts.map((part) => sql`(${part})`),
          ' union ',
        )}) part order by at ${direction}, id ${direction} ${limitTo(filter.limit)}`
  return rowsOf(tx, page, direction, now)
}

/** Orders a person placed, or that were placed for the phone he or she proved to hold; newest first. */
export function listOrdersOf(
  tx: Tx,
  person: { personId: string; phoneIndex: Buffer | null },
  paging: { after?: { at: Date; id: string } | undefined; limit: number },
  now: Date,
): Promise<OrderListRow[]> {
  const after =
    paging.after === undefined ? empty : sql`and (o.placed_at, o.id) < (${paging.after.at}, ${paging.after.id}::uuid)`
  const part = (condition: Sql) => sql`
    (select o.id, o.placed_at as at from service_order o where o.district_id = ${tx.districtId} and ${condition} ${after}
      order by o.placed_at desc, o.id desc ${limitTo(paging.limit)})`
  const page = sql`select id, at from (
      ${part(sql`o.requester_id = ${person.personId}`)} union ${part(sql`o.contact_phone_index = ${person.phoneIndex}::bytea`)}
    ) mine order by at desc, id desc ${limitTo(paging.limit)}`
  return rowsOf(tx, page, sql`desc`, now)
}

async function rowsOf(tx: Tx, page: Sql, direction: Sql, now: Date): Promise<OrderListRow[]> {
  const rows = await tx.rows<RawRow>(sql`
    with page as materialized (${page})
    select ${listColumns} from page join service_order o on o.district_id = ${tx.districtId} and o.id = page.id
     order by page.at ${direction}, page.id ${direction}`)
  return toListRows(tx, rows, now)
}

/** Conditions on the order `o` that no part answers by its index alone. */
function conditions(filter: OrderFilter, now: Date): Sql {
  return join(
    [
      empty,
      ...(filter.states === undefined ? [] : [sql`o.state = any(${filter.states}::text[])`]),
      ...(filter.unitId === undefined ? [] : [sql`o.unit_id = ${filter.unitId}`]),
      ...(filter.responsibleUnitId === undefined ? [] : [sql`o.responsible_unit_id = ${filter.responsibleUnitId}`]),
      ...(filter.categoryId === undefined ? [] : [sql`o.category_id = ${filter.categoryId}`]),
      ...(filter.overdue === true ? [sql`o.due_at <= ${now}`] : []),
      ...(filter.number === null ? [] : [sql`o.number = ${filter.number}`]),
      ...(filter.contactPhoneIndex === null ? [] : [sql`o.contact_phone_index = ${filter.contactPhoneIndex}`]),
    ],
    ' and ',
  )
}

/** Where the page begins. */
function beyond({ sort, after }: OrderFilter): Sql {
  if (after === undefined) return empty
  return sort === 'due'
    ? sql`and (o.due_at, o.id) > (${after.at}, ${after.id}::uuid)`
    : sql`and (o.placed_at, o.id) < (${after.at}, ${after.id}::uuid)`
}

/** Whose orders: as a look-up in a hashed list, however long it is. */
function inScope({ unitIds }: OrderFilter): Sql {
  if (unitIds === null) return empty
  const mine = sql`(select unnest(${unitIds}::uuid[]))`
  return sql`and (o.unit_id in ${mine} or o.responsible_unit_id in ${mine})`
}

/**
 * Open and closed orders have their own indexes by due time, and who sorts by it mostly wants the open ones. Written out, so
 * that a plan made without the values can use the index of a part.
 */
function stateParts({ sort, states, overdue }: OrderFilter): Sql[] {
  const open = sql`and o.state <> 'closed'`
  if (overdue === true || (states === undefined ? sort === 'due' : !states.includes('closed'))) return [open]
  if (sort === 'placed') return [empty]
  const closed = sql`and o.state = 'closed'`
  return states!.length === 1 ? [closed] : [open, closed]
}

function listParts(tx: Tx, filter: OrderFilter, now: Date): Sql[] {
  const key = filter.sort === 'due' ? sql`o.due_at` : sql`o.placed_at`
  const direction = filter.sort === 'due' ? sql`asc` : sql`desc`
  const select = (more: Sql) => sql`
    select o.id, ${key} as at from service_order o where o.district_id = ${tx.districtId} ${more} ${conditions(filter, now)} ${beyond(filter)}
     order by ${key} ${direction}, o.id ${direction} ${limitTo(filter.limit)}`
  const isNarrow =
    filter.number !== null ||
    filter.contactPhoneIndex !== null ||
    filter.unitId !== undefined ||
    filter.responsibleUnitId !== undefined
  const states = stateParts(filter)
  const { unitIds } = filter
  if (unitIds === null || isNarrow || unitIds.length > OWNERS_EACH_MAX)
    return states.map((state) => select(sql`${state} ${inScope(filter)}`))
  return states.flatMap((state) => [
    ofEach(unitIds, select(sql`${state} and o.unit_id = mine.id`)),
    ofEach(unitIds, select(sql`${state} and o.responsible_unit_id = mine.id`)),
  ])
}

/** By placing, a search goes back period by period until the page is full. */
function searchPart(tx: Tx, filter: OrderFilter, asked: QueryKeys, now: Date): Sql {
  const states = stateParts(filter)
  const state = states.length === 1 ? states[0]! : empty
  const rest = sql`${state} ${inScope(filter)} ${conditions(filter, now)}`
  if (filter.sort === 'due' || state !== empty) {
    const key = filter.sort === 'due' ? sql`o.due_at` : sql`o.placed_at`
    const direction = filter.sort === 'due' ? sql`asc` : sql`desc`
    return queueSearch(tx, filter, asked, { key, direction, rest: sql`${rest} ${beyond(filter)}` })
  }
  const { after } = filter
  if (!isFoundByIndex(asked))
    return sql`
      select o.id, s.placed_at as at from ${newestRows(tx, after?.at)} s
        join service_order o on o.district_id = ${tx.districtId} and o.id = s.order_id
       where ${matches(tx, asked)} ${rest} ${beyond(filter)}
       order by s.placed_at desc, s.order_id desc ${limitTo(filter.limit)}`
  // The offset keeps the planner from walking the orders by time until enough of them match: it cannot know how rare a word is.
  // Sorted before the orders are looked up, so that of a common word's matches only a page of orders is.
  return sql`
    select found.id, found.at
      from ${periodsBack(tx, after?.at)} cross join lateral (
        select s.order_id as id, s.placed_at as at
          from (select s.order_id, s.placed_at from order_search s
                 where s.district_id = ${tx.districtId} and ${matches(tx, asked, 'period')}
                   ${after === undefined ? empty : sql`and (s.placed_at, s.order_id) < (${after.at}, ${after.id}::uuid)`}
                 order by s.placed_at desc, s.order_id desc offset 0) s
          join service_order o on o.district_id = ${tx.districtId} and o.id = s.order_id
         where true ${rest}
         order by s.placed_at desc, s.order_id desc ${limitTo(filter.limit)}
      ) found ${limitTo(filter.limit)}`
}

/**
 * In the queue, which is a small part of all orders: few matches are sorted as it is; of many, the first are soon met when the
 * queue itself is gone through. Only one of the two runs, as the number of matches says. Open orders have a key of their own,
 * so that what was closed in years is not even looked at.
 */
function queueSearch(
  tx: Tx,
  filter: OrderFilter,
  asked: QueryKeys,
  { key, direction, rest }: Record<'key' | 'direction' | 'rest', Sql>,
): Sql {
  const found = matches(tx, asked)
  const last = sql`order by ${key} ${direction}, o.id ${direction} ${limitTo(filter.limit)}`
  // Each order of the queue is looked up in turn: the offset keeps the planner from gathering every match there is first.
  const queue = sql`
    select o.id, ${key} as at
      from service_order o cross join lateral (
        select from order_search s
         where s.district_id = o.district_id and s.order_id = o.id and ${found} offset 0) s
     where o.district_id = ${tx.districtId} ${rest}`
  if (!isFoundByIndex(asked)) return sql`${queue} ${last}`
  const isOpen = stateParts(filter).length === 1 && !(filter.states ?? []).includes('closed')
  const recent = sql`
    select count(*) > ${COMMON_MATCHES} as is_common
      from ${newestPeriod(tx)} cross join lateral (
        select from order_search s
         where s.district_id = ${tx.districtId} and ${matches(tx, asked, 'period')} ${limitTo(COMMON_MATCHES + 1)}) one`
  return sql`
    with recent as materialized (${recent}), hit as materialized (
      select s.order_id from order_search s
       where not (select is_common from recent) and s.district_id = ${tx.districtId}
         and ${matches(tx, asked, isOpen ? 'open' : undefined)} ${limitTo(FEW_MATCHES + 1)}
    ), number as materialized (
      select count(*) <= ${FEW_MATCHES} and not (select is_common from recent) as is_small from hit
    )
    select id, at from (
      (select id, at from (
         select o.id, ${key} as at from hit join service_order o on o.district_id = ${tx.districtId} and o.id = hit.order_id
          where (select is_small from number) ${rest} offset 0) few
        order by at ${direction}, id ${direction} ${limitTo(filter.limit)})
      union all
      (${queue} and not (select is_small from number) ${last})
    ) part order by at ${direction}, id ${direction} ${limitTo(filter.limit)}`
}
