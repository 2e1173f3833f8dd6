// Where a text stops being JSON, as a person looks for it in a file: the way down through lists and objects, line and column. The
// engine's own message names no place when it meets a word that is none, such as NaN.

const SCALAR =
  /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])|(?:true|false|null)(?!\w)/uy
const BLANK = /[ \t\n\r]*/y
const WORD = /[^\s,:[\]{}]*/y
const SHOWN_CHARACTERS_MAX = 30
/** Whatever lies deeper is no file of ours: its place is told as far as this. */
const DEPTH_MAX = 200

interface Reader {
  readonly text: string
  at: number
  /** The way to what is read; where reading fails it stays as it is. */
  readonly path: (string | number)[]
}

/** Says where and what is wrong with a text that `JSON.parse` refuses. */
export function jsonFault(text: string): string {
  const reader: Reader = { text, at: 0, path: [] }
  if (readValue(reader)) skipBlank(reader)
  const { at, path } = reader
  const before = text.slice(0, at)
  const line = before.split('\n').length
  const column = at - before.lastIndexOf('\n')
  const way = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')
  return `not JSON: ${way === '' ? '' : `${way.replace(/^\./u, '')}: `}line ${line}, column ${column}: unexpected ${found(text, at)}`
}

function found(text: string, at: number): string {
  if (at >= text.length) return 'end'
  WORD.lastIndex = at
  const word = WORD.exec(text)![0]
  return word === '' ? text[at]! : word.slice(0, SHOWN_CHARACTERS_MAX)
}

function readValue(reader: Reader): boolean {
  skipBlank(reader)
  if (takes(reader, '{')) return readList(reader, '}', readMember)
  if (takes(reader, '[')) return readList(reader, ']', readItem)
  return readScalar(reader)
}

/** Reads what stands between commas, up to the mark that closes it. */
function readList(reader: Reader, close: string, read: (reader: Reader, index: number) => boolean): boolean {
  if (reader.path.length >= DEPTH_MAX) return false
  skipBlank(reader)
  if (takes(reader, close)) return true
  for (let index = 0; ; index++) {
    if (!read(reader, index)) return false
    skipBlank(reader)
    if (takes(reader, close)) return true
    if (!takes(reader, ',')) return false
  }
}

function readItem(reader: Reader, index: number): boolean {
  reader.path.push(index)
  if (!readValue(reader)) return false
  reader.path.pop()
  return true
}

function readMember(reader: Reader): boolean {
  skipBlank(reader)
  const from = reader.at
  if (reader.text[from] !== '"' || !readScalar(reader)) return false
  const key = reader.text.slice(from + 1, reader.at - 1)
  skipBlank(reader)
  if (!takes(reader, ':')) return false
  reader.path.push(key)
  if (!readValue(reader)) return false
  reader.path.pop()
  return true
}

function readScalar(reader: Reader): boolean {
  SCALAR.lastIndex = reader.at
  if (!SCALAR.test(reader.text)) return false
  reader.at = SCALAR.lastIndex
  return true
}

function takes(reader: Reader, mark: string): boolean {
  if (reader.text[reader.at] !== mark) return false
  reader.at += 1
  return true
}

function skipBlank(reader: Reader): void {
  BLANK.lastIndex = reader.at
  BLANK.test(reader.text)
  reader.at = BLANK.lastIndex
}
