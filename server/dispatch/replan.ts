// Planning again after something happened: what was planned stays where it was unless moving it saves more than the tax of a change.
import { anneal, type Budget } from './anneal.ts'
import { construct } from './construct.ts'
import { deskOf } from './desk.ts'
import { explainUnserved } from './explain.ts'
import { applyInsertion, fitsLoads, scanTour, searchOf, type Search } from './insertion.ts'
import { modelOf, type Model } from './model.ts'
import type { Plan, RejectionCode } from './plan.ts'
import { probe } from './probe.ts'
import { refuseFaultyProblem } from './problem-faults.ts'
import { MUST_SERVE_COST, type DispatchProblem } from './problem.ts'
import { randomOf } from './random.ts'
import { costOfPlan, toursOfPlan } from './schedule.ts'
import { solve } from './solve.ts'
import { eligibleCostOf, emptyTours, linkVisit, refreshTour, type Tours, unlinkVisit } from './tours.ts'

/** Changes whenever the same problem, seed and number of iterations may give another plan. */
const REPLAN_VERSION = 'replan-2'
/** The search begins cold, so that it stays near what stands. */
const TEMPERATURE_LEGS = 0.3
const ROUNDS_MAX = 5
const NOISE_MINUTES = 1e-6
const NONE: ReadonlySet<RejectionCode> = new Set()

/** How one order lies otherwise than in the plan before. */
export interface Difference {
  readonly order: string
  readonly from: string
  /** null when it is left out now. */
  readonly to: string | null
  /** The price of telling people, part of the plan's cost. */
  readonly taxMinutes: number
  /** What the plan would cost more if this one change were undone, tax saved; null when it cannot be undone alone. */
  readonly undoMinutes: number | null
}

/**
 * Plans from where each order is now (`current`). Same problem, seed and `iterationsMax`: same plan. No order stays moved that could go
 * back at no cost. Throws as `solve` does.
 */
export function replan(problem: DispatchProblem, { seed, budget }: { seed: number; budget: Budget }): Plan {
  refuseFaultyProblem(problem)
  if (problem.links.length > 0 || problem.objective.lateness) return solve(problem, { seed, budget })
  const model = modelOf(problem)
  const tours = toursFromCurrent(model)
  const annealed = anneal(tours, budget, randomOf(seed), TEMPERATURE_LEGS)
  const search = searchOf(model, null)
  const tourOfId = tourIdsOf(model)
  for (let round = 0; round < ROUNDS_MAX && sendBack(tours, search, tourOfId);) round++
  const list = toursOfPlan(tours)
  return {
    tours: list,
    unserved: explainUnserved(tours),
    cost: costOfPlan(tours, list),
    trace: { engine: REPLAN_VERSION, seed, ...annealed },
  }
}

function toursFromCurrent(model: Model): Tours {
  const tours = emptyTours(model)
  const search = searchOf(model, null)
  const tourOfId = tourIdsOf(model)
  const place = (order: number, teamDay: string | undefined) => {
    const tour = teamDay === undefined ? undefined : tourOfId.get(teamDay)
    if (tour !== undefined && findOn(tours, search, order, tour)) applyInsertion(tours, search.best)
  }
  const { orders } = model.problem
  // Promises first: what is only planned must not stand in their way.
  orders.forEach(({ pin }, order) => pin && place(order, pin.teamDay))
  if (orders.some(({ pin }, order) => pin && tours.visitOf[order]! < 0)) return constructed(model)
  orders.forEach(({ pin, current }, order) => pin === undefined && place(order, current?.teamDay))
  construct(tours)
  return tours
}

function constructed(model: Model): Tours {
  const tours = emptyTours(model)
  construct(tours)
  return tours
}

const tourIdsOf = ({ problem }: Model): ReadonlyMap<string, number> =>
  new Map(problem.teamDays.map((teamDay, tour) => [teamDay.id, tour]))

/** Finds the best place of an order on one tour; false when there is none. */
function findOn(tours: Tours, search: Search, order: number, tour: number): boolean {
  const { model } = tours
  search.best.visit = -1
  search.best.suppliesAfter = -1
  search.best.added = Infinity
  for (const visit of model.alternatives[order]!) {
    const assignment = eligibleCostOf(model, visit, tour)
    if (assignment < Infinity && fitsLoads(tours, visit, tour)) scanTour(tours, search, visit, tour, assignment)
  }
  return search.best.visit >= 0
}

/** Sends orders back to where they were, where that costs nothing; whether any went. */
function sendBack(tours: Tours, search: Search, tourOfId: ReadonlyMap<string, number>): boolean {
  let isSent = false
  tours.model.problem.orders.forEach(({ current, pin }, order) => {
    const visit = tours.visitOf[order]!
    const back = current === undefined || pin !== undefined ? undefined : tourOfId.get(current.teamDay)
    if (visit < 0 || back === undefined || tours.tourOf[visit] === back) return
    const tour = tours.tourOf[visit]!
    const after = tours.previous[visit]!
    unlinkVisit(tours, visit)
    refreshTour(tours, tour)
    const here = probe(tours, order, tour, NONE)
    if (findOn(tours, search, order, back) && search.best.added <= here + NOISE_MINUTES) {
      applyInsertion(tours, search.best)
      isSent = true
      return
    }
    linkVisit(tours, tour, visit, after)
    refreshTour(tours, tour)
  })
  return isSent
}

/** What a plan does otherwise than the places in `current`, each change with its price and with what undoing it would cost. */
export function differencesOf(problem: DispatchProblem, plan: Pick<Plan, 'tours'>): Difference[] {
  const { tours } = deskOf(problem, plan)
  const tourOfId = new Map(problem.teamDays.map((teamDay, tour) => [teamDay.id, tour]))
  const changes: Difference[] = []
  problem.orders.forEach((one, order) => {
    const visit = tours.visitOf[order]!
    const tour = visit < 0 ? -1 : tours.tourOf[visit]!
    const to = tour < 0 ? null : problem.teamDays[tour]!.id
    const from = one.current?.teamDay
    if (from === undefined || from === to) return
    const after = visit < 0 ? -1 : tours.previous[visit]!
    if (visit >= 0) {
      unlinkVisit(tours, visit)
      refreshTour(tours, tour)
    }
    const back = tourOfId.get(from)
    const there = back === undefined || one.pin !== undefined ? Infinity : probe(tours, order, back, NONE)
    const here = visit < 0 ? (one.unservedCost ?? MUST_SERVE_COST) : probe(tours, order, tour, NONE)
    if (visit >= 0) {
      linkVisit(tours, tour, visit, after)
      refreshTour(tours, tour)
    }
    const taxMinutes = to === null ? 0 : one.current!.changeMinutes
    changes.push({ order: one.id, from, to, taxMinutes, undoMinutes: there === Infinity ? null : there - here })
  })
  return changes
}
