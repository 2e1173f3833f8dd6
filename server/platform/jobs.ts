import type pg from 'pg'
import { getConstructionPlans, getMigrationPlans, PgBoss } from 'pg-boss'
import queuePackage from 'pg-boss/package.json' with { type: 'json' }
import { systemActor } from './actor.ts'
import type { Db } from './db.ts'
import type { Log } from './log.ts'
import { type Job, type JobSender, runWork, type Work } from './work.ts'

export type { Job }

/** What a module exports for each job it can do; `run` gets its own transaction and must bear being run twice. */
export interface JobDefinition {
  readonly name: string
  /** Cron expression in the district's zone, for jobs that recur; such a job runs for every district. */
  readonly cron?: string
  run(work: Work, data: Readonly<Record<string, unknown>>): Promise<void>
}

export interface JobQueue extends JobSender {
  /** Begins to run jobs in this process. */
  work(host: { db: Db; log: Log }, definitions: readonly JobDefinition[]): Promise<void>
  stop(): Promise<void>
}

const SCHEMA = 'pgboss'
const RETRIES_MAX = 5
const POLLING_SECONDS = 1
const JOB_SECONDS_MAX = 60
const STOP_SECONDS_MAX = 8

/** Installs or upgrades the queue's own schema, as the owner. Run within migration. */
export async function installJobSchema(owner: pg.Client): Promise<void> {
  const found = await owner.query(`select to_regclass('${SCHEMA}.version') as version`)
  if (found.rows[0].version === null) {
    await owner.query(getConstructionPlans(SCHEMA))
  } else {
    const { rows } = await owner.query<{ version: number }>(`select version from ${SCHEMA}.version`)
    const version = rows[0]!.version
    if (version < queuePackage.pgboss.schema) await owner.query(getMigrationPlans(SCHEMA, version))
  }
  await owner.query(`
    grant usage on schema ${SCHEMA} to huiyin_app;
    grant select, insert, update, delete on all tables in schema ${SCHEMA} to huiyin_app;
    grant usage, select on all sequences in schema ${SCHEMA} to huiyin_app;
    grant execute on all functions in schema ${SCHEMA} to huiyin_app`)
}

/** Opens the queue in the application's database, with queues for the given job names. */
export async function openJobs(
  db: Db,
  log: Log,
  names: readonly string[],
  options: { worker: boolean },
): Promise<JobQueue> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => db.pool.query(text, values as unknown[]) },
    schema: SCHEMA,
    migrate: false,
    createSchema: false,
    supervise: options.worker,
    schedule: options.worker,
    reindex: false,
    monitorVacuum: false,
  })
  boss.on('error', (error) => log.error({ err: error }, 'job queue error'))
  await boss.start()
  const existing = new Set((await boss.getQueues()).map((queue) => queue.name))
  for (const name of names) {
    if (!existing.has(name)) {
      await boss.createQueue(name, { retryLimit: RETRIES_MAX, retryBackoff: true, expireInSeconds: JOB_SECONDS_MAX })
    }
  }
  // Sending nothing makes a queue known. Else its first sender would ask for it on a second connection while its transaction
  // holds one, and as many first senders as the pool has connections would wait for one another.
  for (const name of names) await boss.insert(name, [])
  const queue: JobQueue = {
    async sendWithin(tx, jobs) {
      for (const [name, batch] of Map.groupBy(jobs, (job) => job.name)) {
        const rows = batch.map((job) => ({ data: { ...job.data, districtId: tx.districtId } }))
        await boss.insert(name, rows, {
          db: { executeSql: (text, values) => tx.raw(text, values) },
        })
      }
    },
    async work(host, definitions) {
      for (const definition of definitions) await listen(boss, queue, host, definition)
    },
    stop: () => boss.stop({ graceful: true, timeout: STOP_SECONDS_MAX * 1000 }),
  }
  return queue
}

async function listen(
  boss: PgBoss,
  jobs: JobQueue,
  host: { db: Db; log: Log },
  definition: JobDefinition,
): Promise<void> {
  if (definition.cron !== undefined) await boss.schedule(definition.name, definition.cron)
  await boss.work<Record<string, unknown> | null>(
    definition.name,
    { pollingIntervalSeconds: POLLING_SECONDS },
    async ([job]) => {
      const data = job?.data ?? {}
      const districts = typeof data['districtId'] === 'number' ? [data['districtId']] : await districtIds(host.db)
      for (const districtId of districts) {
        await runWork({ db: host.db, jobs }, systemActor(districtId), (work) => definition.run(work, data))
      }
    },
  )
}

/** Every district of this installation; the table of districts is shared reference data. */
export async function districtIds(db: Db): Promise<number[]> {
  const { rows } = await db.pool.query<{ id: number }>('select id from district order by id')
  return rows.map((row) => row.id)
}
