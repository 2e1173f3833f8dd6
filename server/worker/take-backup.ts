import { statfs } from 'node:fs/promises'
import { Client, type Pool } from 'pg'
import { type BackupFacts, type BackupManifest, pruneBackups, readableBackups } from '#platform/backup/backup-folder.ts'
import { recordRun } from '#platform/backup/backup-rows.ts'
import { type CreatedBackup, createBackup } from '#platform/backup/create-backup.ts'
import { pruneLog } from '#platform/backup/wal-archive.ts'

/** What a backup needs to know of the installation. */
export interface BackupPlan {
  /** Connection string of the schema's owner, who may replicate and sees all rows. */
  readonly url: string
  /** Folder of all backups. */
  readonly backups: string
  /** The store of uploads. */
  readonly files: string
  readonly keep: number
  readonly release: BackupManifest['release']
  readonly keyIds: readonly string[]
}

// Full disks stop the database when the backups lie beside it, so this much is left.
const FREE_BYTES_MIN = 512 * 1024 * 1024
// Log, uploads and what the compression does not save.
const ROOM_FACTOR = 1.2

/** There is no room; nothing was written. */
export class DiskShortError extends Error {
  override readonly name = 'DiskShortError'
  readonly folder: string
  readonly needed: number
  readonly free: number
  constructor(folder: string, needed: number, free: number) {
    super(`${folder} has ${free} bytes free, ${needed} are needed`)
    this.folder = folder
    this.needed = needed
    this.free = free
  }
}

/** Makes a backup, removes those that are too many, and records how it went. The caller holds the backups. */
export async function takeBackup(plan: BackupPlan, pool: Pool): Promise<CreatedBackup> {
  const startedAt = new Date()
  const record = (made: CreatedBackup | undefined, findings: readonly string[]) =>
    recordRun(pool, {
      kind: 'backup',
      name: made?.manifest.name ?? null,
      startedAt,
      finishedAt: new Date(),
      succeeded: made !== undefined,
      bytes: made?.bytes ?? 0,
      restoreSeconds: null,
      findings,
    })
  try {
    await requireRoom(plan.backups, await neededBytes(plan))
    const made = await createBackup({ ...plan, facts: () => readFacts(plan.url) })
    await pruneBackups(plan.backups, plan.keep)
    await pruneLog(plan.backups, await readableBackups(plan.backups))
    await record(made, [])
    return made
  } catch (error) {
    await record(undefined, [error instanceof Error ? error.message : String(error)]).catch(() => undefined)
    throw error
  }
}

/** @throws DiskShortError */
export async function requireRoom(folder: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (free < needed + FREE_BYTES_MIN) throw new DiskShortError(folder, needed + FREE_BYTES_MIN, free)
}

/** What the last backup took, or else as much as the database is large. */
async function neededBytes({ url, backups }: BackupPlan): Promise<number> {
  const last = (await readableBackups(backups)).at(-1)
  const bytes = last?.baseBytes ?? (await clusterBytes(url))
  return Math.ceil(bytes * ROOM_FACTOR)
}

/** Size of all databases of the cluster, in bytes. */
export function clusterBytes(url: string): Promise<number> {
  return asOwner(url, async (client) => {
    const { rows } = await client.query<{ bytes: number }>(
      'select sum(pg_database_size(oid))::float8 as bytes from pg_database',
    )
    return rows[0]!.bytes
  })
}

async function readFacts(url: string): Promise<BackupFacts> {
  return asOwner(url, async (client) => {
    await client.query('begin isolation level repeatable read read only')
    const { rows: districts } = await client.query<BackupFacts['districts'][number]>(`
      select d.id, d.name,
             (select jsonb_build_object('seq', s.seq, 'hash', encode(s.hash, 'hex')) from audit_seal s
               where s.district_id = d.id order by s.seq desc limit 1) as "auditHead",
             (select coalesce(sum(a.credits_posted - a.debits_posted), 0)::float8 from ledger_account a
               where a.district_id = d.id) as "ledgerSum"
        from district d order by d.id`)
    const rowCounts = await countRows(client)
    await client.query('commit')
    return { districts, rowCounts }
  })
}

/** Rows of every table that the application cannot delete from: their number never falls. */
export async function countRows(client: Client): Promise<Record<string, number>> {
  const { rows: tables } = await client.query<{ name: string }>(`
    select relname as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind = 'r' and not has_table_privilege('huiyin_app', oid, 'delete')
     order by relname`)
  const counts: Record<string, number> = {}
  for (const { name } of tables) {
    const { rows } = await client.query<{ n: number }>(
      `select count(*)::float8 as n from ${client.escapeIdentifier(name)}`,
    )
    counts[name] = rows[0]!.n
  }
  return counts
}

async function asOwner<T>(url: string, act: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, application_name: 'huiyin-backup' })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await act(client)
  } finally {
    await client.end()
  }
}
