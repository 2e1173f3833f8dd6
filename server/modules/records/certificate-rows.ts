import { type Sql, sql, type Tx } from '#platform/db.ts'
import type { Certificate, CertificateLine, IdType, RecordRule } from './certificate.ts'

export const certificateColumns = sql`c.id, c.person_id, c.unit_id, c.issuer_unit_id, c.from_day, c.until_day, c.purpose, c.state, c.next_step,
  c.due_at, c.holder_name, c.id_type, c.id_number_cipher, c.volunteer_number, c.requested_at, c.verified_minutes, c.claimed_minutes,
  c.handler_id, c.handler_name, c.contact, c.remarks, c.prepared_at, c.notice_until, c.stopped_at, c.in_charge_id, c.in_charge_name,
  c.issued_at, c.serial, c.code_hash, c.code_cipher, c.issuer_name, c.seal_file_id, c.ended_reason, c.ended_at, c.version`

/** The rule that holds on a day. */
export function ruleOn(tx: Tx, day: string): Promise<RecordRule> {
  return tx.one(sql`
    select notice_days, notice_counts_working_days, prepare_working_days, sign_working_days, answer_working_days from record_rule
     where district_id = ${tx.districtId} and valid_from <= ${day}::date and (valid_until is null or valid_until > ${day}::date)`)
}

export interface NewCertificate {
  readonly id: string
  readonly personId: string
  readonly unitId: string
  readonly issuerUnitId: string
  readonly fromDay: string
  readonly untilDay: string
  readonly purpose: string
  readonly holderName: string
  readonly idType: IdType
  readonly idNumberCipher: Buffer
  readonly dueAt: Date
}

/** The number under which the volunteer is registered elsewhere comes from the profile. */
export async function insertCertificate(tx: Tx, now: Date, c: NewCertificate): Promise<void> {
  await tx.run(sql`
    insert into certificate (district_id, id, person_id, unit_id, issuer_unit_id, from_day, until_day, purpose, state, next_step, due_at,
      responsible_unit_id, holder_name, id_type, id_number_cipher, volunteer_number, requested_at)
    select ${tx.districtId}::int, ${c.id}, ${c.personId}, ${c.unitId}, ${c.issuerUnitId}, ${c.fromDay}::date, ${c.untilDay}::date, ${c.purpose},
           'requested', 'prepare', ${c.dueAt}, ${c.issuerUnitId}, ${c.holderName}, ${c.idType}, ${c.idNumberCipher}, coalesce(v.national_number, v.beijing_number), ${now}
      from volunteer v where v.district_id = ${tx.districtId} and v.person_id = ${c.personId}`)
}

export function findCertificate(tx: Tx, id: string): Promise<Certificate | undefined> {
  return tx.maybe(
    sql`select ${certificateColumns} from certificate c where c.district_id = ${tx.districtId} and c.id = ${id}`,
  )
}

/** Every act on a certificate begins here, so that two of them meet. */
export function lockCertificate(tx: Tx, id: string): Promise<Certificate | undefined> {
  return tx.maybe(
    sql`select ${certificateColumns} from certificate c where c.district_id = ${tx.districtId} and c.id = ${id} for update`,
  )
}

/** All certificates and requests of an account that is about to be erased. */
export function lockCertificatesOf(tx: Tx, personId: string): Promise<Certificate[]> {
  return tx.rows(sql`
    select ${certificateColumns} from certificate c
     where c.district_id = ${tx.districtId} and c.person_id = ${personId} and c.erased_at is null order by c.id for update`)
}

/** Takes everything that leads to the holder from a certificate that is over or issued; its public page shows the same as before. */
export async function eraseHolder(tx: Tx, id: string, gone: { nameMasked: string; at: Date }): Promise<void> {
  await changeCertificate(
    tx,
    id,
    sql`holder_name = ${gone.nameMasked}, id_number_cipher = null, volunteer_number = null, purpose = '', remarks = '', erased_at = ${gone.at}`,
  )
}

