import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { readPdf } from '../../../test/support/read-pdf.ts'
import type { CertificateLine } from './certificate.ts'
import { certificateFonts, printable } from './certificate-fonts.ts'
import { type CertificateFacts, drawCertificate } from './draw-certificate.ts'

const URL_OF_IT = 'https://huiyin.example.cn/certificates/110119100201-2026-0007?code=ABCDEFGHJKLMNPQRSTUV'

function linesOf(count: number, title = '读书小组'): CertificateLine[] {
  return Array.from({ length: count }, (_, index) => ({
    recordId: String(index),
    day: `2026-0${1 + (index % 9)}-15`,
    title: `${title}${index}`,
    minutes: 30,
    class: index % 3 === 0 ? 'claimed' : 'verified',
  }))
}

const facts = (more: Partial<CertificateFacts> = {}): CertificateFacts => ({
  locale: 'zh-CN',
  serial: '110119100201-2026-0007',
  holderName: '丁一心',
  idType: 'resident-id',
  idNumber: '11010519491231002X',
  volunteerNumber: null,
  fromDay: '2026-01-01',
  untilDay: '2026-11-20',
  purpose: '申请星级评定',
  lines: linesOf(4),
  recorderName: '东关村新时代文明实践站',
  issuerName: '东关村新时代文明实践站',
  isSubstitute: false,
  inChargeName: '丁镇所',
  handlerName: '戴守村',
  contact: '010-69101234',
  remarks: '',
  issuedAt: new globalThis.Date('2026-11-28T03:00:00Z'),
  checkUrl: URL_OF_IT,
  code: 'ABCDEFGHJKLMNPQRSTUV',
  seal: null,
  ...more,
})
const draw = (more: Partial<CertificateFacts> = {}) => drawCertificate(facts(more), certificateFonts())
// Wide letters are read back as words of their own.
const plain = (text: string) => text.replaceAll(/\s/gu, '')
const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

describe('a certificate as a file', () => {
  test('says in Chinese what the rules ask for, with fonts of its own and a code that leads to its page', async () => {
    const bytes = await draw()
    const read = await readPdf(bytes)
    expect(read.title).toBe('志愿服务记录证明 110119100201-2026-0007')
    expect(read.pages).toHaveLength(1)
    for (const text of [
      '志愿服务记录证明',
      '编号：110119100201-2026-0007',
      '丁一心',
      '居民身份证',
      '11010519491231002X',
      '未登记',
      '2026-01-01 至 2026-11-20',
      '2 小时 0 分钟（经核实 1 小时 0 分钟；自述、补记 1 小时 0 分钟）',
      '东关村新时代文明实践站',
      '丁镇所',
      '戴守村',
      '010-69101234',
      '2026-11-28',
      '不是国家机关的统一证明',
      '读书小组3',
    ])
      expect(plain(read.pages[0]!)).toContain(plain(text))
    expect(bytes.toString('latin1').match(/\/FontFile[23]/gu)).toHaveLength(2)
    expect(read.fonts).not.toEqual([])
    expect(read.missingFonts).toEqual([])
    expect(read.qr).toBe(URL_OF_IT)
  })

  test('says the same in English', async () => {
    const read = await readPdf(await draw({ locale: 'en' }))
    for (const text of [
      'Record of Volunteer Service',
      'Resident identity card',
      'not a uniform certificate of the State',
    ])
      expect(read.pages[0]!.replaceAll('\n', ' ')).toContain(text)
    expect(read.missingFonts).toEqual([])
    expect(read.qr).toBe(URL_OF_IT)
  })

  test('is the same to the byte for the same facts, and another for others', async () => {
    const first = digest(await draw())
    expect(digest(await draw())).toBe(first)
    expect(digest(await draw({ holderName: '丁一新' }))).not.toBe(first)
    expect(digest(await draw({ locale: 'en' }))).not.toBe(first)
  })

  test.each([
    [6, 1],
    [7, 2],
    [30, 2],
    [200, 8],
  ])('%i services take %i pages, and each is listed once', async (count, pages) => {
    const read = await readPdf(await draw({ lines: linesOf(count, '第') }))
    expect(read.pages).toHaveLength(pages)
    expect(read.pages.at(-1)).toContain(`第 ${pages} 页，共 ${pages} 页`)
    const listed = pages === 1 ? read.pages[0]! : read.pages.slice(1).join('')
    expect(listed.match(/2026-0\d-15/gu)).toHaveLength(count)
  })

  test('a title that does not fit on the first page stands whole in the annex', async () => {
    const title = '冬奥观众引导与沿线文明劝导志愿服务（第三批次夜间岗位，含物资搬运和秩序维护）'
    const read = await readPdf(await draw({ lines: linesOf(1, title) }))
    expect(read.pages).toHaveLength(2)
    expect(read.pages[1]!.replaceAll('\n', '')).toContain(title)
  })

  test('a character that the font lacks is named by its code, here and among the remarks', async () => {
    const read = await readPdf(await draw({ holderName: '𠮷野䶮', inChargeName: '王𡈽' }))
    expect(read.pages[0]).toContain('〔U+20BB7〕野䶮')
    expect(read.pages[0]).toContain('字库缺字 U+20BB7, U+2123D')
    expect(read.pages[0]).toContain('王〔U+2123D〕')
  })
})

test('what only chooses a form is left out, what is composed is printed composed', () => {
  const missing = new Set<string>()
  const fonts = certificateFonts()
  expect(printable('葛\u{e0100}Jose\u0301', fonts, missing)).toBe('葛José')
  expect([...missing]).toEqual([])
  expect(printable('好😀', fonts, missing)).toBe('好〔U+1F600〕')
  expect([...missing]).toEqual(['U+1F600'])
})
