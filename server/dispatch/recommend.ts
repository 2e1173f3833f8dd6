// One order while a dispatcher waits: where it fits best into the current plan, why there, and what stands in the way elsewhere.
// The engine proposes and people decide; an invited team stays invited.
import { openWindow, seatGuest, type Desk } from './desk.ts'
import { judge, sortedCounts } from './explain.ts'
import { coverageSaved, fitsLimits, fitsLoads, scanTour, type Insertion } from './insertion.ts'
import { startOf, suppliesOf } from './model.ts'
import type { Rejection, RejectionCode, Relaxation, ScoredPart } from './plan.ts'
import type { AssignmentCost, Order, OrderWindow, ScorePart, TeamDay } from './problem.ts'
import { scheduleTour } from './schedule.ts'
import { linkElement, loadCost, unlinkElement } from './tours.ts'

export interface Candidate {
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
  const assignmentOf = assignmentOn(order)
  const saved = coverageSaved(desk.tours, desk.guest)
  const found: Found[] = []
  const refused: number[] = []
  for (const tour of open) {
    const teamDay = desk.tours.model.problem.teamDays[tour]!
    const best = bestOn(desk, order, tour, assignmentOf(teamDay) - saved)
    if (best) found.push(best)
    else refused.push(tour)
  }
  const near = judgeRefused(desk, order, refused, counts)
  found.sort((a, b) => a.insertion.added - b.insertion.added || a.insertion.tour - b.insertion.tour)
  near.sort((a, b) => a.addedMinutes - b.addedMinutes || (a.teamDay < b.teamDay ? -1 : 1))
  return {
    candidates: found.slice(0, candidatesMax).map((one) => candidateOf(desk, order, one)),
    fits: found.length,
    rejections: sortedCounts(counts),
    nearMisses: near.slice(0, NEAR_MISSES_MAX),
  }
}

/** What one team answers to an order: its best place or, without any, what stands in the way. */
export interface TeamAnswer {
  readonly team: string
  readonly best: Candidate | null
  /** Without a place, the reason of its team-day nearest to having one. */
  readonly code: RejectionCode | null
  /** The cheapest single constraint that would let the order in; null when no single one would, or when it was not looked for. */
  readonly relaxation: Relaxation | null
}

/** Team-days of teams without a place that are looked at closely: enough for the nearest teams, few enough for a person who waits. */
const TEAM_DAYS_JUDGED_MAX = 24

/**
 * What each team of the desk answers, in the order in which the desk knows them: for a dispatcher who chooses a team and leaves the
 * day to it. The plan is left as it was.
 */
export function recommendTeams(desk: Desk, order: Order): TeamAnswer[] {
  seatGuest(desk, order)
  const { teamDays } = desk.tours.model.problem
  const open = new Set(openTours(desk, order, new Map()))
  const assignmentOf = assignmentOn(order)
  const saved = coverageSaved(desk.tours, desk.guest)
  const found = new Map<string, Found>()
  teamDays.forEach((teamDay, tour) => {
    const best = open.has(tour) ? bestOn(desk, order, tour, assignmentOf(teamDay) - saved) : null
    const known = found.get(teamDay.team)
    if (best && (!known || best.insertion.added < known.insertion.added)) found.set(teamDay.team, best)
  })
  let judged = 0
  return [...Map.groupBy(teamDays.keys(), (tour) => teamDays[tour]!.team)].map(([team, tours]) => {
    const best = found.get(team)
    if (best) return { team, best: candidateOf(desk, order, best), code: null, relaxation: null }
    const tried = tours.filter((tour) => open.has(tour)).slice(0, Math.max(0, TEAM_DAYS_JUDGED_MAX - judged))
    judged += tried.length
    return obstacleOf(desk, team, tours, tried)
  })
}

function obstacleOf(desk: Desk, team: string, tours: readonly number[], tried: readonly number[]): TeamAnswer {
  let code: RejectionCode | undefined
  let relaxation: Relaxation | null = null
  for (const tour of tried) {
    const judgement = judge(desk.tours, desk.guest, tour)
    code ??= judgement.code
    for (const one of judgement.near)
      if (relaxation === null || one.addedMinutes < relaxation.addedMinutes) {
        relaxation = one
        code = judgement.code
      }
  }
  code ??= judge(desk.tours, desk.guest, tours[0]!, false).code
  return { team, best: null, code, relaxation }
}

/** Of the team-days that have no room, so many of the nearest are looked at closely for what one change would do. */
const JUDGED_MAX = 12

