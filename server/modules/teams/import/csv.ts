/** Tables as text: what separates their cells is found out, quotes are as in RFC 4180. */
export type Separator = ',' | ';' | '\t'

export interface CsvTable {
  readonly separator: Separator
  readonly encoding: 'utf-8' | 'utf-16le' | 'gb18030'
  readonly rows: readonly (readonly string[])[]
}

const SEPARATORS: readonly Separator[] = ['\t', ';', ',']
const SAMPLE_CHARACTERS = 20_000

/** @returns null when the bytes are text in none of the encodings that spreadsheets write */
export function readCsv(bytes: Buffer, rowsMax: number): CsvTable | null {
  const decoded = decode(bytes)
  if (decoded === null || decoded.text.includes('\u0000')) return null
  const separator = separatorOf(decoded.text.slice(0, SAMPLE_CHARACTERS))
  return { separator, encoding: decoded.encoding, rows: rowsOf(decoded.text, separator, rowsMax) }
}

function decode(bytes: Buffer): { text: string; encoding: CsvTable['encoding'] } | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return textIn('utf-16le', bytes)
  // Old Excel files are GB 18030; as valid UTF-8 they hardly ever pass.
  return textIn('utf-8', bytes) ?? textIn('gb18030', bytes)
}

function textIn(encoding: CsvTable['encoding'], bytes: Buffer) {
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), encoding }
  } catch {
    return null
  }
}

/** The one that cuts most lines into the same number of cells, and more than one. */
function separatorOf(sample: string): Separator {
  const lines = sample.split(/\r?\n/u, 20).filter((line) => line !== '')
  const score = (separator: Separator) => {
    const counts = lines.map((line) => outsideQuotes(line, separator))
    const most = Math.max(0, ...counts)
    return most === 0 ? 0 : counts.filter((count) => count === most).length + most / 1000
  }
  return SEPARATORS.reduce<Separator>((best, one) => (score(one) > score(best) ? one : best), ',')
}

function outsideQuotes(line: string, separator: Separator): number {
  let [count, quoted] = [0, false]
  for (const character of line) {
    if (character === '"') quoted = !quoted
    else if (character === separator && !quoted) count++
  }
  return count
}

function rowsOf(text: string, separator: Separator, rowsMax: number): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let quoted = false
  const endRow = () => {
    row.push(cell)
    cell = ''
    rows.push(row)
    row = []
  }
  for (let at = 0; at < text.length && rows.length <= rowsMax; at++) {
    const character = text[at]!
    if (quoted) {
      if (character !== '"') cell += character
      else if (text[at + 1] === '"') {
        cell += '"'
        at++
      } else quoted = false
    } else if (character === '"' && cell === '') quoted = true
    else if (character === separator) {
      row.push(cell)
      cell = ''
    } else if (character === '\n' || character === '\r') {
      if (character === '\r' && text[at + 1] === '\n') at++
      endRow()
    } else cell += character
  }
  if (cell !== '' || row.length > 0) endRow()
  return rows
}

// A program for tables takes what begins with one of these for a formula.
const FORMULA = /^[=+\-@\t\r]/u

/** UTF-8 with a mark, which every program for tables opens; no cell of it is a formula. */
export function writeCsv(rows: readonly (readonly string[])[], separator: Separator): Buffer {
  const cell = (value: string) => {
    const harmless = FORMULA.test(value) ? `'${value}` : value
    return /["\r\n\t,;]/u.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
  }
  return Buffer.from(`\ufeff${rows.map((row) => row.map(cell).join(separator)).join('\r\n')}\r\n`)
}

/** A cell as it was meant: without the quote that keeps it from being a formula. */
export function plainCell(value: string): string {
  const text = value.trim()
  return text.startsWith("'") && FORMULA.test(text.slice(1)) ? text.slice(1).trim() : text
}
