/**
 * Seals stored fields again after the key was changed: maintenance of columns that modules own, done as the schema's owner, row
 * by row and without a change of meaning. Each step finds what is left by itself, so that any of them may be cut short.
 */
import type { Client } from 'pg'
import { blindIndex, decrypt, type Keyring, sealAgain, sealPrefix } from './field-encryption.ts'

/** Where sealed bytes are stored. The place that they are bound to is `table.column`. */
export interface SealedColumn {
  readonly table: string
  readonly column: string
  /** Columns of the key beside district_id; joined by blanks they are the row's id in the seal. */
  readonly ids: readonly string[]
  /** Base64 in a JSON string instead of bytes. */
  readonly isJson?: boolean
}

/** An index over the text of a sealed column. */
export interface IndexedColumn extends SealedColumn {
  readonly index: string
  /** The name under which the index was made; look-ups of several tables share it. */
  readonly indexName: string
}

const BATCH_MAX = 500
const PREFIX_BYTES = 5
// Each round comes back to what others held in the one before.
const ROUNDS_MAX = 20

interface Row {
  readonly ids: readonly string[]
  readonly sealed: Buffer
}

/** How many values of a district are sealed under which mark: the first five bytes in hexadecimal digits. */
export async function countSeals(
  client: Client,
  districtId: number,
  column: SealedColumn,
): Promise<Map<string, number>> {
  return inDistrictOf(client, districtId, async () => {
    const { rows } = await client.query<{ mark: string; count: number }>(
      `select encode(substring(${bytesOf(column)} for ${PREFIX_BYTES}), 'hex') as mark, count(*)::float8 as count
         from ${column.table} where district_id = $1 and ${column.column} is not null group by 1`,
      [districtId],
    )
    return new Map(rows.map((row) => [row.mark, row.count]))
  })
}

/**
 * Seals every value of a district's column again that is not under the current key, `BATCH_MAX` in a transaction. Rows that
 * somebody else is writing at that moment are come back to.
 * @returns how many
 */
export async function sealColumn(
  client: Client,
  keyring: Keyring,
  districtId: number,
  column: SealedColumn,
  onBatch: (count: number) => void,
): Promise<number> {
  let total = 0
  for (let round = 0; round < ROUNDS_MAX; round++) {
    let after: readonly string[] | undefined
    let inRound = 0
    do {
      const rows = await inDistrictOf(client, districtId, () => sealBatch(client, keyring, districtId, column, after))
      inRound += rows.length
      after = rows.at(-1)?.ids
      onBatch(rows.length)
    } while (after !== undefined)
    if (inRound === 0) break
    total += inRound
  }
  return total
}

async function sealBatch(
  client: Client,
  keyring: Keyring,
  districtId: number,
  column: SealedColumn,
  after: readonly string[] | undefined,
): Promise<Row[]> {
  const prefix = `substring(${bytesOf(column)} for ${PREFIX_BYTES})`
  const rows = await readRows(client, column, districtId, after, {
    condition: `and ${prefix} <> '\\x${sealPrefix(keyring).toString('hex')}'::bytea`,
    lock: 'for update skip locked',
  })
  const place = { districtId, column: `${column.table}.${column.column}` }
  const sealed = rows.map((row) => sealAgain(keyring, { ...place, rowId: row.ids.join(' ') }, row.sealed))
  await writeRows(client, districtId, column, column.column, rows, sealed)
  return rows
}

/**
 * Makes the index of every row of a district anew under the current key, in the transaction that the caller has begun. Made
 * twice it is the same.
 * @returns how many rows were looked at
 */
export async function indexAgain(
  client: Client,
  keyring: Keyring,
  districtId: number,
  column: IndexedColumn,
): Promise<number> {
  let after: readonly string[] | undefined
  let count = 0
  for (;;) {
    const rows = await readRows(client, column, districtId, after, { condition: '', lock: 'for update' })
    if (rows.length === 0) return count
    const place = { districtId, column: `${column.table}.${column.column}` }
    const made = rows.map((row) =>
      blindIndex(
        keyring,
        districtId,
        column.indexName,
        decrypt(keyring, { ...place, rowId: row.ids.join(' ') }, row.sealed),
      ),
    )
    await writeRows(client, districtId, { ...column, isJson: false }, column.index, rows, made)
    count += rows.length
    after = rows.at(-1)!.ids
  }
}

/** Begins a transaction of one district, whose rows the owner of the schema sees no other way. */
export async function inDistrictOf<T>(client: Client, districtId: number, act: () => Promise<T>): Promise<T> {
  await client.query(`begin; set local app.district = '${districtId}'`)
  try {
    const result = await act()
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}

function bytesOf({ column, isJson }: SealedColumn): string {
  return isJson === true ? `decode(${column} #>> '{}', 'base64')` : column
}

async function readRows(
  client: Client,
  column: SealedColumn,
  districtId: number,
  after: readonly string[] | undefined,
  { condition, lock }: { condition: string; lock: string },
): Promise<Row[]> {
  const ids = column.ids.join(', ')
  const places = column.ids.map((id, at) => `$${at + 2}::${typeOf(id)}`)
  const { rows } = await client.query<Row>(
    `select array[${column.ids.map((id) => `${id}::text`).join(', ')}] as ids, ${bytesOf(column)} as sealed
       from ${column.table}
      where district_id = $1 and ${column.column} is not null ${condition}
            ${after === undefined ? '' : `and (${ids}) > (${places.join(', ')})`}
      order by ${ids} limit ${BATCH_MAX} ${lock}`,
    [districtId, ...(after ?? [])],
  )
  return rows
}

function typeOf(id: string): 'uuid' | 'text' {
  return id === 'id' || id.endsWith('_id') ? 'uuid' : 'text'
}

async function writeRows(
  client: Client,
  districtId: number,
  { table, ids, isJson }: SealedColumn,
  target: string,
  rows: readonly Row[],
  values: readonly Buffer[],
): Promise<void> {
  if (rows.length === 0) return
  const keys = ids.map((_, at) => rows.map((row) => row.ids[at]))
  const value = isJson === true ? `to_jsonb(encode(v.bytes, 'base64'))` : 'v.bytes'
  const names = ids.map((_, at) => `k${at}`)
  await client.query(
    `update ${table} as t set ${target} = ${value}
       from unnest($2::bytea[], ${ids.map((id, at) => `$${at + 3}::${typeOf(id)}[]`).join(', ')}) as v (bytes, ${names.join(', ')})
      where t.district_id = $1 and ${ids.map((id, at) => `t.${id} = v.k${at}`).join(' and ')}`,
    [districtId, values, ...keys],
  )
}
