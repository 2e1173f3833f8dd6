import type { Read } from '#platform/work.ts'
import { deskOf, type DispatchProblem, explainOrder, type OrderExplanation } from '../../dispatch/index.ts'
import { type TeamDayKey, teamDayId, teamDayOf } from './plan.ts'
import { inputOf } from './plan-rows.ts'
import { type OrderName, orderNames, providerNames, type VisitView, visitsOf } from './plan-views.ts'
import { refuse } from './refusals.ts'
import { planFor } from './request-plan.ts'
import { unpackProblem } from './store-problem.ts'

/** A place of an order, as far as the desk shows it. */
interface At {
  readonly providerKind: TeamDayKey['kind']
  readonly providerId: string
  readonly providerName: string
  readonly day: string
}

export interface Choice extends At {
  readonly teamDay: string
  /** What the plan would cost more with the order there; negative when less. */
  readonly addedMinutes: number
}

export interface VisitExplanation {
  /** Where else the order could go, cheapest first, with all other visits kept in their order. */
  readonly rows: readonly Choice[]
  /** What the order adds where it is; null when the plan leaves it out. */
  readonly here: { readonly addedMinutes: number; readonly parts: readonly { part: string; minutes: number }[] } | null
  /** How much dearer the next best place is, or leaving the order out where there is none. */
  readonly regretMinutes: number | null
  /** The one thing that keeps the order from a cheaper place. */
  readonly binding: (At & { readonly code: string; readonly savesMinutes: number }) | null
  /** One thing each that would let a left-out order in, with the price of the visit there. */
  readonly relaxations: readonly (At & { readonly code: string; readonly addedMinutes: number })[]
  /** Who has the places that a left-out order could have, and what changing places would cost. */
  readonly outbidBy: readonly (At & OrderName & { readonly extraMinutes: number })[]
}

/** Why one order of a plan is where it is or left out, and where else it could go. */
export async function explainVisit(read: Read, planId: string, orderId: string): Promise<VisitExplanation> {
  const plan = await planFor(read, planId)
  if (plan.state !== 'ready' && plan.state !== 'published') throw refuse('not-ready')
  const problem = unpackProblem(await inputOf(read.tx, plan.id))
  const order = problem.orders.find((one) => one.id === orderId)
  if (order === undefined) throw refuse('order-not-planned')
  const visits = await visitsOf(read.tx, plan.id, read.now)
  const others = { ...problem, orders: problem.orders.filter((one) => one.id !== orderId) }
  const visit = visits.find((one) => one.orderId === orderId)
  const desk = deskOf(others, { tours: toursOf(others, visits) })
  return named(read, order, explainOrder(desk, order, visit === undefined ? null : idOf(visit)))
}

async function named(
  { tx, now }: Read,
  { unservedCost }: DispatchProblem['orders'][number],
  found: OrderExplanation,
): Promise<VisitExplanation> {
  const { here, others, binding, relaxations, outbidBy, regretMinutes } = found
  const places = [...others, ...relaxations, ...outbidBy, ...(binding === null ? [] : [binding])]
  const ids = new Set(places.map(({ teamDay }) => teamDayOf(teamDay).id))
  const names = await providerNames(tx, [...ids], now)
  const orders = await orderNames(
    tx,
    outbidBy.map((one) => one.order),
  )
  const at = (teamDay: string): At => {
    const { kind, id, day } = teamDayOf(teamDay)
    return { providerKind: kind, providerId: id, providerName: names.get(id) ?? '', day }
  }
  const price = here?.addedMinutes ?? unservedCost ?? 0
  return {
    rows: others.map(({ teamDay, addedMinutes }) => ({
      ...at(teamDay),
      teamDay,
      addedMinutes: rounded(addedMinutes - price),
    })),
    here: here && {
      addedMinutes: rounded(here.addedMinutes),
      parts: here.parts.map(({ part, minutes }) => ({ part, minutes: rounded(minutes) })),
    },
    regretMinutes: regretMinutes === null ? null : rounded(regretMinutes),
    binding: binding && { ...at(binding.teamDay), code: binding.code, savesMinutes: rounded(binding.savesMinutes) },
    relaxations:
      here === null
        ? relaxations.map((one) => ({ ...at(one.teamDay), code: one.code, addedMinutes: rounded(one.addedMinutes) }))
        : [],
    outbidBy: outbidBy.flatMap(({ order, teamDay, extraMinutes }) => {
      const name = orders.find((one) => one.orderId === order)
      return name === undefined ? [] : [{ ...at(teamDay), ...name, extraMinutes: rounded(extraMinutes) }]
    }),
  }
}

const rounded = (minutes: number): number => Math.round(minutes * 10) / 10

function idOf(visit: VisitView): string {
  return teamDayId({ ...visit, kind: visit.providerKind, id: visit.providerId })
}

function toursOf(problem: DispatchProblem, visits: readonly VisitView[]) {
  const known = new Set(problem.orders.map((order) => order.id))
  const byTeamDay = Map.groupBy(
    visits.filter((visit) => known.has(visit.orderId)),
    idOf,
  )
  return [...byTeamDay].map(([teamDay, list]) => ({
    teamDay,
    departsMinute: 0,
    returnsMinute: 0,
    stops: [...list]
      .sort((a, b) => a.position - b.position)
      .map(({ orderId, startsMinute, endsMinute }) => ({
        order: orderId,
        arrivesMinute: startsMinute,
        startsMinute,
        endsMinute,
      })),
  }))
}
