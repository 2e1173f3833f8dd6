import { releaseMonth } from '#modules/catalogue/index.ts'
import type { Work } from '#platform/work.ts'
import { tellLeaders } from './offer-order.ts'
import { closePool, withdrawOffers } from './offer-rows.ts'
import type { Order } from './order.ts'

/**
 * Gives back what an order holds when it leaves the way to its service: asks, pool, the offering's place of the month. A
 * team that had accepted is told not to come.
 */
export async function releaseOrder(work: Work, order: Order): Promise<void> {
  await withdrawOffers(work.tx, order.id, work.now, work.actor.personId, { accepted: true })
  await closePool(work.tx, order.id, work.now)
  if (order.providerTeamId !== null) await tellLeaders(work, order, order.providerTeamId, 'service-called-off')
  if (order.quotaMonth !== null && order.offeringId !== null)
    await releaseMonth(work, order.offeringId, order.quotaMonth)
}
