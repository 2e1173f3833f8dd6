/**
 * npm run bench -- checkin [--json] [--quick] [--only=ratio,rush,hours] [--entries=N] [--data=FOLDER] [--plans]
 *
 * Check-in through the full stack against its own SQL sent by pgbench (medians of pairs, as `http` measures orders), five thousand
 * people who come to eighteen places within a minute, and what people read of their hours where there are two million entries.
 */
import { parseArgs } from 'node:util'
import { cpuOf } from '../load/costs.ts'
import { runPgbench } from '../load/load.ts'
import { again, describe, ratioOf, round, rounded, type Say, tableOf } from '../load/pairs.ts'
import { asOwner, onStage, type Server } from '../load/stage.ts'
import { measureHours } from './hours.ts'
import { record, type Recorded } from './recorded.ts'
import { rush } from './rush.ts'
import { endTheDay, letThemCome, openScene, type Scene } from './scene.ts'

const CONNECTIONS = 8
const PACE = { pairs: 6, seconds: 3 }
const QUICK_PACE = { pairs: 3, seconds: 2 }
const RUSH_PEOPLE = 5_000
const RUSH_SECONDS = 60
const ENTRIES = '2000000'
const PARTS = 'ratio,rush,hours'

export async function run(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: PARTS },
      entries: { type: 'string', default: ENTRIES },
      data: { type: 'string' },
      plans: { type: 'boolean', default: false },
    },
  })
  const parts = new Set(values.only.split(','))
  const say: Say = (text) => void process.stderr.write(`${text}\n`)
  const figures = {
    ...((parts.has('ratio') || parts.has('rush')) &&
      (await measureCheckIn(parts, values.quick ? QUICK_PACE : PACE, say))),
    ...(parts.has('hours') &&
      (await measureHours({ entries: Number(values.entries), dataDir: values.data, plans: values.plans, say }))),
  }
  process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : tableOf(figures))
}

interface Measuring {
  readonly scene: Scene
  readonly server: Server
  readonly pace: { readonly pairs: number; readonly seconds: number }
  readonly say: Say
  /** How many days of check-ins lie behind. */
  days: number
}

function measureCheckIn(parts: ReadonlySet<string>, pace: Measuring['pace'], say: Say) {
  return onStage(async (stage) => {
    say('starting a server with the demonstration district …')
    const first = await stage.start()
    const scene = await openScene(stage, first)
    await first.stop()
    const recorded = parts.has('ratio') ? await record(scene, say) : undefined
    const server = await stage.start()
    try {
      const measuring: Measuring = { scene, server, pace, say, days: 0 }
      await nextDay(measuring)
      return {
        ...(recorded !== undefined && (await measureRatio(measuring, recorded))),
        ...(parts.has('rush') && (await measureRush(measuring))),
      }
    } finally {
      await server.stop()
    }
  })
}

async function nextDay(measuring: Measuring): Promise<void> {
  measuring.days += 1
  await endTheDay(measuring.server.databaseUrl, measuring.days)
}

async function measureRatio(measuring: Measuring, recorded: Recorded) {
  const { scene, server, pace, say } = measuring
  const { seconds } = pace
  const costs: { node: number; postgres: number }[] = []
  const ours = async () => {
    const before = cpuOf(server.child.pid!)
    const figures = await letThemCome(scene, server, { connections: CONNECTIONS, seconds })
    const after = cpuOf(server.child.pid!)
    costs.push({
      node: (after.nodeMs - before.nodeMs) / figures.requests,
      postgres: (after.postgresMs - before.postgresMs) / figures.requests,
    })
    await nextDay(measuring)
    return figures.perSecond
  }
  const define = { n: 0, clients: CONNECTIONS }
  const baseline = async () => {
    const { databaseUrl } = server
    const rate = await runPgbench({ databaseUrl, files: [recorded.file], clients: CONNECTIONS, seconds, define })
    await requireRows(databaseUrl)
    await nextDay(measuring)
    return rate
  }
  const ratio = await ratioOf(
    pace.pairs,
    () => again(say, ours),
    () => again(say, baseline),
  )
  const mean = (of: (cost: { node: number; postgres: number }) => number) =>
    round(costs.reduce((sum, cost) => sum + of(cost), 0) / costs.length)
  const [nodeCpuMs, postgresCpuMs] = [mean((cost) => cost.node), mean((cost) => cost.postgres)]
  say(`check-in: ${describe(ratio)}; CPU ${nodeCpuMs} ms node + ${postgresCpuMs} ms PostgreSQL each`)
  return {
    checkinRatio: round(ratio.median),
    checkinPerSecond: Math.round(ratio.ours),
    checkinSpread: rounded(ratio),
    statementsPerCheckin: recorded.statements,
    nodeCpuMs,
    postgresCpuMs,
  }
}

/** A script that writes nothing would be a fast one. */
async function requireRows(databaseUrl: string): Promise<void> {
  await asOwner(databaseUrl, async (client) => {
    const { rows } = await client.query<{ came: number }>(`
      select count(*)::int as came from attendance a join check_in_mark m using (district_id, subject_id, person_id)
       where a.checked_out_at is null`)
    if (rows[0]!.came === 0) throw new Error('pgbench checked nobody in.')
  })
}

async function measureRush(measuring: Measuring) {
  const { scene, server, say } = measuring
  // The first seconds of a process are its slowest, and no server is started for the moment people come.
  await letThemCome(scene, server, { connections: CONNECTIONS, seconds: 2 })
  await nextDay(measuring)
  const minute = await rush(scene, server, RUSH_PEOPLE, RUSH_SECONDS)
  const { people, p50Ms, p99Ms, maxMs, turnedAway, lost } = minute
  say(
    `rush: ${people} people in ${minute.seconds.toFixed(1)} s, p50 ${p50Ms.toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms, ` +
      `longest ${maxMs.toFixed(0)} ms, ${turnedAway} told to come again, ${lost} lost`,
  )
  return {
    rushPeople: minute.people,
    rushSeconds: round(minute.seconds),
    rushP50Ms: Math.round(minute.p50Ms),
    rushP99Ms: Math.round(minute.p99Ms),
    rushMaxMs: Math.round(minute.maxMs),
    rushTurnedAway: minute.turnedAway,
    rushLost: minute.lost,
  }
}
