// One order while a dispatcher waits: where it fits best into the current plan, why there, and what stands in the way elsewhere.
// The engine proposes and people decide; an invited team stays invited.
import { openWindow, seatGuest, type Desk } from './desk.ts'
import { judge, sortedCounts } from './explain.ts'
import { coverageSaved, fitsLoads, scanTour, type Insertion } from './insertion.ts'
import { assignmentMinutes, suppliesOf } from './model.ts'
import type { Rejection, RejectionCode, Relaxation, ScoredPart } from './plan.ts'
import type { Order, OrderWindow, ScorePart, TeamDay } from './problem.ts'
import { scheduleTour } from './schedule.ts'
import { linkElement, loadCost, unlinkElement } from './tours.ts'

interface Candidate {
  readonly teamDay: string
  readonly team: string
  readonly day: string
  readonly startsMinute: number
  /** Where in the tour, counted from 0 among its visits. */
  readonly position: number
  /** What the order adds to the plan there, in equivalent minutes: the sum of the parts. */
  readonly addedMinutes: number
  readonly parts: readonly ScoredPart[]
}

export interface Recommendation {
  /** Cheapest first. */
  readonly candidates: readonly Candidate[]
  /** How many team-days take the order, and why the others do not. */
  readonly fits: number
  readonly rejections: readonly Rejection[]
  /** Single constraints that alone keep the order out of a team-day, cheapest first. */
  readonly nearMisses: readonly Relaxation[]
}

const CANDIDATES_MAX = 5
const NEAR_MISSES_MAX = 5

/** Ranks the team-days for an order that is not in the plan. The plan is left as it was. */
export function recommend(desk: Desk, order: Order, candidatesMax = CANDIDATES_MAX): Recommendation {
  seatGuest(desk, order)
  const counts = new Map<RejectionCode, number>()
  const open = openTours(desk, order, counts)
  const found: Found[] = []
  const near: Relaxation[] = []
  for (const tour of open) {
    const best = bestOn(desk, order, tour)
    if (best) {
      found.push(best)
      continue
    }
    const judgement = judge(desk.tours, desk.guest, tour)
    counts.set(judgement.code, (counts.get(judgement.code) ?? 0) + 1)
    near.push(...judgement.near)
  }
  found.sort((a, b) => a.insertion.added - b.insertion.added || a.insertion.tour - b.insertion.tour)
  near.sort((a, b) => a.addedMinutes - b.addedMinutes || (a.teamDay < b.teamDay ? -1 : 1))
  return {
    candidates: found.slice(0, candidatesMax).map((one) => candidateOf(desk, order, one)),
    fits: found.length,
    rejections: sortedCounts(counts),
    nearMisses: near.slice(0, NEAR_MISSES_MAX),
  }
}

/** Team-days that who they are does not exclude; the others are counted by the first reason. */
function openTours(desk: Desk, order: Order, counts: Map<RejectionCode, number>): number[] {
  const { model } = desk.tours
  const able = order.skills.map((skill) => desk.skilled.get(skill))
  const days = order.windows.some((window) => window.day === undefined)
    ? null
    : new Set(order.windows.map((window) => window.day))
  const allowed = order.teamDays ? new Set(order.teamDays) : null
  const open: number[] = []
  let noSkill = 0
  let notEligible = 0
  let noDay = 0
  for (let tour = 0; tour < model.tourCount; tour++) {
    const teamDay = model.problem.teamDays[tour]!
    if (able.some((skilled) => skilled?.[tour] !== 1)) noSkill++
    else if (allowed?.has(teamDay.id) === false) notEligible++
    else if (days?.has(teamDay.day) === false) noDay++
    else open.push(tour)
  }
  const excluded = [
    ['NO_SKILL', noSkill],
    ['NOT_ELIGIBLE', notEligible],
    ['NO_DAY', noDay],
  ] as const
  for (const [code, count] of excluded) if (count > 0) counts.set(code, count)
  return open
}

/** The best place on one team-day, and the window that it keeps. */
interface Found {
  readonly insertion: Insertion
  readonly window: OrderWindow
}

