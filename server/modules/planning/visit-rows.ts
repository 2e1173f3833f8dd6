import { sql, type Tx } from '#platform/db.ts'
import type { Plan } from '../../dispatch/index.ts'

export interface NewVisit {
  readonly orderId: string
  readonly providerKind: 'agency' | 'team'
  readonly providerId: string
  readonly crew: number
  readonly vehicleId: string | null
  readonly day: string
  readonly position: number
  readonly startsMinute: number
  readonly endsMinute: number
  readonly parts: readonly { readonly part: string; readonly minutes: number }[]
  readonly isPinned: boolean
  readonly was: Was | null
}

/** Where the plan before had an order, the tax of the change, and what undoing it would cost; null where it cannot be undone. */
export interface Was {
  readonly providerKind: 'agency' | 'team'
  readonly providerId: string
  readonly day: string
  readonly taxMinutes: number
  readonly undoMinutes: number | null
}

export type NewUnserved = Plan['unserved'][number] & { readonly was: Was | null }

/** Writes what a plan says, in place of what it said before. */
export async function replaceVisits(
  tx: Tx,
  planId: string,
  visits: readonly NewVisit[],
  unserved: readonly NewUnserved[],
): Promise<void> {
  await tx.run(sql`delete from plan_visit where district_id = ${tx.districtId} and plan_id = ${planId}::uuid`)
  await tx.run(sql`delete from plan_unserved where district_id = ${tx.districtId} and plan_id = ${planId}::uuid`)
  const rows = visits.map((visit) => ({
    order_id: visit.orderId,
    provider_kind: visit.providerKind,
    provider_id: visit.providerId,
    crew: visit.crew,
    vehicle_id: visit.vehicleId,
    day: visit.day,
    position: visit.position,
    starts_minute: visit.startsMinute,
    ends_minute: visit.endsMinute,
    parts: visit.parts,
    is_pinned: visit.isPinned,
    was: visit.was,
  }))
  await tx.run(sql`
    insert into plan_visit (district_id, plan_id, order_id, provider_kind, provider_id, crew, vehicle_id, day, position, starts_minute, ends_minute, parts, is_pinned, was)
    select ${tx.districtId}::int, ${planId}::uuid, r.order_id, r.provider_kind, r.provider_id, r.crew, r.vehicle_id, r.day, r.position, r.starts_minute, r.ends_minute,
           r.parts, r.is_pinned, r.was
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (order_id uuid, provider_kind text, provider_id uuid, crew integer, vehicle_id uuid, day date,
           position integer, starts_minute integer, ends_minute integer, parts jsonb, is_pinned boolean, was jsonb)`)
  await tx.run(sql`
    insert into plan_unserved (district_id, plan_id, order_id, rejections, relaxation, was)
    select ${tx.districtId}::int, ${planId}::uuid, r."order", r.rejections, r.relaxation, r.was
      from jsonb_to_recordset(${JSON.stringify(unserved)}::jsonb) as r ("order" uuid, rejections jsonb, relaxation jsonb, was jsonb)`)
}

/** Keeps what became of a visit when the plan was published. */
export async function recordOutcome(tx: Tx, planId: string, orderId: string, outcome: string): Promise<void> {
  await tx.run(sql`
    update plan_visit set outcome = ${outcome} where district_id = ${tx.districtId} and plan_id = ${planId}::uuid and order_id = ${orderId}::uuid`)
}
