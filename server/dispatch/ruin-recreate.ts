// Slack induction by string removals (Christiaens and Vanden Berghe 2020): takes strings of neighbouring visits out of neighbouring
// tours, then puts them back greedily, in a random kind of order and overlooking a position now and then.
import { applyInsertion, findInsertion, searchOf, type Search } from './insertion.ts'
import { endOf, startOf, type Model } from './model.ts'
import { neighbourhoods } from './neighbours.ts'
import type { Random } from './random.ts'
import { settleSupplies } from './supplies.ts'
import { linkElement, linkVisit, refreshTour, unlinkElement, unlinkVisit, type Tours } from './tours.ts'

/** The mean number of visits removed, the longest string, and the shares of the paper. */
const REMOVED_MEAN = 10
const STRING_MAX = 10
const SPLIT_SHARE = 0.5
const SPLIT_STOP_SHARE = 0.99
const BLINK_SHARE = 0.01
/** Of the orders that are unserved for long, so many are tried again in one step. */
const RETRIED_MAX = 12

export interface Step {
  readonly tours: Tours
  readonly random: Random
  readonly search: Search
  readonly neighbours: (order: number) => Int32Array
  /** Orders to put back in this step. */
  readonly absent: number[]
  readonly sortKey: Float64Array
  /** Tours touched in this step with their elements before it: tour, length, elements… */
  readonly journal: number[]
  readonly touchedIn: Int32Array
  number: number
}

export function stepOf(tours: Tours, random: Random): Step {
  const { model } = tours
  return {
    tours,
    random,
    search: searchOf(model, random, BLINK_SHARE),
    neighbours: neighbourhoods(model),
    absent: [],
    sortKey: new Float64Array(model.orderCount),
    journal: [],
    touchedIn: new Int32Array(model.tourCount),
    number: 0,
  }
}

/** One ruin and recreate; `undoStep` takes it back as long as no other step was made. */
export function makeStep(step: Step): void {
  step.number++
  step.journal.length = 0
  step.absent.length = 0
  retryUnserved(step)
  ruin(step)
  recreate(step)
}

/** Puts every tour that the last step touched back as it was. */
export function undoStep(step: Step): void {
  const { tours, journal } = step
  for (let at = 0; at < journal.length; at += 2 + journal[at + 1]!) emptyTour(tours, journal[at]!)
  for (let at = 0; at < journal.length; at += 2 + journal[at + 1]!) refillTour(step, at)
}

function emptyTour(tours: Tours, tour: number): void {
  const { model, next } = tours
  const end = endOf(model, tour)
  for (let i = next[startOf(model, tour)]!; i !== end;) {
    const following = next[i]!
    if (i < model.visitCount) unlinkVisit(tours, i)
    else unlinkElement(tours, i)
    i = following
  }
}

function refillTour(step: Step, at: number): void {
  const { tours, journal } = step
  const { model } = tours
  const tour = journal[at]!
  let after = startOf(model, tour)
  for (let k = 0; k < journal[at + 1]!; k++) {
    const element = journal[at + 2 + k]!
    if (element < model.visitCount) linkVisit(tours, tour, element, after)
    else linkElement(tours, element, after)
    after = element
  }
  refreshTour(tours, tour)
}

function touch(step: Step, tour: number): void {
  if (step.touchedIn[tour] === step.number) return
  step.touchedIn[tour] = step.number
  const { tours, journal } = step
  const end = endOf(tours.model, tour)
  const header = journal.push(tour, 0) - 1
  for (let i = tours.next[startOf(tours.model, tour)]!; i !== end; i = tours.next[i]!) journal.push(i)
  journal[header] = journal.length - header - 1
}

function retryUnserved(step: Step): void {
  const { tours, random, absent } = step
  const count = tours.unservedCount
  if (count <= RETRIED_MAX) {
    for (let i = 0; i < count; i++) absent.push(tours.unserved[i]!)
    return
  }
  const from = random.below(count)
  for (let i = 0; i < RETRIED_MAX; i++) absent.push(tours.unserved[(from + i) % count]!)
}

