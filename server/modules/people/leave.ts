import { createHmac, timingSafeEqual } from 'node:crypto'
import { type Locale, translator } from '#i18n/translate.ts'
import { endSessionsOf } from '#platform/auth/sessions.ts'
import { addMinutes } from '#platform/dates.ts'
import { sql, type Tx } from '#platform/db.ts'
import { isUuid } from '#platform/tokens.ts'
import { forgetAnswers, type Read, type Work } from '#platform/work.ts'
import { endConsents } from './consent-rows.ts'
import { CONSENT_WORDINGS, type ConsentPurpose } from './consents.ts'
import type { HoldBack, PersonHolder } from './holder.ts'
import { endLinksOf } from './link-rows.ts'
import { withoutGuardian } from './link-people.ts'
import { closeMergesOf } from './merge-rows.ts'
import {
  erasePerson,
  findPerson,
  holdsStaffAccount,
  identitiesOf,
  lockPersonAlone,
  voidLoginCodes,
} from './person-rows.ts'
import { refuse } from './refusals.ts'

const EXIT_MINUTES = 15

/** What must be settled first; empty when the person may leave at once. */
export async function whatHoldsBack(
  read: Pick<Read, 'tx' | 'now'>,
  personId: string,
  holders: readonly PersonHolder[],
): Promise<HoldBack[]> {
  const found: HoldBack[] = (await holdsStaffAccount(read.tx, personId)) ? ['staff-role'] : []
  for (const holder of holders) found.push(...((await holder.holdsBack?.(read, personId)) ?? []))
  return found
}

/**
 * Closes an account for good: promises are ended as the person would end them, then everything personal is erased. Records of
 * service stay for the ten years of GB/T 40143, under an id that leads to nobody.
 * @throws Refusal cannot-leave-yet
 */
export async function leaveForGood(work: Work, personId: string, holders: readonly PersonHolder[]): Promise<void> {
  const { tx, now } = work
  // Alone: whoever makes a promise for this person holds the row too, and comes before or finds the account closed.
  const person = await lockPersonAlone(tx, personId)
  if (person.erasedAt !== null) throw refuse('account-closed')
  const holdBacks = await whatHoldsBack(work, personId, holders)
  if (holdBacks.length > 0) throw refuse('cannot-leave-yet', { why: textOf(holdBacks, work.actor.locale) })
  const accounts = await identitiesOf(tx, personId)
  for (const holder of holders) {
    await holder.withdrawService?.(work, personId)
    for (const id of accounts) await holder.leave?.(work, id)
  }
  for (const childId of await endLinksOf(tx, personId, now)) await withoutGuardian(work, childId, holders)
  await endConsents(tx, personId, Object.keys(CONSENT_WORDINGS) as ConsentPurpose[], now)
  await closeMergesOf(tx, personId, now)
  for (const id of accounts) {
    const { phone } = (await findPerson(tx, id))!
    if (phone !== null) await voidLoginCodes(tx, phone)
    await erasePerson(tx, id, now)
    await forgetAnswers(tx, id)
    await endSessionsOf(tx, id)
  }
  work.audit({ action: 'people.leave', subject: { kind: 'person', id: personId }, personId })
}

export function textOf(holdBacks: readonly HoldBack[], locale: Locale): string {
  const t = translator(locale)
  return [...new Set(holdBacks)].map((code) => t(`people.hold-back.${code}`)).join(' ')
}

/** Lets the holder of a phone leave in one step after the question "am I registered?", without signing in. */
export function newExitToken(tx: Tx, personId: string, now: Date): string {
  const until = addMinutes(now, EXIT_MINUTES).getTime()
  return `${personId}.${until}.${sealOf(tx, personId, until)}`
}

/** Whose token it is. @throws Refusal exit-token-gone */
export function personOfExitToken(tx: Tx, token: string, now: Date): string {
  const [personId = '', until = '', seal = ''] = token.split('.')
  const wanted = Buffer.from(sealOf(tx, personId, Number(until)))
  const given = Buffer.from(seal)
  const isOurs = isUuid(personId) && given.length === wanted.length && timingSafeEqual(given, wanted)
  if (!isOurs || Number(until) <= now.getTime()) throw refuse('exit-token-gone')
  return personId
}

function sealOf(tx: Tx, personId: string, until: number): string {
  return createHmac('sha256', tx.personal.secret('exit')).update(`${personId} ${until}`).digest('base64url')
}

export async function registeredAt(tx: Tx, personId: string): Promise<Date> {
  const { at } = await tx.one<{ at: Date }>(
    sql`select created_at as at from person where district_id = ${tx.districtId} and id = ${personId}`,
  )
  return at
}
