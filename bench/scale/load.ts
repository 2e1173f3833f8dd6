/**
 * Fills a district's database with orders and everything the lists read, by seed: the same seed and size give the same rows.
 * It is a load, not a life: rows go in past the operations, as the tables' owner, so that a million orders take minutes. What the
 * operations compute is computed by their own functions: search keys, phone fingerprints, order numbers, rates.
 */
import { Client } from 'pg'
import { foundDistrict } from '../../server/cli/found-district.ts'
import { YANQING, yanqingPlan } from '../../server/cli/district-plan.ts'
import { countPendingRates } from '../../server/modules/orders/index.ts'
import { phoneIndex } from '../../server/modules/people/index.ts'
import { PHONE_COLUMN } from '../../server/modules/people/person.ts'
import { type Db, inDistrict } from '../../server/platform/db.ts'
import { systemActor } from '../../server/platform/actor.ts'
import { searchKeys } from '../../server/platform/pinyin.ts'
import { runWork, type WorkHost } from '../../server/platform/work.ts'
import { LIVES } from './life.ts'
import { DRAFT, FUNCTIONS, tables } from './load-sql.ts'
import words from './words.json' with { type: 'json' }

/** Business time of the loaded district; its orders were placed in the years before. */
export const LOADED_AT = new Date('2026-11-23T10:00:00+08:00')
const FOUNDED_ON = '2019-01-07'
const ORDERS_PER_PERSON = 12
const PERSONS_MIN = 200
const TEAMS_USUAL = 128
const RATES_BATCH = 5_000
/** Tables that are filled without their indexes. */
const FILLED =
  'service_order order_search order_transition order_offer order_clock order_answer evaluation follow_up order_pool order_pause'.split(
    ' ',
  )

export interface Load {
  readonly orders: number
  readonly teams?: number
  readonly seed: number
  readonly log: (text: string) => void
}

/** Loads a freshly migrated database. `host` acts in it as the application does. */
export async function loadDistrict(
  host: WorkHost,
  ownerUrl: string,
  { orders, teams, seed, log }: Load,
): Promise<void> {
  const begun = performance.now()
  const say = (text: string) => log(`${((performance.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${text}`)
  const owner = await connect(ownerUrl)
  try {
    await owner.query('update clock_shift set shift = $1::timestamptz - now()', [LOADED_AT])
    if ((await owner.query('select from service_order limit 1')).rowCount !== 0)
      throw new Error('Only a database without orders is loaded.')
    if ((await owner.query('select from rate_formula limit 1')).rowCount === 0)
      await foundDistrict(host, YANQING, await yanqingPlan())
    await owner.query(FUNCTIONS(seed))
    await writeWords(owner)
    await writePersons(owner, host.db, Math.max(PERSONS_MIN, Math.ceil(orders / ORDERS_PER_PERSON)))
    await writeTeams(owner, teams ?? TEAMS_USUAL)
    await writeLives(owner)
    say('words, persons, teams')
    await owner.query(DRAFT({ orders, from: FOUNDED_ON, until: LOADED_AT }))
    say('draft of every order')
    const indexes = (await dropIndexes(owner, FILLED, ['order_transition'])).toSorted(
      (a, b) => rank(a.name) - rank(b.name),
    )
    await inParallel(ownerUrl, tables(YANQING, LOADED_AT), say)
    await inParallel(ownerUrl, indexes, say)
    await owner.query('drop schema scale cascade; set session_replication_role = origin')
    await owner.query('vacuum (analyze)')
    say('statistics')
    await countRates(host, say)
    await owner.query('vacuum (analyze) rate_pending, rate_entry, rate_day')
  } finally {
    await owner.end()
  }
}

/** The sweep counts the rates of every loaded order with the application's own statement. */
async function countRates(host: WorkHost, say: (text: string) => void): Promise<void> {
  for (;;) {
    const counted = await runWork(host, systemActor(YANQING), (work) => countPendingRates(work.tx, RATES_BATCH))
    if (counted === 0) break
  }
  say('rates by day')
}

export async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  // The rows are consistent by construction; to check every foreign key would double the time.
  await client.query(
    `set session_replication_role = replica; set maintenance_work_mem = '512MB'; set work_mem = '256MB'`,
  )
  return client
}

/** Titles with their season, reasons, venues: small tables, each text with the keys the application would give it. */
async function writeWords(owner: Client): Promise<void> {
  const texts = (kind: string, list: readonly string[]) =>
    list.map((text, n) => ({ kind, n, text, ...searchKeys(text) }))
  const titles = words.subjects.flatMap((subject) => words.services.map((service) => `${subject}${service}`))
  const seasonal = words.occasions.flatMap((occasion) => words.services.map((service) => `${occasion}${service}`))
  const rare = words.rare.map((service) => `请教${service}`)
  const reasons = words.reasons.flatMap((one) => words.reasons.map((other) => `${one}，${other}。`))
  const names = words.surnames.flatMap((surname) => words.given.map((given) => `${surname}${given}`))
  const units = await owner.query<{ name: string }>('select distinct name from unit_period order by name')
  const rows = [
    ...texts('title', titles),
    ...texts('seasonal', seasonal),
    ...texts('rare', rare),
    ...texts('reason', reasons),
    ...texts('venue', words.venues),
    ...texts(
      'unit',
      units.rows.map((row) => row.name),
    ),
    ...names.map((text, n) => ({ kind: 'name', n, text, bigrams: [], pinyin: '', initials: '' })),
  ]
  await owner.query(
    `insert into scale.word select * from jsonb_to_recordset($1::jsonb) as w
       (kind text, n integer, text text, bigrams text[], pinyin text, initials text)`,
    [JSON.stringify(rows)],
  )
}

