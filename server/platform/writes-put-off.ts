/**
 * Writes that nothing waits for, collected into one statement: `with w0 as (insert …), w1 as (update …) select …`. Each
 * module writes its own part; PostgreSQL runs them all and checks foreign keys at the end (decision 0011).
 */
import type { QueryArrayResult } from 'pg'
import sql, { join, raw, type Sql } from 'sql-template-tag'

export interface PutOff {
  /** Told how many rows the write touched; what it throws undoes the transaction. */
  readonly check?: (rows: number) => Promise<void> | void
  /** Names a row that other writes may change too: of those with one name each goes out after the one before it. */
  readonly row?: string
}

interface Put extends PutOff {
  readonly write: Sql
}

export interface WritesPutOff {
  add(write: Sql, options?: PutOff): void
  isEmpty(): boolean
  hasChecks(): boolean
  flush(): Promise<void>
}

// A statement with more parts would be planned for longer than it saves.
const PARTS_MAX = 16
const NAMES: readonly Sql[] = Array.from({ length: PARTS_MAX }, (_, index) => raw(`w${index}`))

export function writesPutOff(send: (statement: Sql) => Promise<QueryArrayResult<unknown[]>>): WritesPutOff {
  let waiting: Put[] = []
  const flush = async (): Promise<void> => {
    const all = waiting
    if (all.length === 0) return
    waiting = []
    // All are sent before the first answer is waited for, so that a statement sent next comes after them.
    const batches = batchesOf(all)
    const results = await Promise.all(batches.map((batch) => send(together(batch))))
    for (const [index, batch] of batches.entries()) await runChecks(batch, results[index]!.rows[0] as number[])
  }
  return {
    add: (write, options) => void waiting.push({ write, ...options }),
    isEmpty: () => waiting.length === 0,
    hasChecks: () => waiting.some(({ check }) => check !== undefined),
    flush,
  }
}

/** In the order in which they came. The parts of one statement do not see each other's work, so one row has one of them. */
function batchesOf(all: readonly Put[]): Put[][] {
  const batches: Put[][] = []
  let rows = new Set<string>()
  for (const put of all) {
    const batch = batches.at(-1)
    if (batch === undefined || batch.length === PARTS_MAX || (put.row !== undefined && rows.has(put.row))) {
      batches.push([put])
      rows = new Set()
    } else batch.push(put)
    if (put.row !== undefined) rows.add(put.row)
  }
  return batches
}

function together(batch: readonly Put[]): Sql {
  const parts = batch.map(({ write, check }, index) =>
    check === undefined ? sql`${NAMES[index]} as (${write})` : sql`${NAMES[index]} as (${write} returning 1)`,
  )
  const counts = batch.flatMap(({ check }, index) =>
    check === undefined ? [] : [sql`(select count(*) from ${NAMES[index]})::int`],
  )
  return counts.length === 0 ? sql`with ${join(parts)} select` : sql`with ${join(parts)} select ${join(counts)}`
}

async function runChecks(batch: readonly Put[], counts: readonly number[]): Promise<void> {
  const checks = batch.flatMap(({ check }) => check ?? [])
  for (const [index, check] of checks.entries()) await check(counts[index]!)
}
