import type * as z from 'zod/mini'
import type { FormState } from './form-state.ts'
import type { hoursRoutes } from './hours.ts'

type Answer<Route extends { readonly answer: z.ZodMiniType }> = z.input<Route['answer']>
export type MyHoursPage = Answer<(typeof hoursRoutes)['listMyHours']>
export type MyHoursRow = MyHoursPage['rows'][number]
export type MyDemand = Answer<(typeof hoursRoutes)['listMyDemands']>['rows'][number]
export type HoursDetail = Answer<(typeof hoursRoutes)['readHours']>
export type NoticeRow = Answer<(typeof hoursRoutes)['listHoursNotices']>['rows'][number]

export interface MyHoursProps extends MyHoursPage {
  readonly demands: readonly MyDemand[]
  readonly isFirstPage: boolean
  readonly done: 'sent' | 'confirmed' | null
}

export interface HoursRecordProps extends HoursDetail {
  readonly form: FormState
  readonly objection: FormState
  /** Whether the volunteer waits for an answer about this record already. */
  readonly hasOpenDemand: boolean
}

export interface MissingHoursProps {
  readonly form: FormState
  readonly teams: readonly { readonly id: string; readonly name: string }[]
  readonly station: { readonly id: string; readonly name: string } | null
  /** Names of what does not count. */
  readonly uncounted: readonly string[]
}

/** The pages of a volunteer's hours, beside those of `Pages`. */
export interface HoursPages {
  'my-hours': MyHoursProps
  'hours-record': HoursRecordProps
  'missing-hours': MissingHoursProps
}
