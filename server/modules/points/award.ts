import assert from 'node:assert/strict'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { findQueuedAward, insertQueuedAward } from './award-rows.ts'
import type { Subject } from './ledger.ts'
import { lockAccounts } from './ledger-rows.ts'
import { tryMove } from './transfer-points.ts'

export interface Award {
  /** `order-award:<order>:<n>` or the like: the same key awards once. */
  readonly key: string
  readonly personId: string
  readonly points: number
  readonly subject: Subject
}

/** `nothing`: no points were due, for instance because the service was too short. */
export type AwardOutcome = 'paid' | 'queued' | 'reversed' | 'nothing'

/**
 * Locks the budget for the rest of the transaction. Whoever reads what a person got today before awarding more does so after
 * this, or two awards at once would each see the day's limit untouched.
 */
export async function lockBudget({ tx, now }: Pick<Work, 'tx' | 'now'>): Promise<void> {
  await lockAccounts(tx, now, ['budget'])
}

/** Reason of the transfers that pay awards. */
export const AWARD_REASON = 'order-award'

/**
 * Awards points from the budget. It never fails for want of points: an award that the budget cannot pay, or that would
 * overtake one that waits, is queued and the shortage audited. A repetition changes nothing.
 */
export async function award(work: Work, { key, personId, points, subject }: Award): Promise<AwardOutcome> {
  assert(Number.isSafeInteger(points) && points >= 0, 'points are a whole number')
  if (points === 0) return 'nothing'
  const move = { key, from: 'budget', to: { personId }, points, reason: AWARD_REASON, subject } as const
  const result = await tryMove(work, move, { afterQueue: true })
  if (result.outcome !== 'short') return 'paid'
  // The budget is locked, so the queue stands still between these two statements.
  const earlier = await findQueuedAward(work.tx, key)
  if (earlier !== undefined) return earlier.settledAs ?? 'queued'
  await insertQueuedAward(work.tx, { id: newUuid7(work.now), key, personId, points, subject, at: work.now })
  work.audit({ action: 'points.budget-short', subject, details: { key, points, available: result.available } })
  return 'queued'
}
