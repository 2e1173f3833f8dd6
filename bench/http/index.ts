/**
 * npm run bench -- http [--json] [--quick]: the full stack (session, row security, validation, idempotency, audit, outbox)
 * against the same SQL sent by pgbench, and against bare node:http. Ratios are medians of pairs measured one after the other
 * (A B A B …), because absolute figures move twofold within a minute. It starts a server of its own and ends it.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { YANQING } from '../../server/cli/district-plan.ts'
import { burst } from './burst.ts'
import { cpuOf, memoryOf } from './costs.ts'
import { type Figures, findPgbench, findWrk, type Mode, runPgbench, runWrk, writeLuaData } from './load.ts'
import {
  addPeople,
  asOwner,
  openStage,
  type People,
  refillBudgets,
  residentId,
  RESIDENTS,
  type Server,
  type Stage,
} from './stage.ts'
import { isData, logStatements, pgbenchScript, recordTransactions, type Transaction } from './statements.ts'
import { placeOrder, usableWishes, type Wish } from './wishes.ts'

const ORDERS = 10_000
const LIST_PATH = '/api/v1/orders?limit=20'
const NOOP_PATH = '/api/v1/session'
const PAIR_CONNECTIONS = 8
const CONCURRENCIES = [1, 10, 50] as const
const BURST_RESIDENTS = 200
const BURSTS = 5
const COLD_STARTS = 3
const IDLE_SECONDS = 12
const RECORDED_REQUESTS = 4
/** Beyond this the machine is too busy for a ratio to mean anything. */
const BASELINE_SPREAD_MAX = 3

interface Pace {
  readonly pairs: number
  readonly pairSeconds: number
  readonly rateSeconds: number
}
const PACE: Pace = { pairs: 5, pairSeconds: 4, rateSeconds: 4 }
const QUICK_PACE: Pace = { pairs: 3, pairSeconds: 2, rateSeconds: 2 }

interface Ratio {
  readonly median: number
  readonly min: number
  readonly max: number
  /** Medians of what was compared, a second. */
  readonly ours: number
  readonly baseline: number
  /** Largest baseline of the pairs over the smallest. */
  readonly baselineSpread: number
}

/** What the phases share. */
interface Scene {
  readonly stage: Stage
  readonly people: People
  readonly wishes: readonly Wish[]
  readonly dataFile: string
  /** Where the counter of placed orders stands. */
  placed: number
}

export async function run(options: readonly string[]): Promise<void> {
  needTools()
  const isJson = options.includes('--json')
  const pace = options.includes('--quick') ? QUICK_PACE : PACE
  const say = (text: string) => void process.stderr.write(`${text}\n`)
  const stage = await openStage()
  let server: Server | undefined
  const endAll = async () => {
    await server?.stop()
    await stage.remove()
  }
  const onSignal = () => void endAll().finally(() => process.exit(130))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal)
  try {
    say('starting a server with the demonstration district …')
    server = await stage.start()
    const people = await addPeople(stage.dataDir, server.databaseUrl)
    const wishes = await usableWishes(server.origin, server.databaseUrl, people.extraTokens)
    const dataFile = join(stage.dataDir, 'load-data.lua')
    const scene: Scene = { stage, people, wishes, dataFile, placed: 0 }
    await writeData(scene, [])
    await fill(scene, server, wantedOrders(options), say)
    await server.stop()

    const cold = await coldStarts(stage, say)
    server = await stage.start()
    await sleep(IDLE_SECONDS * 1000)
    const memory = memoryOf(server.child.pid!)
    say(`idle: node ${memory.nodeMb.toFixed(0)} MB, PostgreSQL ${memory.postgresMb.toFixed(0)} MB`)
    await logStatements(server.databaseUrl, true)
    await server.stop()
    server = await stage.start()
    const recorded = await record(scene, server, say)
    await logStatements(server.databaseUrl, false)
    await server.stop()

    server = await stage.start()
    const figures = await measure(scene, server, pace, recorded, say)
    const result = {
      ...figures,
      statementsPerOrder: recorded.statementsPerOrder,
      statementsPerList: recorded.statementsPerList,
      coldStartMs: Math.round(median(cold)),
      coldStartsMs: cold.map(Math.round),
      idleMemoryMb: Math.round(memory.nodeMb + memory.postgresMb),
      idleNodeMb: Math.round(memory.nodeMb),
      idlePostgresMb: Math.round(memory.postgresMb),
    }
    process.stdout.write(isJson ? `${JSON.stringify(result)}\n` : tableOf(result))
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal)
    await endAll()
  }
}

