import { type Crew, crewsOf, minuteOn, type PlannableOrder, type PlannableProvider } from '#modules/orders/index.ts'
import { dateIn } from '#platform/dates.ts'
import type { PlanFacts } from './plan-facts.ts'
import { teamDayId } from './plan.ts'

/** A visit that was promised, with the crew that keeps the promise. */
export interface SeatedPromise {
  readonly teamDayId: string
  readonly provider: PlannableProvider
  readonly day: string
  readonly crew: number
  readonly startsMinute: number
  readonly endsMinute: number
  /** When its crew must leave for it at the latest, and is back at the earliest. */
  readonly leavesMinute: number
  readonly returnsMinute: number
  /** How many promised visits the crew has on the day. */
  readonly visits: number
}

const MINUTES_A_DAY = 1440

type Legs = (fromUnitId: string, toUnitId: string) => number

/**
 * Gives promised visits to crews, so that a plan is never refused for what stands already. A promise of a provider that is absent is nobody's: its order is planned anew.
 */
export function seatPromises(facts: PlanFacts, legs: Legs): ReadonlyMap<string, SeatedPromise> {
  const providers = new Map(facts.providers.map((provider) => [`${provider.kind}/${provider.id}`, provider]))
  const absent = new Set(facts.absences.map(({ kind, id, on }) => `${kind}/${id}/${on}`))
  const days = new Map<string, PlannableOrder[]>()
  for (const order of facts.orders) {
    if (order.promise === null) continue
    const { kind, id } = order.promise.provider
    const key = `${kind}/${id}/${dateIn(order.promise.from)}`
    if (!absent.has(key) && providers.has(`${kind}/${id}`)) days.set(key, [...(days.get(key) ?? []), order])
  }
  const seated = new Map<string, SeatedPromise>()
  for (const orders of days.values()) {
    const { provider: key, from } = orders[0]!.promise!
    const provider = providers.get(`${key.kind}/${key.id}`)!
    const day = dateIn(from)
    const booked = orders.map((order) => ({
      orderId: order.id,
      unitId: order.unitId,
      ...minutesOf(order, provider, legs),
    }))
    for (const crew of crewsOf(booked, legs)) seatCrew(seated, provider, day, crew, legs)
  }
  return seated
}

/**
 * A plan knows whole days. What lasts over midnight keeps its crew until then, and who promised to come right after midnight
 * comes as soon as the way allows.
 */
function minutesOf(
  order: PlannableOrder,
  provider: PlannableProvider,
  legs: Legs,
): { startsMinute: number; endsMinute: number } {
  const { from, until } = order.promise!
  const day = dateIn(from)
  const startsMinute = Math.max(minuteOn(from, day), Math.ceil(legs(provider.unitId, order.unitId)))
  return { startsMinute, endsMinute: Math.max(startsMinute, Math.min(minuteOn(until, day), MINUTES_A_DAY)) }
}

function seatCrew(
  seated: Map<string, SeatedPromise>,
  provider: PlannableProvider,
  day: string,
  { number, visits }: Crew,
  legs: Legs,
): void {
  for (const { orderId, unitId, startsMinute, endsMinute } of visits) {
    seated.set(orderId, {
      teamDayId: teamDayId({ kind: provider.kind, id: provider.id, day, crew: number }),
      provider,
      day,
      crew: number,
      startsMinute,
      endsMinute,
      leavesMinute: Math.floor(startsMinute - legs(provider.unitId, unitId)),
      returnsMinute: Math.ceil(endsMinute + legs(unitId, provider.unitId)),
      visits: visits.length,
    })
  }
}
