import type { JobDefinition } from '#platform/jobs.ts'
import { PUBLISH_VISIT, publishVisit } from './publish-plan.ts'

export const planningJobs: readonly JobDefinition[] = [
  {
    name: PUBLISH_VISIT,
    run: (work, data) =>
      publishVisit(work, { planId: String(data['planId']), orderId: String(data['orderId']), by: String(data['by']) }),
  },
]
