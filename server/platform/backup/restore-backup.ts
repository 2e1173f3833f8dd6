/** Puts a backup into an empty data folder and brings the database to its last known state, or to an instant before it. */
import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, type FileHandle, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Client } from 'pg'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded-postgres.ts'
import type { Log } from '../postgres-home.ts'
import { homeOf } from '../running-postgres.ts'
import { type BackupManifest, BASE_FILE, FILES_FOLDER, readManifest, readSums, sha256Of } from './backup-folder.ts'
import { type BackupFault, readBase } from './postgres-manifest.ts'
import type { TarEntry, TarSink } from './tar.ts'
import { type ArchivedLog, copyArchivedLog } from './wal-archive.ts'

export interface RestoreRequest {
  /** The backup's own folder. */
  readonly folder: string
  /** The log archived since; undefined to take only what the backup holds. */
  readonly log: ArchivedLog | undefined
  readonly dataDir: string
  /** The instant to stop at; undefined for the end of the log. */
  readonly until: Date | undefined
  readonly report: Log
  /** Server settings by their PostgreSQL names. */
  readonly settings?: Readonly<Record<string, string>>
}

export interface RestoredBackup {
  readonly manifest: BackupManifest
  /** Running on the restored cluster; the caller stops it. */
  readonly postgres: EmbeddedPostgres
  readonly segments: number
  readonly secondsToExtract: number
  readonly secondsToRecover: number
}

/** The target is not empty: what is there is named. */
export class TargetNotEmptyError extends Error {
  override readonly name = 'TargetNotEmptyError'
  readonly entries: readonly string[]
  constructor(folder: string, entries: readonly string[]) {
    super(`${folder} is not empty: ${entries.join(', ')}`)
    this.entries = entries
  }
}

/** The backup is damaged; nothing was started. */
export class DamagedBackupError extends Error {
  override readonly name = 'DamagedBackupError'
  readonly faults: readonly BackupFault[]
  constructor(faults: readonly BackupFault[]) {
    super(`the backup is damaged: ${faults.map((one) => `${one.path} ${one.fault}`).join(', ')}`)
    this.faults = faults
  }
}

// What an operator may have put there before: the key, the disk's own folder, and the backups where they lie by default.
const MAY_BE_THERE: ReadonlySet<string> = new Set(['kek', 'keys', 'backups', 'lost+found'])
const HBA_FILE = 'pg_hba.conf'
const HBA_KEPT = 'pg_hba.conf.kept'
// Only for the socket in a folder of our own, or for the loopback of Windows, while the new password is set.
const HBA_OPEN = 'local all all trust\nhost all all 127.0.0.1/32 trust\n'
// Fits no path: each segment was put into its place beforehand, so PostgreSQL's question for more is always answered no.
const NO_MORE_LOG = 'exit 1'

/** @throws TargetNotEmptyError */
export async function requireEmptyTarget(dataDir: string): Promise<void> {
  if (!existsSync(dataDir)) return
  const entries = (await readdir(dataDir)).filter((name) => !MAY_BE_THERE.has(name))
  if (entries.length > 0) throw new TargetNotEmptyError(dataDir, entries.toSorted())
}

/**
 * Restores and starts the database once; it then stands on a new timeline, and needs a new backup.
 * @throws TargetNotEmptyError, DamagedBackupError; Error when the log does not reach `until`
 */
