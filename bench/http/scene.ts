// What the phases of the measurement share: the people, what they ask for, and how far the counting has come.
import { join } from 'node:path'
import type { Say } from '../load/pairs.ts'
import { cpuOf } from '../load/costs.ts'
import { type Figures, type Mode, runWrk, writeLuaData } from '../load/load.ts'
import { round } from '../load/pairs.ts'
import { addPeople, asOwner, refillBudgets, type Server, type Stage } from '../load/stage.ts'
import type { Wish } from './wishes.ts'

/** Who order while it is measured. */
export const RESIDENTS = 3_000
/** Who try wishes and are recorded; their orders would look like those of the others. */
const EXTRAS = 400
/** For whom pgbench places orders: else theirs would look like those of the others. */
export const REPLAYED: { readonly first: number; readonly count: number } = {
  first: RESIDENTS + EXTRAS,
  count: RESIDENTS,
}

export const LIST_PATH = '/api/v1/orders?limit=20'
const NOOP_PATH = '/api/v1/session'
/** Of each connection: what was under way at the end, and what was sent again on a new one. */
const SENT_AND_NOT_COUNTED = 3
const CONCURRENCIES = [1, 10, 50] as const
const WARM_SECONDS = 1

interface People {
  readonly residentTokens: readonly string[]
  readonly extraTokens: readonly string[]
  readonly dispatcherToken: string
}

export interface Scene {
  readonly stage: Stage
  readonly people: People
  readonly wishes: readonly Wish[]
  readonly dataFile: string
  /** Where the counter of placed orders stands. */
  placed: number
  /** Which of the orders to take in is next. */
  taken: number
}

/** Everybody who orders, tries or is replayed. */
export async function addResidents(dataDir: string, databaseUrl: string): Promise<People> {
  const { residentTokens, dispatcherToken } = await addPeople(dataDir, databaseUrl, REPLAYED.first + REPLAYED.count)
  const extraTokens = residentTokens.slice(RESIDENTS, REPLAYED.first)
  return { residentTokens: residentTokens.slice(0, RESIDENTS), extraTokens, dispatcherToken }
}

export async function openScene(stage: Stage, people: People, wishes: readonly Wish[]): Promise<Scene> {
  const scene = { stage, people, wishes, dataFile: join(stage.dataDir, 'load-data.lua'), placed: 0, taken: 0 }
  await writeData(scene, [])
  return scene
}

/** Writes down what the load needs. @param orderIds to take in */
export async function writeData(scene: Scene, orderIds: readonly string[]): Promise<void> {
  const { people, wishes } = scene
  await writeLuaData(scene.dataFile, {
    tokens: people.residentTokens,
    dispatcher: people.dispatcherToken,
    wishes: wishes.map((wish) => JSON.stringify(wish)),
    takeIn: JSON.stringify({ note: '', agreementTriggers: [], risks: [], urgency: 'normal' }),
    list: LIST_PATH,
    noop: NOOP_PATH,
    orders: orderIds,
  })
}

/** Sends requests of one kind, none of them twice. */
export async function load(
  scene: Scene,
  origin: string,
  databaseUrl: string,
  { mode, connections, seconds }: { mode: Mode; connections: number; seconds: number },
): Promise<Figures> {
  if (mode === 'place') await refillBudgets(databaseUrl)
  const from = mode === 'take-in' ? scene.taken : scene.placed
  const { dataFile } = scene
  // What could not be counted is skipped as well; no measured order answers ten thousand times a second.
  let sent = seconds * 10_000
  try {
    const figures = await runWrk({ origin, dataFile, mode, connections, seconds, from })
    sent = figures.requests + SENT_AND_NOT_COUNTED * connections
    return figures
  } finally {
    if (mode === 'place') scene.placed += sent
    if (mode === 'take-in') scene.taken += sent
  }
}

/** Places orders through the server until there are as many as wanted. */
export async function fill(scene: Scene, server: Server, orders: number, say: Say): Promise<void> {
  const count = () =>
    asOwner(server.databaseUrl, async (client) => {
      const { rows } = await client.query<{ n: number }>('select count(*)::int as n from service_order')
      return rows[0]!.n
    })
  for (let n = await count(), seconds = 2; n < orders; n = await count()) {
    const { perSecond } = await load(scene, server.origin, server.databaseUrl, {
      mode: 'place',
      connections: 8,
      seconds,
    })
    // Two thirds of what is missing at the measured pace, so that the goal is not overshot by much.
    seconds = Math.max(1, Math.min(10, Math.round(((orders - n) / perSecond) * 0.66)))
  }
  await asOwner(server.databaseUrl, (client) => client.query('vacuum analyze'))
  say(`${await count()} orders are there`)
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
export async function bestRate(
  scene: Scene,
  server: Server,
  { mode, seconds }: { mode: Mode; seconds: number },
  say: Say,
): Promise<{ best: number; all: Rate[] }> {
  const all: Rate[] = []
  const send = (connections: number, seconds: number) =>
    load(scene, server.origin, server.databaseUrl, { mode, connections, seconds })
  for (const connections of CONCURRENCIES) {
    await send(connections, WARM_SECONDS)
    const before = cpuOf(server.child.pid!)
    const figures = await send(connections, seconds)
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
