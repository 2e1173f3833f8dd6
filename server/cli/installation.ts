/** What a command works on: the database, running or started for the moment, with the key and the schema of this release. */
import { join } from 'node:path'
import { Client } from 'pg'
import { type Db, openDb } from '#platform/db.ts'
import { startEmbeddedPostgres } from '#platform/embedded-postgres.ts'
import { openKeyring } from '#platform/field-encryption.ts'
import { districtIds, type JobQueue, openJobs } from '#platform/jobs.ts'
import { createLog, type Log } from '#platform/log.ts'
import { migrationNames } from '#platform/migrate.ts'
import { findRunningPostgres, hasCluster } from '#platform/running-postgres.ts'
import type { WorkHost } from '#platform/work.ts'
import { type Config, loadOrCreateKek } from '../config.ts'
import { CommandError } from './command-error.ts'

const APPLICATION_NAME = 'huiyin-cli'
const SERVER_APPLICATION_NAME = 'huiyin'

/** What a command needs of the installation. */
export interface Needs {
  readonly mayCreate?: boolean
  readonly anySchema?: boolean
  /** Whatever a crash loses is done again by the next run, so no commit waits for the disk. */
  readonly isReplayable?: boolean
}

// A crash may lose the last moments, never the order of what is kept.
const REPLAYABLE_SETTINGS = {
  synchronous_commit: 'off',
  shared_buffers: '512MB',
  max_wal_size: '4GB',
  checkpoint_timeout: '30min',
} as const

export interface OwnerAccess {
  /** Connection string of the schema's owner. */
  readonly url: string
  close(): Promise<void>
}

export interface Installation extends WorkHost {
  readonly url: string
  readonly kek: Buffer
  readonly db: Db
  readonly log: Log
  /** Whether a server works on the same database now. */
  readonly isServing: boolean
  close(): Promise<void>
}

/**
 * Reaches the database: an external one as it is, the embedded one where another process runs it, and else by starting it
 * until `close`.
 */
export async function openOwner(
  config: Config,
  { mayCreate, isReplayable = false }: { mayCreate: boolean; isReplayable?: boolean },
): Promise<OwnerAccess> {
  if (config.databaseUrl !== null) {
    await asOwner(config.databaseUrl, async () => undefined).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message || String((cause as { code?: string }).code) : String(cause)
      throw new CommandError('cli.error.unreachable', { reason }, undefined, { cause })
    })
    return { url: config.databaseUrl, close: async () => undefined }
  }
  const folder = config.dataDir
  const running = await findRunningPostgres(folder).catch((cause: unknown) => {
    const { code } = cause as { code?: string }
    if (code === 'EACCES' || code === 'EPERM')
      throw new CommandError('cli.error.not-your-database', { folder }, undefined, { cause })
    throw cause
  })
  if (running !== null) return { url: running, close: async () => undefined }
  if (!mayCreate && !(await hasCluster(folder))) throw new CommandError('cli.error.no-database', { folder })
  try {
    const postgres = await startEmbeddedPostgres({
      dataDir: folder,
      log: () => undefined,
      ...(isReplayable && { settings: REPLAYABLE_SETTINGS }),
    })
    return { url: postgres.url, close: () => postgres.stop() }
  } catch (cause) {
    if (cause instanceof Error && cause.message.startsWith('Another process'))
      throw new CommandError('cli.error.database-busy', { folder }, undefined, { cause })
    throw cause
  }
}

/** The installation's key; made only together with a new embedded database. @throws Error when it is missing or damaged */
export function openKek(config: Config, { mayCreate }: { mayCreate: boolean }): Buffer {
  return config.kek ?? loadOrCreateKek(config.dataDir, { mayCreate })
}

export function kekPlace(config: Config): string {
  return config.kek === null ? join(config.dataDir, 'kek') : 'HUIYIN_KEK'
}

export async function openInstallation(config: Config, needs: Needs = {}): Promise<Installation> {
  const isNew = config.databaseUrl === null && needs.mayCreate === true && !(await hasCluster(config.dataDir))
  const owner = await openOwner(config, {
    mayCreate: needs.mayCreate === true,
    isReplayable: needs.isReplayable === true,
  })
  const closes: (() => Promise<unknown>)[] = [() => owner.close()]
  const close = async () => {
    for (const end of closes.splice(0).toReversed()) await end()
  }
  try {
    const kek = openKek(config, { mayCreate: isNew })
    if (needs.anySchema !== true) await requireSchema(owner.url)
    const isServing = await serverWorksOn(owner.url)
    const log = createLog({ level: 'silent' })
    const db = openDb(owner.url, openKeyring({ kek, retired: config.retiredKeks }), {
      poolMax: 4,
      applicationName: APPLICATION_NAME,
    })
    closes.push(() => db.close())
    const jobs = needs.anySchema === true ? NO_QUEUE : await openJobs(db, log, [], { worker: false })
    closes.push(() => jobs.stop())
    return { url: owner.url, kek, db, jobs, log, isServing, close }
  } catch (error) {
    await close()
    throw error
  }
}

const NO_QUEUE: JobQueue = {
  sendWithin: () => Promise.reject(new Error('There is no queue before the schema.')),
  work: async () => undefined,
  stop: async () => undefined,
}

/** The newest migration that was applied; null in a database without our tables. */
export async function schemaHead(url: string): Promise<string | null> {
  return asOwner(url, async (client) => {
    const there = await client.query<{ found: string | null }>(
      `select to_regclass('public.schema_migration')::text as found`,
    )
    if (there.rows[0]?.found == null) return null
    const { rows } = await client.query<{ name: string }>(
      'select name from schema_migration order by name desc limit 1',
    )
    return rows[0]?.name ?? null
  })
}

/** Runs statements as the schema's owner. */
export async function asOwner<T>(url: string, act: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, application_name: APPLICATION_NAME })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await act(client)
  } finally {
    await client.end()
  }
}

/** The district that is meant: the named one, or the only one. */
export async function chosenDistrict(db: Db, named: string | undefined): Promise<number> {
  const [id, ...others] = await chosenDistricts(db, named)
  if (id === undefined) throw new CommandError('cli.error.no-district')
  if (others.length > 0) throw new CommandError('cli.error.which-district', { ids: [id, ...others].join(', ') })
  return id
}

/** The named district, or all of them. */
export async function chosenDistricts(db: Db, named: string | undefined): Promise<readonly number[]> {
  const ids = await districtIds(db)
  if (named === undefined) return ids
  const id = Number(named)
  if (!ids.includes(id)) throw new CommandError('cli.error.unknown-district', { id: named })
  return [id]
}

async function requireSchema(url: string): Promise<void> {
  const wanted = (await migrationNames()).at(-1) ?? ''
  const found = await schemaHead(url)
  if (found !== wanted) throw new CommandError('cli.error.schema-other', { found: found ?? '-', wanted })
}

/** Whether a server has the database open now. */
export async function serverWorksOn(url: string): Promise<boolean> {
  return asOwner(url, async (client) => {
    const { rows } = await client.query<{ n: number }>(
      'select count(*)::int as n from pg_stat_activity where datname = current_database() and application_name = $1',
      [SERVER_APPLICATION_NAME],
    )
    return (rows[0]?.n ?? 0) > 0
  })
}
