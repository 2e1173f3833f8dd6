import { randomUUID } from 'node:crypto'
import type { Pool } from 'pg'

export interface BackupRun {
  readonly kind: 'backup' | 'drill'
  readonly name: string | null
  readonly startedAt: Date
  readonly finishedAt: Date
  readonly succeeded: boolean
  readonly bytes: number
  readonly restoreSeconds: number | null
  /** For people: one line for each thing found. */
  readonly findings: readonly string[]
}

export async function recordRun(pool: Pool, run: BackupRun): Promise<void> {
  await pool.query(
    `insert into backup_run (id, kind, name, started_at, finished_at, succeeded, bytes, restore_seconds, findings)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      randomUUID(),
      run.kind,
      run.name,
      run.startedAt,
      run.finishedAt,
      run.succeeded,
      run.bytes,
      run.restoreSeconds,
      JSON.stringify(run.findings),
    ],
  )
}

/** The newest run of a kind; undefined when there was none. */
export async function lastRun(
  pool: Pool,
  kind: BackupRun['kind'],
  { succeeded }: { succeeded?: boolean } = {},
): Promise<BackupRun | undefined> {
  const { rows } = await pool.query<BackupRun>(
    `select kind, name, started_at as "startedAt", finished_at as "finishedAt", succeeded, bytes::float8 as bytes,
            restore_seconds as "restoreSeconds", findings
       from backup_run where kind = $1 and ($2::boolean is null or succeeded = $2)
      order by started_at desc limit 1`,
    [kind, succeeded ?? null],
  )
  return rows[0]
}
