import { violatedConstraint } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { replaceLicences } from './calendar-rows.ts'
import { refuse } from './refusals.ts'
import type { NewTeam, TeamRole } from './team.ts'
import { insertTeam, updateRole } from './team-rows.ts'

/** Founds a team without members; they join by themselves. @returns its id */
export async function createTeam(work: Work, team: NewTeam): Promise<string> {
  const id = newUuid7(work.now)
  await insertTeam(work.tx, id, team)
  const licences = (team.licences ?? []).map((licence) => ({ licence, validUntil: null }))
  if (licences.length > 0) await replaceLicences(work.tx, id, licences, { personId: work.actor.personId, at: work.now })
  work.audit({ action: 'teams.create-team', subject: { kind: 'team', id } })
  return id
}

/** Gives a member another role. Only somebody who joined can get one. @throws Refusal not-a-member, leads-already */
export async function giveTeamRole(work: Work, teamId: string, personId: string, role: TeamRole): Promise<void> {
  try {
    if (!(await updateRole(work.tx, teamId, personId, role))) throw refuse('not-a-member')
  } catch (error) {
    if (violatedConstraint(error) === 'one_leader_at_a_time') throw refuse('leads-already')
    throw error
  }
  work.audit({ action: 'teams.give-role', subject: { kind: 'team', id: teamId }, personId, details: { role } })
}
