import { empty, sql, type Tx } from '#platform/db.ts'
import { maskIdNumber, maskName } from '#platform/masking.ts'
import { type Certificate, type CertificateState, ID_NUMBER_COLUMN } from './certificate.ts'
import { isStale } from './certificate-rows.ts'

/** A certificate as the volunteer and the organisation see it: the number of the document stays masked. */
export interface CertificateView extends Omit<
  Certificate,
  'idNumberCipher' | 'codeHash' | 'codeCipher' | 'sealFileId' | 'stoppedAt' | 'handlerId' | 'inChargeId' | 'issuerName'
> {
  readonly unitName: string
  readonly issuerName: string
  readonly responsibleUnitName: string | null
  readonly idNumberMasked: string | null
  readonly hasSeal: boolean
}

type Row = Omit<CertificateView, 'idNumberMasked'> & { readonly idNumberCipher: Buffer | null }

// Corrected hours show at once, whenever the nightly job gets to the row.
const stateNow = sql`case when c.state = 'issued' and ${isStale} then 'superseded' else c.state end`

const nameOf = (column: 'unit_id' | 'issuer_unit_id' | 'responsible_unit_id') => sql`(
  select p.name from unit_period p where p.district_id = c.district_id
     and p.unit_id = ${column === 'unit_id' ? sql`c.unit_id` : column === 'issuer_unit_id' ? sql`c.issuer_unit_id` : sql`c.responsible_unit_id`}
   order by p.valid_from desc limit 1)`

const viewColumns = sql`c.id, c.person_id, c.unit_id, c.issuer_unit_id, c.from_day, c.until_day, c.purpose, ${stateNow} as state, c.next_step,
  c.due_at, c.holder_name, c.id_type, c.id_number_cipher, c.volunteer_number, c.requested_at, c.verified_minutes, c.claimed_minutes,
  c.handler_name, c.contact, c.remarks, c.prepared_at, c.notice_until, c.in_charge_name, c.issued_at, c.serial,
  coalesce(c.issuer_name, ${nameOf('issuer_unit_id')}) as issuer_name, ${nameOf('unit_id')} as unit_name,
  ${nameOf('responsible_unit_id')} as responsible_unit_name, c.seal_file_id is not null as has_seal, c.ended_reason, c.ended_at, c.version`

function masked(tx: Tx, { idNumberCipher, ...row }: Row): CertificateView {
  const number = idNumberCipher === null ? null : tx.personal.decrypt(ID_NUMBER_COLUMN, row.id, idNumberCipher)
  return { ...row, idNumberMasked: number === null ? null : maskIdNumber(number) }
}

export async function findCertificateView(tx: Tx, id: string): Promise<CertificateView | undefined> {
  const row = await tx.maybe<Row>(
    sql`select ${viewColumns} from certificate c where c.district_id = ${tx.districtId} and c.id = ${id}`,
  )
  return row === undefined ? undefined : masked(tx, row)
}

/** Somebody's own certificates and requests, under any account, newest first. */
export async function certificatesOf(tx: Tx, personIds: readonly string[]): Promise<CertificateView[]> {
  const rows = await tx.rows<Row>(sql`
    select ${viewColumns} from certificate c
     where c.district_id = ${tx.districtId} and c.person_id = any(${personIds}::uuid[]) order by c.requested_at desc, c.id desc`)
  return rows.map((row) => masked(tx, row))
}

export interface CertificateFilter {
  readonly unitIds: readonly string[]
  readonly states?: readonly CertificateState[] | undefined
  /** Part of a name, a serial or a purpose. */
  readonly q?: string | undefined
  readonly beforeId?: string | undefined
  readonly limit: number
}

/** The register of the organisations that somebody works for, newest first. */
export async function listCertificates(tx: Tx, filter: CertificateFilter): Promise<CertificateView[]> {
  const rows = await tx.rows<Row>(sql`
    select ${viewColumns} from certificate c
     where c.district_id = ${tx.districtId} and c.issuer_unit_id = any(${filter.unitIds}::uuid[])
       ${filter.states === undefined ? empty : sql`and ${stateNow} = any(${filter.states})`}
       ${filter.q === undefined ? empty : sql`and position(lower(${filter.q}) in lower(c.holder_name || ' ' || coalesce(c.serial, '') || ' ' || c.purpose)) > 0`}
       ${filter.beforeId === undefined ? empty : sql`and c.id < ${filter.beforeId}::uuid`}
     order by c.id desc limit ${filter.limit}`)
  return rows.map((row) => masked(tx, row))
}

