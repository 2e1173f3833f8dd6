import { randomBytes } from 'node:crypto'
import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { copyFile, link, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PassThrough, Transform, type Writable } from 'node:stream'
import { constants, createZstdCompress } from 'node:zlib'
import { Client } from 'pg'
import { holdProcessLock } from '../process-lock.js'
import {
  backupName,
  backupNames,
  type BackupFacts,
  type BackupManifest,
  BASE_FILE,
  filePaths,
  FILES_FOLDER,
  FORMAT,
  formatSums,
  MANIFEST_FILE,
  PARTIAL,
  POSTGRES_MANIFEST_FILE,
  prepareBackups,
  sha256Of,
  SUMS_FILE,
  sync,
} from './backup-folder.ts'
import { connectReplication, streamBaseBackup } from './replication.ts'

export interface BackupRequest {
  /** Connection string of the schema's owner, who may replicate. */
  readonly url: string
  /** Folder of all backups. */
  readonly backups: string
  /** The store of uploads, which may be missing. */
  readonly files: string
  readonly release: BackupManifest['release']
  readonly keyIds: readonly string[]
  /** Looked up before the copy begins: the copy holds at least this. */
  readonly facts: () => Promise<BackupFacts>
}

export interface CreatedBackup {
  readonly folder: string
  readonly manifest: BackupManifest
  readonly bytes: number
  readonly seconds: number
}

const LOCK_FILE = 'backup.lock'
// Fast above all: the server has other work, and the data is mostly small and similar.
const COMPRESSION_LEVEL = 1

/** Another backup is being made on this machine into the same folder. */
export class BackupBusyError extends Error {
  override readonly name = 'BackupBusyError'
}

/** Runs `act` while no other process makes, removes or restores here. @throws BackupBusyError */
export async function holdingBackups<T>(backups: string, act: () => Promise<T>): Promise<T> {
  await mkdir(backups, { recursive: true, mode: 0o700 })
  const lock = await holdProcessLock(join(backups, LOCK_FILE), { waitMilliseconds: 0 }).catch((cause: unknown) => {
    throw new BackupBusyError(`Another process works in ${backups}.`, { cause })
  })
  try {
    return await act()
  } finally {
    lock.release()
  }
}

/**
 * Copies the running database, whoever writes to it meanwhile, and the uploads. Every write that was acknowledged before the
 * end is in it. The finished folder appears by a rename; whatever ends in between leaves only a `.partial`.
 * The caller holds the backups (`holdingBackups`).
 */
