/**
 * npm run bench -- scale [--orders 10000,100000,1000000] [--seed N] [--data FOLDER] [--only TEXT]
 *   [--calls N] [--plans] [--json]
 *
 * Loads a district of each size and measures the hot reads: at the database (planning and running, as EXPLAIN ANALYZE says) and
 * as a round trip of the function that the application calls. PostgreSQL runs with the settings of `npm start`.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Client } from 'pg'
import { YANQING } from '../../server/cli/district-plan.ts'
import { type Db, inDistrict, openDb } from '../../server/platform/db.ts'
import { startEmbeddedPostgres } from '../../server/platform/embedded-postgres.ts'
import { openKeyring } from '../../server/platform/field-encryption.ts'
import { migrate } from '../../server/platform/migrate.ts'
import { explaining, type Statement } from './explain.ts'
import { loadDistrict } from './load.ts'
import { HOT_READS, type HotRead, type Sample, sampleOf } from './reads.ts'

const SIZES = '10000,100000,1000000'
const CALLS = '40'
const MUST_MILLISECONDS = 50
// For loading only: nothing waits for the disk, and indexes are built in memory.
const LOADING = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '8GB',
  shared_buffers: '1GB',
}

interface Spread {
  readonly p50: number
  readonly p99: number
}

interface Figure {
  readonly read: string
  /** At the database, the values known: planning and running, in milliseconds. */
  readonly database: Spread
  /** The same with the plan for any values. */
  readonly generic: Spread
  readonly roundTrip: Spread
  /** Pages of 8 kB touched. */
  readonly pages: Spread
}

interface Result {
  readonly orders: number
  readonly transitions: number
  readonly gigabytes: number
  readonly loadSeconds: number | null
  readonly figures: readonly Figure[]
}

export async function run(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: {
      orders: { type: 'string', default: SIZES },
      seed: { type: 'string', default: '1' },
      data: { type: 'string' },
      only: { type: 'string' },
      calls: { type: 'string', default: CALLS },
      plans: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const results: Result[] = []
  for (const orders of values.orders.split(',').map(Number)) {
    const dataDir = values.data ?? (await mkdtemp(join(tmpdir(), 'huiyin-scale-')))
    try {
      const reads = HOT_READS.filter(({ name }) => values.only === undefined || name.includes(values.only))
      const how = { orders, seed: Number(values.seed), calls: Number(values.calls), plans: values.plans, reads }
      results.push(await measureSize(dataDir, how))
    } finally {
      if (values.data === undefined) await rm(dataDir, { recursive: true, force: true })
    }
  }
  if (values.json)
    console.log(JSON.stringify({ mustMilliseconds: MUST_MILLISECONDS, calls: Number(values.calls), results }))
  const slow = results.at(-1)!.figures.filter((figure) => figure.database.p99 >= MUST_MILLISECONDS)
  if (slow.length > 0) {
    console.error(`Over ${MUST_MILLISECONDS} ms at the database: ${slow.map((figure) => figure.read).join(', ')}`)
    process.exitCode = 1
  }
}

interface How {
  readonly orders: number
  readonly seed: number
  readonly calls: number
  readonly plans: boolean
  readonly reads: readonly HotRead[]
}

async function measureSize(dataDir: string, how: How): Promise<Result> {
  const loadSeconds = await load(dataDir, how)
  const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined })
  const db = openDb(postgres.url, openKeyring({ kek: Buffer.alloc(32, 7) }), { poolMax: 2 })
  try {
    const facts = await factsOf(postgres.url)
    const sample = await inDistrict(db, YANQING, sampleOf)
    const figures: Figure[] = []
    printHead(`${facts.orders} orders, ${facts.transitions} transitions; milliseconds`)
    for (const read of how.reads) {
      figures.push(await measure(db, read, sample, how))
      printFigure(figures.at(-1)!)
    }
    const { orders, transitions, size } = facts
    return { orders, transitions, gigabytes: Math.round(size * 100) / 100, loadSeconds, figures }
  } finally {
    await db.close()
    await postgres.stop()
  }
}

