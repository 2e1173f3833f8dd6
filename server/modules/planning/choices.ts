import type { Read } from '#platform/work.ts'
import { deskOf, type DispatchProblem, recommend } from '../../dispatch/index.ts'
import { type TeamDayKey, teamDayId, teamDayOf } from './plan.ts'
import { inputOf } from './plan-rows.ts'
import { type VisitView, visitsOf } from './plan-views.ts'
import { refuse } from './refusals.ts'
import { planFor } from './request-plan.ts'
import { unpackProblem } from './store-problem.ts'

const CHOICES_MAX = 20

export interface Choice {
  readonly teamDay: string
  readonly providerKind: TeamDayKey['kind']
  readonly providerId: string
  readonly day: string
  /** What the plan would cost more with the order there; negative when less. */
  readonly addedMinutes: number
}

/** Where else an order of a plan could go, cheapest first, with all other visits kept in their order. */
export async function visitChoices(read: Read, planId: string, orderId: string): Promise<Choice[]> {
  const plan = await planFor(read, planId)
  if (plan.state !== 'ready' && plan.state !== 'published') throw refuse('not-ready')
  const problem = unpackProblem(await inputOf(read.tx, plan.id))
  const order = problem.orders.find((one) => one.id === orderId)
  if (order === undefined) throw refuse('order-not-planned')
  const visits = await visitsOf(read.tx, plan.id, read.now)
  const others = { ...problem, orders: problem.orders.filter((one) => one.id !== orderId) }
  const desk = deskOf(others, { tours: toursOf(others, visits) })
  const { candidates } = recommend(desk, order, CHOICES_MAX)
  const here = visits.find((visit) => visit.orderId === orderId)
  const price =
    candidates.find((one) => here !== undefined && one.teamDay === idOf(here))?.addedMinutes ?? order.unservedCost ?? 0
  return candidates.map((one) => {
    const { kind, id, day } = teamDayOf(one.teamDay)
    const addedMinutes = Math.round((one.addedMinutes - price) * 10) / 10
    return { teamDay: one.teamDay, providerKind: kind, providerId: id, day, addedMinutes }
  })
}

function idOf(visit: VisitView): string {
  return teamDayId({ kind: visit.providerKind, id: visit.providerId, day: visit.day, crew: visit.crew })
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