/** `--orders=N` is for trying; figures to publish have ten thousand. */
function wantedOrders(options: readonly string[]): number {
  const given = options.find((option) => option.startsWith('--orders='))
  return given === undefined ? ORDERS : Number(given.slice('--orders='.length))
}

function needTools(): void {
  const missing = [
    ...(findPgbench() === undefined ? ['postgresql-contrib'] : []),
    ...(findWrk() === undefined ? ['wrk'] : []),
  ]
  if (missing.length === 0) return
  console.error(`The bench needs pgbench and wrk. On Debian run as root:\n
  apt-get update && apt-get install -y --no-install-recommends ${missing.join(' ')}\n`)
  process.exit(69)
}

async function writeData(scene: Scene, orderIds: readonly string[]): Promise<void> {
  await writeLuaData(scene.dataFile, {
    ...scene.people,
    wishes: scene.wishes,
    listPath: LIST_PATH,
    noopPath: NOOP_PATH,
    orderIds,
  })
}

/** Places orders through the server until there are as many as wanted. */
async function fill(scene: Scene, server: Server, orders: number, say: (text: string) => void): Promise<void> {
  const count = () =>
    asOwner(server.databaseUrl, async (client) => {
      const { rows } = await client.query<{ n: number }>('select count(*)::int as n from service_order')
      return rows[0]!.n
    })
  for (let n = await count(), seconds = 2; n < orders; n = await count()) {
    const { perSecond } = await load(scene, server, { mode: 'place', connections: 8, seconds })
    // Two thirds of what is missing at the measured pace, so that the goal is not overshot by much.
    seconds = Math.max(1, Math.min(10, Math.round(((orders - n) / perSecond) * 0.66)))
  }
  await asOwner(server.databaseUrl, (client) => client.query('vacuum analyze'))
  say(`${await count()} orders are there`)
}

async function load(
  scene: Scene,
  server: Server,
  { mode, connections, seconds }: { mode: Mode; connections: number; seconds: number },
): Promise<Figures> {
  if (mode === 'place') await refillBudgets(server.databaseUrl)
  const { dataFile, placed: from } = scene
  const figures = await runWrk({ origin: server.origin, dataFile, mode, connections, seconds, from })
  // Requests under way at the end were sent and not counted.
  if (mode === 'place') scene.placed += figures.requests + connections
  return figures
}

async function coldStarts(stage: Stage, say: (text: string) => void): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < COLD_STARTS; i++) {
    const server = await stage.start()
    times.push(server.startMilliseconds)
    await server.stop()
  }
  say(`cold start: ${times.map((ms) => ms.toFixed(0)).join(', ')} ms`)
  return times
}

interface Recorded {
  readonly placeFile: string
  readonly listFile: string
  readonly statementsPerOrder: number
  readonly statementsPerList: number
}

