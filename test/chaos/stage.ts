/** A server with its own database below a temporary folder, its people signed in, and the means to kill parts of it. */
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import {
  freePort,
  isRunning,
  type ServerProcess,
  spawnServer,
  stopServer,
  untilReady,
} from '../support/server-process.ts'
import { demoLogins, fetchJson, residentToken, staffToken } from '../support/sign-in.ts'
import type { Attempt } from './journal.ts'

export interface Stage {
  readonly origin: string
  /** The process of this moment; another one after a restart. */
  server: ServerProcess
  /** Where the cluster lies, or where a file says where it lies. */
  readonly dataDir: string
  readonly cast: Cast
  /** Starts the server again on the same data and waits until it is ready. */
  restart(): Promise<void>
  close(): Promise<void>
}

export interface StageOptions {
  /** Settings beside the usual ones. */
  readonly env?: Readonly<Record<string, string>>
  /** A folder that is there already, such as a mounted disk; else one of its own, removed at the end. */
  readonly folder?: string
}

/** Values of the header Authorization, and the places the play needs. */
export interface Cast {
  readonly residents: readonly string[]
  readonly dispatcher: string
  readonly health: string
  readonly points: string
  readonly auditor: string
  readonly healthUnitId: string
  readonly categoryId: string
  readonly unitIds: readonly string[]
}

const RESIDENTS = 8
const NEXT_PASSWORD_MILLISECONDS = 31_000
const CATEGORY = 'health-and-care'
export const ENV = { HUIYIN_LOG_LEVEL: 'warn' }

/** A server with the embedded database. */
export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'huiyin-chaos-')))
  const dataDir = join(folder, 'data')
  const port = await freePort()
  const env = { ...ENV, HUIYIN_DATA: dataDir, ...options.env }
  const start = () => spawnServer({ port, env, flags: ['--demo-clock'] })
  return stageOf(start, dataDir, async () => {
    if (options.folder === undefined) await rm(folder, { recursive: true, force: true })
  })
}

/** @param tidyUp runs after the server's end, however that came */
export async function stageOf(
  start: () => ServerProcess,
  dataDir: string,
  tidyUp: () => Promise<void>,
): Promise<Stage> {
  const server = start()
  try {
    await untilReady(server)
    const stage: Stage = {
      origin: server.origin,
      server,
      dataDir,
      cast: await openCast(server.origin),
      async restart() {
        stage.server = start()
        await untilReady(stage.server)
      },
      async close() {
        await stopServer(stage.server)
        await tidyUp()
      },
    }
    return stage
  } catch (error) {
    await stopServer(server)
    await tidyUp()
    throw error
  }
}

async function openCast(origin: string): Promise<Cast> {
  // One after the other: each password takes a core for a while, and a machine may have other work.
  const ofStaff: string[] = []
  for (const login of ['dispatcher', 'health', 'points', 'auditor']) ofStaff.push(await authorizationOf(origin, login))
  const [dispatcher, health, points, auditor] = ofStaff
  const residents: string[] = []
  for (let n = 0; n < RESIDENTS; n++) {
    const phone = `139000002${String(n).padStart(2, '0')}`
    residents.push(`Bearer ${await residentToken(origin, phone, '混沌')}`)
  }
  const me = await fetchJson<{ roles: { unitId: string }[] }>(`${origin}/api/v1/me`, {
    headers: { authorization: health! },
  })
  const categories = await fetchJson<{ rows: { id: string; slug: string }[] }>(`${origin}/api/v1/categories`)
  const units = await fetchJson<{ rows: { id: string }[] }>(`${origin}/api/v1/units?kind=station&limit=100`)
  return {
    residents,
    dispatcher: dispatcher!,
    health: health!,
    points: points!,
    auditor: auditor!,
    healthUnitId: me.roles[0]!.unitId,
    categoryId: categories.rows.find((row) => row.slug === CATEGORY)!.id,
    unitIds: units.rows.map((row) => row.id),
  }
}

/** Signs somebody of the demonstration's staff in; once more when it fails, with the next one-time password. */
export async function authorizationOf(origin: string, login: string): Promise<string> {
  const signIn = async () => {
    const account = (await demoLogins(origin)).find((one) => one.login === login)
    if (account === undefined) throw new Error(`The demonstration has no ${login}.`)
    return `Bearer ${await staffToken(origin, account)}`
  }
  try {
    return await signIn()
  } catch {
    await sleep(NEXT_PASSWORD_MILLISECONDS)
    return signIn()
  }
}

/** Where the cluster is: below the data folder, or where a file there says. */
export function homeOf({ dataDir }: Pick<Stage, 'dataDir'>): string {
  const location = join(dataDir, 'location')
  return existsSync(location) ? readFileSync(location, 'utf8').trim() : dataDir
}

/** Runs statements as the database's owner, whom row security does not bind. */
export async function asOwner<T>(stage: Stage, act: (client: Client) => Promise<T>): Promise<T> {
  const home = homeOf(stage)
  const client = new Client({
    host: join(home, 'run'),
    port: 5432,
    user: 'huiyin',
    database: 'huiyin',
    password: readFileSync(join(home, 'password'), 'utf8').trim(),
  })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await act(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** All processes of this stage's PostgreSQL: each works in the cluster's folder. */
export function postgresPids(stage: Stage): number[] {
  const cluster = join(homeOf(stage), 'cluster')
  if (!existsSync(cluster)) return []
  const folder = realpathSync(cluster)
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid > 0)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === folder
      } catch {
        return false
      }
    })
}

export function postmasterPid(stage: Stage): number | undefined {
  try {
    const text = readFileSync(join(homeOf(stage), 'cluster', 'postmaster.pid'), 'utf8')
    return Number(text.split('\n')[0])
  } catch {
    return undefined
  }
}

/** Processes that serve a client each. */
export function backendPids(stage: Stage): number[] {
  return postgresPids(stage).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('postgres: huiyin huiyin')
    } catch {
      return false
    }
  })
}

const READY_SECONDS_MAX = 45
const READY_POLL_MILLISECONDS = 20
const ASK_MILLISECONDS_MAX = 5_000

/** What /readyz says; no when it does not answer. */
export function isReady({ origin }: Stage): Promise<boolean> {
  return fetch(`${origin}/readyz`, { signal: AbortSignal.timeout(ASK_MILLISECONDS_MAX) }).then(
    async (response) => {
      await response.arrayBuffer()
      return response.ok
    },
    () => false,
  )
}

/** Waits until the server says that it is ready, restarting nothing. @returns milliseconds waited */
export async function untilReadyAgain(stage: Stage): Promise<number> {
  const begun = performance.now()
  while (performance.now() - begun < READY_SECONDS_MAX * 1000) {
    if (!isRunning(stage.server)) throw new Error('The server ended by itself.')
    if (await isReady(stage)) return performance.now() - begun
    await sleep(READY_POLL_MILLISECONDS)
  }
  throw new Error(`The server was not ready again after ${READY_SECONDS_MAX} s.`)
}

const LOG_MILLISECONDS = 200
const REASON_LENGTH_MAX = 1_200

/** What the server logged about an answer that should have been 503. */
export async function reasonOf(
  { server }: Stage,
  { status, answer }: Pick<Attempt, 'status' | 'answer'>,
): Promise<string> {
  await sleep(LOG_MILLISECONDS)
  const { requestId } = (answer ?? {}) as { requestId?: string }
  const line = server.lines.findLast((one) => requestId !== undefined && one.text.includes(requestId))
  return `${status}: ${line?.text.slice(0, REASON_LENGTH_MAX) ?? JSON.stringify(answer)}`
}
