/** R14: a storm of jobs. Some fail, some outlast their lease, and the workers are killed and frozen all the while. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { YANQING } from '../../server/cli/district-plan.ts'
import { systemActor } from '../../server/platform/actor.ts'
import { openDb } from '../../server/platform/db.ts'
import { startEmbeddedPostgres } from '../../server/platform/embedded-postgres.ts'
import { openKeyring } from '../../server/platform/field-encryption.ts'
import { openJobs } from '../../server/platform/jobs.ts'
import { createLog } from '../../server/platform/log.ts'
import { migrate } from '../../server/platform/migrate.ts'
import { runWork } from '../../server/platform/work.ts'
import type { Context } from './context.ts'
import type { Random } from './random.ts'
import { STORM, STORM_LEASE, type StormJob } from './storm-worker.ts'
import type { Findings } from './verify.ts'

const WORKERS = 3
const ENQUEUED_AT_ONCE = 500
const THROWS_PERCENT = 20
/** Of those that throw, so many never end well. */
const HOPELESS_PERCENT = 20
const OVERRUNS_PERCENT = 5
const CALM_MILLISECONDS = 2_500
const FREEZE_EVERY = 3
/** Longer than a lease, shorter than the database waits for a silent transaction. */
const FREEZE_MILLISECONDS = 7_000
const POLL_MILLISECONDS = 250
const SECONDS_MAX_SMOKE = 240
const SECONDS_PER_JOB_MAX = 0.02
const SETTLED_MILLISECONDS = 2_000
const SETTINGS = { fsync: 'off', synchronous_commit: 'off' }
const TABLES = `
  create table chaos_attempt (key text primary key, attempt integer not null);
  create table chaos_effect (key text not null);
  grant select, insert, update on chaos_attempt, chaos_effect to huiyin_app`
const WORKER = fileURLToPath(new URL('./storm-worker.ts', import.meta.url))

export async function stormJobs({ random, print, atEnd }: Context, count: number): Promise<Findings> {
  const folder = await mkdtemp(join(tmpdir(), 'huiyin-storm-'))
  atEnd(() => rm(folder, { recursive: true, force: true }))
  const postgres = await startEmbeddedPostgres({ dataDir: folder, settings: SETTINGS, log: () => undefined })
  atEnd(() => postgres.stop())
  await migrate(postgres.url)
  const owner = new Client({ connectionString: postgres.url })
  owner.on('error', () => undefined)
  await owner.connect()
  atEnd(() => owner.end())
  await owner.query(TABLES)
  const jobs = Array.from({ length: count }, (_, index) => drawJob(random, index))
  await enqueue(postgres.url, jobs)
  const begun = performance.now()
  const workers = Array.from({ length: WORKERS }, () => startWorker(postgres.url))
  atEnd(async () => workers.forEach((worker) => worker.kill('SIGKILL')))
  const { kills, freezes } = await disturb(postgres.url, owner, workers, random, count)
  const seconds = (performance.now() - begun) / 1000
  // A frozen worker that wakes up now would still find what it had.
  await sleep(SETTLED_MILLISECONDS)
  await Promise.all(workers.map((worker) => end(worker)))
  const found = await compare(owner, jobs)
  print(
    `job-storm: ${count} jobs in ${Math.round(seconds)} s (${Math.round(count / seconds)} a second), ` +
      `${found.attempts} attempts, ${found.done} done, ${found.dead} given up, ${kills} workers killed, ${freezes} frozen`,
  )
  return {
    'every job is done once or given up': found.faults,
    'only hopeless jobs are given up': found.innocent,
  }
}

function drawJob(random: Random, index: number): StormJob {
  const throwsAtAll = random.below(100) < THROWS_PERCENT
  const isHopeless = throwsAtAll && random.below(100) < HOPELESS_PERCENT
  return {
    key: `job-${index}`,
    throws: isHopeless ? Number.MAX_SAFE_INTEGER : throwsAtAll ? 1 + random.below(2) : 0,
    overruns: random.below(100) < OVERRUNS_PERCENT,
  }
}