/** Counts why team-days have no room; the answer is what one change would do on the nearest of them. */
function judgeRefused(
  desk: Desk,
  order: Order,
  refused: readonly number[],
  counts: Map<RejectionCode, number>,
): Relaxation[] {
  const { tours, guest } = desk
  const { model } = tours
  const way = (tour: number): number =>
    model.costs[tour]![model.place[startOf(model, tour)]! * model.placeCount + order.place]!
  const ways = new Float64Array(refused.length)
  refused.forEach((tour, i) => (ways[i] = way(tour)))
  const farthest = refused.length <= JUDGED_MAX ? Infinity : Float64Array.from(ways).sort()[JUDGED_MAX - 1]!
  const near: Relaxation[] = []
  let judged = 0
  refused.forEach((tour, i) => {
    let code: RejectionCode
    if (ways[i]! <= farthest && judged < JUDGED_MAX) {
      judged++
      const judgement = judge(tours, guest, tour)
      code = judgement.code
      near.push(...judgement.near)
    } else code = roughCode(desk, order, tour)
    counts.set(code, (counts.get(code) ?? 0) + 1)
  })
  return near
}

/** A true reason that needs no trial: the tour is full, or not even an empty tour would come in time. */
function roughCode(desk: Desk, order: Order, tour: number): RejectionCode {
  const { model, size } = desk.tours
  const teamDay = model.problem.teamDays[tour]!
  if (!fitsLimits(desk.tours, desk.guestVisit, tour)) return 'LIMIT'
  if (size[tour]! >= teamDay.visitsMax) return 'VISITS'
  const minutes = model.minutes[tour]!
  const out = minutes[teamDay.startPlace * model.placeCount + order.place]!
  const back = minutes[order.place * model.placeCount + teamDay.endPlace]!
  const isReachable = order.windows.some((window) => {
    if (window.day !== undefined && window.day !== teamDay.day) return false
    const starts = Math.max(window.opensMinute, teamDay.shiftStartsMinute + out)
    const ends = starts + order.serviceMinutes + back
    return starts <= window.closesMinute && ends <= teamDay.shiftEndsMinute
  })
  return isReachable && out + order.serviceMinutes + back <= teamDay.workMinutesMax ? 'SEVERAL' : 'TRAVEL'
}

/** What an order costs by team and day apart from the tour, made ready for many team-days. */
function assignmentOn(order: Order): (teamDay: TeamDay) => number {
  const byTeam = new Map<string, number>()
  const byDay = new Map<string, number>()
  let always = 0
  const both: AssignmentCost[] = []
  for (const cost of order.assignmentCosts) {
    if (cost.team !== undefined && cost.day !== undefined) both.push(cost)
    else if (cost.team !== undefined) byTeam.set(cost.team, (byTeam.get(cost.team) ?? 0) + cost.minutes)
    else if (cost.day !== undefined) byDay.set(cost.day, (byDay.get(cost.day) ?? 0) + cost.minutes)
    else always += cost.minutes
  }
  return (teamDay) => {
    let minutes = always + (byTeam.get(teamDay.team) ?? 0) + (byDay.get(teamDay.day) ?? 0)
    for (const cost of both) if (cost.team === teamDay.team && cost.day === teamDay.day) minutes += cost.minutes
    if (order.current && order.current.teamDay !== teamDay.id) minutes += order.current.changeMinutes
    return minutes
  }
}

/** Team-days that who they are does not exclude; the others are counted by the first reason. */
function openTours(desk: Desk, order: Order, counts: Map<RejectionCode, number>): number[] {
  const { model } = desk.tours
  const days = order.windows.some((window) => window.day === undefined)
    ? null
    : new Set(order.windows.map((window) => window.day))
  const allowed = order.teamDays ? new Set(order.teamDays) : null
  const able = ableTours(desk, order)
  const open: number[] = []
  let notEligible = 0
  let noDay = 0
  for (const tour of able) {
    const teamDay = model.problem.teamDays[tour]!
    if (allowed?.has(teamDay.id) === false) notEligible++
    else if (days?.has(teamDay.day) === false) noDay++
    else open.push(tour)
  }
  const excluded = [
    ['NO_SKILL', model.tourCount - able.length],
    ['NOT_ELIGIBLE', notEligible],
    ['NO_DAY', noDay],
  ] as const
  for (const [code, count] of excluded) if (count > 0) counts.set(code, count)
  return open
}

/** Team-days with all the skills: those with the rarest, less those that lack another. */
function ableTours(desk: Desk, order: Order): ArrayLike<number> & Iterable<number> {
  const lists = order.skills.map((skill) => desk.ableTours.get(skill) ?? new Int32Array(0))
  if (lists.length === 0) return Int32Array.from({ length: desk.tours.model.tourCount }, (_, v) => v)
  const rarest = lists.reduce((few, list) => (list.length < few.length ? list : few))
  if (lists.length === 1) return rarest
  return rarest.filter((tour) => order.skills.every((skill) => desk.skilled.get(skill)?.[tour] === 1))
}

/** The best place on one team-day, and the window that it keeps. */
interface Found {
  readonly insertion: Insertion
  readonly window: OrderWindow
}

function bestOn(desk: Desk, order: Order, tour: number, assignment: number): Found | null {
  const { tours, search, guestVisit } = desk
  if (!fitsLoads(tours, guestVisit, tour)) return null
  const teamDay = tours.model.problem.teamDays[tour]!
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
