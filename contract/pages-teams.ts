import type * as z from 'zod/mini'
import type { catalogueRoutes } from './catalogue.ts'
import type { FormState } from './form-state.ts'
import type { ProviderCalendar } from './team-calendars.ts'
import type { teamDeskRoutes } from './team-desk.ts'
import type { teamImportRoutes } from './team-imports.ts'
import type { teamsRoutes } from './teams.ts'

type Answer<Route extends { readonly answer: z.ZodMiniType }> = z.input<Route['answer']>
export type PublicTeam = Answer<(typeof teamsRoutes)['readTeam']>
export type MyTeams = Answer<(typeof teamDeskRoutes)['readMyTeams']>
export type TeamDesk = Answer<(typeof teamDeskRoutes)['readTeamDesk']>
export type JoinCode = Answer<(typeof teamDeskRoutes)['readJoinCode']>
export type Poster = Answer<(typeof teamDeskRoutes)['makePoster']>
type Category = Answer<(typeof catalogueRoutes)['listCategories']>['rows'][number]

export interface MyTeamsProps extends MyTeams {
  readonly invitations: Answer<(typeof teamImportRoutes)['listMyInvitations']>['rows']
  readonly form: FormState
  readonly done: string | null
}

export interface FindTeamProps {
  readonly q: string
  readonly rows: readonly PublicTeam[]
  readonly nextCursor: string | null
}

export interface TeamPageProps {
  readonly form: FormState
  readonly team: PublicTeam
  /** What the reader is in it. */
  readonly role: string | null
  /** The reader waits for an answer. */
  readonly hasApplied: boolean
  /** A code from a link or a QR code; it lets in at once. */
  readonly code: string | null
}

export interface FoundTeamProps {
  readonly form: FormState
  readonly categories: readonly Category[]
  readonly groups: readonly {
    readonly name: string
    readonly villages: readonly { readonly value: string; readonly name: string }[]
  }[]
}

export interface ManageTeamProps {
  readonly form: FormState
  readonly team: PublicTeam
  readonly desk: TeamDesk
  readonly done: string | null
}

export interface TeamCodeProps {
  readonly form: FormState
  readonly team: PublicTeam
  readonly code: JoinCode
  readonly poster: Poster | null
  readonly lastDay: string
}

export interface TeamCalendarProps {
  readonly form: FormState
  readonly team: PublicTeam
  readonly calendar: ProviderCalendar
  readonly done: string | null
}

/** The pages about teams and what the server hands to each. */
export interface TeamPages {
  'my-teams': MyTeamsProps
  'find-team': FindTeamProps
  'team-page': TeamPageProps
  'found-team': FoundTeamProps
  'manage-team': ManageTeamProps
  'team-code': TeamCodeProps
  'team-calendar': TeamCalendarProps
}
