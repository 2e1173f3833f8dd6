import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'

/** The end of a chain as it stood at some time: kept outside the database it proves a later cut. */
export interface ChainHead {
  readonly seq: number
  readonly hash: string
}

/** A seal with what it seals, as its hash sees it; null when that is gone. */
export interface Sealed {
  readonly seq: number
  readonly itemId: string
  readonly hash: Buffer
  readonly content: unknown
}

export interface ChainFault {
  readonly seq: number | null
  readonly itemId: string | null
  readonly fault: 'missing' | 'changed' | 'seal-missing' | 'head-missing'
}

/** So many seals are made and read in one piece. */
export const CHAIN_BATCH_MAX = 2_000

export const GENESIS: Buffer = Buffer.alloc(32)

/** SHA-256 of the hash before and the canonical JSON (RFC 8785) of what is sealed. */
export function nextHash(previous: Buffer, content: unknown): Buffer {
  return createHash('sha256').update(previous).update(canonicalize(content)!).digest()
}

/**
 * Recomputes a chain from its first seal. `knownHead` is a head written down elsewhere (a file, a mail); a chain that no longer
 * holds it was cut.
 * @param pageAfter up to `CHAIN_BATCH_MAX` seals after a number, in order
 */
export async function walkChain(
  pageAfter: (seq: number) => Promise<readonly Sealed[]>,
  knownHead?: ChainHead,
): Promise<{ sealed: number; head: ChainHead | null; faults: ChainFault[] }> {
  const faults: ChainFault[] = []
  let hash: Buffer = GENESIS
  let sealed = 0
  let headSeen = knownHead === undefined
  for (;;) {
    const page = await pageAfter(sealed)
    for (const { seq, itemId, content, hash: stored } of page) {
      if (seq !== ++sealed) {
        faults.push({ seq: sealed, itemId: null, fault: 'seal-missing' })
        sealed = seq
      }
      if (content === null) faults.push({ seq, itemId, fault: 'missing' })
      else if (!nextHash(hash, content).equals(stored)) faults.push({ seq, itemId, fault: 'changed' })
      hash = stored
      if (seq === knownHead?.seq && stored.toString('hex') === knownHead.hash) headSeen = true
    }
    if (page.length < CHAIN_BATCH_MAX) break
  }
  if (!headSeen) faults.push({ seq: knownHead!.seq, itemId: null, fault: 'head-missing' })
  return { sealed, head: sealed === 0 ? null : { seq: sealed, hash: hash.toString('hex') }, faults }
}
