import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { newTotpSecret, totpUri, verifyTotp } from './totp.ts'

// Base32 of the ASCII secret of RFC 6238 appendix B, whose codes are given there with eight digits; six are their last six.
const RFC_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

describe('verifyTotp', () => {
  test.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('the vector of RFC 6238 for %d s holds', (seconds, code) => {
    expect(verifyTotp(RFC_SECRET, code, new Date(seconds * 1000))).toEqual({ ok: true, step: Math.floor(seconds / 30) })
  })

  test('the code of step n is accepted in steps n-1, n and n+1 only, and always as step n', () => {
    const step = 58_000_000
    const code = codeOf(step)
    for (let offset = -3; offset <= 3; offset += 1) {
      for (const seconds of [0, 29.999]) {
        const at = new Date(((step + offset) * 30 + seconds) * 1000)
        expect(verifyTotp(RFC_SECRET, code, at)).toEqual(Math.abs(offset) <= 1 ? { ok: true, step } : { ok: false })
      }
    }
  })

  test('groups and full-width digits are read, other texts are refused', () => {
    const at = new Date(59_000)
    for (const code of ['287 082', ' 287082\n', '２８７０８２']) expect(verifyTotp(RFC_SECRET, code, at).ok).toBe(true)
    for (const code of ['', '28708', '2870822', '287083', '28708a', '-87082', '٢٨٧٠٨٢']) {
      expect(verifyTotp(RFC_SECRET, code, at)).toEqual({ ok: false })
    }
  })

  test("another person's code is refused", () => {
    const other = newTotpSecret()
    expect(other).not.toBe(RFC_SECRET)
    expect(verifyTotp(other, '287082', new Date(59_000)).ok).toBe(false)
  })
})

test('a new secret has 160 bits', () => {
  expect(newTotpSecret()).toMatch(/^[A-Z2-7]{32}$/)
})

test('the address for the QR code carries secret, account and issuer in any script', () => {
  const uri = new URL(totpUri(RFC_SECRET, '王芳@延庆', '回音 Huiyin'))
  expect(uri.protocol).toBe('otpauth:')
  expect(uri.searchParams.get('secret')).toBe(RFC_SECRET)
  expect(uri.searchParams.get('issuer')).toBe('回音 Huiyin')
  expect(decodeURIComponent(uri.pathname)).toContain('王芳@延庆')
})

/** RFC 4226 by hand, so that the test does not ask the library about itself. */
function codeOf(step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', Buffer.from('12345678901234567890')).update(counter).digest()
  const offset = mac.readUInt8(19) & 15
  return String((mac.readUInt32BE(offset) & 0x7f_ff_ff_ff) % 1_000_000).padStart(6, '0')
}
