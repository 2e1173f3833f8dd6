/**
 * The order number that people read out, write on paper cards and type: `26-004217-K` is order 4217 of 2026 with a
 * check letter.
 *
 * The check letter is the number modulo 23 in the letters of the Spanish NIF. 23 is prime and 10 generates its
 * multiplicative group, so every wrong digit and every exchange of two digits, adjacent or not, gives another letter. An
 * ISO 7064 MOD 37,36 character misses some exchanges and may be a digit; this one is always a letter, at the end,
 * and never I, O or U.
 */
import assert from 'node:assert/strict'

const CHECK_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE'
const SERIAL_DIGITS_MIN = 6
const SERIAL_MAX = 999_999_999
const YEAR_MIN = 2000
const YEAR_MAX = 2099
const PLAIN_SHAPE = /^([0-9]{2})([0-9]{6,9})([A-Z])$/

/** The number of order `serial` (1 to 999,999,999, counted per district and year) of `year`; longer serials lengthen it. */
export function formatOrderNumber(serial: number, year: number): string {
  assert(Number.isInteger(serial) && serial >= 1 && serial <= SERIAL_MAX, 'serial out of range')
  assert(Number.isInteger(year) && year >= YEAR_MIN && year <= YEAR_MAX, 'year out of range')
  const yearDigits = String(year - YEAR_MIN).padStart(2, '0')
  const serialDigits = String(serial).padStart(SERIAL_DIGITS_MIN, '0')
  return `${yearDigits}-${serialDigits}-${checkLetter(yearDigits, serialDigits)}`
}

/**
 * The canonical spelling of a number that a person typed, or null when it is none. Blanks, missing or other dashes,
 * dots, lower case and full-width signs are read, and O, I and L in the place of a digit as 0, 1 and 1.
 */
export function parseOrderNumber(text: string): string | null {
  const plain = text
    .normalize('NFKC')
    .replace(/[\s\p{Pd}\p{Cf}\u2212._]/gu, '')
    .toUpperCase()
  const digits = plain.slice(0, -1).replaceAll('O', '0').replaceAll(/[IL]/gu, '1')
  const match = PLAIN_SHAPE.exec(digits + plain.slice(-1))
  if (match === null) return null
  const [, yearDigits, serialDigits, letter] = match
  if (yearDigits === undefined || serialDigits === undefined) return null
  // A longer serial has no leading zero, so that each order has one number.
  if (serialDigits.length > SERIAL_DIGITS_MIN && serialDigits.startsWith('0')) return null
  if (Number(serialDigits) === 0 || letter !== checkLetter(yearDigits, serialDigits)) return null
  return `${yearDigits}-${serialDigits}-${letter}`
}

/** The year stands above nine serial digits whatever the serial's length; eleven digits fit exactly into a number. */
function checkLetter(yearDigits: string, serialDigits: string): string {
  const remainder = (Number(yearDigits) * (SERIAL_MAX + 1) + Number(serialDigits)) % CHECK_LETTERS.length
  return CHECK_LETTERS.charAt(remainder)
}
