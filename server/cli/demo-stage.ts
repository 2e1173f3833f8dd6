import { dueMatters, lapse } from '#modules/orders/index.ts'
import { type Actor, systemActor } from '#platform/actor.ts'
import type { Job, JobDefinition } from '#platform/jobs.ts'
import { runRead, runWork, type Work, type WorkHost } from '#platform/work.ts'
import { YANQING } from './district-plan.ts'

/** Plays operations one after another at the business times they would have had, with their jobs and what falls due between. */
export interface Stage {
  /** Moves business time to so many hours before now, settling on the way what falls due. */
  at(hoursBack: number): Promise<void>
  act<T>(actor: Actor, act: (work: Work) => Promise<T>): Promise<T>
}

const STEP_HOURS = 12

export function openStage(
  host: WorkHost,
  definitions: readonly JobDefinition[],
  setShift: (minutes: number) => Promise<void>,
): Stage {
  const waiting: Job[] = []
  const staged: WorkHost = {
    db: host.db,
    jobs: { ...host.jobs, sendWithin: async (_tx, jobs) => void waiting.push(...jobs) },
  }
  let hours: number | null = null

  const settleJobs = async () => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      const { name, data } = job
      const definition = definitions.find((one) => one.name === name)
      if (definition !== undefined) await runWork(staged, systemActor(YANQING), (work) => definition.run(work, data))
    }
  }
  const settleDue = async () => {
    const due = await runRead(host.db, systemActor(YANQING), ({ tx, now }) => dueMatters(tx, now))
    for (const matter of due) await runWork(staged, systemActor(YANQING), (work) => lapse(work, matter))
    await settleJobs()
  }
  const moveTo = async (hoursBack: number) => {
    hours = hoursBack
    await setShift(-hoursBack * 60)
    await settleDue()
  }
  return {
    async at(hoursBack) {
      const from = hours ?? hoursBack
      for (let next = from - STEP_HOURS; next > hoursBack; next -= STEP_HOURS) await moveTo(next)
      await moveTo(hoursBack)
    },
    async act(actor, act) {
      const result = await runWork(staged, actor, act)
      await settleJobs()
      return result
    },
  }
}
