/**
 * Who may do what, written by hand from the design (promises, the order's life, roles) and not from what the server answers.
 * The matrix of `authorisation.test.ts` is this table times every kind of caller times every place a thing can belong to.
 */
import type { Permission } from '../../contract/kit.ts'
import type { SceneName, Stage } from '../support/http-orders.ts'

export const KINDS = [
  'visitor',
  'link',
  'resident',
  'neighbour',
  'leader',
  'member',
  'otherLeader',
  'keeper',
  'siblingKeeper',
  'institute',
  'otherInstitute',
  'dispatcher',
  'centreLeader',
  'agent',
  'provider',
  'otherProvider',
  'caller',
  'auditor',
  'pointsOfficer',
  'editor',
  'admin',
  'foreigner',
] as const
export type Kind = (typeof KINDS)[number]

export const RESIDENTS = ['resident', 'neighbour', 'leader', 'member', 'otherLeader'] as const satisfies readonly Kind[]
export const SIGNED_IN = KINDS.filter((kind) => kind !== 'visitor' && kind !== 'link')
const STAFF = SIGNED_IN.filter((kind) => !(RESIDENTS as readonly Kind[]).includes(kind))
export const KEEPERS = ['keeper', 'siblingKeeper'] as const satisfies readonly Kind[]
export const DISPATCHERS = ['institute', 'otherInstitute', 'dispatcher', 'foreigner'] as const satisfies readonly Kind[]
export const PROVIDERS = ['provider', 'otherProvider'] as const satisfies readonly Kind[]

/** Who may use a route of each permission at all; the single object decides further. */
export const MAY_CALL: Record<Permission, readonly Kind[]> = {
  public: KINDS,
  demo: KINDS,
  gateway: KINDS,
  'signed-in': SIGNED_IN,
  resident: RESIDENTS,
  'order-party': KINDS.filter((kind) => kind !== 'visitor'),
  'orders.provide': SIGNED_IN,
  staff: STAFF,
  'staff.manage': ['admin'],
  // Whoever speaks for a provider has no role of the centre: the single object decides.
  'catalogue.edit': SIGNED_IN,
  'personal.reveal': SIGNED_IN,
  'activities.phone-check-in': [...KEEPERS, ...DISPATCHERS, 'agent'],
  'activities.themes': ['admin', 'centreLeader'],
  'hours.approve': [...KEEPERS, ...DISPATCHERS, 'centreLeader'],
  'hours.confirm': [...KEEPERS, ...DISPATCHERS, ...PROVIDERS, 'centreLeader'],
  'orders.assist': [...KEEPERS, ...DISPATCHERS, 'agent'],
  'orders.read': [...KEEPERS, ...DISPATCHERS, 'agent', 'centreLeader', 'auditor'],
  'orders.triage': [...KEEPERS, ...DISPATCHERS],
  'orders.dispatch': [...KEEPERS, ...DISPATCHERS],
  'orders.follow-up': ['caller'],
  'orders.rates': [...KEEPERS, ...DISPATCHERS, ...PROVIDERS, 'centreLeader', 'auditor'],
  'teams.families': ['admin', 'centreLeader'],
  'teams.import': [...KEEPERS, ...DISPATCHERS, 'admin'],
  'points.fund': ['pointsOfficer'],
  'points.read': ['pointsOfficer', 'centreLeader', 'admin', 'auditor'],
  'audit.read': ['auditor'],
  'volunteers.share': ['admin'],
  'people.merge': ['admin', 'centreLeader', 'agent'],
  'planning.read': [...DISPATCHERS, 'centreLeader', 'auditor'],
  'planning.plan': DISPATCHERS,
  'records.handle': [...KEEPERS, ...DISPATCHERS, ...PROVIDERS],
  'records.sign': [...KEEPERS, ...DISPATCHERS, ...PROVIDERS, 'centreLeader'],
}

export type Party =
  | 'requester'
  | 'placer'
  | 'responsible'
  | 'provider'
  | 'member'
  | 'asked'
  | 'caller'
  | 'desk'
  | 'reader'

const ABOVE: Record<SceneName, readonly Kind[]> = {
  own: ['keeper', 'institute', 'dispatcher'],
  ownAgency: ['keeper', 'institute', 'dispatcher'],
  ownAssisted: ['keeper', 'institute', 'dispatcher'],
  sibling: ['siblingKeeper', 'institute', 'dispatcher'],
  far: ['otherInstitute', 'dispatcher'],
  foreign: ['foreigner'],
}
const SERVES: Record<SceneName, Kind | null> = {
  own: 'leader',
  ownAgency: 'provider',
  ownAssisted: 'leader',
  sibling: 'otherLeader',
  far: 'otherProvider',
  foreign: null,
}
const OF_THE_WHOLE_DISTRICT: readonly Kind[] = ['agent', 'centreLeader', 'auditor']
const SERVED: readonly Stage[] = [
  'accepted',
  'scheduled',
  'in_service',
  'delivered',
  'confirmed',
  'closed',
  'paused',
  'called',
]

/** What a caller is to an order; nothing at all for most people, and for everybody of another district. */
export function partiesOf(kind: Kind, scene: SceneName, stage: Stage): Party[] {
  const parties: Party[] = []
  const isOwn = scene === 'own' || scene === 'ownAgency' || scene === 'ownAssisted'
  if (isOwn && (kind === 'resident' || kind === 'link')) parties.push('requester')
  if (scene === 'ownAssisted' && kind === 'agent') parties.push('placer')
  if (ABOVE[scene].includes(kind)) parties.push('responsible')
  if (scene !== 'foreign' && OF_THE_WHOLE_DISTRICT.includes(kind)) parties.push('reader')
  // The phone desk answers for every order, so that it may look at the contact too.
  if (scene !== 'foreign' && kind === 'agent') parties.push('desk')
  if (SERVED.includes(stage) && SERVES[scene] === kind) parties.push('provider')
  if (SERVED.includes(stage) && kind === 'member' && SERVES[scene] === 'leader') parties.push('member')
  if (stage === 'offered' && SERVES[scene] === kind) parties.push('asked')
  // A pool is open to whoever could serve it: every leader and agency of the district may look and try.
  if (stage === 'pool' && scene !== 'foreign' && ['leader', 'otherLeader', ...PROVIDERS].includes(kind))
    parties.push('asked')
  if (stage === 'called' && scene !== 'foreign' && kind === 'caller') parties.push('caller')
  return parties
}

/** Answers that mean "not signed in", "not your task" or "not yours": nothing else may come to who is not allowed. */
export function gateAnswer(kind: Kind, permission: Permission): readonly number[] | null {
  if (MAY_CALL[permission].includes(kind)) return null
  return kind === 'visitor' ? [401] : [403]
}

/** The answer to an act on an order: success, or the refusal that tells no more than the caller knows. */
export function orderAnswer(
  kind: Kind,
  scene: SceneName,
  stage: Stage,
  by: readonly Party[] | 'any',
  success: readonly number[],
): readonly number[] {
  // A share of the closed orders is followed up by the callers, a share that the test cannot know.
  if (stage === 'closed' && kind === 'caller') return [403, 404]
  const parties = partiesOf(kind, scene, stage)
  if (parties.length === 0) return [404]
  return by === 'any' || parties.some((party) => by.includes(party)) ? success : [403]
}
