import assert from 'node:assert/strict'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { BUDGET_ID, ISSUER_ID, type Party, type Transfer } from './ledger.ts'
import { findResolution, findTransfer, listExpiredHolds, lockAccounts, writeResolution } from './ledger-rows.ts'
import { refuse } from './refusals.ts'
import { settleQueue } from './settle-queue.ts'

const EXPIRED_BATCH_MAX = 500

/**
 * Pays a hold: all of it, or `points` of it, and the rest is free again. Repeated with the same points it has one effect.
 * @throws Refusal hold-unknown, hold-expired, hold-voided, hold-posted (with other points), post-too-large
 */
export async function postHold(
  work: Work,
  holdKey: string,
  options: { points?: number } = {},
): Promise<{ isNew: boolean }> {
  const hold = await foundHold(work, holdKey)
  const points = options.points ?? hold.amountPoints
  assert(Number.isSafeInteger(points) && points > 0, 'points are a whole positive number')
  if (points > hold.amountPoints) throw refuse('post-too-large', { points: hold.amountPoints })
  const earlier = await lockedResolution(work, hold)
  if (earlier !== undefined) {
    if (earlier.kind === 'void') throw refuse(earlier.key.endsWith(':expired') ? 'hold-expired' : 'hold-voided')
    if (earlier.amountPoints !== points) throw refuse('hold-posted')
    return { isNew: false }
  }
  if (hold.expiresAt !== null && hold.expiresAt <= work.now) throw refuse('hold-expired')
  await resolve(work, hold, { key: `${holdKey}:post`, kind: 'post', points, reason: hold.reason })
  return { isNew: true }
}

/**
 * Gives the points of a hold back. Repeated, or after expiry, it has no further effect.
 * @throws Refusal hold-unknown, hold-posted
 */
export async function voidHold(work: Work, holdKey: string): Promise<{ isNew: boolean }> {
  const hold = await foundHold(work, holdKey)
  const earlier = await lockedResolution(work, hold)
  if (earlier?.kind === 'post') throw refuse('hold-posted')
  if (earlier !== undefined) return { isNew: false }
  await resolve(work, hold, { key: `${holdKey}:void`, kind: 'void', points: hold.amountPoints, reason: hold.reason })
  return { isNew: true }
}

/** Voids the holds whose time is over. @returns how many */
export async function expireHolds(work: Work): Promise<number> {
  let expired = 0
  for (const { key } of await listExpiredHolds(work.tx, work.now, EXPIRED_BATCH_MAX)) {
    const hold = await foundHold(work, key)
    if ((await lockedResolution(work, hold)) !== undefined) continue
    await resolve(work, hold, {
      key: `${key}:expired`,
      kind: 'void',
      points: hold.amountPoints,
      reason: 'hold-expired',
    })
    expired += 1
  }
  return expired
}

async function foundHold(work: Work, key: string): Promise<Transfer> {
  const hold = await findTransfer(work.tx, key)
  if (hold?.kind !== 'pending') throw refuse('hold-unknown')
  return hold
}

/** Locks the hold's accounts; whoever resolves it holds them too, so the answer stays true. */
async function lockedResolution(work: Work, hold: Transfer): Promise<Transfer | undefined> {
  await lockAccounts(work.tx, work.now, [partyOf(hold.debitAccountId), partyOf(hold.creditAccountId)])
  return findResolution(work.tx, hold.id)
}

async function resolve(
  work: Work,
  hold: Transfer,
  how: { key: string; kind: 'post' | 'void'; points: number; reason: string },
): Promise<void> {
  const { tx, now, actor } = work
  const isDone = await writeResolution(tx, hold, { ...how, id: newUuid7(now), actorId: actor.personId, at: now })
  assert(isDone, `the hold ${hold.key} was resolved although its accounts are locked`)
  const budgetGotPoints =
    (hold.debitAccountId === BUDGET_ID && (how.kind === 'void' || how.points < hold.amountPoints)) ||
    (hold.creditAccountId === BUDGET_ID && how.kind === 'post')
  if (budgetGotPoints) await settleQueue(work)
}

function partyOf(accountId: string): Party {
  if (accountId === ISSUER_ID) return 'issuer'
  return accountId === BUDGET_ID ? 'budget' : { personId: accountId }
}
