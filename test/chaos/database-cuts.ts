/** R4, behind the server: its connection to PostgreSQL is cut at any byte of what goes either way. */
import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from './context.ts'
import type { Direction } from './database-proxy.ts'
import { type Asked, attempt, type Entry, faultOfOutage, type Journal, openJournal } from './journal.ts'
import { fund, type Life, stepsOf } from './life.ts'
import type { Random } from './random.ts'
import { openSplitStage, type SplitStage } from './split-stage.ts'
import { asOwner } from './stage.ts'
import { type Findings, verify } from './verify.ts'

const DIRECTIONS: readonly Direction[] = ['to-database', 'from-database']
/** Of every so many cuts of a life one is made between a commit and its answer, which hardly any random byte hits. */
const COMMIT_EVERY = 4
const RETRIES_MAX = 40
const RETRY_MILLISECONDS = 25
const LIVES_PER_BUDGET = 1
/** Beyond the bytes of a warm connection: a cut one says hello and prepares its statements again. */
const BEYOND = 1.25

type Cut = { readonly direction: Direction; readonly bytes: number } | { readonly commit: number }

interface Lengths extends Readonly<Record<Direction, number>> {
  readonly commits: number
}

interface Tally {
  cuts: number
  untouched: number
  hadCommitted: number
  readonly faults: string[]
}

/** @param cuts how many at random places of the writes of whole lives; as many again go through one write byte by byte */
export async function cutDatabase({ random, print, atEnd }: Context, cuts: number): Promise<Findings> {
  const stage = await openSplitStage()
  atEnd(() => stage.close())
  const journal = openJournal()
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const tally: Tally = { cuts: 0, untouched: 0, hadCommitted: 0, faults: [] }
  const lengths = await measure(stage, journal, agent)
  const kinds = new Set<string>()
  for (let count = 0; tally.cuts < cuts; count++) {
    if (count % LIVES_PER_BUDGET === 0) await asOwner(stage, (client) => client.query('delete from rate_bucket'))
    const { cast } = stage
    const life: Life = {
      name: `db-${count}`,
      cast,
      resident: random.pick(cast.residents),
      orderId: '',
      offerId: '',
    }
    const steps = stepsOf(life, random.pick(cast.unitIds))
    for (let next = steps.next(); next.done !== true;) {
      const cut = drawCut(random, lengths.get(next.value.what)!)
      const entry = await cutAndRetry(stage, journal, agent, next.value, cut, tally)
      kinds.add(entry.what)
      if (entry.outcome !== 'acknowledged') break
      next = steps.next(entry)
    }
  }
  const perByte = await cutEveryByte(stage, journal, agent, lengths.get('fund')!, cuts, tally)
  agent.destroy()
  print(
    `database-cuts: ${tally.cuts} connections cut at random bytes and at commits of ${kinds.size + 1} writes, ${perByte} of ` +
      `them through one write, ${tally.hadCommitted} had committed, ${tally.untouched} were done before the byte came`,
  )
  return {
    ...(await verify(stage, journal.entries, 'db-')),
    'a cut is told as an outage and leaves one effect to a retry': tally.faults,
  }
}

function drawCut(random: Random, lengths: Lengths): Cut {
  if (random.below(COMMIT_EVERY) === 0) return { commit: 1 + random.below(lengths.commits) }
  const direction = random.pick(DIRECTIONS)
  return { direction, bytes: 1 + random.below(Math.ceil(lengths[direction] * BEYOND)) }
}

/** How many bytes each write takes either way over connections that have seen it. */
async function measure(stage: SplitStage, journal: Journal, agent: Agent): Promise<Map<string, Lengths>> {
  const lengths = new Map<string, Lengths>()
  const { cast, proxy } = stage
  for (const round of ['cold', 'warm']) {
    const name = `db-${round}`
    const life: Life = { name, cast, resident: cast.residents[0]!, orderId: '', offerId: '' }
    const send = async (asked: Asked) => {
      proxy.disarm()
      const entry = journal.write(asked)
      await attempt(entry, stage.origin, agent)
      lengths.set(asked.what, { ...proxy.passed, commits: proxy.commits })
      return entry
    }
    const steps = stepsOf(life, cast.unitIds[0]!)
    for (let next = steps.next(); next.done !== true; next = steps.next(await send(next.value)));
    await send(fund(cast, name, 1))
  }
  return lengths
}

/** Steps through the bytes of one write, either way, in as many steps as there may be cuts. */
async function cutEveryByte(
  stage: SplitStage,
  journal: Journal,
  agent: Agent,
  lengths: Lengths,
  cutsMax: number,
  tally: Tally,
): Promise<number> {
  const ends = DIRECTIONS.map((direction) => Math.ceil(lengths[direction] * BEYOND))
  const stride = Math.max(1, Math.ceil((ends[0]! + ends[1]!) / cutsMax))
  let count = 0
  for (const [index, direction] of DIRECTIONS.entries()) {
    for (let bytes = 1; bytes <= ends[index]!; bytes += stride, count++) {
      const asked = fund(stage.cast, `db-${direction}-${bytes}`, 1)
      await cutAndRetry(stage, journal, agent, asked, { direction, bytes }, tally)
    }
  }
  return count
}

async function cutAndRetry(
  stage: SplitStage,
  journal: Journal,
  agent: Agent,
  asked: Asked,
  cut: Cut,
  tally: Tally,
): Promise<Entry> {
  const { proxy } = stage
  const entry = journal.write(asked)
  if ('commit' in cut) proxy.armCommit(cut.commit)
  else proxy.arm(cut.direction, cut.bytes)
  const first = await attempt(entry, stage.origin, agent)
  if (proxy.hasCut) tally.cuts++
  else tally.untouched++
  proxy.disarm()
  const where = `${asked.what} of ${asked.life} cut ${JSON.stringify(cut)}`
  const fault = faultOfOutage(first)
  if (fault !== undefined) tally.faults.push(`${where}: ${fault}`)
  if (first.status === 0) tally.faults.push(`${where}: the client got no answer, ${first.error}`)
  for (let retry = 0; entry.outcome === 'unknown' && retry < RETRIES_MAX; retry++) {
    await sleep(RETRY_MILLISECONDS)
    await attempt(entry, stage.origin, agent)
    if (entry.wasReplayed) tally.hadCommitted++
  }
  if (entry.outcome !== 'acknowledged')
    tally.faults.push(`${where} ended with ${entry.status} ${JSON.stringify(entry.answer)}`)
  return entry
}
