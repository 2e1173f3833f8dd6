import { holdPerson } from '#modules/people/index.ts'
import { dateIn } from '#platform/dates.ts'
import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { requireKeeperOfTeam, requireTeam } from './keepers.ts'
import { endApplication, findApplication, insertApplication, lockApplication, lockTeam } from './matter-rows.ts'
import { tellOf } from './notices.ts'
import { refuse } from './refusals.ts'
import { answerDue, responsibleFor } from './responsible.ts'
import { insertMember } from './team-rows.ts'
import { roleIn } from './team-views.ts'
import { isVolunteer } from './volunteer-rows.ts'

/**
 * Asks to join a team. One person, or where nobody leads one unit, has to answer by a due time (promise 1).
 * @throws Refusal not-a-volunteer, already-a-member, application-open, team-ended, platform.not-found
 */
export async function applyToTeam(work: Work, teamId: string, message: string): Promise<{ id: string; dueAt: Date }> {
  const { personId } = work.actor
  if (personId === null) throw new Refusal('platform.not-signed-in', 401, {})
  const team = await requireTeam(work, teamId)
  if (team.endedOn !== null && team.endedOn <= dateIn(work.now)) throw refuse('team-ended')
  if (!(await isVolunteer(work.tx, personId))) throw refuse('not-a-volunteer')
  if ((await roleIn(work.tx, teamId, personId)) !== undefined) throw refuse('already-a-member')
  const by = await responsibleFor(work.tx, team)
  const [id, dueAt] = [newUuid7(work.now), await answerDue(work)]
  if (!(await insertApplication(work.tx, { id, teamId, personId, message, by, dueAt, now: work.now })))
    throw refuse('application-open')
  if (by.personId !== null)
    await tellOf(work, by.personId, 'team-application', { ...team, link: `/teams/${teamId}/manage` })
  work.audit({ action: 'teams.apply', subject: { kind: 'team', id: teamId }, personId })
  return { id, dueAt }
}

/**
 * Lets somebody in, or says why not; who is let in agreed by applying. Leader, deputy, or the staff of the team's unit.
 * @throws Refusal already-answered, answer-needed, not-your-team, own-request, platform.not-found
 */
export async function answerApplication(
  work: Work,
  id: string,
  given: { readonly accept: boolean; readonly answer: string },
): Promise<void> {
  const asked = await findApplication(work.tx, id)
  if (asked === undefined) throw new Refusal('platform.not-found', 404, {})
  const team = await requireKeeperOfTeam(work, asked.teamId)
  if (asked.state !== 'open') throw refuse('already-answered')
  // In the order in which joining, merging and ending take them: person, team, application.
  if (given.accept) await holdPerson(work.tx, asked.personId)
  await lockTeam(work.tx, team.id)
  const application = (await lockApplication(work.tx, id))!
  if (application.personId === work.actor.personId) throw refuse('own-request')
  if (application.state !== 'open') throw refuse('already-answered')
  if (!given.accept && given.answer === '') throw refuse('answer-needed', {}, { field: 'answer' })
  const { personId } = application
  if (given.accept) await insertMember(work.tx, team.id, personId, work.now)
  const state = given.accept ? 'accepted' : 'declined'
  await endApplication(work.tx, id, { state, by: work.actor.personId, at: work.now, answer: given.answer })
  await tellOf(work, personId, given.accept ? 'team-let-in' : 'team-not-let-in', { ...team, link: '/team/mine' })
  work.audit({ action: `teams.application-${state}`, subject: { kind: 'team', id: team.id }, personId })
}

/** Takes an own application back. @throws Refusal already-answered, platform.not-found */
export async function withdrawApplication(work: Work, id: string): Promise<void> {
  const application = await lockApplication(work.tx, id)
  if (application === undefined || application.personId !== work.actor.personId)
    throw new Refusal('platform.not-found', 404, {})
  if (application.state !== 'open') throw refuse('already-answered')
  const { personId, teamId } = application
  await endApplication(work.tx, id, { state: 'withdrawn', by: personId, at: work.now, answer: '' })
  work.audit({ action: 'teams.application-withdrawn', subject: { kind: 'team', id: teamId }, personId })
}
