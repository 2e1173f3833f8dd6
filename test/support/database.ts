import { randomBytes } from 'node:crypto'
import type { Client } from 'pg'
import { afterAll, beforeAll, inject } from 'vitest'
import { YANQING, yanqingPlan } from '../../server/cli/district-plan.ts'
import { setUpDistrict } from '../../server/modules/orgs/index.ts'
import type { Actor } from '../../server/platform/actor.ts'
import { systemActor } from '../../server/platform/actor.ts'
import { type Db, openDb } from '../../server/platform/db.ts'
import { openKeyring } from '../../server/platform/field-encryption.ts'
import { migrate } from '../../server/platform/migrate.ts'
import { type Job, type JobQueue } from '../../server/platform/jobs.ts'
import { runWork, type Work, type WorkHost } from '../../server/platform/work.ts'
import { withClient } from './with-client.ts'

export { YANQING }

const TEMPLATE_LOCK = 7_715_001

/** What test databases are cloned from: migrated and filled once per server. */
export interface Template {
  readonly name: string
  readonly fill: (host: WorkHost) => Promise<void>
}

const YANQING_TREE: Template = {
  name: 'huiyin_template',
  async fill(host) {
    const plan = await yanqingPlan()
    await runWork(host, systemActor(YANQING), (work) => setUpDistrict(work, plan))
  },
}

/** One database of its own for a test file, cloned from a migrated template with Yanqing set up. */
export interface TestDatabase extends WorkHost {
  /** The owner's connection string, to look behind row security or tamper on purpose. */
  readonly ownerUrl: string
  readonly db: Db
  /** Jobs sent so far, in order; nothing runs them here. */
  readonly sent: Job[]
  /** Runs an operation as an actor, the system by default. */
  work<T>(act: (work: Work) => Promise<T>, actor?: Actor): Promise<T>
  owner<T>(act: (client: Client) => Promise<T>): Promise<T>
}

/** Opens every test database; `compose` makes the same keyring from it. */
export const TEST_KEK: Buffer = Buffer.alloc(32, 7)
export const TEST_KEYRING = openKeyring({ kek: TEST_KEK })

/** Registers the hooks that make and drop the file's database. Use the returned object only inside tests and hooks. */
export function useDatabase(): TestDatabase {
  const state: { database?: TestDatabase; drop?: () => Promise<void> } = {}
  beforeAll(async () => Object.assign(state, await cloneDatabase()))
  afterAll(async () => state.drop?.())
  const current = () => {
    if (state.database === undefined) throw new Error('The database is there only inside tests and hooks.')
    return state.database
  }
  return {
    get ownerUrl() {
      return current().ownerUrl
    },
    get db() {
      return current().db
    },
    get jobs() {
      return current().jobs
    },
    get sent() {
      return current().sent
    },
    work: (act, actor) => current().work(act, actor),
    owner: (act) => current().owner(act),
  }
}

export async function cloneDatabase(
  template: Template = YANQING_TREE,
): Promise<{ database: TestDatabase; drop: () => Promise<void> }> {
  const adminUrl = inject('postgresUrl')
  await ensureTemplate(adminUrl, template)
  const name = `t_${randomBytes(6).toString('hex')}`
  await withClient(adminUrl, (client) => client.query(`create database ${name} template ${template.name}`))
  const ownerUrl = urlOf(adminUrl, name)
  const db = openDb(ownerUrl, TEST_KEYRING, { poolMax: 10, applicationName: name })
  const sent: Job[] = []
  const jobs: JobQueue = {
    sendWithin: async (_tx, list) => void sent.push(...list),
    work: async () => undefined,
    stop: async () => undefined,
  }
  const host: WorkHost = { db, jobs }
  const database: TestDatabase = {
    ...host,
    ownerUrl,
    sent,
    work: (act, actor = systemActor(YANQING)) => runWork(host, actor, act),
    owner: async (act) => withClient(ownerUrl, act),
  }
  const drop = async () => {
    const open = await withClient(adminUrl, (client) =>
      client.query(
        `select count(*)::int as n from pg_stat_activity where datname = $1 and state like 'idle in transaction%'`,
        [name],
      ),
    )
    await db.close()
    await withClient(adminUrl, (client) => client.query(`drop database ${name} with (force)`))
    if (open.rows[0].n > 0) throw new Error(`The test left ${open.rows[0].n} transactions open.`)
  }
  return { database, drop }
}

/** Makes the template once per server; the first worker builds it, the others wait. */
async function ensureTemplate(adminUrl: string, { name, fill }: Template): Promise<void> {
  await withClient(adminUrl, async (client) => {
    await client.query(`select pg_advisory_lock(${TEMPLATE_LOCK})`)
    const found = await client.query(`select 1 from pg_database where datname = $1 and datistemplate`, [name])
    if (found.rowCount === 1) return
    await client.query(`drop database if exists ${name}`)
    await client.query(`create database ${name}`)
    const url = urlOf(adminUrl, name)
    await migrate(url)
    const db = openDb(url, TEST_KEYRING, { poolMax: 2 })
    const jobs: JobQueue = {
      sendWithin: async () => undefined,
      work: async () => undefined,
      stop: async () => undefined,
    }
    await fill({ db, jobs })
    await db.close()
    await client.query(`alter database ${name} is_template true`)
  })
}

function urlOf(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.toString()
}
