import type { PersonHolder } from '#modules/people/index.ts'
import { sql, type Tx } from '#platform/db.ts'
import { type Certificate, ID_NUMBER_COLUMN, OPEN_STATES } from './certificate.ts'
import { certificateColumns, endCertificate } from './certificate-rows.ts'
import { recordBookOf } from './record-book.ts'

/**
 * What this module holds about a person. Requests end when the person leaves; certificates that were issued stay valid for those
 * who were shown them, and like the records of service they are kept for ten years.
 */
export const recordsHolder: PersonHolder = {
  name: 'records',
  async leave({ tx, now }, personId) {
    for (const { id } of await certificatesIn(tx, personId, OPEN_STATES))
      await endCertificate(tx, id, { state: 'withdrawn', reason: null, by: personId, at: now })
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

function certificatesIn(tx: Tx, personId: string, states?: readonly string[]): Promise<Certificate[]> {
  return tx.rows(sql`
    select ${certificateColumns} from certificate c
     where c.district_id = ${tx.districtId} and c.person_id = ${personId}
       and (${states ?? null}::text[] is null or c.state = any(${states ?? null}::text[])) order by c.requested_at`)
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
