import { createHash, randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { districtOfToken, hashToken, isUuid, newOneTimeCode, newSessionToken, newUuid7 } from './tokens.ts'

describe('session tokens', () => {
  test('a token names its district, carries 256 random bits and is stored as a hash', () => {
    const { token, hash } = newSessionToken(110119)
    expect(token).toMatch(/^110119\.[A-Za-z0-9_-]{43}$/)
    expect(Buffer.from(token.slice(7), 'base64url')).toHaveLength(32)
    expect(hash).toEqual(createHash('sha256').update(token).digest())
    expect(hashToken(token)).toEqual(hash)
    expect(districtOfToken(token)).toBe(110119)
    expect(new Set(Array.from({ length: 1000 }, () => newSessionToken(110119).token)).size).toBe(1000)
  })

  test('the same secret under another district has another hash', () => {
    const { token } = newSessionToken(110119)
    expect(hashToken(token.replace('110119', '110101'))).not.toEqual(hashToken(token))
  })

  test('anything else has no district', () => {
    const { token } = newSessionToken(110119)
    const wrong = [
      '',
      '110119',
      '110119.',
      token.slice(1),
      `${token}x`,
      ` ${token}`,
      `${token}\n`,
      token.replace('.', '-'),
      `0${token.slice(1)}`,
    ]
    for (const text of wrong) expect(districtOfToken(text)).toBe(null)
  })

  test('a number that is no district code is a bug', () => {
    for (const district of [0, -1, 1.5, 1101190, Number.NaN])
      expect(() => newSessionToken(district)).toThrow(/district/)
  })
})

describe('newOneTimeCode', () => {
  test('has the digits asked for, and every digit occurs at every place about as often', () => {
    const counts = Array.from({ length: 6 }, () => Array.from({ length: 10 }, () => 0))
    for (let n = 0; n < 20_000; n += 1) {
      const code = newOneTimeCode(6)
      expect(code).toMatch(/^[0-9]{6}$/)
      for (let place = 0; place < 6; place += 1) counts[place]![Number(code[place])]! += 1
    }
    // Expected 2,000 with a standard deviation of 42: ten deviations are never reached by a uniform source.
    for (const count of counts.flat()) expect(Math.abs(count - 2_000)).toBeLessThan(420)
  })

  test('a length outside 4 to 12 is a bug', () => {
    expect(newOneTimeCode(4)).toHaveLength(4)
    expect(newOneTimeCode(12)).toHaveLength(12)
    for (const digits of [0, 3, 13, 4.5, Number.NaN]) expect(() => newOneTimeCode(digits)).toThrow(/digits/)
  })
})

describe('newUuid7', () => {
  test('carries the millisecond, the version and the variant', () => {
    const now = new Date('2126-11-23T08:00:00.123Z')
    const id = newUuid7(now)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(now.getTime())
    expect(isUuid(id)).toBe(true)
  })

  test('ids rise and never repeat while the clock stands still, goes on or jumps back', () => {
    const start = Date.parse('2127-01-01T00:00:00Z')
    const offsets = [...Array.from({ length: 20_000 }, () => 0), 5, 5, -86_400_000, -86_400_000, 6, 7, 1_000]
    const ids = offsets.map((offset) => newUuid7(new Date(start + offset)))
    for (let n = 1; n < ids.length; n += 1) expect(ids[n]! > ids[n - 1]!).toBe(true)
  })

  test('an instant outside 48 bits is a bug', () => {
    for (const now of [new Date(Number.NaN), new Date(-1)]) expect(() => newUuid7(now)).toThrow(/range/)
  })
})

test('isUuid takes every version and refuses what only looks like one', () => {
  expect(isUuid(randomUUID())).toBe(true)
  expect(isUuid(randomUUID().toUpperCase())).toBe(true)
  const id = '0198c5f2-7a00-7000-8000-000000000001'
  expect(isUuid(id)).toBe(true)
  const wrong = [
    '',
    id.slice(1),
    `${id}0`,
    `{${id}}`,
    id.replaceAll('-', ''),
    id.replace('8000', '0000'),
    id.replace('7000', '0000'),
    `${id}\n`,
    id.replace('1', 'g'),
  ]
  for (const text of wrong) expect(isUuid(text)).toBe(false)
})
