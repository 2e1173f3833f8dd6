import { createHash } from 'node:crypto'
import type { Socket } from 'node:net'
import { DatabaseError, Pool, type PoolClient, type QueryArrayResult, TypeOverrides, types as builtInTypes } from 'pg'
import sql, { empty, type Sql } from 'sql-template-tag'
import { openReferences, type References } from './references.ts'
import { type PutOff, writesPutOff } from './writes-put-off.ts'
import { blindIndex, decrypt, deriveSecret, encrypt, type Keyring } from './field-encryption.ts'

export { sql, type Sql }
export { empty, join } from 'sql-template-tag'

/** One transaction of one district. Rows come back with camelCase names; instants as Date, dates as 'YYYY-MM-DD'. */
export interface Tx {
  readonly districtId: number
  /** Stands for the database this process has open: a key for what it remembers of it. */
  readonly database: object
  readonly personal: PersonalFields
  rows<Row>(statement: Sql): Promise<Row[]>
  /** The only row; a missing or second row is a bug. */
  one<Row>(statement: Sql): Promise<Row>
  maybe<Row>(statement: Sql): Promise<Row | undefined>
  /** How many rows a write touched. */
  run(statement: Sql): Promise<number>
  /**
   * A write that nothing in the operation waits for. It goes out before the next statement of any other kind, in one
   * statement with all others put off by then (decision 0011). None of them may change a row that another one of them
   * changes or inserts, unless both name it (`row`).
   */
  later(write: Sql, options?: PutOff): void
  /** Sends what was put off; only a place that catches a constraint's violation needs to ask for it. */
  flush(): Promise<void>
  /** Runs once the transaction is committed. */
  afterCommit(act: () => void): void
  /**
   * What changes rarely and is read by nearly every operation: loaded once by this process, and again when the database
   * says that the district's reference data changed. Treat the value as read-only. @param key names what `load` loads
   */
  reference<Value>(key: string, load: () => Promise<Value>): Promise<Value>
  /** To be called by whoever writes a table from which `reference` loads: from the commit on every process loads again. */
  referenceChanged(): void
  /** Plain text and values, for a library that writes its own SQL inside our transaction. */
  raw(text: string, values?: readonly unknown[]): Promise<{ rows: unknown[] }>
}

/** Personal fields are encrypted before they reach a row and never compared in clear (promise 8). */
export interface PersonalFields {
  /** @param column `table.column`; @param rowId the row's id, to which the ciphertext is bound */
  encrypt(column: string, rowId: string, plaintext: string): Buffer
  decrypt(column: string, rowId: string, bytes: Uint8Array): string
  /** Keyed digest for equality look-ups; the same text gives the same 8 bytes within a district. */
  index(column: string, normalisedText: string): Buffer
  /** A secret of 32 bytes that only this district's keyring can make again: PINs, link tokens, check-in codes. */
  secret(purpose: string): Buffer
}

export interface Db {
  readonly pool: Pool
  readonly keyring: Keyring
  readonly references: References
  /** What each district's last transaction began with. */
  readonly beginnings: Map<number, Beginning>
  close(): Promise<void>
}

/** With what a transaction begins: of which the next read is begun before the database has said it. */
interface Beginning {
  /** Of the district's reference data; null without any. */
  readonly stamp: string | null
  /** By how much business time is ahead of this process's clock. */
  readonly aheadMilliseconds: number
}

const STATEMENT_SECONDS_MAX = 5
/** The database ends a statement that takes too long; whoever hears nothing for a second more must think that it stands still. */
const SILENCE_SECONDS_MAX = STATEMENT_SECONDS_MAX + 1
/** For a free connection of the pool as well as for a new one: whoever waits longer is told to come again. */
const CONNECTION_SECONDS_MAX = 8
const IDLE_IN_TRANSACTION_SECONDS_MAX = 15
const DEADLOCK_ATTEMPTS_MAX = 3
const SQLSTATE_DEADLOCK = '40P01'
/** Answered to every statement after one that failed in the same transaction. */
const SQLSTATE_ABORTED = '25P02'
/** By so much may the business time of a read that was begun ahead differ from the database's. */
const AHEAD_MILLISECONDS_MAX = 1_000
/** An idle connection's last read ends after so long, if nothing else was sent before. */
const READ_ENDS_MILLISECONDS = 10

