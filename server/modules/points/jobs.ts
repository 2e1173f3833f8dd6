import type { JobDefinition } from '#platform/jobs.ts'
import { expireHolds } from './resolve-hold.ts'
import { SETTLE_QUEUE, settleQueue } from './settle-queue.ts'

export const pointsJobs: readonly JobDefinition[] = [
  {
    name: 'points.expire-holds',
    cron: '* * * * *',
    run: async (work) => void (await expireHolds(work)),
  },
  { name: SETTLE_QUEUE, run: async (work) => void (await settleQueue(work)) },
]
