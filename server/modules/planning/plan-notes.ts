import type { PinConflict, ScarceTeamDay } from '../../dispatch/index.ts'
import type { Read } from '#platform/work.ts'
import { teamDayOf } from './plan.ts'
import type { ScarceVehicle } from './scarce-vehicles.ts'
import { vehicleNames } from './vehicle-rows.ts'
import type { PlanRow } from './plan-rows.ts'
import { type OrderName, orderNames, providerNames } from './plan-views.ts'

interface At {
  readonly providerName: string
  readonly day: string
}

export interface PlanNotes {
  /** What one more day of somebody would save at most, and how many orders left out wait for such a day. */
  readonly scarce: readonly (At & { readonly savesMinutes: number; readonly orders: number })[]
  /** The same of shared vehicles. */
  readonly scarceVehicles: readonly {
    readonly vehicleName: string
    readonly day: string
    readonly savesMinutes: number
    readonly orders: number
  }[]
  /** Promises that contradict each other, for which a plan failed. */
  readonly conflicts: readonly (At & { readonly code: string; readonly orders: readonly OrderName[] })[]
}

/** What a plan's trace says about the centre, with names. */
export async function notesOf({ tx, now }: Read, { trace }: PlanRow): Promise<PlanNotes> {
  const scarce = (trace?.['scarce'] ?? []) as readonly ScarceTeamDay[]
  const conflicts = (trace?.['conflicts'] ?? []) as readonly PinConflict[]
  const vehicles = (trace?.['scarceVehicles'] ?? []) as readonly ScarceVehicle[]
  const vehicleNameOf = await vehicleNames(
    tx,
    vehicles.map((one) => one.vehicleId),
  )
  const idOf = ({ teamDay }: { teamDay: string }) => teamDayOf(teamDay).id
  const names = await providerNames(tx, [...scarce.map(idOf), ...conflicts.map(idOf)], now)
  const orders = await orderNames(
    tx,
    conflicts.flatMap((one) => one.orders),
  )
  const at = (teamDay: string): At => {
    const { id, day } = teamDayOf(teamDay)
    return { providerName: names.get(id) ?? '', day }
  }
  return {
    scarce: scarce.map((one) => ({
      ...at(one.teamDay),
      savesMinutes: Math.round(one.savesMinutes),
      orders: one.orders.length,
    })),
    scarceVehicles: vehicles.map(({ vehicleId, day, savesMinutes, orders: waiting }) => ({
      vehicleName: vehicleNameOf.get(vehicleId) ?? '',
      day,
      savesMinutes: Math.round(savesMinutes),
      orders: waiting,
    })),
    conflicts: conflicts.map((one) => ({
      ...at(one.teamDay),
      code: one.code,
      orders: orders.filter((order) => one.orders.includes(order.orderId)),
    })),
  }
}
