import { findUnit } from '#modules/orgs/index.ts'
import { holdsAt } from '#platform/actor.ts'
import { dateIn } from '#platform/dates.ts'
import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { createTeam, giveTeamRole } from './create-team.ts'
import { TEAM_STAFF } from './keepers.ts'
import { endFounding, insertFounding, lockFounding } from './matter-rows.ts'
import { tellOf } from './notices.ts'
import { refuse } from './refusals.ts'
import { answerDue } from './responsible.ts'
import type { TeamTier } from './team.ts'
import { insertMember } from './team-rows.ts'
import { isVolunteer } from './volunteer-rows.ts'

const TIER_OF = { centre: 'corps', institute: 'branch', station: 'squad' } as const satisfies Record<string, TeamTier>

export interface FoundingRequest {
  readonly unitId: string
  readonly name: string
  readonly purpose: string
  readonly categorySlugs: readonly string[]
}

/** Asks a unit to found a team. @throws Refusal not-a-volunteer, founding-open, founding-place, platform.not-signed-in */
export async function applyToFound(work: Work, given: FoundingRequest): Promise<{ id: string; dueAt: Date }> {
  const { personId } = work.actor
  if (personId === null) throw new Refusal('platform.not-signed-in', 401, {})
  if (!(await isVolunteer(work.tx, personId))) throw refuse('not-a-volunteer')
  const unit = await findUnit(work.tx, given.unitId, dateIn(work.now))
  if (unit === undefined || unit.kind === 'agency') throw refuse('founding-place', {}, { field: 'unitId' })
  const [id, dueAt] = [newUuid7(work.now), await answerDue(work)]
  const request = { ...given, id, personId, responsibleUnitId: given.unitId, dueAt, now: work.now }
  if (!(await insertFounding(work.tx, request))) throw refuse('founding-open')
  work.audit({ action: 'teams.apply-to-found', subject: { kind: 'unit', id: given.unitId }, personId })
  return { id, dueAt }
}

/**
 * The unit's staff, or those of a unit above, approve or say why not. An approved team is led by whoever asked for it.
 * @returns the team's id @throws Refusal already-answered, answer-needed, not-your-team, platform.not-found
 */
export async function answerFounding(
  work: Work,
  id: string,
  given: { readonly approve: boolean; readonly answer: string },
): Promise<{ teamId: string | null }> {
  const founding = await lockFounding(work.tx, id)
  if (founding === undefined) throw new Refusal('platform.not-found', 404, {})
  if (!holdsAt(work.actor, TEAM_STAFF, founding.unitId)) throw refuse('not-your-team')
  if (founding.personId === work.actor.personId) throw refuse('own-request')
  if (founding.state !== 'open') throw refuse('already-answered')
  if (!given.approve && given.answer === '') throw refuse('answer-needed', {}, { field: 'answer' })
  const { personId, name, unitId, categorySlugs } = founding
  const end = { by: work.actor.personId, at: work.now, answer: given.answer }
  if (!given.approve) {
    await endFounding(work.tx, id, { ...end, state: 'declined', teamId: null })
    await tellOf(work, personId, 'team-not-founded', { id, name, link: '/team/mine' })
    work.audit({ action: 'teams.founding-declined', subject: { kind: 'unit', id: unitId }, personId })
    return { teamId: null }
  }
  const unit = await findUnit(work.tx, unitId, dateIn(work.now))
  if (unit === undefined || unit.kind === 'agency') throw refuse('founding-place', {}, { field: 'unitId' })
  const foundedOn = dateIn(work.now)
  const tier = TIER_OF[unit.kind]
  const teamId = await createTeam(work, { name, tier, unitId, categorySlugs, foundedOn, approvingUnitId: unitId })
  await insertMember(work.tx, teamId, personId, work.now)
  await giveTeamRole(work, teamId, personId, 'leader')
  await endFounding(work.tx, id, { ...end, state: 'approved', teamId })
  await tellOf(work, personId, 'team-founded', { id: teamId, name, link: `/teams/${teamId}/manage` })
  work.audit({ action: 'teams.founding-approved', subject: { kind: 'team', id: teamId }, personId })
  return { teamId }
}

/** Takes an own request back. @throws Refusal already-answered, platform.not-found */
export async function withdrawFounding(work: Work, id: string): Promise<void> {
  const founding = await lockFounding(work.tx, id)
  if (founding === undefined || founding.personId !== work.actor.personId)
    throw new Refusal('platform.not-found', 404, {})
  if (founding.state !== 'open') throw refuse('already-answered')
  await endFounding(work.tx, id, {
    state: 'withdrawn',
    by: work.actor.personId,
    at: work.now,
    answer: '',
    teamId: null,
  })
  work.audit({ action: 'teams.founding-withdrawn', subject: { kind: 'unit', id: founding.unitId } })
}
