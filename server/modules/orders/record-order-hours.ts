import { recordHours } from '#modules/hours/index.ts'
import { findTeam } from '#modules/teams/index.ts'
import { dateIn } from '#platform/dates.ts'
import type { Work } from '#platform/work.ts'
import type { Order } from './order.ts'

/** The hours of the team that served, when the service is over: who organised it is the team's unit. */
export async function recordOrderHours(work: Work, order: Order): Promise<void> {
  if (order.providerTeamId === null) return
  const team = (await findTeam(work.tx, order.providerTeamId, dateIn(work.now)))!
  await recordHours(work, {
    kind: 'order',
    id: order.id,
    activityId: null,
    orderId: order.id,
    kindSlug: null,
    title: order.title,
    unitId: team.unitId,
    teamId: team.id,
    placeUnitId: order.unitId,
  })
}