export async function restoreBackup(request: RestoreRequest): Promise<RestoredBackup> {
  const begun = performance.now()
  const dataDir = resolve(request.dataDir)
  await requireEmptyTarget(dataDir)
  const manifest = await readManifest(request.folder)
  await mkdir(dataDir, { recursive: true })
  const restoring = join(dataDir, 'cluster.restoring')
  await mkdir(restoring, { mode: 0o700 })
  try {
    const faults = [...(await extractBase(request.folder, restoring)), ...(await copyFiles(request.folder, dataDir))]
    if (faults.length > 0) throw new DamagedBackupError(faults)
    const segments =
      request.log === undefined ? 0 : await copyArchivedLog(request.log, manifest.postgres, join(restoring, 'pg_wal'))
    await writeFile(join(restoring, 'recovery.signal'), '', { mode: 0o600 })
    await rename(join(restoring, HBA_FILE), join(restoring, HBA_KEPT))
    await writeFile(join(restoring, HBA_FILE), HBA_OPEN, { mode: 0o600 })
    // The password of the lost server is not part of a backup; the restored one gets its own.
    await writeFile(join(dataDir, 'password'), randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' })
    await rename(restoring, join(dataDir, 'cluster'))
    const extracted = performance.now()
    const postgres = await recover(request, dataDir)
    const [secondsToExtract, secondsToRecover] = [extracted - begun, performance.now() - extracted].map(
      (milliseconds) => milliseconds / 1000,
    ) as [number, number]
    return { manifest, postgres, segments, secondsToExtract, secondsToRecover }
  } catch (error) {
    // What is not whole must not pass for a database; the folder was empty before us.
    const home = await homeOf(dataDir)
    if (home !== dataDir) await rm(home, { recursive: true, force: true })
    for (const name of ['cluster.restoring', 'cluster', FILES_FOLDER, 'password', 'run', 'postgres.log', 'location'])
      await rm(join(dataDir, name), { recursive: true, force: true })
    throw error
  }
}

async function recover(request: RestoreRequest, dataDir: string): Promise<EmbeddedPostgres> {
  const options = { dataDir, log: request.report }
  const recovering = await startEmbeddedPostgres({
    ...options,
    settings: {
      ...request.settings,
      // Nobody may come in before the end, and nobody knows the old password then.
      hot_standby: 'off',
      ...(process.platform === 'linux' && { recovery_init_sync_method: 'syncfs' }),
      restore_command: NO_MORE_LOG,
      recovery_target_timeline: 'current',
      recovery_target_action: 'promote',
      ...(request.until !== undefined && {
        recovery_target_time: request.until.toISOString().replace('T', ' ').replace('Z', '+00'),
      }),
    },
  })
  try {
    await setPassword(recovering.url)
  } finally {
    await recovering.stop()
  }
  const cluster = join(await homeOf(dataDir), 'cluster')
  await rename(join(cluster, HBA_KEPT), join(cluster, HBA_FILE))
  return await startEmbeddedPostgres({
    ...options,
    ...(request.settings !== undefined && { settings: request.settings }),
  })
}

async function setPassword(url: string): Promise<void> {
  const { username, password } = new URL(url)
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query(
      `alter role ${client.escapeIdentifier(decodeURIComponent(username))} password ${client.escapeLiteral(decodeURIComponent(password))}`,
    )
  } finally {
    await client.end()
  }
}

async function extractBase(folder: string, cluster: string): Promise<BackupFault[]> {
  const hash = createHash('sha256')
  const faults = await readBase(folder, {
    onBytes: (chunk) => hash.update(chunk),
    open: (entry) => openEntry(cluster, entry),
  }).catch((cause: unknown): BackupFault[] => {
    if ((cause as { code?: string }).code === 'ENOSPC') throw cause
    return [{ path: BASE_FILE, fault: 'unreadable' }]
  })
  if (faults.length === 0 && hash.digest('hex') !== (await readSums(folder)).get(BASE_FILE))
    return [{ path: BASE_FILE, fault: 'damaged' }]
  return faults
}

async function openEntry(cluster: string, entry: TarEntry): Promise<TarSink | undefined> {
  const path = join(cluster, entry.path)
  if (entry.kind === 'link') return undefined
  await mkdir(entry.kind === 'folder' ? path : dirname(path), { recursive: true, mode: 0o700 })
  if (entry.kind === 'folder') return undefined
  const handle: FileHandle = await open(path, 'wx', 0o600)
  return {
    write: (chunk) => handle.writeFile(chunk),
    // PostgreSQL syncs the whole folder itself before it recovers.
    end: () => handle.close(),
  }
}

async function copyFiles(folder: string, dataDir: string): Promise<BackupFault[]> {
  const faults: BackupFault[] = []
  for (const [path, sum] of await readSums(folder)) {
    if (!path.startsWith(`${FILES_FOLDER}/`)) continue
    const target = join(dataDir, path)
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    const isThere = await copyFile(join(folder, path), target).then(
      () => true,
      () => false,
    )
    if (!isThere) faults.push({ path, fault: 'missing' })
    else if ((await sha256Of(target)) !== sum) faults.push({ path, fault: 'damaged' })
  }
  return faults
}
