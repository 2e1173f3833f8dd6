import { isToBeCalled } from '#modules/hours/index.ts'
import { findPerson, phoneIndex } from '#modules/people/index.ts'
import { isLeading, teamsOf } from '#modules/teams/index.ts'
import { type Actor, holdsAny, holdsAt } from '#platform/actor.ts'
import type { Tx } from '#platform/db.ts'
import type { Party } from './acts.ts'
import { findOpenFollowUp } from './follow-up-rows.ts'
import { asksOf } from './offer-rows.ts'
import type { Order } from './order.ts'

const READERS = ['dispatcher', 'station-keeper', 'phone-agent', 'centre-leader', 'auditor'] as const

interface Seen {
  readonly tx: Tx
  readonly actor: Actor
}

/** What the actor is to the order; empty when the order is none of the actor's business. */
export async function partiesOf({ tx, actor }: Seen, order: Order): Promise<Set<Party>> {
  const parties = new Set<Party>()
  if (actor.linkOrderId === order.id) parties.add('requester')
  if (actor.personId === null) return parties
  if (actor.kind === 'staff') await addStaffParties(tx, actor, order, parties)
  else await addResidentParties(tx, actor.personId, order, parties)
  if (order.placedBy === actor.personId && order.channel !== 'web') parties.add('placer')
  return parties
}

async function addStaffParties(tx: Tx, actor: Actor, order: Order, parties: Set<Party>): Promise<void> {
  const over = (roles: readonly string[]) =>
    holdsAt(actor, roles, order.responsibleUnitId) || holdsAt(actor, roles, order.unitId)
  if (over(READERS)) parties.add('reader')
  // Responsibility may have risen to the centre; who knows the people and can go there is still the keeper of the place.
  if (holdsAt(actor, ['station-keeper'], order.unitId)) parties.add('keeper')
  if (over(['dispatcher', 'station-keeper'])) {
    // Whoever is above or at the responsible unit decides; below it one may only look.
    if (holdsAt(actor, ['dispatcher', 'station-keeper'], order.responsibleUnitId)) {
      parties.add('triager')
      parties.add('dispatcher')
    }
  }
  if (holdsAny(actor, ['caller']) && (await isCalled(tx, order.id))) parties.add('caller')
  if (order.providerUnitId !== null && holdsAt(actor, ['provider'], order.providerUnitId)) parties.add('provider')
  if (holdsAny(actor, ['provider'])) {
    const asks = await asksOf(tx, order.id)
    if (asks.openUnitIds.some((unitId) => holdsAt(actor, ['provider'], unitId))) parties.add('offeree')
    if (asks.poolIsOpen && order.state === 'offered') parties.add('claimant')
  }
}

/** Somebody of the centre is to call for it: about the service, or about who was there. */
async function isCalled(tx: Tx, orderId: string): Promise<boolean> {
  return (await findOpenFollowUp(tx, orderId)) !== undefined || isToBeCalled(tx, orderId)
}

async function addResidentParties(tx: Tx, personId: string, order: Order, parties: Set<Party>): Promise<void> {
  if (order.requesterId === personId || (await ownsContactPhone(tx, personId, order))) parties.add('requester')
  const teams = await teamsOf(tx, personId)
  const serving = teams.find((team) => team.id === order.providerTeamId)
  if (serving !== undefined) {
    parties.add('reader')
    parties.add(isLeading(serving.role) ? 'provider' : 'member')
  }
  const led = teams.filter((team) => isLeading(team.role)).map((team) => team.id)
  if (led.length === 0) return
  const asks = await asksOf(tx, order.id)
  if (asks.openTeamIds.some((teamId) => led.includes(teamId))) parties.add('offeree')
  if (asks.poolIsOpen && order.state === 'offered') parties.add('claimant')
}

/** An order placed for somebody belongs, as a contact, to whoever proves to hold the phone (promise 4). */
async function ownsContactPhone(tx: Tx, personId: string, order: Order): Promise<boolean> {
  const person = await findPerson(tx, personId)
  return person?.phone != null && phoneIndex(tx, person.phone).equals(order.contactPhoneIndex)
}
