/** A rolling restart: SIGTERM under load, behind a gateway that asks /readyz. */
import { get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { resolveUnknown, startLoad } from './clients.ts'
import { type Attempt, openJournal } from './journal.ts'
import type { Random } from './random.ts'
import { postgresPids, type Stage } from './stage.ts'
import { type Findings, verify } from './verify.ts'

const CLIENTS = 8
const LOAD_MILLISECONDS = 1_500
const POLL_MILLISECONDS = 10
const FINISH_SECONDS_MAX = 10
const LEFT_SECONDS_MAX = 2

interface Round {
  readonly faults: string[]
  readonly finishedMilliseconds: number
}

export async function restartUnderLoad(
  stage: Stage,
  random: Random,
  rounds: number,
  print: (text: string) => void,
): Promise<Findings> {
  const journal = openJournal()
  const gateway = { isClosed: false }
  const attempts: { readonly result: Attempt; readonly sentAt: number; readonly endedAt: number }[] = []
  const load = startLoad(stage, journal, {
    clients: CLIENTS,
    prefix: 'term',
    random,
    seen: (result, sentAt) => void attempts.push({ result, sentAt, endedAt: performance.now() }),
    mayNotSend: () => gateway.isClosed,
  })
  const results: Round[] = []
  try {
    for (let round = 0; round < rounds; round++) {
      await sleep(LOAD_MILLISECONDS)
      results.push(await terminate(stage, gateway))
      await stage.restart()
      gateway.isClosed = false
    }
    await sleep(LOAD_MILLISECONDS)
  } finally {
    gateway.isClosed = false
    await load.stop()
  }
  const broken = attempts.filter(({ result }) => result.status === 0 || result.status >= 500)
  const resets = broken.map(({ result }) => `a request ended with ${result.error ?? result.status}`)
  await resolveUnknown(stage, journal)
  const longest = Math.max(...attempts.map(({ sentAt, endedAt }) => endedAt - sentAt))
  print(
    `restarts: ${rounds} by SIGTERM with ${CLIENTS} clients, ${attempts.length} requests, longest ${Math.round(longest)} ms, ` +
      `${resets.length} broken; the process was gone after ${results.map((one) => Math.round(one.finishedMilliseconds)).join(', ')} ms`,
  )
  return {
    ...(await verify(stage, journal.entries, 'term')),
    'a restart breaks no request': resets,
    'a restart is orderly': results.flatMap((one) => one.faults),
  }
}

async function terminate(stage: Stage, gateway: { isClosed: boolean }): Promise<Round> {
  const faults: string[] = []
  const { server } = stage
  const begun = performance.now()
  server.child.kill('SIGTERM')
  const first = await firstChange(stage)
  gateway.isClosed = true
  if (first !== 503) faults.push(`readiness was ${first === 0 ? 'gone' : first} before it was 503`)
  const ended = await server.ended
  const finishedMilliseconds = performance.now() - begun
  if (ended.code !== 0) faults.push(`it ended with code ${ended.code}, signal ${ended.signal}`)
  if (finishedMilliseconds > FINISH_SECONDS_MAX * 1000) faults.push(`it took ${Math.round(finishedMilliseconds)} ms`)
  const deadline = performance.now() + LEFT_SECONDS_MAX * 1000
  while (postgresPids(stage).length > 0 && performance.now() < deadline) await sleep(POLL_MILLISECONDS)
  const left = postgresPids(stage)
  if (left.length > 0) faults.push(`${left.length} processes of PostgreSQL are left`)
  return { faults, finishedMilliseconds }
}

/** The first answer of /readyz that is not 200; 0 when nobody listens any more. */
async function firstChange(stage: Stage): Promise<number> {
  for (;;) {
    const status = await new Promise<number>((settle) => {
      get(`${stage.origin}/readyz`, { agent: false }, (response) => {
        response.resume()
        settle(response.statusCode ?? 0)
      }).on('error', () => settle(0))
    })
    if (status !== 200) return status
    await sleep(POLL_MILLISECONDS)
  }
}
