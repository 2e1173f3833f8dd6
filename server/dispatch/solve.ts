import { anneal, type Budget } from './anneal.ts'
import { construct, PinConflictError } from './construct.ts'
import { explainUnlinked, explainUnserved } from './explain.ts'
import { decoderOf, planOfDecoder } from './linked-decoder.ts'
import { searchLinked } from './linked-search.ts'
import { modelOf, type Model } from './model.ts'
import type { Plan } from './plan.ts'
import { refuseFaultyProblem } from './problem-faults.ts'
import type { DispatchProblem } from './problem.ts'
import { randomOf } from './random.ts'
import { costOfPlan, toursOfPlan } from './schedule.ts'
import { emptyTours } from './tours.ts'

/** Changes whenever the same problem, seed and number of iterations may give another plan. */
export const ENGINE_VERSION = 'sisr-2'

export interface SolveOptions {
  readonly seed: number
  readonly budget: Budget
}

/**
 * Plans the orders into the team-days. The same problem, seed and `iterationsMax` give the same plan; with a time limit the plan
 * depends on the machine. Throws `ProblemError` for a faulty problem, `PinConflictError` when promises contradict each other.
 */
export function solve(problem: DispatchProblem, options: SolveOptions): Plan {
  refuseFaultyProblem(problem)
  const model = modelOf(problem)
  const linked = problem.links.length > 0 || problem.objective.lateness !== undefined
  return linked ? solveLinked(model, options) : solveTours(model, options)
}

function solveTours(model: Model, { seed, budget }: SolveOptions): Plan {
  const tours = emptyTours(model)
  construct(tours)
  const annealed = anneal(tours, budget, randomOf(seed))
  const list = toursOfPlan(tours)
  return {
    tours: list,
    unserved: explainUnserved(tours),
    cost: costOfPlan(tours, list),
    trace: { engine: ENGINE_VERSION, seed, ...annealed },
  }
}

function solveLinked(model: Model, { seed, budget }: SolveOptions): Plan {
  const decoder = decoderOf(model)
  const annealed = searchLinked(decoder, budget, randomOf(seed))
  const { tours, cost, unserved } = planOfDecoder(decoder)
  const broken = unserved.find((order) => model.pinned[order] === 1)
  if (broken !== undefined) {
    const order = model.problem.orders[broken]!
    throw new PinConflictError(order.pin!.teamDay, [order.id])
  }
  return {
    tours,
    unserved: explainUnlinked(model, unserved),
    cost,
    trace: { engine: ENGINE_VERSION, seed, ...annealed },
  }
}
