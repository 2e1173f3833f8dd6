import { dateIn } from '#platform/dates.ts'
import { sql, type Tx } from '#platform/db.ts'
import type { Work } from '#platform/work.ts'
import { isTeamStaff, requireTeam } from './keepers.ts'
import { endApplicationsOf, lockTeam, withdrawHandovers } from './matter-rows.ts'
import { tellOf } from './notices.ts'
import { refuse } from './refusals.ts'
import { membersOf, roleIn } from './team-views.ts'

/** What a team has promised and not yet done; the modules above know. */
export interface OpenPromises {
  readonly orders: number
  readonly sessions: number
}
export type CountPromises = (tx: Tx, teamId: string, now: Date) => Promise<OpenPromises>

/**
 * Ends a team: its leader or the unit's staff, once nothing is promised any more. Everybody leaves it and is told; whoever waited
 * for an answer gets one. What the team did stays.
 * @throws Refusal promises-open, team-ended, not-your-team, platform.not-found
 */
export async function endTeam(work: Work, teamId: string, reason: string, count: CountPromises): Promise<void> {
  const team = await requireTeam(work, teamId)
  const locked = await lockTeam(work.tx, teamId)
  const own = work.actor.personId === null ? undefined : await roleIn(work.tx, teamId, work.actor.personId)
  if (own !== 'leader' && !isTeamStaff(work.actor, team)) throw refuse('not-your-team')
  const today = dateIn(work.now)
  if (locked?.endedOn != null) throw refuse('team-ended')
  const { orders, sessions } = await count(work.tx, teamId, work.now)
  if (orders + sessions > 0) throw refuse('promises-open', { orders, sessions })
  const members = await membersOf(work.tx, teamId)
  const end = { personId: null, state: 'declined', by: work.actor.personId, at: work.now, answer: reason } as const
  const asked = await endApplicationsOf(work.tx, teamId, end)
  await withdrawHandovers(work.tx, teamId, work.now)
  await work.tx.run(sql`
    update team_member set left_at = ${work.now}
     where district_id = ${work.tx.districtId} and team_id = ${teamId}::uuid and left_at is null`)
  await work.tx.run(sql`
    update team set ended_on = ${today}, ended_reason = ${reason}, version = version + 1
     where district_id = ${work.tx.districtId} and id = ${teamId}::uuid`)
  const people = new Set([...members, ...asked].map((one) => one.personId))
  for (const personId of people)
    if (personId !== work.actor.personId) await tellOf(work, personId, 'team-ended', { ...team, link: '/team/mine' })
  work.audit({ action: 'teams.end', subject: { kind: 'team', id: teamId }, details: { members: members.length } })
}
