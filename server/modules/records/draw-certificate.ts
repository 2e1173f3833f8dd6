/**
 * A certificate as a PDF: A4, one page with everything that the rules ask for, and pages that list each service when the first
 * has no room for them. Nothing here knows the time or chance: the same facts give the same bytes.
 */
import Pdf from 'pdfkit'
import QRCode from 'qrcode'

import { type Locale, type Translate, translator } from '#i18n/translate.ts'
import { dateIn } from '#platform/dates.ts'
import type { CertificateLine, IdType } from './certificate.ts'
import { type CertificateFonts, printable } from './certificate-fonts.ts'

export interface CertificateFacts {
  readonly locale: Locale
  readonly serial: string
  readonly holderName: string
  readonly idType: IdType
  readonly idNumber: string
  readonly volunteerNumber: string | null
  readonly fromDay: string
  readonly untilDay: string
  readonly purpose: string
  readonly lines: readonly CertificateLine[]
  /** The organisation that recorded, and the one that issues. */
  readonly recorderName: string
  readonly issuerName: string
  readonly isSubstitute: boolean
  readonly inChargeName: string
  readonly handlerName: string
  readonly contact: string
  readonly remarks: string
  readonly issuedAt: Date
  /** Where it can be checked, and the code within. */
  readonly checkUrl: string
  readonly code: string
  /** PNG. */
  readonly seal: Buffer | null
}

type Doc = PDFKit.PDFDocument
type Print = (text: string) => string

interface Sheet {
  readonly doc: Doc
  readonly facts: CertificateFacts
  readonly t: Translate
  /** Only what the faces can show. */
  readonly p: Print
}

const PAGE_WIDTH = 595.28
const PAGE_HEIGHT = 841.89
const MARGIN = 56
const WIDTH = PAGE_WIDTH - 2 * MARGIN
const INK = '#1a1a1a'
const RULE = '#b8b2a7'
const ACCENT = '#8a1c1c'
const ROWS_ON_FIRST_PAGE = 6
const ROW_FONT_SIZE = 9.5
const FOOT_TOP = PAGE_HEIGHT - 52
/** Signatures, seal and the code to check stand at the foot of the first page. */
const SIGNATURES_TOP = PAGE_HEIGHT - 254
const QR_SIZE = 92
const SEAL_SIZE = 118

export async function drawCertificate(facts: CertificateFacts, fonts: CertificateFonts): Promise<Buffer> {
  const t = translator(facts.locale)
  const missing = new Set<string>()
  const p: Print = (text) => printable(text, fonts, missing)
  const doc = new Pdf({
    size: 'A4',
    margins: { top: 0, bottom: 0, left: MARGIN, right: MARGIN },
    bufferPages: true,
    lang: facts.locale,
    displayTitle: true,
    font: fonts.regular as unknown as string,
    info: {
      Title: `${t('records.pdf.title')} ${facts.serial}`,
      Author: facts.issuerName,
      Creator: 'Huiyin',
      Producer: 'Huiyin',
      CreationDate: facts.issuedAt,
      ModDate: facts.issuedAt,
    },
  })
  const chunks: Buffer[] = []
  const done = new Promise<Buffer>((resolve, reject) => {
    doc.on('data', (chunk: Buffer) => void chunks.push(chunk))
    doc.on('end', () => resolve(Buffer.concat(chunks)))
    doc.on('error', reject)
  })
  doc.registerFont('regular', fonts.regular)
  doc.registerFont('bold', fonts.bold)
  const sheet: Sheet = { doc, facts, t, p }
  drawFirstPage(sheet, missing)
  if (!fitsFirstPage(sheet)) drawAnnex(sheet)
  drawFeet(sheet)
  doc.end()
  return done
}

