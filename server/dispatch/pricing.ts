// Pricing: the tour of a team-day whose cost falls farthest below the prices of its visits. An elementary shortest path with
// windows, loads and working time, solved by labels that grow visit by visit (Feillet et al. 2004): a label dies when another at the
// same visit is as cheap, as early and as short, and has closed no visit that it has not, or when even the dearest visits left could
// not bring it below the limit.
import type { PricingGroup } from './pricing-group.ts'
import { joined, joinSegments } from './tours.ts'

/** A tour found: nodes of its group in order, and its cost less the prices of its visits. */
export interface PricedTour {
  readonly nodes: readonly number[]
  readonly reducedCost: number
}

export interface Priced {
  /** No tour of the group has a reduced cost below this; never above the limit that was asked for. */
  readonly bound: number
  /** Tours below the limit, cheapest first. */
  readonly tours: readonly PricedTour[]
}

export interface PricingLimits {
  /** Only tours below this are wanted; at most 0. */
  readonly limit: number
  /** Labels kept at each number of visits; the rest goes into the bound. */
  readonly labelsMax: number
  readonly toursMax: number
}

/** Labels, one array for each of their parts; grown when needed and used again. */
interface Labels {
  count: number
  capacity: number
  cost: Float64Array
  /** Start of the tour's segment: least duration, and earliest and latest departure that attain it. */
  duration: Float64Array
  departs: Float64Array
  departsLatest: Float64Array
  last: Int32Array
  parent: Int32Array
  nextAtLast: Int32Array
  isDead: Uint8Array
  closed: Int32Array
  loads: Float64Array
  bound: Float64Array
}

export interface PricingScratch {
  readonly labels: Labels
  words: number
  dimensions: number
}

const FIRST_CAPACITY = 4096
const NARROW_LABELS_MAX = 5

export function pricingScratch(): PricingScratch {
  return { labels: labelsOf(FIRST_CAPACITY, 1, 1), words: 1, dimensions: 1 }
}

function labelsOf(capacity: number, words: number, dimensions: number): Labels {
  const reals = (): Float64Array => new Float64Array(capacity)
  const whole = (): Int32Array => new Int32Array(capacity)
  return {
    count: 0,
    capacity,
    cost: reals(),
    duration: reals(),
    departs: reals(),
    departsLatest: reals(),
    last: whole(),
    parent: whole(),
    nextAtLast: whole(),
    isDead: new Uint8Array(capacity),
    closed: new Int32Array(capacity * words),
    loads: new Float64Array(capacity * dimensions),
    bound: reals(),
  }
}

/** The case of one call: the visits worth looking at and what the completion bound needs of them. */
interface Case {
  readonly group: PricingGroup
  readonly prices: Float64Array
  /** Nodes worth looking at, by falling gain; `slot[c]` is the bit of candidate c (visits of one order share it). */
  readonly nodes: Int32Array
  readonly slot: Int32Array
  readonly gain: Float64Array
  /** Whether the candidate is the only visit of its order here. */
  readonly isOnly: Uint8Array
  /** By number of visits: the most that so many more visits can gain. */
  readonly gainMost: Float64Array
  readonly leastReturn: number
  readonly words: number
}

const ROUNDING = 1e-9

/** Finds tours whose reduced cost is below the limit; `prices` are by node, net of everything but travel, work and the fixed cost. */
export function priceGroup(
  scratch: PricingScratch,
  group: PricingGroup,
  prices: Float64Array,
  limits: PricingLimits,
): Priced {
  const found: PricedTour[] = []
  let limit = limits.limit
  const keep = (nodes: () => number[], reducedCost: number): void => {
    if (reducedCost >= limit || found.some((tour) => Math.abs(tour.reducedCost - reducedCost) < ROUNDING)) return
    found.push({ nodes: nodes(), reducedCost })
    found.sort((a, b) => a.reducedCost - b.reducedCost)
    if (found.length > limits.toursMax) {
      found.pop()
      limit = Math.min(limit, found.at(-1)!.reducedCost)
    }
  }
  priceSingles(group, prices, keep)
  let bound = Infinity
  if (group.loadsMax[0]! > 1) {
    const one = caseOf(group, prices)
    // A narrow search first finds a low limit, which spares the wide one most of its labels.
    if (limits.labelsMax > NARROW_LABELS_MAX) grow(scratch, one, NARROW_LABELS_MAX, () => limit, keep)
    bound = grow(scratch, one, limits.labelsMax, () => limit, keep)
  }
  return { bound: Math.min(limits.limit, bound, found[0]?.reducedCost ?? Infinity), tours: found }
}

type Keep = (nodes: () => number[], reducedCost: number) => void

