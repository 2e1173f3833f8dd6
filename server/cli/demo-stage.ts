import { type Actor, systemActor } from '#platform/actor.ts'
import type { Job, JobDefinition } from '#platform/jobs.ts'
import { runWork, type Work, type WorkHost } from '#platform/work.ts'
import { YANQING } from './district-plan.ts'

/** Plays operations one after another at the business times they would have had, with their jobs and what falls due between. */
export interface Stage {
  /** Moves business time to so many hours before now, settling on the way what falls due. */
  at(hoursBack: number): Promise<void>
  /** Moves business time as well, by so little that nothing can have fallen due. */
  shortlyAfter(hoursBack: number): Promise<void>
  act<T>(actor: Actor, act: (work: Work) => Promise<T>): Promise<T>
}

export interface StageOptions {
  readonly definitions: readonly JobDefinition[]
  readonly setShift: (minutes: number) => Promise<void>
  /** Settles what is due at the moment that business time shows. */
  readonly settle: (host: WorkHost) => Promise<void>
  readonly stepHours: number
}

export function openStage(host: WorkHost, { definitions, setShift, settle, stepHours }: StageOptions): Stage {
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
  const shortlyAfter = async (hoursBack: number) => {
    hours = hoursBack
    await setShift(Math.round(-hoursBack * 60))
  }
  const moveTo = async (hoursBack: number) => {
    await shortlyAfter(hoursBack)
    await settle(staged)
    await settleJobs()
  }
  return {
    async at(hoursBack) {
      const from = hours ?? hoursBack
      for (let next = from - stepHours; next > hoursBack; next -= stepHours) await moveTo(next)
      await moveTo(hoursBack)
    },
    shortlyAfter,
    async act(actor, act) {
      const result = await runWork(staged, actor, act)
      await settleJobs()
      return result
    },
  }
}
