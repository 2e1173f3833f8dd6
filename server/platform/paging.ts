import { Refusal } from './refusal.ts'

/** Parts of a cursor that an earlier page gave; none when there is no cursor. A mangled one is refused. */
export function cursorOf(cursor: string | undefined, parts: number): (string | undefined)[] {
  if (cursor === undefined) return []
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (Array.isArray(values) && values.length === parts && values.every((value) => typeof value === 'string'))
      return values
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
