/** Clients that live orders' lives against the server, whatever happens to it. */
import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Asked, attempt, type Attempt, type Entry, type Journal, openJournal } from './journal.ts'
import { fund, type Life, stepsOf } from './life.ts'
import type { Random } from './random.ts'
import { asOwner, type Stage } from './stage.ts'

const PAUSE_MILLISECONDS = 50
/** So many lives of a client, one of which the resident calls off. */
const CANCELS_EVERY = 4
const READ_PAUSE_MILLISECONDS = 200
const RESIGNED_MILLISECONDS = 1_000
const BUDGET_MILLISECONDS = 400
const ENTRIES_PER_BUDGET = 15
const TOO_MANY = 429

export interface Load {
  /** Ends all clients after their request of this moment, and waits for them. */
  stop(): Promise<void>
}

export interface LoadOptions {
  readonly clients: number
  readonly prefix: string
  readonly random: Random
  /** Told of every attempt. */
  readonly seen?: (result: Attempt, sentAt: number) => void
  /** While it says so, clients wait before their next request, as behind a gateway that asks /readyz. */
  readonly mayNotSend?: () => boolean
}

/**
 * Starts the clients. Every second one insists: it repeats a request without a definite answer until it has one. The others
 * give that life up, and leave the outcome to be resolved at the end.
 */
export function startLoad(stage: Stage, journal: Journal, options: LoadOptions): Load {
  const state = { stopping: false }
  const running = Array.from({ length: options.clients }, (_, index) => liveOn(stage, journal, options, index, state))
  const budgets = freeBudgets(stage, state)
  return {
    async stop() {
      state.stopping = true
      await Promise.all(running)
      await budgets
    },
  }
}

async function liveOn(
  stage: Stage,
  journal: Journal,
  options: LoadOptions,
  index: number,
  state: { readonly stopping: boolean },
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const insists = index % 2 === 0
  const { cast } = stage
  const act = async (asked: Asked): Promise<Entry> => {
    const entry = journal.write(asked)
    const isUnsettled = () => entry.outcome === 'unknown' && (insists || entry.status === TOO_MANY) && !state.stopping
    do {
      while (options.mayNotSend?.() === true && !state.stopping) await sleep(PAUSE_MILLISECONDS)
      if (entry.attempts > 0) await sleep(PAUSE_MILLISECONDS)
      const sentAt = performance.now()
      const result = await attempt(entry, stage.origin, agent)
      options.seen?.(result, sentAt)
      // A budget of calls is no answer to what was asked: it comes free again in a moment.
      if (entry.status === TOO_MANY) entry.outcome = 'unknown'
    } while (isUnsettled())
    return entry
  }
  for (let count = 0; !state.stopping; count++) {
    const name = `${options.prefix}-${index}-${count}`
    const life: Life = {
      name,
      cast,
      resident: cast.residents[index % cast.residents.length]!,
      orderId: '',
      offerId: '',
      ...(count % CANCELS_EVERY === 2 && { cancelsAfter: options.random.pick(['take-in', 'accept'] as const) }),
    }
    const steps = stepsOf(life, options.random.pick(cast.unitIds))
    for (let next = steps.next(); next.done !== true && !state.stopping;) {
      const entry = await act(next.value)
      if (entry.outcome !== 'acknowledged') {
        await sleep(RESIGNED_MILLISECONDS)
        break
      }
      next = steps.next(entry)
    }
    if (state.stopping) break
    const funded = await act(fund(cast, name, 1 + options.random.below(9)))
    if (funded.outcome !== 'acknowledged') await sleep(RESIGNED_MILLISECONDS)
  }
  agent.destroy()
}

/** Reads the resident's list, the dispatcher's queue and an order's page again and again, until stopped. */
export function startReaders(
  stage: Stage,
  orderId: string,
  seen: (result: Attempt, sentAt: number, path: string) => void,
): Load {
  const state = { stopping: false }
  const { cast } = stage
  const reads = [
    [cast.residents[0]!, '/api/v1/me/orders?limit=20'],
    [cast.dispatcher, '/api/v1/orders?limit=20'],
    [cast.dispatcher, `/api/v1/orders/${orderId}`],
  ] as const
  const running = reads.map(async ([authorization, path]) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    while (!state.stopping) {
      const sentAt = performance.now()
      seen(await read(stage, authorization, path, agent), sentAt, path)
      await sleep(READ_PAUSE_MILLISECONDS)
    }
    agent.destroy()
  })
  return {
    async stop() {
      state.stopping = true
      await Promise.all(running)
    },
  }
}

export function read(stage: Stage, authorization: string, path: string, agent: Agent): Promise<Attempt> {
  const asked: Asked = { what: 'read', life: '', method: 'GET', path, authorization, body: undefined }
  return attempt(openJournal().write(asked), stage.origin, agent)
}

/** Residents have a budget of orders per hour, which a load test uses up in seconds. */
async function freeBudgets(stage: Stage, state: { readonly stopping: boolean }): Promise<void> {
  while (!state.stopping) {
    await asOwner(stage, (client) => client.query('delete from rate_bucket')).catch(() => undefined)
    await sleep(BUDGET_MILLISECONDS)
  }
}

/** One retry with the same id for everything without a definite answer. @returns how many had been done already */
export async function resolveUnknown(
  stage: Stage,
  journal: Journal,
): Promise<{ retried: number; hadCommitted: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const open = journal.entries.filter((entry) => entry.outcome === 'unknown')
  for (const [index, entry] of open.entries()) {
    if (index % ENTRIES_PER_BUDGET === 0) await asOwner(stage, (client) => client.query('delete from rate_bucket'))
    await attempt(entry, stage.origin, agent)
  }
  agent.destroy()
  return { retried: open.length, hadCommitted: open.filter((entry) => entry.wasReplayed).length }
}
