import type { PlannableOrder, PlannableProvider } from '#modules/orders/index.ts'
import { weekdayOf } from '#platform/dates.ts'
import { mayServe } from './may-serve.ts'
import type { PlanFacts } from './plan-facts.ts'
import type { SharedVehicle } from './vehicle-rows.ts'

/** To the optimiser a vehicle is a skill that an outing has when it takes one along. */
export const vehicleSkill = (vehicleId: string): string => `vehicle/${vehicleId}`

export function runsOn({ weekdays, validFrom, validUntil }: SharedVehicle, day: string): boolean {
  return validFrom <= day && (validUntil === null || day < validUntil) && weekdays.includes(weekdayOf(day))
}

/** The vehicle without which an order cannot be served; undefined when it needs none. */
export function vehicleOf(
  { vehicles }: Pick<PlanFacts, 'vehicles'>,
  { offeringId }: PlannableOrder,
): SharedVehicle | undefined {
  if (offeringId === null) return undefined
  return vehicles.find(({ offerings }) => offerings.some(({ id }) => id === offeringId))
}

/** The vehicles that some waiting order could make a provider take along. */
export function vehiclesFor(facts: PlanFacts, provider: PlannableProvider): SharedVehicle[] {
  const wanted = new Set<SharedVehicle>()
  for (const order of facts.orders) {
    const vehicle = vehicleOf(facts, order)
    if (vehicle !== undefined && !wanted.has(vehicle) && mayServe(facts, provider, order)) wanted.add(vehicle)
  }
  return [...wanted]
}
