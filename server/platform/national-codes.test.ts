import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkDivisionCode, checkIdNumber, checkSocialCreditCode, normalisePhone } from './national-codes.ts'

/** Every string that differs from the code in one character. */
function* oneCharacterChanged(code: string, alphabet: string): Generator<string> {
  for (let index = 0; index < code.length; index += 1) {
    for (const character of alphabet) {
      if (character !== code[index]) yield code.slice(0, index) + character + code.slice(index + 1)
    }
  }
}

function neighboursSwapped(code: string): string[] {
  return Array.from({ length: code.length - 1 }, (_, at) => {
    return code.slice(0, at) + code.charAt(at + 1) + code.charAt(at) + code.slice(at + 2)
  }).filter((swapped) => swapped !== code)
}

describe('ID numbers (GB 11643)', () => {
  // The examples printed in the standard itself; they belong to nobody.
  test.each([
    ['11010519491231002X', '1949-12-31', 'female'],
    ['440524188001010014', '1880-01-01', 'male'],
  ])('%s is well-formed', (idNumber, birthDate, sex) => {
    expect(checkIdNumber(idNumber)).toEqual({ ok: true, idNumber, birthDate, sex })
  })

  test('a small x, full-width characters and spaces around it are the same number', () => {
    const plain = checkIdNumber('11010519491231002X')
    expect(checkIdNumber(' 11010519491231002x\n')).toEqual(plain)
    expect(checkIdNumber('１１０１０５１９４９１２３１００２Ｘ')).toEqual(plain)
  })

  test.each([
    ['', 'length'],
    ['110105491231002', 'length'],
    ['11010519491231002XX', 'length'],
    ['11010519491231OO2X', 'characters'],
    ['1101051949123100X2', 'characters'],
    ['01010519491231002X', 'characters'],
    ['110105 9491231002X', 'characters'],
    ['11010519490229002X', 'date'],
    ['11010519491331002X', 'date'],
    ['11010500001231002X', 'date'],
    ['110105194912310021', 'check-digit'],
    ['𠀀𠀀𠀀𠀀𠀀𠀀𠀀𠀀𠀀', 'length'],
  ])('%j fails by its %s', (text, fault) => {
    expect(checkIdNumber(text)).toEqual({ ok: false, fault })
  })

  test('one wrong character and two swapped neighbours are always found', () => {
    const code = '11010519491231002X'
    const slips = [...oneCharacterChanged(code, '0123456789X'), ...neighboursSwapped(code)]
    expect(slips.length).toBeGreaterThan(180)
    expect(slips.filter((slip) => checkIdNumber(slip).ok)).toEqual([])
  })

  test('exactly one of the eleven check characters fits any number', () => {
    const day = fc.date({ min: new Date('1900-01-01'), max: new Date('2026-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(
        fc.integer({ min: 110_000, max: 820_000 }),
        day,
        fc.integer({ min: 0, max: 999 }),
        (place, born, serial) => {
          const birth = born.toISOString().slice(0, 10)
          const body = `${place}${birth.replaceAll('-', '')}${String(serial).padStart(3, '0')}`
          const fitting = Array.from('0123456789X')
            .map((check) => checkIdNumber(body + check))
            .filter((check) => check.ok)
          expect(fitting).toHaveLength(1)
          expect(fitting[0]).toMatchObject({ birthDate: birth, sex: serial % 2 === 1 ? 'male' : 'female' })
        },
      ),
    )
  })
})

describe('unified social credit codes (GB 32100)', () => {
  test.each([
    ['91350100M000100Y43', '350100'],
    ['91110000600037341L', '110000'],
  ])('%s is well-formed', (socialCreditCode, divisionCode) => {
    expect(checkSocialCreditCode(socialCreditCode)).toEqual({ ok: true, socialCreditCode, divisionCode })
    expect(checkSocialCreditCode(` ${socialCreditCode.toLowerCase()}`).ok).toBe(true)
  })

  test.each([
    ['', 'length'],
    ['91350100M000100Y4', 'length'],
    ['91350100I000100Y43', 'characters'],
    ['9135010XM000100Y43', 'characters'],
    ['91050100M000100Y43', 'characters'],
    ['91350100M000100Y44', 'check-digit'],
  ])('%j fails by its %s', (text, fault) => {
    expect(checkSocialCreditCode(text)).toEqual({ ok: false, fault })
  })

  test('one wrong character and two swapped neighbours are always found', () => {
    const code = '91350100M000100Y43'
    const slips = [...oneCharacterChanged(code, '0123456789ABCDEFGHJKLMNPQRTUWXY'), ...neighboursSwapped(code)]
    expect(slips.filter((slip) => checkSocialCreditCode(slip).ok)).toEqual([])
  })
})

describe('division codes', () => {
  test.each([
    ['110000', 'province'],
    ['130100', 'prefecture'],
    ['110119', 'county'],
    ['469001', 'county'],
    ['110119100', 'township'],
    ['110119100000', 'township'],
    ['110119000000', 'county'],
    ['110119100201', 'village'],
    ['441900003', 'township'],
    ['１１０１１９', 'county'],
  ])('%s names a %s', (code, level) => {
    expect(checkDivisionCode(code)).toEqual({ ok: true, divisionCode: code.normalize('NFKC'), level })
  })

  test.each([
    ['', 'length'],
    ['11011', 'length'],
    ['1101191', 'length'],
    ['11O119', 'characters'],
    ['010119', 'characters'],
    ['110019', 'characters'],
    ['110119000201', 'characters'],
  ])('%j fails by its %s', (code, fault) => {
    expect(checkDivisionCode(code)).toEqual({ ok: false, fault })
  })
})

describe('telephone numbers', () => {
  test.each([
    ['13800138000', '13800138000'],
    [' 138 0013 8000 ', '13800138000'],
    ['138-0013-8000', '13800138000'],
    ['+86 138 0013 8000', '13800138000'],
    ['0086-13800138000', '13800138000'],
    ['8613800138000', '13800138000'],
    ['１３８００１３８０００', '13800138000'],
    ['＋８６　１３８－００１３－８０００', '13800138000'],
    ['138—0013–8000', '13800138000'],
    ['010-69141234', '010-69141234'],
    ['01069141234', '010-69141234'],
    ['(010) 6914 1234', '010-69141234'],
    ['+86 10 6914 1234', '010-69141234'],
    ['0086 010 69141234', '010-69141234'],
    ['0313-5812345', '0313-5812345'],
    ['0755 2345 6789', '0755-23456789'],
    ['021-62345678', '021-62345678'],
  ])('%j is %s', (text, phone) => {
    expect(normalisePhone(text)).toBe(phone)
    expect(normalisePhone(phone)).toBe(phone)
  })

  test.each([
    '',
    '12345',
    '69141234',
    '12800138000',
    '1380013800',
    '138001380000',
    '+1 138 0013 8000',
    '010-6914123',
    '010-691412345',
    '010-19141234',
    '010-69141234转8',
    '010-69141234-801',
    '1380013800O',
    '电话13800138000',
    '+8613800138000 13800138001',
    '13800138000;drop',
  ])('%j is no number that can be called', (text) => {
    expect(normalisePhone(text)).toBeNull()
  })

  test('whatever comes in, only the two national forms come out, and they are stable', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[+0-9 ()-]{5,18}$/)), (text) => {
        const phone = normalisePhone(text)
        if (phone === null) return
        expect(phone).toMatch(/^(1[3-9]\d{9}|0\d{2,3}-\d{7,8})$/)
        expect(normalisePhone(phone)).toBe(phone)
      }),
    )
  })
})
