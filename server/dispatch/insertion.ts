// Where an order fits best: every position of every tour that may take it, each checked in constant time.
import { endOf, startOf, suppliesOf, takenOf, type Model } from './model.ts'
import type { Random } from './random.ts'
import { joined, joinSegments, linkElement, linkVisit, loadCost, refreshTour, type Tours } from './tours.ts'

/** The best insertion found; `visit` is -1 when there is none. One object is reused: read it before the next search. */
export interface Insertion {
  visit: number
  tour: number
  /** The element after which the visit goes. */
  after: number
  /** The element after which a supplies stop goes first; -1 when none is added. */
  suppliesAfter: number
  /** What the insertion adds to the cost, without the price of the order being unserved. */
  added: number
}

const noInsertion = (): Insertion => ({ visit: -1, tour: -1, after: -1, suppliesAfter: -1, added: Infinity })

/** Scratch of one search: the best so far, and which classes of unused tours it has looked at. */
export interface Search {
  readonly best: Insertion
  readonly classSeen: Int32Array
  seen: number
  /** The chance of overlooking a position, and its source; null looks at all. */
  readonly random: Random | null
  readonly blinkRate: number
}

export function searchOf(model: Model, random: Random | null, blinkRate = 0): Search {
  return { best: noInsertion(), classSeen: new Int32Array(model.classCount), seen: 0, random, blinkRate }
}

/** Finds the cheapest insertion of an order that adds less than `limit`; false when there is none. */
export function findInsertion(tours: Tours, search: Search, order: number, limit: number): boolean {
  const { model } = tours
  const { best } = search
  best.visit = -1
  best.suppliesAfter = -1
  best.added = limit
  const saved = coverageSaved(tours, order)
  for (const visit of model.alternatives[order]!) {
    search.seen++
    const to = model.eligibleFrom[visit + 1]!
    for (let e = model.eligibleFrom[visit]!; e < to; e++) {
      const tour = model.eligibleTour[e]!
      if (tours.size[tour] === 0) {
        const like = model.tourClass[tour]!
        if (search.classSeen[like] === search.seen) continue
        search.classSeen[like] = search.seen
      }
      if (fitsLoads(tours, visit, tour)) scanTour(tours, search, visit, tour, model.eligibleCost[e]! - saved)
    }
  }
  return best.visit >= 0
}

/** Looks for a better place of a visit on one tour; `assignment` is what the pair costs apart from the tour. */
export function scanTour(tours: Tours, search: Search, visit: number, tour: number, assignment: number): void {
  const { model } = tours
  let base = assignment
  if (tours.size[tour] === 0) base += model.fixedCost[tour]!
  if (model.problem.fairness.length > 0) {
    const load = tours.teamLoad[model.teamOf[tour]!]!
    base += loadCost(model, load + model.service[visit]!) - loadCost(model, load)
  }
  if (model.needsWork || model.hasKit) scanWork(tours, search, visit, tour, base)
  else scanTravel(tours, search, visit, tour, base)
}

export function coverageSaved(tours: Tours, order: number): number {
  const { model } = tours
  const village = model.villageOf[order]!
  if (village < 0 || tours.villageVisits[village]! >= model.visitsMin[village]!) return 0
  return model.missingCost[village]!
}

/** Whether the tour carries a visit, and whether the limits that it shares with others leave room. */
export function fitsLoads(tours: Tours, visit: number, tour: number): boolean {
  const { dimensions, loads, loadsMax } = tours.model
  for (let k = 0; k < dimensions; k++)
    if (tours.load[tour * dimensions + k]! + loads[visit * dimensions + k]! > loadsMax[tour * dimensions + k]!)
      return false
  return fitsLimits(tours, visit, tour)
}

/** Sums of minutes carry noise below this. */
const LIMIT_TOLERANCE = 1e-6

export function fitsLimits(tours: Tours, visit: number, tour: number): boolean {
  const { model, limitTaken, size } = tours
  for (const limit of model.limitsOf[tour]!)
    if (limitTaken[limit]! + takenOf(model, limit, visit, size[tour]!) > model.limits[limit]!.most + LIMIT_TOLERANCE)
      return false
  return true
}

const blinks = (search: Search): boolean => search.random !== null && search.random.real() < search.blinkRate

function scanTravel(tours: Tours, search: Search, visit: number, tour: number, base: number): void {
  const { model, next, earliest, latest } = tours
  const { place, service, placeCount } = model
  const { best } = search
  const minutes = model.minutes[tour]!
  const costs = model.costs[tour]!
  const here = place[visit]!
  const opens = model.opens[visit]!
  const closes = model.closes[visit]!
  const stay = service[visit]!
  const end = endOf(model, tour)
  const used = tours.size[tour]! > 0
  for (let i = startOf(model, tour); i !== end;) {
    const j = next[i]!
    const leaves = earliest[i]! + service[i]!
    if (leaves > closes) return
    const from = place[i]! * placeCount
    const to = place[j]!
    const added = base + costs[from + here]! + costs[here * placeCount + to]! - (used ? costs[from + to]! : 0)
    if (added < best.added) {
      let starts = leaves + minutes[from + here]!
      if (starts < opens) starts = opens
      if (starts <= closes && starts + stay + minutes[here * placeCount + to]! <= latest[j]! && !blinks(search))
        take(best, visit, tour, i, -1, added)
    }
    i = j
  }
}

function take(best: Insertion, visit: number, tour: number, after: number, suppliesAfter: number, added: number): void {
  best.visit = visit
  best.tour = tour
  best.after = after
  best.suppliesAfter = suppliesAfter
  best.added = added
}

