/**
 * npm run bench -- http [--json] [--quick] [--only=place,list,…] [--orders=N]: the full stack (session, row security,
 * validation, idempotency, audit, outbox) against the same SQL sent by pgbench, and against bare node:http. Ratios are medians
 * of pairs measured one after the other (A B A B …), because absolute figures move twofold within a minute. It starts a
 * server of its own and ends it.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { YANQING } from '../../server/cli/district-plan.ts'
import { memoryOf } from '../load/costs.ts'
import { type Mode, runPgbench, runWrk } from '../load/load.ts'
import { again, describe, median, percentile, ratioOf, round, rounded, type Say, tableOf } from '../load/pairs.ts'
import { asOwner, onStage, refillBudgets, type Server, type Stage } from '../load/stage.ts'
import { burst } from './burst.ts'
import { record, type Recorded, UNTOUCHED_PEOPLE } from './recorded.ts'
import { addResidents, bestRate, fill, load, openScene, type Scene, writeData } from './scene.ts'
import { usableWishes } from './wishes.ts'

const ORDERS = 10_000
const PAIR_CONNECTIONS = 8
const BURST_RESIDENTS = 200
const BURSTS = 5
const COLD_STARTS = 3
const IDLE_SECONDS = 12
const TAKE_IN_MAX = 100_000

interface Pace {
  readonly pairs: number
  readonly pairSeconds: number
  readonly rateSeconds: number
}
const PACE: Pace = { pairs: 6, pairSeconds: 3, rateSeconds: 4 }
const QUICK_PACE: Pace = { pairs: 3, pairSeconds: 2, rateSeconds: 2 }

/** What can be measured by itself. */
const PARTS = ['start', 'list', 'noop', 'burst', 'place', 'take-in'] as const
type Part = (typeof PARTS)[number]

export async function run(options: readonly string[]): Promise<void> {
  const pace = options.includes('--quick') ? QUICK_PACE : PACE
  const parts = new Set(valueOf(options, '--only')?.split(',') ?? PARTS)
  const orders = Number(valueOf(options, '--orders') ?? ORDERS)
  const say: Say = (text) => void process.stderr.write(`${text}\n`)
  const result = await onStage(async (stage) => {
    const scene = await furnish(stage, orders, say)
    const start = parts.has('start') ? await startFigures(stage, say) : {}
    const recorded = await record(scene, say)
    const server = await stage.start()
    try {
      const figures = await measure({ scene, server, pace, recorded, say }, (part) => parts.has(part))
      const { statementsPerOrder, statementsPerList } = recorded
      return { ...figures, statementsPerOrder: round(statementsPerOrder), statementsPerList, ...start }
    } finally {
      await server.stop()
    }
  })
  process.stdout.write(options.includes('--json') ? `${JSON.stringify(result)}\n` : tableOf(result))
}

function valueOf(options: readonly string[], name: string): string | undefined {
  return options.find((option) => option.startsWith(`${name}=`))?.slice(name.length + 1)
}

/** The demonstration district with people who order, and orders. */
async function furnish(stage: Stage, orders: number, say: Say): Promise<Scene> {
  say('starting a server with the demonstration district …')
  const server = await stage.start()
  try {
    const people = await addResidents(stage.dataDir, server.databaseUrl)
    // The last of them are recorded later and must not have ordered before.
    const triers = people.extraTokens.slice(0, -UNTOUCHED_PEOPLE)
    const wishes = await usableWishes(server.origin, server.databaseUrl, triers)
    const scene = await openScene(stage, people, wishes)
    await fill(scene, server, orders, say)
    return scene
  } finally {
    await server.stop()
  }
}

async function startFigures(stage: Stage, say: Say) {
  const times: number[] = []
  for (let i = 0; i < COLD_STARTS; i++) {
    const server = await stage.start()
    times.push(Math.round(server.startMilliseconds))
    await server.stop()
  }
  say(`cold start: ${times.join(', ')} ms`)
  const server = await stage.start()
  await sleep(IDLE_SECONDS * 1000)
  const { nodeMb, postgresMb } = memoryOf(server.child.pid!)
  await server.stop()
  say(`idle: node ${nodeMb.toFixed(0)} MB, PostgreSQL ${postgresMb.toFixed(0)} MB`)
  return {
    coldStartMs: Math.round(median(times)),
    coldStartsMs: times,
    idleMemoryMb: Math.round(nodeMb + postgresMb),
    idleNodeMb: Math.round(nodeMb),
    idlePostgresMb: Math.round(postgresMb),
  }
}

interface Measuring {
  readonly scene: Scene
  readonly server: Server
  readonly pace: Pace
  readonly recorded: Recorded
  readonly say: Say
}

