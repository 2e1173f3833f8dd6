import type { AgreedVisit, PlannableOrder, PlannableProvider } from '#modules/orders/index.ts'
import type { ProviderDays } from '#modules/teams/index.ts'
import type { Absence, Weights } from './plan.ts'
import type { SharedVehicle } from './vehicle-rows.ts'

/** Everything a plan is made of, read at one instant. */
export interface PlanFacts {
  readonly now: Date
  readonly fromOn: string
  readonly untilOn: string
  readonly orders: readonly PlannableOrder[]
  readonly providers: readonly PlannableProvider[]
  readonly places: readonly Place[]
  readonly overrides: readonly { readonly fromUnitId: string; readonly toUnitId: string; readonly minutes: number }[]
  readonly absences: readonly Absence[]
  /** By provider, the days of the plan in their order: when each can come, and what it can take. */
  readonly calendars: ReadonlyMap<string, ProviderDays>
  readonly weights: Weights
  /** Pairs of a unit and a provider that has taken it on, as `unit/provider`. */
  readonly pairings: ReadonlySet<string>
  /** Shared vehicles that run on some day of the plan. */
  readonly vehicles: readonly SharedVehicle[]
  /** Visits agreed for the weeks that the plan touches. */
  readonly agreed: readonly AgreedVisit[]
  /** Services of late by village, older ones counting less. */
  readonly services: ReadonlyMap<string, number>
  /** Team-days of the plan that this one changes, by order. */
  readonly current: ReadonlyMap<string, { readonly teamDay: string; readonly wasTold: boolean }>
}

/** A unit with the units above it, and where it is; a unit without coordinates takes those of the nearest one above. */
export interface Place {
  readonly id: string
  readonly pathIds: readonly string[]
  readonly longitude: number
  readonly latitude: number
}

/** Services of the villages that have an order in the plan: a village that did not ask is owed nothing. */
export function servicesOfAskers(facts: Pick<PlanFacts, 'orders' | 'services'>): ReadonlyMap<string, number> {
  return new Map(facts.orders.map((order) => [order.unitId, facts.services.get(order.unitId) ?? 0]))
}
