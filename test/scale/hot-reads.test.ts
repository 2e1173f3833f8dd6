// The hot reads on a district of a hundred thousand orders: none reads a table of orders from end to end, whether it is planned
// with its values or for any, and the pages found by parts are those of the plain definition.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { explaining, type Statement } from '../../bench/scale/explain.ts'
import { LOADED_AT, loadDistrict } from '../../bench/scale/load.ts'
import { HOT_READS, type Sample, sampleOf, WORDS } from '../../bench/scale/reads.ts'
import { listOrders, type OrderFilter } from '../../server/modules/orders/list-orders.ts'
import { storedKeys } from '../../server/modules/orders/order-search.ts'
import { countRates, countRatesFromOrders, formulaOn } from '../../server/modules/orders/three-rates.ts'
import { inDistrict, sql, type Tx } from '../../server/platform/db.ts'
import { queryKeys } from '../../server/platform/pinyin.ts'
import { cloneDatabase, type TestDatabase, YANQING } from '../support/database.ts'

const ORDERS = 100_000
const CALLS = 3
const ORDER_TABLES =
  'service_order order_search order_transition order_offer order_clock order_answer order_pool order_pause evaluation follow_up rate_day rate_entry'.split(
    ' ',
  )

let database: TestDatabase
let drop: () => Promise<void>
let sample: Sample
beforeAll(async () => {
  const cloned = await cloneDatabase({ name: 'huiyin_template_bare', fill: async () => undefined })
  database = cloned.database
  drop = cloned.drop
  await loadDistrict(database, database.ownerUrl, { orders: ORDERS, seed: 1, log: () => undefined })
  sample = await read(sampleOf)
}, 300_000)
afterAll(() => drop())

function read<T>(act: (tx: Tx, now: Date) => Promise<T>): Promise<T> {
  return inDistrict(database.db, YANQING, act)
}

/** `read: table (kind of plan)` for each table of orders that a hot read scans. */
async function scansOf(tx: Tx, now: Date, names?: readonly string[]): Promise<string[]> {
  const found = new Set<string>()
  for (const hot of HOT_READS.filter(({ name }) => names?.includes(name) ?? true)) {
    for (let n = 0; n < CALLS; n++) {
      const seen: Statement[] = []
      await hot.run(explaining(tx, seen, { analyze: false, plans: false }), sample, n, now)
      expect(seen.length, hot.name).toBeGreaterThan(0)
      for (const { scanned } of seen)
        for (const kind of ['custom', 'generic'] as const)
          for (const table of scanned[kind])
            if (ORDER_TABLES.includes(table)) found.add(`${hot.name}: ${table} (${kind})`)
    }
  }
  return [...found]
}

test('no hot read scans a table of orders', async () => {
  expect(HOT_READS.length).toBeGreaterThan(40)
  expect(await read((tx, now) => scansOf(tx, now))).toEqual([])
}, 120_000)

test('a missing index is found', async () => {
  const asked = ["one order's timeline", 'by telephone', "a resident's own orders"]
  const undone = new Error('undo')
  let found: string[] = []
  await expect(
    read(async (tx, now) => {
      await tx.raw(`set local role none; alter table order_transition drop constraint one_transition_per_version;
        drop index order_by_contact; set local role huiyin_app`)
      found = await scansOf(tx, now, asked)
      throw undone
    }),
  ).rejects.toBe(undone)
  expect(found).toEqual(
    expect.arrayContaining([
      "one order's timeline: order_transition (custom)",
      "one order's timeline: order_transition (generic)",
    ]),
  )
  expect(await read((tx, now) => scansOf(tx, now, asked))).toEqual([])
}, 60_000)

test('the load is what the application would have written', async () => {
  const rows = await read((tx) =>
    tx.rows<{ text: string; placedAt: Date; isOpen: boolean; keys: string[]; pinyin: string; initials: string }>(sql`
      select concat_ws(' ', o.title, o.details, o.venue, p.name, o.number) as text, o.placed_at, o.state <> 'closed' as is_open, s.keys, s.pinyin, s.initials
        from service_order o join order_search s on s.district_id = o.district_id and s.order_id = o.id
        join unit_period p on p.district_id = o.district_id and p.unit_id = o.unit_id and p.valid_until is null
       where o.district_id = ${YANQING} order by hashtext(o.id::text) limit 200`),
  )
  expect(rows).toHaveLength(200)
  for (const { text, placedAt, isOpen, keys, pinyin, initials } of rows) {
    const wanted = storedKeys(YANQING, { placedAt, isOpen, text })
    expect({ keys: keys.toSorted(), pinyin, initials }).toEqual({ ...wanted, keys: wanted.keys.toSorted() })
  }
})