function priceSingles(group: PricingGroup, prices: Float64Array, keep: Keep): void {
  const { size, costs } = group
  const span = size + 2
  for (let i = 0; i < size; i++) {
    const reducedCost = group.fixedCost + costs[size * span + i]! + costs[i * span + size + 1]! - prices[i]!
    if (reducedCost >= 0 || !fitsAlone(group, i)) continue
    if (!group.needsWork) keep(() => [i], reducedCost)
    else {
      const work = workOf(group, [i])
      if (work <= group.workMinutesMax) keep(() => [i], reducedCost + group.workMinuteCost * work)
    }
  }
}

function fitsAlone(group: PricingGroup, node: number): boolean {
  for (let k = 0; k < group.dimensions; k++)
    if (group.loads[node * group.dimensions + k]! > group.loadsMax[k]!) return false
  return workOf(group, [node]) < Infinity
}

/** The least time between departure and return of a sequence of nodes; Infinity when it misses a window. */
export function workOf(group: PricingGroup, nodes: readonly number[]): number {
  const { size, minutes } = group
  const span = size + 2
  let from = size
  let duration = 0
  let departs = group.shiftStarts
  let departsLatest = group.shiftEnds
  for (const node of nodes) {
    const leg = minutes[from * span + node]!
    joinSegments(duration, departs, departsLatest, leg, group.service[node]!, group.opens[node]!, group.closes[node]!)
    if (joined.late > 0) return Infinity
    duration = joined.D
    departs = joined.E
    departsLatest = joined.L
    from = node
  }
  const home = minutes[from * span + size + 1]!
  joinSegments(duration, departs, departsLatest, home, 0, group.shiftStarts, group.shiftEnds)
  return joined.late > 0 ? Infinity : joined.D
}

/**
 * The visits that can be part of a best tour of several. On metric legs a visit whose price does not exceed its least detour can be
 * dropped from any tour without loss; what is left makes the detours longer, so this is done until nothing changes.
 */
function caseOf(group: PricingGroup, prices: Float64Array): Case {
  const { size, costs } = group
  const span = size + 2
  let kept: number[] = []
  for (let i = 0; i < size; i++) if (prices[i]! > 0 || (!group.isMetric && prices[i]! > -Infinity)) kept.push(i)
  while (group.isMetric) {
    const left = kept.filter((node) => isWorthDetour(group, kept, node, prices[node]!))
    if (left.length === kept.length) break
    kept = left
  }
  const leastIn = (node: number): number => {
    let least = costs[size * span + node]!
    for (const from of kept) if (from !== node && costs[from * span + node]! < least) least = costs[from * span + node]!
    return least
  }
  const gains = new Map(kept.map((node) => [node, prices[node]! - leastIn(node)]))
  kept.sort((a, b) => gains.get(b)! - gains.get(a)! || a - b)
  const slots = new Map<number, number>()
  const slot = Int32Array.from(kept, (node) => {
    const order = group.orders[node]!
    if (!slots.has(order)) slots.set(order, slots.size)
    return slots.get(order)!
  })
  const gain = Float64Array.from(kept, (node) => gains.get(node)!)
  const visitsMax = Math.min(kept.length, group.loadsMax[0]!)
  const gainMost = new Float64Array(group.loadsMax[0]! + 1)
  for (let m = 1; m < gainMost.length; m++)
    gainMost[m] = gainMost[m - 1]! + (m <= visitsMax ? Math.max(0, gain[m - 1]!) : 0)
  return {
    group,
    prices,
    nodes: Int32Array.from(kept),
    slot,
    gain,
    isOnly: Uint8Array.from(slot, (bit) => (slot.indexOf(bit) === slot.lastIndexOf(bit) ? 1 : 0)),
    gainMost,
    leastReturn: kept.reduce((least, node) => Math.min(least, costs[node * span + size + 1]!), Infinity),
    words: Math.max(1, Math.ceil(slots.size / 32)),
  }
}

/** Whether some tour among the kept visits gains by taking this one in: its price exceeds the detour somewhere. */
function isWorthDetour(group: PricingGroup, kept: readonly number[], node: number, price: number): boolean {
  const { size, costs } = group
  const span = size + 2
  const end = size + 1
  const most = price - ROUNDING
  const home = costs[node * span + end]!
  const out = costs[size * span + node]!
  for (const i of kept) {
    if (i === node) continue
    const row = i * span
    // Most often it is worth the way when it comes first or last.
    if (costs[row + node]! + home - costs[row + end]! < most) return true
    if (out + costs[node * span + i]! - costs[size * span + i]! < most) return true
  }
  for (const i of kept) {
    const row = i * span
    const head = costs[row + node]! - most
    if (i === node) continue
    for (const j of kept) if (head + costs[node * span + j]! < costs[row + j]! && j !== node && j !== i) return true
  }
  return false
}

