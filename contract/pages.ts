import type * as z from 'zod/mini'
import type { activitiesRoutes } from './activities.ts'
import type { Activity, MySignUp, ProgrammeRow, RosterRow, Takable } from './activity-shapes.ts'
import type { catalogueRoutes, Offering } from './catalogue.ts'
import type { FormState } from './form-state.ts'
import type { HoursPages } from './pages-hours.ts'
import type { AccountPages } from './pages-account.ts'
import type { TeamPages } from './pages-teams.ts'
import type { checkInRoutes } from './check-in.ts'
import type { OrderRow, OrderView } from './order-shapes.ts'
import type { ordersRoutes } from './orders.ts'
import type { Me, peopleRoutes } from './people.ts'
import type { platformRoutes } from './platform.ts'
import type { pointsRoutes } from './points.ts'
import type { RecordBookView, RecordEntryView, recordsRoutes } from './records.ts'

export type { FieldError, FormState } from './form-state.ts'

/**
 * What the server hands to each page of the resident face. The pages are built apart from the server and loaded by path, so
 * this table is all that both know: `renderPage(name, props, context)`.
 */
export interface Pages extends AccountPages, HoursPages, TeamPages {
  home: HomeProps
  services: ServicesProps
  service: ServiceProps
  'order-form': OrderFormProps
  similar: SimilarProps
  placed: PlacedProps
  login: LoginProps
  'login-code': LoginCodeProps
  me: MeProps
  'my-orders': MyOrdersProps
  order: OrderProps
  act: ActProps
  track: TrackProps
  call: CallProps
  'call-unit': CallUnitProps
  team: TeamProps
  'team-order': TeamOrderProps
  'check-in-code': CheckInCodeProps
  'team-contact': TeamContactProps
  help: HelpProps
  figures: FiguresProps
  programme: ProgrammeProps
  'programme-month': ProgrammeMonthProps
  'programme-session': ProgrammeSessionProps
  volunteering: VolunteeringProps
  'my-code': MyCodeProps
  'check-in': CheckInProps
  'session-screen': SessionScreenProps
  'sign-in-sheet': SignInSheetProps
  feeds: FeedsProps
  'record-book': RecordBookProps
  'record-demand': RecordDemandProps
  certificates: CertificatesProps
  'certificate-request': CertificateRequestProps
  certificate: CertificateProps
  'check-certificate': CheckCertificateProps
  'certificate-notices': CertificateNoticesProps
  'certificate-objection': CertificateObjectionProps
  outbox: OutboxProps
  message: MessageProps
}
export type PageName = keyof Pages

/** The frame around every page. */
export interface PageContext {
  readonly locale: 'zh-CN' | 'en'
  readonly zone: string
  /** Size of the body text in CSS pixels: 18, or in elder mode 22, 26 or 30. */
  readonly textPixels: TextPixels
  readonly elder: boolean
  /** Path and query of the page itself, where a change of language or mode comes back to. */
  readonly path: string
  /** Business time as ISO 8601, for words such as “today”. */
  readonly now: string
  readonly me: { readonly name: string | null; readonly inTeam: boolean } | null
  readonly centreName: string
  /** The remembered village, whose station is called. */
  readonly village: { readonly id: string; readonly name: string; readonly phone: string | null } | null
  readonly demo: boolean
  readonly assets: { readonly styles: readonly string[]; readonly scripts: readonly string[] }
}

export const textSizes = [18, 22, 26, 30] as const
export type TextPixels = (typeof textSizes)[number]

type Answer<Route extends { readonly answer: z.ZodMiniType }> = z.input<Route['answer']>
export type Category = Answer<(typeof catalogueRoutes)['listCategories']>['rows'][number]
export type Transition = Answer<(typeof ordersRoutes)['readTimeline']>['rows'][number]
export type Tracking = Answer<(typeof ordersRoutes)['trackOrder']>
export type SimilarOrder = Answer<(typeof ordersRoutes)['findSimilarOrders']>['rows'][number]
export type InboxRow = Answer<(typeof ordersRoutes)['listOffers']>['rows'][number]
export type Points = Answer<(typeof pointsRoutes)['readMyPoints']>
export type Look = Answer<(typeof peopleRoutes)['listMyLooks']>['rows'][number]
export type OutboxMessage = Answer<(typeof platformRoutes)['listOutbox']>['rows'][number]

export type FiguresProps = Answer<(typeof ordersRoutes)['readFigures']>

