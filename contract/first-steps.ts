import * as z from 'zod/mini'
import { route } from './kit.ts'

/** What a real district does before its first order, in this order. */
export const firstSteps = ['units', 'people', 'telephones', 'offerings', 'messages', 'calendar', 'budget'] as const
export type FirstStep = (typeof firstSteps)[number]

const step = z.object({
  step: z.enum(firstSteps),
  /** Read from the facts; the units are looked over by somebody and never done by themselves. */
  isDone: z.boolean(),
  /** Ticked off by an administrator: looked over, or left for later. */
  isTicked: z.boolean(),
  /** What stands behind it, by name. */
  counts: z.record(z.string(), z.int()),
  /** Roles that nobody holds yet. */
  rolesMissing: z.array(z.string()),
})

const answer = z.object({
  /** None in a demonstration. */
  steps: z.array(step),
  isOver: z.boolean(),
})

export const firstStepsRoutes = {
  readFirstSteps: route('GET /api/v1/first-steps', {
    permission: 'staff.manage',
    summary: 'What a new district has to do before its first order, and what of it is done',
    answer,
  }),
  tickFirstStep: route('PUT /api/v1/first-steps/:step', {
    permission: 'staff.manage',
    summary: 'Tick a first step off, or take the tick back',
    params: z.strictObject({ step: z.enum(firstSteps) }),
    body: z.strictObject({ isTicked: z.boolean() }),
    answer,
  }),
}
