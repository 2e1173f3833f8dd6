/**
 * The log of the database, copied as it is written: what the newest backup lacks. It comes over the replication protocol like a
 * standby's, so that nothing is forced (an `archive_timeout` of a minute would fill 23 GB a day with mostly empty segments), and
 * a slot holds it back at the server while nobody reads. The server's own limit on the slot (`max_slot_wal_keep_size`) keeps
 * its disk from filling; the gap that this makes is told, and the next backup begins a new archive.
 *
 *   <backups>/wal/<cluster>/000000010000000000000003.zst     a finished segment
 *   <backups>/wal/<cluster>/000000010000000000000004         the one being written
 *   <backups>/wal/<cluster>/position.json                    how far it is on the disk, and when that was
 */
import { existsSync } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'
import { Client, type Connection } from 'pg'
import { type BackupManifest, sync } from './backup-folder.ts'
import { connectReplication, type ReplicationClient } from './replication.ts'
import { formatLsn, isSegmentName, parseLsn, segmentName, segmentStart } from './wal-positions.ts'

export interface ArchivedLog {
  /** Folder of all backups. */
  readonly backups: string
}

export interface ArchivePosition {
  /** Everything before this is on the disk. */
  readonly lsn: string
  readonly at: string
}

export interface LogArchive {
  /** Whether it begins anew: a backup from before now cannot be carried on with it. */
  readonly isNew: boolean
  /** Null until the first bytes are on the disk. */
  readonly position: ArchivePosition | null
  /** Resolves when the stream has ended, with its reason. */
  readonly ended: Promise<unknown>
  stop(): Promise<void>
}

const LOG_FOLDER = 'wal'
const POSITION_FILE = 'position.json'
const COMPRESSED = '.zst'
const SLOT = 'huiyin_log'
const SYNC_MILLISECONDS = 1_000
const COMPRESSION_LEVEL = 3
const POSTGRES_EPOCH_MICROSECONDS = 946_684_800_000_000n
// Kinds of the messages in the stream, and of our answer.
const LOG_DATA = 'w'.charCodeAt(0)
const KEEPALIVE = 'k'.charCodeAt(0)
const STATUS = 'r'.charCodeAt(0)
const COPY_DATA = 'd'.charCodeAt(0)
const LOG_HEADER_BYTES = 25
const STATUS_BYTES = 34

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

export function logFolder(backups: string, systemIdentifier: string): string {
  return join(backups, LOG_FOLDER, systemIdentifier)
}

export async function readPosition(backups: string, systemIdentifier: string): Promise<ArchivePosition | null> {
  const path = join(logFolder(backups, systemIdentifier), POSITION_FILE)
  return existsSync(path) ? (JSON.parse(await readFile(path, 'utf8')) as ArchivePosition) : null
}

/** Segments on the disk by name, finished or not, in their order. */
async function archivedSegments(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return []
  const names = (await readdir(folder)).map((name) =>
    name.endsWith(COMPRESSED) ? name.slice(0, -COMPRESSED.length) : name,
  )
  return [...new Set(names.filter((name) => isSegmentName(name)))].toSorted()
}

/**
 * Copies the archived segments that follow a backup into a restored cluster, up to the first gap.
 * @returns how many were copied
 */
export async function copyArchivedLog(
  { backups }: ArchivedLog,
  { systemIdentifier, timeline, startLsn, endLsn, segmentBytes }: BackupManifest['postgres'],
  target: string,
): Promise<number> {
  const folder = logFolder(backups, systemIdentifier)
  const names = new Set(await archivedSegments(folder))
  const position = await readPosition(backups, systemIdentifier)
  let copied = 0
  for (let lsn = parseLsn(startLsn); ; lsn += BigInt(segmentBytes)) {
    const name = segmentName(timeline, lsn, segmentBytes)
    const isInBackup = existsSync(join(target, name))
    if (!names.has(name)) {
      if (isInBackup) continue
      return copied
    }
    const isWhole = existsSync(join(folder, `${name}${COMPRESSED}`))
    // The backup's copy of a segment may be the further one of the two, if the archive stopped before the backup ended.
    if (!isWhole && isInBackup && (position === null || parseLsn(position.lsn) < parseLsn(endLsn))) continue
    const bytes = isWhole
      ? await decompress(await readFile(join(folder, `${name}${COMPRESSED}`)))
      : await readFile(join(folder, name))
    const padded = Buffer.alloc(segmentBytes)
    bytes.copy(padded)
    await writeFile(join(target, name), padded, { mode: 0o600, flush: true })
    copied += 1
  }
}