function drawFirstPage(sheet: Sheet, missing: ReadonlySet<string>): void {
  const { doc, facts, t, p } = sheet
  doc
    .rect(28, 28, PAGE_WIDTH - 56, PAGE_HEIGHT - 56)
    .lineWidth(1.4)
    .strokeColor(ACCENT)
    .stroke()
  doc
    .rect(32, 32, PAGE_WIDTH - 64, PAGE_HEIGHT - 64)
    .lineWidth(0.4)
    .stroke()
  const spacing = facts.locale === 'en' ? 0.5 : 6
  doc.font('bold').fontSize(24).fillColor(INK)
  doc.text(t('records.pdf.title'), MARGIN, 66, { width: WIDTH, align: 'center', characterSpacing: spacing })
  doc.font('regular').fontSize(10.5)
  doc.text(t('records.pdf.serial', { serial: facts.serial }), MARGIN, 106, { width: WIDTH, align: 'center' })
  let y = drawFacts(sheet, 134)
  y = drawServices(sheet, y + 8)
  // Names at the foot count, too: whatever of them cannot be printed has to stand among the remarks above.
  const signatures = signatureRows(sheet)
  p(facts.issuerName)
  drawRemarks(sheet, y + 6, missing)
  drawSignatures(sheet, signatures)
}

function drawFacts(sheet: Sheet, top: number): number {
  const { facts, t, p } = sheet
  const minutesOf = (name: CertificateLine['class']) =>
    facts.lines.filter((line) => line.class === name).reduce((sum, line) => sum + line.minutes, 0)
  const [verified, claimed] = [minutesOf('verified'), minutesOf('claimed')]
  const rows: [string, string][] = [
    [t('records.pdf.name'), p(facts.holderName)],
    [t('records.pdf.id-type'), t(`records.id-type.${facts.idType}`)],
    [t('records.pdf.id-number'), facts.idNumber],
    [t('records.pdf.volunteer-number'), facts.volunteerNumber ?? t('records.pdf.no-number')],
    [t('records.pdf.period'), t('records.pdf.period-value', { from: facts.fromDay, until: facts.untilDay })],
    [
      t('records.pdf.hours'),
      t('records.pdf.hours-value', {
        total: durationOf(t, verified + claimed),
        verified: durationOf(t, verified),
        claimed: durationOf(t, claimed),
      }),
    ],
    [t('records.pdf.recorder'), p(facts.recorderName)],
    [t('records.pdf.purpose'), p(facts.purpose)],
  ]
  return drawPairs(sheet, top, rows)
}

/** Names on the left, values on the right, a line below each; values take as many lines as they need. */
function drawPairs({ doc, facts }: Sheet, top: number, rows: readonly (readonly [string, string])[]): number {
  const labelWidth = facts.locale === 'en' ? 108 : 84
  let y = top
  for (const [label, value] of rows) {
    doc
      .font('bold')
      .fontSize(10)
      .fillColor(INK)
      .text(label, MARGIN, y + 4, { width: labelWidth - 8 })
    doc.font('regular').text(value, MARGIN + labelWidth, y + 4, { width: WIDTH - labelWidth, lineGap: 1 })
    y = Math.max(doc.y, y + 18) + 4
    rule(doc, y)
  }
  return y
}

/** Whether the first page can list every service, none of its titles cut. */
function fitsFirstPage({ doc, facts, p }: Sheet): boolean {
  if (facts.lines.length > ROWS_ON_FIRST_PAGE) return false
  const width = columns(facts.locale)[1]! - 6
  doc.font('regular').fontSize(ROW_FONT_SIZE)
  return facts.lines.every((line) => doc.widthOfString(p(line.title)) <= width)
}

interface Row {
  readonly day: string
  readonly title: string
  readonly minutes: number
  readonly known: string
}

const columns = (locale: Locale) => (locale === 'en' ? [72, 236, 85, 90] : [72, 246, 95, 70])

function drawServices(sheet: Sheet, top: number): number {
  const { doc, facts, t } = sheet
  const isWhole = fitsFirstPage(sheet)
  doc.font('bold').fontSize(11).fillColor(INK).text(t('records.pdf.content'), MARGIN, top, { width: WIDTH })
  let y = drawHead(sheet, doc.y + 2)
  for (const row of isWhole ? facts.lines.map((line) => rowOf(t, line)) : grouped(sheet)) y = drawRow(sheet, row, y, 1)
  if (isWhole) return y
  doc.font('regular').fontSize(9).fillColor(INK)
  doc.text(t('records.pdf.see-annex', { count: facts.lines.length }), MARGIN, y + 3, { width: WIDTH })
  return doc.y
}