const PLAIN: OrderFilter = { unitIds: null, number: null, contactPhoneIndex: null, sort: 'due', limit: 50 }

/** The same page by the plain definition. */
async function plainly(tx: Tx, filter: OrderFilter, now: Date): Promise<string[]> {
  const { bigrams, letters } = queryKeys(filter.q ?? '')
  const due = filter.sort === 'due'
  const { after, unitIds, states } = filter
  const rows = await tx.rows<{ id: string; at: Date; text: string }>(sql`
    select o.id, case when ${due} then o.due_at else o.placed_at end as at
      from service_order o join order_search s on s.district_id = o.district_id and s.order_id = o.id
     where o.district_id = ${YANQING} and s.keys @> ${bigrams}::text[]
       and (${unitIds}::uuid[] is null or o.unit_id = any(${unitIds}::uuid[]) or o.responsible_unit_id = any(${unitIds}::uuid[]))
       and (case when ${states ?? null}::text[] is null then not ${due} or o.state <> 'closed' else o.state = any(${states ?? null}::text[]) end)
       and (${filter.overdue !== true} or (o.state <> 'closed' and o.due_at <= ${now}))
       and not exists (select from jsonb_to_recordset(${JSON.stringify(letters)}::jsonb) as l (text text, columns text[])
              where not (('pinyin' = any(l.columns) and position(l.text in s.pinyin) > 0)
                         or ('initials' = any(l.columns) and position(l.text in s.initials) > 0)))`)
  const sign = due ? 1 : -1
  const compare = (a: { id: string; at: Date }, b: { id: string; at: Date }) =>
    sign * (a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
  return rows
    .filter((row) => after === undefined || compare(row, after) > 0)
    .toSorted(compare)
    .slice(0, filter.limit)
    .map((row) => row.id)
}

test('pages found by parts are the pages of the definition', async () => {
  const { unitIds } = sample.institutes[3]!
  const [one, two] = [sample.open[0]!, sample.orders[40]!]
  const due = { at: one.dueAt, id: one.id }
  const placed = { at: two.placedAt, id: two.id }
  const filters: Partial<OrderFilter>[] = [
    {},
    { after: due },
    { unitIds },
    { unitIds, after: due },
    { unitIds: sample.allUnits, after: due },
    { overdue: true, unitIds },
    { states: ['submitted', 'closed'], after: due },
    { states: ['closed'] },
    { states: ['offered'], sort: 'placed' },
    { sort: 'placed', unitIds, after: placed },
    { sort: 'placed', q: WORDS.common[0], after: placed },
    { sort: 'placed', q: WORDS.common[1], unitIds },
    { sort: 'placed', q: WORDS.seasonal[0] },
    { sort: 'placed', q: WORDS.rare[0] },
    { sort: 'placed', q: WORDS.pinyin[0], after: placed },
    { sort: 'placed', q: 'lf' },
    { q: WORDS.common[0] },
    { q: WORDS.rare[0], states: ['closed'] },
    { q: WORDS.pinyin[0], unitIds },
    { q: 'lf', states: ['submitted', 'scheduled'], sort: 'placed' },
  ]
  await read(async (tx, now) => {
    // The definition reads every order, which a busy machine takes long for.
    await tx.raw(`set local statement_timeout = '60s'`)
    for (const filter of filters) {
      const rows = await listOrders(tx, { ...PLAIN, ...filter }, now)
      const wanted = await plainly(tx, { ...PLAIN, ...filter }, now)
      expect(
        rows.map((row) => row.id),
        JSON.stringify(filter),
      ).toEqual(wanted)
      expect(wanted.length, JSON.stringify(filter)).toBeGreaterThan(0)
    }
  })
}, 240_000)

test('the rates by day are those of the definition', async () => {
  expect(LOADED_AT.getTime()).toBeGreaterThan(0)
  const period = { from: '2024-02-10', until: '2025-06-01' }
  const scopes = [
    { unitIds: null, providerId: null },
    { unitIds: sample.institutes[0]!.unitIds, providerId: null },
    { unitIds: null, providerId: sample.agencies[0]! },
    { unitIds: null, providerId: sample.teams[5]! },
  ]
  await read(async (tx, now) => {
    await tx.raw(`set local statement_timeout = '60s'`)
    const formula = await formulaOn(tx, period.from)
    for (const scope of scopes) {
      const wanted = await countRatesFromOrders(tx, { ...period, ...scope }, formula, now)
      expect(wanted.orders).toBeGreaterThan(20)
      expect(await countRates(tx, { ...period, ...scope }, formula, now)).toEqual(wanted)
    }
  })
}, 60_000)
