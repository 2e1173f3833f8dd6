/** R5: requests, jobs and gateway reports come more than once, at the same time and out of order. */
import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'pg'
import type { Context } from './context.ts'
import { openGateway } from './gateway.ts'
import { type Asked, attempt, type Attempt, type Entry, type Journal, openJournal } from './journal.ts'
import { fund, type Life, stepsOf } from './life.ts'
import type { Random } from './random.ts'
import { asOwner, openStage, type Stage } from './stage.ts'
import { type Findings, verify } from './verify.ts'

const LIVES_AT_ONCE = 4
const COPIES_MIN = 2
const COPIES_SPAN = 4
const LATE_PERCENT = 30
const PAUSE_MILLISECONDS = 40
const TRIES_MAX = 60
const JOBS_SECONDS_MAX = 60
const POLL_MILLISECONDS = 250

interface Tally {
  sent: number
  readonly faults: string[]
  /** Copies that are sent when the order has gone on. */
  readonly late: (() => Promise<void>)[]
}

/** @param writes at least so many, each sent two to five times */
export async function sendTwice({ random, print, atEnd }: Context, writes: number): Promise<Findings> {
  const gateway = await openGateway()
  atEnd(() => gateway.close())
  const stage = await openStage({ env: gateway.env })
  atEnd(() => stage.close())
  gateway.reportTo(stage.origin)
  const journal = openJournal()
  const tally: Tally = { sent: 0, faults: [], late: [] }
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  for (let round = 0; journal.entries.length < writes; round++) {
    await asOwner(stage, (client) => client.query('delete from rate_bucket'))
    const lives = Array.from({ length: LIVES_AT_ONCE }, (_, index) =>
      live(stage, journal, agent, random, `twice-${round}-${index}`, tally),
    )
    await Promise.all(lives)
  }
  for (const send of tally.late) await send()
  const others = await sendOthers(stage, journal, agent, tally)
  agent.destroy()
  await jobsAreDone(stage)
  const repeated = await repeatJobs(stage)
  const more = [...gateway.taken].filter(([, times]) => times > 1)
  print(
    `duplicates: ${journal.entries.length} writes sent ${tally.sent} times, ${others} ids sent with another body, ` +
      `${repeated.jobs} jobs done again, ${gateway.taken.size} messages reported ${gateway.reports} times`,
  )
  return {
    ...(await verify(stage, journal.entries, 'twice')),
    'a replay says what the first answer said, byte by byte': tally.faults,
    'a job done again changes nothing': repeated.faults,
    'a report that comes again changes nothing': gateway.faults,
    'no message is handed over twice': more.map(([id, times]) => `${id} ${times} times`),
    'every message was reported': gateway.taken.size > 0 ? [] : ['the gateway saw no message'],
  }
}

async function live(
  stage: Stage,
  journal: Journal,
  agent: Agent,
  random: Random,
  name: string,
  tally: Tally,
): Promise<void> {
  const { cast } = stage
  const life: Life = { name, cast, resident: random.pick(cast.residents), orderId: '', offerId: '' }
  const act = async (asked: Asked) => {
    const entry = journal.write(asked)
    const copies = COPIES_MIN - 1 + random.below(COPIES_SPAN)
    const pauses = Array.from({ length: copies + 1 }, () => random.below(PAUSE_MILLISECONDS))
    const answers = await Promise.all(pauses.map((pause) => sendAfter(stage, agent, entry, pause)))
    tally.sent += answers.length
    judge(entry, answers, tally)
    if (random.below(100) < LATE_PERCENT) tally.late.push(() => sendLate(stage, agent, entry, answers[0]!, tally))
    return entry
  }
  const steps = stepsOf(life, random.pick(cast.unitIds))
  for (let next = steps.next(); next.done !== true;) {
    const entry = await act(next.value)
    if (entry.outcome !== 'acknowledged') return
    next = steps.next(entry)
  }
  await act(fund(cast, name, 1 + random.below(9)))
}

/** One copy; told that another one is in progress, it comes again as a client does. */
async function sendAfter(stage: Stage, agent: Agent, entry: Entry, pause: number): Promise<Attempt> {
  await sleep(pause)
  for (let attempts = 1; ; attempts++) {
    const result = await attempt({ ...entry }, stage.origin, agent)
    if (result.outcome !== 'unknown' || attempts === TRIES_MAX) return result
    await sleep(PAUSE_MILLISECONDS)
  }
}

