import type { Work } from '#platform/work.ts'
import type { Move } from './ledger.ts'
import { refuse } from './refusals.ts'
import { tryMove } from './transfer-points.ts'

/**
 * Holds points for a transfer that will be posted or voided later; meanwhile nobody can spend them.
 * @param move `expiresAt`: from this instant of business time the hold can no longer be posted; null for never
 * @throws Refusal balance-too-low
 */
export async function holdPoints(
  work: Work,
  move: Move & { readonly expiresAt: Date | null },
): Promise<{ isNew: boolean }> {
  const result = await tryMove(work, move, { hold: { expiresAt: move.expiresAt } })
  if (result.outcome === 'short') {
    throw refuse('balance-too-low', { available: result.available, points: move.points })
  }
  return { isNew: result.outcome === 'done' }
}
