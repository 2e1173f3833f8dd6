import { requireKnownResident } from '#modules/hours/index.ts'
import { householdOf, identitiesOf, tiesSince } from '#modules/people/index.ts'
import type { Read, Work } from '#platform/work.ts'
import { refuse } from './refusals.ts'

/** Everybody for whom somebody decides nothing: all own accounts, and the household of the last half-year (decision 0018). */
export function barredFor(
  { tx, now, actor }: Pick<Read, 'tx' | 'now' | 'actor'>,
  begunAt: Date = now,
): Promise<ReadonlySet<string>> {
  return householdOf(tx, actor.personId!, tiesSince(now, begunAt))
}

/**
 * Nobody handles, signs or answers what is about them or their household. Staff have proved which resident they are; else nobody
 * could tell.
 * @param begunAt since when the matter goes on: a tie that ended meanwhile bars still
 * @returns for whom else the actor decides nothing
 * @throws Refusal hours.own-phone-first, own-certificate, household-certificate, own-entry, household-entry
 */
export async function requireImpartial(
  work: Work,
  about: { readonly personIds: readonly string[]; readonly what: 'certificate' | 'entry'; readonly begunAt?: Date },
): Promise<ReadonlySet<string>> {
  await requireKnownResident(work)
  const barred = await barredFor(work, about.begunAt)
  const own = await identitiesOf(work.tx, work.actor.personId!)
  if (about.personIds.some((id) => own.includes(id))) throw refuse(`own-${about.what}`)
  if (about.personIds.some((id) => barred.has(id))) throw refuse(`household-${about.what}`)
  return barred
}
