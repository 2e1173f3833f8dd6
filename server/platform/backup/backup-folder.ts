/**
 * A backup on the disk:
 *
 *   <backups>/2026-11-23T19-00-00Z/
 *     base.tar.zst       the cluster's files and the log they need, as PostgreSQL sent them (tar, Zstandard)
 *     backup_manifest    PostgreSQL's own list of them, with SHA-256
 *     files/…            what people uploaded
 *     backup.json        what the backup is: release, schema, audit heads, ledger sums, row counts, ids of the keys
 *     SHA256SUMS         of everything above; `sha256sum -c` reads it without this program
 *   <backups>/wal/<cluster>/…   the log since then (wal-archive.ts)
 *
 * A folder gets this name only when all of it is on the disk; until then it ends in `.partial`.
 */
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

export const BASE_FILE = 'base.tar.zst'
export const POSTGRES_MANIFEST_FILE = 'backup_manifest'
export const MANIFEST_FILE = 'backup.json'
export const SUMS_FILE = 'SHA256SUMS'
export const FILES_FOLDER = 'files'
export const PARTIAL = '.partial'
export const FORMAT = 1

/** Begins the name of a folder in which a backup is tried out. */
export const DRILL_PREFIX = 'drill-'

const NAME_SHAPE = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$/u
const SUM_LINE = /^([0-9a-f]{64}) {2}(.+)$/u

/** What the database held when the backup began; a restored one holds at least this. */
export interface BackupFacts {
  readonly districts: readonly {
    readonly id: number
    readonly name: string
    readonly auditHead: { readonly seq: number; readonly hash: string } | null
    readonly ledgerSum: number
  }[]
  readonly rowCounts: Readonly<Record<string, number>>
}

export interface BackupManifest extends BackupFacts {
  readonly format: number
  readonly name: string
  readonly startedAt: string
  readonly finishedAt: string
  readonly release: { readonly version: string; readonly revision: string; readonly migrationHead: string }
  readonly postgres: {
    readonly version: string
    readonly systemIdentifier: string
    readonly timeline: number
    readonly startLsn: string
    readonly endLsn: string
    readonly segmentBytes: number
  }
  /** Size of the compressed archive. */
  readonly baseBytes: number
  /** Which keys open the personal fields in it; the keys themselves are never part of a backup. */
  readonly keyIds: readonly string[]
}

/** The name sorts by time, to the second. */
export function backupName(at: Date): string {
  return `${at.toISOString().slice(0, 19).replaceAll(':', '-')}Z`
}

/** Names of the finished backups, oldest first. */
export async function backupNames(backups: string): Promise<string[]> {
  if (!existsSync(backups)) return []
  return (await readdir(backups)).filter((name) => NAME_SHAPE.test(name)).toSorted()
}

/** @throws Error when the file is missing, damaged or of a newer format */
export async function readManifest(folder: string): Promise<BackupManifest> {
  const manifest = JSON.parse(await readFile(join(folder, MANIFEST_FILE), 'utf8')) as BackupManifest
  if (manifest.format !== FORMAT)
    throw new Error(`${folder} has the format ${manifest.format}; this release reads ${FORMAT}.`)
  return manifest
}

/** The manifests of all finished backups that can be read, oldest first. */
export async function readableBackups(backups: string): Promise<BackupManifest[]> {
  const found: BackupManifest[] = []
  for (const name of await backupNames(backups)) {
    const manifest = await readManifest(join(backups, name)).catch(() => undefined)
    if (manifest !== undefined) found.push(manifest)
  }
  return found
}

/** Paths below a folder, with slashes, sorted. */
export async function filePaths(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return []
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const prefix = folder.endsWith('/') ? folder.length : folder.length + 1
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(prefix).replaceAll('\\', '/'))
    .toSorted()
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

export function formatSums(sums: ReadonlyMap<string, string>): string {
  return [...sums].map(([path, sum]) => `${sum}  ${path}\n`).join('')
}

/** @throws Error when a line is not what `formatSums` writes */
export async function readSums(folder: string): Promise<Map<string, string>> {
  const text = await readFile(join(folder, SUMS_FILE), 'utf8')
  if (!text.endsWith('\n')) throw new Error(`${SUMS_FILE} is cut short.`)
  const lines = text.slice(0, -1).split('\n')
  return new Map(
    lines.map((line) => {
      const [, sum, path] = SUM_LINE.exec(line) ?? []
      if (sum === undefined || path === undefined) throw new Error(`${SUMS_FILE} is damaged.`)
      return [path, sum]
    }),
  )
}

export async function folderBytes(folder: string): Promise<number> {
  let total = 0
  for (const path of await filePaths(folder)) total += (await stat(join(folder, path))).size
  return total
}

/** Makes sure that a file, or the names in a folder, outlive a power cut. */
export async function sync(path: string): Promise<void> {
  // Windows cannot open folders; its names are journalled.
  if (process.platform === 'win32' && (await stat(path)).isDirectory()) return
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The folder of all backups, readable by its owner only, without what an interrupted one left behind. */
export async function prepareBackups(backups: string): Promise<void> {
  await mkdir(backups, { recursive: true, mode: 0o700 })
  for (const name of await readdir(backups)) {
    const isLeftover = name.endsWith(PARTIAL) && NAME_SHAPE.test(name.slice(0, -PARTIAL.length))
    if (isLeftover || name.startsWith(DRILL_PREFIX)) await rm(join(backups, name), { recursive: true, force: true })
  }
}

/**
 * Removes old backups. The newest `keep` stay, and the newest one of each of the last `keep` days that have one, so that a day
 * with many drills does not push out the week.
 * @returns the names removed
 */
export async function pruneBackups(backups: string, keep: number): Promise<string[]> {
  const newestOfDay = new Map<string, string>()
  const names = await backupNames(backups)
  for (const name of names) newestOfDay.set(name.slice(0, 10), name)
  const kept = new Set([...[...newestOfDay.values()].slice(-keep), ...names.slice(-keep)])
  const removed = names.filter((name) => !kept.has(name))
  // The name goes first: a removal cut short must not leave something that looks like a backup.
  for (const name of removed) {
    await rm(join(backups, name, MANIFEST_FILE), { force: true })
    await rm(join(backups, name), { recursive: true, force: true })
  }
  return removed
}
