import assert from 'node:assert/strict'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { AWARD_REASON } from './award.ts'
import { findQueuedAward, insertQueuedAward, settleAwards } from './award-rows.ts'
import { availableOf, type Transfer } from './ledger.ts'
import { findTransfer, lockAccounts } from './ledger-rows.ts'
import { settleQueue } from './settle-queue.ts'
import { tryMove } from './transfer-points.ts'

export interface Reversal {
  /** `unknown`: nothing was ever awarded under the key. `dequeued`: it was still waiting. */
  readonly outcome: 'taken-back' | 'dequeued' | 'unknown'
  readonly pointsTakenBack: number
  /** What the person had spent already; the budget bears it. */
  readonly pointsShort: number
}

/**
 * Takes an award back, because its order was opened again. A paid award is returned as far as the person still has the
 * points; a waiting one is settled as reversed. Repeated it has no further effect and gives the same answer.
 */
export async function reverseAward(work: Work, key: string): Promise<Reversal> {
  const { tx, now } = work
  // With the budget locked, no waiting award is paid between the look at the ledger and the look at the queue.
  await lockAccounts(tx, now, ['budget'])
  const paid = await findTransfer(tx, key)
  if (paid !== undefined) return takeBack(work, paid)
  const waiting = await findQueuedAward(tx, key)
  if (waiting === undefined) return { outcome: 'unknown', pointsTakenBack: 0, pointsShort: 0 }
  if (waiting.settledAs === null) {
    await settleAwards(tx, [waiting.id], now, 'reversed')
    work.audit({ action: 'points.reverse-award', details: { key, outcome: 'dequeued' } })
    await settleQueue(work)
  }
  return { outcome: 'dequeued', pointsTakenBack: 0, pointsShort: 0 }
}

async function takeBack(work: Work, paid: Transfer): Promise<Reversal> {
  assert(paid.reason === AWARD_REASON, `${paid.key} is no award`)
  const { tx, now } = work
  const personId = paid.creditAccountId
  const keys = { reversal: `${paid.key}:reversal`, shortfall: `${paid.key}:shortfall` }
  const account = (await lockAccounts(tx, now, [{ personId }])).get(personId)!
  const [reversal, shortfall] = [await findTransfer(tx, keys.reversal), await findQueuedAward(tx, keys.shortfall)]
  if (reversal !== undefined || shortfall !== undefined) {
    return {
      outcome: 'taken-back',
      pointsTakenBack: reversal?.amountPoints ?? 0,
      pointsShort: shortfall?.amountPoints ?? 0,
    }
  }
  const subject = { kind: paid.subjectKind ?? 'award', id: paid.subjectId ?? paid.id }
  const pointsTakenBack = Math.min(paid.amountPoints, availableOf(account))
  const pointsShort = paid.amountPoints - pointsTakenBack
  if (pointsTakenBack > 0) {
    const move = { key: keys.reversal, from: { personId }, to: 'budget', points: pointsTakenBack, subject } as const
    await tryMove(work, { ...move, reason: 'order-award-reversed' })
  }
  if (pointsShort > 0) {
    const row = { id: newUuid7(now), key: keys.shortfall, personId, points: pointsShort, subject, at: now }
    await insertQueuedAward(tx, { ...row, settledAs: 'reversed' })
  }
  work.audit({ action: 'points.reverse-award', subject, details: { key: paid.key, pointsTakenBack, pointsShort } })
  if (pointsTakenBack > 0) await settleQueue(work)
  return { outcome: 'taken-back', pointsTakenBack, pointsShort }
}
