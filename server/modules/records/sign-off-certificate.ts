import { createHash, randomInt, timingSafeEqual } from 'node:crypto'
import { dateIn } from '#platform/dates.ts'
import { sql } from '#platform/db.ts'
import type { Work } from '#platform/work.ts'
import { CODE_COLUMN, serialOf } from './certificate.ts'
import { identityCheckOf } from './holder-identity.ts'
import { changeCertificate, nextNumber, unsettledLines } from './certificate-rows.ts'
import { SIGNING_ROLES } from './permissions.ts'
import { lockForStaff, ownName } from './prepare-certificate.ts'
import { refuse } from './refusals.ts'
import { sealOf } from './seal.ts'
import { lastNameOf, standingUnit } from './standing-unit.ts'
import { tellHolder } from './tell-holder.ts'

// Without letters and digits that people take for each other; 20 of them are 100 random bits.
const CODE_ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
const CODE_CHARACTERS = 20
export const CODE_SHAPE = /^[2-9A-HJ-NP-Z]{20}$/u

export const hashCode = (code: string) => createHash('sha256').update(code).digest()

export function isCode(code: string, hash: Buffer): boolean {
  return timingSafeEqual(hashCode(code), hash)
}

/**
 * Somebody in charge, who is neither the handler nor of the handler's household, signs off after the notice: the certificate gets its number, and the code that
 * opens its public page.
 * @returns its serial
 */
export async function signOffCertificate(work: Work, id: string): Promise<string> {
  const { tx, now, actor } = work
  const { found, barred } = await lockForStaff(work, id, SIGNING_ROLES)
  if (found.state !== 'ready') throw refuse('not-in-this-state')
  if (found.handlerId !== null && barred.has(found.handlerId)) throw refuse('two-people')
  if ((await identityCheckOf(tx, found)) === 'differs') throw refuse('identity-changed')
  if ((await unsettledLines(tx, id)) > 0) throw refuse('hours-changed')
  const today = dateIn(now)
  const standing = await standingUnit(tx, found.issuerUnitId, today)
  // Gone since it was prepared: whoever stands in for it has to prepare anew, in its own name.
  if (standing === undefined || standing.isSubstitute) throw refuse('hours-changed')
  const { code: unitCode, slug, id: unitId } = standing.unit
  const year = Number(today.slice(0, 4))
  const prefix = unitCode ?? slug ?? unitId
  const serial = serialOf(prefix, year, await nextNumber(tx, prefix, year))
  const code = Array.from({ length: CODE_CHARACTERS }, () => CODE_ALPHABET[randomInt(CODE_ALPHABET.length)]).join('')
  const seal = await sealOf(tx, found.issuerUnitId)
  await changeCertificate(
    tx,
    id,
    sql`state = 'issued', next_step = null, due_at = null, responsible_unit_id = null, in_charge_id = ${actor.personId},
      in_charge_name = ${await ownName(work)}, issued_at = ${now}, serial = ${serial}, code_hash = ${hashCode(code)},
      code_cipher = ${tx.personal.encrypt(CODE_COLUMN, id, code)}, issuer_name = ${await lastNameOf(tx, found.issuerUnitId)},
      seal_file_id = ${seal?.fileId ?? null}`,
  )
  work.audit({
    action: 'records.sign-off',
    subject: { kind: 'certificate', id },
    personId: found.personId,
    details: { serial },
  })
  await tellHolder(work, found, 'certificate-issued')
  return serial
}
