import { sql, type Tx } from '#platform/db.ts'
import { queryKeys, type SearchKeys, searchKeys } from '#platform/pinyin.ts'

// A district has a few hundred names; this holds those of many districts and renamings.
const NAMES_MAX = 20_000
const keysByName = new Map<string, SearchKeys>()

/**
 * Units whose name sounds like the Latin letters typed, in whole or by initials: "yongning" or "yn". A district is small enough
 * to be looked through here, so that names need no stored keys.
 * @param on the names of this date, 'YYYY-MM-DD'
 */
export async function unitsSounding(tx: Tx, q: string, on: string): Promise<string[]> {
  const { bigrams, letters } = queryKeys(q)
  if (letters.length === 0) return []
  const rows = await tx.rows<{ unitId: string; name: string }>(sql`
    select unit_id, name from unit_period
     where district_id = ${tx.districtId} and valid_from <= ${on}::date and (valid_until is null or valid_until > ${on}::date)`)
  return rows
    .filter(({ name }) => {
      const keys = keysOf(name)
      return (
        bigrams.every((pair) => keys.bigrams.includes(pair)) &&
        letters.every(({ text, columns }) => columns.some((column) => keys[column].includes(text)))
      )
    })
    .map((row) => row.unitId)
}

function keysOf(name: string): SearchKeys {
  let keys = keysByName.get(name)
  if (keys === undefined) {
    if (keysByName.size >= NAMES_MAX) keysByName.clear()
    keysByName.set(name, (keys = searchKeys(name)))
  }
  return keys
}
