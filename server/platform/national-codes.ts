// Codes that Chinese national standards give to people, organisations and places, and telephone numbers.
// Everything is checked by its own arithmetic; no register is asked, so "ok" means well-formed, not "exists".

import { isDate } from './dates.ts'

export type CodeFault = 'length' | 'characters' | 'date' | 'check-digit'

export type IdNumberCheck =
  | { readonly ok: true; readonly idNumber: string; readonly birthDate: string; readonly sex: 'male' | 'female' }
  | { readonly ok: false; readonly fault: CodeFault }

export type SocialCreditCodeCheck =
  | { readonly ok: true; readonly socialCreditCode: string; readonly divisionCode: string }
  | { readonly ok: false; readonly fault: Exclude<CodeFault, 'date'> }

export type DivisionLevel = 'province' | 'prefecture' | 'county' | 'township' | 'village'
export type DivisionCodeCheck =
  | { readonly ok: true; readonly divisionCode: string; readonly level: DivisionLevel }
  | { readonly ok: false; readonly fault: 'length' | 'characters' }

// GB 11643: each weight is 2^(17 − position) mod 11; the check characters follow ISO 7064 MOD 11-2.
const ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const ID_CHECK_CHARACTERS = '10X98765432'
// GB 32100: each weight is 3^(position − 1) mod 31; I, O, S, V and Z are left out because they look like digits.
const CREDIT_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const CREDIT_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
const CODE_LENGTH = 18

/**
 * Checks a citizen's ID number (GB 11643, 18 characters): digits, a birth date that exists and the check character.
 * Spaces around it, a small x and full-width characters are accepted; `idNumber` is the form to store.
 */
export function checkIdNumber(text: string): IdNumberCheck {
  const idNumber = plainCode(text)
  if (Array.from(idNumber).length !== CODE_LENGTH) return { ok: false, fault: 'length' }
  // No division code of GB/T 2260 begins with 0.
  if (!/^[1-9]\d{16}[\dX]$/.test(idNumber)) return { ok: false, fault: 'characters' }
  const birthDate = `${idNumber.slice(6, 10)}-${idNumber.slice(10, 12)}-${idNumber.slice(12, 14)}`
  // Years before 1800 are slips of the pen, even for the oldest person alive.
  if (!isDate(birthDate) || birthDate < '1800') return { ok: false, fault: 'date' }
  const sum = ID_WEIGHTS.reduce((total, weight, index) => total + weight * Number(idNumber[index]), 0)
  if (ID_CHECK_CHARACTERS[sum % 11] !== idNumber[17]) return { ok: false, fault: 'check-digit' }
  return { ok: true, idNumber, birthDate, sex: Number(idNumber[16]) % 2 === 1 ? 'male' : 'female' }
}

/**
 * Checks a unified social credit code (GB 32100, 18 characters): alphabet, division digits and check character.
 * `divisionCode` is the six-digit place of registration (GB/T 2260), 100000 for national bodies.
 */
export function checkSocialCreditCode(text: string): SocialCreditCodeCheck {
  const socialCreditCode = plainCode(text)
  const characters = Array.from(socialCreditCode)
  if (characters.length !== CODE_LENGTH) return { ok: false, fault: 'length' }
  const values = characters.map((character) => CREDIT_ALPHABET.indexOf(character))
  const divisionCode = socialCreditCode.slice(2, 8)
  if (values.includes(-1) || !/^[1-9]\d{5}$/.test(divisionCode)) return { ok: false, fault: 'characters' }
  const sum = CREDIT_WEIGHTS.reduce((total, weight, index) => total + weight * (values[index] ?? 0), 0)
  if ((31 - (sum % 31)) % 31 !== values[17]) return { ok: false, fault: 'check-digit' }
  return { ok: true, socialCreditCode, divisionCode }
}

/**
 * Checks the form of a division code: 6 digits (GB/T 2260), 9 (township) or 12 (statistical). Trailing groups of zeros
 * stand for "all of it", so 110119000000 is a county. `level` is the lowest one that the code names.
 */
export function checkDivisionCode(text: string): DivisionCodeCheck {
  const divisionCode = plainCode(text)
  if (![6, 9, 12].includes(Array.from(divisionCode).length)) return { ok: false, fault: 'length' }
  if (!/^[1-9]\d+$/.test(divisionCode)) return { ok: false, fault: 'characters' }
  const [prefecture, county] = [divisionCode.slice(2, 4), divisionCode.slice(4, 6)]
  const [township, village] = [divisionCode.slice(6, 9) || '000', divisionCode.slice(9, 12) || '000']
  // Cities without districts (such as 441900) have townships directly, so only the prefecture is never left out.
  const below = [county, township, village].some((group) => Number(group) !== 0)
  if (prefecture === '00' && below) return { ok: false, fault: 'characters' }
  if (village !== '000') return township === '000' ? { ok: false, fault: 'characters' } : found('village')
  if (township !== '000') return found('township')
  if (county !== '00') return found('county')
  return found(prefecture === '00' ? 'province' : 'prefecture')

  function found(level: DivisionLevel): DivisionCodeCheck {
    return { ok: true, divisionCode, level }
  }
}

/**
 * A Chinese telephone number in national form, `13800138000` or `010-69141234`; null when it is none. Accepts +86,
 * 0086, spaces, dashes, brackets and full-width characters. Extensions and service numbers are not accepted.
 */
export function normalisePhone(text: string): string | null {
  const bare = text
    .normalize('NFKC')
    .trim()
    .replaceAll(/[\s\p{Dash_Punctuation}\u2212().]/gu, '')
  const abroad = /^(?:\+86|0086|86(?=1[3-9]\d{9}$))/.exec(bare)
  const digits = abroad === null ? bare : bare.slice(abroad[0].length)
  if (/^1[3-9]\d{9}$/.test(digits)) return digits
  // Written after +86, the area code loses its leading zero.
  const national = abroad !== null && !digits.startsWith('0') ? `0${digits}` : digits
  // Area codes 010 and 02x have eight-digit numbers, the longer ones seven or eight; none begins with 0, 1 or 9.
  const landline = /^(010|02\d)([2-8]\d{7})$/.exec(national) ?? /^(0[3-9]\d{2})([2-8]\d{6,7})$/.exec(national)
  return landline === null ? null : `${landline[1]}-${landline[2]}`
}

/** Full-width forms become plain ones, letters capital; what is inside the code stays for the check to refuse. */
function plainCode(text: string): string {
  return text.normalize('NFKC').trim().toUpperCase()
}
