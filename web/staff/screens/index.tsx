import { type ComponentType, lazy, type LazyExoticComponent } from 'react'
import type { Me } from '../../../contract/people.ts'
import { FIRST_STEPS_PATH } from './first-steps/use-first-steps.ts'
import { holds, isProvider, keepsCatalogue, may, organises } from '../session.tsx'

type LabelKey =
  | 'staff.menu.home'
  | 'staff.menu.orders'
  | 'staff.menu.dispatch'
  | 'staff.menu.plans'
  | 'staff.menu.phone'
  | 'staff.menu.phone-check-in'
  | 'staff.menu.calendar'
  | 'staff-team.families'
  | 'staff.menu.proxy'
  | 'staff.menu.paper'
  | 'staff.menu.batch'
  | 'staff.menu.offers'
  | 'staff.menu.activities'
  | 'staff.menu.hours'
  | 'staff.menu.teams'
  | 'staff.menu.follow-ups'
  | 'staff.menu.rates'
  | 'staff.menu.catalogue'
  | 'staff.menu.people'
  | 'staff.menu.units'
  | 'staff.menu.merges'
  | 'staff.menu.points'
  | 'staff.menu.audit'
  | 'staff-records.menu'
  | 'staff-activity.themes'
  | 'staff-office.first-menu'

export interface Screen {
  readonly path: string
  readonly component: LazyExoticComponent<ComponentType>
  readonly isOpenTo: (me: Me) => boolean
  /** Where it stands in the menu; screens without one are reached from others. */
  readonly menu?: { readonly group: 'today' | 'entry' | 'service' | 'knowledge' | 'office'; readonly label: LabelKey }
}

const HomeScreen = lazy(async () => ({ default: (await import('./orders/home.tsx')).HomeScreen }))
const QueueScreen = lazy(async () => ({ default: (await import('./orders/queue.tsx')).QueueScreen }))
const DispatchListScreen = lazy(async () => ({
  default: (await import('./orders/dispatch-list.tsx')).DispatchListScreen,
}))
const OrderScreen = lazy(async () => ({ default: (await import('./orders/order.tsx')).OrderScreen }))
const DispatchScreen = lazy(async () => ({ default: (await import('./orders/dispatch.tsx')).DispatchScreen }))
const PhoneDeskScreen = lazy(async () => ({ default: (await import('./entry/phone-desk.tsx')).PhoneDeskScreen }))
const ProxyScreen = lazy(async () => ({ default: (await import('./entry/proxy.tsx')).ProxyScreen }))
const PaperScreen = lazy(async () => ({ default: (await import('./entry/paper.tsx')).PaperScreen }))
const BatchScreen = lazy(async () => ({ default: (await import('./entry/batch.tsx')).BatchScreen }))
const OffersScreen = lazy(async () => ({ default: (await import('./offers/inbox.tsx')).OffersScreen }))
const FollowUpsScreen = lazy(async () => ({ default: (await import('./follow-ups/list.tsx')).FollowUpsScreen }))
const RatesScreen = lazy(async () => ({ default: (await import('./rates/rates.tsx')).RatesScreen }))
const CatalogueScreen = lazy(async () => ({ default: (await import('./catalogue/list.tsx')).CatalogueScreen }))
const OfferingScreen = lazy(async () => ({ default: (await import('./catalogue/offering.tsx')).OfferingScreen }))
const PeopleScreen = lazy(async () => ({ default: (await import('./people/people.tsx')).PeopleScreen }))
const UnitsScreen = lazy(async () => ({ default: (await import('./units/units.tsx')).UnitsScreen }))
const UnitScreen = lazy(async () => ({ default: (await import('./units/unit.tsx')).UnitScreen }))
const MergesScreen = lazy(async () => ({ default: (await import('./people/merges.tsx')).MergesScreen }))
const PlansScreen = lazy(async () => ({ default: (await import('./plans/plans.tsx')).PlansScreen }))
const PlanScreen = lazy(async () => ({ default: (await import('./plans/plan.tsx')).PlanScreen }))
const PointsScreen = lazy(async () => ({ default: (await import('./points/points.tsx')).PointsScreen }))
const AccountScreen = lazy(async () => ({ default: (await import('./account/account.tsx')).AccountScreen }))
const AuditScreen = lazy(async () => ({ default: (await import('./audit/audit.tsx')).AuditScreen }))

