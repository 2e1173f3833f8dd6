import { Refusal } from '#platform/refusal.ts'
import type { Read, Work } from '#platform/work.ts'
import { endConsents } from './consent-rows.ts'
import { CONSENT_WORDINGS, type OwnPurpose } from './consents.ts'
import type { PersonHolder } from './holder.ts'
import { isMinor, isUnder14 } from './identity.ts'
import {
  countOpenLinks,
  findLink,
  hasGuardian,
  insertLink,
  isWardOf,
  type Link,
  type LinkKind,
  lockLink,
  settleLink,
  twinsOf,
} from './link-rows.ts'
import { LINK_PHONE_COLUMN, type Person } from './person.ts'
import { findPerson, identitiesOf, lockPerson, phoneIndex } from './person-rows.ts'
import { recordConsent } from './record-consent.ts'
import { refuse } from './refusals.ts'
import { normalisedPhone, useCode } from './sign-in-resident.ts'

/** Job that tells a higher module to send the question; the phone in its data is sealed, because jobs are kept for a while. */
export const LINK_ASKED = 'people.link-asked'

const LINKS_MAX = 12

/**
 * Asks the holder of a phone to confirm a household or to be a minor's guardian. Whether the phone is known here is not told.
 * @throws Refusal account-closed, phone-invalid, own-phone, birth-date-first, not-a-minor, links-too-many, asked-already
 */
export async function askLink(
  work: Work,
  personId: string,
  given: { kind: LinkKind; phone: string; relation: string },
): Promise<string> {
  const phone = normalisedPhone(given.phone)
  const person = await lockPerson(work.tx, personId)
  refuseClosed(person)
  if (person.phone === phone) throw refuse('own-phone', {}, { field: 'phone' })
  if (given.kind === 'guardian') {
    if (person.birthDate === null) throw refuse('birth-date-first')
    if (!isMinor(person.birthDate, work.now)) throw refuse('not-a-minor')
  }
  if ((await countOpenLinks(work.tx, personId)) >= LINKS_MAX) throw refuse('links-too-many')
  const id = await insertLink(work.tx, work.now, { ...given, phone, fromId: personId })
  if (id === undefined) throw refuse('asked-already', {}, { field: 'phone' })
  const sealed = work.tx.personal.encrypt(LINK_PHONE_COLUMN, id, JSON.stringify({ phone, name: person.name ?? '' }))
  work.enqueue({
    name: LINK_ASKED,
    data: { id, kind: given.kind, sealed: sealed.toString('base64'), locale: work.actor.locale },
  })
  work.audit({ action: 'people.ask-link', subject: { kind: 'link', id }, personId, details: { kind: given.kind } })
  return id
}

export interface LinkAnswer {
  readonly agrees: boolean
  /** Sent to the guardian's own phone just now: a child may hold a signed-in phone of the family. */
  readonly code: string | null
  /** The separate consent to keep the data of a child under 14. */
  readonly childConsent: boolean
}

/**
 * Answers a question that was asked of one's phone.
 * @returns a refusal to be given after the commit, because a wrong code is counted
 * @throws Refusal account-closed, platform.not-found, code-needed, guardian-unproved, guardian-too-young, child-consent-needed
 */
export async function answerLink(
  work: Work,
  personId: string,
  linkId: string,
  answer: LinkAnswer,
): Promise<Refusal | null> {
  const { link, people } = await lockTied(work, linkId, [personId])
  const me = people.get(personId)!
  refuseClosed(me)
  if (link === undefined || !isAskedOf(work, link, me)) throw new Refusal('platform.not-found', 404, {})
  if (answer.agrees && link.kind === 'guardian') {
    const refusal = await beGuardian(work, me, link, answer)
    if (refusal !== null) return refusal
  }
  // Who is tied already and was asked again is tied once.
  const isTied = answer.agrees && (await twinsOf(work.tx, link, [link.fromId], [personId])).length > 0
  const state = isTied ? 'ended' : answer.agrees ? 'confirmed' : 'declined'
  await settleLink(work.tx, linkId, { state, at: work.now, ...(state === 'confirmed' && { toId: personId }) })
  work.audit({
    action: 'people.answer-link',
    subject: { kind: 'link', id: linkId },
    personId: link.fromId,
    details: { kind: link.kind, state },
  })
  return null
}

function refuseClosed(person: Person): void {
  if (person.erasedAt !== null || person.mergedInto !== null) throw refuse('account-closed')
}

/**
 * Holds everybody whom a link names, and then the link: a merge or somebody's leaving comes before or after, and whoever ends or makes
 * the same tie at once waits. A merge that came before has moved the link to another account, which is held too.
 */
async function lockTied(
  work: Work,
  linkId: string,
  others: readonly string[],
): Promise<{ link: Link | undefined; people: ReadonlyMap<string, Person> }> {
  const people = new Map<string, Person>()
  const hold = async (ids: readonly (string | null)[]) => {
    const missing = new Set(ids.filter((id) => id !== null && !people.has(id)) as string[])
    // In the order in which a merge holds two.
    for (const id of [...missing].toSorted()) people.set(id, await lockPerson(work.tx, id))
  }
  const seen = await findLink(work.tx, linkId)
  await hold([...others, seen?.fromId ?? null, seen?.toId ?? null])
  const link = await lockLink(work.tx, linkId)
  await hold([link?.fromId ?? null, link?.toId ?? null])
  return { link, people }
}

