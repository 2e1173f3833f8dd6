import type { Tx } from '#platform/db.ts'
import { type CheckedCertificate, findBySerial } from './certificate-views.ts'
import { refuse } from './refusals.ts'
import { CODE_SHAPE, isCode } from './sign-off-certificate.ts'

/**
 * What anybody with number and code may know. A wrong code is answered like a number that does not exist.
 * @throws Refusal certificate-unknown
 */
export async function checkCertificate(tx: Tx, serial: string, codeAsTyped: string): Promise<CheckedCertificate> {
  const code = codeAsTyped.normalize('NFKC').replace(/[\s-]/gu, '').toUpperCase()
  const found = CODE_SHAPE.test(code) ? await findBySerial(tx, serial) : undefined
  if (found === undefined || !isCode(code, found.codeHash)) throw refuse('certificate-unknown')
  return found.checked
}
