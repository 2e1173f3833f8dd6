import type { PersonHolder } from '#modules/people/index.ts'
import type { Work } from '#platform/work.ts'
import { moveQueuedAwards } from './award-rows.ts'
import { entriesOf, pointsOf } from './ledger-views.ts'
import { transferPoints } from './transfer-points.ts'

const ENTRIES_MAX = 10_000

/** What this module holds about a person. The ledger is never changed: an account without an owner keeps its entries. */
export const pointsHolder: PersonHolder = {
  name: 'points',
  async holdsBack({ tx }, personId) {
    return (await pointsOf(tx, personId)).held > 0 ? ['points-held'] : []
  },
  // Points are money: they go by a transfer, and come back by another one as far as they are still there.
  async move(work, { id, keptId, absorbedId }) {
    const { balance } = await pointsOf(work.tx, absorbedId)
    if (balance > 0) await moveBalance(work, `merge:${id}`, { fromId: absorbedId, toId: keptId, points: balance })
    return { awards: await moveQueuedAwards(work.tx, absorbedId, keptId), points: balance > 0 ? [String(balance)] : [] }
  },
  async moveBack(work, { id, keptId, absorbedId }, moved) {
    await moveQueuedAwards(work.tx, keptId, absorbedId, moved['awards'] ?? [])
    const { balance, held } = await pointsOf(work.tx, keptId)
    const points = Math.min(Number(moved['points']?.[0] ?? 0), balance - held)
    if (points > 0) await moveBalance(work, `merge-undone:${id}`, { fromId: keptId, toId: absorbedId, points })
  },
  async collect(tx, personId) {
    const entries = await entriesOf(tx, personId, { beforeId: undefined, limit: ENTRIES_MAX })
    return { points: entries.map(({ at, points, reason }) => ({ at: at.toISOString(), points, reason })) }
  },
}

async function moveBalance(
  work: Work,
  key: string,
  { fromId, toId, points }: { fromId: string; toId: string; points: number },
): Promise<void> {
  const subject = { kind: 'person', id: toId }
  await transferPoints(work, {
    key,
    from: { personId: fromId },
    to: { personId: toId },
    points,
    reason: 'merge',
    subject,
  })
}
