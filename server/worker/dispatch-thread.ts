// One thread of the optimiser: takes one task, tells how far it is, answers, ends.
import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import {
  masterOfProblem,
  optimise,
  PinConflictError,
  replan,
  searchTours,
  type DispatchProblem,
  type OptimiserBudget,
  type SearchedTours,
} from '../dispatch/index.ts'
import type { ThreadMessage, ThreadTask } from './dispatch-pool.ts'
import { highsSolver } from './highs.ts'
import { helpPricing, priceWith } from './pricing-threads.ts'

const task = workerData as ThreadTask
// The port of a worker thread; the rule means windows.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
const tell = (message: ThreadMessage): void => parentPort!.postMessage(message)
/** Progress is told at most this often. */
const TELL_MILLISECONDS = 200
/** Of 19: a request is served before a plan goes on. */
const NICENESS = 10

let told = -Infinity
const { endsAt, ...steps } = task.budget
const budget: OptimiserBudget = {
  ...steps,
  ...(endsAt === undefined
    ? {}
    : { millisecondsMax: Math.max(1, endsAt - performance.timeOrigin - performance.now()) }),
  clock: () => performance.now(),
  cancelled: () => Atomics.load(task.cancelFlag, 0) === 1,
  progress: (share, cost, bound) => {
    if (performance.now() - told < TELL_MILLISECONDS) return
    told = performance.now()
    tell({ kind: 'progress', share, cost, ...(bound === undefined ? {} : { bound }) })
  },
}

async function work(problem: DispatchProblem): Promise<ThreadMessage> {
  if (task.kind === 'search') return { kind: 'searched', searched: searchTours(problem, task.seed, budget) }
  if (task.kind === 'replan') return { kind: 'planned', plan: replan(problem, { seed: task.seed, budget }) }
  if (task.kind === 'price') {
    helpPricing(task.line, masterOfProblem(problem), task.share, task.threads)
    return { kind: 'dismissed' }
  }
  const searched: readonly SearchedTours[] = task.searched
  const solver = await highsSolver()
  const helped = task.lines.length > 0 ? { price: priceWith(task.lines) } : {}
  const { seed } = task
  return {
    kind: 'planned',
    plan: optimise(problem, {
      seed,
      solver,
      budget,
      ...(searched.length > 0 ? { searched } : {}),
      isSearchOnly: task.isSearchOnly,
      ...helped,
    }),
  }
}

/** Linux ranks threads one by one and names them in /proc; elsewhere the thread keeps its rank. */
function giveWay(): void {
  try {
    setPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1)), NICENESS)
  } catch {
    // A plan at full rank is still a plan.
  }
}

if (task.isBackground) giveWay()
try {
  tell(await work(task.problem))
} catch (error) {
  // An error that crosses a thread's border loses its class.
  if (!(error instanceof PinConflictError)) throw error
  tell({ kind: 'pins-conflict', teamDay: error.teamDay, orders: error.orders })
}