function scanWork(tours: Tours, search: Search, visit: number, tour: number, base: number): void {
  const { model, next, earliest, latest, supplied } = tours
  const { place, service, placeCount, workMinuteCost } = model
  const { best } = search
  const minutes = model.minutes[tour]!
  const costs = model.costs[tour]!
  const here = place[visit]!
  const opens = model.opens[visit]!
  const closes = model.closes[visit]!
  const stay = service[visit]!
  const end = endOf(model, tour)
  const used = tours.size[tour]! > 0
  const workBefore = used ? tours.tourWork[tour]! : 0
  const carried = !model.hasKit || kitSuffices(tours, visit, tour)
  if (!carried && tours.hasSupplies[tour] === 0) {
    if (model.problem.suppliesPlace !== undefined) scanWithSupplies(tours, search, visit, tour, base)
    return
  }
  for (let i = startOf(model, tour); i !== end; i = next[i]!) {
    const j = next[i]!
    const leaves = earliest[i]! + service[i]!
    if (leaves > closes) return
    if (!carried && supplied[i] === 0) continue
    const from = place[i]! * placeCount
    const to = place[j]!
    const toHere = minutes[from + here]!
    const toNext = minutes[here * placeCount + to]!
    let added = base + costs[from + here]! + costs[here * placeCount + to]! - (used ? costs[from + to]! : 0)
    if (added >= best.added) continue
    let starts = leaves + toHere
    if (starts < opens) starts = opens
    if (starts > closes || starts + stay + toNext > latest[j]!) continue
    if (model.needsWork) {
      joinSegments(tours.headD[i]!, tours.headE[i]!, tours.headL[i]!, toHere, stay, opens, closes)
      joinSegments(joined.D, joined.E, joined.L, toNext, tours.tailD[j]!, tours.tailE[j]!, tours.tailL[j]!)
      if (joined.D > model.workMinutesMax[tour]!) continue
      added += workMinuteCost * (joined.D - workBefore)
    }
    if (added < best.added && !blinks(search)) take(best, visit, tour, i, -1, added)
  }
}

/** Whether the tools on board and the parts left before the supplies stop are enough for a visit. */
function kitSuffices(tours: Tours, visit: number, tour: number): boolean {
  const { model } = tours
  const { partCount } = model
  if ((model.toolBits[visit]! & ~model.tourToolBits[tour]!) !== 0) return false
  for (let k = 0; k < partCount; k++) {
    const wanted = model.parts[visit * partCount + k]!
    if (wanted > 0 && tours.partsUsed[tour * partCount + k]! + wanted > model.tourParts[tour * partCount + k]!)
      return false
  }
  return true
}

/** As `scanWork`, for a tour that must first fetch supplies: tries the stop at every earlier position. */
function scanWithSupplies(tours: Tours, search: Search, visit: number, tour: number, base: number): void {
  const { model, next, headD, headE, headL, tailD, tailE, tailL } = tours
  const { place, opens, closes, service, placeCount } = model
  const { best } = search
  const minutes = model.minutes[tour]!
  const costs = model.costs[tour]!
  const start = startOf(model, tour)
  const end = endOf(model, tour)
  const depot = place[suppliesOf(model, tour)]!
  const here = place[visit]!
  const used = tours.size[tour]! > 0
  const workBefore = used ? tours.tourWork[tour]! : 0
  for (let p = start; p !== end; p = next[p]!) {
    const fromP = place[p]! * placeCount
    joinSegments(headD[p]!, headE[p]!, headL[p]!, minutes[fromP + depot]!, 0, 0, Infinity)
    let d = joined.D
    let e = joined.E
    let l = joined.L
    // `legs` counts the cost from p over the supplies to `last`, against the legs that this replaces.
    let legs = base + costs[fromP + depot]!
    let lastPlace = depot
    for (let q = p; q !== end;) {
      const j = next[q]!
      const to = place[j]!
      const replaced = used ? costs[place[q]! * placeCount + to]! : 0
      joinSegments(d, e, l, minutes[lastPlace * placeCount + here]!, service[visit]!, opens[visit]!, closes[visit]!)
      if (joined.late > 0) break
      joinSegments(joined.D, joined.E, joined.L, minutes[here * placeCount + to]!, tailD[j]!, tailE[j]!, tailL[j]!)
      if (joined.late === 0 && joined.D <= model.workMinutesMax[tour]!) {
        const added =
          legs +
          costs[lastPlace * placeCount + here]! +
          costs[here * placeCount + to]! -
          replaced +
          model.workMinuteCost * (joined.D - workBefore)
        if (added < best.added && !blinks(search)) take(best, visit, tour, q, p, added)
      }
      joinSegments(d, e, l, minutes[lastPlace * placeCount + to]!, service[j]!, opens[j]!, closes[j]!)
      if (joined.late > 0) break
      d = joined.D
      e = joined.E
      l = joined.L
      legs += costs[lastPlace * placeCount + to]! - replaced
      lastPlace = to
      q = j
    }
  }
}

/** Carries out an insertion that was found on these very tours. */
export function applyInsertion(tours: Tours, insertion: Insertion): void {
  const { visit, tour, after, suppliesAfter } = insertion
  linkVisit(tours, tour, visit, after)
  if (suppliesAfter >= 0) {
    const supplies = suppliesOf(tours.model, tour)
    linkElement(tours, supplies, suppliesAfter)
  }
  refreshTour(tours, tour)
}
