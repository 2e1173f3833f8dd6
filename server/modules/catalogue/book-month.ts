import { Refusal } from '#platform/refusal.ts'
import type { Work } from '#platform/work.ts'
import { findQuota, givePlaceBack, nextFreeMonth, takePlace } from './offering-rows.ts'
import { refuse } from './refusals.ts'

/**
 * Takes one of an offering's places in a month, in the transaction of the order that needs it.
 * @param month its first day, 'YYYY-MM-01'
 * @returns false when the offering has no quota: nothing was taken, and nothing has to be released
 * @throws Refusal quota-used-up, which names the next month with a free place
 */
export async function bookMonth(work: Work, offeringId: string, month: string): Promise<boolean> {
  const offering = await findQuota(work.tx, offeringId)
  if (offering === undefined) throw new Refusal('platform.not-found', 404, {})
  const { monthlyQuota } = offering
  if (monthlyQuota === null) return false
  if (await takePlace(work.tx, offeringId, month, monthlyQuota)) return true
  const next = await nextFreeMonth(work.tx, offeringId, month, monthlyQuota)
  const asked = month.slice(0, 7)
  throw next === undefined
    ? refuse('quota-used-up-for-long', { month: asked })
    : refuse('quota-used-up', { month: asked, nextMonth: next.slice(0, 7) })
}

/** Gives a place back that `bookMonth` took; the caller remembers that it has one. */
export async function releaseMonth(work: Work, offeringId: string, month: string): Promise<void> {
  const isGiven = await givePlaceBack(work.tx, offeringId, month)
  if (!isGiven) throw new Error(`No place of the offering ${offeringId} was taken in ${month}.`)
}
