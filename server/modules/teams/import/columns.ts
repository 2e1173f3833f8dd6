import { translator } from '#i18n/translate.ts'

/** What can be imported of a person. */
export const IMPORT_FIELDS = [
  'name',
  'phone',
  'id-number',
  'skills',
  'village',
  'team',
  'beijing-number',
  'national-number',
] as const
export type ImportField = (typeof IMPORT_FIELDS)[number]

/** For each column the field that stands in it, or null. */
export type Mapping = readonly (ImportField | null)[]

export interface Header {
  /** The row in which the names of the columns stand; what is above it is a title. */
  readonly row: number
  readonly mapping: Mapping
}

const ROWS_LOOKED_AT = 10

/** The row that names the most fields. Titles merged over the whole width and empty rows above it are passed over. */
export function guessHeader(rows: readonly (readonly string[])[]): Header {
  const candidates = rows.slice(0, ROWS_LOOKED_AT).map((row, at) => ({ row: at, mapping: guessMapping(row) }))
  const named = (header: Header) => header.mapping.filter((field) => field !== null).length
  return candidates.reduce((best, one) => (named(one) > named(best) ? one : best), candidates[0]!)
}

/** Every field at most once: the first column that is called like it. */
function guessMapping(header: readonly string[]): Mapping {
  const words = namesOfFields()
  const used = new Set<ImportField>()
  return header.map((name) => {
    const plain = plainName(name)
    const field = plain === '' ? undefined : IMPORT_FIELDS.find((one) => !used.has(one) && words.get(one)!.has(plain))
    if (field === undefined) return null
    used.add(field)
    return field
  })
}

let known: ReadonlyMap<ImportField, ReadonlySet<string>> | undefined

/** How each field is called in lists, in both languages. */
function namesOfFields(): ReadonlyMap<ImportField, ReadonlySet<string>> {
  known ??= new Map(
    IMPORT_FIELDS.map((field) => {
      const names = (['zh-CN', 'en'] as const).flatMap((locale) =>
        translator(locale)(`teams.import-names.${field}`).split('|'),
      )
      return [field, new Set(names.map(plainName))]
    }),
  )
  return known
}

/** Without blanks, brackets, stars and colons, which people add: "Mobile (required)*". */
function plainName(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/[([\u3010].*?[)\]\u3011]/gu, '')
    .replace(/[\s*:._\-/]/gu, '')
    .toLowerCase()
}

const LETTERS = 26

/** How programs for tables call a column, counted from 0: A to Z, then AA. */
export function columnLetters(at: number): string {
  const last = String.fromCodePoint(65 + (at % LETTERS))
  return at < LETTERS ? last : `${columnLetters(Math.floor(at / LETTERS) - 1)}${last}`
}
