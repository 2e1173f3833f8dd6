import * as z from 'zod/mini'
import { targetGroup } from './catalogue.ts'
import { date, instant, line, phone, text, uuid, whole } from './kit.ts'

export const orderStates = [
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
export const orderState = z.enum(orderStates)
export const outcomes = ['rejected', 'redirected', 'merged', 'cancelled', 'cannot-do'] as const
export const channels = ['web', 'proxy', 'batch', 'phone', 'paper'] as const

/** The exits that 北京市接诉即办工作条例 art. 11 knows, beside a duplicate, which is merged. */
export const triageExits = ['emergency', 'legal-channel', 'out-of-scope', 'unlawful', 'cannot-do'] as const
export const declineReasons = ['no-capacity', 'wrong-time', 'too-far', 'not-our-service', 'unsafe', 'other'] as const
export const returnReasons = ['wrong-provider', 'requester-unavailable', 'needs-more-skill', 'unsafe', 'other'] as const
export const pauseReasons = ['waiting-for-requester', 'waiting-for-season', 'waiting-for-material'] as const
/** 北京市志愿服务促进条例 art. 18: any of these asks for a written agreement. */
export const agreementTriggers = [
  'high-risk',
  'over-a-month',
  'large-event',
  'outside-city',
  'foreigners',
  'party-asks',
  'law-says',
] as const
export const risks = [
  'heights',
  'electricity',
  'traffic',
  'medical',
  'animals',
  'heavy-lifting',
  'weather',
  'water',
] as const

/** What every way of placing an order asks for. */
export const wanted = {
  categoryId: uuid,
  offeringId: z.nullable(uuid),
  title: line(60, 2),
  details: text(2000),
  unitId: uuid,
  address: z.nullable(line(120)),
  venue: text(120),
  targetGroup,
  headcount: whole(1, 5000),
  windowFrom: z.nullable(instant),
  windowUntil: z.nullable(instant),
  urgency: z.enum(['normal', 'urgent']),
  risks: z.array(z.enum(risks)).check(z.maxLength(8)),
  agreementTriggers: z.array(z.enum(agreementTriggers)).check(z.maxLength(7)),
}

export const contact = { contactName: line(40), contactPhone: phone }

/** Orders that look the same, shown at entry; saying so once more places the order anyway. */
export const duplicateChoice = { placeAnyway: z.optional(z.boolean()) }

export const placed = z.object({
  id: uuid,
  number: z.string(),
  state: orderState,
  dueAt: instant,
  responsibleUnit: z.object({ id: uuid, name: z.string() }),
  trackingPath: z.string(),
})

export const orderRow = z.object({
  id: uuid,
  number: z.string(),
  state: orderState,
  outcome: z.nullable(z.enum(outcomes)),
  title: z.string(),
  channel: z.enum(channels),
  urgency: z.enum(['normal', 'urgent']),
  category: z.object({ id: uuid, name: z.string(), nameEn: z.string() }),
  unit: z.object({ id: uuid, name: z.string() }),
  responsibleUnit: z.object({ id: uuid, name: z.string() }),
  provider: z.nullable(z.object({ kind: z.enum(['agency', 'team']), id: uuid, name: z.string() })),
  contactNameMasked: z.string(),
  headcount: z.int(),
  nextStep: z.string(),
  dueAt: instant,
  isOverdue: z.boolean(),
  isPaused: z.boolean(),
  escalationLevel: z.int(),
  scheduledFrom: z.nullable(instant),
  placedAt: instant,
  version: z.int(),
})
export type OrderRow = z.input<typeof orderRow>

export const offerView = z.object({
  id: uuid,
  orderId: uuid,
  mode: z.enum(['bound', 'invited', 'claimed']),
  state: z.enum(['open', 'accepted', 'declined', 'expired', 'withdrawn']),
  provider: z.object({ kind: z.enum(['agency', 'team']), id: uuid, name: z.string() }),
  madeAt: instant,
  deadlineAt: instant,
  decidedAt: z.nullable(instant),
  declineReason: z.nullable(z.string()),
  round: z.int(),
})

export const transitionView = z.object({
  id: uuid,
  move: z.string(),
  fromState: orderState,
  toState: orderState,
  at: instant,
  by: z.string(),
  reasonCode: z.nullable(z.string()),
  reason: z.nullable(z.string()),
  responsibleUnitName: z.string(),
  dueAt: instant,
})

export const orderView = z.object({
  ...orderRow.shape,
  details: z.string(),
  outcomeReason: z.nullable(z.string()),
  contactPhoneMasked: z.string(),
  addressMasked: z.nullable(z.string()),
  venue: z.string(),
  targetGroup,
  windowFrom: z.nullable(instant),
  windowUntil: z.nullable(instant),
  risks: z.array(z.string()),
  agreementTriggers: z.array(z.string()),
  agreementAt: z.nullable(instant),
  insuranceConfirmedAt: z.nullable(instant),
  offering: z.nullable(z.object({ id: uuid, title: z.string() })),
  proxyRelation: z.nullable(z.string()),
  providerContact: z.nullable(z.object({ name: z.string(), phone: z.string() })),
  scheduledUntil: z.nullable(instant),
  deliveredAt: z.nullable(instant),
  deliveryResult: z.nullable(z.string()),
  actualHeadcount: z.nullable(z.int()),
  headcountConfirmed: z.boolean(),
  reviewOn: z.nullable(date),
  mergedInto: z.nullable(z.string()),
  closedAt: z.nullable(instant),
  closedAs: z.nullable(z.string()),
  reopenings: z.int(),
  answers: z.array(
    z.object({
      id: uuid,
      kind: z.string(),
      text: z.string(),
      alternative: z.string(),
      reviewOn: z.nullable(date),
      writtenAt: instant,
      reachedAt: z.nullable(instant),
      reachedBy: z.nullable(z.string()),
      spokenTo: z.nullable(z.string()),
    }),
  ),
  evaluation: z.nullable(
    z.object({ stars: z.int(), solved: z.boolean(), tags: z.array(z.string()), note: z.string(), at: instant }),
  ),
  offers: z.array(offerView),
  clocks: z.array(
    z.object({
      kind: z.enum(['first-contact', 'acceptance', 'resolution']),
      limitWorkingMinutes: z.int(),
      usedWorkingMinutes: z.int(),
      dueAt: instant,
      stoppedAt: z.nullable(instant),
      isLate: z.boolean(),
    }),
  ),
  attendance: z.array(
    z.object({
      personId: uuid,
      name: z.string(),
      checkedInAt: instant,
      checkedOutAt: z.nullable(instant),
      method: z.string(),
    }),
  ),
  photos: z.array(z.object({ fileId: uuid, kind: z.string(), publishConsent: z.boolean() })),
  /** What this reader may do now; the same rules refuse the act itself. */
  moves: z.array(z.string()),
})
export type OrderView = z.input<typeof orderView>

export const candidateView = z.object({
  provider: z.object({ kind: z.enum(['agency', 'team']), id: uuid, name: z.string() }),
  mode: z.enum(['bound', 'invited']),
  scoreMinutes: z.number(),
  /** When it could best come, beside what it has promised already. */
  slot: z.object({ day: date, startsMinute: z.number(), endsMinute: z.number() }),
  reasons: z.array(z.object({ kind: z.string(), minutes: z.number(), text: z.string() })),
})

/** A provider that one change would bring in; who is eligible may be asked all the same. */
export const nearMissView = z.object({
  provider: z.object({ kind: z.enum(['agency', 'team']), id: uuid, name: z.string() }),
  mode: z.enum(['bound', 'invited']),
  isEligible: z.boolean(),
  change: z.string(),
  text: z.string(),
  day: z.nullable(date),
  scoreMinutes: z.nullable(z.number()),
})
