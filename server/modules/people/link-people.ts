import { Refusal } from '#platform/refusal.ts'
import type { Read, Work } from '#platform/work.ts'
import { endConsents } from './consent-rows.ts'
import { CONSENT_WORDINGS, type OwnPurpose } from './consents.ts'
import type { PersonHolder } from './holder.ts'
import { isMinor, isUnder14 } from './identity.ts'
import {
  countOpenLinks,
  hasGuardian,
  insertLink,
  isWardOf,
  type Link,
  type LinkKind,
  lockLink,
  settleLink,
} from './link-rows.ts'
import { LINK_PHONE_COLUMN, type Person } from './person.ts'
import { findPerson, lockPerson, phoneIndex } from './person-rows.ts'
import { recordConsent } from './record-consent.ts'
import { refuse } from './refusals.ts'
import { normalisedPhone, useCode } from './sign-in-resident.ts'

/** Job that tells a higher module to send the question; the phone in its data is sealed, because jobs are kept for a while. */
export const LINK_ASKED = 'people.link-asked'

const LINKS_MAX = 12

/**
 * Asks the holder of a phone to confirm a household or to be a minor's guardian. Whether the phone is known here is not told.
 * @throws Refusal phone-invalid, own-phone, birth-date-first, not-a-minor, links-too-many, asked-already
 */
export async function askLink(
  work: Work,
  personId: string,
  given: { kind: LinkKind; phone: string; relation: string },
): Promise<string> {
  const phone = normalisedPhone(given.phone)
  const person = await lockPerson(work.tx, personId)
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
 * @throws Refusal platform.not-found, code-needed, guardian-unproved, guardian-too-young, child-consent-needed
 */
export async function answerLink(
  work: Work,
  personId: string,
  linkId: string,
  answer: LinkAnswer,
): Promise<Refusal | null> {
  const me = await lockPerson(work.tx, personId)
  const link = await lockLink(work.tx, linkId)
  if (link === undefined || !isAskedOf(work, link, me)) throw new Refusal('platform.not-found', 404, {})
  if (answer.agrees && link.kind === 'guardian') {
    const refusal = await beGuardian(work, me, link, answer)
    if (refusal !== null) return refusal
  }
  const state = answer.agrees ? 'confirmed' : 'declined'
  await settleLink(work.tx, linkId, { state, at: work.now, ...(answer.agrees && { toId: personId }) })
  work.audit({
    action: 'people.answer-link',
    subject: { kind: 'link', id: linkId },
    personId: link.fromId,
    details: { kind: link.kind, state },
  })
  return null
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

/** Ends a link, from either side. When a minor loses the last guardian, the consents end and coming service is withdrawn. */
export async function endLink(
  work: Work,
  personId: string,
  linkId: string,
  holders: readonly PersonHolder[],
): Promise<void> {
  const link = await lockLink(work.tx, linkId)
  const isMine = link?.fromId === personId || link?.toId === personId
  if (link === undefined || !isMine || !['asked', 'confirmed'].includes(link.state))
    throw new Refusal('platform.not-found', 404, {})
  await settleLink(work.tx, linkId, { state: 'ended', at: work.now })
  work.audit({
    action: 'people.end-link',
    subject: { kind: 'link', id: linkId },
    personId: link.fromId,
    details: { kind: link.kind },
  })
  if (link.kind === 'guardian' && link.state === 'confirmed') await withoutGuardian(work, link.fromId, holders)
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