/** Grows labels level by level; the answer bounds what was dropped for want of room. */
function grow(scratch: PricingScratch, one: Case, labelsMax: number, limit: () => number, keep: Keep): number {
  const count = one.nodes.length
  if (count === 0) return Infinity
  prepare(scratch, one)
  const heads = new Int32Array(count).fill(-1)
  let dropped = Infinity
  let from = 0
  for (let c = 0; c < count; c++) extend(scratch, one, -1, c, heads, limit())
  for (let visits = 1; visits < one.group.loadsMax[0]!; visits++) {
    const { labels } = scratch
    const to = labels.count
    if (from === to) break
    dropped = Math.min(dropped, thin(labels, from, to, labelsMax))
    for (let label = from; label < to; label++) {
      if (scratch.labels.isDead[label] === 1 || scratch.labels.bound[label]! >= limit()) continue
      for (let c = 0; c < count; c++) {
        if (isClosed(scratch, label, one.slot[c]!)) continue
        const made = extend(scratch, one, label, c, heads, limit())
        if (made >= 0) close(scratch, one, made, limit(), keep)
      }
    }
    from = to
  }
  return dropped
}

function prepare(scratch: PricingScratch, one: Case): void {
  const { words } = one
  const { dimensions } = one.group
  if (scratch.words !== words || scratch.dimensions !== dimensions) {
    scratch.words = words
    scratch.dimensions = dimensions
    Object.assign(scratch.labels, {
      closed: new Int32Array(scratch.labels.capacity * words),
      loads: new Float64Array(scratch.labels.capacity * dimensions),
    })
  }
  scratch.labels.count = 0
}

const isClosed = (scratch: PricingScratch, label: number, slot: number): boolean =>
  (scratch.labels.closed[label * scratch.words + (slot >> 5)]! & (1 << (slot & 31))) !== 0

function close(scratch: PricingScratch, one: Case, label: number, limit: number, keep: Keep): void {
  const { labels } = scratch
  const { group } = one
  const last = one.nodes[labels.last[label]!]!
  const span = group.size + 2
  let reducedCost = labels.cost[label]! + group.costs[last * span + group.size + 1]!
  if (reducedCost >= limit) return
  const home = group.minutes[last * span + group.size + 1]!
  const { duration, departs, departsLatest } = labels
  joinSegments(duration[label]!, departs[label]!, departsLatest[label]!, home, 0, group.shiftStarts, group.shiftEnds)
  if (joined.late > 0 || joined.D > group.workMinutesMax) return
  reducedCost += group.workMinuteCost * joined.D
  keep(() => nodesOf(labels, one, label), reducedCost)
}

function nodesOf(labels: Labels, one: Case, label: number): number[] {
  const nodes: number[] = []
  for (let at = label; at >= 0; at = labels.parent[at]!) nodes.push(one.nodes[labels.last[at]!]!)
  return nodes.reverse()
}

/** Makes the label of one more visit; -1 when it is infeasible, dominated or cannot come below the limit. */
function extend(
  scratch: PricingScratch,
  one: Case,
  parent: number,
  candidate: number,
  heads: Int32Array,
  limit: number,
): number {
  const { labels, words } = scratch
  const { group } = one
  const { size, dimensions } = group
  const span = size + 2
  const node = one.nodes[candidate]!
  const from = parent < 0 ? size : one.nodes[labels.last[parent]!]!
  const before = parent < 0 ? group.fixedCost : labels.cost[parent]!
  const cost = before + group.costs[from * span + node]! - one.prices[node]!
  const left = group.loadsMax[0]! - (parent < 0 ? 1 : labels.loads[parent * dimensions]! + 1)
  if (left < 0) return -1
  const homeCost = group.costs[node * span + size + 1]!
  if (cost + Math.min(homeCost, Math.min(homeCost, one.leastReturn) - one.gainMost[left]!) >= limit) return -1
  const leg = group.minutes[from * span + node]!
  const service = group.service[node]!
  if (parent < 0)
    joinSegments(0, group.shiftStarts, group.shiftEnds, leg, service, group.opens[node]!, group.closes[node]!)
  else
    joinSegments(
      labels.duration[parent]!,
      labels.departs[parent]!,
      labels.departsLatest[parent]!,
      leg,
      service,
      group.opens[node]!,
      group.closes[node]!,
    )
  if (joined.late > 0) return -1
  const { D, E, L } = joined
  const home = group.minutes[node * span + size + 1]!
  // On metric legs whoever cannot go home from here never can.
  if (group.isMetric && (E + D + home > group.shiftEnds || D + home > group.workMinutesMax)) return -1
  if (labels.count === labels.capacity) enlarge(scratch)
  const made = labels.count
  for (let k = 0; k < dimensions; k++) {
    const load = (parent < 0 ? 0 : labels.loads[parent * dimensions + k]!) + group.loads[node * dimensions + k]!
    if (load > group.loadsMax[k]!) return -1
    labels.loads[made * dimensions + k] = load
  }
  labels.cost[made] = cost
  labels.duration[made] = D
  labels.departs[made] = E
  labels.departsLatest[made] = L
  labels.last[made] = candidate
  labels.parent[made] = parent
  labels.isDead[made] = 0
  for (let w = 0; w < words; w++) labels.closed[made * words + w] = parent < 0 ? 0 : labels.closed[parent * words + w]!
  labels.closed[made * words + (one.slot[candidate]! >> 5)]! |= 1 << (one.slot[candidate]! & 31)
  // Work is paid for when the tour closes, so a label's cost is a lower bound without it.
  const bound = completionBound(scratch, one, made)
  if (bound >= limit) return -1
  labels.bound[made] = bound
  if (isDominated(scratch, made, heads[candidate]!, dimensions)) return -1
  labels.nextAtLast[made] = heads[candidate]!
  heads[candidate] = made
  labels.count++
  return made
}

