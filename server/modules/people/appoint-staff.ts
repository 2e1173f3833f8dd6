import { findUnit } from '#modules/orgs/index.ts'
import { translator } from '#i18n/translate.ts'
import { endSessionsOf, forgetSessions } from '#platform/auth/sessions.ts'
import { addMinutes, dateIn } from '#platform/dates.ts'
import { violatedConstraint } from '#platform/db.ts'
import { Refusal } from '#platform/refusal.ts'
import { hashToken, newSessionToken, newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { ROLE_PLACES, type Role } from './person.ts'
import { insertPerson } from './person-rows.ts'
import { refuse } from './refusals.ts'
import {
  disableAccount,
  endGrantRow,
  findOpenGrant,
  insertAccount,
  insertGrant,
  insertInvitation,
} from './staff-rows.ts'

const INVITATION_MINUTES = 7 * 24 * 60

export interface Appointment {
  readonly personId: string
  readonly token: string
  readonly expiresAt: Date
}

/**
 * Appoints a person to a role. The account stays shut until that person opens the invitation, sets a password and confirms
 * an authenticator: the one who appoints never knows either.
 */
export async function appointStaff(
  work: Work,
  given: { name: string; login: string; role: Role; unitId: string },
): Promise<Appointment> {
  await refuseWrongPlace(work, given.role, given.unitId)
  const personId = await insertPerson(work.tx, work.now, { name: given.name, phone: null, locale: 'zh-CN' })
  try {
    await insertAccount(work.tx, personId, given.login)
  } catch (error) {
    if (violatedConstraint(error) !== 'one_account_per_login') throw error
    throw refuse('login-taken', { login: given.login }, { field: 'login' })
  }
  await addGrant(work, personId, given.role, given.unitId)
  const { token } = newSessionToken(work.tx.districtId)
  const expiresAt = addMinutes(work.now, INVITATION_MINUTES)
  await insertInvitation(work.tx, { id: newUuid7(work.now), personId, tokenHash: hashToken(token), expiresAt })
  work.audit({
    action: 'people.appoint',
    subject: { kind: 'person', id: personId },
    details: { role: given.role, unitId: given.unitId },
  })
  return { personId, token, expiresAt }
}

/** Gives a role at a unit; it covers the unit and everything below it. */
export async function grantRole(work: Work, personId: string, role: Role, unitId: string): Promise<string> {
  await refuseWrongPlace(work, role, unitId)
  const grantId = await addGrant(work, personId, role, unitId)
  await forgetSessions(work.tx)
  work.audit({ action: 'people.grant-role', subject: { kind: 'person', id: personId }, details: { role, unitId } })
  return grantId
}

export async function endGrant(work: Work, grantId: string): Promise<void> {
  const grant = await findOpenGrant(work.tx, grantId)
  if (grant === undefined) throw new Refusal('platform.not-found', 404, {})
  if (grant.personId === work.actor.personId) throw refuse('own-grant')
  await endGrantRow(work.tx, grantId, work.now)
  await forgetSessions(work.tx)
  work.audit({
    action: 'people.end-grant',
    subject: { kind: 'person', id: grant.personId },
    details: { role: grant.role, unitId: grant.unitId },
  })
}

export async function disableStaff(work: Work, personId: string): Promise<void> {
  if (personId === work.actor.personId) throw refuse('own-grant')
  if (!(await disableAccount(work.tx, personId, work.now))) throw new Refusal('platform.not-found', 404, {})
  await endSessionsOf(work.tx, personId)
  work.audit({ action: 'people.disable', subject: { kind: 'person', id: personId } })
}

async function addGrant(work: Work, personId: string, role: Role, unitId: string): Promise<string> {
  const id = newUuid7(work.now)
  try {
    await insertGrant(work.tx, { id, personId, role, unitId, grantedBy: work.actor.personId, at: work.now })
  } catch (error) {
    const constraint = violatedConstraint(error)
    if (constraint === 'role_grant_district_id_person_id_fkey') throw new Refusal('platform.not-found', 404, {})
    if (constraint !== 'one_open_grant_per_role_and_unit') throw error
    throw refuse('grant-exists', {}, { field: 'role' })
  }
  return id
}

async function refuseWrongPlace(work: Work, role: Role, unitId: string): Promise<void> {
  const unit = await findUnit(work.tx, unitId, dateIn(work.now))
  if (unit === undefined) throw new Refusal('platform.not-found', 404, {}, { field: 'unitId' })
  const places: readonly string[] = ROLE_PLACES[role]
  if (places.includes(unit.kind)) return
  const t = translator(work.actor.locale)
  const kinds = ROLE_PLACES[role].map((kind) => t(`orgs.kind.${kind}`)).join(', ')
  throw refuse('role-needs-other-unit', { role: t(`people.role.${role}`), kinds }, { field: 'unitId' })
}
