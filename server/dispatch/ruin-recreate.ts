// Slack induction by string removals (Christiaens and Vanden Berghe 2020): takes strings of neighbouring visits out of neighbouring
// tours, then puts them back greedily, in a random kind of order and overlooking a position now and then. Where an order may only go on
// few tours the strings are mostly taken out of these.
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
const RETRIED_MAX = 8
const RETRIED_ELSEWHERE = 1
/** Where an order may go on at most this share of the tours, in the mean, this share of the ruins take out its rivals. */
const CHOOSY_SHARE = 0.25
const RIVALS_SHARE = 0.5

export interface Step {
  readonly tours: Tours
  readonly random: Random
  readonly search: Search
  readonly neighbours: (order: number) => Int32Array
  /** Orders to put back in this step. */
  readonly absent: number[]
  readonly sortKey: Float64Array
  /** Whether orders are choosy about tours. */
  readonly isChoosy: boolean
  /** By tour: the visits that it may take, slices [takesFrom[v], takesFrom[v + 1]). */
  readonly takesFrom: Int32Array
  readonly takes: Int32Array
  /** By order: the last step in which it was absent. */
  readonly absentIn: Int32Array
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
    isChoosy: model.eligibleTour.length <= CHOOSY_SHARE * model.visitCount * model.tourCount,
    ...takersOf(model),
    absentIn: new Int32Array(model.orderCount),
    sortKey: new Float64Array(model.orderCount),
    journal: [],
    touchedIn: new Int32Array(model.tourCount),
    number: 0,
  }
}

/** The visits that each tour may take. */
function takersOf(model: Model): { takesFrom: Int32Array; takes: Int32Array } {
  const takesFrom = new Int32Array(model.tourCount + 1)
  for (const tour of model.eligibleTour) takesFrom[tour + 1]!++
  for (let v = 0; v < model.tourCount; v++) takesFrom[v + 1]! += takesFrom[v]!
  const next = takesFrom.slice()
  const takes = new Int32Array(model.eligibleTour.length)
  for (let visit = 0; visit < model.visitCount; visit++)
    for (let e = model.eligibleFrom[visit]!; e < model.eligibleFrom[visit + 1]!; e++)
      takes[next[model.eligibleTour[e]!]!++] = visit
  return { takesFrom, takes }
}

/** One ruin and recreate; `undoStep` takes it back as long as no other step was made. */
export function makeStep(step: Step): void {
  step.number++
  step.journal.length = 0
  step.absent.length = 0
  ruin(step)
  retryUnserved(step)
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

/** Of the unserved orders mostly those are tried that a touched tour may take: elsewhere little has changed. */
function retryUnserved(step: Step): void {
  const { tours, random, absent, journal, takesFrom, takes, absentIn } = step
  const { model } = tours
  const removed = absent.length
  if (tours.unservedCount === removed) return
  for (const order of absent) absentIn[order] = step.number
  for (let at = 0; at < journal.length; at += 2 + journal[at + 1]!) {
    const tour = journal[at]!
    for (let t = takesFrom[tour]!; t < takesFrom[tour + 1]!; t++) {
      const order = model.orderOf[takes[t]!]!
      if (tours.visitOf[order]! >= 0 || absentIn[order] === step.number) continue
      absentIn[order] = step.number
      absent.push(order)
    }
  }
  const found = absent.length - removed
  for (let k = 0; k < RETRIED_MAX && k < found; k++) {
    const at = removed + k + random.below(found - k)
    const order = absent[at]!
    absent[at] = absent[removed + k]!
    absent[removed + k] = order
  }
  absent.length = removed + Math.min(found, RETRIED_MAX)
  retryElsewhere(step)
}

/** A limit that tours share, or a team's load over several days, may make room on a tour that was not touched. */
function retryElsewhere({ tours, random, absent, absentIn, number }: Step): void {
  for (let k = 0; k < RETRIED_ELSEWHERE; k++) {
    const order = tours.unserved[random.below(tours.unservedCount)]!
    if (absentIn[order] === number) continue
    absentIn[order] = number
    absent.push(order)
  }
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
  if (step.isChoosy && random.real() < RIVALS_SHARE) ruinRivals(step, seed, strings, stringMax)
  else ruinNeighbours(step, seed, strings, stringMax)
}

function ruinNeighbours(step: Step, seed: number, strings: number, stringMax: number): void {
  const { tours } = step
  let ruined = 0
  for (const order of step.neighbours(seed)) {
    if (ruined >= strings) break
    const visit = tours.visitOf[order]!
    if (visit < 0 || step.touchedIn[tours.tourOf[visit]!] === step.number) continue
    ruinTour(step, visit, stringMax)
    ruined++
  }
}

/** Takes strings out of the tours that could take the order: where few tours can, what is near in place is seldom what competes for them. */
function ruinRivals(step: Step, seed: number, strings: number, stringMax: number): void {
  const { tours, random } = step
  const { model } = tours
  const alternatives = model.alternatives[seed]!
  const visit = alternatives[random.below(alternatives.length)]!
  const from = model.eligibleFrom[visit]!
  const count = model.eligibleFrom[visit + 1]! - from
  const first = count === 0 ? 0 : random.below(count)
  let ruined = 0
  for (let k = 0; k < count && ruined < strings; k++) {
    const tour = model.eligibleTour[from + ((first + k) % count)]!
    if (tours.size[tour] === 0 || step.touchedIn[tour] === step.number) continue
    ruinTour(step, anyVisitOf(step, tour), stringMax)
    ruined++
  }
}

function anyVisitOf({ tours, random }: Step, tour: number): number {
  const { model, next } = tours
  let left = random.below(tours.size[tour]!)
  for (let i = next[startOf(model, tour)]!; ; i = next[i]!) if (i < model.visitCount && left-- === 0) return i
}

/** Takes a string around a visit out of its tour. */
function ruinTour(step: Step, visit: number, stringMax: number): void {
  const { tours, random } = step
  const tour = tours.tourOf[visit]!
  const at = step.journal.length
  const absentBefore = step.absent.length
  touch(step, tour)
  const length = Math.floor(1 + random.real() * Math.min(tours.size[tour]!, stringMax))
  removeString(step, tour, visit, Math.min(length, tours.size[tour]!))
  refreshTour(tours, tour)
  if (tours.model.hasKit) settleSupplies(tours, tour)
  // Where a detour is quicker than the direct way, a tour may break when the detour's visit goes: then it stays whole.
  if (!isFeasible(tours, tour)) {
    step.absent.length = absentBefore
    emptyTour(tours, tour)
    refillTour(step, at)
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
