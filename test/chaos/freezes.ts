/** R2: the server or the whole of PostgreSQL stands still for a while, and goes on as if nothing had been. */
import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { resolveUnknown, startLoad, startReaders } from './clients.ts'
import { attempt, type Attempt, faultOfOutage, openJournal } from './journal.ts'
import { place } from './life.ts'
import type { Random } from './random.ts'
import { isReady, postgresPids, postmasterPid, type Stage, untilReadyAgain } from './stage.ts'
import { type Findings, verify } from './verify.ts'

const CLIENTS = 8
const CALM_MILLISECONDS = 1_500
const POLL_MILLISECONDS = 50
const ANSWER_SECONDS_MAX = 15
const UNREADY_SECONDS_MAX = 5
const READY_SECONDS_MAX = 10
/** After a server wakes up, for what it had in hand. */
const CATCH_UP_SECONDS_MAX = 5

type Kind = 'server' | 'postgres'
export interface Freeze {
  readonly kind: Kind
  readonly seconds: number
}

/** Both kinds in turn, 5 to 20 seconds each; the first outlasts every limit that a request has. */
export function drawFreezes(random: Random, count: number): Freeze[] {
  return Array.from({ length: count }, (_, index) => ({
    kind: index % 2 === 0 ? 'postgres' : 'server',
    seconds: index === 0 ? 17 : 5 + random.below(count <= 4 ? 4 : 16),
  }))
}

interface Seen {
  readonly result: Attempt
  readonly sentAt: number
  readonly endedAt: number
  readonly what: string
}

export async function freezeUnderLoad(
  stage: Stage,
  random: Random,
  freezes: readonly Freeze[],
  print: (text: string) => void,
): Promise<Findings> {
  const journal = openJournal()
  const prefix = 'freeze'
  const seen: Seen[] = []
  const note = (result: Attempt, sentAt: number, what: string) =>
    void seen.push({ result, sentAt, endedAt: performance.now(), what })
  const load = startLoad(stage, journal, {
    clients: CLIENTS,
    prefix,
    random,
    seen: (result, sentAt) => note(result, sentAt, 'a write'),
  })
  const readers = startReaders(stage, await anOrder(stage), note)
  const told: string[] = []
  const faults: string[] = []
  const standstills: { readonly from: number; readonly until: number }[] = []
  try {
    for (const freeze of freezes) {
      await sleep(CALM_MILLISECONDS)
      const from = performance.now()
      const outcome = await stand(stage, freeze)
      if (freeze.kind === 'server') standstills.push({ from, until: from + freeze.seconds * 1000 })
      told.push(`${freeze.kind} ${freeze.seconds} s: ${outcome.text}`)
      faults.push(...outcome.faults)
    }
    await sleep(CALM_MILLISECONDS)
  } finally {
    await Promise.all([load.stop(), readers.stop()])
  }
  const { retried, hadCommitted } = await resolveUnknown(stage, journal)
  const acknowledged = journal.entries.filter((entry) => entry.outcome === 'acknowledged').length
  const longest = Math.max(...seen.map(({ sentAt, endedAt }) => endedAt - sentAt))
  print(
    `freezes: ${freezes.length}, ${acknowledged} writes acknowledged, longest answer ${(longest / 1000).toFixed(1)} s, ` +
      `${retried} left for one retry (${hadCommitted} had committed)\n  ${told.join('\n  ')}`,
  )
  return {
    ...(await verify(stage, journal.entries, prefix)),
    [`nobody waits longer than ${ANSWER_SECONDS_MAX} s`]: seen.flatMap((one) => faultOfWaiting(one, standstills)),
    'an outage is told as one': seen.flatMap(({ result, what }) => {
      const fault = faultOfOutage(result)
      return fault === undefined ? [] : [`${what}: ${fault}`]
    }),
    'readiness follows': faults,
  }
}

/** An order to read while others change. */
async function anOrder(stage: Stage): Promise<string> {
  const { cast } = stage
  const life = { name: 'frozen', resident: cast.residents[0]!, cast, orderId: '', offerId: '' }
  const agent = new Agent()
  const { answer } = await attempt(openJournal().write(place(life, cast.unitIds[0]!)), stage.origin, agent)
  agent.destroy()
  return (answer as { id: string }).id
}

/** A server that stands still answers nobody; what it had in hand is answered soon after. */
function faultOfWaiting(
  { result, sentAt, endedAt, what }: Seen,
  standstills: readonly { readonly from: number; readonly until: number }[],
): string[] {
  const waited = (endedAt - sentAt) / 1000
  const during = standstills.find(({ from, until }) => sentAt < until && endedAt > from)
  if (during !== undefined) {
    const after = (endedAt - during.until) / 1000
    return after > CATCH_UP_SECONDS_MAX ? [`${what} was answered ${after.toFixed(1)} s after the server woke up`] : []
  }
  if (waited > ANSWER_SECONDS_MAX) return [`${what} waited ${waited.toFixed(1)} s`]
  return result.status === 0 ? [`${what} got no answer: ${result.error}`] : []
}

/** Stops the processes, watches readiness, lets them go on and waits until all is well. */
async function stand(stage: Stage, { kind, seconds }: Freeze): Promise<{ text: string; faults: string[] }> {
  // The supervisor first, so that it starts nobody while the others are stopped.
  const pids = kind === 'server' ? [stage.server.child.pid!] : supervisorFirst(stage)
  const begun = performance.now()
  for (const pid of pids) signal(pid, 'SIGSTOP')
  const faults: string[] = []
  let unready: number | undefined
  try {
    if (kind === 'postgres') {
      while (unready === undefined && performance.now() - begun < seconds * 1000) {
        if (!(await isReady(stage))) unready = performance.now() - begun
        else await sleep(POLL_MILLISECONDS)
      }
      if (unready === undefined || unready > UNREADY_SECONDS_MAX * 1000)
        faults.push(`/readyz was 200 for ${Math.round(unready ?? seconds * 1000)} ms of a frozen database`)
    }
    await sleep(Math.max(0, seconds * 1000 - (performance.now() - begun)))
  } finally {
    for (const pid of pids.toReversed()) signal(pid, 'SIGCONT')
  }
  const back = await untilReadyAgain(stage)
  if (back > READY_SECONDS_MAX * 1000) faults.push(`ready again ${Math.round(back)} ms after the end of a freeze`)
  const first = unready === undefined ? '' : `not ready after ${(unready / 1000).toFixed(1)} s, `
  return { text: `${first}ready again after ${(back / 1000).toFixed(1)} s`, faults }
}

function supervisorFirst(stage: Stage): number[] {
  const first = postmasterPid(stage)
  const pids = postgresPids(stage)
  return first === undefined ? pids : [first, ...pids.filter((pid) => pid !== first)]
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It ended in the meantime.
  }
}
