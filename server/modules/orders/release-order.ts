import { releaseMonth } from '#modules/catalogue/index.ts'
import type { Work } from '#platform/work.ts'
import { closePool, withdrawOffers } from './offer-rows.ts'
import type { Order } from './order.ts'

/** Gives back what an order holds when it leaves the way to its service: asks, pool, the offering's place of the month. */
export async function releaseOrder(work: Work, order: Order): Promise<void> {
  await withdrawOffers(work.tx, order.id, work.now, work.actor.personId, { accepted: true })
  await closePool(work.tx, order.id, work.now)
  if (order.quotaMonth !== null && order.offeringId !== null)
    await releaseMonth(work, order.offeringId, order.quotaMonth)
}
