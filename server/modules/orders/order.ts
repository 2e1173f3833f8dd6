/**
 * The life of an order:
 *
 *   submitted → dispatching → offered → accepted → scheduled → in_service → delivered → confirmed → evaluated → closed
 *
 * `answering` holds an order whose outcome is decided (rejected, redirected, merged, cancelled, cannot be done) until the
 * answer reached the requester; `deferred` holds one that waits for its review date. Every state but `closed` has a
 * responsible unit, a due time and a next step, which the database demands. The moves are in the table `order_move` too,
 * and a test keeps the two equal.
 */
export const ORDER_MOVES = {
  place: { submitted: ['submitted'] },
  dispatch: { submitted: ['dispatching'] },
  offer: { dispatching: ['offered'], offered: ['offered'] },
  'open-pool': { dispatching: ['offered'], offered: ['offered'] },
  accept: { dispatching: ['accepted'], offered: ['accepted'] },
  'fall-back': { offered: ['dispatching'] },
  schedule: { accepted: ['scheduled'], scheduled: ['scheduled'] },
  return: { accepted: ['dispatching'], scheduled: ['dispatching'] },
  reassign: { accepted: ['dispatching'], scheduled: ['dispatching'] },
  start: { scheduled: ['in_service'] },
  deliver: { in_service: ['delivered'] },
  confirm: { delivered: ['confirmed'] },
  dispute: { delivered: ['dispatching'] },
  evaluate: { delivered: ['evaluated'], confirmed: ['evaluated'] },
  reopen: { confirmed: ['dispatching'], evaluated: ['dispatching'], answering: ['submitted'], closed: ['submitted'] },
  close: { delivered: ['closed'], confirmed: ['closed'], evaluated: ['closed'], answering: ['closed'] },
  answer: {
    submitted: ['answering'],
    dispatching: ['answering'],
    offered: ['answering'],
    accepted: ['answering'],
    scheduled: ['answering'],
    deferred: ['answering'],
  },
  defer: { submitted: ['deferred'], dispatching: ['deferred'] },
  review: { deferred: ['submitted'] },
  escalate: {
    submitted: ['submitted'],
    dispatching: ['dispatching'],
    offered: ['offered'],
    accepted: ['accepted'],
    scheduled: ['scheduled'],
    in_service: ['in_service'],
    delivered: ['delivered'],
    confirmed: ['confirmed'],
    evaluated: ['evaluated'],
    answering: ['answering'],
    deferred: ['deferred'],
  },
} as const satisfies Record<string, Partial<Record<OrderState, readonly OrderState[]>>>

export type OrderMove = keyof typeof ORDER_MOVES

export const ORDER_STATES = [
  'submitted',
  'dispatching',
  'offered',
  'accepted',
  'scheduled',
  'in_service',
  'delivered',
  'confirmed',
  'evaluated',
  'answering',
  'deferred',
  'closed',
] as const
export type OrderState = (typeof ORDER_STATES)[number]

export type Outcome = 'rejected' | 'redirected' | 'merged' | 'cancelled' | 'cannot-do'
export type Channel = 'web' | 'proxy' | 'batch' | 'phone' | 'paper'
export type Urgency = 'normal' | 'urgent'
export type TargetGroup =
  | 'all'
  | 'elderly'
  | 'children'
  | 'women'
  | 'disabled'
  | 'farmers'
  | 'veterans'
  | 'party-members'
  | 'jobseekers'

export type NextStep =
  | 'triage'
  | 'dispatch'
  | 'await-offer'
  | 'contact-requester'
  | 'serve'
  | 'finish-service'
  | 'confirm'
  | 'evaluate'
  | 'call-requester'
  | 'reach-requester'
  | 'visit'
  | 'review'
  | 'close'
  | 'none'

/** At most so many returns by providers; then the centre decides (design.md section 5). */
export const RETURNS_MAX = 2
/** The requester may reopen once (promise 2). */
export const REOPENINGS_MAX = 1

/** A provider: an agency, which dispatch may bind, or a team, which is invited (志愿服务条例 art. 25, promise 3). */
export interface Provider {
  readonly kind: 'agency' | 'team'
  readonly id: string
}

/** An order as the operations see it, locked for this transaction. */
export interface Order {
  readonly id: string
  readonly number: string
  readonly state: OrderState
  readonly outcome: Outcome | null
  readonly channel: Channel
  readonly urgency: Urgency
  readonly placedBy: string | null
  readonly requesterId: string | null
  readonly contactPhoneIndex: Buffer
  readonly locale: 'zh-CN' | 'en'
  readonly unitId: string
  readonly categoryId: string
  readonly offeringId: string | null
  readonly title: string
  readonly headcount: number
  readonly actualHeadcount: number | null
  readonly windowFrom: Date | null
  readonly windowUntil: Date | null
  readonly risks: readonly string[]
  readonly agreementTriggers: readonly string[]
  readonly agreementAt: Date | null
  readonly insuranceConfirmedAt: Date | null
  readonly quotaMonth: string | null
  readonly responsibleUnitId: string
  readonly dueAt: Date
  readonly nextStep: NextStep
  readonly escalationLevel: number
  readonly returns: number
  readonly reopenings: number
  readonly providerUnitId: string | null
  readonly providerTeamId: string | null
  readonly scheduledFrom: Date | null
  readonly scheduledUntil: Date | null
  readonly deliveredAt: Date | null
  readonly reviewOn: string | null
  readonly closingAnswerId: string | null
  readonly closedAt: Date | null
  readonly version: number
}

export function mayMove(move: OrderMove, from: OrderState, to: OrderState): boolean {
  const targets: Partial<Record<OrderState, readonly OrderState[]>> = ORDER_MOVES[move]
  return targets[from]?.includes(to) ?? false
}

export function providerOf(order: Pick<Order, 'providerUnitId' | 'providerTeamId'>): Provider | null {
  if (order.providerTeamId !== null) return { kind: 'team', id: order.providerTeamId }
  return order.providerUnitId === null ? null : { kind: 'agency', id: order.providerUnitId }
}

/** Which round of its life the order is in: 1, and one more for each reopening. Keys of awards and evaluations carry it. */
export function roundOf(order: Pick<Order, 'reopenings'>): number {
  return order.reopenings + 1
}

/** A gate that must be open before a provider is asked: agreement (北京市志愿服务促进条例 art. 18), insurance (条例 art. 17). */
export type Gate = 'agreement' | 'insurance'

/**
 * Gates that still stand before dispatch. Any of the seven triggers asks for a written agreement; a trigger or a risk to
 * persons asks for insurance.
 */
export function closedGates(
  order: Pick<Order, 'agreementTriggers' | 'risks' | 'agreementAt' | 'insuranceConfirmedAt'>,
): Gate[] {
  const gates: Gate[] = []
  if (order.agreementTriggers.length > 0 && order.agreementAt === null) gates.push('agreement')
  if (
    (order.agreementTriggers.includes('high-risk') || order.risks.length > 0) &&
    order.insuranceConfirmedAt === null
  ) {
    gates.push('insurance')
  }
  return gates
}
