import type { AnswerOf } from '../../../shared/api-client.ts'

export type RateName = AnswerOf<'readRates'>['rates'][number]['rate']

/** Whose rates, and of which days (the last one not included). */
export interface RateQuery {
  readonly from: string
  readonly until: string
  readonly unitId: string | undefined
  readonly providerId: string | undefined
}
