import type { DispatchProblem, Plan } from '../../dispatch/index.ts'
import { vehicleLimit } from './shared-limits.ts'
import { vehicleSkill } from './vehicles.ts'
import { teamDayOf } from './plan.ts'

export interface ScarceVehicle {
  readonly vehicleId: string
  readonly day: string
  /** What one more of it on that day would save at most, in equivalent minutes. */
  readonly savesMinutes: number
  /** Orders left out that need it. */
  readonly orders: number
}

const MINUTES_MIN = 1

/** The vehicles of which one more on a day would save most, dearest first; none without proven prices. */
export function scarceVehicles(problem: DispatchProblem, plan: Pick<Plan, 'prices' | 'unserved'>): ScarceVehicle[] {
  const left = new Set(plan.unserved.map((one) => one.order))
  const days = new Map(
    problem.teamDays.flatMap(({ id, day }) => {
      const { vehicleId } = teamDayOf(id)
      return vehicleId == null ? [] : [[vehicleLimit(vehicleId, day), { vehicleId, day }] as const]
    }),
  )
  return Object.entries(plan.prices?.limits ?? {})
    .flatMap(([id, savesMinutes]) => {
      const vehicle = days.get(id)
      if (vehicle === undefined || savesMinutes < MINUTES_MIN) return []
      const needs = vehicleSkill(vehicle.vehicleId)
      const orders = problem.orders.filter((order) => left.has(order.id) && order.skills.includes(needs)).length
      return [{ ...vehicle, savesMinutes, orders }]
    })
    .sort((a, b) => b.savesMinutes - a.savesMinutes || (a.day < b.day ? -1 : 1))
}
