import type { Work } from '#platform/work.ts'
import { givePlaceBack, nextFreeMonth, placeTaken } from './offering-rows.ts'
import { refuse } from './refusals.ts'

/**
 * Takes one of an offering's places in a month, in the transaction of the order that needs it. The place is put off and
 * looked at before the commit, so that the row all orders of the offering share is locked for the shortest time.
 * @param month its first day, 'YYYY-MM-01'
 * @returns false when the offering has no quota: nothing is taken, and nothing has to be released
 * @throws Refusal quota-used-up, when the writes put off go out; it names the next month with a free place
 */
export function bookMonth(
  { tx }: Work,
  { id, monthlyQuota: quota }: { readonly id: string; readonly monthlyQuota: number | null },
  month: string,
): boolean {
  if (quota === null) return false
  tx.later(placeTaken(tx, id, month, quota), {
    // The place of another order of the same batch is the same row.
    row: `offering_month ${id} ${month}`,
    async check(taken) {
      if (taken === 1) return
      const next = await nextFreeMonth(tx, id, month, quota)
      const asked = month.slice(0, 7)
      throw next === undefined
        ? refuse('quota-used-up-for-long', { month: asked })
        : refuse('quota-used-up', { month: asked, nextMonth: next.slice(0, 7) })
    },
  })
  return true
}

/** Gives a place back that `bookMonth` took; the caller remembers that it has one. */
export async function releaseMonth(work: Work, offeringId: string, month: string): Promise<void> {
  const isGiven = await givePlaceBack(work.tx, offeringId, month)
  if (!isGiven) throw new Error(`No place of the offering ${offeringId} was taken in ${month}.`)
}
