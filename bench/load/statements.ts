// The SQL that one request really sends: read from PostgreSQL's own log, then written down as a script for pgbench.
import { existsSync } from 'node:fs'
import { open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'pg'
import { LOCATION_FILE } from '../../server/platform/postgres-home.ts'
import { asOwner, type Server, type Stage } from './stage.ts'

interface Statement {
  readonly text: string
  /** As PostgreSQL prints them: text, or null. */
  readonly values: readonly (string | null)[]
}

/** One transaction as it went over the wire; the statements that open it came as one message. */
export type Transaction = readonly Statement[]

const LOG_MILLISECONDS = 200
const LINE = /^(\d+)\|([^|]*)\|([A-Z]+): {2}(.*)$/u

/** Makes sessions opened from now on log every statement with its values. The server has to be started again. */
export async function logStatements(databaseUrl: string, isOn: boolean): Promise<void> {
  await asOwner(databaseUrl, async (client) => {
    const verb = isOn ? (value: string) => `set ${value}` : (value: string) => `reset ${value.split(' ')[0]}`
    await client.query(`alter database huiyin ${verb("log_statement = 'all'")}`)
    await client.query(`alter database huiyin ${verb("log_error_verbosity = 'default'")}`)
    await client.query(`alter system ${verb("log_line_prefix = '%p|%a|'")}`)
    await client.query('select pg_reload_conf()')
  })
}

/** The server with its log of statements, which a session of PostgreSQL has from its beginning. */
export async function startLogged(stage: Stage): Promise<Server> {
  const first = await stage.start()
  await logStatements(first.databaseUrl, true)
  await first.stop()
  return stage.start()
}

async function logPath(dataDir: string): Promise<string> {
  const location = join(dataDir, LOCATION_FILE)
  return join(existsSync(location) ? (await readFile(location, 'utf8')).trim() : dataDir, 'postgres.log')
}

/** What the server sent while `act` ran, by transaction; only those that hold a statement matching `marks`. */
export async function recordTransactions(
  dataDir: string,
  marks: RegExp,
  act: () => Promise<unknown>,
): Promise<Transaction[]> {
  const path = await logPath(dataDir)
  const start = (await stat(path)).size
  await act()
  // A read's commit goes out after its answer, and the log is written a moment later.
  await sleep(LOG_MILLISECONDS)
  const log = await open(path)
  try {
    const { size } = await log.stat()
    const bytes = Buffer.alloc(size - start)
    await log.read(bytes, 0, bytes.length, start)
    return transactionsIn(bytes.toString()).filter((one) => one.some((statement) => marks.test(statement.text)))
  } finally {
    await log.close()
  }
}

function transactionsIn(log: string): Transaction[] {
  const open = new Map<string, Statement[]>()
  const done: Transaction[] = []
  for (const { pid, kind, text } of entriesIn(log)) {
    const current = open.get(pid)
    if (kind === 'DETAIL') {
      const last = current?.at(-1)
      if (last !== undefined) current![current!.length - 1] = { ...last, values: valuesIn(text) }
      continue
    }
    const sent = /^(?:statement|execute [^:]*): ([^]*)$/u.exec(text)?.[1]
    if (kind !== 'LOG' || sent === undefined) continue
    if (/^begin\b/u.test(sent)) open.set(pid, [{ text: sent, values: [] }])
    else current?.push({ text: sent, values: [] })
    if (/^(?:commit|rollback)/u.test(sent) && current !== undefined) {
      done.push(current)
      open.delete(pid)
    }
  }
  return done
}

function entriesIn(log: string): { pid: string; kind: string; text: string }[] {
  const entries: { pid: string; kind: string; text: string }[] = []
  for (const line of log.split('\n')) {
    const match = LINE.exec(line)
    if (match !== null) entries.push({ pid: match[1]!, kind: match[3]!, text: match[4]! })
    else if (entries.length > 0) entries.at(-1)!.text += `\n${line.replace(/^\t/u, '')}`
  }
  return entries
}

/** `Parameters: $1 = 'text', $2 = NULL` */
function valuesIn(detail: string): (string | null)[] {
  return [...detail.matchAll(/\$\d+ = (?:NULL|'((?:[^']|'')*)')/gu)].map((match) =>
    match[1] === undefined ? null : match[1].replaceAll("''", "'"),
  )
}

/** How many statements are data: not what opens and ends a transaction. */
export function dataOf(transactions: readonly Transaction[]): number {
  return transactions.flat().filter(({ text }) => !/^(?:begin|commit|rollback|savepoint|release)\b/u.test(text)).length
}

