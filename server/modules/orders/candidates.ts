import { translator } from '#i18n/translate.ts'
import { unitsHeld } from '#platform/actor.ts'
import type { Read, Work } from '#platform/work.ts'
import { candidateRows, type CandidateRow } from './candidate-views.ts'
import type { Order } from './order.ts'
import { type Candidate, rankCandidates, type Ranking } from './rank-candidates.ts'

export type { Candidate, Ranking }

/**
 * Who could serve an order, best first. A unit dispatches its own teams; agencies and the whole district are the centre's. The
 * ranking is behind this function, which the dispatch engine will fill; it proposes, people decide.
 */
export async function candidatesFor(
  { tx, actor, now }: Work | Read,
  order: Order,
  how: { whoeverWasAsked?: boolean } = {},
): Promise<Ranking> {
  const rows = await candidateRows(tx, order, now)
  const mine = actor.kind === 'staff' ? unitsHeld(actor, ['dispatcher', 'station-keeper']) : null
  const inScope = (row: CandidateRow) => mine === null || mine.size === 0 || mine.has(row.unitId)
  return rankCandidates(rows, { t: translator(actor.locale), inScope, ...how })
}