/** Removes segments that no kept backup needs any more. */
export async function pruneLog(backups: string, kept: readonly BackupManifest[]): Promise<void> {
  const parent = join(backups, LOG_FOLDER)
  if (!existsSync(parent)) return
  for (const systemIdentifier of await readdir(parent)) {
    const oldest = kept.find((one) => one.postgres.systemIdentifier === systemIdentifier)?.postgres
    const folder = join(parent, systemIdentifier)
    if (oldest === undefined) continue
    const first = segmentName(oldest.timeline, parseLsn(oldest.startLsn), oldest.segmentBytes)
    for (const name of await archivedSegments(folder)) {
      if (name >= first) continue
      await rm(join(folder, `${name}${COMPRESSED}`), { force: true })
      await rm(join(folder, name), { force: true })
    }
  }
}

/** Drops the slot that holds the log back, where nobody archives it any more. @param url of the owner */
export async function forgetLog(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query(
      'select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1 and not active',
      [SLOT],
    )
  } finally {
    await client.end()
  }
}

/**
 * Follows the log from where the archive ends, or else from where the slot begins.
 * @param url connection string of a role that may replicate
 */
export async function followLog(url: string, backups: string, segmentBytes: number): Promise<LogArchive> {
  const client = await connectReplication(url)
  try {
    const [identity] = await client.command('IDENTIFY_SYSTEM')
    const { systemid, timeline } = identity![0]!
    const folder = logFolder(backups, systemid!)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const place = { folder, timeline: Number(timeline), segmentBytes }
    return await follow(client, place, await startPosition(client, place))
  } catch (error) {
    await client.close().catch(() => undefined)
    throw error
  }
}

interface Start {
  readonly lsn: bigint
  readonly isNew: boolean
}

/** Where to go on: the beginning of the segment that is not finished, as long as the server still has it. */
async function startPosition(client: ReplicationClient, { folder, timeline, segmentBytes }: Place): Promise<Start> {
  const slot = await readSlot(client)
  if (slot === null) return { lsn: await makeSlot(client, segmentBytes), isNew: true }
  const ours = (await archivedSegments(folder)).filter((name) => segmentStart(name, segmentBytes).timeline === timeline)
  const last = ours.at(-1)
  if (last === undefined) return { lsn: floor(slot, segmentBytes), isNew: true }
  const { lsn } = segmentStart(last, segmentBytes)
  const next = existsSync(join(folder, `${last}${COMPRESSED}`)) ? lsn + BigInt(segmentBytes) : lsn
  const isKept = floor(slot, segmentBytes) <= next
  return { lsn: isKept ? next : floor(slot, segmentBytes), isNew: !isKept }
}

function floor(lsn: bigint, segmentBytes: number): bigint {
  return lsn - (lsn % BigInt(segmentBytes))
}

async function readSlot(client: ReplicationClient): Promise<bigint | null> {
  const [rows] = await client.command(`READ_REPLICATION_SLOT ${SLOT}`)
  const lsn = rows?.[0]?.['restart_lsn'] ?? null
  if (rows?.[0]?.['slot_type'] != null && lsn === null) {
    // The server gave up on it, to save its disk.
    await client.command(`DROP_REPLICATION_SLOT ${SLOT}`)
  }
  return lsn === null ? null : parseLsn(lsn)
}

async function makeSlot(client: ReplicationClient, segmentBytes: number): Promise<bigint> {
  await client.command(`CREATE_REPLICATION_SLOT ${SLOT} PHYSICAL RESERVE_WAL`)
  const lsn = await readSlot(client)
  return floor(lsn!, segmentBytes)
}

interface Place {
  readonly folder: string
  readonly timeline: number
  readonly segmentBytes: number
}