/** What was loaded, counted by the owner, who may take his time. */
async function factsOf(ownerUrl: string): Promise<{ orders: number; transitions: number; size: number }> {
  const owner = new Client({ connectionString: ownerUrl })
  await owner.connect()
  try {
    const { rows } = await owner.query(`select (select count(*) from service_order)::int as orders,
      (select count(*) from order_transition)::int as transitions, (pg_database_size(current_database()) / 1e9)::float8 as size`)
    return rows[0] as { orders: number; transitions: number; size: number }
  } finally {
    await owner.end()
  }
}

/** Loads an empty folder; one that was loaded before is taken as it is. @returns seconds, null when nothing was loaded */
async function load(dataDir: string, { orders, seed }: How): Promise<number | null> {
  const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined, settings: LOADING })
  const db = openDb(postgres.url, openKeyring({ kek: Buffer.alloc(32, 7) }), { poolMax: 4 })
  const jobs = { sendWithin: async () => undefined, work: async () => undefined, stop: async () => undefined }
  try {
    await migrate(postgres.url)
    const { rows } = await db.pool
      .query(`set app.district = '${YANQING}'; select 1 from service_order limit 1`)
      .then(last)
    if (rows.length > 0) return null
    const begun = performance.now()
    await loadDistrict({ db, jobs }, postgres.url, { orders, seed, log: (text) => console.error(`${orders}: ${text}`) })
    return Math.round((performance.now() - begun) / 100) / 10
  } finally {
    await db.close()
    await postgres.stop()
  }
}

function last(results: unknown): { rows: unknown[] } {
  return (results as { rows: unknown[] }[]).at(-1)!
}

async function measure(db: Db, read: HotRead, sample: Sample, { calls: count, plans }: How): Promise<Figure> {
  const trips: number[] = []
  // On one connection, which plans each statement once or anew as it sees fit: as in the application.
  await inDistrict(db, YANQING, async (tx, now) => {
    for (let n = -5; n < count; n++) {
      const begun = performance.now()
      await read.run(tx, sample, Math.abs(n), now)
      if (n >= 0) trips.push(performance.now() - begun)
    }
  })
  const calls: Statement[][] = []
  await inDistrict(db, YANQING, async (tx, now) => {
    for (let n = 0; n < count; n++) {
      const seen: Statement[] = []
      await read.run(explaining(tx, seen, { analyze: true, plans: plans && n === 0 }), sample, n, now)
      calls.push(seen)
    }
  })
  if (plans) await writePlans(read, calls[0]!)
  const total = (of: (one: Statement) => number) =>
    spread(calls.map((seen) => seen.reduce((sum, one) => sum + of(one), 0)))
  return {
    read: read.name,
    database: total((one) => one.milliseconds.custom),
    generic: total((one) => one.milliseconds.generic),
    roundTrip: spread(trips),
    pages: total((one) => Math.max(one.pages.custom, one.pages.generic)),
  }
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]! * 100) / 100
  return { p50: at(0.5), p99: at(0.99) }
}

async function writePlans(read: HotRead, statements: readonly Statement[]): Promise<void> {
  const folder = new URL('plans/', import.meta.url)
  await mkdir(folder, { recursive: true })
  const name = read.name.replaceAll(/[^a-z]+/gu, '-')
  const text = statements.map(({ text, plans }) => `${text.trim()}\n\n${plans.custom}\n`).join('\n')
  await writeFile(new URL(`${name}.txt`, folder), text)
}

function printHead(text: string): void {
  const heads = ['database p50', 'p99', 'generic p50', 'p99', 'trip p50', 'p99', 'pages p50', 'p99']
  console.error(`\n${text}\n${''.padEnd(42)}${heads.map((head) => head.padStart(13)).join('')}`)
}

function printFigure({ read, database, generic, roundTrip, pages }: Figure): void {
  const cells = [
    database.p50,
    database.p99,
    generic.p50,
    generic.p99,
    roundTrip.p50,
    roundTrip.p99,
    pages.p50,
    pages.p99,
  ]
  console.error(`${read.padEnd(42)}${cells.map((cell) => cell.toFixed(2).padStart(13)).join('')}`)
}