function ruin(step: Step): void {
  const { tours, random } = step
  const { model } = tours
  const served = model.orderCount - tours.unservedCount
  if (served === 0) return
  const stringMax = Math.min(STRING_MAX, served / tours.usedTours)
  const stringsMax = (4 * REMOVED_MEAN) / (1 + stringMax) - 1
  const strings = Math.floor(1 + random.real() * stringsMax)
  // An unserved order as seed makes room where it is wanted.
  const seed = random.below(model.orderCount)
  let ruined = 0
  for (const order of step.neighbours(seed)) {
    if (ruined >= strings) break
    const visit = tours.visitOf[order]!
    if (visit < 0) continue
    const tour = tours.tourOf[visit]!
    if (step.touchedIn[tour] === step.number) continue
    const at = step.journal.length
    const absentBefore = step.absent.length
    touch(step, tour)
    const length = Math.floor(1 + random.real() * Math.min(tours.size[tour]!, stringMax))
    removeString(step, tour, visit, Math.min(length, tours.size[tour]!))
    refreshTour(tours, tour)
    if (model.hasKit) settleSupplies(tours, tour)
    // Where a detour is quicker than the direct way, a tour may break when the detour's visit goes: then it stays whole.
    if (!isFeasible(tours, tour)) {
      step.absent.length = absentBefore
      emptyTour(tours, tour)
      refillTour(step, at)
    }
    ruined++
  }
}

function isFeasible(tours: Tours, tour: number): boolean {
  const { model } = tours
  const start = startOf(model, tour)
  if (tours.size[tour] === 0) return true
  if (tours.latest[start]! < model.opens[start]!) return false
  return !model.needsWork || tours.tourWork[tour]! <= model.workMinutesMax[tour]!
}

/** Removes `length` visits around one; half of the time some visits within the string are kept. */
function removeString(step: Step, tour: number, visit: number, length: number): void {
  const { tours, random } = step
  const { model } = tours
  const size = tours.size[tour]!
  let kept = 0
  if (length > 1 && length < size && random.real() < SPLIT_SHARE) {
    kept = 1
    while (length + kept < size && random.real() > SPLIT_STOP_SHARE) kept++
  }
  const visits: number[] = []
  const end = endOf(model, tour)
  for (let i = tours.next[startOf(model, tour)]!; i !== end; i = tours.next[i]!)
    if (i < model.visitCount) visits.push(i)
  const at = visits.indexOf(visit)
  const span = length + kept
  const low = Math.max(0, at - span + 1)
  const high = Math.min(at, size - span)
  const first = low + random.below(high - low + 1)
  const keptFrom = kept > 0 ? first + 1 + random.below(length - 1) : -1
  for (let i = first; i < first + span; i++) {
    if (kept > 0 && i >= keptFrom && i < keptFrom + kept) continue
    const order = model.orderOf[visits[i]!]!
    if (model.pinned[order] === 1) continue
    unlinkVisit(tours, visits[i]!)
    step.absent.push(order)
  }
}

function recreate(step: Step): void {
  const { tours, search, absent } = step
  const { model } = tours
  sortAbsent(step)
  for (const order of absent) {
    if (!findInsertion(tours, search, order, model.unservedCost[order]!)) continue
    touch(step, search.best.tour)
    applyInsertion(tours, search.best)
  }
}

// Weights of the orders of reinsertion: those of the paper for windows, and scarcity and price for ours.
const SORTS = ['random', 'demand', 'far', 'near', 'width', 'opens', 'closes', 'scarce', 'dear'] as const
const SORT_WEIGHTS = [4, 2, 2, 1, 2, 2, 2, 2, 1]
const SORT_WEIGHT_SUM = SORT_WEIGHTS.reduce((sum, weight) => sum + weight, 0)

function sortAbsent(step: Step): void {
  const { absent, sortKey, random, tours } = step
  let pick = random.below(SORT_WEIGHT_SUM)
  let kind = 0
  while (pick >= SORT_WEIGHTS[kind]!) pick -= SORT_WEIGHTS[kind++]!
  for (const order of absent) sortKey[order] = keyOf(tours.model, SORTS[kind]!, order, random)
  absent.sort((a, b) => sortKey[a]! - sortKey[b]! || a - b)
}

function keyOf(model: Model, sort: (typeof SORTS)[number], order: number, random: Random): number {
  const visit = model.alternatives[order]![0]!
  const eligible = model.eligibleFrom[visit + 1]! - model.eligibleFrom[visit]!
  switch (sort) {
    case 'random':
      return random.real()
    case 'demand':
      return model.dimensions > 1 ? -model.loads[visit * model.dimensions + 1]! : -model.service[visit]!
    case 'far':
    case 'near': {
      if (eligible === 0) return 0
      const tour = model.eligibleTour[model.eligibleFrom[visit]!]!
      const leg = model.place[startOf(model, tour)]! * model.placeCount + model.place[visit]!
      return sort === 'near' ? model.minutes[tour]![leg]! : -model.minutes[tour]![leg]!
    }
    case 'width':
      return model.closes[visit]! - model.opens[visit]!
    case 'opens':
      return model.opens[visit]!
    case 'closes':
      return -model.closes[visit]!
    case 'scarce':
      return eligible
    case 'dear':
    default:
      return -model.unservedCost[order]!
  }
}
