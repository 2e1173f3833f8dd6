// The commands of the model of an order's life: what each does to the model, and what it does to the real district.
import { placeOrder } from '../../server/modules/orders/place-order.ts'
import { monthIn } from '../../server/platform/dates.ts'
import type { Work } from '../../server/platform/work.ts'
import type { Model } from './order-model.ts'
import { type OrderWorld, wantedOf } from './orders.ts'
import { dispatch, triage } from './order-commands-dispatch.ts'
import { judge, provide } from './order-commands-service.ts'
import { type Command, DONE } from './order-command.ts'

const PLACES_A_MONTH = 2

/** What placing an order must answer; the model's order is added once its id is known. */
export function predictPlacing(model: Model, withOffering: boolean): { answer: string; quota: string | null } {
  if (!withOffering) return { answer: DONE, quota: null }
  const quota = monthIn(new Date(model.now))
  const taken = model.orders.filter((o) => o.quota === quota).length
  return taken < PLACES_A_MONTH ? { answer: DONE, quota } : { answer: 'catalogue.quota-used-up', quota }
}

export const placing = (world: OrderWorld, withOffering: boolean) => (work: Work) =>
  placeOrder(work, wantedOf(world, { offeringId: withOffering ? world.offeringId : null }))

export const COMMANDS: Readonly<Record<string, Command>> = { ...triage, ...dispatch, ...provide, ...judge }
