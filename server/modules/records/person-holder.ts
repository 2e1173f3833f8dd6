import type { PersonHolder } from '#modules/people/index.ts'
import { sql, type Tx } from '#platform/db.ts'
import { maskName } from '#platform/masking.ts'
import { type Certificate, ID_NUMBER_COLUMN, OPEN_STATES } from './certificate.ts'
import { certificateColumns, endCertificate, eraseHolder, lockCertificatesOf } from './certificate-rows.ts'
import { recordBookOf } from './record-book.ts'
import { settleObjections } from './tell-objectors.ts'

/**
 * What this module holds about a person. When the person leaves, requests end, and certificates that were issued stay valid for those who
 * were shown them: like the records of service they are kept for ten years, and say no more of the person than their public page.
 */
export const recordsHolder: PersonHolder = {
  name: 'records',
  async leave(work, personId) {
    const { tx, now } = work
    // Locked: one that is being signed off ends as issued, or is withdrawn before.
    for (const { id, state, holderName } of await lockCertificatesOf(tx, personId)) {
      if ((OPEN_STATES as readonly string[]).includes(state)) {
        await endCertificate(tx, id, { state: 'withdrawn', reason: null, by: personId, at: now })
        await settleObjections(work, id)
      }
      await eraseHolder(tx, id, { nameMasked: maskName(holderName), at: now })
    }
  },
  async collect(tx, personId) {
    const book = await recordBookOf(tx, personId)
    const entries = [...book.training, ...book.commendation].map(
      ({ kind, name, content, minutes, giver, day, unitName }) => ({
        kind,
        name,
        content,
        minutes,
        giver,
        day,
        recordedBy: unitName,
      }),
    )
    const evaluations = book.evaluation.map(({ orderNumber, stars, solved, at }) => ({
      orderNumber,
      stars,
      solved,
      at: at.toISOString(),
    }))
    return { recordEntries: entries, evaluations, certificates: await ownCertificates(tx, personId) }
  },
}

function certificatesIn(tx: Tx, personId: string): Promise<Certificate[]> {
  return tx.rows(sql`
    select ${certificateColumns} from certificate c
     where c.district_id = ${tx.districtId} and c.person_id = ${personId} order by c.requested_at`)
}

/** With the number in full: it is told to nobody but the person. */
async function ownCertificates(tx: Tx, personId: string) {
  return (await certificatesIn(tx, personId)).map((c) => ({
    serial: c.serial,
    state: c.state,
    issuer: c.issuerName,
    fromDay: c.fromDay,
    untilDay: c.untilDay,
    purpose: c.purpose,
    name: c.holderName,
    idType: c.idType,
    idNumber: c.idNumberCipher === null ? null : tx.personal.decrypt(ID_NUMBER_COLUMN, c.id, c.idNumberCipher),
    requestedAt: c.requestedAt.toISOString(),
    issuedAt: c.issuedAt?.toISOString() ?? null,
  }))
}
