import type * as z from 'zod/mini'
import type { accountRoutes } from './account.ts'
import type { catalogueRoutes } from './catalogue.ts'
import type { FormState } from './form-state.ts'
import type { volunteerRoutes } from './volunteers.ts'

type Answer<Route extends { readonly answer: z.ZodMiniType }> = z.input<Route['answer']>
type Category = Answer<(typeof catalogueRoutes)['listCategories']>['rows'][number]
export type MyVolunteer = Answer<(typeof volunteerRoutes)['readMyVolunteer']>
export type MyIdentity = Answer<(typeof accountRoutes)['readMyIdentity']>
export type MyConsents = Answer<(typeof accountRoutes)['listMyConsents']>

/** Parts of a day in which a volunteer can have time; a form's box is `<weekday>-<part>`. */
export const dayParts = ['morning', 'afternoon', 'evening'] as const

export interface ProfileProps {
  readonly form: FormState
  readonly licenceForm: FormState
  readonly volunteer: MyVolunteer
  readonly categories: readonly Category[]
  readonly done: 'saved' | null
}

export interface IdentityProps {
  readonly form: FormState
  readonly identity: MyIdentity
  readonly done: 'saved' | null
}

export interface ConsentsProps extends MyConsents {
  readonly form: FormState
  readonly done: 'saved' | null
}

/** The pages of a person's own account, beside those of `Pages`. */
export interface AccountPages {
  'my-profile': ProfileProps
  'my-identity': IdentityProps
  'my-consents': ConsentsProps
}
