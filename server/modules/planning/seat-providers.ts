import {
  minuteOn,
  outingsOf,
  type PlannableOrder,
  type PlannableProvider,
  type Roads,
  seatDay,
} from '#modules/orders/index.ts'
import { dateIn } from '#platform/dates.ts'
import type { DispatchProblem } from '../../dispatch/index.ts'
import type { PlanFacts } from './plan-facts.ts'
import { teamDayId } from './plan.ts'

type TeamDay = DispatchProblem['teamDays'][number]

/** A visit that was promised, with the outing that keeps the promise. */
export interface SeatedPromise {
  readonly teamDayId: string
  readonly day: string
  readonly startsMinute: number
  readonly endsMinute: number
}

/** Today's part of a plan begins at the next full quarter of an hour, so that the same wish a little later is the same problem. */
const STEP_MINUTES = 15

/**
 * The outings of all providers on all days, as their calendars say, with what they have promised. A provider that is absent goes
 * nowhere, and its promise is nobody's: the order is planned anew.
 */
export function seatProviders(
  facts: PlanFacts,
  days: readonly string[],
  roads: Roads,
  placeOf: ReadonlyMap<string, number>,
): { teamDays: TeamDay[]; seated: ReadonlyMap<string, SeatedPromise> } {
  const absent = new Set(facts.absences.map(({ kind, id, on }) => `${kind}/${id}/${on}`))
  const promised = Map.groupBy(
    facts.orders.filter((order) => order.promise !== null),
    ({ promise }) => `${promise!.provider.kind}/${promise!.provider.id}/${dateIn(promise!.from)}`,
  )
  const earliest = days.map((day) => Math.ceil(minuteOn(facts.now, day) / STEP_MINUTES) * STEP_MINUTES)
  const teamDays: TeamDay[] = []
  const seated = new Map<string, SeatedPromise>()
  for (const provider of facts.providers) {
    const place = placeOf.get(provider.unitId)
    if (place === undefined) continue
    const { capacity, days: calendar } = facts.calendars.get(provider.id)!
    days.forEach((day, at) => {
      const key = `${provider.kind}/${provider.id}/${day}`
      if (absent.has(key)) return
      const open = { capacity, open: calendar[at]!.open }
      const outings = outingsOf(provider.kind, open, facts.weights, earliest[at]!)
      const booked = (promised.get(key) ?? []).map((order) => bookedOn(order, day))
      const legs = roads.legs(capacity.speedClass)
      for (const outing of seatDay(outings, booked, provider.unitId, legs)) {
        const id = teamDayId({ kind: provider.kind, id: provider.id, day, crew: outing.number })
        teamDays.push(teamDayOf(provider, { ...outing, id, day, place, travel: roads.tableOf(capacity.speedClass) }))
        for (const { orderId, startsMinute, endsMinute } of outing.visits)
          seated.set(orderId, { teamDayId: id, day, startsMinute, endsMinute })
      }
    })
  }
  return { teamDays, seated }
}

function bookedOn(order: PlannableOrder, day: string) {
  return {
    orderId: order.id,
    unitId: order.unitId,
    startsMinute: minuteOn(order.promise!.from, day),
    endsMinute: minuteOn(order.promise!.until, day),
  }
}

function teamDayOf(
  provider: PlannableProvider,
  outing: ReturnType<typeof outingsOf>[number] & { id: string; day: string; place: number; travel: number },
): TeamDay {
  return {
    id: outing.id,
    team: `${provider.kind}/${provider.id}`,
    day: outing.day,
    startPlace: outing.place,
    endPlace: outing.place,
    shiftStartsMinute: outing.startsMinute,
    shiftEndsMinute: outing.endsMinute,
    visitsMax: outing.visitsMax,
    workMinutesMax: outing.workMinutesMax,
    loadsMax: [],
    skills: [],
    travel: outing.travel,
    fixedCost: 0,
  }
}
