// Once bound and plan are near each other, every tour that a cheaper plan could use is written down: then branch and bound over them is
// branch and bound over all plans, and its bound is one of all plans (Baldacci, Christofides and Mingozzi 2008).
import { addPriced, type ColumnPool } from './columns.ts'
import { nodePrices, outingPrice, type Master, type Prices } from './master.ts'
import { completionBound, workOf } from './pricing.ts'
import { caseOf, type Case, type CaseRooms } from './pricing-case.ts'
import type { PricingGroup } from './pricing-group.ts'

export interface EnumerationLimits {
  /** Tours of all classes together; beyond, the enumeration is given up. */
  readonly toursMax: number
  /** Steps of all classes together, for the same. */
  readonly stepsMax: number
  readonly isOver?: () => boolean
}

interface Walk {
  readonly one: Case
  readonly group: PricingGroup
  readonly limit: number
  readonly nodes: number[]
  readonly isIn: Uint8Array
  readonly loads: Float64Array
  readonly found: number[][]
  readonly left: { tours: number; steps: number }
}

/**
 * Puts every tour into the pool whose reduced cost at these prices is below the gap. Whether it came to an end: only then the pool holds
 * all tours of all plans that are cheaper than bound + gap.
 */
export function enumerateTours(
  pool: ColumnPool,
  master: Master,
  rooms: CaseRooms,
  prices: Prices,
  gap: number,
  limits: EnumerationLimits,
): boolean {
  const left = { tours: limits.toursMax, steps: limits.stepsMax }
  const found: number[][][] = []
  for (const [g, group] of pool.groups.entries()) {
    if (limits.isOver?.() === true) return false
    const limit = outingPrice(master, g, prices) + gap
    const worth = nodePrices(master, g, prices, new Float64Array(group.size))
    const tours = toursBelow(group, worth, caseOf(rooms, group, worth, gap), limit, left)
    if (!tours) return false
    found.push(tours)
  }
  found.forEach((tours, g) => {
    for (const nodes of tours) addPriced(pool, g, { nodes, reducedCost: 0 })
  })
  return true
}

function toursBelow(
  group: PricingGroup,
  worth: Prices,
  one: Case,
  limit: number,
  left: Walk['left'],
): number[][] | null {
  const walk: Walk = {
    one,
    group,
    limit,
    nodes: [],
    isIn: new Uint8Array(one.count),
    loads: new Float64Array(group.dimensions),
    found: [],
    left,
  }
  return goOn(walk, -1, group.fixedCost, group.shiftStarts)
    ? [...singlesBelow(group, worth, limit), ...walk.found]
    : null
}

/** A visit that is worth no detour may still be worth a tour of its own. */
function singlesBelow(group: PricingGroup, worth: Prices, limit: number): number[][] {
  const span = group.size + 2
  return Array.from({ length: group.size }, (_, i) => i)
    .filter((i) => {
      const legs = group.costs[group.size * span + i]! + group.costs[i * span + group.size + 1]!
      return group.fixedCost + legs - worth[i]! < limit && fits(group, [i])
    })
    .map((i) => [i])
}

function fits(group: PricingGroup, nodes: readonly number[]): boolean {
  for (let k = 0; k < group.dimensions; k++) {
    const load = nodes.reduce((sum, node) => sum + group.loads[node * group.dimensions + k]!, 0)
    if (load > group.loadsMax[k]!) return false
  }
  return workOf(group, nodes) <= group.workMinutesMax
}

/** Goes on from a candidate (−1: the start), left at a time, in every way that may stay below the limit. False: too many. */
function goOn(walk: Walk, last: number, cost: number, leaves: number): boolean {
  const { one, group, limit, nodes, isIn, left } = walk
  const visitsLeft = Math.min(group.loadsMax[0]!, one.count) - nodes.length - 1
  if (visitsLeft < 0) return true
  for (let c = 0; c < one.count; c++) {
    if (isIn[one.slot[c]!] === 1 || !mayLoad(walk, c)) continue
    const leg = last < 0 ? one.outMinutes[c]! : one.minutes[last * one.count + c]!
    const starts = Math.max(leaves + leg, one.opens[c]!)
    if (starts > one.closes[c]! + ROUNDING) continue
    const way =
      last < 0
        ? one.outCost[c]! - one.price[c]! + group.workMinuteCost * (leg + one.service[c]!)
        : one.reduced[last * one.count + c]!
    const now = cost + way
    const ends = starts + one.service[c]!
    const bound = now + completionBound(one, c, visitsLeft, ends, last < 0 ? -1 : one.slot[last]!, limit - now)
    if (bound >= limit) continue
    if (left.steps-- <= 0) return false
    nodes.push(one.nodes[c]!)
    load(walk, c, 1)
    if (nodes.length > 1 && now + one.homeCost[c]! < limit && workOf(group, nodes) <= group.workMinutesMax) {
      if (left.tours-- <= 0) return false
      walk.found.push([...nodes])
    }
    isIn[one.slot[c]!] = 1
    if (!goOn(walk, c, now, ends)) return false
    isIn[one.slot[c]!] = 0
    load(walk, c, -1)
    nodes.pop()
  }
  return true
}

const ROUNDING = 1e-9

function mayLoad({ group, one, loads }: Walk, candidate: number): boolean {
  const at = one.nodes[candidate]! * group.dimensions
  for (let k = 0; k < group.dimensions; k++) if (loads[k]! + group.loads[at + k]! > group.loadsMax[k]!) return false
  return true
}

function load({ group, one, loads }: Walk, candidate: number, sign: number): void {
  const at = one.nodes[candidate]! * group.dimensions
  for (let k = 0; k < group.dimensions; k++) loads[k]! += sign * group.loads[at + k]!
}
