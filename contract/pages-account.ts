import type * as z from 'zod/mini'
import type { accountRoutes } from './account.ts'
import type { catalogueRoutes } from './catalogue.ts'
import type { FormState } from './form-state.ts'
import type { leavingRoutes } from './leaving.ts'
import type { linkRoutes } from './links.ts'
import type { mergeRoutes } from './merges.ts'
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

export type MyLinks = Answer<(typeof linkRoutes)['listMyLinks']>['rows']
export type Ward = Answer<(typeof linkRoutes)['readWard']>
export type Registration = Answer<(typeof leavingRoutes)['checkRegistration']>
export type HoldBacks = Answer<(typeof leavingRoutes)['readMyExit']>['holdBacks']
export type Export = Answer<(typeof leavingRoutes)['exportMine']>

export interface FamilyProps {
  readonly form: FormState
  readonly links: MyLinks
  /** Whether the reader can ask for a guardian. */
  readonly isMinor: boolean
  readonly done: 'asked' | 'answered' | 'ended' | 'code' | null
}

export interface WardProps {
  readonly form: FormState
  readonly id: string
  readonly ward: Ward
  readonly done: 'saved' | null
}

export interface LeaveProps {
  readonly form: FormState
  readonly holdBacks: HoldBacks
  /** The masked phone to which a code was sent just now. */
  readonly sentTo: string | null
}

/** “Am I registered here?”: the phone, then the code, then the answer, then perhaps the way out. */
export type RegisteredProps =
  | { readonly step: 'phone'; readonly form: FormState }
  | { readonly step: 'code'; readonly form: FormState; readonly phone: string }
  | { readonly step: 'answer'; readonly form: FormState; readonly answer: Registration }
  | { readonly step: 'left' }

export type MyMerges = Answer<(typeof mergeRoutes)['listMyMerges']>['rows']

export interface AccountsProps {
  readonly form: FormState
  readonly merges: MyMerges
  /** The phone to which a code was sent just now. */
  readonly phone: string | null
  readonly done: 'merged' | 'undone' | null
}

/** The pages of a person's own account, beside those of `Pages`. */
export interface AccountPages {
  'my-profile': ProfileProps
  'my-identity': IdentityProps
  'my-consents': ConsentsProps
  'my-family': FamilyProps
  ward: WardProps
  leave: LeaveProps
  registered: RegisteredProps
  'my-export': Export
  'my-accounts': AccountsProps
}
