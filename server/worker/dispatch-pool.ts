// Threads of the optimiser. Several search with seeds of their own; one then generates columns from all that they found, merged in the
// order of their seeds, so that the same problem, seed, threads and steps give the same plan. A thread that fails ends its own work only.
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import {
  type DispatchProblem,
  type OptimiserBudget,
  PinConflictError,
  type Plan,
  type SearchedTours,
} from '../dispatch/index.ts'
import { dismiss, markGone, pricingFlags, type PricingLine } from './pricing-threads.ts'

/** What a thread is asked. */
export type ThreadTask = {
  readonly problem: DispatchProblem
  readonly seed: number
  readonly budget: ThreadBudget
  /** Set to 1 to end with the best so far. */
  readonly cancelFlag: Int32Array
  /** Whether the thread gives way to everything else that runs on the machine. */
  readonly isBackground: boolean
} & (
  | { readonly kind: 'search' }
  | { readonly kind: 'replan' }
  | {
      readonly kind: 'plan'
      readonly searched: readonly SearchedTours[]
      readonly lines: readonly PricingLine[]
      readonly isSearchOnly: boolean
    }
  | { readonly kind: 'price'; readonly line: PricingLine; readonly share: number; readonly threads: number }
)

interface ThreadBudget extends Pick<OptimiserBudget, 'iterationsMax' | 'roundsMax' | 'nodesMax'> {
  /** When the time is up, by the clock that all threads share: `performance.timeOrigin + performance.now()`. */
  readonly endsAt?: number
}

export type ThreadMessage =
  | { readonly kind: 'progress'; readonly share: number; readonly cost: number; readonly bound?: number }
  | { readonly kind: 'searched'; readonly searched: SearchedTours }
  | { readonly kind: 'planned'; readonly plan: Plan }
  | { readonly kind: 'pins-conflict'; readonly teamDay: string; readonly orders: readonly string[] }
  | { readonly kind: 'dismissed' }

/** A thread threw, ran out of memory or went away without an answer. */
export class DispatchThreadError extends Error {}

export interface ThreadedOptions {
  readonly seed: number
  /** Threads that search at once; the plan depends on their number. */
  readonly threads: number
  readonly budget: Pick<OptimiserBudget, 'iterationsMax' | 'roundsMax' | 'nodesMax' | 'millisecondsMax'>
  /** Aborting ends the work with the best plan so far. */
  readonly signal?: AbortSignal
  /** Aborting ends all threads at once; the call then rejects. */
  readonly abandon?: AbortSignal
  /** Starts from where everything is and changes as little as pays, without a bound (`replan`). */
  readonly isReplan?: boolean
  /** Whether the threads give way to everything else that runs on the machine (where the system lets them). */
  readonly isBackground?: boolean
  /** Only searches, without pricing and bound: for long tours over equal vehicles. */
  readonly isSearchOnly?: boolean
  /** Told how far the whole is, the best cost so far and, once known, the bound. */
  readonly progress?: (share: number, cost: number, bound?: number) => void
  /** Told what the searches found before the plan is made of it: may be stored, to go on from with `searched`. */
  readonly checkpoint?: (searched: readonly SearchedTours[]) => void
  /** A stored checkpoint; the search is then skipped. */
  readonly searched?: readonly SearchedTours[]
  /** The thread's program; another one for tests of failures. */
  readonly threadFile?: URL
}

const THREAD_FILE = new URL('./dispatch-thread.ts', import.meta.url)
const THREAD_MEGABYTES_MAX = 1536
/** Shares of a budget in time for the search, with pricing after it and without. */
const SEARCH_SHARE = 0.13
const LONE_SEARCH_SHARE = 0.75

/**
 * Plans in threads. Rejects with `DispatchThreadError` when the planning thread fails, or all searches do; one search that fails
 * costs only what it would have found. Rejects with `PinConflictError` when promises contradict each other.
 */
export async function planInThreads(problem: DispatchProblem, options: ThreadedOptions): Promise<Plan> {
  const cancelFlag = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const cancel = (): void => void Atomics.store(cancelFlag, 0, 1)
  options.signal?.addEventListener('abort', cancel)
  if (options.signal?.aborted === true) cancel()
  const whole: Whole = { problem, options, cancelFlag, began: now() }
  try {
    const canSplit = problem.links.length === 0 && !problem.objective.lateness && problem.suppliesPlace === undefined
    return canSplit && options.isReplan !== true ? await planSplit(whole) : await planAlone(whole)
  } finally {
    options.signal?.removeEventListener('abort', cancel)
  }
}

/** One call, as its phases see it. */
interface Whole {
  readonly problem: DispatchProblem
  readonly options: ThreadedOptions
  readonly cancelFlag: Int32Array
  /** By the clock that all threads share. */
  readonly began: number
}

const now = (): number => performance.timeOrigin + performance.now()

