// One plan in a thread of its own, so that neither its work nor its fall touches the server.
import { parentPort, workerData } from 'node:worker_threads'
import { type DispatchProblem, optimise, PinConflictError, type Plan, replan } from '../dispatch/index.ts'
import { highsSolver } from './highs.ts'

export interface PlanThreadInput {
  readonly problem: DispatchProblem
  /** Whether it starts from where everything is and changes as little as pays; else it is made from nothing, with a proven bound. */
  readonly isReplan: boolean
  readonly seed: number
  readonly secondsMax: number
}

export type PlanThreadMessage =
  | { readonly kind: 'progress'; readonly cost: number }
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'refused'; readonly code: 'pins-conflict' }

const { problem, isReplan, seed, secondsMax } = workerData as PlanThreadInput
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
const tell = (message: PlanThreadMessage) => parentPort!.postMessage(message)

try {
  const budget = {
    millisecondsMax: secondsMax * 1000,
    clock: () => performance.now(),
    progress: (_share: number, cost: number) => tell({ kind: 'progress', cost }),
  }
  const plan = isReplan
    ? replan(problem, { seed, budget })
    : optimise(problem, { seed, solver: await highsSolver(), budget })
  tell({ kind: 'plan', plan })
} catch (error) {
  if (!(error instanceof PinConflictError)) throw error
  tell({ kind: 'refused', code: 'pins-conflict' })
}
