/**
 * npm run bench -- scale [--orders 10000,100000,1000000] [--seed N] [--data FOLDER] [--only TEXT]
 *   [--calls N] [--plans] [--json]
 *
 * Loads a district of each size and measures the hot reads: at the database (planning and running, as EXPLAIN ANALYZE says) and
 * as a round trip of the function that the application calls. PostgreSQL runs with the settings of `npm start`.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Client } from 'pg'
import { YANQING } from '../../server/cli/district-plan.ts'
import { inDistrict, openDb } from '../../server/platform/db.ts'
import { startEmbeddedPostgres } from '../../server/platform/embedded-postgres.ts'
import { openKeyring } from '../../server/platform/field-encryption.ts'
import { migrate } from '../../server/platform/migrate.ts'
import { loadDistrict } from './load.ts'
import { failIfSlow, type Figure, type HotRead, LOADING, measureReads, MUST_MILLISECONDS } from './measure.ts'
import { HOT_READS, type Sample, sampleOf } from './reads.ts'

const SIZES = '10000,100000,1000000'
const CALLS = '40'

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
  failIfSlow(results.at(-1)!.figures)
}

interface How {
  readonly orders: number
  readonly seed: number
  readonly calls: number
  readonly plans: boolean
  readonly reads: readonly HotRead<Sample>[]
}

async function measureSize(dataDir: string, how: How): Promise<Result> {
  const loadSeconds = await load(dataDir, how)
  const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined })
  const db = openDb(postgres.url, openKeyring({ kek: Buffer.alloc(32, 7) }), { poolMax: 2 })
  try {
    const facts = await factsOf(postgres.url)
    const sample = await inDistrict(db, YANQING, sampleOf)
    console.error(`\n${facts.orders} orders, ${facts.transitions} transitions; milliseconds`)
    const figures = await measureReads(db, how.reads, sample, how)
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