const HoursScreen = lazy(async () => ({ default: (await import('./hours/hours.tsx')).HoursScreen }))
const ActivitiesScreen = lazy(async () => ({ default: (await import('./activities/list.tsx')).ActivitiesScreen }))
const ActivityScreen = lazy(async () => ({ default: (await import('./activities/activity.tsx')).ActivityScreen }))
const SessionScreen = lazy(async () => ({ default: (await import('./activities/session.tsx')).SessionScreen }))
const TeamsScreen = lazy(async () => ({ default: (await import('./teams/list.tsx')).TeamsScreen }))
const TeamScreen = lazy(async () => ({ default: (await import('./teams/team.tsx')).TeamScreen }))
const ImportScreen = lazy(async () => ({ default: (await import('./teams/import.tsx')).ImportScreen }))
const FamiliesScreen = lazy(async () => ({ default: (await import('./teams/families.tsx')).FamiliesScreen }))
const CalendarScreen = lazy(async () => ({ default: (await import('./calendar/calendar.tsx')).CalendarScreen }))
const PhoneCheckInScreen = lazy(async () => ({
  default: (await import('./activities/phone-check-in.tsx')).PhoneCheckInScreen,
}))
const CodeScreen = lazy(async () => ({ default: (await import('./activities/screen.tsx')).CodeScreen }))

const FirstStepsScreen = lazy(async () => ({
  default: (await import('./first-steps/first-steps.tsx')).FirstStepsScreen,
}))
const ThemesScreen = lazy(async () => ({ default: (await import('./activities/themes.tsx')).ThemesScreen }))
const CertificatesScreen = lazy(async () => ({ default: (await import('./records/list.tsx')).CertificatesScreen }))
const CertificateScreen = lazy(async () => ({ default: (await import('./records/certificate.tsx')).CertificateScreen }))
const RecordEntriesScreen = lazy(async () => ({
  default: (await import('./records/entries.tsx')).RecordEntriesScreen,
}))
const SealScreen = lazy(async () => ({ default: (await import('./records/seal.tsx')).SealScreen }))

