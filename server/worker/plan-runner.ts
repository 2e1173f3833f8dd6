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
/** A thread that has not answered so long after its time is ended; it gives way to everything else, so a busy machine takes long. */
const GRACE_SECONDS = 180
/** The plan depends on their number, so it is the same on every machine. */
const THREADS = 2

/**
 * Makes the plans that wait, one after the other, each in threads of its own, so that neither its work nor its fall touches the server.
 * @param threadFile the threads' program; another one for tests of failures
 * @returns how many were taken
 */
export async function runPlans(host: WorkHost, log: Log, isStopping: () => boolean, threadFile?: URL): Promise<number> {
  let taken = 0
  for (const districtId of await districtIds(host.db)) {
    while (!isStopping()) {
      const actor = systemActor(districtId)
      const task = await runWork(host, actor, (work) => claimPlan(work, randomUUID()))
      if (task === undefined) break
      taken += 1
      await makePlan({ host, log, districtId, isStopping, threadFile }, task)
    }
  }
  return taken
}

interface Runner {
  readonly host: WorkHost
  readonly log: Log
  readonly districtId: number
  readonly isStopping: () => boolean
  readonly threadFile: URL | undefined
}

async function makePlan({ host, log, districtId, isStopping, threadFile }: Runner, task: PlanTask): Promise<void> {
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
    const answer = await planOrRefusal(task, {
      abandon: abandoned.signal,
      onProgress: (best) => (cost = Math.min(best, cost ?? best)),
      threadFile,
    })
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
  {
    abandon,
    onProgress,
    threadFile,
  }: { abandon: AbortSignal; onProgress: (cost: number) => void; threadFile: URL | undefined },
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
      ...(threadFile && { threadFile }),
    })
  } catch (error) {
    if (error instanceof PinConflictError) return 'pins-conflict'
    throw error
  }
}
