import { isDeepStrictEqual } from 'node:util'
import type pg from 'pg'
import { getConstructionPlans, getMigrationPlans, type Job as ClaimedJob, type JobResult, PgBoss } from 'pg-boss'
import queuePackage from 'pg-boss/package.json' with { type: 'json' }
import { systemActor } from './actor.ts'
import type { Db, Tx } from './db.ts'
import type { Log } from './log.ts'
import { type Job, type JobSender, runWork, type Work } from './work.ts'

export type { Job }

/**
 * What a module exports for each job it can do. `run` gets its own transaction, in which the job is marked as done as well: a
 * job of one district has its effect once. A recurring job runs in one transaction for each district, and what reaches beyond
 * the database (a message gateway) may see a job twice; both must bear it.
 */
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
/** One worker takes so many at once; each has its own transaction. A gateway that hangs takes 3 s from each. */
const BATCH_JOBS_MAX = 10
const JOB_SECONDS_MAX = 60
/** A worker that is not heard of for so long has lost its jobs to others; the least that the queue allows. */
const HEARTBEAT_SECONDS = 10
const SUPERVISE_SECONDS = 5
const STOP_SECONDS_MAX = 8

/** How long a worker keeps a job. Tests shorten it. */
export interface Lease {
  readonly jobSecondsMax?: number
  readonly retriesMax?: number
  /** The pause before a retry doubles up to this. */
  readonly retryPauseSecondsMax?: number
}

/** The job was given to another worker while this one stood still. */
class LostClaimError extends Error {
  override readonly name = 'LostClaimError'
}

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

/**
 * The machine's time as it was when this process began, carried on by a clock that nobody sets. The package reckons its
 * pauses from two looks at the time: when the machine's clock is set back by an hour, its workers would sleep an hour.
 */
const steadyClock = {
  now: () => Math.round(performance.timeOrigin + performance.now()),
  setTimeout: (act: () => void, milliseconds: number) => setTimeout(act, milliseconds),
  clearTimeout: (timer: unknown) => clearTimeout(timer as NodeJS.Timeout),
  setInterval: (act: () => void, milliseconds: number) => setInterval(act, milliseconds),
  clearInterval: (timer: unknown) => clearInterval(timer as NodeJS.Timeout),
}

/** Opens the queue in the application's database, with queues for the given job names. */
export async function openJobs(
  db: Db,
  log: Log,
  names: readonly string[],
  options: { worker: boolean; lease?: Lease },
): Promise<JobQueue> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => db.pool.query(text, values as unknown[]) },
    schema: SCHEMA,
    clock: steadyClock,
    migrate: false,
    createSchema: false,
    supervise: options.worker,
    schedule: options.worker,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
    reindex: false,
    monitorVacuum: false,
  })
  boss.on('error', (error) => log.error({ err: error }, 'job queue error'))
  await boss.start()
  const existing = new Map((await boss.getQueues()).map((queue) => [queue.name, queue]))
  const rules = {
    retryLimit: options.lease?.retriesMax ?? RETRIES_MAX,
    retryBackoff: true,
    ...(options.lease?.retryPauseSecondsMax !== undefined && { retryDelayMax: options.lease.retryPauseSecondsMax }),
    expireInSeconds: options.lease?.jobSecondsMax ?? JOB_SECONDS_MAX,
    heartbeatSeconds: HEARTBEAT_SECONDS,
  }
  for (const name of names) {
    const known = existing.get(name)
    if (known === undefined) await boss.createQueue(name, rules)
    // Only what changed is written: a start would wait for every process that holds the queue's row, also for one that stands still.
    else if (!isDeepStrictEqual({ ...known, ...rules }, known)) await boss.updateQueue(name, rules)
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
  const options = {
    pollingIntervalSeconds: POLLING_SECONDS,
    batchSize: BATCH_JOBS_MAX,
    burstWhenBatchFull: true,
    perJobResults: true,
  } as const
  await boss.work<JobData | null, JobResult[], typeof options>(definition.name, options, async (batch) => {
    const results: JobResult[] = []
    for (const job of batch) {
      // After the lease's end the rest is others' work.
      if (job.signal.aborted) break
      results.push(await runJob(boss, jobs, host, definition, job))
    }
    return results
  })
}

type JobData = Readonly<Record<string, unknown>>

async function runJob(
  boss: PgBoss,
  jobs: JobQueue,
  host: { db: Db; log: Log },
  definition: JobDefinition,
  job: ClaimedJob<JobData | null>,
): Promise<JobResult> {
  const data = job.data ?? {}
  try {
    const districts = typeof data['districtId'] === 'number' ? [data['districtId']] : await districtIds(host.db)
    for (const districtId of districts) {
      await runWork({ db: host.db, jobs }, systemActor(districtId), async (work) => {
        await definition.run(work, data)
        if (districtId === districts.at(-1)) await markDone(boss, work.tx, definition.name, job)
      })
    }
    return { id: job.id, status: 'completed' }
  } catch (error) {
    host.log.warn({ err: error, job: definition.name, jobId: job.id, attempt: job.retryCount }, 'a job failed')
    return { id: job.id, status: 'failed', output: { message: (error as Error).message } }
  }
}

/**
 * Marks the job as done in the transaction that holds its effect, by the attempt this worker was given: a worker that stood
 * still while the job went to another one finds its claim gone, and nothing of its work stays.
 */
async function markDone(boss: PgBoss, tx: Tx, name: string, job: ClaimedJob<JobData | null>): Promise<void> {
  const db = { executeSql: (text: string, values?: unknown[]) => tx.raw(text, values) }
  // The package declares the answer without its fields.
  const { affected } = (await boss.complete(name, job, null, { db })) as { affected: number }
  if (affected === 0) throw new LostClaimError(`Attempt ${job.retryCount} of ${name} ${job.id} is no longer ours.`)
}

/** Every district of this installation; the table of districts is shared reference data. */
export async function districtIds(db: Db): Promise<number[]> {
  const { rows } = await db.pool.query<{ id: number }>('select id from district order by id')
  return rows.map((row) => row.id)
}
