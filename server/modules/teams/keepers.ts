import { findUnit } from '#modules/orgs/index.ts'
import { type Actor, holdsAt } from '#platform/actor.ts'
import { dateIn } from '#platform/dates.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Read } from '#platform/work.ts'
import type { CalendarOwner } from './calendar.ts'
import { refuse } from './refusals.ts'
import { isLeading, type Team } from './team.ts'
import { findTeam, roleIn } from './team-views.ts'

/** Staff who look after the teams of the unit they work at and of everything below it. */
export const TEAM_STAFF = ['station-keeper', 'dispatcher'] as const
/** Staff who speak for an agency, or for the centre above it. */
const AGENCY_STAFF = ['provider', 'dispatcher'] as const

type Seen = Pick<Read, 'tx' | 'actor' | 'now'>

/** @throws Refusal platform.not-found */
export async function requireTeam({ tx, now }: Pick<Read, 'tx' | 'now'>, teamId: string): Promise<Team> {
  const team = await findTeam(tx, teamId, dateIn(now))
  if (team === undefined) throw new Refusal('platform.not-found', 404, {})
  return team
}

export function isTeamStaff(actor: Actor, team: Pick<Team, 'unitId'>): boolean {
  return holdsAt(actor, TEAM_STAFF, team.unitId)
}

/** Whether the actor keeps a team: its leader or deputy, or staff of its unit or of one above. */
export async function keepsTeam({ tx, actor }: Seen, team: Pick<Team, 'id' | 'unitId'>): Promise<boolean> {
  if (isTeamStaff(actor, team)) return true
  if (actor.personId === null) return false
  const role = await roleIn(tx, team.id, actor.personId)
  return role !== undefined && isLeading(role)
}

/** @throws Refusal not-your-team, platform.not-found */
export async function requireKeeperOfTeam(seen: Seen, teamId: string): Promise<Team> {
  const team = await requireTeam(seen, teamId)
  if (!(await keepsTeam(seen, team))) throw refuse('not-your-team')
  return team
}

/** @throws Refusal not-your-team, platform.not-found */
export async function requireStaffOfTeam(seen: Seen, teamId: string): Promise<Team> {
  const team = await requireTeam(seen, teamId)
  if (!isTeamStaff(seen.actor, team)) throw refuse('not-your-team')
  return team
}

/** @throws Refusal not-your-team, not-your-agency, platform.not-found */
export async function requireKeeper(seen: Seen, owner: CalendarOwner): Promise<void> {
  if (owner.kind === 'team') {
    await requireKeeperOfTeam(seen, owner.id)
    return
  }
  await requireAgency(seen, owner.id)
  if (!holdsAt(seen.actor, AGENCY_STAFF, owner.id)) throw refuse('not-your-agency')
}

async function requireAgency({ tx, now }: Seen, id: string): Promise<void> {
  const unit = await findUnit(tx, id, dateIn(now))
  if (unit?.kind !== 'agency') throw new Refusal('platform.not-found', 404, {})
}

/**
 * Members see their team's calendar, and staff every calendar of their district: they plan by them.
 * @returns whether the actor may also change it
 * @throws Refusal members-only, platform.not-found
 */
export async function requireReader(seen: Seen, owner: CalendarOwner): Promise<boolean> {
  const { tx, actor } = seen
  if (owner.kind === 'agency') {
    await requireAgency(seen, owner.id)
    if (actor.kind !== 'staff') throw refuse('members-only')
    return holdsAt(actor, AGENCY_STAFF, owner.id)
  }
  const team = await requireTeam(seen, owner.id)
  const isMember = actor.personId !== null && (await roleIn(tx, team.id, actor.personId)) !== undefined
  if (actor.kind !== 'staff' && !isMember) throw refuse('members-only')
  return keepsTeam(seen, team)
}