function rowOf(t: Translate, line: CertificateLine): Row {
  return { day: line.day, title: line.title, minutes: line.minutes, known: t(`records.class.${line.class}`) }
}

/** The activities with the most time; what is left is one row. Activities of one name are one, verified and claimed apart. */
function grouped({ facts, t }: Sheet): Row[] {
  const groups = Map.groupBy(facts.lines, (line) => `${line.class} ${line.title}`)
  const rows = [...groups.values()]
    .map((lines) => ({
      day: t('records.pdf.times', { count: lines.length }),
      title: lines[0]!.title,
      minutes: lines.reduce((sum, line) => sum + line.minutes, 0),
      known: t(`records.class.${lines[0]!.class}`),
    }))
    .sort((a, b) => b.minutes - a.minutes || (a.title < b.title ? -1 : 1))
  if (rows.length <= ROWS_ON_FIRST_PAGE) return rows
  const shown = rows.slice(0, ROWS_ON_FIRST_PAGE - 1)
  const others = rows.slice(ROWS_ON_FIRST_PAGE - 1)
  const minutes = others.reduce((sum, row) => sum + row.minutes, 0)
  return [...shown, { day: '', title: t('records.pdf.others', { count: others.length }), minutes, known: '' }]
}

function drawHead({ doc, facts, t }: Sheet, y: number): number {
  const labels = [t('records.pdf.day'), t('records.pdf.activity'), t('records.pdf.time'), t('records.pdf.known')]
  doc.font('bold').fontSize(9).fillColor('#555')
  let x = MARGIN
  for (const [index, width] of columns(facts.locale).entries()) {
    doc.text(labels[index]!, x, y + 2, { width: width - 6, lineBreak: false })
    x += width
  }
  rule(doc, y + 17)
  return y + 17
}

/** @param linesMax of the title on the first page, where room is short and the annex has the whole */
function drawRow({ doc, facts, t, p }: Sheet, row: Row, y: number, linesMax: number): number {
  const [dayWidth, titleWidth, timeWidth, knownWidth] = columns(facts.locale) as [number, number, number, number]
  doc.font('regular').fontSize(ROW_FONT_SIZE).fillColor(INK)
  doc.text(row.day, MARGIN, y + 3, { width: dayWidth, lineBreak: false })
  const height = doc.heightOfString('A') * linesMax
  doc.text(p(row.title), MARGIN + dayWidth, y + 3, { width: titleWidth - 6, height, ellipsis: true })
  const bottom = Math.max(doc.y, y + 3 + doc.heightOfString('A'))
  doc.text(durationOf(t, row.minutes), MARGIN + dayWidth + titleWidth, y + 3, { width: timeWidth, lineBreak: false })
  doc.text(row.known, MARGIN + dayWidth + titleWidth + timeWidth, y + 3, { width: knownWidth, lineBreak: false })
  rule(doc, bottom + 3)
  return bottom + 3
}

const TITLE_LINES_MAX = 3
const ROW_HEIGHT_MAX = 50

function drawAnnex(sheet: Sheet): void {
  const { doc, facts, t } = sheet
  const begin = () => {
    doc.addPage()
    doc.font('bold').fontSize(13).fillColor(INK).text(t('records.pdf.annex'), MARGIN, 52, { width: WIDTH })
    return drawHead(sheet, doc.y + 4)
  }
  let y = begin()
  for (const line of facts.lines) {
    if (y + ROW_HEIGHT_MAX > FOOT_TOP) y = begin()
    y = drawRow(sheet, rowOf(t, line), y, TITLE_LINES_MAX)
  }
}

function drawRemarks({ doc, facts, t, p }: Sheet, top: number, missing: ReadonlySet<string>): void {
  const remarks = [
    ...(facts.remarks === '' ? [] : [p(facts.remarks)]),
    ...(facts.isSubstitute
      ? [t('records.pdf.substitute', { name: p(facts.recorderName), issuer: p(facts.issuerName) })]
      : []),
    ...(missing.size === 0 ? [] : [t('records.pdf.missing', { codes: [...missing].toSorted().join(', ') })]),
  ]
  doc.font('bold').fontSize(10).fillColor(INK).text(t('records.pdf.remarks'), MARGIN, top, { width: WIDTH })
  doc.font('regular').fontSize(9.5)
  const height = SIGNATURES_TOP - 46 - doc.y
  const text = remarks.length === 0 ? t('records.pdf.none') : remarks.join('\n')
  doc.text(text, MARGIN, doc.y + 1, { width: WIDTH, height: Math.max(height, 12), ellipsis: true })
  doc.fontSize(10).text(t('records.pdf.statement'), MARGIN, SIGNATURES_TOP - 40, { width: WIDTH, lineGap: 1.5 })
}

