import { holdPerson, normalisedPhone } from '#modules/people/index.ts'
import { isLeader } from '#modules/teams/index.ts'
import { holdsAt } from '#platform/actor.ts'
import { violatedConstraint } from '#platform/db.ts'
import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { mayClaim } from './candidates.ts'
import { stopClocks } from './clock-rows.ts'
import { deadlines } from './deadlines.ts'
import { firstDayOf, requireLicences } from './licences.ts'
import { lockFor, moveOrder } from './move-order.ts'
import { fallBackIfUnasked } from './offer-order.ts'
import {
  closePool,
  decideOffer,
  findOffer,
  findOpenPool,
  insertOffer,
  type Offer,
  wasInPool,
  withdrawOffers,
} from './offer-rows.ts'
import { type Order, type Provider, providerOf } from './order.ts'
import { findOrder, lockOrder, PROVIDER_PHONE_COLUMN } from './order-rows.ts'
import { tellRequester } from './reach-requester.ts'
import { refuse } from './refusals.ts'

export interface Contact {
  readonly contactName: string
  readonly contactPhone: string
}

/** Accepts an offer (接单), naming the person and phone that the requester will see. Of two who accept, one has it. */
export async function acceptOffer(work: Work, offerId: string, contact: Contact): Promise<Order> {
  await holdResident(work)
  const { offer, order } = await lockOffer(work, offerId)
  if (offer.state !== 'open') throw providerOf(order) === null ? refuse('offer-gone') : refuse('already-taken')
  if (offer.deadlineAt <= work.now) throw refuse('offer-gone')
  if (order.state !== 'offered') throw refuse('already-taken')
  // What held when it was offered may have run out, or have been taken back.
  await requireLicences(work, order, providerOfOffer(offer), firstDayOf(order, work.now))
  await decideOffer(work.tx, offer.id, { state: 'accepted', at: work.now, by: work.actor.personId })
  return takeOrder(work, order, providerOfOffer(offer), contact, offer.id)
}

/** Declines an offer (拒单) with a reason; it costs nothing and nobody is counted by it (promise 3). */
export async function declineOffer(
  work: Work,
  offerId: string,
  given: { reason: string; note: string },
): Promise<Offer> {
  const { offer, order } = await lockOffer(work, offerId)
  if (offer.state !== 'open') throw refuse('offer-gone')
  await decideOffer(work.tx, offer.id, { state: 'declined', at: work.now, by: work.actor.personId, ...given })
  work.audit({ action: 'orders.decline', subject: { kind: 'order', id: order.id }, details: { reason: given.reason } })
  if (order.state === 'offered') await fallBackIfUnasked(work, order, { reasonCode: 'declined', reason: null })
  return { ...offer, state: 'declined' }
}

/** Claims an order from the pool (抢单): the first eligible provider has it. */
export async function claimOrder(work: Work, orderId: string, provider: Provider, contact: Contact): Promise<Order> {
  await holdResident(work)
  const order = await lockFor(work, orderId, 'claim').catch(async (refusal: unknown) => {
    throw (await lateClaim(work, orderId, provider)) ?? refusal
  })
  const pool = await findOpenPool(work.tx, order.id)
  // The pool's end is carried out by a job, which may come a little later.
  if (pool === undefined || pool.deadlineAt <= work.now) throw refuse('pool-is-closed')
  if (!(await actsFor(work, provider))) throw new Refusal('platform.forbidden', 403, {})
  if (!(await mayClaim(work, order, provider))) throw refuse('provider-not-eligible', {}, { field: 'provider' })
  const id = newUuid7(work.now)
  await insertOffer(work.tx, {
    id,
    orderId: order.id,
    mode: 'claimed',
    provider,
    madeBy: null,
    at: work.now,
    deadlineAt: work.now,
    nextReminderAt: null,
    round: 0,
    trace: { claimed: true },
    accepted: { by: work.actor.personId },
  })
  return takeOrder(work, order, provider, contact, id)
}

/** Who saw an order in the pool and comes too late is told so, although the order is none of its business any more. */
async function lateClaim(work: Work, orderId: string, provider: Provider): Promise<Refusal | undefined> {
  const order = await findOrder(work.tx, orderId)
  if (order === undefined || !(await wasInPool(work.tx, orderId)) || !(await actsFor(work, provider))) return undefined
  return providerOf(order) === null ? refuse('pool-is-closed') : refuse('already-taken')
}

async function takeOrder(
  work: Work,
  order: Order,
  provider: Provider,
  contact: Contact,
  offerId: string,
): Promise<Order> {
  const phone = normalisedPhone(contact.contactPhone, 'contactPhone')
  const limits = await deadlines(work.tx, work.now)
  await withdrawOffers(work.tx, order.id, work.now, null, { accepted: false, exceptId: offerId })
  await closePool(work.tx, order.id, work.now)
  await stopClocks(work.tx, order.id, ['acceptance'], work.now, limits.calendar)
  try {
    const accepted = moveOrder(work, order, {
      move: 'accept',
      to: 'accepted',
      change: {
        providerUnitId: provider.kind === 'agency' ? provider.id : null,
        providerTeamId: provider.kind === 'team' ? provider.id : null,
        providerContactName: contact.contactName,
        providerContactPhoneCipher: work.tx.personal.encrypt(PROVIDER_PHONE_COLUMN, order.id, phone),
        nextStep: 'contact-requester',
        dueAt: limits.dueAfter('contact-requester', order.urgency, work.now),
      },
    })
    await tellRequester(work, accepted, 'order-accepted')
    return accepted
  } catch (error) {
    if (violatedConstraint(error) === 'one_accepted_offer_per_order') throw refuse('already-taken')
    throw error
  }
}

/** Locks the order of an offer, then reads the offer again: what was open a moment ago may be gone. */
async function lockOffer(work: Work, offerId: string): Promise<{ offer: Offer; order: Order }> {
  const seen = await findOffer(work.tx, offerId)
  if (seen === undefined || !(await actsFor(work, providerOfOffer(seen))))
    throw new Refusal('platform.not-found', 404, {})
  const order = await lockOrder(work.tx, seen.orderId)
  const offer = await findOffer(work.tx, offerId)
  return { offer: offer!, order: order! }
}

/** Whether the actor speaks for a provider: a provider role at the agency, or leading the team. */
export async function actsFor(work: Work, provider: Provider): Promise<boolean> {
  if (provider.kind === 'agency') return holdsAt(work.actor, ['provider'], provider.id)
  return work.actor.personId !== null && isLeader(work.tx, provider.id, work.actor.personId)
}

function providerOfOffer(offer: Offer): Provider {
  return offer.providerTeamId !== null
    ? { kind: 'team', id: offer.providerTeamId }
    : { kind: 'agency', id: offer.providerUnitId! }
}

/** Whoever accepts for a team promises in person; an agency's staff binds the agency. */
async function holdResident({ tx, actor }: Work): Promise<void> {
  if (actor.kind === 'resident' && actor.personId !== null) await holdPerson(tx, actor.personId)
}