/** A value that differs from request to request, and the SQL that makes another one. */
interface Variable {
  readonly value: string
  readonly sql: string
}

/** What makes another request of a recorded one. */
export interface Replay {
  /** Commands of pgbench that choose whose request it is this time. */
  readonly choose: readonly string[]
  readonly variables: readonly Variable[]
  /** Holds the identifiers that are always the same, such as those of what is ordered. */
  readonly kept: string
  /** Statements share round trips as ours do, instead of one each. */
  readonly inOurPackets?: boolean
}

/** As recorded. */
export const SAME: Replay = { choose: [], variables: [], kept: '' }

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gu
const ORDER_NUMBER = /\b\d\d-\d{6,9}-[A-Z]\b/u

/** A script for pgbench that sends the recorded statements for others. Identifiers that were made are made anew each time. */
export async function pgbenchScript(
  databaseUrl: string,
  recorded: readonly Transaction[],
  { choose, variables: given, kept, inOurPackets = false }: Replay,
): Promise<string> {
  const fresh = [...new Set(valuesOf(recorded).flatMap((value) => value.match(UUID) ?? []))].filter(
    (id) => !kept.includes(id) && !given.some(({ value }) => value === id),
  )
  const number = valuesOf(recorded)
    .map((value) => ORDER_NUMBER.exec(value)?.[0])
    .find((found) => found !== undefined)
  const variables: Variable[] = [
    ...given,
    ...fresh.map((value, index) => ({ value, sql: `md5('${index} ' || (:fresh)::bigint::text)::uuid` })),
    ...(number === undefined ? [] : [{ value: number, sql: `('R' || (:fresh)::bigint::text)` }]),
  ]
  const lines = [...choose, '\\set fresh random(1, 9000000000000000)']
  await asOwner(databaseUrl, async (client) => {
    for (const packet of recorded.flatMap((transaction) => packetsOf(transaction, inOurPackets))) {
      const texts: string[] = []
      for (const statement of packet) {
        if (/^begin\b/u.test(statement.text)) texts.push(...partsOf(statement.text))
        else texts.push(`${await filledIn(client, statement, variables)};`)
      }
      lines.push(...(texts.length === 1 ? texts : ['\\startpipeline', ...texts, '\\endpipeline']))
    }
  })
  return `${lines.join('\n')}\n`
}

/** One round trip each, or as we send them: a read in one packet, a write its beginning with the first statement and then the rest. */
function packetsOf(transaction: Transaction, inOurPackets: boolean): Transaction[] {
  if (!inOurPackets) return transaction.map((statement) => [statement])
  const isRead = /\bread only\b/u.test(transaction[0]?.text ?? '')
  return isRead ? [transaction] : [transaction.slice(0, 2), transaction.slice(2)]
}

/** What came as one message is sent as one here too. */
function partsOf(text: string): string[] {
  return text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => `${part};`)
}

async function filledIn(client: Client, { text, values }: Statement, variables: readonly Variable[]): Promise<string> {
  const oneLine = text.replaceAll(/\s*\n\s*/gu, ' ')
  if (values.length === 0) return oneLine
  const types = await parameterTypes(client, text)
  return oneLine.replaceAll(/\$(\d+)/gu, (_, digits: string) => {
    const index = Number(digits) - 1
    const value = values[index]
    return value == null ? `null::${types[index]}` : `(${expressionOf(value, variables)})::${types[index]}`
  })
}

async function parameterTypes(client: Client, text: string): Promise<string[]> {
  await client.query(`prepare bench_types as ${text}`)
  const { rows } = await client.query<{ types: string[] }>(
    `select parameter_types::text[] as types from pg_prepared_statements where name = 'bench_types'`,
  )
  await client.query('deallocate bench_types')
  return rows[0]!.types
}

/** The value as SQL, with everything in it that has to be another one each time put together from its parts. */
function expressionOf(value: string, variables: readonly Variable[]): string {
  const [variable] = variables.filter((one) => value.includes(one.value))
  if (variable === undefined) return literal(value)
  if (value === variable.value) return variable.sql
  const parts = value.split(variable.value).map((part) => (part === '' ? "''" : expressionOf(part, variables)))
  return `(${parts.join(`) || (${variable.sql})::text || (`)})`
}

/** Without a colon, which pgbench would take for the beginning of a variable's name. */
function literal(value: string): string {
  return `E'${value.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('\n', '\\n').replaceAll(':', '\\x3a')}'`
}

function valuesOf(transactions: readonly Transaction[]): string[] {
  return transactions.flatMap((one) => one.flatMap(({ values }) => values.filter((value) => value !== null)))
}
