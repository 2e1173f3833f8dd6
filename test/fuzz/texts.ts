/** Texts as people, and as attackers, write them. */
import * as fc from 'fast-check'

const PIECES = [
  '服务',
  '义诊下乡',
  '㐀𠮷𬺰',
  '👩‍👩‍👧‍👦🏳️‍🌈',
  'مرحبا',
  'שלום',
  '\u202eabc\u202c',
  'é̂',
  'ǅß',
  '<script>alert(1)</script>',
  "'; drop table person; --",
  '%_\\',
  '${{7*7}}',
  '%00%0a',
  '{number}',
  'null',
  '０１２３',
  '　',
  ' ',
  '"',
  '\\u0000',
  '../../etc',
  '=1+1',
  'A',
  '7',
]

/** Characters that a line of text may not hold, and some that it must bear. */
export const ODD_TEXTS = [
  '\u0000',
  'a\u0000b',
  '\ud800',
  'x\udc00y',
  'a\nb',
  'a\rb',
  'a\tb',
  '\u0085',
  '\u2028',
  '\ufeff',
  '\u200b',
  '\u202e',
  '\uffff',
  '\u{10ffff}',
  '   ',
  '',
  '__proto__',
  'constructor',
  'NaN',
  '-0',
  '1e999',
] as const

/** A text between the two lengths, counted as the server counts them (UTF-16), without blanks at its ends. */
export function textArbitrary(min: number, max: number): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.constantFrom('free', 'free', 'shortest', 'longest'),
      fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }),
    )
    .map(([length, pieces]) => {
      const text = pieces.join('').trim()
      if (length === 'shortest') return fill(cut(text, min), min)
      return length === 'longest' ? fill(cut(text, max), max) : fill(cut(text, max), min)
    })
}

/** Shortens without leaving half of a surrogate pair or a blank at the end. */
function cut(text: string, length: number): string {
  const short = text.slice(0, length)
  return (short.isWellFormed() ? short : short.slice(0, -1)).trim()
}

function fill(text: string, length: number): string {
  return text.length >= length ? text : text + '字'.repeat(length - text.length)
}
