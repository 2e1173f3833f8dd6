import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { hashPassword, passwordFaults, verifyAgainstNothing, verifyPassword } from './password.ts'

describe('hashPassword and verifyPassword', () => {
  test('the stored string carries argon2id and the decided cost, and its salt is new each time', async () => {
    const [first, second] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')])
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    expect(second).not.toBe(first)
  })

  test('the password opens it and another does not, in any script', async () => {
    for (const password of ['correct horse', '延庆的海坨山很高𠮷', '👩🏽‍🌾👩🏽‍🌾👩🏽‍🌾👩🏽‍🌾', ' x '.repeat(40)]) {
      const stored = await hashPassword(password)
      expect(await verifyPassword(stored, password)).toBe(true)
      expect(await verifyPassword(stored, `${password}x`)).toBe(false)
    }
  })

  test('composed and decomposed accents are the same password', async () => {
    expect(await verifyPassword(await hashPassword('caf\u00e9 au lait'), 'cafe\u0301 au lait')).toBe(true)
  })

  test('an account that does not exist is answered false by the same work', async () => {
    expect(await verifyAgainstNothing('correct horse')).toBe(false)
    const source = readFileSync(new URL('password.ts', import.meta.url), 'utf8')
    const nobody = /'(\$argon2id[^']+)'/.exec(source)?.[1]
    const stored = await hashPassword('correct horse')
    expect(nobody?.split('$').slice(0, 4)).toEqual(stored.split('$').slice(0, 4))
    expect(nobody).toHaveLength(stored.length)
  })

  test('a stored string that is no hash is a bug, not a wrong password', async () => {
    await expect(verifyPassword('', 'correct horse')).rejects.toThrow()
  })
})

describe('passwordFaults', () => {
  test.each([
    ['correct horse', []],
    ['海坨山上的雪真大啊', []],
    ['', ['too-short']],
    ['xk7#pQ2', ['too-short']],
    ['𠮷𠮷山上的雪大', ['too-short']],
    ['x9'.repeat(64), []],
    [`${'x9'.repeat(64)}!`, ['too-long']],
    ['12345678', ['too-common']],
    ['Password123', ['too-common']],
    ['ＰＡＳＳＷＯＲＤ１', ['too-common']],
    [' password1 ', ['too-common']],
    ['1qaz2wsx', ['too-common']],
    ['woaini520', ['too-common']],
    ['Yanqing2026', ['too-common']],
    ['yanqing@2026', ['too-common']],
    ['5201314520', ['too-common']],
    ['%%%%%%%%%%', ['too-common']],
    ['good password \ud800', ['malformed']],
  ])('%j has %j', (password, faults) => {
    expect(passwordFaults(password)).toEqual(faults)
  })

  test('the block list holds at least 3,000 passwords that the length rule would let through', () => {
    const lines = readFileSync(new URL('common-passwords.txt', import.meta.url), 'utf8')
      .trimEnd()
      .split('\n')
    expect(lines.length).toBeGreaterThanOrEqual(3_000)
    expect(new Set(lines).size).toBe(lines.length)
    expect(lines.filter((line) => passwordFaults(line).join() !== 'too-common')).toEqual([])
  })
})
