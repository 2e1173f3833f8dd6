import { holdPerson } from '#modules/people/index.ts'
import { dateIn } from '#platform/dates.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Work } from '#platform/work.ts'
import { refuse } from './refusals.ts'
import { endMembership, insertMember } from './team-rows.ts'
import { findTeam } from './team-views.ts'
import { isVolunteer } from './volunteer-rows.ts'

/**
 * Lets a volunteer join a team. The person who joins is the one who acts; nobody, a leader included, can put another one in.
 * @throws Refusal not-yourself, not-a-volunteer, already-a-member, team-ended, platform.not-found
 */
export async function joinTeam(work: Work, teamId: string, personId: string): Promise<{ role: 'member' }> {
  if (work.actor.personId !== personId) throw refuse('not-yourself')
  await holdPerson(work.tx, personId)
  const team = await findTeam(work.tx, teamId, dateIn(work.now))
  if (team === undefined) throw new Refusal('platform.not-found', 404, {})
  if (team.endedOn !== null && team.endedOn <= dateIn(work.now)) throw refuse('team-ended')
  if (!(await isVolunteer(work.tx, personId))) throw refuse('not-a-volunteer')
  if (!(await insertMember(work.tx, teamId, personId, work.now))) throw refuse('already-a-member')
  work.audit({ action: 'teams.join', subject: { kind: 'team', id: teamId }, personId })
  return { role: 'member' }
}

/** Leaves a team at once, whatever one's role. Who is not in it has left already. @throws Refusal platform.not-found */
export async function leaveTeam(work: Work, teamId: string): Promise<void> {
  const { personId } = work.actor
  if (personId === null) throw new Refusal('platform.not-signed-in', 401, {})
  if ((await findTeam(work.tx, teamId, dateIn(work.now))) === undefined)
    throw new Refusal('platform.not-found', 404, {})
  if (await endMembership(work.tx, teamId, personId, work.now)) {
    work.audit({ action: 'teams.leave', subject: { kind: 'team', id: teamId }, personId })
  }
}