async function record(scene: Scene, server: Server, say: (text: string) => void): Promise<Recorded> {
  const { dataDir } = scene.stage
  const marks = /service_order|idempotency_begin|rate_take/u
  const requests: Transaction[][] = []
  for (let i = 0; i < RECORDED_REQUESTS; i++) {
    const token = scene.people.extraTokens.at(-1 - i)!
    const wish = scene.wishes[Math.floor(scene.wishes.length / 2)]!
    // The first call opens the session's place in the cache, which is not part of what is counted.
    await placeOrder(server.origin, token, { ...wish, unitId: randomPlace() })
    requests.push(
      await recordTransactions(dataDir, marks, async () => {
        const { status, body } = await placeOrder(server.origin, token, wish)
        if (status !== 201) throw new Error(`A recorded order was answered with ${status}: ${JSON.stringify(body)}`)
      }),
    )
  }
  const headers = { authorization: `Bearer ${scene.people.dispatcherToken}` }
  const list = () => fetch(`${server.origin}${LIST_PATH}`, { headers }).then((answer) => answer.text())
  await list()
  const lists = await recordTransactions(dataDir, /service_order o/u, list)
  const count = (transactions: readonly Transaction[]) => transactions.flat().filter(isData).length
  const statementsPerOrder = requests.reduce((sum, one) => sum + count(one), 0) / requests.length
  say(`statements: ${statementsPerOrder} for an order, ${count(lists)} for a list`)
  const [shortest, other] = requests.toSorted((a, b) => count(a) - count(b)) as [Transaction[], Transaction[]]
  const placeFile = join(dataDir, 'place.sql')
  const listFile = join(dataDir, 'list.sql')
  const resident = residentId(RESIDENTS + scene.people.extraTokens.length - 1 - requests.indexOf(shortest))
  await writeFile(placeFile, await pgbenchScript(server.databaseUrl, shortest, other, resident))
  await writeFile(listFile, await pgbenchScript(server.databaseUrl, lists, lists, ''))
  return { placeFile, listFile, statementsPerOrder, statementsPerList: count(lists) }
}

/** A place that does not exist: such an order is refused late and leaves nothing. */
function randomPlace(): string {
  return '00000000-0000-7000-8000-000000000000'
}

async function measure(scene: Scene, server: Server, pace: Pace, recorded: Recorded, say: (text: string) => void) {
  const { databaseUrl } = server
  const baseline = (file: string) => async () => {
    await refillBudgets(databaseUrl)
    return runPgbench({ databaseUrl, file, clients: PAIR_CONNECTIONS, seconds: pace.pairSeconds })
  }
  const ours = (mode: Mode) => async () =>
    (await load(scene, server, { mode, connections: PAIR_CONNECTIONS, seconds: pace.pairSeconds })).perSecond
  const list = await ratioOf(pace, ours('list'), baseline(recorded.listFile))
  say(`list: ${describe(list)}`)
  const listRps = await bestRate(scene, server, pace, 'list', say)
  const bare = await startBare()
  const noop = await ratioOf(pace, ours('noop'), () => {
    const { dataFile } = scene
    const seconds = pace.pairSeconds
    const load = {
      origin: bare.origin,
      dataFile,
      mode: 'bare',
      connections: PAIR_CONNECTIONS,
      seconds,
      from: 0,
    } as const
    return runWrk(load).then((figures) => figures.perSecond)
  })
  await bare.stop()
  say(`noop: ${describe(noop)}`)
  const p99s = await bursts(scene, server)
  say(`burst: p99 ${p99s.map((ms) => ms.toFixed(0)).join(', ')} ms`)
  const createRps = await bestRate(scene, server, pace, 'place', say)
  const place = await ratioOf(pace, ours('place'), baseline(recorded.placeFile))
  say(`place: ${describe(place)}`)
  await writeData(scene, await submittedOrders(databaseUrl))
  const changeStatusRps = await bestRate(scene, server, pace, 'take-in', say)
  return {
    placeOrderRatio: round(place.median),
    listRatio: round(list.median),
    noopRatio: round(noop.median),
    p99Burst200Ms: Math.round(median(p99s)),
    createRps: Math.round(createRps.best),
    listRps: Math.round(listRps.best),
    changeStatusRps: Math.round(changeStatusRps.best),
    spread: { placeOrder: rounded(place), list: rounded(list), noop: rounded(noop) },
    rates: { create: createRps.all, list: listRps.all, changeStatus: changeStatusRps.all },
  }
}

async function ratioOf(pace: Pace, ours: () => Promise<number>, baseline: () => Promise<number>): Promise<Ratio> {
  await ours()
  await baseline()
  const pairs: { ours: number; baseline: number }[] = []
  for (let i = 0; i < pace.pairs; i++) pairs.push({ baseline: await baseline(), ours: await ours() })
  const ratios = pairs.map((pair) => pair.ours / pair.baseline)
  const baselines = pairs.map((pair) => pair.baseline)
  const baselineSpread = Math.max(...baselines) / Math.min(...baselines)
  if (baselineSpread > BASELINE_SPREAD_MAX) {
    throw new Error(`The machine is too busy: the baseline moved ${baselineSpread.toFixed(1)}-fold. Try again later.`)
  }
  return {
    median: median(ratios),
    min: Math.min(...ratios),
    max: Math.max(...ratios),
    ours: median(pairs.map((pair) => pair.ours)),
    baseline: median(baselines),
    baselineSpread,
  }
}

