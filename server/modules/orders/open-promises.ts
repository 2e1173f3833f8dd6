import { sql, type Tx } from '#platform/db.ts'

/** How many orders a team was asked for or took on and has not finished. */
export async function openOrdersOf(tx: Tx, teamId: string): Promise<number> {
  const { count } = await tx.one<{ count: number }>(sql`
    select (select count(*) from service_order
             where district_id = ${tx.districtId} and provider_team_id = ${teamId}::uuid
               and state in ('accepted', 'scheduled', 'in_service'))
         + (select count(*) from order_offer
             where district_id = ${tx.districtId} and provider_team_id = ${teamId}::uuid and state = 'open') as count`)
  return count
}
