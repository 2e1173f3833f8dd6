// Pricing: the tour of a team-day whose cost falls farthest below the prices of its visits. An elementary shortest path with
// windows, loads and working time, solved by labels that grow visit by visit (Feillet et al. 2004): a label dies when another at the
// same visit is as cheap, as early and as short, and has closed no visit that it has not, or when even the dearest visits left could
// not bring it below the limit.
import { completionAt } from './completion.ts'
import { caseOf, caseRooms, type Case, type CaseRooms } from './pricing-case.ts'
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
  readonly rooms: CaseRooms
  words: number
  dimensions: number
}

const FIRST_CAPACITY = 4096
const NARROW_LABELS_MAX = 5

export function pricingScratch(): PricingScratch {
  const labels = labelsOf(FIRST_CAPACITY, 1, 1)
  return { labels, rooms: caseRooms(), words: 1, dimensions: 1 }
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
    const one = caseOf(scratch.rooms, group, prices)
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

/** Grows labels level by level; the answer bounds what was dropped for want of room. */
function grow(scratch: PricingScratch, one: Case, labelsMax: number, limit: () => number, keep: Keep): number {
  const { count } = one
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
  const { labels } = scratch
  const { group, count } = one
  const { dimensions } = group
  const last = parent < 0 ? -1 : labels.last[parent]!
  const leg = last < 0 ? one.outMinutes[candidate]! : one.minutes[last * count + candidate]!
  const service = one.service[candidate]!
  const opens = one.opens[candidate]!
  const closes = one.closes[candidate]!
  let starts = last < 0 ? group.shiftStarts + leg : labels.departs[parent]! + labels.duration[parent]! + leg
  if (starts > closes + ROUNDING) return -1
  if (starts < opens) starts = opens
  // Work is paid for when the tour closes: `paid` counts what is certain of it.
  const paid =
    last < 0
      ? group.fixedCost + one.outCost[candidate]! - one.price[candidate]! + group.workMinuteCost * (leg + service)
      : labels.cost[parent]! + group.workMinuteCost * labels.duration[parent]! + one.reduced[last * count + candidate]!
  const left = Math.min(group.loadsMax[0]!, count) - (last < 0 ? 1 : labels.loads[parent * dimensions]! + 1)
  if (left < 0) return -1
  const avoided = last < 0 ? -1 : one.slot[last]!
  let bound = paid + completionBound(one, candidate, left, starts + service, avoided, limit - paid)
  if (bound >= limit) return -1
  if (last < 0) joinSegments(0, group.shiftStarts, group.shiftEnds, leg, service, opens, closes)
  else
    joinSegments(
      labels.duration[parent]!,
      labels.departs[parent]!,
      labels.departsLatest[parent]!,
      leg,
      service,
      opens,
      closes,
    )
  if (joined.late > 0) return -1
  const { D, E } = joined
  const home = one.homeMinutes[candidate]!
  // On metric legs whoever cannot go home from here never can.
  if (group.isMetric && (E + D + home > group.shiftEnds || D + home > group.workMinutesMax)) return -1
  if (one.byWork && left < one.byWork.layers) {
    bound = Math.max(bound, paid + completionAt(one.byWork, left, candidate, D, avoided))
    if (bound >= limit) return -1
  }
  const made = writeLabel(scratch, one, parent, candidate)
  if (made < 0) return -1
  labels.bound[made] = bound
  if (left > 1 && group.isMetric) closeOutOfReach(scratch, one, made)
  if (left > 0 && isDominated(scratch, made, heads[candidate]!, dimensions)) return -1
  labels.nextAtLast[made] = heads[candidate]!
  heads[candidate] = made
  labels.count++
  return made
}

/** Writes a label behind the others, with the times in `joined`, without counting it yet; -1 when a load is too great. */
function writeLabel(scratch: PricingScratch, one: Case, parent: number, candidate: number): number {
  const { labels, words } = scratch
  const { group } = one
  const { dimensions } = group
  if (labels.count === labels.capacity) enlarge(scratch)
  const made = labels.count
  for (let k = 0; k < dimensions; k++) {
    const before = parent < 0 ? 0 : labels.loads[parent * dimensions + k]!
    const load = before + group.loads[one.nodes[candidate]! * dimensions + k]!
    if (load > group.loadsMax[k]!) return -1
    labels.loads[made * dimensions + k] = load
  }
  const way =
    parent < 0
      ? group.fixedCost + one.outCost[candidate]!
      : labels.cost[parent]! + wayCost(one, labels.last[parent]!, candidate)
  labels.cost[made] = way - one.price[candidate]!
  labels.duration[made] = joined.D
  labels.departs[made] = joined.E
  labels.departsLatest[made] = joined.L
  labels.last[made] = candidate
  labels.parent[made] = parent
  labels.isDead[made] = 0
  for (let w = 0; w < words; w++) labels.closed[made * words + w] = parent < 0 ? 0 : labels.closed[parent * words + w]!
  labels.closed[made * words + (one.slot[candidate]! >> 5)]! |= 1 << (one.slot[candidate]! & 31)
  return made
}

const wayCost = ({ group, nodes }: Case, from: number, to: number): number =>
  group.costs[nodes[from]! * (group.size + 2) + nodes[to]!]!

/**
 * Bounds from below what it costs to go on and come home, with so many visits left. What is not in the table yet is looked up one visit
 * ahead, which stops as soon as the answer is below what would condemn the label.
 */
export function completionBound(
  one: Case,
  candidate: number,
  left: number,
  leaves: number,
  avoided: number,
  condemns: number,
): number {
  const { byTime, count } = one
  const home = one.homeCost[candidate]!
  if (left < byTime.layers) return completionAt(byTime, left, candidate, leaves, avoided)
  const most = Math.min(left, one.gainMost.length - 1)
  const rough = Math.min(home, Math.min(home, one.leastReturn) - one.gainMost[most]!)
  if (rough >= condemns || left !== byTime.layers) return rough
  let least = home
  const slot = one.slot[candidate]!
  for (let d = 0; d < count; d++) {
    const starts = leaves + one.minutes[candidate * count + d]!
    if (starts > one.closes[d]! + ROUNDING || one.slot[d] === slot) continue
    const leavesNext = Math.max(starts, one.opens[d]!) + one.service[d]!
    const cost = one.reduced[candidate * count + d]! + completionAt(byTime, left - 1, d, leavesNext, slot)
    if (cost < least) least = cost
  }
  return Math.max(rough, least)
}

/** Closes what can no longer be reached: a label that could not go there anyway is not the worse for it. */
function closeOutOfReach(scratch: PricingScratch, one: Case, label: number): void {
  const { labels, words } = scratch
  const { count, slot } = one
  const row = labels.last[label]! * count
  const leaves = labels.departs[label]! + labels.duration[label]!
  for (let c = 0; c < count; c++)
    if (leaves + one.minutes[row + c]! > one.closes[c]! + ROUNDING && one.isOnly[c] === 1)
      labels.closed[label * words + (slot[c]! >> 5)]! |= 1 << (slot[c]! & 31)
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