interface Rate {
  readonly connections: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly nodeCpuMs: number
  readonly postgresCpuMs: number
}

/** The best of several concurrencies, with what a request costs in CPU time. */
async function bestRate(scene: Scene, server: Server, pace: Pace, mode: Mode, say: (text: string) => void) {
  const all: Rate[] = []
  let taken = 0
  for (const connections of CONCURRENCIES) {
    const before = cpuOf(server.child.pid!)
    const from = mode === 'take-in' ? taken : scene.placed
    const { dataFile } = scene
    if (mode === 'place') await refillBudgets(server.databaseUrl)
    const figures = await runWrk({
      origin: server.origin,
      dataFile,
      mode,
      connections,
      seconds: pace.rateSeconds,
      from,
    })
    if (mode === 'place') scene.placed += figures.requests + connections
    taken += figures.requests + connections
    const after = cpuOf(server.child.pid!)
    const rate: Rate = {
      connections,
      perSecond: Math.round(figures.perSecond),
      p50Ms: round(figures.p50Ms),
      p99Ms: round(figures.p99Ms),
      nodeCpuMs: round((after.nodeMs - before.nodeMs) / figures.requests),
      postgresCpuMs: round((after.postgresMs - before.postgresMs) / figures.requests),
    }
    all.push(rate)
    say(
      `${mode} c${connections}: ${rate.perSecond}/s, p50 ${rate.p50Ms} ms, p99 ${rate.p99Ms} ms, ` +
        `CPU ${rate.nodeCpuMs} ms node + ${rate.postgresCpuMs} ms PostgreSQL a request`,
    )
  }
  return { best: Math.max(...all.map((rate) => rate.perSecond)), all }
}

async function bursts(scene: Scene, server: Server): Promise<number[]> {
  const p99s: number[] = []
  for (let i = 0; i < BURSTS; i++) {
    await refillBudgets(server.databaseUrl)
    const first = scene.placed
    scene.placed += BURST_RESIDENTS
    const orders = Array.from({ length: BURST_RESIDENTS }, (_, index) => {
      const n = first + index + 1
      const { residentTokens } = scene.people
      return {
        token: residentTokens[n % residentTokens.length]!,
        wish: scene.wishes[
          ((n % residentTokens.length) + Math.floor(n / residentTokens.length)) % scene.wishes.length
        ]!,
      }
    })
    const times = await burst(server.origin, orders)
    p99s.push(times[Math.ceil(times.length * 0.99) - 1]!)
  }
  return p99s
}

async function submittedOrders(databaseUrl: string): Promise<string[]> {
  return asOwner(databaseUrl, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `select id from service_order where district_id = $1 and state = 'submitted' order by placed_at desc limit 100000`,
      [YANQING],
    )
    return rows.map((row) => row.id)
  })
}

async function startBare(): Promise<{ origin: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./noop-server.ts', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [port] = (await once(child.stdout, 'data')) as [Buffer]
  return {
    origin: `http://127.0.0.1:${port.toString().trim()}`,
    async stop() {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    },
  }
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

function round(number: number): number {
  return Math.round(number * 1000) / 1000
}

function rounded(ratio: Ratio): Ratio {
  return Object.fromEntries(Object.entries(ratio).map(([key, value]) => [key, round(value as number)])) as never
}

function describe({ median, min, max, ours, baseline, baselineSpread }: Ratio): string {
  return (
    `ratio ${median.toFixed(3)} (${min.toFixed(3)} to ${max.toFixed(3)}): ${ours.toFixed(0)}/s against ` +
    `${baseline.toFixed(0)}/s, which moved ${baselineSpread.toFixed(2)}-fold`
  )
}

function tableOf(result: Readonly<Record<string, unknown>>): string {
  const rows = Object.entries(result).filter(([, value]) => typeof value === 'number')
  return `${rows.map(([name, value]) => `${name.padEnd(20)} ${String(value).padStart(10)}`).join('\n')}\n`
}
