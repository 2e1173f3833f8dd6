/** What the year came to, counted from the database, and whether it is what the plan promised. */
import { verifyHoursIn } from '#modules/hours/index.ts'
import { verifyLedger } from '#modules/points/index.ts'
import { verifyAuditIn } from '#platform/audit.ts'
import { sql, type Tx } from '#platform/db.ts'
import type { YearPlan } from './planned.ts'

export interface Totals {
  readonly orders: number
  /** Confirmed by the requester, the keeper or a call. */
  readonly people: number
  readonly unconfirmed: number
  readonly offerings: number
  readonly agencies: number
  readonly stations: number
  readonly least: number
  readonly most: number
  readonly states: readonly { readonly state: string; readonly count: number }[]
  readonly channels: readonly { readonly channel: string; readonly count: number }[]
}

export async function countTotals(tx: Tx): Promise<Totals> {
  const d = tx.districtId
  const counts = await tx.one<Omit<Totals, 'states' | 'channels'>>(sql`
    select (select count(*) from service_order where district_id = ${d}) as orders,
           (select coalesce(sum(actual_headcount), 0) from service_order
             where district_id = ${d} and headcount_confirmed_at is not null and outcome is null) as people,
           (select coalesce(sum(actual_headcount), 0) from service_order
             where district_id = ${d} and headcount_confirmed_at is null and delivered_at is not null and outcome is null) as unconfirmed,
           (select count(*) from offering where district_id = ${d} and ended_at is null) as offerings,
           (select count(*) from unit where district_id = ${d} and kind = 'agency') as agencies,
           count(*) as stations, coalesce(min(n), 0) as least, coalesce(max(n), 0) as most
      from (select unit_id, count(*) as n from service_order where district_id = ${d} group by unit_id) station`)
  const states = await tx.rows<Totals['states'][number]>(
    sql`select state, count(*) as count from service_order where district_id = ${d} group by state order by count(*) desc, state`,
  )
  const channels = await tx.rows<Totals['channels'][number]>(
    sql`select channel, count(*) as count from service_order where district_id = ${d} group by channel order by count(*) desc, channel`,
  )
  return { ...counts, states, channels }
}

/** What differs from the plan, in the plan's words; nothing when all is as promised. */
export function differences({ span, stations, offerings }: YearPlan, totals: Totals): string[] {
  const wanted = {
    orders: span.orders,
    people: span.people,
    stations: Math.min(stations.length, span.orders),
    offerings: offerings.length,
  }
  return Object.entries(wanted).flatMap(([key, count]) => {
    const found = totals[key as keyof typeof wanted]
    return found === count ? [] : [`${key} ${found}, not ${count}`]
  })
}

/** The promises that a whole year puts to the test: two unbroken chains, and a ledger that adds up to nothing. */
export async function verifyYear(tx: Tx) {
  const audit = await verifyAuditIn(tx)
  const ledger = await verifyLedger(tx)
  const hours = await verifyHoursIn(tx)
  return { audit, ledger, hours }
}
