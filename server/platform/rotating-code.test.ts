import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { rotatingCode, verifyRotatingCode, type RotatingCodeOptions } from './rotating-code.ts'

const key = randomBytes(32)
const start = Date.parse('2026-11-23T08:00:00Z')

describe.each(['digits', 'characters'] as const)('a rotating code of %s', (shape) => {
  const at = (seconds: number, changes: Partial<RotatingCodeOptions> = {}): RotatingCodeOptions => ({
    key,
    subject: 'session:1',
    at: new Date(start + seconds * 1000),
    windowSeconds: 30,
    shape,
    ...changes,
  })

  test('has its shape and stays the same within a window', () => {
    const code = rotatingCode(at(0))
    expect(code).toMatch(shape === 'digits' ? /^[0-9]{6}$/ : /^[0-9A-HJKMNP-TV-Z]{8}$/)
    expect(rotatingCode(at(29.999))).toBe(code)
    expect(rotatingCode(at(30))).not.toBe(code)
  })

  test('is accepted in its window and the next, before and after not', () => {
    const code = rotatingCode(at(0))
    const window = start / 30_000
    expect(verifyRotatingCode(at(-0.001), code)).toEqual({ ok: false })
    expect(verifyRotatingCode(at(0), code)).toEqual({ ok: true, window, windowsOld: 0 })
    expect(verifyRotatingCode(at(29.999), code)).toEqual({ ok: true, window, windowsOld: 0 })
    expect(verifyRotatingCode(at(30), code)).toEqual({ ok: true, window, windowsOld: 1 })
    expect(verifyRotatingCode(at(59.999), code)).toEqual({ ok: true, window, windowsOld: 1 })
    expect(verifyRotatingCode(at(60), code)).toEqual({ ok: false })
  })

  test('belongs to one subject, key and window length', () => {
    const code = rotatingCode(at(0))
    for (const changes of [{ subject: 'session:2' }, { key: randomBytes(32) }, { windowSeconds: 60 }]) {
      expect(verifyRotatingCode(at(0, changes), code)).toEqual({ ok: false })
    }
  })

  test('is read as people type it', () => {
    for (let seconds = 0; seconds < 3_000; seconds += 30) {
      const code = rotatingCode(at(seconds))
      const typed = [
        `${code.slice(0, 3)} ${code.slice(3)}`,
        code.toLowerCase(),
        code.replace(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0)),
        ...(shape === 'characters' ? [code.replaceAll('0', 'o').replaceAll('1', 'l')] : []),
      ]
      for (const text of typed) expect(verifyRotatingCode(at(seconds), text).ok).toBe(true)
    }
  })

  test('a wrong, empty or longer code is refused', () => {
    const code = rotatingCode(at(0))
    for (const wrong of ['', code.slice(1), `${code}0`, '\ud800', '延庆区延庆区延庆', '000']) {
      expect(verifyRotatingCode(at(0), wrong)).toEqual({ ok: false })
    }
  })

  test('a weak key, a window of no length or an instant that is none is a bug', () => {
    expect(() => rotatingCode(at(0, { key: randomBytes(15) }))).toThrow(/key/)
    expect(() => rotatingCode(at(0, { windowSeconds: 0 }))).toThrow(/windowSeconds/)
    expect(() => rotatingCode(at(0, { at: new Date(Number.NaN) }))).toThrow(/instant/)
  })

  test('codes are spread evenly over their signs', () => {
    const counts = new Map<string, number>()
    for (let seconds = 0; seconds < 300_000; seconds += 30) {
      for (const sign of rotatingCode(at(seconds))) counts.set(sign, (counts.get(sign) ?? 0) + 1)
    }
    const total = 10_000 * (shape === 'digits' ? 6 : 8)
    const signs = shape === 'digits' ? 10 : 32
    expect(counts.size).toBe(signs)
    for (const count of counts.values()) expect(Math.abs(count / (total / signs) - 1)).toBeLessThan(0.2)
  })
})

test('a code is pinned: a phone offline must compute the same', () => {
  const options = { key: Buffer.alloc(32, 7), subject: 'session:1', at: new Date(start), windowSeconds: 30 }
  expect(rotatingCode({ ...options, shape: 'digits' })).toBe('202354')
  expect(rotatingCode({ ...options, shape: 'characters' })).toBe('6NMCSDC1')
})