/** Closes what is out of reach, and bounds from below what any tour that begins so can cost. */
function completionBound(scratch: PricingScratch, one: Case, label: number): number {
  const { labels, words } = scratch
  const { group, gain, nodes, slot } = one
  const span = group.size + 2
  const last = nodes[labels.last[label]!]!
  const leaves = labels.departs[label]! + labels.duration[label]!
  let left = group.loadsMax[0]! - labels.loads[label * group.dimensions]!
  let gained = 0
  for (let c = 0; c < nodes.length; c++) {
    const word = label * words + (slot[c]! >> 5)
    const bit = 1 << (slot[c]! & 31)
    if ((labels.closed[word]! & bit) !== 0) continue
    const node = nodes[c]!
    if (group.isMetric && leaves + group.minutes[last * span + node]! > group.closes[node]! + ROUNDING) {
      if (one.isOnly[c] === 1) labels.closed[word]! |= bit
      continue
    }
    if (left > 0 && gain[c]! > 0) {
      gained += gain[c]!
      left--
    }
  }
  const work = group.workMinuteCost * labels.duration[label]!
  const home = group.costs[last * span + group.size + 1]!
  return labels.cost[label]! + work + Math.min(home, Math.min(home, one.leastReturn) - gained)
}

function isDominated(scratch: PricingScratch, made: number, head: number, dimensions: number): boolean {
  const { labels } = scratch
  for (let other = head; other >= 0; other = labels.nextAtLast[other]!) {
    if (labels.isDead[other] === 1) continue
    if (dominates(scratch, other, made, dimensions)) return true
    if (dominates(scratch, made, other, dimensions)) labels.isDead[other] = 1
  }
  return false
}

function dominates(scratch: PricingScratch, a: number, b: number, dimensions: number): boolean {
  const { labels, words } = scratch
  if (labels.cost[a]! > labels.cost[b]! + ROUNDING) return false
  if (labels.duration[a]! > labels.duration[b]! + ROUNDING) return false
  if (labels.departs[a]! + labels.duration[a]! > labels.departs[b]! + labels.duration[b]! + ROUNDING) return false
  if (labels.departsLatest[a]! < labels.departsLatest[b]! - ROUNDING) return false
  for (let w = 0; w < words; w++)
    if ((labels.closed[a * words + w]! & ~labels.closed[b * words + w]!) !== 0) return false
  for (let k = 0; k < dimensions; k++)
    if (labels.loads[a * dimensions + k]! > labels.loads[b * dimensions + k]! + ROUNDING) return false
  return true
}

/** Keeps the most promising labels of a level; the answer is the least bound among those dropped. */
function thin(labels: Labels, from: number, to: number, most: number): number {
  const live: number[] = []
  for (let label = from; label < to; label++) if (labels.isDead[label] === 0) live.push(label)
  if (live.length <= most) return Infinity
  live.sort((a, b) => labels.bound[a]! - labels.bound[b]! || a - b)
  for (let i = most; i < live.length; i++) labels.isDead[live[i]!] = 1
  return labels.bound[live[most]!]!
}

function enlarge(scratch: PricingScratch): void {
  const { labels } = scratch
  const larger = labelsOf(labels.capacity * 2, scratch.words, scratch.dimensions)
  for (const part of [
    'cost',
    'duration',
    'departs',
    'departsLatest',
    'last',
    'parent',
    'nextAtLast',
    'isDead',
    'closed',
    'loads',
    'bound',
  ] as const)
    larger[part].set(labels[part])
  larger.count = labels.count
  Object.assign(labels, larger)
}