/** Notes in the journal what all copies were told; exactly one of them did it. */
function judge(entry: Entry, answers: readonly Attempt[], { faults }: Tally): void {
  const [first] = answers
  const { outcome, status, answer } = first!
  Object.assign(entry, { outcome, status, answer, attempts: answers.length })
  const told = new Set(answers.map(({ status: code, text }) => `${code} ${text}`))
  const firsts = answers.filter(({ wasReplayed }) => !wasReplayed).length
  if (told.size !== 1) faults.push(`${entry.what} of ${entry.life} was told ${[...told].join(' and ').slice(0, 900)}`)
  if (firsts !== 1) faults.push(`${entry.what} of ${entry.life} was done by ${firsts} of ${answers.length}`)
}

async function sendLate(stage: Stage, agent: Agent, entry: Entry, first: Attempt, tally: Tally): Promise<void> {
  const late = await attempt({ ...entry }, stage.origin, agent)
  tally.sent++
  if (late.status === first.status && late.text === first.text && late.wasReplayed) return
  tally.faults.push(`${entry.what} of ${entry.life}, sent late, got ${late.status} ${late.text.slice(0, 200)}`)
}

/** The same id for another body is refused with 422, and changes nothing that verify() would not find. */
async function sendOthers(stage: Stage, journal: Journal, agent: Agent, tally: Tally): Promise<number> {
  const kinds = Map.groupBy(journal.entries, (entry) => entry.what)
  let count = 0
  for (const [what, [entry]] of kinds) {
    const body = otherThan(entry!.body)
    if (body === undefined) continue
    count++
    const { status } = await attempt({ ...entry!, body }, stage.origin, agent)
    if (status !== 422) tally.faults.push(`${what} with the same id and another body got ${status}`)
  }
  return count
}

/** The same with one text or number changed; undefined where there is none. */
function otherThan(body: unknown): unknown {
  const entries = Object.entries((body ?? {}) as Record<string, unknown>)
  const found = entries.find(
    ([name, value]) =>
      typeof value === 'number' || ['title', 'note', 'result', 'agreedWith', 'contactName', 'reason'].includes(name),
  )
  if (found === undefined) return undefined
  const [name, value] = found
  return { ...(body as object), [name]: typeof value === 'number' ? otherNumber(value) : `${String(value)}二` }
}

/** Within the bounds of points and of stars. */
function otherNumber(value: number): number {
  return value > 1 ? value - 1 : value + 1
}

const UNDONE = `select count(*)::int as count from pgboss.job where data ? 'districtId' and state in ('created', 'retry', 'active')`

async function jobsAreDone(stage: Stage): Promise<void> {
  const deadline = Date.now() + JOBS_SECONDS_MAX * 1000
  const undone = () => asOwner(stage, async (client) => (await client.query<{ count: number }>(UNDONE)).rows[0]!.count)
  // Jobs send jobs: twice nothing is nothing.
  for (let calm = 0; calm < 3 && Date.now() < deadline; await sleep(POLL_MILLISECONDS)) {
    calm = (await undone()) === 0 ? calm + 1 : 0
  }
}

/** Gives every job that was done to the workers once more. */
async function repeatJobs(stage: Stage): Promise<{ jobs: number; faults: string[] }> {
  const before = await asOwner(stage, traces)
  const jobs = await asOwner(stage, async (client) => {
    const { rowCount } = await client.query(`
      update pgboss.job set state = 'created', started_on = null, completed_on = null, start_after = now()
       where state = 'completed' and data ? 'districtId'`)
    return rowCount ?? 0
  })
  await jobsAreDone(stage)
  const after = await asOwner(stage, traces)
  const faults = Object.keys(before)
    .filter((name) => before[name] !== after[name])
    .map((name) => `${name}: ${before[name]} before, ${after[name]} after`)
  return { jobs, faults }
}

/** Everything a job could add to or change. */
async function traces(client: Client): Promise<Record<string, string>> {
  const { rows } = await client.query<Record<string, string>>(`
    select (select count(*) from order_transition) as transitions,
           (select count(*) from message) as messages,
           (select count(*) from message_receipt) as receipts,
           (select count(*) from ledger_transfer) as transfers,
           (select count(*) from service_order where state = 'closed') as closed,
           (select count(*) from pgboss.job where data ? 'districtId') as jobs,
           (select coalesce(sum(debits_posted), 0) from ledger_account) as debits,
           (select count(*) from audit_event) as events,
           (select count(*) from pgboss.job where data ? 'districtId' and state = 'failed') as failed`)
  return rows[0]!
}
