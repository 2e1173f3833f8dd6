import { createHmac, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import canonicalize from 'canonicalize'
import type pg from 'pg'
import { afterAll, beforeAll, expect } from 'vitest'
import type * as z from 'zod/mini'
import type { Route } from '../../contract/kit.ts'
import { type RouteName, routes } from '../../contract/routes.ts'
import { compose, type Platform } from '../../server/compose.ts'
import { readConfig } from '../../server/config.ts'
import { type Actor, systemActor } from '../../server/platform/actor.ts'
import { createLog } from '../../server/platform/log.ts'
import { migrationNames } from '../../server/platform/migrate.ts'
import { runWork, type Work, type WorkHost } from '../../server/platform/work.ts'
import { sealDistrict, sweepDistrict } from '../../server/worker/sweep.ts'
import { type Cast, makeCast, type Player, TWO_DISTRICTS } from './cast.ts'
import { cloneDatabase, TEST_KEK, YANQING } from './database.ts'
import {
  type Answered,
  checkedAnswer,
  type HttpClient,
  openClient,
  type RawRequest,
  type RawResponse,
} from './http-client.ts'

type RouteOf<Name extends RouteName> = (typeof routes)[Name]
type BodyOf<Name extends RouteName> = z.input<RouteOf<Name>['body']>
type ParamsOf<Name extends RouteName> = z.input<RouteOf<Name>['params']>
type QueryOf<Name extends RouteName> = z.input<RouteOf<Name>['query']>
export type AnswerOf<Name extends RouteName> = z.input<RouteOf<Name>['answer']>

interface Manner {
  /** Who calls; the public by default. */
  readonly as?: Pick<Player, 'credentials' | 'host'> | undefined
  /** The client's id of a write: a fresh one by default, none with null. */
  readonly clientId?: string | null | undefined
  readonly locale?: 'zh-CN' | 'en' | undefined
  /** The version an edit names. */
  readonly version?: number | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** A call as the contract wants it. */
export interface Call<Name extends RouteName> extends Manner {
  readonly params?: ParamsOf<Name>
  readonly query?: QueryOf<Name>
  readonly body?: BodyOf<Name>
}

/** A call that may break the contract. */
export interface LooseCall extends Manner {
  readonly params?: Readonly<Record<string, string>> | undefined
  readonly query?: Readonly<Record<string, string>> | undefined
  readonly body?: unknown
}

export interface TestServer {
  readonly host: WorkHost
  readonly platform: Platform
  readonly cast: Cast
  /** For a second process over the same database. */
  readonly ownerUrl: string
  call<Name extends RouteName>(name: Name, call?: Call<Name>): Promise<Answered<AnswerOf<Name>>>
  send<Name extends RouteName>(name: Name, call?: LooseCall): Promise<Answered<AnswerOf<Name>>>
  raw(request: RawRequest): Promise<RawResponse>
  /** Runs an operation as an actor, the system of Yanqing by default. */
  work<T>(act: (work: Work) => Promise<T>, actor?: Actor): Promise<T>
  owner<T>(act: (client: pg.Client) => Promise<T>): Promise<T>
  /** Runs every job that waits and everything that is due, until nothing is left; seals the audit log. */
  settle(): Promise<void>
  /** Moves business time; back as well, which only tests may. */
  shift(minutes: number): Promise<void>
  /** Gives every budget of calls back. */
  refill(): Promise<void>
  /** Says that the server's log may hold errors: the test breaks something on purpose. */
  mayFail(): void
}

export const GATEWAY_SECRET = 'gateway-secret-of-the-tests'
const JOB_ROUNDS_MAX = 100

/** Registers the hooks that start and stop a server over a database of its own. Use the object only inside tests and hooks. */
export function useServer(): TestServer {
  let started: Awaited<ReturnType<typeof startServer>> | undefined
  beforeAll(async () => {
    started = await startServer()
  }, 120_000)
  afterAll(async () => started?.stop(), 60_000)
  const current = (): TestServer => {
    if (started === undefined) throw new Error('The server is there only inside tests and hooks.')
    return started.server
  }
  return {
    get host() {
      return current().host
    },
    get platform() {
      return current().platform
    },
    get cast() {
      return current().cast
    },
    get ownerUrl() {
      return current().ownerUrl
    },
    call: (name, call) => current().call(name, call),
    send: (name, call) => current().send(name, call),
    raw: (request) => current().raw(request),
    work: (act, actor) => current().work(act, actor),
    owner: (act) => current().owner(act),
    settle: () => current().settle(),
    shift: (minutes) => current().shift(minutes),
    refill: () => current().refill(),
    mayFail: () => current().mayFail(),
  }
}

async function startServer(): Promise<{ server: TestServer; stop(): Promise<void> }> {
  const { database, drop } = await cloneDatabase(TWO_DISTRICTS)
  const dataDir = await mkdtemp(join(tmpdir(), 'huiyin-http-'))
  const errors: string[] = []
  let expectsErrors = false
  const platform = await composeFor(database.ownerUrl, dataDir, (line) => errors.push(line))
  const app = await platform.buildApp(true)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const client = openClient((app.server.address() as AddressInfo).port)
  const host: WorkHost = { db: platform.db, jobs: platform.jobs }
  const cast = await makeCast(host)
  const send = <Name extends RouteName>(name: Name, call: LooseCall = {}) => sendCall(client, name, call)
  const server: TestServer = {
    host,
    platform,
    cast,
    ownerUrl: database.ownerUrl,
    call: (name, call) => send(name, call as LooseCall),
    send,
    raw: (request) => client.send(request),
    work: (act, actor = systemActor(YANQING)) => runWork(host, actor, act),
    owner: (act) => database.owner(act),
    settle: () => settle(platform),
    shift: (minutes) =>
      database.owner(async (owner) => {
        await owner.query(`update clock_shift set shift = shift + make_interval(mins => $1)`, [minutes])
      }),
    refill: () => database.owner(async (owner) => void (await owner.query('delete from rate_bucket'))),
    mayFail: () => void (expectsErrors = true),
  }
  const stop = async () => {
    client.close()
    await app.close()
    await platform.close()
    await drop()
    await rm(dataDir, { recursive: true, force: true })
    if (!expectsErrors) expect(errors, 'the server logged errors').toEqual([])
  }
  return { server, stop }
}

/** The platform over an existing database, as a process of its own would compose it. */
export async function composeFor(
  databaseUrl: string,
  dataDir: string,
  logged: (line: string) => void,
): Promise<Platform> {
  const environment = {
    DATABASE_URL: databaseUrl,
    HUIYIN_KEK: TEST_KEK.toString('hex'),
    HUIYIN_DATA: dataDir,
    HUIYIN_ORIGIN: 'http://localhost:8080',
    HUIYIN_GATEWAY_SECRET: GATEWAY_SECRET,
  }
  const read = readConfig(environment, ['--demo-clock', '--role', 'web'])
  if (!read.ok) throw new Error(JSON.stringify(read.faults))
  return compose({
    config: read.config,
    databaseUrl,
    kek: TEST_KEK,
    log: createLog({ level: 'error', stream: { write: logged } }),
    schemaHead: (await migrationNames()).at(-1) ?? '',
    isStopping: () => false,
    hasPages: false,
  })
}

async function sendCall<Name extends RouteName>(
  client: HttpClient,
  name: Name,
  call: LooseCall,
): Promise<Answered<AnswerOf<Name>>> {
  const route = routes[name] as unknown as Route
  const { body, locale } = call
  const isWrite = route.method !== 'GET' && route.withoutClientId !== true
  const clientId = call.clientId === undefined && isWrite ? randomUUID() : call.clientId
  const headers: Record<string, string> = {
    host: call.as?.host ?? 'a.test',
    ...call.as?.credentials,
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(clientId != null && { 'idempotency-key': clientId }),
    ...(locale !== undefined && { 'accept-language': locale }),
    ...(call.version !== undefined && { 'if-match': `"${call.version}"` }),
    ...call.headers,
  }
  const response = await client.send({
    method: route.method,
    path: pathOf(route, call),
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  return checkedAnswer(name, route, response, locale ?? 'zh-CN')
}

/** What a message gateway puts beside its report. */
export function signatureOf(body: unknown): string {
  return createHmac('sha256', GATEWAY_SECRET)
    .update(canonicalize(body) ?? '')
    .digest('hex')
}

/** The address of a call, its parameters filled in. */
export function pathOf(route: Pick<Route, 'path'>, call: Pick<LooseCall, 'params' | 'query'>): string {
  const path = route.path.replaceAll(/:(\w+)/gu, (_, key: string) => encodeURIComponent(call.params?.[key] ?? key))
  const query = new URLSearchParams(call.query).toString()
  return query === '' ? path : `${path}?${query}`
}

interface WaitingJob {
  readonly id: string
  readonly name: string
  readonly data: Readonly<Record<string, unknown>> & { readonly districtId: number }
}

/** What the worker does, without waiting for its timers: jobs in the order they were sent, then what is due, then the seal. */
async function settle(platform: Platform): Promise<void> {
  const { db, jobs, definitions } = platform
  const host: WorkHost = { db, jobs }
  const log = createLog({ level: 'silent' })
  for (let round = 0; round < JOB_ROUNDS_MAX; round++) {
    const { rows } = await db.pool.query<WaitingJob>(
      `select id, name, data from pgboss.job where state in ('created', 'retry') order by created_on, id`,
    )
    for (const { id, name, data } of rows) {
      const definition = definitions.find((one) => one.name === name)
      if (definition !== undefined)
        await runWork(host, systemActor(data.districtId), (work) => definition.run(work, data))
      await db.pool.query(`update pgboss.job set state = 'completed', completed_on = now() where id = $1`, [id])
    }
    let settled = 0
    const districts = await db.pool.query<{ id: number }>('select id from district order by id')
    for (const district of districts.rows) {
      settled += await sweepDistrict(host, log, district.id)
      await platform.deliver(district.id)
      await sealDistrict(host, district.id)
    }
    if (rows.length === 0 && settled === 0) return
  }
  throw new Error('Jobs and due matters never came to an end.')
}
