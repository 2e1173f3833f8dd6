import type { PinConflict, ScarceTeamDay } from '../../dispatch/index.ts'
import type { Read } from '#platform/work.ts'
import { teamDayOf } from './plan.ts'
import type { PlanRow } from './plan-rows.ts'
import { type OrderName, orderNames, providerNames } from './plan-views.ts'

interface At {
  readonly providerName: string
  readonly day: string
}

export interface PlanNotes {
  /** What one more day of somebody would save at most, and how many orders left out wait for such a day. */
  readonly scarce: readonly (At & { readonly savesMinutes: number; readonly orders: number })[]
  /** Promises that contradict each other, for which a plan failed. */
  readonly conflicts: readonly (At & { readonly code: string; readonly orders: readonly OrderName[] })[]
}

/** What a plan's trace says about the centre, with names. */
export async function notesOf({ tx, now }: Read, { trace }: PlanRow): Promise<PlanNotes> {
  const scarce = (trace?.['scarce'] ?? []) as readonly ScarceTeamDay[]
  const conflicts = (trace?.['conflicts'] ?? []) as readonly PinConflict[]
  if (scarce.length === 0 && conflicts.length === 0) return { scarce: [], conflicts: [] }
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
    conflicts: conflicts.map((one) => ({
      ...at(one.teamDay),
      code: one.code,
      orders: orders.filter((order) => one.orders.includes(order.orderId)),
    })),
  }
}
