/**
 * Writes that nothing waits for, collected into one statement: `with w0 as (insert …), w1 as (update …) select …`. Each
 * module writes its own part; PostgreSQL runs them all and checks foreign keys at the end (decision 0011).
 */
import type { QueryArrayResult } from 'pg'
import sql, { join, raw, type Sql } from 'sql-template-tag'

interface Put {
  readonly write: Sql
  readonly check: ((rows: number) => Promise<void> | void) | undefined
}

export interface WritesPutOff {
  add(write: Sql, check?: (rows: number) => Promise<void> | void): void
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
    const batches: Put[][] = []
    for (let i = 0; i < all.length; i += PARTS_MAX) batches.push(all.slice(i, i + PARTS_MAX))
    const results = await Promise.all(batches.map((batch) => send(together(batch))))
    for (const [index, batch] of batches.entries()) await runChecks(batch, results[index]!.rows[0] as number[])
  }
  return {
    add: (write, check) => void waiting.push({ write, check }),
    isEmpty: () => waiting.length === 0,
    hasChecks: () => waiting.some(({ check }) => check !== undefined),
    flush,
  }
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
