import type { AnswerOf } from '../../../shared/api-client.ts'

export type PlanAnswer = AnswerOf<'readPlan'>
export type Visit = PlanAnswer['visits'][number]
