import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatOrderNumber, parseOrderNumber } from './order-number.ts'

const serials = fc.integer({ min: 1, max: 999_999_999 })
const years = fc.integer({ min: 2000, max: 2099 })
const numbers = fc.tuple(serials, years).map(([serial, year]) => formatOrderNumber(serial, year))

describe('formatOrderNumber', () => {
  test('is short, begins with the year and ends with a letter other than I, O and U', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999 }), years, (serial, year) => {
        const number = formatOrderNumber(serial, year)
        expect(number).toMatch(/^[0-9]{2}-[0-9]{6}-[A-HJ-NP-TV-Z]$/)
        expect(number.slice(0, 9)).toBe(`${String(year).slice(2)}-${String(serial).padStart(6, '0')}`)
      }),
    )
  })

  test('is pinned: numbers on paper cards must stay valid', () => {
    expect([formatOrderNumber(4217, 2026), formatOrderNumber(1, 2027), formatOrderNumber(1_234_567, 2026)]).toEqual([
      '26-004217-E',
      '27-000001-N',
      '26-1234567-X',
    ])
  })

  test('a serial or year outside the range is a bug', () => {
    for (const serial of [0, -1, 1.5, 1_000_000_000, Number.NaN]) {
      expect(() => formatOrderNumber(serial, 2026)).toThrow(/serial/)
    }
    for (const year of [26, 1999, 2100, Number.NaN]) expect(() => formatOrderNumber(1, year)).toThrow(/year/)
  })
})

describe('parseOrderNumber', () => {
  test('returns what was formatted, however people type it', () => {
    const fullWidth = (text: string) =>
      text.replace(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0))
    fc.assert(
      fc.property(numbers, (number) => {
        const spellings = [
          number,
          number.toLowerCase(),
          number.replaceAll('-', ''),
          number.replaceAll('-', ' '),
          number.replaceAll('-', '—'),
          number.replaceAll('-', '.'),
          ` ${number.split('').join(' ')}\u200b\n`,
          fullWidth(number),
          `${number.slice(0, -1).replaceAll('0', 'o').replaceAll('1', 'l')}${number.slice(-1)}`,
          `${number.slice(0, -1).replaceAll('0', 'O').replaceAll('1', 'I')}${number.slice(-1)}`,
        ]
        for (const spelling of spellings) expect(parseOrderNumber(spelling)).toBe(number)
      }),
    )
  })

  test('every wrong digit and every wrong letter is found', () => {
    fc.assert(
      fc.property(numbers, (number) => {
        for (let place = 0; place < number.length - 1; place += 1) {
          if (number[place] === '-') continue
          for (const digit of '0123456789') {
            if (digit === number[place]) continue
            expect(parseOrderNumber(number.slice(0, place) + digit + number.slice(place + 1))).toBe(null)
          }
        }
        for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') {
          if (letter !== number.at(-1)) expect(parseOrderNumber(number.slice(0, -1) + letter)).toBe(null)
        }
      }),
    )
  })

  test('every exchange of two unequal digits is found, adjacent or not', () => {
    fc.assert(
      fc.property(numbers, (number) => {
        const signs = number.replaceAll('-', '').split('')
        for (let left = 0; left < signs.length - 1; left += 1) {
          for (let right = left + 1; right < signs.length; right += 1) {
            if (signs[left] === signs[right]) continue
            const swapped = signs.with(left, signs[right]!).with(right, signs[left]!)
            expect(parseOrderNumber(swapped.join(''))).toBe(null)
          }
        }
      }),
    )
  })

  test('any other text is no order number', () => {
    const wrong = [
      '',
      'K',
      '26',
      '26-004217',
      '004217-K',
      '26-4217-K',
      '110119',
      '13812341234',
      '二六-004217-K',
      '26-000000-T',
      '260004217K',
    ]
    for (const text of wrong) expect(parseOrderNumber(text)).toBe(null)
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const parsed = parseOrderNumber(text)
        if (parsed !== null) expect(parseOrderNumber(parsed)).toBe(parsed)
      }),
    )
  })
})
