import type { FunctionComponent } from 'preact'
import { renderToString } from 'preact-render-to-string'
import type { PageContext, PageName, Pages } from '#contract/pages.ts'
import { translator } from '#i18n/translate.ts'
import { FrameContext, frameOf } from './frame.tsx'
import { Login, LoginCode, MePage, MyOrders } from './pages/account.tsx'
import { Accounts } from './pages/accounts.tsx'
import { Consents } from './pages/consents.tsx'
import { HoursRecord, MissingHours, MyHours } from './pages/hours.tsx'
import { ExportPage } from './pages/export.tsx'
import { Family, WardPage } from './pages/family.tsx'
import { Leave, Registered } from './pages/leave.tsx'
import { Identity } from './pages/identity.tsx'
import { Profile } from './pages/profile.tsx'
import { Act } from './pages/act.tsx'
import { Call, CallUnit } from './pages/call.tsx'
import { Figures } from './pages/figures.tsx'
import { Home } from './pages/home.tsx'
import { OrderForm, Placed, Similar } from './pages/order-form.tsx'
import { Order } from './pages/order.tsx'
import { Help, Message, Outbox } from './pages/plain.tsx'
import { Service, Services } from './pages/services.tsx'
import { ManageTeam, TeamCalendar, TeamCode } from './pages/manage-team.tsx'
import { FindTeam, FoundTeam, MyTeams, TeamPage } from './pages/my-teams.tsx'
import { CheckInCode, Team, TeamContact, TeamOrder } from './pages/team.tsx'
import { CheckIn, MyCode, SessionScreen } from './pages/check-in.tsx'
import { Programme, ProgrammeMonth } from './pages/programme.tsx'
import { Certificate, CertificateRequest, Certificates } from './pages/certificates.tsx'
import { CertificateNotices, CertificateObjection, CheckCertificate } from './pages/check-certificate.tsx'
import { Feeds } from './pages/feeds.tsx'
import { RecordBook, RecordDemand } from './pages/record-book.tsx'
import { ProgrammeSession, SignInSheet, Volunteering } from './pages/session.tsx'
import { Track } from './pages/track.tsx'

const PAGES: { readonly [Name in PageName]: FunctionComponent<Pages[Name]> } = {
  home: Home,
  services: Services,
  service: Service,
  'order-form': OrderForm,
  similar: Similar,
  placed: Placed,
  login: Login,
  'login-code': LoginCode,
  me: MePage,
  'my-orders': MyOrders,
  'my-profile': Profile,
  'my-identity': Identity,
  'my-consents': Consents,
  'my-hours': MyHours,
  'hours-record': HoursRecord,
  'missing-hours': MissingHours,
  'my-family': Family,
  ward: WardPage,
  leave: Leave,
  registered: Registered,
  'my-export': ExportPage,
  'my-accounts': Accounts,
  order: Order,
  act: Act,
  track: Track,
  call: Call,
  'call-unit': CallUnit,
  team: Team,
  'my-teams': MyTeams,
  'find-team': FindTeam,
  'team-page': TeamPage,
  'found-team': FoundTeam,
  'manage-team': ManageTeam,
  'team-code': TeamCode,
  'team-calendar': TeamCalendar,
  'team-order': TeamOrder,
  'check-in-code': CheckInCode,
  'team-contact': TeamContact,
  help: Help,
  figures: Figures,
  programme: Programme,
  'programme-month': ProgrammeMonth,
  'programme-session': ProgrammeSession,
  volunteering: Volunteering,
  'my-code': MyCode,
  'check-in': CheckIn,
  'session-screen': SessionScreen,
  'sign-in-sheet': SignInSheet,
  feeds: Feeds,
  'record-book': RecordBook,
  'record-demand': RecordDemand,
  certificates: Certificates,
  'certificate-request': CertificateRequest,
  certificate: Certificate,
  'check-certificate': CheckCertificate,
  'certificate-notices': CertificateNotices,
  'certificate-objection': CertificateObjection,
  outbox: Outbox,
  message: Message,
}

/** One page as a whole HTML document. */
export function renderPage<Name extends PageName>(name: Name, props: Pages[Name], context: PageContext): string {
  const Component = PAGES[name] as FunctionComponent<Pages[Name]>
  const frame = frameOf(context, translator(context.locale))
  return `<!doctype html>${renderToString(
    <FrameContext.Provider value={frame}>
      <Component {...props} />
    </FrameContext.Provider>,
  )}`
}
