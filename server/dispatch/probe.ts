// A slow, plain insertion check with one constraint let go: what explanations and near misses rest on.
import { endOf, startOf, suppliesOf } from './model.ts'
import type { RejectionCode } from './plan.ts'
import { assignmentMinutes } from './model.ts'
import { coverageSaved, fitsLimits } from './insertion.ts'
import { loadCost, type Tours } from './tours.ts'

/** The constraints that can be let go one at a time. */
export const RELAXABLE = [
  'NO_SKILL',
  'NOT_ELIGIBLE',
  'NO_DAY',
  'LIMIT',
  'VISITS',
  'LOAD',
  'SUPPLIES',
  'WINDOW',
  'SHIFT',
  'WORK_MINUTES',
] as const

/** Which constraints of who the team is an order fails on a team-day, before any tour is looked at. */
export function staticFailures(tours: Tours, order: number, tour: number): RejectionCode[] {
  const { problem } = tours.model
  const one = problem.orders[order]!
  const teamDay = problem.teamDays[tour]!
  const failures: RejectionCode[] = []
  if (!one.skills.every((skill) => teamDay.skills.includes(skill))) failures.push('NO_SKILL')
  if (one.teamDays && !one.teamDays.includes(teamDay.id)) failures.push('NOT_ELIGIBLE')
  if (!one.windows.some((window) => window.day === undefined || window.day === teamDay.day)) failures.push('NO_DAY')
  if (one.pin && one.pin.teamDay !== teamDay.id) failures.push('LOCKED')
  return failures
}

/**
 * The least added cost of an order on a tour with the named constraints off; Infinity when it does not fit even so. With `SEVERAL`
 * off the tour's other visits are off: the order is tried alone.
 */
export function probe(tours: Tours, order: number, tour: number, off: ReadonlySet<RejectionCode>): number {
  const { model } = tours
  const { problem } = model
  if (staticFailures(tours, order, tour).some((failure) => !off.has(failure))) return Infinity
  const one = problem.orders[order]!
  const teamDay = problem.teamDays[tour]!
  const alone = off.has('SEVERAL')
  if (!off.has('LIMIT') && !alone && !fitsLimits(tours, model.alternatives[order]![0]!, tour)) return Infinity
  if (!off.has('VISITS') && (alone ? 0 : tours.size[tour]!) + 1 > teamDay.visitsMax) return Infinity
  for (let k = 0; k < one.loads.length; k++) {
    const others = alone ? 0 : tours.load[tour * model.dimensions + k + 1]!
    if (!off.has('LOAD') && others + one.loads[k]! > teamDay.loadsMax[k]!) return Infinity
  }
  const days = one.windows.filter(
    (window) => off.has('NO_DAY') || window.day === undefined || window.day === teamDay.day,
  )
  const windows = off.has('WINDOW') ? [{ opensMinute: 0, closesMinute: Infinity }] : days
  let base = assignmentMinutes(one, teamDay) - coverageSaved(tours, order)
  if (tours.size[tour] === 0) base += teamDay.fixedCost
  const load = tours.teamLoad[model.teamOf[tour]!]!
  base += loadCost(model, load + one.serviceMinutes) - loadCost(model, load)
  let least = Infinity
  for (const window of windows)
    for (const stops of sequencesWith(tours, tour, alone))
      least = Math.min(least, walk(tours, order, tour, stops, window, off))
  return base + least
}

/** A stop of a trial tour: an element, or -1 for the order itself. */
type Sequence = readonly number[]

function* sequencesWith(tours: Tours, tour: number, alone: boolean): Generator<Sequence> {
  const { model } = tours
  const present: number[] = []
  const end = endOf(model, tour)
  for (let i = tours.next[startOf(model, tour)]!; i !== end; i = tours.next[i]!) if (!alone) present.push(i)
  const maySupply = model.problem.suppliesPlace !== undefined && (alone || tours.hasSupplies[tour] === 0)
  for (let at = 0; at <= present.length; at++) {
    const stops = present.toSpliced(at, 0, -1)
    yield stops
    if (maySupply) for (let s = 0; s <= at; s++) yield stops.toSpliced(s, 0, suppliesOf(model, tour))
  }
}

/** Drives a trial tour through; its cost beyond the present tour's, or Infinity when a rule that is on breaks. */
function walk(
  tours: Tours,
  order: number,
  tour: number,
  stops: Sequence,
  window: { readonly opensMinute: number; readonly closesMinute: number },
  off: ReadonlySet<RejectionCode>,
): number {
  const { model } = tours
  const one = model.problem.orders[order]!
  const teamDay = model.problem.teamDays[tour]!
  const table = model.minutes[tour]!
  const opens = (element: number): number => (element < 0 ? window.opensMinute : model.opens[element]!)
  const closes = (element: number): number => (element < 0 ? window.closesMinute : model.closes[element]!)
  let place = teamDay.startPlace
  let now = off.has('SHIFT') ? 0 : teamDay.shiftStartsMinute
  const began = now
  let travel = 0
  let waited = 0
  let spare = Infinity
  for (const element of [...stops, endOf(model, tour)]) {
    const to = element < 0 ? one.place : model.place[element]!
    now += table[place * model.placeCount + to]!
    travel += model.costs[tour]![place * model.placeCount + to]!
    place = to
    const isEnd = element === endOf(model, tour)
    const latest = isEnd && off.has('SHIFT') ? Infinity : closes(element)
    if (now > latest) return Infinity
    if (!isEnd && now < opens(element)) {
      waited += opens(element) - now
      now = opens(element)
    }
    spare = Math.min(spare, latest - now + waited)
    if (!isEnd) now += element < 0 ? one.serviceMinutes : model.service[element]!
  }
  const work = now - began - Math.min(waited, spare)
  if (!off.has('WORK_MINUTES') && work > teamDay.workMinutesMax) return Infinity
  if (!off.has('SUPPLIES') && !kitLasts(tours, order, tour, stops)) return Infinity
  const before = tours.size[tour] === 0 ? 0 : legsCost(tours, tour) + model.workMinuteCost * tours.tourWork[tour]!
  return travel + model.workMinuteCost * work - before
}

function legsCost(tours: Tours, tour: number): number {
  const { model } = tours
  const end = endOf(model, tour)
  let cost = 0
  for (let i = startOf(model, tour); i !== end; i = tours.next[i]!)
    cost += model.costs[tour]![model.place[i]! * model.placeCount + model.place[tours.next[i]!]!]!
  return cost
}

function kitLasts(tours: Tours, order: number, tour: number, stops: Sequence): boolean {
  const { model } = tours
  const { partCount } = model
  const left = Array.from({ length: partCount }, (_, k) => model.tourParts[tour * partCount + k]!)
  for (const element of stops) {
    if (element >= model.visitCount) return true
    const visit = element < 0 ? model.alternatives[order]![0]! : element
    if ((model.toolBits[visit]! & ~model.tourToolBits[tour]!) !== 0) return false
    for (let k = 0; k < partCount; k++) {
      const wanted = model.parts[visit * partCount + k]!
      left[k]! -= wanted
      if (wanted > 0 && left[k]! < 0) return false
    }
  }
  return true
}
