/** The door of the module: the order's life (点单、接单、派单、评单、奖单). */
export { acceptOffer, claimOrder, declineOffer } from './accept-offer.ts'
export { answerOut, cancelOrder, deferOrder, mergeOrder, type TriageExit } from './answer-order.ts'
export { type Candidate, candidatesFor } from './candidates.ts'
export { CLOSE_ORDER } from './close-order.ts'
export { enterAssistedOrder, enterOrderBatch } from './enter-assisted-order.ts'
export { recordAttempt } from './follow-up.ts'
export { confirmOrder, disputeOrder, evaluateOrder, reopenOrder } from './judge-order.ts'
export { dueMatters, lapse, type Matter } from './lapse.ts'
export { offerOrder, offerPlanned, openPool } from './offer-order.ts'
export { offersOf } from './offer-rows.ts'
export { orderLinkActor } from './order-link.ts'
export { type OrderState, type Provider } from './order.ts'
export { findOrder } from './order-rows.ts'
export { passUpOrder } from './pass-up-order.ts'
export { ordersHolder } from './person-holder.ts'
export { ordersPermissions } from './permissions.ts'
export {
  type AgreedVisit,
  agreedVisits,
  type PlannableOrder,
  plannableOrders,
  type PlannableProvider,
  plannableProviders,
  servicesByVillage,
} from './planning-views.ts'
export { type Placed, placeOrder, type Wanted } from './place-order.ts'
export { countPendingRates } from './rates-by-day.ts'
export { recordReached } from './reach-requester.ts'
export { pageOpened } from './read-order.ts'
export { recordAgreement } from './record-agreement.ts'
export { pauseOrder, returnOrder, scheduleOrder } from './schedule-order.ts'
export { checkInAtOrder, checkInCode, deliverOrder, pinOf, startService } from './serve-order.ts'
export { type Roads, roadsBetween } from './roads.ts'
export { outingsOf, seatDay } from './seat-visits.ts'
export { type OrderDefaults, orderRules, setFormula, setLimits, setUpOrders } from './set-up-orders.ts'
export { takeInOrder } from './take-in-order.ts'
export { openOrdersOf } from './open-promises.ts'
export { type TeamDayKey, teamDayId, teamDayOf } from './team-days.ts'
export { daysBetween, daysFrom, lateDays, minuteOn, worthOf } from './weigh-order.ts'
export { DEFAULT_WEIGHTS, type Weights } from './weights.ts'
export { ordersOfUnit } from './unit-holder.ts'
