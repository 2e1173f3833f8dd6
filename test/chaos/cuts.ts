/** R4, before the server: connections cut at every position of every main write, and at every byte of one. */
import { Agent } from 'node:http'
import { type Cut, type CuttingProxy, openCuttingProxy } from './cutting-proxy.ts'
import { attempt, type Asked, type Attempt, type Entry, type Journal, openJournal } from './journal.ts'
import { fund, type Life, stepsOf } from './life.ts'
import type { Random } from './random.ts'
import { asOwner, type Stage } from './stage.ts'
import { type Findings, verify } from './verify.ts'

const DUPLICATES = 3
const IN_PROGRESS_MILLISECONDS = 50
const IN_PROGRESS_POLLS_MAX = 20

const CUTS: readonly Cut[] = [
  { at: 'connect', bytes: 0 },
  { at: 'request', bytes: 1 },
  { at: 'request', bytes: 80 },
  { at: 'request', bytes: -1 },
  { at: 'sent', bytes: 0 },
  { at: 'answer', bytes: 0 },
  { at: 'answer', bytes: 1 },
  { at: 'answer', bytes: 12 },
  { at: 'answer', bytes: 400 },
  { at: 'answer', bytes: -40 },
  { at: 'answer', bytes: -1 },
]

export async function cutConnections(stage: Stage, random: Random, print: (text: string) => void): Promise<Findings> {
  const journal = openJournal()
  const proxy = await openCuttingProxy(stage.origin)
  const faults: string[] = []
  const tally = { cuts: 0, hadCommitted: 0, duplicates: 0 }
  const prefix = 'cut'
  for (const [index, cut] of CUTS.entries()) {
    proxy.cut = cut
    const act = (asked: Asked) => cutAndRetry(stage, journal, proxy.origin, asked, tally, faults)
    await asOwner(stage, (client) => client.query('delete from rate_bucket'))
    await live(stage, `${prefix}-${index}`, random, act)
  }
  const bytes = await cutEveryByte(stage, journal, proxy, tally, faults)
  await proxy.close()
  print(
    `cuts: ${tally.cuts} at ${CUTS.length} positions of ${new Set(journal.entries.map((entry) => entry.what)).size} writes, ` +
      `and at each of the ${bytes} bytes of one, ${tally.hadCommitted} had committed, ${tally.duplicates} duplicates sent at once`,
  )
  return { ...(await verify(stage, journal.entries, prefix)), 'a cut leaves one effect to one retry': faults }
}

/** One write, cut after each byte of its request and of its answer. @returns how many bytes they have */
async function cutEveryByte(
  stage: Stage,
  journal: Journal,
  proxy: CuttingProxy,
  tally: { cuts: number; hadCommitted: number },
  faults: string[],
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const cutAt = async (cut: Cut) => {
    proxy.cut = cut
    const entry = journal.write(fund(stage.cast, `cut-${cut.at}-${String(cut.bytes).padStart(4, '0')}`, 1))
    const through = new Agent({ keepAlive: false })
    const first = await attempt(entry, proxy.origin, through)
    through.destroy()
    tally.cuts++
    if (first.outcome === 'acknowledged') faults.push(`${entry.life} was answered through the cut`)
    const second = await settle(entry, stage, agent)
    if (second.wasReplayed) tally.hadCommitted++
  }
  await cutAt({ at: 'answer', bytes: 0 })
  const { request, answer } = { ...proxy.lengths }
  for (let bytes = 0; bytes < request; bytes++) await cutAt({ at: 'request', bytes })
  for (let bytes = 1; bytes < answer; bytes++) await cutAt({ at: 'answer', bytes })
  agent.destroy()
  return request + answer
}

/** Once more with the same id. The first may still be at work: its client went away, it did not. */
async function settle(entry: Entry, stage: Stage, agent: Agent): Promise<Attempt> {
  let result = await attempt(entry, stage.origin, agent)
  for (let wait = 0; result.status === 409 && result.outcome === 'unknown' && wait < IN_PROGRESS_POLLS_MAX; wait++) {
    await new Promise((resume) => setTimeout(resume, IN_PROGRESS_MILLISECONDS))
    result = await attempt(entry, stage.origin, agent)
  }
  return result
}

/** A whole life, with a reminder and a look at the contact between. */
async function live(stage: Stage, name: string, random: Random, act: (asked: Asked) => Promise<Entry>): Promise<void> {
  const { cast } = stage
  const life: Life = { name, cast, resident: random.pick(cast.residents), orderId: '', offerId: '' }
  const steps = stepsOf(life, random.pick(cast.unitIds))
  for (let next = steps.next(); next.done !== true;) {
    const entry = await act(next.value)
    if (entry.outcome !== 'acknowledged') return
    next = steps.next(entry)
    if (entry.what !== 'take-in') continue
    const path = `/api/v1/orders/${life.orderId}`
    const more = { life: name, method: 'POST' } as const
    await act({ ...more, what: 'remind', path: `${path}/remind`, authorization: life.resident, body: { note: '' } })
    const body = { purpose: 'dispatch' }
    await act({ ...more, what: 'reveal', path: `${path}/reveals`, authorization: cast.dispatcher, body })
  }
  await act(fund(cast, name, 1 + random.below(9)))
}

/** Sends through the cut, once more directly, then several times at once: the same answer, or "in progress". */
async function cutAndRetry(
  stage: Stage,
  journal: Journal,
  through: string,
  asked: Asked,
  tally: { cuts: number; hadCommitted: number; duplicates: number },
  faults: string[],
): Promise<Entry> {
  // A connection of its own each time: the cut belongs to one exchange.
  const agent = new Agent({ keepAlive: false })
  const entry = journal.write(asked)
  const first = await attempt(entry, through, agent)
  tally.cuts++
  if (first.outcome === 'acknowledged') faults.push(`${asked.what} of ${asked.life} was answered through the cut`)
  const second = await settle(entry, stage, agent)
  if (second.wasReplayed) tally.hadCommitted++
  const { outcome, status, answer } = entry
  const copies = Array.from({ length: DUPLICATES }, () => attempt({ ...entry }, stage.origin, agent))
  for (const copy of await Promise.all(copies)) {
    tally.duplicates++
    if (copy.status === 409 && copy.outcome === 'unknown') continue
    // Byte by byte: a client may have hashed what it got.
    const same = copy.status === status && copy.text === second.text
    if (!same || !copy.wasReplayed) faults.push(`a duplicate of ${asked.what} of ${asked.life} got ${copy.status}`)
  }
  agent.destroy()
  Object.assign(entry, { outcome, status, answer })
  return entry
}
