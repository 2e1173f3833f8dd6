// Threads of the optimiser. Several search with seeds of their own; one then generates columns from all that they found, merged in the
// order of their seeds, so that the same problem, seed, threads and steps give the same plan. A thread that fails ends its own work only.
import { Worker } from 'node:worker_threads'
import type { DispatchProblem, OptimiserBudget, Plan, SearchedTours } from '../dispatch/index.ts'

/** What a thread is asked. */
export type ThreadTask = {
  readonly problem: DispatchProblem
  readonly seed: number
  readonly budget: ThreadBudget
  /** Set to 1 to end with the best so far. */
  readonly cancelFlag: Int32Array
} & ({ readonly kind: 'search' } | { readonly kind: 'plan'; readonly searched: readonly SearchedTours[] })

type ThreadBudget = Pick<OptimiserBudget, 'iterationsMax' | 'roundsMax' | 'nodesMax' | 'millisecondsMax'>

export type ThreadMessage =
  | { readonly kind: 'progress'; readonly share: number; readonly cost: number; readonly bound?: number }
  | { readonly kind: 'searched'; readonly searched: SearchedTours }
  | { readonly kind: 'planned'; readonly plan: Plan }

/** A thread threw, ran out of memory or went away without an answer. */
export class DispatchThreadError extends Error {}

export interface ThreadedOptions {
  readonly seed: number
  /** Threads that search at once; the plan depends on their number. */
  readonly threads: number
  readonly budget: ThreadBudget
  /** Aborting ends the work with the best plan so far. */
  readonly signal?: AbortSignal
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
/** Share of a budget in time for the search. */
const SEARCH_SHARE = 0.2

/**
 * Plans in threads. Rejects with `DispatchThreadError` when the planning thread fails, or all searches do; one search that fails
 * costs only what it would have found.
 */
export async function planInThreads(problem: DispatchProblem, options: ThreadedOptions): Promise<Plan> {
  const cancelFlag = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const cancel = (): void => void Atomics.store(cancelFlag, 0, 1)
  options.signal?.addEventListener('abort', cancel)
  if (options.signal?.aborted === true) cancel()
  try {
    const canSplit = problem.links.length === 0 && !problem.objective.lateness && problem.suppliesPlace === undefined
    const searched = options.searched ?? (canSplit ? await searchAll(problem, options, cancelFlag) : [])
    options.checkpoint?.(searched)
    const task: ThreadTask = {
      kind: 'plan',
      problem,
      seed: options.seed,
      budget: partOf(options.budget, canSplit ? 1 - SEARCH_SHARE : 1),
      cancelFlag,
      searched,
    }
    const done = await runThread(task, options, (share, cost, bound) =>
      options.progress?.(SEARCH_SHARE + share * (1 - SEARCH_SHARE), cost, bound),
    )
    if (done.kind !== 'planned') throw new DispatchThreadError('the planning thread gave no plan')
    return done.plan
  } finally {
    options.signal?.removeEventListener('abort', cancel)
  }
}

async function searchAll(
  problem: DispatchProblem,
  options: ThreadedOptions,
  cancelFlag: Int32Array,
): Promise<SearchedTours[]> {
  const budget = partOf(options.budget, SEARCH_SHARE)
  const runs = Array.from({ length: options.threads }, (_, i) => {
    const task: ThreadTask = { kind: 'search', problem, seed: options.seed + i, budget, cancelFlag }
    return runThread(task, options, (share, cost) => options.progress?.(SEARCH_SHARE * share, cost))
  })
  const settled = await Promise.allSettled(runs)
  const searched = settled.flatMap((one) =>
    one.status === 'fulfilled' && one.value.kind === 'searched' ? [one.value.searched] : [],
  )
  const failed = settled.find((one) => one.status === 'rejected')
  if (searched.length === 0 && failed) throw failed.reason
  return searched
}

const partOf = (budget: ThreadBudget, share: number): ThreadBudget =>
  budget.millisecondsMax === undefined ? budget : { ...budget, millisecondsMax: share * budget.millisecondsMax }

function runThread(
  task: ThreadTask,
  options: ThreadedOptions,
  progress: (share: number, cost: number, bound?: number) => void,
): Promise<ThreadMessage> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(options.threadFile ?? THREAD_FILE, {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: THREAD_MEGABYTES_MAX },
      // What a failing engine prints is no message of ours.
      stdout: true,
      stderr: true,
    })
    thread.on('message', (message: ThreadMessage) => {
      if (message.kind === 'progress') progress(message.share, message.cost, message.bound)
      else resolve(message)
    })
    thread.on('error', (error) =>
      reject(new DispatchThreadError(`a thread failed: ${error.message}`, { cause: error })),
    )
    // After an answer this changes nothing: a promise settles once.
    thread.on('exit', (code) => reject(new DispatchThreadError(`a thread ended with code ${code} and no answer`)))
  })
}
