import { addMinutes } from '#platform/dates.ts'
import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { isTeamStaff, requireTeam } from './keepers.ts'
import { endHandover, insertHandover, lockHandover, lockTeam, passApplicationsFrom } from './matter-rows.ts'
import { tellOf } from './notices.ts'
import { refuse } from './refusals.ts'
import { responsibleFor } from './responsible.ts'
import { isLeading, type TeamRole } from './team.ts'
import { updateRole } from './team-rows.ts'
import { membersOf, roleIn } from './team-views.ts'

const HANDOVER_MINUTES = 7 * 24 * 60

/**
 * Asks a member to lead the team: by its leader, or by staff where nobody leads. Nothing changes before the member accepts.
 * @throws Refusal not-your-team, not-a-member, leads-already, handover-open, platform.not-found
 */
export async function offerLeadership(work: Work, teamId: string, toPersonId: string): Promise<{ id: string }> {
  const team = await requireTeam(work, teamId)
  await lockTeam(work.tx, teamId)
  const members = await membersOf(work.tx, teamId)
  const leader = members.find((one) => one.role === 'leader')
  const isLeader =
    leader !== undefined && members.some((one) => one.role === 'leader' && one.personId === work.actor.personId)
  const isVacant = leader === undefined && isTeamStaff(work.actor, team)
  if (!isLeader && !isVacant) throw refuse('not-your-team')
  const successor = members.find((one) => one.personId === toPersonId)
  if (successor === undefined) throw refuse('not-a-member', {}, { field: 'personId' })
  if (successor.role === 'leader') throw refuse('leads-already', {}, { field: 'personId' })
  const id = newUuid7(work.now)
  const dueAt = addMinutes(work.now, HANDOVER_MINUTES)
  const fromPersonId = isLeader ? work.actor.personId : null
  const given = { id, teamId, fromPersonId, toPersonId, dueAt, by: work.actor.personId, now: work.now }
  if (!(await insertHandover(work.tx, given))) throw refuse('handover-open')
  await tellOf(work, toPersonId, 'team-asked-to-lead', { ...team, link: '/team/mine' })
  work.audit({ action: 'teams.offer-leadership', subject: { kind: 'team', id: teamId }, personId: toPersonId })
  return { id }
}

/**
 * The successor answers. Whoever handed over becomes a member; if that person left meanwhile, the successor leads all the same. Where
 * somebody else leads by now, who never asked, nothing is taken over.
 * @throws Refusal already-answered, leader-changed, not-a-member, platform.not-found
 */
export async function answerHandover(work: Work, id: string, accept: boolean): Promise<void> {
  const seen = await lockHandover(work.tx, id)
  if (seen === undefined || seen.toPersonId !== work.actor.personId) throw new Refusal('platform.not-found', 404, {})
  if (seen.state !== 'open') throw refuse('already-answered')
  const { teamId, fromPersonId, toPersonId } = seen
  if (accept) {
    const leader = (await membersOf(work.tx, teamId)).find((one) => one.role === 'leader')
    if (leader !== undefined && leader.personId !== fromPersonId) throw refuse('leader-changed')
    if (leader !== undefined) await updateRole(work.tx, teamId, leader.personId, 'member')
    if (!(await updateRole(work.tx, teamId, toPersonId, 'leader'))) throw refuse('not-a-member')
    if (leader !== undefined)
      await passApplicationsFrom(work.tx, teamId, leader.personId, { personId: toPersonId, unitId: null })
  }
  await endHandover(work.tx, id, accept ? 'accepted' : 'declined', work.now)
  work.audit({
    action: accept ? 'teams.take-over' : 'teams.decline-leadership',
    subject: { kind: 'team', id: teamId },
    personId: toPersonId,
  })
}

/** Takes an offer of leadership back. @throws Refusal already-answered, not-your-team, platform.not-found */
export async function withdrawHandover(work: Work, id: string): Promise<void> {
  const seen = await lockHandover(work.tx, id)
  if (seen === undefined) throw new Refusal('platform.not-found', 404, {})
  const team = await requireTeam(work, seen.teamId)
  const { personId } = work.actor
  // Whoever leads now, also where it was another leader who asked.
  const isTheirs =
    personId !== null && (seen.fromPersonId === personId || (await roleIn(work.tx, seen.teamId, personId)) === 'leader')
  if (!isTheirs && !isTeamStaff(work.actor, team)) throw refuse('not-your-team')
  if (seen.state !== 'open') throw refuse('already-answered')
  await endHandover(work.tx, id, 'withdrawn', work.now)
  work.audit({ action: 'teams.withdraw-leadership', subject: { kind: 'team', id: seen.teamId } })
}

/**
 * The leader, or staff, makes a member deputy, contact or plain member again. Leadership itself is handed over, not given.
 * @throws Refusal not-your-team, not-a-member, hand-over-first, platform.not-found
 */
export async function changeRole(
  work: Work,
  teamId: string,
  personId: string,
  role: Exclude<TeamRole, 'leader'>,
): Promise<void> {
  const team = await requireTeam(work, teamId)
  await lockTeam(work.tx, teamId)
  const own = work.actor.personId === null ? undefined : await roleIn(work.tx, teamId, work.actor.personId)
  if (own !== 'leader' && !isTeamStaff(work.actor, team)) throw refuse('not-your-team')
  const before = await roleIn(work.tx, teamId, personId)
  if (before === undefined) throw refuse('not-a-member', {}, { field: 'personId' })
  if (before === 'leader') throw refuse('hand-over-first')
  await updateRole(work.tx, teamId, personId, role)
  if (isLeading(before) && !isLeading(role))
    await passApplicationsFrom(work.tx, teamId, personId, await responsibleFor(work.tx, team))
  work.audit({ action: 'teams.give-role', subject: { kind: 'team', id: teamId }, personId, details: { role } })
}
