import assert from 'node:assert/strict'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { accountIdOf, availableOf, type Move, type Transfer } from './ledger.ts'
import { findTransfer, lockAccounts, type NewTransfer, writeTransfer } from './ledger-rows.ts'
import { refuse } from './refusals.ts'

/** What became of a move: done now, done before under the same key, or not done for want of points. */
export type MoveResult =
  | { readonly outcome: 'done' | 'repeated'; readonly transferId: string }
  | { readonly outcome: 'short'; readonly available: number }

/**
 * Moves points at once, or holds them when `hold` is given. The same key twice has one effect.
 * @throws Error when the key was used for something else, which is a bug of the caller
 */
export async function tryMove(
  work: Work,
  move: Move,
  how: { hold?: { expiresAt: Date | null }; afterQueue?: true } = {},
): Promise<MoveResult> {
  assert(Number.isSafeInteger(move.points) && move.points > 0, 'points are a whole positive number')
  const { tx, now } = work
  const accounts = await lockAccounts(tx, now, [move.from, move.to])
  const transfer: NewTransfer = {
    id: newUuid7(now),
    key: move.key,
    debitAccountId: accountIdOf(move.from),
    creditAccountId: accountIdOf(move.to),
    points: move.points,
    kind: how.hold === undefined ? 'single' : 'pending',
    expiresAt: how.hold?.expiresAt ?? null,
    reason: move.reason,
    subjectKind: move.subject?.kind ?? null,
    subjectId: move.subject?.id ?? null,
    actorId: work.actor.personId,
    at: now,
  }
  const isDone = await writeTransfer(tx, transfer, how.afterQueue === undefined ? {} : { afterQueue: true })
  if (isDone) return { outcome: 'done', transferId: transfer.id }
  const earlier = await findTransfer(tx, move.key)
  if (earlier === undefined) return { outcome: 'short', available: availableOf(accounts.get(transfer.debitAccountId)!) }
  if (!isSame(earlier, transfer)) throw new Error(`The ledger's key ${move.key} was used for another transfer.`)
  return { outcome: 'repeated', transferId: earlier.id }
}

/** @throws Refusal balance-too-low */
export async function transferPoints(work: Work, move: Move): Promise<{ transferId: string; isNew: boolean }> {
  const result = await tryMove(work, move)
  if (result.outcome === 'short') {
    throw refuse('balance-too-low', { available: result.available, points: move.points })
  }
  return { transferId: result.transferId, isNew: result.outcome === 'done' }
}

function isSame(earlier: Transfer, wanted: NewTransfer): boolean {
  return (
    earlier.kind === wanted.kind &&
    earlier.debitAccountId === wanted.debitAccountId &&
    earlier.creditAccountId === wanted.creditAccountId &&
    earlier.amountPoints === wanted.points &&
    earlier.subjectId === wanted.subjectId
  )
}
