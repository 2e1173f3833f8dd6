import { randomUUID } from 'node:crypto'
import { claimPlan, endPlan, type PlanTask, reportProgress, savePlan } from '#modules/planning/index.ts'
import { systemActor } from '#platform/actor.ts'
import { inDistrict } from '#platform/db.ts'
import { districtIds } from '#platform/jobs.ts'
import type { Log } from '#platform/log.ts'
import { runWork, type WorkHost } from '#platform/work.ts'
import { PinConflictError, type Plan } from '../dispatch/index.ts'
import { planInThreads } from './dispatch-pool.ts'

const REPORT_SECONDS = 1
/** A thread that has not answered so long after its time is ended. */
const GRACE_SECONDS = 60
/** The plan depends on their number, so it is the same on every machine. */
const THREADS = 2

/**
 * Makes the plans that wait, one after the other, each in threads of its own, so that neither its work nor its fall touches the server.
 * @returns how many were taken
 */
export async function runPlans(host: WorkHost, log: Log, isStopping: () => boolean): Promise<number> {
  let taken = 0
  for (const districtId of await districtIds(host.db)) {
    while (!isStopping()) {
      const actor = systemActor(districtId)
      const task = await runWork(host, actor, (work) => claimPlan(work, randomUUID()))
      if (task === undefined) break
      taken += 1
      await makePlan(host, log, districtId, task, isStopping)
    }
  }
  return taken
}

async function makePlan(
  host: WorkHost,
  log: Log,
  districtId: number,
  task: PlanTask,
  isStopping: () => boolean,
): Promise<void> {
  const actor = systemActor(districtId)
  const began = performance.now()
  let cost: number | null = null
  let goesOn = true
  const abandoned = new AbortController()
  const report = async () => {
    const seconds = Math.round((performance.now() - began) / 1000)
    const progress = { seconds, cost, orders: task.problem.orders.length }
    try {
      goesOn = (await inDistrict(host.db, districtId, (tx) => reportProgress(tx, task, progress))) && !isStopping()
      if (!goesOn) abandoned.abort()
    } catch (error) {
      log.warn({ err: error, planId: task.planId }, 'the progress of a plan could not be told')
    }
  }
  const reports = setInterval(() => void report(), REPORT_SECONDS * 1000)
  const late = setTimeout(() => abandoned.abort(), (task.secondsMax + GRACE_SECONDS) * 1000)
  try {
    const answer = await planOrRefusal(task, abandoned.signal, (best) => (cost = Math.min(best, cost ?? best)))
    await runWork(host, actor, (work) =>
      typeof answer === 'string' ? endPlan(work, task, answer) : savePlan(work, task, answer),
    )
  } catch (error) {
    // A server that stops leaves its plan to the next one, which takes it when the lease is over.
    if (isStopping()) return
    if (goesOn) log.error({ err: error, planId: task.planId }, 'a plan failed')
    await runWork(host, actor, (work) => endPlan(work, task, goesOn ? 'engine-failed' : null))
  } finally {
    clearInterval(reports)
    clearTimeout(late)
  }
}

/** The plan, or the code of a refusal. */
async function planOrRefusal(
  { problem, isReplan, seed, secondsMax }: PlanTask,
  abandon: AbortSignal,
  onProgress: (cost: number) => void,
): Promise<Plan | 'pins-conflict'> {
  try {
    return await planInThreads(problem, {
      seed,
      threads: THREADS,
      isReplan,
      isBackground: true,
      budget: { millisecondsMax: secondsMax * 1000 },
      abandon,
      progress: (_share, best) => onProgress(best),
    })
  } catch (error) {
    if (error instanceof PinConflictError) return 'pins-conflict'
    throw error
  }
}