/** As operations do: in the transaction that made the work. */
async function enqueue(url: string, jobs: readonly StormJob[]): Promise<void> {
  const db = openDb(url, openKeyring({ kek: randomBytes(32) }), { poolMax: 4 })
  const queue = await openJobs(db, createLog({ level: 'error' }), [STORM], { worker: false, lease: STORM_LEASE })
  for (let from = 0; from < jobs.length; from += ENQUEUED_AT_ONCE) {
    await runWork({ db, jobs: queue }, systemActor(YANQING), async (work) => {
      for (const job of jobs.slice(from, from + ENQUEUED_AT_ONCE)) work.enqueue({ name: STORM, data: { ...job } })
    })
  }
  await queue.stop()
  await db.close()
}

function startWorker(url: string): ChildProcess {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] }
  return spawn(process.execPath, [WORKER, url], { stdio: ['ignore', 'ignore', 'inherit'], env })
}

/** Kills a worker now and then and starts another one, and freezes every third, until no job is left. */
async function disturb(
  url: string,
  owner: Client,
  workers: ChildProcess[],
  random: Random,
  count: number,
): Promise<{ kills: number; freezes: number }> {
  const deadline = performance.now() + Math.max(SECONDS_MAX_SMOKE, count * SECONDS_PER_JOB_MAX) * 1000
  let [kills, freezes] = [0, 0]
  for (let next = performance.now() + CALM_MILLISECONDS; (await undone(owner)) > 0; await sleep(POLL_MILLISECONDS)) {
    if (performance.now() > deadline) break
    if (performance.now() < next) continue
    // One that could not start on a busy machine is started again, as whoever keeps a server does.
    for (const [place, worker] of workers.entries()) if (hasEnded(worker)) workers[place] = startWorker(url)
    const index = random.below(workers.length)
    if ((kills + freezes) % FREEZE_EVERY === FREEZE_EVERY - 1) {
      freezes++
      const frozen = workers[index]!
      frozen.kill('SIGSTOP')
      await sleep(FREEZE_MILLISECONDS)
      frozen.kill('SIGCONT')
    } else {
      kills++
      await end(workers[index]!)
      workers[index] = startWorker(url)
    }
    next = performance.now() + CALM_MILLISECONDS
  }
  return { kills, freezes }
}

function hasEnded(worker: ChildProcess): boolean {
  return worker.exitCode !== null || worker.signalCode !== null
}

async function end(worker: ChildProcess): Promise<void> {
  if (hasEnded(worker)) return
  const ended = once(worker, 'exit')
  worker.kill('SIGKILL')
  await ended
}

async function undone(owner: Client): Promise<number> {
  const { rows } = await owner.query<{ count: number }>(
    `select count(*)::int as count from pgboss.job where name = $1 and state in ('created', 'retry', 'active')`,
    [STORM],
  )
  return rows[0]!.count
}

/** Each job by its key: done with one effect, or given up with none. */
async function compare(owner: Client, jobs: readonly StormJob[]) {
  const { rows } = await owner.query<{ key: string; state: string; effects: number; attempts: number }>(
    `select j.data ->> 'key' as key, j.state,
            (select count(*)::int from chaos_effect e where e.key = j.data ->> 'key') as effects,
            coalesce((select attempt from chaos_attempt a where a.key = j.data ->> 'key'), 0) as attempts
       from pgboss.job j where j.name = $1`,
    [STORM],
  )
  const byKey = Map.groupBy(rows, (row) => row.key)
  const faults = jobs.flatMap(({ key }) => {
    const [row, ...more] = byKey.get(key) ?? []
    if (row === undefined || more.length > 0)
      return [`${key} is there ${more.length + Number(row !== undefined)} times`]
    const isRight = (row.state === 'completed' && row.effects === 1) || (row.state === 'failed' && row.effects === 0)
    return isRight ? [] : [`${key} is ${row.state} and had ${row.effects} effects in ${row.attempts} attempts`]
  })
  const hopeless = new Set(jobs.filter(({ throws }) => throws > STORM_LEASE.retriesMax).map(({ key }) => key))
  const dead = rows.filter(({ state }) => state === 'failed')
  return {
    faults,
    innocent: dead
      .filter(({ key }) => !hopeless.has(key))
      .map(({ key, attempts }) => `${key} was given up after ${attempts} attempts`),
    done: rows.filter(({ state }) => state === 'completed').length,
    dead: dead.length,
    attempts: rows.reduce((sum, row) => sum + row.attempts, 0),
  }
}
