/**
 * PostgreSQL's replication protocol as far as a backup needs it: a connection that speaks it, single commands, and the base
 * backup as a stream of archives. The programs pg_basebackup and pg_receivewal do the same; npm's PostgreSQL brings neither.
 */
import type { Writable } from 'node:stream'
import { Client, type Connection, type Submittable } from 'pg'

export interface ReplicationClient {
  /** Runs one command and returns its result sets, each a list of rows by column name. */
  command(text: string, onCopyData?: (chunk: Buffer, connection: Connection) => void): Promise<CommandRows[]>
  close(): Promise<void>
}

type CommandRows = readonly Readonly<Record<string, string | null>>[]

interface BaseBackupSinks {
  /** Where the tar archive goes; called once, since tablespaces are refused. */
  openArchive(): Writable
  /** Where PostgreSQL's own manifest goes, which comes after the archive. */
  openManifest(): Writable
}

interface BaseBackupFacts {
  readonly systemIdentifier: string
  readonly timeline: number
  /** Where a recovery from this backup begins to read the log. */
  readonly startLsn: string
  /** Everything acknowledged before this position is in the backup. */
  readonly endLsn: string
}

const CONNECT_MILLISECONDS_MAX = 10_000
// Kinds of the messages in the stream of BASE_BACKUP, since PostgreSQL 15.
const NEW_ARCHIVE = 'n'.charCodeAt(0)
const DATA = 'd'.charCodeAt(0)
const MANIFEST = 'm'.charCodeAt(0)
const PROGRESS = 'p'.charCodeAt(0)

/** @param url connection string of a role that may replicate, such as the embedded server's owner */
export async function connectReplication(url: string): Promise<ReplicationClient> {
  const address = new URL(url)
  address.searchParams.set('replication', 'true')
  const client = new Client({
    connectionString: address.toString(),
    application_name: 'huiyin-backup',
    connectionTimeoutMillis: CONNECT_MILLISECONDS_MAX,
  })
  client.on('error', () => undefined)
  await client.connect()
  return {
    command: (text, onCopyData) =>
      new Promise((resolve, reject) => void client.query(commandOf(text, onCopyData, resolve, reject))),
    close: () => client.end(),
  }
}

/** What the driver asks of a query object, beyond the declared `submit`. */
interface WireQuery extends Submittable {
  handleRowDescription(message: { fields: readonly { name: string }[] }): void
  handleDataRow(message: { fields: readonly (string | null)[] }): void
  handleCopyData(message: { chunk: Buffer }, connection: Connection): void
  handleCommandComplete(): void
  handleEmptyQuery(): void
  handlePortalSuspended(): void
  handleReadyForQuery(): void
  handleError(error: Error): void
}

function commandOf(
  text: string,
  onCopyData: ((chunk: Buffer, connection: Connection) => void) | undefined,
  resolve: (results: CommandRows[]) => void,
  reject: (error: Error) => void,
): WireQuery {
  const results: Record<string, string | null>[][] = []
  let names: readonly string[] = []
  return {
    submit: (connection) => connection.query(text),
    handleRowDescription({ fields }) {
      names = fields.map((field) => field.name)
      results.push([])
    },
    handleDataRow({ fields }) {
      results.at(-1)?.push(Object.fromEntries(names.map((name, at) => [name, fields[at] ?? null])))
    },
    handleCopyData({ chunk }, connection) {
      try {
        onCopyData?.(chunk, connection)
      } catch (error) {
        connection.stream.destroy()
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    },
    handleCommandComplete: () => undefined,
    handleEmptyQuery: () => undefined,
    handlePortalSuspended: () => undefined,
    handleReadyForQuery: () => resolve(results),
    handleError: reject,
  }
}

/**
 * Streams a base backup with all the log that it needs, SHA-256 of each file in its manifest. The log is held back for it by
 * a temporary slot, so that a busy server cannot recycle what the backup has yet to send.
 * @throws Error when the cluster has tablespaces, which the embedded server never has
 */
export async function streamBaseBackup(client: ReplicationClient, label: string, sinks: BaseBackupSinks) {
  const [identity] = await client.command('IDENTIFY_SYSTEM')
  const { systemid, timeline } = identity?.[0] ?? {}
  await client.command(`CREATE_REPLICATION_SLOT backup_${process.pid}_${Date.now()} TEMPORARY PHYSICAL RESERVE_WAL`)
  const writer = openWriter(sinks)
  const options = [
    `LABEL '${label.replaceAll("'", "''")}'`,
    `CHECKPOINT 'fast'`,
    'WAL true',
    'WAIT false',
    `MANIFEST 'yes'`,
    `MANIFEST_CHECKSUMS 'SHA256'`,
  ]
  const results = await client.command(`BASE_BACKUP (${options.join(', ')})`, writer.take)
  await writer.end()
  // First the start position, then a row for each tablespace, at last the end position.
  const [start, spaces, end] = [results[0]?.[0], results[1], results.at(-1)?.[0]]
  if (systemid == null || timeline == null || start?.['recptr'] == null || end?.['recptr'] == null)
    throw new Error('The base backup ended without its positions.')
  if ((spaces?.length ?? 0) > 1) throw new Error('A cluster with tablespaces cannot be backed up by this program.')
  const facts: BaseBackupFacts = {
    systemIdentifier: systemid,
    timeline: Number(end['tli'] ?? timeline),
    startLsn: start['recptr'],
    endLsn: end['recptr'],
  }
  return facts
}

/** Sorts the stream into its archives. The socket waits while the disk does, so that memory stays small. */
function openWriter(sinks: BaseBackupSinks) {
  let current: Writable | undefined
  let archives = 0
  // One chunk of the socket holds many messages, which all arrive though it was told to wait.
  let waiting: Connection | undefined
  const goOn = () => {
    waiting?.stream.resume()
    waiting = undefined
  }
  const closed: Promise<void>[] = []
  const open = (writable: Writable) => {
    current?.end()
    // One that was ended does not tell that it drained.
    goOn()
    current = writable
    closed.push(
      new Promise((resolve, reject) => {
        writable.once('close', resolve)
        writable.once('error', reject)
      }),
    )
  }
  const take = (message: Buffer, connection: Connection) => {
    switch (message.readUInt8(0)) {
      case NEW_ARCHIVE:
        if (++archives > 1) throw new Error('A cluster with tablespaces cannot be backed up by this program.')
        open(sinks.openArchive())
        current?.once('error', () => connection.stream.destroy())
        return
      case MANIFEST:
        return open(sinks.openManifest())
      case DATA:
        if (current === undefined) throw new Error('The base backup sent data before an archive.')
        // A copy: the driver reads the next message into the same memory.
        if (!current.write(Buffer.from(message.subarray(1))) && waiting === undefined) {
          waiting = connection
          connection.stream.pause()
          current.once('drain', goOn)
        }
        return
      case PROGRESS:
        return
      default:
        throw new Error(`The base backup sent a message of the unknown kind ${message[0]}.`)
    }
  }
  return {
    take,
    async end() {
      current?.end()
      await Promise.all(closed)
    },
  }
}
