/**
 * npm run bench -- candidates [--json] [--orders N] [--teams N] [--asked N] [--plans]
 *
 * Who could serve an order: the whole answer behind a dispatcher's click (session, row security, every statement, the engine, JSON),
 * asked over HTTP of a server in this process by one dispatcher of the centre, in a district at work with 631 teams. Beside it what
 * its statements take at the database.
 */
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { YANQING } from '../../server/cli/district-plan.ts'
import { compose, type Platform } from '../../server/compose.ts'
import { readConfig } from '../../server/config.ts'
import { candidatesFor } from '../../server/modules/orders/candidates.ts'
import { lockOrder } from '../../server/modules/orders/order-rows.ts'
import { systemActor } from '../../server/platform/actor.ts'
import { inDistrict, openDb, sql } from '../../server/platform/db.ts'
import { startEmbeddedPostgres } from '../../server/platform/embedded-postgres.ts'
import { openKeyring } from '../../server/platform/field-encryption.ts'
import { createLog } from '../../server/platform/log.ts'
import { migrate, migrationNames } from '../../server/platform/migrate.ts'
import { hashToken } from '../../server/platform/tokens.ts'
import { percentile, round, type Say, tableOf } from '../load/pairs.ts'
import { loadDistrict, LOADED_AT } from '../scale/load.ts'
import { type HotRead, LOADING, measureReads } from '../scale/measure.ts'
import { furnish } from './furnish.ts'

const TEAMS = '631'
const ORDERS = '30000'
const ASKED = '1000'
/** Questions before the clock runs: a server has been asked before. */
const WARM_UP = 100
/** Of each order so many statements are explained. */
const EXPLAINED = 40
const WAITING_MAX = 200
const KEK = Buffer.alloc(32, 7)
const TOKEN = `${YANQING}.${createHash('sha256').update('bench candidates').digest('base64url')}`

export async function run(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: {
      json: { type: 'boolean', default: false },
      plans: { type: 'boolean', default: false },
      orders: { type: 'string', default: ORDERS },
      teams: { type: 'string', default: TEAMS },
      asked: { type: 'string', default: ASKED },
    },
  })
  const dataDir = await mkdtemp(join(tmpdir(), 'huiyin-candidates-'))
  const say: Say = (text) => void process.stderr.write(`${text}\n`)
  try {
    await load(dataDir, { orders: Number(values.orders), teams: Number(values.teams) }, say)
    const figures = await measure(dataDir, { asked: Number(values.asked), plans: values.plans }, say)
    const result = { teams: Number(values.teams), orders: Number(values.orders), ...figures }
    process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : tableOf(result))
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function load(dataDir: string, size: { orders: number; teams: number }, say: Say): Promise<void> {
  const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined, settings: LOADING })
  const db = openDb(postgres.url, openKeyring({ kek: KEK }), { poolMax: 4 })
  const jobs = { sendWithin: async () => undefined, work: async () => undefined, stop: async () => undefined }
  try {
    await migrate(postgres.url)
    await loadDistrict({ db, jobs }, postgres.url, { ...size, seed: 1, log: () => undefined })
    say(`${await furnish(postgres.url, LOADED_AT)} visits are promised`)
  } finally {
    await db.close()
    await postgres.stop()
  }
}

type Figures = Readonly<Record<string, number>>

async function measure(
  dataDir: string,
  { asked, plans }: { readonly asked: number; readonly plans: boolean },
  say: Say,
): Promise<Figures> {
  const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined })
  const platform = await composed(postgres.url, dataDir)
  const app = await platform.buildApp(false)
  try {
    const waiting = await inDistrict(platform.db, YANQING, (tx) =>
      tx.rows<{ id: string }>(
        sql`select id from service_order where state = 'dispatching' order by hashtext(id::text) limit ${WAITING_MAX}`,
      ),
    )
    await admit(platform)
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as AddressInfo
    const answers = await ask(`http://127.0.0.1:${port}`, waiting, asked)
    say(`${waiting.length} orders that wait, each asked about ${Math.ceil(asked / waiting.length)} times`)
    const [database] = await measureReads(platform.db, [CLICK], waiting, { calls: EXPLAINED, plans })
    return {
      ...answers,
      databaseP50Ms: database!.database.p50,
      databaseP99Ms: database!.database.p99,
      pages: database!.pages.p50,
    }
  } finally {
    await app.close()
    await platform.close()
    await postgres.stop()
  }
}

async function composed(databaseUrl: string, dataDir: string): Promise<Platform> {
  const environment = { DATABASE_URL: databaseUrl, HUIYIN_KEK: KEK.toString('hex'), HUIYIN_DATA: dataDir }
  const read = readConfig(environment, ['--role', 'web'])
  if (!read.ok) throw new Error(JSON.stringify(read.faults))
  return compose({
    config: read.config,
    databaseUrl,
    kek: KEK,
    log: createLog({ level: 'error' }),
    schemaHead: (await migrationNames()).at(-1) ?? '',
    isStopping: () => false,
    hasPages: false,
  })
}

/** A dispatcher of the centre with an open session. */
async function admit({ db }: Platform): Promise<void> {
  await inDistrict(db, YANQING, async (tx) => {
    const { id } = await tx.one<{ id: string }>(sql`select id from person order by id limit 1`)
    await tx.run(sql`
      insert into role_grant (district_id, id, person_id, role, unit_id, granted_at)
      select ${tx.districtId}::int, gen_random_uuid(), ${id}::uuid, 'dispatcher', id, '2000-01-01' from unit where kind = 'centre'`)
    await tx.run(sql`
      insert into session (district_id, token_hash, person_id, kind, expires_at)
      values (${tx.districtId}, ${hashToken(TOKEN)}, ${id}::uuid, 'staff', now() + interval '1 year')`)
  })
}

async function ask(origin: string, waiting: readonly { readonly id: string }[], asked: number): Promise<Figures> {
  const times: number[] = []
  let candidates = 0
  for (let n = -WARM_UP; n < asked; n++) {
    const { id } = waiting[(n + WARM_UP) % waiting.length]!
    const began = performance.now()
    const answer = await fetch(`${origin}/api/v1/orders/${id}/candidates`, {
      headers: { authorization: `Bearer ${TOKEN}` },
    })
    const text = await answer.text()
    if (n < 0) continue
    times.push(performance.now() - began)
    if (answer.status !== 200) throw new Error(`answered ${answer.status}: ${text}`)
    candidates += (JSON.parse(text) as { candidates: unknown[] }).candidates.length
  }
  return {
    clickP50Ms: round(percentile(times, 0.5)),
    clickP99Ms: round(percentile(times, 0.99)),
    clickMaxMs: round(Math.max(...times)),
    candidatesMean: round(candidates / asked),
  }
}

const CLICK: HotRead<readonly { readonly id: string }[]> = {
  name: 'who could serve an order, all of it',
  async run(tx, waiting, n, now) {
    const [centre] = await tx.rows<{ id: string }>(sql`select id from unit where kind = 'centre'`)
    const units = await tx.rows<{ id: string }>(sql`select id from unit`)
    const grants = [{ role: 'dispatcher', unitId: centre!.id, unitIds: new Set(units.map(({ id }) => id)) }]
    const actor = { ...systemActor(tx.districtId), kind: 'staff', grants } as const
    const order = await lockOrder(tx, waiting[n % waiting.length]!.id)
    return candidatesFor({ tx, actor, now }, order!)
  },
}
