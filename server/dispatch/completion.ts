// How cheaply a tour can still be completed: backward over the visits left, with time in buckets that are rounded in the tour's favour,
// walks that may come back to a visit but not at once (Houck et al. 1980). What it says is never above the truth, so pricing may drop
// every label that it condemns.

/** The candidates of a pricing case as dense arrays; entry `from * count + to` for legs. */
export interface Candidates {
  readonly count: number
  /** Candidates of one order share a slot. */
  readonly slot: Int32Array
  /** Cost of a leg less the price of the visit that it leads to, and its minutes. */
  readonly reduced: Float64Array
  readonly minutes: Float64Array
  readonly homeCost: Float64Array
  readonly homeMinutes: Float64Array
  readonly opens: Float64Array
  readonly closes: Float64Array
  readonly service: Float64Array
}

/** What may run out: the time of the day between the shift's ends, or the minutes on the road and at work. */
export interface Resource {
  readonly from: number
  readonly to: number
  readonly hasWindows: boolean
}

/** Least costs of completing: entry `(visitsLeft * count + candidate) * buckets + bucket`. */
export interface CompletionTable {
  readonly count: number
  readonly buckets: number
  readonly from: number
  readonly width: number
  /** Numbers of visits left for which it has an answer: 0 … layers − 1. */
  readonly layers: number
  /** The best, the slot that it goes to next (−1: home), and the best that goes elsewhere. */
  readonly best: Float64Array
  readonly towards: Int16Array
  readonly other: Float64Array
}

const BUCKETS = 16
const ROUNDING = 1e-9
/** Beyond so many numbers of visits left the table would cost more than it spares. */
const LAYERS_MAX = 40

/** Arrays that one table after the other is written into. */
export interface CompletionRoom {
  best: Float64Array
  towards: Int16Array
  other: Float64Array
}

export const completionRoom = (): CompletionRoom => ({
  best: new Float64Array(0),
  towards: new Int16Array(0),
  other: new Float64Array(0),
})

/** Fills a table for up to `visitsLeftMax` more visits; stops early where more visits bring nothing. */
export function completionTable(
  room: CompletionRoom,
  candidates: Candidates,
  resource: Resource,
  visitsLeftMax: number,
): CompletionTable {
  const { count } = candidates
  const length = resource.to - resource.from
  const isBounded = Number.isFinite(length) && length > 0
  const buckets = isBounded ? BUCKETS : 1
  const width = isBounded ? length / BUCKETS : 1
  const layers = Math.min(visitsLeftMax, LAYERS_MAX) + 1
  const needed = layers * count * buckets
  if (room.best.length < needed) {
    room.best = new Float64Array(needed)
    room.towards = new Int16Array(needed)
    room.other = new Float64Array(needed)
  }
  const table = { count, buckets, from: resource.from, width, layers, ...room }
  fillHome(table, candidates, resource)
  for (let layer = 1; layer < layers; layer++) fillLayer(table, candidates, resource, layer)
  return table
}

function fillHome(table: CompletionTable, candidates: Candidates, resource: Resource): void {
  const { buckets, width, best, towards, other } = table
  for (let c = 0; c < candidates.count; c++) {
    for (let b = 0; b < buckets; b++) {
      const isHome = buckets === 1 || resource.from + b * width + candidates.homeMinutes[c]! <= resource.to + ROUNDING
      best[c * buckets + b] = other[c * buckets + b] = isHome ? candidates.homeCost[c]! : Infinity
      towards[c * buckets + b] = -1
    }
  }
}

/**
 * One visit more. Leaving c one bucket later arrives at d one bucket later, unless d is not open yet; costs rise with time, so nothing
 * beats the earliest arrival and nothing is easier to beat than the latest departure.
 */
function fillLayer(table: CompletionTable, candidates: Candidates, resource: Resource, layer: number): void {
  const { count, buckets, width, best, towards, other } = table
  const { slot, minutes, reduced, service, closes } = candidates
  const { from, hasWindows } = resource
  const size = count * buckets
  const lastBucket = buckets - 1
  const opened = Int32Array.from(candidates.opens, (opens, d) =>
    hasWindows ? Math.min(lastBucket, bucketsIn((opens + service[d]! - from) / width)) : 0,
  )
  // Whoever may make fewer visits may make as many.
  best.copyWithin(layer * size, (layer - 1) * size, layer * size)
  towards.copyWithin(layer * size, (layer - 1) * size, layer * size)
  other.copyWithin(layer * size, (layer - 1) * size, layer * size)
  for (let c = 0; c < count; c++) {
    const into = layer * size + c * buckets
    const avoided = slot[c]!
    for (let d = 0; d < count; d++) {
      const towardsSlot = slot[d]!
      if (towardsSlot === avoided) continue
      const source = (layer - 1) * size + d * buckets
      const cost = reduced[c * count + d]!
      const leg = minutes[c * count + d]!
      const last = hasWindows
        ? Math.min(lastBucket, Math.floor((closes[d]! - leg - from) / width + ROUNDING))
        : lastBucket
      if (last < 0 || cost + best[source + opened[d]!]! >= other[into + last]!) continue
      const shift = bucketsIn((leg + service[d]!) / width)
      let arrives = shift > opened[d]! ? shift : opened[d]!
      if (arrives > lastBucket) arrives = lastBucket
      if (cost + best[source + arrives]! >= other[into + last]!) continue
      for (let b = 0; b <= last; b++) {
        if (b + shift > arrives && arrives < lastBucket) arrives++
        const at = source + arrives
        const value = cost + (towards[at] === avoided ? other[at]! : best[at]!)
        const to = into + b
        if (value < best[to]!) {
          if (towards[to] !== towardsSlot) other[to] = best[to]!
          best[to] = value
          towards[to] = towardsSlot
        } else if (value < other[to]! && towards[to] !== towardsSlot) other[to] = value
      }
    }
  }
}

const bucketsIn = (widths: number): number => Math.max(0, Math.floor(widths - ROUNDING))

/**
 * At most what it costs to go on from a candidate and come home, with at most so many visits more and none at `avoided` next; `used` is
 * when the candidate is left, or the minutes used by then.
 */
export function completionAt(
  table: CompletionTable,
  visitsLeft: number,
  candidate: number,
  used: number,
  avoided: number,
): number {
  const { buckets } = table
  let bucket = Math.floor((used - table.from) / table.width - ROUNDING)
  if (bucket < 0) bucket = 0
  else if (bucket >= buckets) bucket = buckets - 1
  const at = (visitsLeft * table.count + candidate) * buckets + bucket
  return table.towards[at] === avoided ? table.other[at]! : table.best[at]!
}
