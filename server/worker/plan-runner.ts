import { randomUUID } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { claimPlan, endPlan, type PlanTask, reportProgress, savePlan } from '#modules/planning/index.ts'
import { systemActor } from '#platform/actor.ts'
import { inDistrict } from '#platform/db.ts'
import { districtIds } from '#platform/jobs.ts'
import type { Log } from '#platform/log.ts'
import { runWork, type WorkHost } from '#platform/work.ts'
import type { Plan } from '../dispatch/index.ts'
import type { PlanThreadInput, PlanThreadMessage } from './plan-thread.ts'

const REPORT_SECONDS = 1
/** A thread that has not answered so long after its time is ended. */
const GRACE_SECONDS = 60
const THREAD_MEGABYTES_MAX = 1_500

/**
 * Makes the plans that wait, one after the other, each in a thread.
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
  const thread = solveInThread(task, (best) => (cost = best))
  const report = async () => {
    const seconds = Math.round((performance.now() - began) / 1000)
    const progress = { seconds, cost, orders: task.problem.orders.length }
    try {
      goesOn = (await inDistrict(host.db, districtId, (tx) => reportProgress(tx, task, progress))) && !isStopping()
      if (!goesOn) thread.cancel()
    } catch (error) {
      log.warn({ err: error, planId: task.planId }, 'the progress of a plan could not be told')
    }
  }
  const reports = setInterval(() => void report(), REPORT_SECONDS * 1000)
  try {
    const answer = await thread.answer
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
  }
}

/** Solves in a thread; the answer is a plan or the code of a refusal, and a thread that falls rejects it. */
function solveInThread(
  { problem, isReplan, seed, secondsMax }: PlanTask,
  onProgress: (cost: number) => void,
): { answer: Promise<Plan | string>; cancel(): void } {
  const workerData: PlanThreadInput = { problem, isReplan, seed, secondsMax }
  const thread = new Worker(new URL('plan-thread.ts', import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: THREAD_MEGABYTES_MAX },
  })
  const late = setTimeout(() => void thread.terminate(), (secondsMax + GRACE_SECONDS) * 1000)
  const answer = new Promise<Plan | string>((resolve, reject) => {
    thread.on('message', (message: PlanThreadMessage) => {
      if (message.kind === 'progress') onProgress(message.cost)
      else resolve(message.kind === 'plan' ? message.plan : message.code)
    })
    thread.on('error', reject)
    thread.on('exit', () => reject(new Error('The thread of a plan ended without an answer.')))
  }).finally(() => clearTimeout(late))
  return { answer, cancel: () => void thread.terminate() }
}