function bestOn(desk: Desk, order: Order, tour: number): Found | null {
  const { tours, search, guestVisit, guest } = desk
  if (!fitsLoads(tours, guestVisit, tour)) return null
  const teamDay = tours.model.problem.teamDays[tour]!
  const assignment = assignmentMinutes(order, teamDay) - coverageSaved(tours, guest)
  let best: Found | null = null
  for (const window of order.windows) {
    if (window.day !== undefined && window.day !== teamDay.day) continue
    openWindow(desk, window)
    search.best.visit = -1
    search.best.added = best?.insertion.added ?? Infinity
    search.best.suppliesAfter = -1
    scanTour(tours, search, guestVisit, tour, assignment)
    if (search.best.visit >= 0) best = { insertion: { ...search.best }, window }
  }
  return best
}

function candidateOf(desk: Desk, order: Order, { insertion, window }: Found): Candidate {
  const { tours, guestVisit } = desk
  const { model } = tours
  const teamDay = model.problem.teamDays[insertion.tour]!
  const parts = partsOf(desk, order, teamDay, insertion)
  // The guest is linked without being booked: a schedule needs the list alone.
  const supplies = suppliesOf(model, insertion.tour)
  openWindow(desk, window)
  linkElement(tours, guestVisit, insertion.after)
  if (insertion.suppliesAfter >= 0) linkElement(tours, supplies, insertion.suppliesAfter)
  const { stops } = scheduleTour(tours, insertion.tour)
  unlinkElement(tours, guestVisit)
  if (insertion.suppliesAfter >= 0) unlinkElement(tours, supplies)
  const at = stops.findIndex((stop) => stop.order === order.id)
  return {
    teamDay: teamDay.id,
    team: teamDay.team,
    day: teamDay.day,
    startsMinute: stops[at]!.startsMinute,
    position: stops.slice(0, at).filter((stop) => stop.order !== undefined).length,
    addedMinutes: insertion.added,
    parts,
  }
}

/** The parts of an insertion's cost by name; parts of zero are left out. */
function partsOf(desk: Desk, order: Order, teamDay: TeamDay, insertion: Insertion): ScoredPart[] {
  const { tours, guest, guestVisit } = desk
  const { model } = tours
  const sums = new Map<ScorePart, number>()
  const add = (part: ScorePart, minutes: number): void => void sums.set(part, (sums.get(part) ?? 0) + minutes)
  for (const cost of order.assignmentCosts) {
    const applies = (cost.team ?? teamDay.team) === teamDay.team && (cost.day ?? teamDay.day) === teamDay.day
    if (applies) add(cost.part, cost.minutes)
  }
  if (order.current && order.current.teamDay !== teamDay.id) add('change', order.current.changeMinutes)
  add('coverage', -coverageSaved(tours, guest))
  if (tours.size[insertion.tour] === 0) add('fixed', teamDay.fixedCost)
  const load = tours.teamLoad[model.teamOf[insertion.tour]!]!
  add('fairness', loadCost(model, load + model.service[guestVisit]!) - loadCost(model, load))
  let named = 0
  for (const minutes of sums.values()) named += minutes
  const travel = model.workMinuteCost === 0 ? insertion.added - named : legsAdded(desk, insertion)
  add('travel', travel)
  add('work', insertion.added - named - travel)
  return [...sums].filter(([, minutes]) => Math.abs(minutes) > 1e-9).map(([part, minutes]) => ({ part, minutes }))
}

function legsAdded(desk: Desk, insertion: Insertion): number {
  const { tours, guestVisit } = desk
  const { model } = tours
  const costs = model.costs[insertion.tour]!
  const leg = (from: number, to: number): number => costs[model.place[from]! * model.placeCount + model.place[to]!]!
  const supplies = suppliesOf(model, insertion.tour)
  const { after, suppliesAfter } = insertion
  const next = tours.next[after]!
  const used = tours.size[insertion.tour]! > 0
  const replaced = (from: number, to: number): number => (used ? leg(from, to) : 0)
  if (suppliesAfter < 0) return leg(after, guestVisit) + leg(guestVisit, next) - replaced(after, next)
  if (suppliesAfter === after)
    return leg(after, supplies) + leg(supplies, guestVisit) + leg(guestVisit, next) - replaced(after, next)
  const second = tours.next[suppliesAfter]!
  const detour = leg(suppliesAfter, supplies) + leg(supplies, second) - replaced(suppliesAfter, second)
  return detour + leg(after, guestVisit) + leg(guestVisit, next) - replaced(after, next)
}
