// The server on a PostgreSQL that somebody else runs: a cluster of its own, and an owner who is no superuser.
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openClient } from '../../scripts/smoke/client.ts'
import { playOrders } from '../../scripts/smoke/orders.ts'
import { openStage } from '../../scripts/smoke/stage.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../server/platform/embedded-postgres.ts'
import { judge } from '../../server/platform/external-postgres.ts'
import { command } from '../support/command-line.ts'
import { freePort, type ServerProcess, spawnServer, stopServer, untilReady } from '../support/server-process.ts'
import { withClient } from '../support/with-client.ts'

const START_MILLISECONDS_MAX = 180_000
const PLAY_MILLISECONDS_MAX = 180_000
const PASSWORD = 'held-by-somebody-else'
const KEK = randomBytes(32).toString('hex')

let folder = ''
let cluster: EmbeddedPostgres
let server: ServerProcess | undefined

/** As the operator of that cluster, who is no part of us. */
async function asSuperuser<T>(act: (client: Client) => Promise<T>, database = 'postgres'): Promise<T> {
  return withClient(urlOf({ database }), act)
}

function urlOf({ user, database = 'huiyin_outside' }: { user?: string; database?: string }): string {
  const url = new URL(cluster.url)
  if (user !== undefined) {
    url.username = user
    url.password = PASSWORD
  }
  url.pathname = `/${database}`
  return url.toString()
}

const env = (url: string) => ({
  DATABASE_URL: url,
  HUIYIN_KEK: KEK,
  HUIYIN_DATA: join(folder, 'data'),
  HUIYIN_LOG_LEVEL: 'warn',
  LANG: 'en_GB.UTF-8',
})

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huiyin-outside-'))
  const dataDir = join(folder, 'cluster')
  cluster = await startEmbeddedPostgres({ dataDir, log: () => undefined, settings: { fsync: 'off' } })
  await asSuperuser(async (client) => {
    await client.query(`create role huiyin_owner login password '${PASSWORD}' createrole`)
    await client.query(`create database huiyin_outside owner huiyin_owner encoding 'UTF8' template template0`)
  })
}, START_MILLISECONDS_MAX)

afterAll(async () => {
  if (server !== undefined) await stopServer(server)
  await cluster.stop()
  await rm(folder, { recursive: true, force: true })
}, START_MILLISECONDS_MAX)

describe('an order', () => {
  const owner = () => urlOf({ user: 'huiyin_owner' })

  test('the owner, who is no superuser, migrates and finds the schema whole', { timeout: 60_000 }, async () => {
    expect(await command(env(owner()), 'migrate')).toMatchObject({ status: 0, err: '' })
    const doctor = await command(env(owner()), 'doctor')
    expect(doctor).toMatchObject({ status: 0 })
    expect(doctor.out).toMatch(/external database/u)
    expect(doctor.out).toMatch(/^ok\s+row security/mu)
    const roles = await asSuperuser((client) =>
      client.query(`select rolname from pg_roles where (rolsuper or rolbypassrls) and rolname like 'huiyin_%'`),
    )
    expect(roles.rows).toEqual([])
  })

  test('is played from placing to award', { timeout: START_MILLISECONDS_MAX + PLAY_MILLISECONDS_MAX }, async () => {
    server = spawnServer({ port: await freePort(), env: env(owner()), flags: ['--demo-clock'] })
    await untilReady(server)
    await playOrders(openStage(openClient(server.origin), () => undefined))
    const doctor = await command(env(owner()), 'doctor')
    expect(doctor.out).not.toMatch(/^FAULT/mu)
    expect(doctor.out).toMatch(/^ok\s+ledger/mu)
  })

  test('is seen neither from another district nor by the owner himself without one', async () => {
    const count = (client: Client) => client.query<{ n: number }>('select count(*)::int as n from service_order')
    const seen = async (settings: string) =>
      withClient(owner(), async (client) => {
        await client.query(settings)
        return (await count(client)).rows[0]!.n
      })
    expect(await seen(`set role huiyin_app; set app.district = '110119'`)).toBeGreaterThan(0)
    expect(await seen(`set role huiyin_app; set app.district = '110101'`)).toBe(0)
    // Forced: the policy holds for the owner of the table too.
    expect(await seen(`set app.district = '110101'`)).toBe(0)
    const intruder = withClient(owner(), async (client) => {
      await client.query(`set role huiyin_app; set app.district = '110101'`)
      await client.query('alter table service_order disable row level security')
    })
    await expect(intruder).rejects.toThrow('must be owner')
  })
})

