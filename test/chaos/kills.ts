/** Kills under load: the server, one PostgreSQL session, or PostgreSQL's own supervisor, again and again. */
import { setTimeout as sleep } from 'node:timers/promises'
import { startLoad, resolveUnknown } from './clients.ts'
import { type Attempt, faultOfOutage, openJournal } from './journal.ts'
import type { Random } from './random.ts'
import { backendPids, postmasterPid, reasonOf, type Stage, untilReadyAgain } from './stage.ts'
import { type Findings, verify } from './verify.ts'

const CLIENTS = 16
const CALM_MILLISECONDS_MIN = 1_500
const CALM_MILLISECONDS_SPAN = 2_000
// Before this a killed supervisor's sessions may still answer.
const NOTICE_MILLISECONDS = 250
const POLL_MILLISECONDS = 10
const OUTAGE_SECONDS_MAX = 30

const KINDS = ['server', 'session', 'postmaster'] as const
type Kind = (typeof KINDS)[number]
/** Figures to publish; a test fails only far beyond them, because a machine may have other work. */
const OUTAGE_GOALS_SECONDS: Readonly<Record<Kind, number>> = { server: 2, session: 2, postmaster: 10 }

export async function killUnderLoad(
  stage: Stage,
  random: Random,
  kills: number,
  print: (text: string) => void,
): Promise<Findings> {
  const journal = openJournal()
  const prefix = 'kill'
  const unready: string[] = []
  const seen = (result: Attempt) => {
    const fault = faultOfOutage(result)
    if (fault !== undefined) void reasonOf(stage, result).then((text) => unready.push(`${fault} ${text}`))
  }
  const load = startLoad(stage, journal, { clients: CLIENTS, prefix, random, seen })
  const outages = new Map<Kind, number[]>(KINDS.map((kind) => [kind, []]))
  const begun = performance.now()
  try {
    for (let count = 0; count < kills; count++) {
      await sleep(CALM_MILLISECONDS_MIN + random.below(CALM_MILLISECONDS_SPAN))
      // Each kind in turn, so that a short run has them all; which session is hit is left to chance.
      const kind = KINDS[count % KINDS.length]!
      outages.get(kind)!.push(await kill(stage, kind, random))
    }
    await sleep(CALM_MILLISECONDS_MIN)
  } finally {
    await load.stop()
  }
  const seconds = Math.round((performance.now() - begun) / 1000)
  const unknowns = journal.entries.reduce((sum, entry) => sum + entry.unknowns, 0)
  const { retried, hadCommitted } = await resolveUnknown(stage, journal)
  const acknowledged = journal.entries.filter((entry) => entry.outcome === 'acknowledged').length
  print(
    `kills: ${kills} in ${seconds} s, ${CLIENTS} clients, ${acknowledged} writes acknowledged, ${unknowns} attempts without ` +
      `a definite answer, ${retried} left for one retry at the end (${hadCommitted} had committed)`,
  )
  for (const [kind, list] of outages) {
    const sorted = list.toSorted((a, b) => a - b)
    const median = ((sorted[Math.floor(sorted.length / 2)] ?? 0) / 1000).toFixed(1)
    const all = list.map((ms) => (ms / 1000).toFixed(1)).join(', ')
    const goal = `on a quiet machine ${OUTAGE_GOALS_SECONDS[kind]} s at most`
    print(`  outage after killing the ${kind}: median ${median} s (${goal}): ${all}`)
  }
  const long = [...outages].flatMap(([kind, list]) =>
    list.filter((ms) => ms > OUTAGE_SECONDS_MAX * 1000).map((ms) => `${Math.round(ms)} ms after killing the ${kind}`),
  )
  return {
    ...(await verify(stage, journal.entries, prefix)),
    'an outage is told as one': unready,
    [`it serves again within ${OUTAGE_SECONDS_MAX} s`]: long,
  }
}

/** @returns milliseconds until the server was ready again */
async function kill(stage: Stage, kind: Kind, random: Random): Promise<number> {
  const begun = performance.now()
  if (kind === 'server') {
    stage.server.child.kill('SIGKILL')
    await stage.server.ended
    await stage.restart()
    return performance.now() - begun
  }
  const pid = kind === 'postmaster' ? postmasterPid(stage) : random.pick(backendPids(stage))
  if (pid === undefined) throw new Error(`There is no ${kind} to kill.`)
  process.kill(pid, 'SIGKILL')
  await sleep(NOTICE_MILLISECONDS)
  // Sessions outlive their supervisor for a moment and would pass for a server that is back.
  const isOver = () => performance.now() - begun > OUTAGE_SECONDS_MAX * 1000
  if (kind === 'postmaster') while (postmasterPid(stage) === pid && !isOver()) await sleep(POLL_MILLISECONDS)
  await untilReadyAgain(stage)
  return performance.now() - begun
}
