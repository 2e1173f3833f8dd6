import type { OrderState } from './order.ts'

/**
 * What somebody is to an order. `requester` holds the contact phone or the private link; `placer` entered it for somebody;
 * `triager` and `dispatcher` work for a unit above it; `keeper` keeps the station of the place, whoever is responsible by now; `provider` leads the service now, `member` takes part; `offeree` has an open offer, `claimant`
 * may claim it from the pool; `caller` follows up; `reader` may look.
 */
export type Party =
  | 'requester'
  | 'placer'
  | 'keeper'
  | 'triager'
  | 'dispatcher'
  | 'provider'
  | 'member'
  | 'offeree'
  | 'claimant'
  | 'caller'
  | 'reader'

const BEFORE_SERVICE = ['submitted', 'dispatching', 'offered', 'accepted', 'scheduled'] as const
const OPEN: readonly OrderState[] = [
  ...BEFORE_SERVICE,
  'in_service',
  'delivered',
  'confirmed',
  'evaluated',
  'answering',
  'deferred',
]

/** Who may do what in which state: the buttons a reader sees and the refusals of the operations come from this one table. */
export const ACTS = {
  'take-in': { states: ['submitted'], by: ['triager'] },
  'answer-out': { states: [...BEFORE_SERVICE, 'deferred'], by: ['triager'] },
  merge: { states: ['submitted', 'dispatching'], by: ['triager'] },
  defer: { states: ['submitted', 'dispatching'], by: ['triager'] },
  'pass-up': { states: ['submitted', 'dispatching', 'offered'], by: ['triager'] },
  cancel: { states: [...BEFORE_SERVICE, 'deferred'], by: ['requester', 'placer'] },
  offer: { states: ['dispatching', 'offered'], by: ['dispatcher'] },
  'open-pool': { states: ['dispatching', 'offered'], by: ['dispatcher'] },
  'withdraw-offer': { states: ['offered'], by: ['dispatcher'] },
  'accept-offer': { states: ['offered'], by: ['offeree'] },
  'decline-offer': { states: ['offered'], by: ['offeree'] },
  claim: { states: ['offered'], by: ['claimant'] },
  'record-agreement': { states: BEFORE_SERVICE, by: ['dispatcher'] },
  schedule: { states: ['accepted', 'scheduled'], by: ['provider'] },
  return: { states: ['accepted', 'scheduled'], by: ['provider'] },
  reassign: { states: ['accepted', 'scheduled'], by: ['dispatcher'] },
  pause: { states: ['accepted', 'scheduled'], by: ['provider', 'dispatcher'] },
  resume: { states: ['accepted', 'scheduled'], by: ['provider', 'dispatcher'] },
  remind: { states: OPEN, by: ['requester', 'placer'] },
  'show-code': { states: ['scheduled', 'in_service'], by: ['provider'] },
  'show-pin': { states: ['accepted', 'scheduled', 'in_service'], by: ['requester', 'placer'] },
  'check-in': { states: ['scheduled', 'in_service'], by: ['provider', 'member'] },
  start: { states: ['scheduled'], by: ['provider'] },
  deliver: { states: ['in_service'], by: ['provider'] },
  confirm: { states: ['delivered'], by: ['requester', 'placer', 'triager', 'keeper'] },
  dispute: { states: ['delivered'], by: ['requester', 'placer'] },
  evaluate: { states: ['delivered', 'confirmed'], by: ['requester'] },
  reopen: { states: ['confirmed', 'evaluated', 'answering', 'closed'], by: ['requester'] },
  'record-reached': {
    states: ['delivered', 'confirmed', 'evaluated', 'answering', 'deferred'],
    by: ['triager', 'dispatcher', 'keeper'],
  },
  'add-photo': { states: OPEN, by: ['requester', 'placer', 'triager', 'provider'] },
} as const satisfies Record<string, { readonly states: readonly OrderState[]; readonly by: readonly Party[] }>

export type Act = keyof typeof ACTS

export function actsOf(state: OrderState, parties: ReadonlySet<Party>): Act[] {
  return (Object.keys(ACTS) as Act[]).filter((act) => inState(act, state) && isParty(act, parties))
}

export function inState(act: Act, state: OrderState): boolean {
  return (ACTS[act].states as readonly OrderState[]).includes(state)
}

export function isParty(act: Act, parties: ReadonlySet<Party>): boolean {
  return ACTS[act].by.some((party) => parties.has(party))
}
