import { findUnit } from '#modules/orgs/index.ts'
import { findTeam, teamsOf } from '#modules/teams/index.ts'
import { type Actor, holdsAt } from '#platform/actor.ts'
import { dateIn } from '#platform/dates.ts'
import type { Tx } from '#platform/db.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Read } from '#platform/work.ts'
import { refuse } from './refusals.ts'

/** Staff who organise for the unit they work at and for everything below it. */
export const ORGANISING_ROLES = ['station-keeper', 'dispatcher', 'provider'] as const
/** Members who organise for their team. */
const ORGANISING_MEMBERS: readonly string[] = ['leader', 'deputy', 'handler']

type Seen = Pick<Read, 'tx' | 'actor'>

/** Teams for which the actor organises. */
export async function teamsOrganised(tx: Tx, actor: Actor): Promise<string[]> {
  if (actor.personId === null) return []
  return (await teamsOf(tx, actor.personId))
    .filter((team) => ORGANISING_MEMBERS.includes(team.role))
    .map((team) => team.id)
}

/** Whether the actor speaks for an activity: handler or leader of its team, or staff of its unit. */
export async function organises(
  { tx, actor }: Seen,
  activity: { readonly unitId: string; readonly teamId: string | null },
): Promise<boolean> {
  if (holdsAt(actor, ORGANISING_ROLES, activity.unitId)) return true
  if (activity.teamId === null) return false
  return (await teamsOrganised(tx, actor)).includes(activity.teamId)
}

/** @throws Refusal not-your-activity */
export async function requireOrganiser(
  seen: Seen,
  activity: { readonly unitId: string; readonly teamId: string | null },
): Promise<void> {
  if (!(await organises(seen, activity))) throw refuse('not-your-activity')
}

/**
 * For whom somebody organises: a team's own unit, or a unit itself.
 * @throws Refusal not-your-activity, platform.not-found
 */
export async function organisingUnit(
  { tx, actor, now }: Pick<Read, 'tx' | 'actor' | 'now'>,
  given: { readonly unitId: string | null; readonly teamId: string | null },
): Promise<{ unitId: string; teamId: string | null }> {
  if (given.teamId === null && given.unitId === null) throw refuse('organiser-needed', {}, { field: 'unitId' })
  const team = given.teamId === null ? undefined : await findTeam(tx, given.teamId, dateIn(now))
  if (given.teamId !== null && team === undefined) throw new Refusal('platform.not-found', 404, {}, { field: 'teamId' })
  const unitId = team?.unitId ?? given.unitId!
  if (team === undefined && (await findUnit(tx, unitId, dateIn(now))) === undefined)
    throw new Refusal('platform.not-found', 404, {}, { field: 'unitId' })
  const organiser = { unitId, teamId: given.teamId }
  await requireOrganiser({ tx, actor }, organiser)
  return organiser
}