function signatureRows({ facts, t, p }: Sheet): [string, string][] {
  return [
    [t('records.pdf.issuer'), p(facts.issuerName)],
    [t('records.pdf.in-charge'), p(facts.inChargeName)],
    [t('records.pdf.handler'), p(facts.handlerName)],
    [t('records.pdf.contact'), p(facts.contact)],
    [t('records.pdf.date'), dateIn(facts.issuedAt)],
  ]
}

function drawSignatures(sheet: Sheet, rows: readonly (readonly [string, string])[]): void {
  const { doc, facts, t } = sheet
  const left = MARGIN + QR_SIZE + 86
  const labelWidth = facts.locale === 'en' ? 92 : 98
  let y = SIGNATURES_TOP + 8
  for (const [label, value] of rows) {
    doc
      .font('bold')
      .fontSize(10)
      .fillColor(INK)
      .text(label, left, y, { width: labelWidth - 4 })
    const below = doc.y
    doc
      .font('regular')
      .text(value, left + labelWidth, y, { width: PAGE_WIDTH - MARGIN - left - labelWidth, height: 26, ellipsis: true })
    y = Math.max(doc.y, below) + 6
  }
  if (facts.seal === null)
    doc
      .fontSize(8)
      .fillColor('#666')
      .text(t('records.pdf.no-seal'), left, y, { width: PAGE_WIDTH - MARGIN - left })
  else {
    const at = { x: PAGE_WIDTH - MARGIN - SEAL_SIZE - 10, y: SIGNATURES_TOP - 12 }
    doc.image(facts.seal, at.x, at.y, { fit: [SEAL_SIZE, SEAL_SIZE], align: 'center', valign: 'center' })
  }
  drawQr(doc, facts.checkUrl, MARGIN, SIGNATURES_TOP + 10)
  doc.font('regular').fontSize(8).fillColor(INK)
  doc.text(t('records.pdf.check'), MARGIN, SIGNATURES_TOP + QR_SIZE + 16, { width: 160 })
  doc.text(t('records.pdf.check-code', { code: facts.code }), MARGIN, doc.y + 1, { width: 170 })
  doc.fontSize(8).fillColor('#444')
  doc.text(t('records.pdf.legal'), MARGIN, FOOT_TOP - 62, { width: WIDTH, lineGap: 1 })
}

/** As squares and not as an image, so that it stays sharp at any size. */
function drawQr(doc: Doc, text: string, x: number, y: number): void {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' })
  const size = QR_SIZE / modules.size
  doc.fillColor('#000')
  for (let row = 0; row < modules.size; row++)
    for (let column = 0; column < modules.size; column++)
      if (modules.get(row, column)) doc.rect(x + column * size, y + row * size, size + 0.05, size + 0.05)
  doc.fill()
}

function drawFeet({ doc, facts, t }: Sheet): void {
  const { count } = doc.bufferedPageRange()
  for (let index = 0; index < count; index++) {
    doc.switchToPage(index)
    doc.font('regular').fontSize(8).fillColor('#666')
    const text = t('records.pdf.page', { serial: facts.serial, page: index + 1, pages: count })
    doc.text(text, MARGIN, FOOT_TOP, { width: WIDTH, align: 'center' })
  }
}

function rule(doc: Doc, y: number): void {
  doc
    .moveTo(MARGIN, y)
    .lineTo(PAGE_WIDTH - MARGIN, y)
    .lineWidth(0.4)
    .strokeColor(RULE)
    .stroke()
}

function durationOf(t: Translate, minutes: number): string {
  if (minutes < 60) return t('records.minutes', { minutes })
  return t('records.duration', { hours: Math.floor(minutes / 60), minutes: minutes % 60 })
}