function isAskedOf(work: Work, link: Link, me: Person): boolean {
  if (link.state !== 'asked' || link.fromId === me.id || me.phone === null || link.toPhoneIndex === null) return false
  return phoneIndex(work.tx, me.phone).equals(link.toPhoneIndex)
}

async function beGuardian(work: Work, me: Person, link: Link, answer: LinkAnswer): Promise<Refusal | null> {
  if (me.birthDate === null || me.name === null) throw refuse('guardian-unproved')
  if (isMinor(me.birthDate, work.now)) throw refuse('guardian-too-young')
  const child = (await findPerson(work.tx, link.fromId))!
  const isChild = isUnder14(child.birthDate, work.now)
  if (isChild && !answer.childConsent) throw refuse('child-consent-needed', {}, { field: 'childConsent' })
  if (answer.code === null) throw refuse('code-needed', {}, { field: 'code' })
  const refusal = await useCode(work, me.phone!, answer.code)
  if (refusal !== null) return refusal
  await recordConsent(work, child.id, 'guardian', me.id)
  if (isChild) await recordConsent(work, child.id, 'guardian-under-14', me.id)
  return null
}

/**
 * Ends a tie or a question, from either side; a tie ends under all accounts of the two. When a minor loses the last guardian, the
 * consents end and coming service is withdrawn.
 */
export async function endLink(
  work: Work,
  personId: string,
  linkId: string,
  holders: readonly PersonHolder[],
): Promise<void> {
  const { link, people } = await lockTied(work, linkId, [personId])
  const isMine = link?.fromId === personId || link?.toId === personId
  if (link === undefined || !isMine || !['asked', 'confirmed'].includes(link.state))
    throw new Refusal('platform.not-found', 404, {})
  await settleLink(work.tx, linkId, { state: 'ended', at: work.now })
  const goesOn = (id: string) => people.get(id)!.mergedInto ?? id
  const fromId = goesOn(link.fromId)
  if (link.state === 'confirmed' && link.toId !== null) {
    const [from, to] = [await identitiesOf(work.tx, fromId), await identitiesOf(work.tx, goesOn(link.toId))]
    for (const id of await twinsOf(work.tx, link, from, to))
      await settleLink(work.tx, id, { state: 'ended', at: work.now })
  }
  work.audit({
    action: 'people.end-link',
    subject: { kind: 'link', id: linkId },
    personId: link.fromId,
    details: { kind: link.kind },
  })
  if (link.kind === 'guardian' && link.state === 'confirmed') await withoutGuardian(work, fromId, holders)
}

/** Nobody serves as a minor without a guardian who agrees. */
export async function withoutGuardian(work: Work, childId: string, holders: readonly PersonHolder[]): Promise<void> {
  // Locked before it is asked: of two guardians who end it at once, the second sees that nobody is left.
  const person = await lockPerson(work.tx, childId)
  if (await hasGuardian(work.tx, childId)) return
  await endConsents(work.tx, childId, ['guardian', 'guardian-under-14'], work.now)
  work.audit({
    action: 'people.withdraw-consent',
    subject: { kind: 'person', id: childId },
    personId: childId,
    details: { purpose: 'guardian' },
  })
  if (!isMinor(person.birthDate, work.now)) return
  for (const holder of holders) await holder.withdrawService?.(work, childId)
}

/** The minor whose guardian somebody is; of full age nobody has one, whatever was confirmed before. @throws Refusal platform.not-found */
export async function requireWard(
  { tx, now }: Pick<Read, 'tx' | 'now'>,
  childId: string,
  guardianId: string,
): Promise<Person> {
  const child = (await isWardOf(tx, childId, guardianId)) ? await findPerson(tx, childId) : undefined
  if (child === undefined || !isMinor(child.birthDate, now)) throw new Refusal('platform.not-found', 404, {})
  return child
}

/** A guardian gives or withdraws a consent for a ward. @throws Refusal platform.not-found, wording-changed */
export async function setWardConsent(
  work: Work,
  guardianId: string,
  childId: string,
  given: { purpose: OwnPurpose; agrees: boolean; wordingVersion: string },
): Promise<void> {
  await requireWard(work, childId, guardianId)
  const { purpose } = given
  if (given.wordingVersion !== CONSENT_WORDINGS[purpose])
    throw refuse('wording-changed', {}, { field: 'wordingVersion' })
  if (given.agrees) await recordConsent(work, childId, purpose, guardianId)
  else if (await endConsents(work.tx, childId, [purpose], work.now)) {
    const subject = { kind: 'person', id: childId }
    work.audit({ action: 'people.withdraw-consent', subject, personId: childId, details: { purpose } })
  }
}

export function openLinkQuestion(work: Work, id: string, sealed: string): { phone: string; name: string } {
  const clear = work.tx.personal.decrypt(LINK_PHONE_COLUMN, id, Buffer.from(sealed, 'base64'))
  return JSON.parse(clear) as { phone: string; name: string }
}
