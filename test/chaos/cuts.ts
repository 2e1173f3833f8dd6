/** Connections cut at every position of every main write: one retry with the same id has exactly one effect. */
import { Agent } from 'node:http'
import { attempt, type Asked, type Entry, type Journal, openJournal } from './journal.ts'
import { type Cut, openCuttingProxy } from './cutting-proxy.ts'
import { fund, type Life, stepsOf } from './life.ts'
import type { Random } from './random.ts'
import { asOwner, type Stage } from './stage.ts'
import { type Findings, verify } from './verify.ts'

const DUPLICATES = 3

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
  await proxy.close()
  print(
    `cuts: ${tally.cuts} at ${CUTS.length} positions of ${new Set(journal.entries.map((entry) => entry.what)).size} writes, ` +
      `${tally.hadCommitted} had committed, ${tally.duplicates} duplicates sent at once`,
  )
  return { ...(await verify(stage, journal.entries, prefix)), 'a cut leaves one effect to one retry': faults }
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
  let second = await attempt(entry, stage.origin, agent)
  // The first may still be at work: its client went away, it did not.
  for (let wait = 0; second.status === 409 && second.outcome === 'unknown' && wait < 20; wait++) {
    await new Promise((resume) => setTimeout(resume, 50))
    second = await attempt(entry, stage.origin, agent)
  }
  if (second.wasReplayed) tally.hadCommitted++
  const { outcome, status, answer } = entry
  const copies = Array.from({ length: DUPLICATES }, () => attempt({ ...entry }, stage.origin, agent))
  for (const copy of await Promise.all(copies)) {
    tally.duplicates++
    if (copy.status === 409 && copy.outcome === 'unknown') continue
    const same = copy.status === status && equal(copy.answer, answer)
    if (!same || !copy.wasReplayed) faults.push(`a duplicate of ${asked.what} of ${asked.life} got ${copy.status}`)
  }
  agent.destroy()
  Object.assign(entry, { outcome, status, answer })
  return entry
}

/** Equal but for the order of keys, which a stored answer does not keep. */
function equal(a: unknown, b: unknown): boolean {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value)
        .toSorted(([x], [y]) => (x < y ? -1 : 1))
        .map(([name, part]) => [name, sorted(part)]),
    )
  }
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
}
