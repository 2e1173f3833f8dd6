import { findUnit } from '#modules/orgs/index.ts'
import { findTeam, teamsOf } from '#modules/teams/index.ts'
import { type Actor, holdsAt } from '#platform/actor.ts'
import { dateIn } from '#platform/dates.ts'
import type { Tx } from '#platform/db.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Work } from '#platform/work.ts'
import { refuse } from './refusals.ts'

/** Staff who answer for the unit they work at and for everything below it. */
export const ANSWERING_ROLES = ['station-keeper', 'dispatcher', 'provider', 'centre-leader'] as const
/** Members who speak for their team about hours. */
export const SPEAKING_MEMBERS: readonly string[] = ['leader', 'deputy', 'handler']

export function refuseWrongTimes(work: Work, given: { readonly startedAt: Date; readonly endedAt: Date }): void {
  if (given.endedAt <= given.startedAt) throw refuse('time-empty', {}, { field: 'endedAt' })
  if (given.endedAt > work.now) throw refuse('time-to-come', {}, { field: 'endedAt' })
  // One day's time is one record; who served through a night says so twice.
  if (dateIn(given.startedAt) !== dateIn(new globalThis.Date(given.endedAt.getTime() - 1)))
    throw refuse('one-day-only', {}, { field: 'endedAt' })
}

/** Who organised: a team, which gives its unit, or a unit. */
export async function recordingUnit(
  tx: Tx,
  given: { readonly teamId: string | null; readonly unitId: string | null },
  on: string,
): Promise<{ unitId: string; teamId: string | null }> {
  if (given.teamId !== null) {
    const team = await findTeam(tx, given.teamId, on)
    if (team === undefined) throw new Refusal('platform.not-found', 404, {}, { field: 'teamId' })
    return { unitId: team.unitId, teamId: team.id }
  }
  if (given.unitId === null) throw refuse('organiser-needed', {}, { field: 'unitId' })
  if ((await findUnit(tx, given.unitId, on)) === undefined)
    throw new Refusal('platform.not-found', 404, {}, { field: 'unitId' })
  return { unitId: given.unitId, teamId: null }
}

/** Whether the actor speaks for a unit, or for a team of it. */
export async function answersFor(
  tx: Tx,
  actor: Actor,
  about: { readonly unitId: string; readonly teamId: string | null },
): Promise<boolean> {
  if (holdsAt(actor, ANSWERING_ROLES, about.unitId)) return true
  if (about.teamId === null || actor.personId === null) return false
  return (await teamsOf(tx, actor.personId)).some(
    (team) => team.id === about.teamId && SPEAKING_MEMBERS.includes(team.role),
  )
}