async function follow(client: ReplicationClient, place: Place, { lsn, isNew }: Start): Promise<LogArchive> {
  const writer = openSegments(place, lsn)
  let connection: Connection | undefined
  let failure: unknown
  let work: Promise<void> = Promise.resolve()
  let stopping = false
  const end = (error: unknown) => {
    failure ??= error
    connection?.stream.destroy()
  }
  const tell = (mustAnswer: boolean) => {
    if (connection === undefined || connection.stream.destroyed) return
    connection.stream.write(status(writer.synced(), mustAnswer))
  }
  const take = (message: Buffer, from: Connection) => {
    connection = from
    if (message[0] === KEEPALIVE) {
      // It says how far the server is: with that much on our disk, the archive is complete as of now.
      const reached = message.readBigUInt64BE(1)
      const isAsked = message.at(-1) === 1
      work = work
        .then(() => writer.sync(reached))
        .then(() => (isAsked ? tell(false) : undefined))
        .catch(end)
      return
    }
    if (message[0] !== LOG_DATA) return
    const at = message.readBigUInt64BE(1)
    const bytes = Buffer.from(message.subarray(LOG_HEADER_BYTES))
    from.stream.pause()
    work = work
      .then(() => writer.write(at, bytes))
      .then(() => void from.stream.resume())
      .catch(end)
  }
  const timer = setInterval(() => {
    work = work.then(() => writer.sync(null)).then(() => tell(true), end)
  }, SYNC_MILLISECONDS)
  const ended = client
    .command(`START_REPLICATION SLOT ${SLOT} PHYSICAL ${formatLsn(lsn)} TIMELINE ${place.timeline}`, take)
    .then(
      () => failure,
      (error: unknown) => (stopping ? undefined : (failure ?? error)),
    )
    .finally(() => clearInterval(timer))
  return {
    isNew,
    get position() {
      return writer.position()
    },
    ended,
    async stop() {
      stopping = true
      clearInterval(timer)
      await work
        .then(() => writer.sync(null))
        .then(
          () => tell(false),
          () => undefined,
        )
      await client.close().catch(() => undefined)
      connection?.stream.destroy()
      await ended
      await writer.close()
    },
  }
}

/** Writes the log into segment files; a finished one is compressed under its final name. */
function openSegments({ folder, timeline, segmentBytes }: Place, start: bigint) {
  let name = ''
  let file: FileHandle | undefined
  let end = start
  let synced = start
  let position: ArchivePosition | null = null
  const openAt = async (lsn: bigint) => {
    name = segmentName(timeline, lsn, segmentBytes)
    file = await open(join(folder, name), existsSync(join(folder, name)) ? 'r+' : 'w+', 0o600)
  }
  const finish = async () => {
    await file!.close()
    file = undefined
    const whole = await readFile(join(folder, name))
    const packed = await compress(whole, {
      params: { [constants.ZSTD_c_compressionLevel]: COMPRESSION_LEVEL, [constants.ZSTD_c_checksumFlag]: 1 },
    })
    const partial = join(folder, `${name}${COMPRESSED}.partial`)
    await writeFile(partial, packed, { mode: 0o600, flush: true })
    await rename(partial, join(folder, `${name}${COMPRESSED}`))
    await sync(folder)
    await rm(join(folder, name))
  }
  const note = async () => {
    position = { lsn: formatLsn(synced), at: new Date().toISOString() }
    const partial = join(folder, `${POSITION_FILE}.partial`)
    await writeFile(partial, JSON.stringify(position), { mode: 0o600 })
    await rename(partial, join(folder, POSITION_FILE))
  }
  return {
    synced: () => synced,
    position: () => position,
    async write(at: bigint, bytes: Buffer) {
      if (at !== end) throw new Error(`The log jumps from ${formatLsn(end)} to ${formatLsn(at)}.`)
      let rest = bytes
      while (rest.length > 0) {
        if (file === undefined) await openAt(end)
        const offset = Number(end % BigInt(segmentBytes))
        const part = rest.subarray(0, segmentBytes - offset)
        await file!.write(part, 0, part.length, offset)
        end += BigInt(part.length)
        rest = rest.subarray(part.length)
        if (end % BigInt(segmentBytes) === 0n) {
          await finish()
          synced = end
        }
      }
    },
    /** @param reached how far the server was when it last said so; null when it did not */
    async sync(reached: bigint | null) {
      if (file !== undefined && end > synced) await file.datasync()
      synced = end
      if (reached !== null && synced >= reached) await note()
    },
    async close() {
      await file?.close()
      file = undefined
    },
  }
}

/** Tells the server how far we are, so that it may recycle what lies before; `mustAnswer` asks how far it is itself. */
function status(flushed: bigint, mustAnswer: boolean): Buffer {
  const message = Buffer.alloc(1 + 4 + STATUS_BYTES)
  message[0] = COPY_DATA
  message.writeUInt32BE(4 + STATUS_BYTES, 1)
  message[5] = STATUS
  for (const at of [6, 14, 22]) message.writeBigUInt64BE(flushed, at)
  message.writeBigUInt64BE(BigInt(Date.now()) * 1000n - POSTGRES_EPOCH_MICROSECONDS, 30)
  message[38] = Number(mustAnswer)
  return message
}
