import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import type { TestDatabase } from './database.ts'

const LOOK_MILLISECONDS = 5

/**
 * Runs operations so that each has read everything before any of them writes: whoever writes to the table waits until all do.
 * @param acts each must come to write to `table`, or to wait for one that does
 */
export async function writingAtOnce<T>(
  database: Pick<TestDatabase, 'ownerUrl'>,
  table: string,
  acts: readonly (() => Promise<T>)[],
): Promise<T[]> {
  const [gate, observer] = [database, database].map(({ ownerUrl }) => new Client({ connectionString: ownerUrl })) as [
    Client,
    Client,
  ]
  await Promise.all([gate.connect(), observer.connect()])
  try {
    await gate.query(`begin; lock table ${table} in share mode`)
    const running = Promise.all(acts.map((act) => act()))
    // Told below, also when the wait for the others fails first.
    running.catch(() => undefined)
    // By a connection of its own: within a transaction the list of sessions stays as it was first read.
    await waiting(observer, acts.length)
    await gate.query('commit')
    return await running
  } finally {
    await Promise.all([gate.end(), observer.end()])
  }
}

async function waiting(observer: Client, count: number): Promise<void> {
  for (;;) {
    const { rows } = await observer.query<{ waiting: number }>(`
      select count(distinct pid)::int as waiting from pg_locks
       where not granted and pid in (select pid from pg_stat_activity where datname = current_database())`)
    if (rows[0]!.waiting >= count) return
    await sleep(LOOK_MILLISECONDS)
  }
}
