import type { CallInput } from '../../../shared/api-client.ts'
import type { targetGroups } from '../../../../contract/catalogue.ts'

type BatchOrder = NonNullable<CallInput<'placeOrderBatch'>['body']>['orders'][number]

export const BATCH_ROWS_MAX = 50

/** One row as it is typed: texts, until it is sent. */
export interface BatchRow {
  readonly key: string
  readonly title: string
  readonly category: string
  readonly contactName: string
  readonly contactPhone: string
  readonly headcount: string
  readonly venue: string
  readonly details: string
}

export type BatchField = Exclude<keyof BatchRow, 'key'>

/** The order of the columns, in the table and in what is pasted. */
export const BATCH_FIELDS: readonly BatchField[] = [
  'title',
  'category',
  'contactName',
  'contactPhone',
  'headcount',
  'venue',
  'details',
]

let made = 0

export function emptyRow(given: Partial<BatchRow> = {}): BatchRow {
  made += 1
  const empty = { title: '', category: '', contactName: '', contactPhone: '', headcount: '', venue: '', details: '' }
  return { ...empty, ...given, key: `row-${made}` }
}

export function isEmptyRow(row: BatchRow): boolean {
  return BATCH_FIELDS.every((field) => row[field].trim() === '')
}

/**
 * Cells of a table copied from a spreadsheet (tabs) or a CSV text (commas, quoted where needed), as rows of texts. A text
 * with a tab in it is a copied table.
 */
export function cellsOf(text: string): readonly (readonly string[])[] {
  const separator = text.includes('\t') ? '\t' : ','
  const rows: string[][] = [[]]
  let cell = ''
  let quoted = false
  const endCell = () => {
    rows.at(-1)?.push(cell.trim())
    cell = ''
  }
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at)
    if (quoted && sign === '"' && text.charAt(at + 1) === '"') {
      cell += '"'
      at += 1
    } else if (sign === '"' && (quoted || cell === '')) quoted = !quoted
    else if (!quoted && sign === separator) endCell()
    else if (!quoted && (sign === '\n' || sign === '\r')) {
      endCell()
      if (sign === '\r' && text.charAt(at + 1) === '\n') at += 1
      rows.push([])
    } else cell += sign
  }
  endCell()
  return rows.filter((row) => row.some((content) => content !== ''))
}

/**
 * Rows from pasted text. A first line whose cells are names of columns says in which order they stand, otherwise they
 * stand as in the table. `nameOf` gives the names by which a heading is known.
 */
export function rowsFrom(text: string, namesOf: (field: BatchField) => readonly string[]): readonly BatchRow[] {
  const cells = cellsOf(text)
  const [head = []] = cells
  const fieldOf = (name: string) =>
    BATCH_FIELDS.find((field) => namesOf(field).some((known) => known.toLowerCase() === name.toLowerCase()))
  const named = head.map(fieldOf)
  const hasHead = named.filter((field) => field !== undefined).length >= 2
  const columns = hasHead ? named : BATCH_FIELDS
  return cells.slice(hasHead ? 1 : 0).map((row) => {
    const given: Partial<Record<BatchField, string>> = {}
    for (const [at, content] of row.entries()) {
      const field = columns[at]
      if (field !== undefined) given[field] = content
    }
    return emptyRow(given)
  })
}

interface RowContext {
  readonly unitId: string
  readonly targetGroup: (typeof targetGroups)[number]
  readonly windowFrom: string | null
  readonly windowUntil: string | null
}

/** The order that a row asks for; what every row of the batch shares comes from the context. */
export function orderOf(row: BatchRow, context: RowContext): BatchOrder {
  return {
    ...context,
    categoryId: row.category,
    offeringId: null,
    title: row.title,
    details: row.details,
    address: null,
    venue: row.venue,
    headcount: Number(row.headcount === '' ? '1' : row.headcount),
    urgency: 'normal',
    risks: [],
    agreementTriggers: [],
    contactName: row.contactName,
    contactPhone: row.contactPhone,
  }
}

const NEEDED: readonly BatchField[] = ['title', 'category', 'contactName', 'contactPhone']

/** Cells that must be filled in and are empty, as `<row> <field>`; rows without any word are left out of a batch. */
export function emptyCells(rows: readonly BatchRow[]): readonly string[] {
  return rows.flatMap((row, at) =>
    isEmptyRow(row) ? [] : NEEDED.filter((field) => row[field].trim() === '').map((field) => `${at} ${field}`),
  )
}

/** The field of a row that a server's fault such as `orders.3.contactPhone` names. */
export function cellAtFault(path: string): { readonly row: number; readonly field: BatchField } | undefined {
  const match = /^orders\.(\d+)\.(\w+)$/u.exec(path)
  if (match === null) return undefined
  const name = match[2] === 'categoryId' ? 'category' : match[2]
  const field = BATCH_FIELDS.find((known) => known === name)
  return field === undefined ? undefined : { row: Number(match[1]), field }
}
