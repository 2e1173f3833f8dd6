import type { Work } from '#platform/work.ts'
import { settleQueue } from './settle-queue.ts'
import { transferPoints } from './transfer-points.ts'

/** Issues points to the budget, then pays the awards that waited. @returns how many awards were paid */
export async function fundBudget(
  work: Work,
  funding: { key: string; points: number; reason: string },
): Promise<{ paidAwards: number }> {
  const { transferId, isNew } = await transferPoints(work, { ...funding, from: 'issuer', to: 'budget' })
  if (!isNew) return { paidAwards: 0 }
  work.audit({
    action: 'points.fund-budget',
    subject: { kind: 'ledger-transfer', id: transferId },
    details: { points: funding.points, reason: funding.reason },
  })
  return { paidAwards: await settleQueue(work) }
}
