import type { PlannableOrder, PlannableProvider } from '#modules/orders/index.ts'
import { dateIn } from '#platform/dates.ts'
import { minuteOn, type PlanFacts } from './plan-facts.ts'
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

interface Crew {
  readonly number: number
  readonly visits: PlannableOrder[]
}

/**
 * Gives promised visits to crews. People promise what a plan would not: two visits at once get two crews, so that a plan is never
 * refused for what stands already. A promise of a provider that is absent is nobody's: its order is planned anew.
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
    for (const crew of crewsOf(orders, legs)) seatCrew(seated, provider, dateIn(from), crew, legs)
  }
  return seated
}

function crewsOf(orders: readonly PlannableOrder[], legs: Legs): Crew[] {
  const sorted = [...orders].sort(
    (a, b) => a.promise!.from.getTime() - b.promise!.from.getTime() || (a.id < b.id ? -1 : 1),
  )
  const crews: Crew[] = []
  for (const order of sorted) {
    const fits = crews.find(({ visits }) => {
      const last = visits.at(-1)!
      const arrives = last.promise!.until.getTime() + legs(last.unitId, order.unitId) * 60_000
      return arrives <= order.promise!.from.getTime()
    })
    if (fits === undefined) crews.push({ number: crews.length + 1, visits: [order] })
    else fits.visits.push(order)
  }
  return crews
}

function seatCrew(
  seated: Map<string, SeatedPromise>,
  provider: PlannableProvider,
  day: string,
  { number, visits }: Crew,
  legs: Legs,
): void {
  for (const order of visits) {
    const there = Math.ceil(legs(provider.unitId, order.unitId))
    // A plan knows whole days. What lasts over midnight keeps its crew until then, and who promised to come right after
    // midnight comes as soon as the way allows.
    const startsMinute = Math.max(minuteOn(order.promise!.from, day), there)
    const endsMinute = Math.max(startsMinute, Math.min(minuteOn(order.promise!.until, day), MINUTES_A_DAY))
    seated.set(order.id, {
      teamDayId: teamDayId({ kind: provider.kind, id: provider.id, day, crew: number }),
      provider,
      day,
      crew: number,
      startsMinute,
      endsMinute,
      leavesMinute: startsMinute - there,
      returnsMinute: Math.ceil(endsMinute + legs(order.unitId, provider.unitId)),
      visits: visits.length,
    })
  }
}
