import type { Tx } from '#platform/db.ts'
import { formatOrderNumber } from '#platform/order-number.ts'
import { takeSerials } from './order-rows.ts'

/** How many numbers a process takes at once; those it has not used when it ends are left out. */
const BLOCK = 32

interface Serials {
  next: number
  readonly last: number
}

const serialsOf = new WeakMap<object, Map<string, Serials[]>>()

/**
 * The next order number of this process. Were each taken from the district's counter, every order would wait for the one
 * before it to commit; so a process takes a block (decision 0011). Numbers are unique; they may leave gaps, and two
 * processes number side by side. The rest of a block serves others once the transaction that took it has committed.
 */
export async function nextOrderNumber(tx: Tx, year: number): Promise<string> {
  const blocks = blocksOf(tx, year)
  for (let block = blocks[0]; block !== undefined; block = blocks[0]) {
    if (block.next <= block.last) return formatOrderNumber(block.next++, year)
    blocks.shift()
  }
  const last = await takeSerials(tx, year, BLOCK)
  const own: Serials = { next: last - BLOCK + 1, last }
  tx.afterCommit(() => void blocks.push(own))
  return formatOrderNumber(own.next++, year)
}

function blocksOf(tx: Tx, year: number): Serials[] {
  const key = `${tx.districtId} ${year}`
  const known = serialsOf.get(tx.database) ?? new Map<string, Serials[]>()
  serialsOf.set(tx.database, known)
  const blocks = known.get(key) ?? []
  known.set(key, blocks)
  return blocks
}
