// True reasons for orders that a plan leaves out. A code is counted only for team-days where that very constraint fails, and a
// relaxation is stated only after the insertion was found feasible without that one constraint.
import { fitsLimits } from './insertion.ts'
import type { Model } from './model.ts'
import type { Rejection, RejectionCode, Relaxation, Unserved } from './plan.ts'
import { probe, RELAXABLE, staticFailures } from './probe.ts'
import type { Tours } from './tours.ts'

const NONE: ReadonlySet<RejectionCode> = new Set()
const ALONE: ReadonlyMap<RejectionCode, ReadonlySet<RejectionCode>> = new Map(
  RELAXABLE.map((code) => [code, new Set<RejectionCode>([code])]),
)
/**
 * A missing skill or day is let go on trial only for so many of the nearest team-days: the others' way is longer, and of thousands
 * of team-days most fail in this way.
 */
const NEAREST_PROBED_MAX = 60
/** As if nothing else were planned on the team-day. */
const EMPTY_TOUR: ReadonlySet<RejectionCode> = new Set(['SEVERAL'])
/** What a tour may lack, in the order in which a centre would rather change it: the resident's window comes last. */
const TOUR_CODES = ['LIMIT', 'VISITS', 'LOAD', 'SUPPLIES', 'SHIFT', 'WORK_MINUTES', 'WINDOW'] as const

/** Reasons for every unserved order of a state, in the problem's order. */
export function explainUnserved(tours: Tours): Unserved[] {
  const orders = Array.from(tours.unserved.slice(0, tours.unservedCount)).sort((a, b) => a - b)
  return orders.map((order) => explainOrder(tours, order))
}

/** Counts of rejections by reason over all team-days, and the cheapest single relaxation. */
function explainOrder(tours: Tours, order: number): Unserved {
  const { model } = tours
  const counts = new Map<RejectionCode, number>()
  let relaxation: Relaxation | undefined
  const farthest = farthestProbed(tours, order)
  for (let tour = 0; tour < model.tourCount; tour++) {
    const { code, near } = judge(tours, order, tour, legOut(tours, order, tour) <= farthest)
    counts.set(code, (counts.get(code) ?? 0) + 1)
    for (const one of near) if (!relaxation || one.addedMinutes < relaxation.addedMinutes) relaxation = one
  }
  const id = model.problem.orders[order]!.id
  const rejections = sortedCounts(counts)
  return relaxation ? { order: id, rejections, relaxation } : { order: id, rejections }
}

const legOut = (tours: Tours, order: number, tour: number): number => {
  const { model } = tours
  const { startPlace } = model.problem.teamDays[tour]!
  return model.costs[tour]![startPlace * model.placeCount + model.problem.orders[order]!.place]!
}

/** The way out from the last of the nearest homes for which a change of who the team is gets tried. */
function farthestProbed(tours: Tours, order: number): number {
  if (tours.model.tourCount <= NEAREST_PROBED_MAX) return Infinity
  const ways = Float64Array.from({ length: tours.model.tourCount }, (_, tour) => legOut(tours, order, tour))
  return ways.sort()[NEAREST_PROBED_MAX - 1]!
}

export interface Judgement {
  /** What the order would add on this team-day; Infinity when it does not fit. */
  readonly added: number
  /** The first constraint that fails; OUTBID when none does but the price is too high, and for a place that is free. */
  readonly code: RejectionCode
  /** The constraints any one of which, let go alone, would let it in. */
  readonly near: readonly Relaxation[]
}

/** Why a team-day does not take an order, and which constraints stand alone in the way. */
export function judge(tours: Tours, order: number, tour: number, mayChangeTeam = true): Judgement {
  const teamDay = tours.model.problem.teamDays[tour]!.id
  const [failure, ...others] = staticFailures(tours, order, tour)
  if (failure !== undefined && !mayChangeTeam) return { added: Infinity, code: failure, near: [] }
  const added = failure === undefined ? probe(tours, order, tour, NONE) : Infinity
  if (added < Infinity) return { added, code: 'OUTBID', near: [] }
  const tried = failure === undefined ? TOUR_CODES : others.length === 0 ? [failure] : []
  const near = tried.flatMap((code) => {
    const alone = ALONE.get(code)
    const addedMinutes = alone ? probe(tours, order, tour, alone) : Infinity
    return addedMinutes < Infinity ? [{ code, teamDay, addedMinutes }] : []
  })
  return { added, code: failure ?? near[0]?.code ?? withoutNear(tours, order, tour), near }
}

/** The code where more than one constraint stands in the way. */
function withoutNear(tours: Tours, order: number, tour: number): RejectionCode {
  const { model } = tours
  if (!fitsLimits(tours, model.alternatives[order]![0]!, tour)) return 'LIMIT'
  if (tours.size[tour]! >= model.problem.teamDays[tour]!.visitsMax) return 'VISITS'
  return probe(tours, order, tour, EMPTY_TOUR) < Infinity ? 'SEVERAL' : 'TRAVEL'
}

/** Where visits hang together only what a team is can be judged; the rest is counted as outbid. */
export function explainUnlinked(model: Model, orders: readonly number[]): Unserved[] {
  return orders.map((order) => {
    const one = model.problem.orders[order]!
    const counts = new Map<RejectionCode, number>()
    for (const teamDay of model.problem.teamDays) {
      let code: RejectionCode = 'OUTBID'
      if (!one.skills.every((skill) => teamDay.skills.includes(skill))) code = 'NO_SKILL'
      else if (one.teamDays && !one.teamDays.includes(teamDay.id)) code = 'NOT_ELIGIBLE'
      else if (!one.windows.some((window) => window.day === undefined || window.day === teamDay.day)) code = 'NO_DAY'
      counts.set(code, (counts.get(code) ?? 0) + 1)
    }
    return { order: one.id, rejections: sortedCounts(counts) }
  })
}

export function sortedCounts(counts: ReadonlyMap<RejectionCode, number>): Rejection[] {
  return [...counts]
    .map(([code, teamDays]) => ({ code, teamDays }))
    .sort((a, b) => b.teamDays - a.teamDays || (a.code < b.code ? -1 : 1))
}
