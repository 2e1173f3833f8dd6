import { sql } from '#platform/db.ts'
import type { Work } from '#platform/work.ts'
import { daysOf } from './candidate-desk.ts'
import type { Order, Provider } from './order.ts'
import { refuse } from './refusals.ts'

/** The first day on which an order may be served: licences have to hold on it before anybody is asked or accepts. */
export function firstDayOf(order: Order, now: Date): string {
  return daysOf(order, now)[0]!
}

/**
 * A team serves what needs a licence only with one that holds on the day. Staff record licences with the paper in hand, so that
 * what stands there was seen. An agency's licences are its own business.
 * @param on the day of service as far as it is known, 'YYYY-MM-DD'
 * @throws Refusal licence-missing
 */
export async function requireLicences(
  { tx }: Pick<Work, 'tx'>,
  order: Order,
  provider: Provider | null,
  on: string,
): Promise<void> {
  if (provider?.kind !== 'team' || order.offeringId === null) return
  const { holds } = await tx.one<{ holds: boolean }>(sql`
    select o.licence_needs <@ array(
             select l.licence from team_licence l
              where l.district_id = o.district_id and l.team_id = ${provider.id} and (l.valid_until is null or l.valid_until >= ${on}::date)) as holds
      from offering o where o.district_id = ${tx.districtId} and o.id = ${order.offeringId}`)
  if (!holds) throw refuse('licence-missing')
}
