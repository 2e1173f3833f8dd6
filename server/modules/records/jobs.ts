import type { JobDefinition } from '#platform/jobs.ts'
import { markSuperseded } from './lapse.ts'

export const recordsJobs: readonly JobDefinition[] = [
  { name: 'records.mark-superseded', cron: '40 3 * * *', run: (work) => markSuperseded(work) },
]
