// One plan in a thread of its own, so that neither its work nor its fall touches the server.
import { parentPort, workerData } from 'node:worker_threads'
import { type DispatchProblem, PinConflictError, solve } from '../dispatch/index.ts'

export interface PlanThreadInput {
  readonly problem: DispatchProblem
  readonly seed: number
  readonly secondsMax: number
}

export type PlanThreadMessage =
  | { readonly kind: 'progress'; readonly cost: number }
  | { readonly kind: 'plan'; readonly plan: ReturnType<typeof solve> }
  | { readonly kind: 'refused'; readonly code: 'pins-conflict' }

const { problem, seed, secondsMax } = workerData as PlanThreadInput
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
const tell = (message: PlanThreadMessage) => parentPort!.postMessage(message)

try {
  const plan = solve(problem, {
    seed,
    budget: {
      millisecondsMax: secondsMax * 1000,
      clock: () => performance.now(),
      progress: (_share, cost) => tell({ kind: 'progress', cost }),
    },
  })
  tell({ kind: 'plan', plan })
} catch (error) {
  if (!(error instanceof PinConflictError)) throw error
  tell({ kind: 'refused', code: 'pins-conflict' })
}
