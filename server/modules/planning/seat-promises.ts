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

/** A promised visit on its day. */
interface Seat {
  readonly order: PlannableOrder
  /** Minutes of the way there. */
  readonly there: number
  readonly startsMinute: number
  readonly endsMinute: number
}

interface Crew {
  readonly number: number
  readonly seats: Seat[]
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
    const seats = orders.map((order) => seatOf(order, provider, legs))
    for (const crew of crewsOf(seats, legs)) seatCrew(seated, provider, dateIn(from), crew, legs)
  }
  return seated
}

/**
 * A plan knows whole days. What lasts over midnight keeps its crew until then, and who promised to come right after midnight
 * comes as soon as the way allows.
 */
function seatOf(order: PlannableOrder, provider: PlannableProvider, legs: Legs): Seat {
  const { from, until } = order.promise!
  const day = dateIn(from)
  const there = Math.ceil(legs(provider.unitId, order.unitId))
  const startsMinute = Math.max(minuteOn(from, day), there)
  const endsMinute = Math.max(startsMinute, Math.min(minuteOn(until, day), MINUTES_A_DAY))
  return { order, there, startsMinute, endsMinute }
}

function crewsOf(seats: readonly Seat[], legs: Legs): Crew[] {
  const sorted = [...seats].sort((a, b) => a.startsMinute - b.startsMinute || (a.order.id < b.order.id ? -1 : 1))
  const crews: Crew[] = []
  for (const seat of sorted) {
    const fits = crews.find((crew) => {
      const last = crew.seats.at(-1)!
      return last.endsMinute + legs(last.order.unitId, seat.order.unitId) <= seat.startsMinute
    })
    if (fits === undefined) crews.push({ number: crews.length + 1, seats: [seat] })
    else fits.seats.push(seat)
  }
  return crews
}

function seatCrew(
  seated: Map<string, SeatedPromise>,
  provider: PlannableProvider,
  day: string,
  { number, seats }: Crew,
  legs: Legs,
): void {
  for (const { order, there, startsMinute, endsMinute } of seats) {
    seated.set(order.id, {
      teamDayId: teamDayId({ kind: provider.kind, id: provider.id, day, crew: number }),
      provider,
      day,
      crew: number,
      startsMinute,
      endsMinute,
      leavesMinute: startsMinute - there,
      returnsMinute: Math.ceil(endsMinute + legs(order.unitId, provider.unitId)),
      visits: seats.length,
    })
  }
}