async function measure(measuring: Measuring, isWanted: (part: Part) => boolean) {
  return {
    ...(isWanted('list') && (await measureList(measuring))),
    ...(isWanted('noop') && (await measureNoop(measuring))),
    ...(isWanted('burst') && (await measureBurst(measuring))),
    ...(isWanted('place') && (await measurePlace(measuring))),
    ...(isWanted('take-in') && (await measureTakeIn(measuring))),
  }
}

async function measureList(measuring: Measuring) {
  const list = await ratioToSql(measuring, 'list', [measuring.recorded.listFile])
  const packets = await ratioToSql(measuring, 'list', [measuring.recorded.listPacketFile])
  const rate = await bestOf(measuring, 'list')
  return {
    listRatio: round(list.median),
    listRps: rate.best,
    listSpread: rounded(list),
    listPacketsRatio: round(packets.median),
    listPacketsSpread: rounded(packets),
    listRates: rate.all,
  }
}

async function measurePlace(measuring: Measuring) {
  const place = await ratioToSql(measuring, 'place', measuring.recorded.placeFiles)
  const packets = await ratioToSql(measuring, 'place', measuring.recorded.placePacketFiles)
  const rate = await bestOf(measuring, 'place')
  return {
    placeOrderRatio: round(place.median),
    createRps: rate.best,
    placeOrderSpread: rounded(place),
    placePacketsRatio: round(packets.median),
    placePacketsSpread: rounded(packets),
    createRates: rate.all,
  }
}

async function measureTakeIn(measuring: Measuring) {
  await writeData(measuring.scene, await submittedOrders(measuring.server.databaseUrl))
  const rate = await bestOf(measuring, 'take-in')
  return { changeStatusRps: rate.best, changeStatusRates: rate.all }
}

async function ratioToSql({ scene, server, pace, say }: Measuring, mode: Mode, files: readonly string[]) {
  const { databaseUrl, origin } = server
  const [clients, seconds] = [PAIR_CONNECTIONS, pace.pairSeconds]
  const ours = () => load(scene, origin, databaseUrl, { mode, connections: clients, seconds })
  const baseline = async () => {
    await refillBudgets(databaseUrl)
    return runPgbench({ databaseUrl, files, clients, seconds })
  }
  const ratio = await ratioOf(
    pace.pairs,
    () => again(say, ours).then((figures) => figures.perSecond),
    () => again(say, baseline),
  )
  say(`${mode}: ${describe(ratio)}`)
  return ratio
}

function bestOf({ scene, server, pace, say }: Measuring, mode: Mode) {
  return bestRate(scene, server, { mode, seconds: pace.rateSeconds }, say)
}

async function measureNoop({ scene, server, pace, say }: Measuring) {
  const bare = await startBare()
  const { dataFile } = scene
  const send = (mode: Mode, origin: string) => () =>
    again(say, () => {
      return runWrk({ origin, dataFile, mode, connections: PAIR_CONNECTIONS, seconds: pace.pairSeconds, from: 0 })
    }).then((figures) => figures.perSecond)
  try {
    const noop = await ratioOf(pace.pairs, send('noop', server.origin), send('bare', bare.origin))
    say(`noop: ${describe(noop)}`)
    return { noopRatio: round(noop.median), noopSpread: rounded(noop) }
  } finally {
    await bare.stop()
  }
}

async function measureBurst({ scene, server, say }: Measuring) {
  const p99s: number[] = []
  for (let i = 0; i < BURSTS; i++) {
    const times = await again(say, () => burstOnce(scene, server))
    p99s.push(Math.round(percentile(times, 0.99)))
  }
  say(`burst: p99 ${p99s.join(', ')} ms`)
  return { p99Burst200Ms: Math.round(median(p99s)), p99Bursts200Ms: p99s }
}

async function burstOnce(scene: Scene, server: Server): Promise<number[]> {
  await refillBudgets(server.databaseUrl)
  const { residentTokens } = scene.people
  const orders = Array.from({ length: BURST_RESIDENTS }, (_, index) => {
    const n = scene.placed + index + 1
    const wish = ((n % residentTokens.length) + Math.floor(n / residentTokens.length)) % scene.wishes.length
    return { token: residentTokens[n % residentTokens.length]!, wish: scene.wishes[wish]! }
  })
  scene.placed += BURST_RESIDENTS
  return burst(server.origin, orders)
}

async function submittedOrders(databaseUrl: string): Promise<string[]> {
  return asOwner(databaseUrl, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `select id from service_order where district_id = $1 and state = 'submitted' order by placed_at desc limit $2`,
      [YANQING, TAKE_IN_MAX],
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
