import { Refusal } from './refusal.ts'
import { isUuid } from './tokens.ts'

/** What a part of a cursor must be, so that a mangled one never reaches a statement. */
export type CursorPart = 'id' | 'instant' | 'text'

const IS_PART: Record<CursorPart, (value: string) => boolean> = {
  id: isUuid,
  // As `toISOString` writes it.
  instant: (value) => /^\d{4}-\d{2}-\d{2}T[\d:.]{8,12}Z$/u.test(value) && !Number.isNaN(Date.parse(value)),
  text: (value) => value.isWellFormed() && !value.includes('\u0000'),
}

/** Parts of a cursor that an earlier page gave; none when there is no cursor. A mangled one is refused. */
export function cursorOf(cursor: string | undefined, parts: readonly CursorPart[]): (string | undefined)[] {
  if (cursor === undefined) return []
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (
      Array.isArray(values) &&
      values.length === parts.length &&
      values.every((value, index) => typeof value === 'string' && IS_PART[parts[index]!](value))
    )
      return values as string[]
  } catch {
    // Falls through to the refusal: what cannot be read is no cursor.
  }
  throw new Refusal('platform.invalid', 400, { count: 1 }, { field: 'cursor' })
}

/**
 * A page from `limit + 1` rows: the surplus row only tells that there is more.
 * @param keyOf the values after which the next page begins
 */
export function pageOf<Row>(rows: readonly Row[], limit: number, keyOf: (row: Row) => readonly string[]) {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const nextCursor =
    rows.length > limit && last !== undefined ? Buffer.from(JSON.stringify(keyOf(last))).toString('base64url') : null
  return { rows: shown, nextCursor }
}