describe('a database that cannot be used is named with what to do, and nothing is written into it', () => {
  /** How the server ends, and what it says. */
  async function refused(url: string): Promise<{ code: number | null; text: string }> {
    const started = spawnServer({ port: await freePort(), env: env(url) })
    const { code } = await started.ended
    return { code, text: started.lines.map((line) => line.text).join('\n') }
  }

  async function bothRefuse(url: string, inChinese: string, inEnglish: string): Promise<void> {
    const { code, text } = await refused(url)
    expect(code).toBe(78)
    expect(text).toContain('DATABASE_URL')
    expect(text).toContain(inChinese)
    expect(text).toContain(inEnglish)
    // The address holds a password, and a stack tells an operator nothing.
    expect(text).not.toContain(PASSWORD)
    expect(text).not.toMatch(/\n\s+at /u)
    const ran = await command(env(url), 'migrate')
    expect([ran.status === 0, ran.err.includes(inEnglish) || ran.err.includes('cannot be reached')]).toEqual([
      false,
      true,
    ])
  }

  test('unreachable', { timeout: 60_000 }, async () => {
    const port = await freePort()
    await bothRefuse(
      `postgres://huiyin_owner:${PASSWORD}@127.0.0.1:${port}/huiyin`,
      '连不上数据库',
      'cannot be reached',
    )
  })

  test('answering nothing', { timeout: 120_000 }, async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as { port: number }
    const { code, text } = await refused(`postgres://huiyin_owner:${PASSWORD}@127.0.0.1:${port}/huiyin`)
    silent.close()
    expect(code).toBe(78)
    expect(text).toContain('cannot be reached')
  })

  test('a wrong password, a wrong name', { timeout: 60_000 }, async () => {
    const wrong = new URL(urlOf({ user: 'huiyin_owner' }))
    wrong.password = 'a-guess'
    await bothRefuse(wrong.toString(), '数据库拒绝了这个用户', 'does not let this user in')
    await bothRefuse(urlOf({ user: 'huiyin_owner', database: 'nowhere' }), '没有这个库', 'this database is not')
  })

  test('somebody else’s tables, somebody else’s database', { timeout: 60_000 }, async () => {
    await asSuperuser((client) => client.query(`create database payroll owner huiyin_owner template template0`))
    await asSuperuser((client) => client.query('create table wages (amount int)'), 'payroll')
    await bothRefuse(
      urlOf({ user: 'huiyin_owner', database: 'payroll' }),
      '别的程序的 1 张表',
      'tables of another program',
    )
    const left = await asSuperuser(
      (client) =>
        client.query(`select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`),
      'payroll',
    )
    expect(left.rows).toEqual([{ relname: 'wages' }])
    await asSuperuser(async (client) => {
      await client.query(`create role guest login password '${PASSWORD}'`)
      await client.query('create database guesthouse template template0')
    })
    await bothRefuse(urlOf({ user: 'guest', database: 'guesthouse' }), '不能在这个库里建表', 'may not create tables')
  })

  test('too old', () => {
    const facts = { role: 'huiyin_owner', may_create: true, may_work: true, ours: false, foreign_tables: 0 }
    expect(judge({ ...facts, version: '14.18 (Debian 14.18-1)' })).toEqual({
      code: 'database-too-old',
      details: { version: '14.18 (Debian 14.18-1)', min: 15, max: 18 },
    })
    for (const version of ['15.1', '16.9', '17.2', '18.4']) expect(judge({ ...facts, version })).toBeNull()
  })
})
