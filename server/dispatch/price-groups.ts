// One round of pricing over all classes of team-days. The classes do not depend on each other, so a round may be shared among threads;
// what comes back is the same whoever priced it.
import { nodePrices, type Master, type Prices } from './master.ts'
import { priceGroup, type Priced, type PricingScratch } from './pricing.ts'

export interface PricingRound {
  /** Prices by row of the master; −Infinity for an order that is not to be served. */
  readonly prices: Prices
  /** By class: only tours below this are wanted; NaN where none are. */
  readonly limits: Float64Array
  /** Labels kept at each number of visits. */
  readonly labelsMax: number
  readonly toursMax: number
}

/** The answer by class; undefined where none was asked for. */
export type PriceGroups = (round: PricingRound) => (Priced | undefined)[]

/** Prices some classes (all by default) here and now. */
export function priceHere(
  master: Master,
  scratch: PricingScratch,
  round: PricingRound,
  isMine: (group: number) => boolean = () => true,
): (Priced | undefined)[] {
  const { groups } = master
  const prices = new Float64Array(groups.reduce((most, group) => Math.max(most, group.size), 0))
  const { labelsMax, toursMax } = round
  return groups.map((group, g) => {
    const limit = round.limits[g]!
    if (Number.isNaN(limit) || !isMine(g)) return undefined
    return priceGroup(scratch, group, nodePrices(master, g, round.prices, prices), { limit, labelsMax, toursMax })
  })
}

/** Shares the classes out among so many threads by what pricing them costs; the answer is the thread of each class. */
export function sharesOf(master: Master, threads: number): Int32Array {
  const effort = master.groups.map((group) => group.size ** 2 * group.loadsMax[0]!)
  const load = new Float64Array(threads)
  const shares = new Int32Array(master.groups.length)
  const byEffort = [...effort.keys()].sort((a, b) => effort[b]! - effort[a]! || a - b)
  for (const g of byEffort) {
    const least = load.indexOf(Math.min(...load))
    shares[g] = least
    load[least]! += effort[g]!
  }
  return shares
}