export interface HomeProps {
  readonly categories: readonly Category[]
  readonly offerings: readonly Offering[]
  readonly figures: FiguresProps['figures']
}

export interface ServicesProps {
  readonly q: string
  readonly category: string
  readonly categories: readonly Category[]
  readonly offerings: readonly Offering[]
  readonly nextCursor: string | null
}

export interface ServiceProps {
  readonly offering: Offering
}

/** A township with its villages; `value` is what a form sends for a village. */
export interface VillageGroup {
  readonly name: string
  readonly villages: readonly { readonly value: string; readonly name: string }[]
}

export interface OrderFormProps {
  readonly form: FormState
  /** The known service that is ordered; null for a need in one's own words. */
  readonly offering: Offering | null
  readonly categories: readonly Category[]
  readonly groups: readonly VillageGroup[]
  readonly phoneMasked: string | null
  /** First and last date that can be asked for, 'YYYY-MM-DD'. */
  readonly dateMin: string
  readonly dateMax: string
}

export interface SimilarProps {
  readonly form: FormState
  readonly rows: readonly SimilarOrder[]
}

export interface PlacedProps {
  readonly order: OrderView
}

export interface LoginProps {
  readonly form: FormState
  readonly next: string
}

export interface LoginCodeProps {
  readonly form: FormState
  readonly next: string
  readonly phone: string
}

export interface MeProps {
  readonly form: FormState
  readonly me: Me
  readonly points: Points
  readonly looks: readonly Look[]
  readonly saved: boolean
}

export interface MyOrdersProps {
  readonly rows: readonly OrderRow[]
  readonly nextCursor: string | null
}

/** The picture on the page of a private link by which it is known that somebody's browser showed the page. */
export const SEEN_IMAGE = 'seen.gif'

export const requesterActs = ['confirm', 'dispute', 'evaluate', 'reopen', 'remind', 'cancel'] as const
export type RequesterAct = (typeof requesterActs)[number]
export const teamActs = [
  'accept',
  'decline',
  'claim',
  'schedule',
  'start',
  'check-in',
  'check-out',
  'deliver',
  'return',
] as const
export type TeamAct = (typeof teamActs)[number]

/** How good a service was, in one word each; sent as codes. */
export const evaluationTags = ['on-time', 'kind', 'skilled', 'explained', 'late', 'hurried'] as const

export interface OrderProps {
  readonly order: OrderView
  readonly timeline: readonly Transition[]
  readonly pin: string | null
  readonly responsiblePhone: string | null
  /** Where the acts of this order are, below which each has its own page: `/orders/:id` or `/o/:token`. */
  readonly base: string
  readonly byLink: boolean
  /** The act that was just done, to be said at the top. */
  readonly done: string | null
}

export interface ActProps {
  readonly act: RequesterAct | TeamAct
  readonly form: FormState
  readonly order: Pick<OrderView, 'number' | 'title' | 'headcount' | 'actualHeadcount' | 'windowFrom' | 'windowUntil'>
  readonly action: string
  readonly back: string
  /** For a leader: the teams that may claim, and the members that may be signed in. */
  readonly teams: readonly { readonly id: string; readonly name: string }[]
  readonly members: readonly { readonly id: string; readonly name: string }[]
}

export interface TrackProps {
  readonly form: FormState
  readonly found: Tracking | null
}

export interface CallProps {
  readonly townships: readonly { readonly id: string; readonly name: string; readonly phone: string | null }[]
  readonly township: { readonly id: string; readonly name: string } | null
  readonly villages: readonly { readonly id: string; readonly name: string }[]
}

export interface CallUnitProps {
  readonly unit: { readonly name: string; readonly phone: string | null }
  /** The levels above, nearest first, to call when nobody answers. */
  readonly above: readonly { readonly name: string; readonly phone: string | null }[]
}

export interface TeamProps {
  readonly teams: readonly { readonly name: string; readonly role: string }[]
  readonly open: readonly InboxRow[]
  readonly pool: readonly InboxRow[]
  readonly mine: readonly InboxRow[]
}

export interface TeamOrderProps {
  readonly order: OrderView
  /** The open offer to one of my teams, when there is one. */
  readonly offerId: string | null
  readonly acts: readonly TeamAct[]
  /** What the dispatcher wrote to those who were asked. */
  readonly note: string | null
  readonly showsCode: boolean
  /** Whether this reader may see the requester's phone and address, which is recorded. */
  readonly showsContact: boolean
  readonly done: string | null
}