export interface NoticeRow {
  readonly id: string
  readonly issuerName: string
  readonly holderMasked: string
  readonly fromDay: string
  readonly untilDay: string
  readonly verifiedMinutes: number
  readonly claimedMinutes: number
  readonly noticeUntil: Date
}

const NOTICES_MAX = 200

/** What is on notice now, in one organisation or in all of the district; names are masked. */
export async function listNotices(tx: Tx, unitId: string | undefined): Promise<NoticeRow[]> {
  const rows = await tx.rows<Omit<NoticeRow, 'holderMasked'> & { holderName: string }>(sql`
    select c.id, ${nameOf('issuer_unit_id')} as issuer_name, c.holder_name, c.from_day, c.until_day, c.verified_minutes,
           c.claimed_minutes, c.notice_until
      from certificate c
     where c.district_id = ${tx.districtId} and c.state in ('on-notice', 'objected')
       ${unitId === undefined ? empty : sql`and c.issuer_unit_id = ${unitId}::uuid`}
     order by c.notice_until, c.id limit ${NOTICES_MAX}`)
  return rows.map(({ holderName, ...row }) => ({ ...row, holderMasked: maskName(holderName) }))
}

export interface ObjectionRow {
  readonly id: string
  readonly reason: string
  readonly madeAt: Date
  readonly isUpheld: boolean | null
  readonly answer: string | null
  readonly answeredAt: Date | null
}

/** What was said against a certificate; who said it stays with the row. */
export function objectionsTo(tx: Tx, certificateId: string): Promise<ObjectionRow[]> {
  return tx.rows(sql`
    select id, reason, made_at, is_upheld, answer, answered_at from certificate_objection
     where district_id = ${tx.districtId} and certificate_id = ${certificateId} order by made_at, id`)
}

export interface OwnObjectionRow extends ObjectionRow {
  readonly issuerName: string
  readonly holderMasked: string
  /** Since when it needs no answer, because the certificate ended without one. */
  readonly mootAt: Date | null
}

const OWN_OBJECTIONS_MAX = 50

/** What somebody objected to, and what came of it; newest first. */
export async function objectionsOf(tx: Tx, personIds: readonly string[]): Promise<OwnObjectionRow[]> {
  const rows = await tx.rows<Omit<OwnObjectionRow, 'holderMasked'> & { holderName: string }>(sql`
    select o.id, o.reason, o.made_at, o.is_upheld, o.answer, o.answered_at, o.moot_at, c.holder_name,
           coalesce(c.issuer_name, ${nameOf('issuer_unit_id')}) as issuer_name
      from certificate_objection o
      join certificate c on c.district_id = o.district_id and c.id = o.certificate_id
     where o.district_id = ${tx.districtId} and o.person_id = any(${personIds}::uuid[])
     order by o.made_at desc, o.id desc limit ${OWN_OBJECTIONS_MAX}`)
  return rows.map(({ holderName, ...row }) => ({ ...row, holderMasked: maskName(holderName) }))
}

/** The minimum that the public page shows. */
export interface CheckedCertificate {
  readonly serial: string
  readonly state: 'issued' | 'superseded' | 'revoked'
  readonly issuerName: string
  readonly holderMasked: string
  readonly fromDay: string
  readonly untilDay: string
  readonly verifiedMinutes: number
  readonly claimedMinutes: number
  readonly issuedAt: Date
  readonly endedAt: Date | null
}

/** What is public of a certificate, with the digest of the code that opens it. */
export async function findBySerial(
  tx: Tx,
  serial: string,
): Promise<{ codeHash: Buffer; checked: CheckedCertificate } | undefined> {
  const row = await tx.maybe<Omit<CheckedCertificate, 'holderMasked'> & { holderName: string; codeHash: Buffer }>(sql`
    select c.serial, ${stateNow} as state, c.issuer_name, c.holder_name, c.from_day, c.until_day, c.verified_minutes, c.claimed_minutes,
           c.issued_at, c.ended_at, c.code_hash
      from certificate c where c.district_id = ${tx.districtId} and c.serial = ${serial}`)
  if (row === undefined) return undefined
  const { holderName, codeHash, ...rest } = row
  return { codeHash, checked: { ...rest, holderMasked: maskName(holderName) } }
}