/** Every screen of the console: its path, who may open it and where the menu shows it. */
export const screens: readonly Screen[] = [
  {
    path: '/',
    component: HomeScreen,
    isOpenTo: (me) => may(me, 'orders.read'),
    menu: { group: 'today', label: 'staff.menu.home' },
  },
  {
    path: '/orders',
    component: QueueScreen,
    isOpenTo: (me) => may(me, 'orders.read'),
    menu: { group: 'today', label: 'staff.menu.orders' },
  },
  {
    path: '/dispatch',
    component: DispatchListScreen,
    isOpenTo: (me) => may(me, 'orders.dispatch') && may(me, 'orders.read'),
    menu: { group: 'today', label: 'staff.menu.dispatch' },
  },
  {
    path: '/plans',
    component: PlansScreen,
    isOpenTo: (me) => may(me, 'planning.read'),
    menu: { group: 'today', label: 'staff.menu.plans' },
  },
  { path: '/plans/:id', component: PlanScreen, isOpenTo: (me) => may(me, 'planning.read') },
  { path: '/orders/:id', component: OrderScreen, isOpenTo: (me) => may(me, 'order-party') },
  { path: '/orders/:id/dispatch', component: DispatchScreen, isOpenTo: (me) => may(me, 'orders.dispatch') },
  {
    path: '/phone',
    component: PhoneDeskScreen,
    isOpenTo: (me) => may(me, 'orders.assist'),
    menu: { group: 'entry', label: 'staff.menu.phone' },
  },
  {
    path: '/proxy',
    component: ProxyScreen,
    isOpenTo: (me) => may(me, 'orders.assist'),
    menu: { group: 'entry', label: 'staff.menu.proxy' },
  },
  {
    path: '/paper',
    component: PaperScreen,
    isOpenTo: (me) => may(me, 'orders.assist'),
    menu: { group: 'entry', label: 'staff.menu.paper' },
  },
  {
    path: '/batch',
    component: BatchScreen,
    isOpenTo: (me) => may(me, 'orders.assist'),
    menu: { group: 'entry', label: 'staff.menu.batch' },
  },
  {
    path: '/phone-check-in',
    component: PhoneCheckInScreen,
    isOpenTo: (me) => may(me, 'activities.phone-check-in'),
    menu: { group: 'entry', label: 'staff.menu.phone-check-in' },
  },
  // Before what else an administrator may open: who begins with an empty district begins here.
  {
    path: FIRST_STEPS_PATH,
    component: FirstStepsScreen,
    isOpenTo: (me) => may(me, 'staff.manage'),
    menu: { group: 'today', label: 'staff-office.first-menu' },
  },
  {
    path: '/people',
    component: PeopleScreen,
    isOpenTo: (me) => may(me, 'staff.manage'),
    menu: { group: 'office', label: 'staff.menu.people' },
  },
  {
    path: '/units',
    component: UnitsScreen,
    isOpenTo: (me) => may(me, 'staff.manage'),
    menu: { group: 'office', label: 'staff.menu.units' },
  },
  { path: '/units/:id', component: UnitScreen, isOpenTo: (me) => may(me, 'staff.manage') },
  {
    path: '/offers',
    component: OffersScreen,
    isOpenTo: isProvider,
    menu: { group: 'service', label: 'staff.menu.offers' },
  },
  {
    path: '/calendar',
    component: CalendarScreen,
    isOpenTo: isProvider,
    menu: { group: 'service', label: 'staff.menu.calendar' },
  },
  {
    path: '/activities',
    component: ActivitiesScreen,
    isOpenTo: organises,
    menu: { group: 'service', label: 'staff.menu.activities' },
  },
  {
    path: '/themes',
    component: ThemesScreen,
    isOpenTo: (me) => may(me, 'activities.themes'),
    menu: { group: 'knowledge', label: 'staff-activity.themes' },
  },
  {
    path: '/team-families',
    component: FamiliesScreen,
    isOpenTo: (me) => may(me, 'teams.families'),
    menu: { group: 'knowledge', label: 'staff-team.families' },
  },
  {
    path: '/teams',
    component: TeamsScreen,
    isOpenTo: (me) => may(me, 'teams.import') || may(me, 'staff.manage'),
    menu: { group: 'service', label: 'staff.menu.teams' },
  },
  { path: '/teams/:id', component: TeamScreen, isOpenTo: (me) => may(me, 'staff') },
  { path: '/team-import', component: ImportScreen, isOpenTo: (me) => may(me, 'teams.import') },
  { path: '/activities/:id', component: ActivityScreen, isOpenTo: organises },
  { path: '/sessions/:id', component: SessionScreen, isOpenTo: organises },
  { path: '/sessions/:id/screen', component: CodeScreen, isOpenTo: organises },
  {
    path: '/follow-ups',
    component: FollowUpsScreen,
    // The list is blind: only callers see it, though others too may record that an answer reached.
    isOpenTo: (me) => holds(me, 'caller'),
    menu: { group: 'service', label: 'staff.menu.follow-ups' },
  },
  { path: '/account', component: AccountScreen, isOpenTo: (me) => me.kind === 'staff' },
  {
    path: '/hours',
    component: HoursScreen,
    isOpenTo: (me) => may(me, 'hours.approve') || organises(me) || holds(me, 'caller'),
    menu: { group: 'service', label: 'staff.menu.hours' },
  },
  {
    path: '/certificates',
    component: CertificatesScreen,
    isOpenTo: (me) => may(me, 'records.sign'),
    menu: { group: 'service', label: 'staff-records.menu' },
  },
  { path: '/certificates/:id', component: CertificateScreen, isOpenTo: (me) => may(me, 'records.sign') },
  { path: '/record-entries', component: RecordEntriesScreen, isOpenTo: (me) => may(me, 'records.handle') },
  { path: '/seal', component: SealScreen, isOpenTo: (me) => may(me, 'records.sign') },
  {
    path: '/rates',
    component: RatesScreen,
    isOpenTo: (me) => may(me, 'orders.rates'),
    menu: { group: 'knowledge', label: 'staff.menu.rates' },
  },
  {
    path: '/catalogue',
    component: CatalogueScreen,
    isOpenTo: keepsCatalogue,
    menu: { group: 'knowledge', label: 'staff.menu.catalogue' },
  },
  { path: '/catalogue/:id', component: OfferingScreen, isOpenTo: keepsCatalogue },
  {
    path: '/merges',
    component: MergesScreen,
    isOpenTo: (me) => may(me, 'people.merge'),
    menu: { group: 'office', label: 'staff.menu.merges' },
  },
  {
    path: '/points',
    component: PointsScreen,
    isOpenTo: (me) => may(me, 'points.read'),
    menu: { group: 'office', label: 'staff.menu.points' },
  },
  {
    path: '/audit',
    component: AuditScreen,
    isOpenTo: (me) => may(me, 'audit.read'),
    menu: { group: 'office', label: 'staff.menu.audit' },
  },
]
