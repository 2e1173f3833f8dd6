import { holdPerson } from '#modules/people/index.ts'
import { dateIn } from '#platform/dates.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Work } from '#platform/work.ts'
import { isJoinCode } from './join-codes.ts'
import { endApplicationsOf, lockTeam, passApplicationsFrom } from './matter-rows.ts'
import { refuse } from './refusals.ts'
import { responsibleFor } from './responsible.ts'
import { endMembership, insertMember } from './team-rows.ts'
import { findTeam } from './team-views.ts'
import { isVolunteer } from './volunteer-rows.ts'

/**
 * Lets a volunteer join a team. The person who joins is the one who acts; nobody, a leader included, can put another one in.
 * A team that wants applications is joined with a code that one of its leaders shows or printed, or by an invitation of its unit.
 * @throws Refusal not-yourself, not-a-volunteer, already-a-member, apply-first, code-wrong, team-ended, platform.not-found
 */
export async function joinTeam(
  work: Work,
  teamId: string,
  personId: string,
  way: { readonly code?: string | undefined; readonly isInvited?: boolean } = {},
): Promise<{ role: 'member' }> {
  if (work.actor.personId !== personId) throw refuse('not-yourself')
  await holdPerson(work.tx, personId)
  const team = await findTeam(work.tx, teamId, dateIn(work.now))
  if (team === undefined) throw new Refusal('platform.not-found', 404, {})
  // Under the lock, so that nobody comes in while the team ends.
  const ended = (await lockTeam(work.tx, teamId))?.endedOn ?? null
  if (ended !== null && ended <= dateIn(work.now)) throw refuse('team-ended')
  if (!(await isVolunteer(work.tx, personId))) throw refuse('not-a-volunteer')
  const { code, isInvited = false } = way
  if (code !== undefined && !(await isJoinCode(work, teamId, code))) throw refuse('code-wrong', {}, { field: 'code' })
  if (code === undefined && !isInvited && team.joinMode === 'on-application') throw refuse('apply-first')
  if (!(await insertMember(work.tx, teamId, personId, work.now))) throw refuse('already-a-member')
  await endApplicationsOf(work.tx, teamId, { personId, state: 'accepted', by: personId, at: work.now, answer: '' })
  work.audit({ action: 'teams.join', subject: { kind: 'team', id: teamId }, personId })
  return { role: 'member' }
}

/** Leaves a team at once, whatever one's role. Who is not in it has left already. @throws Refusal platform.not-found */
export async function leaveTeam(work: Work, teamId: string): Promise<void> {
  const { personId } = work.actor
  if (personId === null) throw new Refusal('platform.not-signed-in', 401, {})
  const team = await findTeam(work.tx, teamId, dateIn(work.now))
  if (team === undefined) throw new Refusal('platform.not-found', 404, {})
  await lockTeam(work.tx, teamId)
  if (await endMembership(work.tx, teamId, personId, work.now)) {
    await passApplicationsFrom(work.tx, teamId, personId, await responsibleFor(work.tx, team))
    work.audit({ action: 'teams.leave', subject: { kind: 'team', id: teamId }, personId })
  }
}
