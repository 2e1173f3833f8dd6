import type { Work } from '#platform/work.ts'
import { Refusal } from '#platform/refusal.ts'
import { type CertificateState, OPEN_STATES } from './certificate.ts'
import { endCertificate, lockCertificate } from './certificate-rows.ts'
import { HANDLING_ROLES, SIGNING_ROLES } from './permissions.ts'
import { isOwn } from './own.ts'
import { lockForStaff } from './prepare-certificate.ts'
import { refuse } from './refusals.ts'
import { tellHolder } from './tell-holder.ts'
import { settleObjections } from './tell-objectors.ts'

const isOpen = (state: CertificateState) => (OPEN_STATES as readonly CertificateState[]).includes(state)

/** The volunteer no longer wants it, and says no more. */
export async function withdrawCertificate(work: Work, id: string): Promise<void> {
  const found = await lockCertificate(work.tx, id)
  if (found === undefined || !(await isOwn(work, found))) throw new Refusal('platform.not-found', 404, {})
  if (!isOpen(found.state)) throw refuse('not-in-this-state')
  const { personId } = found
  await endCertificate(work.tx, id, { state: 'withdrawn', reason: null, by: work.actor.personId, at: work.now })
  await settleObjections(work, id)
  work.audit({ action: 'records.withdraw-certificate', subject: { kind: 'certificate', id }, personId })
}

/** The organisation issues none, and says why. */
export async function refuseCertificate(work: Work, id: string, reason: string): Promise<void> {
  const { found } = await lockForStaff(work, id, HANDLING_ROLES)
  if (!isOpen(found.state)) throw refuse('not-in-this-state')
  await endCertificate(work.tx, id, { state: 'refused', reason, by: work.actor.personId, at: work.now })
  await settleObjections(work, id)
  work.audit({ action: 'records.refuse-certificate', subject: { kind: 'certificate', id }, personId: found.personId })
  await tellHolder(work, found, 'certificate-refused')
}

/** Takes a certificate back; its page says so from now on. */
export async function revokeCertificate(work: Work, id: string, reason: string): Promise<void> {
  const { found } = await lockForStaff(work, id, SIGNING_ROLES)
  if (found.state !== 'issued' && found.state !== 'superseded') throw refuse('not-in-this-state')
  await endCertificate(work.tx, id, { state: 'revoked', reason, by: work.actor.personId, at: work.now })
  work.audit({ action: 'records.revoke-certificate', subject: { kind: 'certificate', id }, personId: found.personId })
  await tellHolder(work, found, 'certificate-revoked')
}
