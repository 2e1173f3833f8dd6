// Why the plan has one order where it has it, or leaves it out: the parts of its price, the next best place, the constraint that a
// cheaper place fails, and who took the place of an order that was left out.
import type { Desk } from './desk.ts'
import { seatGuest } from './desk.ts'
import { endOf, startOf } from './model.ts'
import type { Rejection, RejectionCode, Relaxation } from './plan.ts'
import { probe, staticFailures } from './probe.ts'
import { MUST_SERVE_COST, type Order } from './problem.ts'
import { type Candidate, recommend } from './recommend.ts'
import { linkVisit, refreshTour, totalOf, unlinkVisit } from './tours.ts'

/** An order of the plan in whose stead another would fit on a team-day. */
export interface Outbid {
  readonly order: string
  readonly teamDay: string
  /** What the plan would cost more if the two changed places: one served, the other left out. */
  readonly extraMinutes: number
}

export interface OrderExplanation {
  /** Where the plan has it, with the parts of what it adds there; null when it is left out. */
  readonly here: Candidate | null
  /** The other places, cheapest first. */
  readonly others: readonly Candidate[]
  /** How much dearer the next best place is, or leaving the order out where there is none; null when it is left out. */
  readonly regretMinutes: number | null
  /** The single constraint without which another team-day would be cheaper than things are, and how much cheaper. */
  readonly binding: (Relaxation & { readonly savesMinutes: number }) | null
  readonly rejections: readonly Rejection[]
  /** For each constraint that alone stands in the way somewhere, the cheapest place that it keeps closed. */
  readonly relaxations: readonly Relaxation[]
  /** For an order that is left out: who has the places that it could have, cheapest exchange first. */
  readonly outbidBy: readonly Outbid[]
}

const OTHERS_MAX = 20
const OUTBID_MAX = 5
/** Team-days on which exchanges are tried, the nearest first. */
const EXCHANGED_MAX = 40
const NOISE_MINUTES = 1e-6
const NONE: ReadonlySet<RejectionCode> = new Set()

/**
 * Explains one order.
 * @param desk made of the problem and the plan without this order
 * @param at the team-day on which the plan has it; null when it is left out
 */
export function explainOrder(desk: Desk, order: Order, at: string | null): OrderExplanation {
  const { candidates, rejections, nearMisses } = recommend(desk, order, Infinity)
  const here = candidates.find((one) => one.teamDay === at) ?? null
  const others = candidates.filter((one) => one !== here)
  const unserved = order.unservedCost ?? MUST_SERVE_COST
  const price = here?.addedMinutes ?? unserved
  const [nearest] = nearMisses
  const savesMinutes = nearest === undefined ? 0 : price - nearest.addedMinutes
  const byCode = new Map<RejectionCode, Relaxation>()
  for (const one of nearMisses) if (!byCode.has(one.code)) byCode.set(one.code, one)
  const next = Math.min(others[0]?.addedMinutes ?? Infinity, unserved)
  return {
    here,
    others: others.slice(0, OTHERS_MAX),
    regretMinutes: here === null ? null : next - here.addedMinutes,
    binding: nearest !== undefined && savesMinutes > NOISE_MINUTES ? { ...nearest, savesMinutes } : null,
    rejections,
    relaxations: [...byCode.values()],
    outbidBy: at === null ? outbidBy(desk, order, unserved) : [],
  }
}

function outbidBy(desk: Desk, order: Order, unserved: number): Outbid[] {
  seatGuest(desk, order)
  const { tours, guest } = desk
  const { model } = tours
  const way = (tour: number): number => {
    const home = model.problem.teamDays[tour]!.startPlace
    return model.costs[tour]![home * model.placeCount + order.place]!
  }
  const open = Array.from(tours.size.keys())
    .filter((tour) => tours.size[tour]! > 0 && staticFailures(tours, guest, tour).length === 0)
    .sort((a, b) => way(a) - way(b) || a - b)
  const cheapest = new Map<string, Outbid>()
  for (const tour of open.slice(0, EXCHANGED_MAX)) {
    for (const one of exchangesOn(desk, tour, unserved)) {
      const known = cheapest.get(one.order)
      if (known === undefined || one.extraMinutes < known.extraMinutes) cheapest.set(one.order, one)
    }
  }
  return [...cheapest.values()].sort((a, b) => a.extraMinutes - b.extraMinutes).slice(0, OUTBID_MAX)
}

/** Every visit of a tour whose leaving would let the guest in, with what that exchange costs. The tours stay as they were. */
function exchangesOn({ tours, guest }: Desk, tour: number, unserved: number): Outbid[] {
  const { model } = tours
  const { orders, teamDays } = model.problem
  const found: Outbid[] = []
  const end = endOf(model, tour)
  const visits: number[] = []
  for (let i = tours.next[startOf(model, tour)]!; i !== end; i = tours.next[i]!)
    if (i < model.visitCount) visits.push(i)
  for (const visit of visits) {
    const order = model.orderOf[visit]!
    if (model.pinned[order] === 1 || orders[order]!.unservedCost === null) continue
    const after = tours.previous[visit]!
    const before = totalOf(tours)
    unlinkVisit(tours, visit)
    refreshTour(tours, tour)
    const left = totalOf(tours) - before
    const added = probe(tours, guest, tour, NONE)
    linkVisit(tours, tour, visit, after)
    refreshTour(tours, tour)
    if (added === Infinity) continue
    found.push({ order: orders[order]!.id, teamDay: teamDays[tour]!.id, extraMinutes: left + added - unserved })
  }
  return found
}
