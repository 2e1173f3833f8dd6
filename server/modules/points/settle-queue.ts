import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { AWARD_REASON } from './award.ts'
import { listPayableAwards, settleAwards } from './award-rows.ts'
import { availableOf, BUDGET_ID } from './ledger.ts'
import { lockAccounts, writeTransfer } from './ledger-rows.ts'

/** Job that goes on where a settlement stopped. */
export const SETTLE_QUEUE = 'points.settle-queue'

// A settlement holds the budget's lock, so a long queue is paid in several transactions.
const SETTLED_MAX = 1_000

/** Pays waiting awards in order, as far as the budget goes. @returns how many were paid */
export async function settleQueue(work: Work): Promise<number> {
  const { tx, now } = work
  const budget = (await lockAccounts(tx, now, ['budget'])).get(BUDGET_ID)!
  const awards = await listPayableAwards(tx, availableOf(budget), SETTLED_MAX)
  if (awards.length === 0) return 0
  await lockAccounts(tx, now, awards)
  for (const award of awards) {
    const isPaid = await writeTransfer(tx, {
      id: newUuid7(now),
      key: award.key,
      debitAccountId: BUDGET_ID,
      creditAccountId: award.personId,
      points: award.amountPoints,
      kind: 'single',
      expiresAt: null,
      reason: AWARD_REASON,
      subjectKind: award.subjectKind,
      subjectId: award.subjectId,
      actorId: work.actor.personId,
      at: now,
    })
    if (!isPaid) throw new Error(`The waiting award ${award.key} could not be paid although the budget suffices.`)
  }
  const ids = awards.map((award) => award.id)
  await settleAwards(tx, ids, now, 'paid')
  work.audit({ action: 'points.settle-queue', details: { paid: awards.length } })
  if (awards.length === SETTLED_MAX) work.enqueue({ name: SETTLE_QUEUE, data: {} })
  return awards.length
}
