import { expect, test } from 'vitest'
import { CHAIN_BATCH_MAX, GENESIS, nextHash, type Sealed, walkChain } from './seal-chain.ts'

const LENGTH = CHAIN_BATCH_MAX * 2

function chain(): Sealed[] {
  let hash = GENESIS
  return Array.from({ length: LENGTH }, (_, index) => {
    const content = { index, said: '读书' }
    hash = nextHash(hash, content)
    return { seq: index + 1, itemId: `item ${index + 1}`, hash, content }
  })
}
const walk = (seals: readonly Sealed[], knownHead?: { seq: number; hash: string }) =>
  walkChain((after) => Promise.resolve(seals.filter((one) => one.seq > after).slice(0, CHAIN_BATCH_MAX)), knownHead)

test('an unbroken chain is followed to its end, also when that fills its last page', async () => {
  const seals = chain()
  const last = seals.at(-1)!
  const head = { seq: LENGTH, hash: last.hash.toString('hex') }
  expect(await walk(seals, head)).toEqual({ sealed: LENGTH, head, faults: [] })
  expect(await walk([])).toEqual({ sealed: 0, head: null, faults: [] })
})

test('what was changed, taken away or cut is named, and what follows is judged by itself', async () => {
  const seals = chain()
  const head = { seq: LENGTH, hash: seals.at(-1)!.hash.toString('hex') }
  seals[4] = { ...seals[4]!, content: { index: 4, said: '读报' } }
  seals[6] = { ...seals[6]!, content: null }
  expect((await walk(seals)).faults).toEqual([
    { seq: 5, itemId: 'item 5', fault: 'changed' },
    { seq: 7, itemId: 'item 7', fault: 'missing' },
  ])
  const torn = chain().filter((one) => one.seq !== CHAIN_BATCH_MAX)
  expect((await walk(torn)).faults).toEqual([
    { seq: CHAIN_BATCH_MAX, itemId: null, fault: 'seal-missing' },
    { seq: CHAIN_BATCH_MAX + 1, itemId: `item ${CHAIN_BATCH_MAX + 1}`, fault: 'changed' },
  ])
  expect((await walk(chain().slice(0, -1), head)).faults).toEqual([
    { seq: LENGTH, itemId: null, fault: 'head-missing' },
  ])
})
