// A server of the bench's own: embedded PostgreSQL in a temporary folder, the demonstration district, invented residents.
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { YANQING } from '../../server/cli/district-plan.ts'
import { loadOrCreateKek } from '../../server/config.ts'
import { phoneIndex } from '../../server/modules/people/index.ts'
import { PHONE_COLUMN } from '../../server/modules/people/person.ts'
import { inDistrict, openDb, sql } from '../../server/platform/db.ts'
import { openKeyring } from '../../server/platform/field-encryption.ts'
import { findRunningPostgres } from '../../server/platform/running-postgres.ts'
import { hashToken } from '../../server/platform/tokens.ts'

export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url))
const READY_SECONDS_MAX = 180
const READY_POLL_MILLISECONDS = 10
const STOP_SECONDS_MAX = 30

export interface Server {
  readonly origin: string
  readonly child: ChildProcess
  /** From the start of the process to the first "ready". */
  readonly startMilliseconds: number
  readonly databaseUrl: string
  stop(): Promise<void>
}

export interface Stage {
  readonly dataDir: string
  start(): Promise<Server>
}

/** Works on a stage of its own and leaves nothing behind, also when it is interrupted. */
export async function onStage<T>(act: (stage: Stage) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'huiyin-bench-'))
  const running = new Set<Server>()
  const start = async () => {
    const server = await startServer(dataDir)
    running.add(server)
    return server
  }
  const endAll = async () => {
    for (const server of running) await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
  const onSignal = () => void endAll().finally(() => process.exit(130))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal)
  try {
    return await act({ dataDir, start })
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal)
    await endAll()
  }
}

async function startServer(dataDir: string): Promise<Server> {
  const port = await freePort()
  const began = performance.now()
  const child = spawn(process.execPath, [join(ROOT, 'scripts/bootstrap.js'), 'start'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      NODE_ENV: 'production',
      PORT: String(port),
      HUIYIN_DATA: dataDir,
      HUIYIN_LOG_LEVEL: 'info',
    },
  })
  let tail = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (tail = (tail + text).slice(-4_000)))
  const origin = `http://127.0.0.1:${port}`
  const deadline = began + READY_SECONDS_MAX * 1000
  while (!(await isReady(origin))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`The server did not start:\n${tail}`)
    }
    await sleep(READY_POLL_MILLISECONDS)
  }
  const startMilliseconds = performance.now() - began
  const databaseUrl = await findRunningPostgres(dataDir)
  if (databaseUrl === null) throw new Error('The embedded PostgreSQL is not found.')
  return { origin, child, startMilliseconds, databaseUrl, stop: () => stopServer(child) }
}

async function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGINT')
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_SECONDS_MAX * 1000)
  await ended
  clearTimeout(late)
}

async function isReady(origin: string): Promise<boolean> {
  try {
    const answer = await fetch(`${origin}/readyz`)
    await answer.arrayBuffer()
    return answer.status === 200
  } catch {
    return false
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

/** Works as the owner of the schema, behind row security. */
export async function asOwner<T>(databaseUrl: string, act: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    return await act(client)
  } finally {
    await client.end()
  }
}

/** The id of an invented resident: a digest of its number, so that a replay can make the same one in SQL. */
export function residentId(number: number): string {
  const hex = createHash('md5').update(`bench-resident-${number}`).digest('hex')
  // Version 8 and its variant, as the RFC asks of made-up identifiers.
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/u, '$1-$2-8$3-8$4-$5')
}

/** The same in SQL. @param number an expression */
export function residentIdSql(number: string): string {
  return `overlay(overlay(md5('bench-resident-' || (${number})::bigint::text) placing '8' from 13) placing '8' from 17)::uuid`
}

/** What the table of sessions holds of an invented resident's token, in SQL. @param number an expression */
export function residentTokenHashSql(number: string): string {
  const digest = `encode(sha256(convert_to('bench resident ' || (${number})::bigint::text, 'UTF8')), 'base64')`
  return `sha256(convert_to('${YANQING}.' || rtrim(translate(${digest}, '+/', '-_'), '='), 'UTF8'))`
}

function tokenOf(name: string): string {
  return `${YANQING}.${createHash('sha256').update(`bench ${name}`).digest('base64url')}`
}

/** Invented residents with open sessions, and a session of the demonstration's dispatcher at the centre. */
export async function addPeople(
  dataDir: string,
  databaseUrl: string,
  count: number,
): Promise<{ readonly residentTokens: readonly string[]; readonly dispatcherToken: string }> {
  const kek = loadOrCreateKek(dataDir, { mayCreate: false })
  const db = openDb(databaseUrl, openKeyring({ kek }), { poolMax: 1 })
  const tokens = Array.from({ length: count }, (_, number) => tokenOf(`resident ${number}`))
  const dispatcherToken = tokenOf('dispatcher')
  try {
    await inDistrict(db, YANQING, async (tx) => {
      const rows = tokens.map((token, number) => {
        const id = residentId(number)
        // 199 is a prefix of real numbers; these are as invented as those of the demonstration.
        const phone = `199${String(number).padStart(8, '0')}`
        return {
          id,
          cipher: tx.personal.encrypt(PHONE_COLUMN, id, phone).toString('hex'),
          index: phoneIndex(tx, phone).toString('hex'),
          hash: hashToken(token).toString('hex'),
        }
      })
      await tx.run(sql`
        with given as (
          select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as g (id uuid, cipher text, index text, hash text)
        ), added as (
          insert into person (district_id, id, name, phone_cipher, phone_index, locale, created_at)
          select ${tx.districtId}::int, id, 'Resident', decode(cipher, 'hex'), decode(index, 'hex'), 'zh-CN', now() from given
        )
        insert into session (district_id, token_hash, person_id, kind, expires_at)
        select ${tx.districtId}::int, decode(hash, 'hex'), id, 'resident', now() + interval '1 day' from given`)
      await tx.run(sql`
        insert into session (district_id, token_hash, person_id, kind, expires_at)
        select g.district_id, ${hashToken(dispatcherToken)}::bytea, g.person_id, 'staff', now() + interval '1 day'
          from role_grant g join unit u on u.district_id = g.district_id and u.id = g.unit_id and u.kind = 'centre'
         where g.district_id = ${tx.districtId} and g.role = 'dispatcher' and g.ended_at is null limit 1`)
    })
  } finally {
    await db.close()
  }
  return { residentTokens: tokens, dispatcherToken }
}

/** Gives every budget of calls back: the bench's residents order more than residents do. */
export async function refillBudgets(databaseUrl: string): Promise<void> {
  await asOwner(databaseUrl, (client) => client.query('delete from rate_bucket'))
}