/** Searches in all threads, then plans in one with the others as helpers. */
async function planSplit(whole: Whole): Promise<Plan> {
  const { options } = whole
  const share = options.isSearchOnly === true ? LONE_SEARCH_SHARE : SEARCH_SHARE
  const searched = options.searched ?? (await searchAll(whole, share))
  options.checkpoint?.(searched)
  const helpers = options.isSearchOnly === true ? [] : startHelpers(whole)
  try {
    const task: ThreadTask = {
      ...taskOf(whole, options.seed, 1),
      kind: 'plan',
      lines: helpers.map(({ line }) => line),
      searched,
      isSearchOnly: options.isSearchOnly === true,
    }
    return planOf(
      await runThread(task, options, (part, cost, bound) =>
        options.progress?.(share + part * (1 - share), cost, bound),
      ),
    )
  } finally {
    for (const { line } of helpers) dismiss(line.flags)
    await Promise.all(helpers.map(({ ended }) => ended))
  }
}

/** Where tours cannot be judged alone, and from where everything is, every thread plans by itself; the cheapest plan is taken. */
async function planAlone(whole: Whole): Promise<Plan> {
  const { options } = whole
  const plans = await Promise.all(
    Array.from({ length: options.threads }, async (_, i) => {
      const shared = taskOf(whole, options.seed + i, 1)
      const task: ThreadTask =
        options.isReplan === true
          ? { ...shared, kind: 'replan' }
          : { ...shared, kind: 'plan', lines: [], searched: [], isSearchOnly: false }
      return planOf(await runThread(task, options, (share, cost) => options.progress?.(share, cost)))
    }),
  )
  return plans.reduce((best, plan) => (plan.cost.total < best.cost.total ? plan : best))
}

/** What every thread is told. The time is up when a share of the budget's is used. */
function taskOf(whole: Whole, seed: number, share: number) {
  const { problem, options, cancelFlag } = whole
  return {
    problem,
    seed,
    budget: budgetUntil(whole, share),
    cancelFlag,
    isBackground: options.isBackground === true,
  } as const
}

function planOf(done: ThreadMessage): Plan {
  if (done.kind === 'pins-conflict') throw new PinConflictError(done.teamDay, done.orders)
  if (done.kind !== 'planned') throw new DispatchThreadError('the planning thread gave no plan')
  return done.plan
}

interface Helper {
  /** The planner's side of the line. */
  readonly line: PricingLine
  readonly ended: Promise<void>
}

/** Starts the threads that price for the planner; one that falls is only marked as gone. */
function startHelpers(whole: Whole): Helper[] {
  const { options } = whole
  const { seed, threads } = options
  return Array.from({ length: threads - 1 }, (_, i) => {
    const { port1, port2 } = new MessageChannel()
    const flags = pricingFlags()
    const line = { port: port2, flags }
    const task: ThreadTask = { ...taskOf(whole, seed, 1), kind: 'price', line, share: i + 1, threads }
    const ended = runThread(task, options, () => undefined).then(
      () => undefined,
      () => markGone(flags),
    )
    return { line: { port: port1, flags }, ended }
  })
}

async function searchAll(whole: Whole, share: number): Promise<SearchedTours[]> {
  const { options } = whole
  const runs = Array.from({ length: options.threads }, (_, i) => {
    const task: ThreadTask = { ...taskOf(whole, options.seed + i, share), kind: 'search' }
    return runThread(task, options, (part, cost) => options.progress?.(share * part, cost))
  })
  const settled = await Promise.allSettled(runs)
  const searched = settled.flatMap((one) =>
    one.status === 'fulfilled' && one.value.kind === 'searched' ? [one.value.searched] : [],
  )
  for (const one of settled) if (one.status === 'fulfilled' && one.value.kind === 'pins-conflict') planOf(one.value)
  const failed = settled.find((one) => one.status === 'rejected')
  if (searched.length === 0 && failed) throw failed.reason
  return searched
}

/** The budget until a share of the time is used up, whenever the thread gets to work. */
function budgetUntil({ options: { budget }, began }: Whole, share: number): ThreadBudget {
  const { millisecondsMax, ...steps } = budget
  return millisecondsMax === undefined ? steps : { ...steps, endsAt: began + share * millisecondsMax }
}

const portsOf = (task: ThreadTask): MessagePort[] =>
  task.kind === 'price' ? [task.line.port] : task.kind === 'plan' ? task.lines.map(({ port }) => port) : []

function runThread(
  task: ThreadTask,
  options: ThreadedOptions,
  progress: (share: number, cost: number, bound?: number) => void,
): Promise<ThreadMessage> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(options.threadFile ?? THREAD_FILE, {
      workerData: task,
      transferList: portsOf(task),
      resourceLimits: { maxOldGenerationSizeMb: THREAD_MEGABYTES_MAX },
      // What a failing engine prints is no message of ours.
      stdout: true,
      stderr: true,
    })
    const end = (): void => void thread.terminate()
    options.abandon?.addEventListener('abort', end)
    if (options.abandon?.aborted === true) end()
    thread.on('message', (message: ThreadMessage) => {
      if (message.kind === 'progress') progress(message.share, message.cost, message.bound)
      else resolve(message)
    })
    thread.on('error', (error) =>
      reject(new DispatchThreadError(`a thread failed: ${error.message}`, { cause: error })),
    )
    // After an answer this changes nothing: a promise settles once.
    thread.on('exit', (code) => {
      options.abandon?.removeEventListener('abort', end)
      reject(new DispatchThreadError(`a thread ended with code ${code} and no answer`))
    })
  })
}
