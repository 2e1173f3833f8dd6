/** The door of the module: the order's life (点单、接单、派单、评单、奖单). */
export { dueMatters, lapse, type Matter } from './lapse.ts'
export { ORDER_MOVES, ORDER_STATES } from './order.ts'
export { orderLinkActor } from './order-link.ts'
export { type OrderDefaults, setUpOrders } from './set-up-orders.ts'
export { ordersPermissions } from './permissions.ts'
