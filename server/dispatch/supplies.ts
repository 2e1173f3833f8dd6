import { endOf, startOf, suppliesOf } from './model.ts'
import { joined, joinSegments, linkElement, refreshTour, unlinkElement, type Tours } from './tours.ts'

/**
 * Puts the supplies stop of a tour where it costs least, or drops it when the visits left do without. Called after visits were
 * removed; the tour must be fresh, and is fresh again afterwards.
 */
export function settleSupplies(tours: Tours, tour: number): void {
  const { model, next, previous } = tours
  if (tours.hasSupplies[tour] === 0) return
  const supplies = suppliesOf(model, tour)
  const back = previous[supplies]!
  unlinkElement(tours, supplies)
  refreshTour(tours, tour)
  const needsFrom = firstBeyondKit(tours, tour)
  if (needsFrom < 0) return
  let bestAfter = back
  let bestCost = Infinity
  for (let p = startOf(model, tour); ; p = next[p]!) {
    const cost = costOfStop(tours, tour, p)
    if (cost < bestCost) {
      bestCost = cost
      bestAfter = p
    }
    if (next[p] === needsFrom) break
  }
  linkElement(tours, supplies, bestAfter)
  refreshTour(tours, tour)
}

/** The first visit that the team's own kit does not reach; -1 when it reaches all. */
function firstBeyondKit(tours: Tours, tour: number): number {
  const { model, next } = tours
  const { partCount } = model
  const end = endOf(model, tour)
  const used = new Float64Array(partCount)
  for (let i = next[startOf(model, tour)]!; i !== end; i = next[i]!) {
    if ((model.toolBits[i]! & ~model.tourToolBits[tour]!) !== 0) return i
    for (let k = 0; k < partCount; k++) {
      const wanted = model.parts[i * partCount + k]!
      used[k]! += wanted
      if (wanted > 0 && used[k]! > model.tourParts[tour * partCount + k]!) return i
    }
  }
  return -1
}

function costOfStop(tours: Tours, tour: number, after: number): number {
  const { model, headD, headE, headL, tailD, tailE, tailL } = tours
  const { place, placeCount } = model
  const minutes = model.minutes[tour]!
  const costs = model.costs[tour]!
  const j = tours.next[after]!
  const depot = place[suppliesOf(model, tour)]!
  const from = place[after]! * placeCount
  const to = place[j]!
  joinSegments(headD[after]!, headE[after]!, headL[after]!, minutes[from + depot]!, 0, 0, Infinity)
  if (joined.late > 0) return Infinity
  joinSegments(joined.D, joined.E, joined.L, minutes[depot * placeCount + to]!, tailD[j]!, tailE[j]!, tailL[j]!)
  if (joined.late > 0 || joined.D > model.workMinutesMax[tour]!) return Infinity
  return costs[from + depot]! + costs[depot * placeCount + to]! - costs[from + to]! + model.workMinuteCost * joined.D
}