const types = new TypeOverrides()
const INT8 = 20
const NUMERIC = 1700
const DATE = 1082
const DATE_ARRAY = 1182
// The declared enum of type numbers leaves arrays out.
const TEXT_ARRAY = 1009
const { TIMESTAMPTZ } = builtInTypes.builtins
const parseTextArray = builtInTypes.getTypeParser(TEXT_ARRAY as never)
const parseInstant = builtInTypes.getTypeParser(TIMESTAMPTZ)
// What the server sends, whose connections are in UTC: the engine reads it several times as fast as a library does.
const INSTANT_OF_OUR_TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?\+00$/u
types.setTypeParser(INT8, Number)
types.setTypeParser(NUMERIC, Number)
types.setTypeParser(TIMESTAMPTZ, (text: string) =>
  INSTANT_OF_OUR_TIME.test(text) ? new Date(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`) : parseInstant(text),
)
types.setTypeParser(DATE, (text: string) => text)
types.setTypeParser(DATE_ARRAY, parseTextArray)

/**
 * Opens the application's pool. Every connection acts as `huiyin_app`, which owns nothing and cannot bypass row security.
 * @param url connection string of a role that may become `huiyin_app`
 */
export function openDb(
  url: string,
  keyring: Keyring,
  options: { poolMax?: number; applicationName?: string } = {},
): Db {
  const pool = new Pool({
    connectionString: url,
    max: options.poolMax ?? 12,
    // Statements sent before the answer to an earlier one came share a round trip.
    pipeline: true,
    connectionTimeoutMillis: CONNECTION_SECONDS_MAX * 1000,
    query_timeout: SILENCE_SECONDS_MAX * 1000,
    application_name: options.applicationName ?? 'huiyin',
    options: [
      '-c role=huiyin_app',
      '-c timezone=UTC',
      `-c statement_timeout=${STATEMENT_SECONDS_MAX}s`,
      `-c idle_in_transaction_session_timeout=${IDLE_IN_TRANSACTION_SECONDS_MAX}s`,
    ].join(' '),
    types,
  })
  // A broken idle connection is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined)
  // The pool hears its idle connections only; one that breaks between two statements of a transaction would end the process too.
  pool.on('connect', (client) => client.on('error', () => undefined))
  pool.on('acquire', (client) => {
    clients.set(streamOf(client), client)
    endRead(streamOf(client))
  })
  return { pool, keyring, references: openReferences(), beginnings: new Map(), close: () => pool.end() }
}

/** Connections whose last read has its answer and is not ended yet, with the client of the pool that has each. */
const unended = new Set<Socket>()
const clients = new WeakMap<Socket, PoolClient>()
let isEndComing = false

function streamOf(client: PoolClient): Socket {
  return (client as unknown as { connection: { stream: Socket } }).connection.stream
}

/**
 * A read's commit goes out with what its connection sends next, which under load comes at once: it costs no packet of its own. The
 * connection is what counts: whoever asked may have wrapped the client.
 */
function endReadLater(client: PoolClient): void {
  unended.add(streamOf(client))
  if (isEndComing) return
  isEndComing = true
  setTimeout(() => {
    isEndComing = false
    unended.forEach(endRead)
  }, READ_ENDS_MILLISECONDS).unref()
}

function endRead(stream: Socket): void {
  if (!unended.delete(stream)) return
  const client = clients.get(stream)!
  inOnePacket(client)
  client.query('commit').catch(() => undefined)
}

/** What `inDistrict` is told beside what to do. */
export interface TransactionOptions {
  readonly readOnly?: boolean
  /** Sent together with the beginning; gives one row, which `act` gets. Business time is not known yet: use huiyin_now(). */
  readonly opening?: Sql
}

/**
 * Runs `act` in one transaction that sees only the given district's rows. A deadlock victim is tried again: nothing of it stayed.
 * A read is begun before the database has told time and stamp, with those that the last transaction had, and done again
 * where they no longer hold (decision 0020): `act` of a read may be called twice.
 * @returns what `act` returns, after the commit
 */
export async function inDistrict<T>(
  db: Db,
  districtId: number,
  act: (tx: Tx, now: Date, opened: unknown) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const { readOnly = false, opening } = options
  let expected = readOnly && opening === undefined ? db.beginnings.get(districtId) : undefined
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(db, districtId, act, { readOnly, opening, expected })
    } catch (error) {
      if (error === OUTDATED) expected = undefined
      else if (sqlState(error) !== SQLSTATE_DEADLOCK || attempt === DEADLOCK_ATTEMPTS_MAX) throw error
    }
  }
}

/** A read was begun with a time or a stamp that no longer holds. */
const OUTDATED = new Error('What this read was begun with no longer holds.')

/**
 * The first statement of a transaction that failed. Those sent beside it fail for that reason alone, and one of them may be
 * heard of first.
 */
interface Failure {
  first: unknown
}

interface Begun {
  readonly now: Date
  readonly stamp: string | null
  readonly opened: unknown
}

async function once<T>(
  db: Db,
  districtId: number,
  act: (tx: Tx, now: Date, opened: unknown) => Promise<T>,
  how: { readonly readOnly: boolean; readonly opening: Sql | undefined; readonly expected: Beginning | undefined },
) {
  if (!Number.isInteger(districtId)) throw new TypeError('A district id is a whole number.')
  const client = await db.pool.connect()
  const failure: Failure = { first: undefined }
  let broken: Error | undefined
  const txAt = ({ now, stamp }: Begun) =>
    txOf(client, districtId, personalFields(db.keyring, districtId, now), db.references, stamp, failure)
  try {
    const beginning = begin(db, client, districtId, how)
    if (how.expected !== undefined) {
      const expected = begunAs(how.expected)
      const [begun, result] = await Promise.allSettled([beginning, act(txAt(expected).tx, expected.now, {})])
      if (begun.status === 'rejected') throw begun.reason
      if (!isAsExpected(expected, begun.value)) throw OUTDATED
      if (result.status === 'rejected') throw result.reason
      endReadLater(client)
      return result.value
    }
    const begun = await beginning
    const { tx, commit } = txAt(begun)
    const result = await act(tx, begun.now, begun.opened)
    if (how.readOnly) endReadLater(client)
    else await commit()
    return result
  } catch (error) {
    // Who got no answer to a statement gets none to a rollback: the connection goes, and the transaction with it.
    if (isSilence(error)) broken = error
    else await client.query('rollback').catch((gone: Error) => (broken = gone))
    throw sqlState(error) === SQLSTATE_ABORTED ? (failure.first ?? error) : error
  } finally {
    client.release(broken)
  }
}

function begunAs({ stamp, aheadMilliseconds }: Beginning): Begun {
  return { now: new Date(Date.now() + aheadMilliseconds), stamp, opened: {} }
}

function isAsExpected(expected: Begun, { now, stamp }: Begun): boolean {
  return stamp === expected.stamp && Math.abs(now.getTime() - expected.now.getTime()) <= AHEAD_MILLISECONDS_MAX
}

/** The transaction's district, business time, the stamp of its reference data and the caller's first statement: one round trip. */
async function begin(
  db: Db,
  client: PoolClient,
  districtId: number,
  { readOnly, opening }: { readonly readOnly: boolean; readonly opening: Sql | undefined },
): Promise<Begun> {
  const facts = sql`
    select huiyin_now() as now, (select stamp from reference_stamp where district_id = ${districtId}) as stamp
      ${opening === undefined ? empty : sql`, o.* from (${opening}) o`}`
  // SET LOCAL as text, not set_config(): Citus propagates only the statement (trust-ux.md finding 9).
  inOnePacket(client)
  const mode = readOnly ? ' isolation level repeatable read read only' : ''
  const sentAt = Date.now()
  const [, result] = await Promise.all([
    client.query(`begin${mode}; set local app.district = '${districtId}'`),
    sendTo(client, facts),
  ])
  const { now, stamp, ...opened } = onlyRow(objectsOf<{ now: Date; stamp: string | null }>(result), facts)
  db.beginnings.set(districtId, { stamp, aheadMilliseconds: now.getTime() - sentAt })
  return { now, stamp, opened }
}

const corked = new WeakSet<Socket>()

/** Whatever is sent to a connection before the next tick leaves in one packet; each answer comes by itself. */
function inOnePacket(client: PoolClient): void {
  const stream = streamOf(client)
  if (corked.has(stream)) return
  corked.add(stream)
  stream.cork()
  process.nextTick(() => {
    corked.delete(stream)
    stream.uncork()
  })
}

/** No answer came from the database in time; what was asked for may have been done or not. */
function isSilence(error: unknown): error is Error {
  return error instanceof Error && error.message === 'Query read timeout'
}

/** SQLSTATE of a database error, if it is one. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined
}

/** The violated constraint's name, which is its business meaning (decision 0004). */
export function violatedConstraint(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.constraint : undefined
}

function personalFields(keyring: Keyring, districtId: number, now: Date): PersonalFields {
  const year = now.getUTCFullYear()
  return {
    encrypt: (column, rowId, plaintext) => encrypt(keyring, { districtId, column, rowId, year }, plaintext),
    decrypt: (column, rowId, bytes) => decrypt(keyring, { districtId, column, rowId }, bytes),
    index: (column, normalisedText) => blindIndex(keyring, districtId, column, normalisedText),
    secret: (purpose) => deriveSecret(keyring, districtId, purpose),
  }
}

function sendTo(client: PoolClient, statement: Sql): Promise<QueryArrayResult<unknown[]>> {
  const text = statement.text
  inOnePacket(client)
  return client.query<unknown[]>({ name: nameOf(text), text, values: statement.values, rowMode: 'array' })
}

function onlyRow<Row>(found: readonly Row[], statement: Sql): Row {
  if (found.length !== 1) throw new Error(`One row was expected, ${found.length} came: ${statement.text}`)
  return found[0]!
}

function txOf(
  client: PoolClient,
  districtId: number,
  personal: PersonalFields,
  references: References,
  stamp: string | null,
  failure: Failure,
): { tx: Tx; commit: () => Promise<void> } {
  const ask = (statement: Sql) => {
    const answer = sendTo(client, statement)
    answer.catch((error: unknown) => (failure.first ??= error))
    return answer
  }
  const putOff = writesPutOff(ask)
  const after: (() => void)[] = []
  let isReferenceChanged = false
  const send = async (statement: Sql) => {
    if (putOff.isEmpty()) return ask(statement)
    const [, result] = await Promise.all([putOff.flush(), ask(statement)])
    return result
  }
  const rows = async <Row>(statement: Sql) => objectsOf<Row>(await send(statement))
  const tx: Tx = {
    districtId,
    database: references,
    personal,
    rows,
    one: async <Row>(statement: Sql) => onlyRow(await rows<Row>(statement), statement),
    async maybe<Row>(statement: Sql) {
      const found = await rows<Row>(statement)
      if (found.length > 1) throw new Error(`At most one row was expected, ${found.length} came: ${statement.text}`)
      return found[0]
    },
    run: async (statement) => (await send(statement)).rowCount ?? 0,
    later: (write, options) => putOff.add(write, options),
    flush: () => putOff.flush(),
    afterCommit: (act) => void after.push(act),
    reference: (key, load) =>
      isReferenceChanged || stamp === null ? load() : references.get(districtId, stamp, key, load),
    referenceChanged() {
      if (isReferenceChanged) return
      isReferenceChanged = true
      putOff.add(sql`
        insert into reference_stamp (district_id) values (${districtId})
        on conflict (district_id) do update set stamp = excluded.stamp`)
    },
    async raw(text, values) {
      await putOff.flush()
      return client.query(text, values === undefined ? undefined : [...values])
    },
  }
  const commit = async () => {
    // What has to be looked at before the commit is waited for; else both go out at once.
    if (putOff.hasChecks()) await putOff.flush()
    const [, ended] = await Promise.all([putOff.flush(), client.query('commit')])
    // PostgreSQL answers the commit of a failed transaction with a rollback, not with an error.
    if (ended.command !== 'COMMIT') throw new Error('The transaction had failed and was rolled back.')
    for (const act of after) act()
  }
  return { tx, commit }
}

const statementNames = new Map<string, string>()

/** A prepared statement is named by its text, so that each connection plans it once. */
function nameOf(text: string): string {
  let name = statementNames.get(text)
  if (name === undefined) {
    name = createHash('sha256').update(text).digest('base64url').slice(0, 24)
    statementNames.set(text, name)
  }
  return name
}

const camelNames = new Map<string, string>()

function camelOf(column: string): string {
  let name = camelNames.get(column)
  if (name === undefined) {
    name = column.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    camelNames.set(column, name)
  }
  return name
}

function objectsOf<Row>(result: QueryArrayResult<unknown[]>): Row[] {
  const names = result.fields.map((field) => camelOf(field.name))
  return result.rows.map((values) => {
    const row: Record<string, unknown> = {}
    for (let i = 0; i < names.length; i++) row[names[i]!] = values[i]
    return row as Row
  })
}