/** Writes one act on a certificate that is locked. @param change columns and values, such as `state = ${'ready'}` */
export async function changeCertificate(tx: Tx, id: string, change: Sql): Promise<void> {
  await tx.run(sql`
    update certificate set ${change}, version = version + 1 where district_id = ${tx.districtId} and id = ${id}`)
}

/** Ends a certificate; what did not come about keeps no number of a document. */
export async function endCertificate(
  tx: Tx,
  id: string,
  end: {
    state: 'refused' | 'withdrawn' | 'revoked' | 'superseded'
    reason: string | null
    by: string | null
    at: Date
  },
): Promise<void> {
  const keepsNumber = end.state === 'revoked' || end.state === 'superseded'
  await changeCertificate(
    tx,
    id,
    sql`state = ${end.state}, next_step = null, due_at = null, responsible_unit_id = null, stopped_at = null,
      id_number_cipher = case when ${keepsNumber}::boolean then id_number_cipher end, ended_reason = ${end.reason}, ended_by = ${end.by},
      ended_at = ${end.at}`,
  )
}

/** Takes the hours of the period that are booked now, of all accounts of the holder; earlier ones of the same certificate go. */
export async function takeLines(
  tx: Tx,
  c: Pick<Certificate, 'id' | 'unitId' | 'fromDay' | 'untilDay'>,
  personIds: readonly string[],
): Promise<void> {
  await tx.run(sql`delete from certificate_line where district_id = ${tx.districtId} and certificate_id = ${c.id}`)
  await tx.run(sql`
    insert into certificate_line (district_id, certificate_id, record_id, day, title, minutes, class)
    select h.district_id, ${c.id}, h.id, h.day, h.title, h.booked_minutes, h.booked_class from hours_record h
     where h.district_id = ${tx.districtId} and h.person_id = any(${personIds}::uuid[]) and h.unit_id = ${c.unitId} and h.state = 'booked'
       and h.booked_minutes > 0 and h.day between ${c.fromDay}::date and ${c.untilDay}::date`)
}

export function linesOf(tx: Tx, certificateId: string): Promise<CertificateLine[]> {
  return tx.rows(sql`
    select record_id, day, title, minutes, class from certificate_line
     where district_id = ${tx.districtId} and certificate_id = ${certificateId} order by day, title, record_id`)
}

/** Whether the hours of a certificate are no longer what it says; a statement's condition over `certificate c`. */
export const isStale = sql`exists (
  select from certificate_line l join hours_record h on h.district_id = l.district_id and h.id = l.record_id
   where l.district_id = c.district_id and l.certificate_id = c.id
     and (h.booked_minutes <> l.minutes or h.booked_class is distinct from l.class))`

/** Hours that are being corrected, disputed or were corrected since the certificate was prepared. */
export async function unsettledLines(tx: Tx, certificateId: string): Promise<number> {
  const { count } = await tx.one<{ count: number }>(sql`
    select count(*) as count
      from certificate_line l left join hours_record h on h.district_id = l.district_id and h.id = l.record_id
     where l.district_id = ${tx.districtId} and l.certificate_id = ${certificateId}
       and (h.state is distinct from 'booked' or h.booked_minutes <> l.minutes or h.booked_class is distinct from l.class)`)
  return count
}

/** The next number of an organisation's code in a year. Whoever issues next waits until this one is committed or undone. */
export async function nextNumber(tx: Tx, prefix: string, year: number): Promise<number> {
  const { lastNumber } = await tx.one<{ lastNumber: number }>(sql`
    insert into certificate_serial (district_id, prefix, year, last_number) values (${tx.districtId}, ${prefix}, ${year}, 1)
    on conflict (district_id, prefix, year) do update set last_number = certificate_serial.last_number + 1
    returning last_number`)
  return lastNumber
}

export async function insertDocument(tx: Tx, id: string, locale: string, digest: Buffer, now: Date): Promise<void> {
  await tx.run(sql`
    insert into certificate_document (district_id, certificate_id, locale, digest, made_at)
    values (${tx.districtId}, ${id}, ${locale}, ${digest}, ${now}) on conflict do nothing`)
}