export interface TeamContactProps {
  readonly orderId: string
  readonly title: string
  readonly contact: Answer<(typeof ordersRoutes)['revealContact']>
}

export interface CheckInCodeProps {
  readonly orderId: string
  readonly title: string
  readonly code: string
  readonly qrSvg: string
  readonly secondsLeft: number
}

export interface HelpProps {
  readonly centre: { readonly name: string; readonly phone: string | null }
}

export interface ProgrammeProps {
  readonly q: string
  readonly from: string
  readonly themeId: string
  readonly themes: Answer<(typeof activitiesRoutes)['listThemes']>['rows']
  readonly rows: readonly ProgrammeRow[]
  readonly nextCursor: string | null
}

/** A month on paper. */
export interface ProgrammeMonthProps {
  /** 'YYYY-MM'. */
  readonly month: string
  readonly before: string
  readonly after: string
  readonly rows: readonly ProgrammeRow[]
}

export const sessionActs = ['sign-up', 'withdraw', 'accept', 'series'] as const
export type SessionAct = (typeof sessionActs)[number]

export interface ProgrammeSessionProps {
  readonly form: FormState
  readonly session: ProgrammeRow
  readonly activity: Activity
  readonly organises: boolean
  readonly mine: Answer<(typeof activitiesRoutes)['readSession']>['mine']
  readonly done: SessionAct | null
  /** What a sign-up for a series left out. */
  readonly skipped: readonly { readonly startsAt: string; readonly reason: string }[]
}

export interface VolunteeringProps {
  readonly isVolunteer: boolean
  readonly signUps: readonly MySignUp[]
  readonly takable: readonly Takable[]
}

export type MyCodeProps = Answer<(typeof checkInRoutes)['readMyCode']>

export interface CheckInProps {
  readonly form: FormState
  readonly session: Pick<ProgrammeRow, 'id' | 'title' | 'place' | 'startsAt' | 'endsAt'>
  readonly done: Answer<(typeof checkInRoutes)['checkInSelf']> | null
}

export interface SessionScreenProps {
  readonly session: Pick<ProgrammeRow, 'id' | 'title' | 'place' | 'startsAt' | 'endsAt'>
  readonly code: Answer<(typeof checkInRoutes)['readSessionCode']>
}

export interface SignInSheetProps {
  readonly session: ProgrammeRow
  readonly activity: Activity
  readonly rows: readonly RosterRow[]
}

export interface FeedsProps {
  readonly form: FormState
  readonly teams: readonly { readonly id: string; readonly name: string }[]
  readonly rows: readonly {
    readonly id: string
    readonly isMine: boolean
    readonly teamName: string | null
    readonly createdAt: string
  }[]
  /** The new address, shown this once. */
  readonly made: string | null
}

export const recordActs = ['request', 'withdraw', 'object', 'demand'] as const
export type RecordAct = (typeof recordActs)[number]

export interface RecordBookProps {
  readonly book: RecordBookView
  readonly done: string | null
}

export interface RecordDemandProps {
  readonly form: FormState
  readonly entry: RecordEntryView
}

export type CertificatesProps = Answer<(typeof recordsRoutes)['listMyCertificates']>

export interface CertificateRequestProps {
  readonly form: FormState
  readonly units: RecordBookView['service']['byUnit']
}

export interface CertificateProps extends Answer<(typeof recordsRoutes)['readCertificate']> {
  readonly form: FormState
  readonly done: RecordAct | null
}

export interface CheckCertificateProps {
  readonly form: FormState
  readonly found: Answer<(typeof recordsRoutes)['checkCertificate']> | null
}

type CertificateNotice = Answer<(typeof recordsRoutes)['listCertificateNotices']>['rows'][number]

type OwnObjection = Answer<(typeof recordsRoutes)['listMyObjections']>['rows'][number]

export interface CertificateNoticesProps {
  readonly rows: readonly CertificateNotice[]
  /** What the reader objected to; empty for whoever has not signed in. */
  readonly mine: readonly OwnObjection[]
  readonly done: RecordAct | null
}

export interface CertificateObjectionProps {
  readonly form: FormState
  readonly notice: CertificateNotice
}

export interface OutboxProps {
  readonly form: FormState
  readonly rows: readonly OutboxMessage[]
}

/** A page that only says something: not found, refused, broken. */
export interface MessageProps {
  readonly status: number
  readonly title: string
  readonly requestId: string | null
}
