import { DEFAULT_WEIGHTS, type TeamDayKey, teamDayId, teamDayOf, type Weights } from '#modules/orders/index.ts'

export { DEFAULT_WEIGHTS, type TeamDayKey, teamDayId, teamDayOf, type Weights }

/** Some weights, given in place of the usual ones. */
export type SomeWeights = { readonly [Name in keyof Weights]?: Weights[Name] | undefined }

export type PlanKind = 'plan' | 'what-if' | 're-plan'
export type PlanState = 'queued' | 'running' | 'ready' | 'failed' | 'cancelled' | 'published'

/** A provider that is not there on a day. */
export interface Absence {
  readonly kind: 'agency' | 'team'
  readonly id: string
  /** YYYY-MM-DD */
  readonly on: string
}
