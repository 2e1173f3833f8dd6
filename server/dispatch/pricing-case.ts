// The case of one call of pricing: which visits are worth looking at, and how cheaply a tour can be gone on from each of them.
import {
  completionRoom,
  completionTable,
  type Candidates,
  type CompletionRoom,
  type CompletionTable,
} from './completion.ts'
import type { PricingGroup } from './pricing-group.ts'

/** The case of one call: the visits worth looking at and how cheaply each can be gone on from. */
export interface Case extends Candidates {
  readonly group: PricingGroup
  /** Nodes worth looking at, by falling gain. */
  readonly nodes: Int32Array
  readonly price: Float64Array
  readonly outCost: Float64Array
  readonly outMinutes: Float64Array
  /** Whether the candidate is the only visit of its order here. */
  readonly isOnly: Uint8Array
  /** By number of visits: the most that so many more visits can gain. */
  readonly gainMost: Float64Array
  readonly leastReturn: number
  readonly words: number
  readonly byTime: CompletionTable
  /** Where working time is limited below the shift. */
  readonly byWork: CompletionTable | null
}

/** Where the tables of one case after the other are written. */
export interface CaseRooms {
  readonly byTime: CompletionRoom
  readonly byWork: CompletionRoom
}

export const caseRooms = (): CaseRooms => ({ byTime: completionRoom(), byWork: completionRoom() })

const ROUNDING = 1e-9

/** With a slack also visits that cost up to so much more than they are worth are looked at. */
export function caseOf(rooms: CaseRooms, group: PricingGroup, prices: Float64Array, slack = 0): Case {
  const { size, costs } = group
  const span = size + 2
  const kept = worthwhileNodes(group, prices, slack)
  const leastIn = (node: number): number => {
    let least = costs[size * span + node]!
    for (const from of kept) if (from !== node && costs[from * span + node]! < least) least = costs[from * span + node]!
    return least
  }
  const gains = new Map(kept.map((node) => [node, prices[node]! - leastIn(node)]))
  kept.sort((a, b) => gains.get(b)! - gains.get(a)! || a - b)
  const visitsMax = group.loadsMax[0]!
  const gainMost = new Float64Array(Math.min(kept.length, visitsMax) + 1)
  for (let m = 1; m < gainMost.length; m++) gainMost[m] = gainMost[m - 1]! + Math.max(0, gains.get(kept[m - 1]!)!)
  const candidates = candidatesOf(group, kept, prices)
  const shift = { from: group.shiftStarts, to: group.shiftEnds, hasWindows: true }
  const work = { from: 0, to: group.workMinutesMax, hasWindows: false }
  const visitsLeftMax = Math.max(0, Math.min(kept.length, visitsMax) - 2)
  return {
    group,
    ...candidates,
    gainMost,
    leastReturn: kept.reduce((least, node) => Math.min(least, costs[node * span + size + 1]!), Infinity),
    byTime: completionTable(rooms.byTime, candidates, shift, visitsLeftMax),
    byWork: group.needsWork ? completionTable(rooms.byWork, candidates, work, visitsLeftMax) : null,
  }
}

/**
 * The visits that can be part of a best tour of several. On metric legs a visit whose price does not exceed its least detour can be
 * dropped from any tour without loss; what is left makes the detours longer, so this is done until nothing changes.
 */
function worthwhileNodes(group: PricingGroup, prices: Float64Array, slack: number): number[] {
  let kept: number[] = []
  for (let i = 0; i < group.size; i++)
    if (prices[i]! > -slack || (!group.isMetric && prices[i]! > -Infinity)) kept.push(i)
  while (group.isMetric) {
    const left = kept.filter((node) => isWorthDetour(group, kept, node, prices[node]! + slack))
    if (left.length === kept.length) break
    kept = left
  }
  return kept
}

/** The kept nodes' legs, windows and prices as dense arrays. A minute of work is paid for with the leg or service that needs it. */
function candidatesOf(group: PricingGroup, kept: readonly number[], prices: Float64Array) {
  const { size, costs, minutes, workMinuteCost } = group
  const span = size + 2
  const count = kept.length
  const slots = new Map<number, number>()
  const slot = Int32Array.from(kept, (node) => {
    const order = group.orders[node]!
    if (!slots.has(order)) slots.set(order, slots.size)
    return slots.get(order)!
  })
  const by = (read: (node: number) => number): Float64Array => Float64Array.from(kept, read)
  const between = new Float64Array(count * count)
  const reduced = new Float64Array(count * count)
  for (let c = 0; c < count; c++) {
    for (let d = 0; d < count; d++) {
      const leg = kept[c]! * span + kept[d]!
      between[c * count + d] = minutes[leg]!
      const work = workMinuteCost * (minutes[leg]! + group.service[kept[d]!]!)
      reduced[c * count + d] = costs[leg]! - prices[kept[d]!]! + work
    }
  }
  return {
    count,
    nodes: Int32Array.from(kept),
    price: by((node) => prices[node]!),
    slot,
    reduced,
    minutes: between,
    outCost: by((node) => costs[size * span + node]!),
    outMinutes: by((node) => minutes[size * span + node]!),
    homeCost: by((node) => costs[node * span + size + 1]! + workMinuteCost * minutes[node * span + size + 1]!),
    homeMinutes: by((node) => minutes[node * span + size + 1]!),
    opens: by((node) => group.opens[node]!),
    closes: by((node) => group.closes[node]!),
    service: by((node) => group.service[node]!),
    isOnly: Uint8Array.from(slot, (bit) => (slot.indexOf(bit) === slot.lastIndexOf(bit) ? 1 : 0)),
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
