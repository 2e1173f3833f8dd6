import { agreedVisits, plannableOrders, plannableProviders, servicesByVillage } from '#modules/orders/index.ts'
import { listUnits, type UnitInTree, unitsBelow } from '#modules/orgs/index.ts'
import { agencyCalendars, teamCalendars } from '#modules/teams/index.ts'
import { addDays, dateIn, startOfDate, weekdayOf } from '#platform/dates.ts'
import type { Tx } from '#platform/db.ts'
import type { Place, PlanFacts } from './plan-facts.ts'
import type { PlanRow } from './plan-rows.ts'
import { visitsOf } from './plan-views.ts'
import { pairingsOn } from './pairing-rows.ts'
import { overridesOn } from './travel-override-rows.ts'
import { teamDayId } from './plan.ts'
import { vehiclesBetween } from './vehicle-rows.ts'

/** Beyond this a plan takes longer than anybody waits; the oldest orders come first. */
const ORDERS_MAX = 6000
const UNITS_MAX = 2000

/** Reads everything a plan is made of. Teams of the planning unit and below; agencies are the centre's to send. */
export async function gatherFacts(tx: Tx, plan: PlanRow, now: Date): Promise<PlanFacts> {
  const on = dateIn(now)
  const units = await listUnits(tx, { on, limit: UNITS_MAX })
  const below = new Set((await unitsBelow(tx, [plan.unitId])).map((unit) => unit.id))
  const isCentre = units.find((unit) => unit.id === plan.unitId)?.kind === 'centre'
  const providers = (await plannableProviders(tx, now, plan.untilOn)).filter((one) =>
    one.kind === 'agency' ? isCentre : below.has(one.unitId),
  )
  const idsOf = (kind: 'agency' | 'team') => providers.flatMap((one) => (one.kind === kind ? [one.id] : []))
  const span = [plan.fromOn, addDays(plan.untilOn, 1)] as const
  const [orders, services, overrides, calendars, base] = [
    await plannableOrders(tx, {
      unitIds: [...below],
      from: startOfDate(plan.fromOn),
      until: startOfDate(addDays(plan.untilOn, 1)),
      limit: ORDERS_MAX,
    }),
    await servicesByVillage(tx, now),
    await overridesOn(tx, plan.fromOn),
    new Map([
      ...(await teamCalendars(tx, idsOf('team'), ...span)),
      ...(await agencyCalendars(tx, idsOf('agency'), ...span)),
    ]),
    plan.kind === 're-plan' && plan.basedOnId !== null ? await visitsOf(tx, plan.basedOnId, now) : [],
  ] as const
  return {
    now,
    fromOn: plan.fromOn,
    untilOn: plan.untilOn,
    orders,
    providers,
    places: placesOf(units),
    overrides,
    absences: plan.absences,
    calendars,
    weights: plan.weights,
    pairings: new Set((await pairingsOn(tx, plan.fromOn)).map(({ unitId, providerId }) => `${unitId}/${providerId}`)),
    services,
    vehicles: await vehiclesBetween(tx, plan.fromOn, plan.untilOn),
    agreed: await agreedVisits(tx, startOfDate(mondayOf(plan.fromOn)), startOfDate(addDays(mondayOf(plan.untilOn), 7))),
    current: new Map(
      base.map((visit) => [
        visit.orderId,
        {
          teamDay: teamDayId({ ...visit, kind: visit.providerKind, id: visit.providerId }),
          wasTold: visit.outcome === 'offered',
        },
      ]),
    ),
  }
}

/** The first day of a date's week. */
export function mondayOf(date: string): string {
  return addDays(date, 1 - weekdayOf(date))
}

/**
 * A unit without coordinates lies where the nearest unit above it does, or in the middle of all that have some. Where nobody has
 * any, all lie at one point: the plan then weighs everything but the ways.
 */
function placesOf(units: readonly UnitInTree[]): Place[] {
  const located = units.flatMap(({ id, latitude, longitude }) =>
    latitude === null || longitude === null ? [] : [{ id, latitude, longitude }],
  )
  const pointOf = new Map(located.map((point) => [point.id, point]))
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  const middle = {
    latitude: mean(located.map((one) => one.latitude)),
    longitude: mean(located.map((one) => one.longitude)),
  }
  return units.map((unit) => {
    const pathIds = unit.path.map((one) => one.id)
    const nearest = [...pathIds].reverse().find((id) => pointOf.has(id))
    const { latitude, longitude } = nearest === undefined ? middle : pointOf.get(nearest)!
    return { id: unit.id, pathIds, latitude, longitude }
  })
}
