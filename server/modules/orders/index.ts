/** The door of the module: the order's life (点单、接单、派单、评单、奖单). */
export { dueMatters, lapse, type Matter } from './lapse.ts'
export { orderLinkActor } from './order-link.ts'
export { type OrderDefaults, setUpOrders } from './set-up-orders.ts'
export { ordersPermissions } from './permissions.ts'
export { acceptOffer, declineOffer } from './accept-offer.ts'
export { answerOut, deferOrder } from './answer-order.ts'
export { enterAssistedOrder, enterOrderBatch } from './enter-assisted-order.ts'
export { confirmOrder, evaluateOrder, reopenOrder } from './judge-order.ts'
export { offerOrder, offerPlanned, openPool } from './offer-order.ts'
export { offersOf } from './offer-rows.ts'
export {
  type PlannableOrder,
  plannableOrders,
  type PlannableProvider,
  plannableProviders,
  servicesByVillage,
} from './planning-views.ts'
export { type Placed, placeOrder, type Wanted } from './place-order.ts'
export { scheduleOrder } from './schedule-order.ts'
export { checkInAtOrder, checkInCode, deliverOrder, startService } from './serve-order.ts'
export { takeInOrder } from './take-in-order.ts'
