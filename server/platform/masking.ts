/**
 * What a screen, a list or an export shows of a personal field before somebody reveals it for a purpose.
 *
 * All functions count in grapheme clusters, so no surrogate pair, variation selector or combining mark is split, and
 * all of them prefer to hide too much: a text of no known shape loses nearly all of itself.
 */

const SEGMENTER = new Intl.Segmenter('zh-CN', { granularity: 'grapheme' })
// Of one length whatever it hides, so that it does not tell how long the hidden part is.
const HIDDEN = '****'

// Two-character surnames that are in use in China today. A name of exactly two characters is never read as one of them.
const COMPOUND_SURNAMES: ReadonlySet<string> = new Set(
  Object.values({
    ouyang: '\u6b27\u9633',
    ouyangTraditional: '\u6b50\u967d',
    shangguan: '\u4e0a\u5b98',
    huangfu: '\u7687\u752b',
    situ: '\u53f8\u5f92',
    sima: '\u53f8\u9a6c',
    zhuge: '\u8bf8\u845b',
    dongfang: '\u4e1c\u65b9',
    linghu: '\u4ee4\u72d0',
    xiahou: '\u590f\u4faf',
    yuwen: '\u5b87\u6587',
    zhangsun: '\u957f\u5b59',
    murong: '\u6155\u5bb9',
    gongsun: '\u516c\u5b59',
    duanmu: '\u7aef\u6728',
    huyan: '\u547c\u5ef6',
    nangong: '\u5357\u5bab',
    dongguo: '\u4e1c\u90ed',
    ximen: '\u897f\u95e8',
    dugu: '\u72ec\u5b64',
    zhongli: '\u949f\u79bb',
    weichi: '\u5c09\u8fdf',
    puyang: '\u6fee\u9633',
    taishi: '\u592a\u53f2',
    tantai: '\u6fb9\u53f0',
    shentu: '\u7533\u5c60',
    zhongsun: '\u4ef2\u5b59',
    xuanyuan: '\u8f69\u8f95',
    helian: '\u8d6b\u8fde',
    tuoba: '\u62d3\u8dcb',
  }),
)

// The signs by which a Chinese postal address names its levels, in the order of the levels.
const DISTRICT = /(?<!\u5c0f)\u533a|[\u53bf\u5e02\u65d7]/u // district (but not a housing estate), county, city, banner
const TOWNSHIP = /\u8857\u9053|\u9547|\u4e61|\u82cf\u6728/u // subdistrict, town, township, sumu
const VILLAGE = /\u6751|\u793e\u533a|\u5c45\u59d4\u4f1a|\u560e\u67e5/u // village, community, residents' committee, gacha
// A digit (Western, full-width or Chinese numeral before a house sign) or the signs house number, building, unit, room.
const DOOR = /[0-9\uff10-\uff19\u53f7\u680b\u5e62\u5ba4]|\u5355\u5143/u

/** `13812341234` → `138****1234`; `010-69101234` → `010-****1234`; other numbers keep at most a quarter, never over 4 digits. */
export function maskPhone(phone: string): string {
  const text = phone.normalize('NFKC').trim()
  if (text === '') return ''
  const digits = text.replace(/\D/gu, '')
  const mobile = /^(?:0{0,2}86)?(1[3-9]\d)\d{4}(\d{4})$/u.exec(digits)
  if (mobile !== null && /^[\d+()\s-]+$/u.test(text)) return `${mobile[1]}${HIDDEN}${mobile[2]}`
  // An area code is 010, 02x or 0 and three digits; what follows the number is an extension and is dropped.
  const landline = /^\(?(010|02\d|0[3-9]\d{2})\)?[\s-]*\d{3,4}[\s-]?(\d{4})(?!\d)/u.exec(text)
  if (landline !== null) return `${landline[1]}-${HIDDEN}${landline[2]}`
  const local = /^\d{4}[\s-]?(\d{4})$/u.exec(text)
  if (local !== null) return `${HIDDEN}${local[1]}`
  return `${HIDDEN}${digits.slice(digits.length - Math.min(4, Math.floor(digits.length / 4)))}`
}

/**
 * First and last character only: of an 18-digit number the region, the birthday and the sex stay hidden.
 * Numbers shorter than six characters are hidden entirely.
 */
export function maskIdNumber(idNumber: string): string {
  const parts = graphemes(idNumber.trim())
  if (parts.length < 6) return '*'.repeat(parts.length)
  return `${parts[0]}${'*'.repeat(parts.length - 2)}${parts.at(-1)}`
}

/**
 * The surname of a Han name with one star for each further character; of any other name the first letter of each
 * word; of a name with middle dots (as in Uyghur names) the first character. A single character is hidden.
 */
export function maskName(name: string): string {
  const text = name.trim()
  const dotted = text.split(/[\u00b7\u2022\u2027\u30fb]/u)
  if (dotted.length > 1) return dotted.map((part, index) => maskWord(part.trim(), index === 0 ? 1 : 0)).join('\u00b7')
  const compact = text.replace(/\s+/gu, '')
  if (/^\p{Script=Han}/u.test(compact)) {
    const parts = graphemes(compact)
    if (parts.length < 2) return '*'
    const kept = parts.length > 2 && COMPOUND_SURNAMES.has(`${parts[0]}${parts[1]}`) ? 2 : 1
    return parts.slice(0, kept).join('') + '*'.repeat(parts.length - kept)
  }
  if (compact === '') return ''
  return text
    .split(/\s+/u)
    .map((word) => maskWord(word, 1))
    .join(' ')
}

/**
 * Keeps an address up to its village or community, else its township, else its district, and hides the rest. What
 * stands before a door number is never kept beyond the level that was recognised.
 */
export function maskAddress(address: string): string {
  const text = address.trim()
  if (text === '') return ''
  const afterDistrict = endOf(DISTRICT, text, 0) ?? 0
  const afterTownship = endOf(TOWNSHIP, text, afterDistrict) ?? afterDistrict
  const afterVillage = endOf(VILLAGE, text, afterTownship) ?? afterTownship
  const end = graphemeEnd(text, afterVillage)
  return end === text.length ? text : `${text.slice(0, end)}${HIDDEN}`
}

/** Where the first match behind `from` ends, or undefined when there is none or a door stands before it. */
function endOf(sign: RegExp, text: string, from: number): number | undefined {
  const rest = text.slice(from)
  const match = sign.exec(rest)
  if (match === null) return undefined
  const end = match.index + match[0].length
  return DOOR.test(rest.slice(0, end)) ? undefined : from + end
}

/** The end of the grapheme cluster that the text before `end` finishes with. */
function graphemeEnd(text: string, end: number): number {
  if (end === 0) return 0
  const cluster = SEGMENTER.segment(text).containing(end - 1)
  return cluster === undefined ? end : cluster.index + cluster.segment.length
}

function maskWord(word: string, kept: number): string {
  const parts = graphemes(word)
  if (parts.length === 0) return ''
  return parts.length === 1 ? '*' : `${parts.slice(0, kept).join('')}***`
}

// Scripts of which each of these characters stands by itself, as in nearly every name; the segmenter is slow.
const SINGLE_CHARACTERS = /^[ -~\u4e00-\u9fff]*$/u

function graphemes(text: string): string[] {
  if (SINGLE_CHARACTERS.test(text)) return Array.from(text)
  return Array.from(SEGMENTER.segment(text), (part) => part.segment)
}
