import assert from 'node:assert/strict'
import { raw } from 'sql-template-tag'
import { type Sql, sql } from '#platform/db.ts'

/**
 * The first rows of each of several units, teams or other owners. A condition `= any(…)` loses the order of an index, so that all
 * rows of all owners would be read and sorted; so each owner gives its own first rows in order, and the whole keeps the first of these.
 * @param part a statement with its own order and limit, which names its owner as `mine.id`
 */
export function ofEach(ids: readonly string[], part: Sql): Sql {
  return sql`select part.* from unnest(${ids}::uuid[]) as mine (id) cross join lateral (${part}) part`
}

/** Of so many owners each gives its own first rows; of more, the rows of the whole district are gone through. */
export const OWNERS_EACH_MAX = 64

/**
 * `limit` with its number written out. As a parameter it would be unknown to a plan made for any values, which then prepares for
 * a tenth of all rows and reads the table from end to end.
 */
export function limitTo(rows: number): Sql {
  assert(Number.isSafeInteger(rows) && rows >= 0, 'a limit is a whole number')
  return raw(`limit ${rows}`)
}