/** Residents whose telephone numbers are sealed and found as the application seals and finds them. */
async function writePersons(owner: Client, db: Db, count: number): Promise<void> {
  const { rows } = await owner.query<{ id: string }>(
    `select scale.uuid7('2019-01-07', n, 1) as id from generate_series(1, ${count}) n order by n`,
  )
  const phones = rows.map((_, n) => `138${String(10_000_000 + n * 7).padStart(8, '0')}`)
  const sealed = await inDistrict(db, YANQING, (tx) =>
    Promise.resolve({
      indexes: phones.map((phone) => phoneIndex(tx, phone)),
      ciphers: phones.map((phone, n) => tx.personal.encrypt(PHONE_COLUMN, rows[n]!.id, phone)),
    }),
  )
  await owner.query(
    `insert into scale.person (n, id, name, phone_index, phone_cipher)
     select i.n - 1, i.id, w.text, i.phone_index, i.phone_cipher
       from unnest($1::uuid[], $2::bytea[], $3::bytea[]) with ordinality as i (id, phone_index, phone_cipher, n)
       join scale.word w on w.kind = 'name' and w.n = (i.n * 31) % ${words.surnames.length * words.given.length}`,
    [rows.map((row) => row.id), sealed.indexes, sealed.ciphers],
  )
  await owner.query(`
    insert into person (district_id, id, name, phone_cipher, phone_index, created_at)
    select ${YANQING}, id, name, phone_cipher, phone_index, '2019-01-07' from scale.person`)
}

async function writeTeams(owner: Client, count: number): Promise<void> {
  const each = Math.ceil(count / words.teams.length)
  const all = words.teams.flatMap((name) => Array.from({ length: each }, (_, n) => `${name}${n + 1}队`))
  const names = all.slice(0, count)
  await owner.query(
    `insert into team (district_id, id, name, tier, unit_id, category_slugs, founded_on)
     select ${YANQING}, scale.uuid7('2019-01-07', t.n, 3), t.name, 'squad', u.id, (select array_agg(slug) from (select slug, row_number() over (order by slug) as n from category) c where (c.n - t.n) % 7 in (0, 2, -5)), '2019-01-07'
       from unnest($1::text[]) with ordinality as t (name, n)
       join (select id, row_number() over (order by id) as k, count(*) over () as units from unit where kind <> 'agency') u
         on u.k = 1 + (t.n * 37) % u.units`,
    [names],
  )
}

async function writeLives(owner: Client): Promise<void> {
  const sums = { open: 0, closed: 0 }
  const rows = LIVES.map(({ name, weight, isOpen, steps }) => {
    const kind = isOpen ? 'open' : 'closed'
    const from = sums[kind]
    sums[kind] += weight
    const [moves, froms, tos] = [0, 1, 2].map((part) => steps.map((step) => step[part]))
    return { name, is_open: isOpen, from, until: sums[kind], moves, froms, tos, state: steps.at(-1)![2] }
  })
  for (const sum of Object.values(sums))
    if (Math.abs(sum - 1) > 1e-9) throw new Error('The lives of a kind do not sum to one.')
  await owner.query(
    `insert into scale.life select * from jsonb_to_recordset($1::jsonb) as l
       (name text, is_open boolean, "from" float8, until float8, moves text[], froms text[], tos text[], state text)`,
    [JSON.stringify(rows)],
  )
}

/**
 * Drops what can be built faster from full tables, and returns the statements that make it again.
 * @param constrained tables that lose their keys and exclusions too
 */
export async function dropIndexes(
  owner: Client,
  tables: readonly string[],
  constrained: readonly string[],
): Promise<{ name: string; text: string }[]> {
  const { rows } = await owner.query<{ name: string; text: string; drop: string }>(
    `
    select c.relname as name, pg_get_indexdef(c.oid) as text, 'drop index ' || c.relname as drop
      from pg_index i join pg_class t on t.oid = i.indrelid join pg_class c on c.oid = i.indexrelid
     where t.relnamespace = 'public'::regnamespace
       and t.relname = any($1::text[])
       and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
    union all
    select conname, format('alter table %s add constraint %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)),
           format('alter table %s drop constraint %s', conrelid::regclass, conname)
      from pg_constraint where conrelid::regclass::text = any($2::text[]) and contype in ('p', 'u', 'x')`,
    [tables, constrained],
  )
  for (const { drop } of rows) await owner.query(drop)
  return rows.toSorted((a, b) => a.name.localeCompare(b.name))
}

/** The longest to build first. */
function rank(name: string): number {
  return Number(!name.startsWith('order_search')) + Number(!/search|transition/u.test(name))
}

/** Two connections, one for each core, take statements from one list. */
export async function inParallel(
  ownerUrl: string,
  statements: readonly { readonly name: string; readonly text: string }[],
  say: (text: string) => void,
): Promise<void> {
  const waiting = [...statements]
  const work = async () => {
    const client = await connect(ownerUrl)
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        await client.query(next.text)
        say(next.name)
      }
    } finally {
      await client.end()
    }
  }
  await Promise.all([work(), work()])
}
