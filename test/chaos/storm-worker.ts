/**
 * A process of the job storm: works off its queue as the server does, until it is killed.
 *
 *   node test/chaos/storm-worker.ts DATABASE_URL
 */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { openDb, sql } from '../../server/platform/db.ts'
import { openKeyring } from '../../server/platform/field-encryption.ts'
import { type JobDefinition, openJobs } from '../../server/platform/jobs.ts'
import { createLog } from '../../server/platform/log.ts'

/** The queue of the storm, and how long its workers keep a job. */
export const STORM = 'chaos.storm'
export const STORM_LEASE = { jobSecondsMax: 1, retriesMax: 8, retryPauseSecondsMax: 1 }
const OVERRUN_MILLISECONDS = 1_400
const LISTENERS = 3

/** What a job of the storm does before it has its effect; `throws` counts the attempts that fail. */
export interface StormJob {
  readonly key: string
  readonly throws: number
  readonly overruns: boolean
}

const [url] = process.argv.slice(2)
if (url !== undefined && process.argv[1]?.endsWith('storm-worker.ts') === true) await workOff(url)

async function workOff(databaseUrl: string): Promise<void> {
  const log = createLog({ level: 'error' })
  const db = openDb(databaseUrl, openKeyring({ kek: randomBytes(32) }), { poolMax: 8 })
  const definition: JobDefinition = {
    name: STORM,
    async run({ tx }, data) {
      const { key, throws, overruns } = data as unknown as StormJob
      // Counted outside of the job's own transaction, which leaves nothing when it fails.
      const { rows } = await db.pool.query<{ attempt: number }>(
        `insert into chaos_attempt as a (key, attempt) values ($1, 1)
         on conflict (key) do update set attempt = a.attempt + 1 returning attempt`,
        [key],
      )
      const { attempt } = rows[0]!
      await tx.run(sql`insert into chaos_effect (key) values (${key})`)
      if (overruns && attempt === 1) await sleep(OVERRUN_MILLISECONDS)
      if (attempt <= throws) throw new Error(`attempt ${attempt} of ${key} fails as planned`)
    },
  }
  for (let index = 0; index < LISTENERS; index++) {
    const jobs = await openJobs(db, log, [STORM], { worker: true, lease: STORM_LEASE })
    await jobs.work({ db, log }, [definition])
  }
  process.stdout.write('working\n')
}
