import type { Tx } from '#platform/db.ts'
import type { Work } from '#platform/work.ts'
import { type DispatchProblem, pinConflicts, type Plan, scarceTeamDays } from '../../dispatch/index.ts'
import { buildProblem } from './build-problem.ts'
import { servicesOfAskers } from './plan-facts.ts'
import { gatherFacts } from './gather.ts'
import { claimNext, endRun, failLost, type Progress, renewClaim, writeOutcome } from './plan-rows.ts'
import { fairnessIn, unservedIn, visitsIn } from './read-result.ts'
import { scarceVehicles } from './scarce-vehicles.ts'
import { packProblem } from './store-problem.ts'
import { replaceVisits } from './visit-rows.ts'

/** A plan that a worker has taken, with the problem to solve. */
export interface PlanTask {
  readonly planId: string
  /** Proves that it is still this worker's. */
  readonly claim: string
  readonly problem: DispatchProblem
  readonly isReplan: boolean
  readonly seed: number
  readonly secondsMax: number
  readonly services: ReadonlyMap<string, number>
}

/** A worker that is silent for so long has lost its plan to another. */
const LEASE_SECONDS = 20
/** What a centre is short of is told of the dearest few. */
const SCARCE_MAX = 8
/** A plan that took so many workers down is not tried again. */
const ATTEMPTS_MAX = 3

/** Takes the next plan that waits, or that a lost worker left behind; undefined when there is none. */
export async function claimPlan(work: Work, claim: string): Promise<PlanTask | undefined> {
  await failLost(work.tx, ATTEMPTS_MAX, 'worker-lost', work.now)
  const plan = await claimNext(work.tx, claim, LEASE_SECONDS, ATTEMPTS_MAX)
  if (plan === undefined) return undefined
  const facts = await gatherFacts(work.tx, plan, work.now)
  const problem = buildProblem(facts)
  if (problem.orders.length === 0 || problem.teamDays.length === 0) {
    const failure = problem.orders.length === 0 ? 'nothing-to-plan' : 'nobody-to-plan'
    await endRun(work.tx, plan.id, claim, { state: 'failed', failure }, work.now)
    return undefined
  }
  const conflicts = pinConflicts(problem)
  if (conflicts.length > 0) {
    const end = { state: 'failed', failure: 'pins-conflict', trace: { conflicts } } as const
    await endRun(work.tx, plan.id, claim, end, work.now)
    return undefined
  }
  return {
    planId: plan.id,
    claim,
    problem,
    isReplan: plan.kind === 're-plan',
    seed: plan.seed,
    secondsMax: plan.secondsMax,
    services: servicesOfAskers(facts),
  }
}

/** Tells how far a plan is. Returns whether the worker should go on. */
export async function reportProgress(tx: Tx, { planId, claim }: PlanTask, progress: Progress): Promise<boolean> {
  const held = await renewClaim(tx, planId, claim, LEASE_SECONDS, progress)
  return held !== undefined && !held.isCancelAsked
}

/** Keeps the plan that was found; a worker that lost its claim meanwhile keeps nothing. */
export async function savePlan(work: Work, task: PlanTask, plan: Plan): Promise<void> {
  const { problem, planId, claim } = task
  const written = await writeOutcome(
    work.tx,
    planId,
    claim,
    {
      ...packProblem(problem),
      engine: plan.trace.engine,
      cost: plan.cost,
      bound: plan.bound ?? null,
      fairness: fairnessIn(problem, plan, task.services),
      trace: {
        ...plan.trace,
        scarce: scarceTeamDays(problem, plan).slice(0, SCARCE_MAX),
        scarceVehicles: scarceVehicles(problem, plan).slice(0, SCARCE_MAX),
      },
    },
    work.now,
  )
  if (written === 0) return
  await replaceVisits(work.tx, planId, visitsIn(problem, plan), unservedIn(problem, plan))
  work.audit({ action: 'planning.ready', subject: { kind: 'plan', id: planId }, details: { cost: plan.cost.total } })
}

/** Ends a plan without a result: cancelled, or failed with a code that the desk puts into words. */
export async function endPlan(work: Work, task: PlanTask, failure: string | null): Promise<void> {
  await endRun(
    work.tx,
    task.planId,
    task.claim,
    { state: failure === null ? 'cancelled' : 'failed', failure },
    work.now,
  )
}
