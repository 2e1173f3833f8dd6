import { holdsAny } from '#platform/actor.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Work } from '#platform/work.ts'
import { findPersonByPhone } from '#modules/people/index.ts'
import { type ContactInClear, contactInClear } from './order-views.ts'
import { findOrder } from './order-rows.ts'
import { partiesOf } from './parties.ts'
import { CONTACT_READERS } from './permissions.ts'

const LOOKERS = ['triager', 'dispatcher', 'provider', 'caller', 'placer'] as const

/** Shows phone and address in clear to somebody who works on the order; the audit log keeps who looked and why (promise 8). */
export async function revealContact(work: Work, orderId: string, purpose: string): Promise<ContactInClear> {
  const order = await findOrder(work.tx, orderId)
  const parties = order === undefined ? new Set<never>() : await partiesOf(work, order)
  if (order === undefined || parties.size === 0) throw new Refusal('platform.not-found', 404, {})
  const answersPhone = parties.has('reader') && holdsAny(work.actor, CONTACT_READERS)
  if (!answersPhone && !LOOKERS.some((party) => parties.has(party))) throw new Refusal('platform.forbidden', 403, {})
  const contact = await contactInClear(work.tx, order.id)
  const personId = order.requesterId ?? (await findPersonByPhone(work.tx, contact.contactPhone))
  work.audit({
    action: 'orders.reveal',
    subject: { kind: 'order', id: order.id },
    ...(personId !== undefined && { personId }),
    purpose,
    details: { fields: ['phone', ...(contact.address === null ? [] : ['address'])], orderNumber: order.number },
  })
  return contact
}
