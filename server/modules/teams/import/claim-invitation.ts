import { findPerson } from '#modules/people/index.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Read, Work } from '#platform/work.ts'
import { endInvitation, type Invitation, invitationsOf } from './invitation-rows.ts'
import { joinTeam } from '../join-team.ts'
import { registerVolunteer } from '../register-volunteer.ts'
import { isVolunteer } from '../volunteer-rows.ts'

/** What was brought in about the person who asks; found by the own phone, which a code has proved. */
export async function myInvitations(read: Pick<Read, 'tx' | 'actor' | 'now'>): Promise<Invitation[]> {
  const phone = await ownPhone(read)
  return phone === null ? [] : invitationsOf(read.tx, phone, read.now)
}

/**
 * The person accepts an invitation: registers as a volunteer, if not yet one, and joins the team, by the person's own act. What was
 * imported is shown before and erased here; only the skills are taken over.
 * @throws Refusal platform.not-found, already-a-member, team-ended, guardian-first
 */
export async function claimInvitation(work: Work, id: string): Promise<{ teamId: string | null }> {
  const { invitation, phone } = await mine(work, id)
  if (!(await endInvitation(work.tx, id, phone, 'claimed', work.now))) throw new Refusal('platform.not-found', 404, {})
  // Who is one already keeps what he or she wrote.
  if (!(await isVolunteer(work.tx, work.actor.personId!))) await registerVolunteer(work, invitation.facts.skills)
  const { teamId } = invitation
  if (teamId !== null) await joinTeam(work, teamId, work.actor.personId!, { isInvited: true })
  work.audit({ action: 'teams.claim-invitation', subject: { kind: 'invitation', id } })
  return { teamId }
}

/** The person wants none of it: what was imported is erased. @throws Refusal platform.not-found */
export async function declineInvitation(work: Work, id: string): Promise<void> {
  const { phone } = await mine(work, id)
  if (!(await endInvitation(work.tx, id, phone, 'declined', work.now))) throw new Refusal('platform.not-found', 404, {})
  work.audit({ action: 'teams.decline-invitation', subject: { kind: 'invitation', id } })
}

async function mine(work: Work, id: string) {
  const phone = await ownPhone(work)
  const invitation = (await myInvitations(work)).find((one) => one.id === id)
  if (phone === null || invitation === undefined) throw new Refusal('platform.not-found', 404, {})
  return { invitation, phone }
}

async function ownPhone({ tx, actor }: Pick<Read, 'tx' | 'actor'>): Promise<string | null> {
  if (actor.personId === null) return null
  return (await findPerson(tx, actor.personId))?.phone ?? null
}