export async function createBackup(request: BackupRequest): Promise<CreatedBackup> {
  const begun = performance.now()
  const startedAt = new Date()
  await prepareBackups(request.backups)
  const names = await backupNames(request.backups)
  const name = backupName(startedAt)
  if (names.includes(name)) throw new Error(`${join(request.backups, name)} exists already.`)
  const partial = join(request.backups, `${name}${PARTIAL}`)
  await mkdir(partial, { mode: 0o700 })
  try {
    const facts = await request.facts()
    const server = await serverFacts(request.url)
    const { sums, positions } = await copyCluster(request.url, name, partial)
    // After the database: a row that names an upload is written after the upload is there.
    const before = names.at(-1)
    const earlier = before === undefined ? undefined : join(request.backups, before, FILES_FOLDER)
    for (const [path, sum] of await copyFiles(request.files, join(partial, FILES_FOLDER), earlier))
      sums.set(`${FILES_FOLDER}/${path}`, sum)
    const manifest: BackupManifest = {
      format: FORMAT,
      name,
      startedAt: startedAt.toISOString(),
      finishedAt: new Date().toISOString(),
      release: request.release,
      postgres: { ...server, ...positions },
      baseBytes: (await stat(join(partial, BASE_FILE))).size,
      keyIds: request.keyIds,
      ...facts,
    }
    await writeFile(join(partial, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`, {
      mode: 0o600,
      flush: true,
    })
    sums.set(MANIFEST_FILE, await sha256Of(join(partial, MANIFEST_FILE)))
    await writeFile(join(partial, SUMS_FILE), formatSums(sums), { mode: 0o600, flush: true })
    await sync(partial)
    const folder = join(request.backups, name)
    await rename(partial, folder)
    await sync(request.backups)
    let bytes = 0
    for (const path of sums.keys()) bytes += (await stat(join(folder, path))).size
    return { folder, manifest, bytes, seconds: (performance.now() - begun) / 1000 }
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    throw error
  }
}

async function serverFacts(url: string): Promise<{ version: string; segmentBytes: number }> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rows } = await client.query<{ version: string; segment_bytes: number }>(
      `select current_setting('server_version') as version, setting::int as segment_bytes
         from pg_settings where name = 'wal_segment_size'`,
    )
    return { version: rows[0]!.version, segmentBytes: rows[0]!.segment_bytes }
  } finally {
    await client.end()
  }
}

async function copyCluster(url: string, name: string, folder: string) {
  const sums = new Map<string, string>()
  const client = await connectReplication(url)
  try {
    const positions = await streamBaseBackup(client, `huiyin ${name}`, {
      openArchive: () =>
        hashedFile(join(folder, BASE_FILE), (sum) => sums.set(BASE_FILE, sum), [
          createZstdCompress({
            params: {
              [constants.ZSTD_c_compressionLevel]: COMPRESSION_LEVEL,
              [constants.ZSTD_c_checksumFlag]: 1,
            },
          }),
        ]),
      openManifest: () =>
        hashedFile(join(folder, POSTGRES_MANIFEST_FILE), (sum) => sums.set(POSTGRES_MANIFEST_FILE, sum)),
    })
    return { sums, positions }
  } finally {
    await client.close()
  }
}

/** A file that is hashed as it is written, and synced at its end. Closes when the bytes are on the disk; fails as a whole. */
function hashedFile(path: string, onSum: (sum: string) => void, through: readonly Transform[] = []): Writable {
  const hash = createHash('sha256')
  const entry = new PassThrough({ emitClose: false, autoDestroy: false })
  const tap = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      done(null, chunk)
    },
  })
  const file = createWriteStream(path, { mode: 0o600, flush: true })
  const chain = [...through, tap, file]
  const fail = (error: Error) => {
    for (const stream of chain) stream.destroy()
    entry.emit('error', error)
  }
  let last: PassThrough | Transform = entry
  for (const stream of chain) {
    stream.once('error', fail)
    last = last.pipe(stream as Transform)
  }
  file.once('close', () => {
    if (file.errored !== null) return
    onSum(hash.digest('hex'))
    entry.emit('close')
  })
  return entry
}

/**
 * Copies the uploads. One that the backup before holds unchanged is linked to it instead, so that a week of backups holds
 * each photograph once; its bytes are read either way.
 */
async function copyFiles(from: string, to: string, earlier: string | undefined): Promise<Map<string, string>> {
  const sums = new Map<string, string>()
  for (const path of await filePaths(from)) {
    // The store writes beside the name and renames; what is not finished is not an upload yet.
    if (path.endsWith(PARTIAL)) continue
    const target = join(to, path)
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    try {
      const sum = await sha256Of(join(from, path))
      const known = earlier === undefined ? undefined : join(earlier, path)
      const isSame = known !== undefined && (await sha256Of(known).catch(() => '')) === sum
      if (
        !isSame ||
        !(await link(known, target).then(
          () => true,
          () => false,
        ))
      ) {
        await copyWhole(join(from, path), target)
      }
      sums.set(path, sum)
    } catch (error) {
      // Removed while we came to it: its row is gone as well.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  return sums
}

async function copyWhole(from: string, to: string): Promise<void> {
  const unfinished = `${to}.${randomBytes(4).toString('hex')}`
  await copyFile(from, unfinished)
  await sync(unfinished)
  await rename(unfinished, to)
}
