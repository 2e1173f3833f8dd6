import { createHash } from 'node:crypto'
import sharp from 'sharp'
import type { Locale } from '#i18n/translate.ts'
import { limitConcurrency } from '#platform/concurrency.ts'
import type { Tx } from '#platform/db.ts'
import type { FileStore } from '#platform/files.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Read, Work } from '#platform/work.ts'
import { type Certificate, CODE_COLUMN, ID_NUMBER_COLUMN } from './certificate.ts'
import { certificateFonts } from './certificate-fonts.ts'
import { findCertificate, insertDocument, linesOf } from './certificate-rows.ts'
import { findCertificateView } from './certificate-views.ts'
import { drawCertificate } from './draw-certificate.ts'
import { isOwn } from './own.ts'
import { refuse } from './refusals.ts'
import { fileBytes } from './seal.ts'
import { lastNameOf } from './standing-unit.ts'

export interface CertificateFile {
  readonly name: string
  readonly bytes: Buffer
  readonly digest: Buffer
}

// Drawing takes some 60 ms of the processor and a few megabytes.
const queue = limitConcurrency({ runningMax: 1, waitingMax: 50 })

/**
 * The certificate as a file, for the person whom it is about and nobody else: it bears the number of the document in full.
 * @throws Refusal platform.not-found, not-valid
 */
export async function downloadCertificate(
  read: Read,
  files: FileStore,
  origin: string,
  { id, locale }: { id: string; locale: Locale },
): Promise<CertificateFile> {
  const { tx } = read
  const found = await findCertificate(tx, id)
  if (found === undefined || !(await isOwn(read, found))) throw new Refusal('platform.not-found', 404, {})
  const view = await findCertificateView(tx, id)
  if (view?.state !== 'issued') throw refuse('not-valid')
  const bytes = await draw(tx, files, { origin, locale }, found)
  const digest = createHash('sha256').update(bytes).digest()
  return { name: `${found.serial}${locale === 'en' ? '-en' : ''}.pdf`, bytes, digest }
}

/** Keeps the digest of a file that was handed out, so that it can be told from any other later. */
export async function keepDigest(work: Work, id: string, locale: Locale, digest: Buffer): Promise<void> {
  await insertDocument(work.tx, id, locale, digest, work.now)
  work.audit({
    action: 'records.download-certificate',
    subject: { kind: 'certificate', id },
    details: { locale, digest: digest.toString('hex') },
  })
}

/** Where anybody can check a certificate. */
export function checkPath(serial: string, code: string): string {
  return `/certificates/${encodeURIComponent(serial)}?code=${code}`
}

async function draw(
  tx: Tx,
  files: FileStore,
  { origin, locale }: { origin: string; locale: Locale },
  c: Certificate,
): Promise<Buffer> {
  const code = tx.personal.decrypt(CODE_COLUMN, c.id, c.codeCipher!)
  // PDF knows no WebP.
  const seal =
    c.sealFileId === null
      ? null
      : await sharp(await fileBytes(tx, files, c.sealFileId))
          .png()
          .toBuffer()
  const facts = {
    locale,
    serial: c.serial!,
    holderName: c.holderName,
    idType: c.idType,
    idNumber: tx.personal.decrypt(ID_NUMBER_COLUMN, c.id, c.idNumberCipher!),
    volunteerNumber: c.volunteerNumber,
    fromDay: c.fromDay,
    untilDay: c.untilDay,
    purpose: c.purpose,
    lines: await linesOf(tx, c.id),
    recorderName: c.unitId === c.issuerUnitId ? c.issuerName! : await lastNameOf(tx, c.unitId),
    issuerName: c.issuerName!,
    isSubstitute: c.unitId !== c.issuerUnitId,
    inChargeName: c.inChargeName!,
    handlerName: c.handlerName!,
    contact: c.contact ?? '',
    remarks: c.remarks,
    issuedAt: c.issuedAt!,
    checkUrl: `${origin}${checkPath(c.serial!, code)}`,
    code,
    seal,
  }
  return queue(() => drawCertificate(facts, certificateFonts()))
}

/** The address of a certificate's public page, for its holder to pass on. */
export async function shareLink(tx: Tx, origin: string, id: string): Promise<string | null> {
  const found = await findCertificate(tx, id)
  if (found?.codeCipher == null) return null
  return `${origin}${checkPath(found.serial!, tx.personal.decrypt(CODE_COLUMN, id, found.codeCipher))}`
}
