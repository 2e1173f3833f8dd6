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
import type { SharedVehicle } from './vehicle-rows.ts'
import { runsOn, vehicleOf, vehicleSkill, vehiclesFor } from './vehicles.ts'

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
/** A vehicle goes out where it is needed: taking it along costs next to nothing, but not nothing. */
const VEHICLE_MINUTES = 1

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
    const usable = vehiclesFor(facts, provider)
    days.forEach((day, at) => {
      const key = `${provider.kind}/${provider.id}/${day}`
      if (absent.has(key)) return
      const open = { capacity, open: calendar[at]!.open }
      const outings = outingsOf(provider.kind, open, facts.weights, earliest[at]!)
      const booked = (promised.get(key) ?? []).map((order) => bookedOn(order, day))
      const legs = roads.legs(capacity.speedClass)
      for (const outing of seatDay(outings, booked, provider.unitId, legs)) {
        for (const vehicleId of waysOut(facts, outing.visits, usable, day)) {
          const id = teamDayId({ kind: provider.kind, id: provider.id, day, crew: outing.number, vehicleId })
          const travel = roads.tableOf(capacity.speedClass)
          teamDays.push(teamDayOf(provider, { ...outing, id, day, place, travel, vehicleId }))
          for (const { orderId, startsMinute, endsMinute } of outing.visits)
            seated.set(orderId, { teamDayId: id, day, startsMinute, endsMinute })
        }
      }
    })
  }
  return { teamDays, seated }
}

/**
 * The ways in which a crew may go out: without a vehicle (null), or with one of those that run. An outing with promises goes as they
 * need it.
 */
function waysOut(
  facts: PlanFacts,
  visits: readonly { readonly orderId: string }[],
  usable: readonly SharedVehicle[],
  day: string,
): (string | null)[] {
  if (visits.length === 0) return [null, ...usable.filter((one) => runsOn(one, day)).map(({ id }) => id)]
  const ids = new Set(visits.map(({ orderId }) => orderId))
  const needed = facts.orders.flatMap((order) => (ids.has(order.id) ? (vehicleOf(facts, order) ?? []) : []))
  return [needed[0]?.id ?? null]
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
  outing: ReturnType<typeof outingsOf>[number] & {
    id: string
    day: string
    place: number
    travel: number
    vehicleId: string | null
  },
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
    skills: outing.vehicleId === null ? [] : [vehicleSkill(outing.vehicleId)],
    travel: outing.travel,
    fixedCost: outing.vehicleId === null ? 0 : VEHICLE_MINUTES,
  }
}
