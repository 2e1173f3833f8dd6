/**
 * The worker of a simulated district, stepped by the simulation instead of by timers: jobs in the order they were sent, sweeps
 * at the instants at which something falls due, sealing. It can be made to fail as workers do.
 */
import { systemActor } from '../../server/platform/actor.ts'
import { DELIVER } from '../../server/modules/notifications/index.ts'
import type { Job } from '../../server/platform/jobs.ts'
import { runWork, type WorkHost } from '../../server/platform/work.ts'
import { sealDistrict, sweepDistrict } from '../../server/worker/sweep.ts'
import { YANQING } from './cast.ts'
import type { District } from './district.ts'
import { breakingDb, SimulatedFailure } from './faults.ts'
import type { JobTrouble } from './step.ts'

interface WaitingJob extends Job {
  /** Null for the delivery of messages, which the queue does not know. */
  readonly id: string | null
  readonly retries: number
}

export interface Worker {
  /** Until when nothing of it runs, in milliseconds of business time. */
  downUntil: number
  /** What the next runs of a job meet, by the job's name. */
  readonly troubles: Map<string, JobTrouble[]>
  /** The statement at which the next sweep loses its connection; 0 for none. */
  sweepBreaksAt: number
  /** Nothing waits since the jobs ran last, unless something was sent meanwhile. */
  isDrained: boolean
  /** Runs every job that waits, those they send included. @returns what ran, for the history */
  runJobs(): Promise<string[]>
  /** Settles what is due now, and seals. @returns how many matters were settled */
  sweep(): Promise<number>
}

const RETRIES_MAX = 5
const ROUNDS_MAX = 30

export function openWorker(district: District): Worker {
  const { host, ground } = district
  const worker: Worker = {
    downUntil: 0,
    troubles: new Map(),
    sweepBreaksAt: 0,
    isDrained: true,
    async runJobs() {
      const ran: string[] = []
      worker.isDrained = false
      if (district.now() < worker.downUntil) return ran
      for (let round = 0; round < ROUNDS_MAX; round++) {
        const waiting = [...(await deliveryOf(district, round)), ...(await waitingJobs(district))]
        if (waiting.length === 0) {
          worker.isDrained = true
          return ran
        }
        let isStuck = true
        for (const job of waiting) {
          const end = await runOne(district, job, worker.troubles.get(job.name)?.shift())
          ran.push(`${job.name} ${end}`)
          if (end === 'done') isStuck = false
        }
        // What failed waits for the next time, as the queue's pause between retries makes it.
        if (isStuck) return ran
      }
      throw new Error('Jobs send one another without an end.')
    },
    async sweep() {
      if (district.now() < worker.downUntil) return 0
      let settled = 0
      if (worker.sweepBreaksAt > 0) {
        const logged = district.errors.length
        const broken = breakingDb(host.db, { at: 'statement', n: worker.sweepBreaksAt }, 0)
        worker.sweepBreaksAt = 0
        settled += await sweepDistrict({ ...host, db: broken.db }, district.log, YANQING).catch((error: unknown) => {
          if (error instanceof SimulatedFailure) return 0
          throw error
        })
        if (broken.fired()) forgetErrors(district, logged)
      }
      settled += await sweepDistrict(host, district.log, YANQING)
      await sealDistrict(host, ground.districtId)
      return settled
    },
  }
  return worker
}

/** The errors that a failure on purpose left in the log are no findings. */
export function forgetErrors(district: District, from: number): void {
  const kept = district.errors.slice(from).filter((line) => !line.includes(SimulatedFailure.name))
  district.errors.splice(from, Infinity, ...kept)
}

/** The delivery that a worker tries each second, if a message waits for it; those that the gateway refused are asked for once. */
async function deliveryOf({ ground, gateway }: District, round: number): Promise<WaitingJob[]> {
  const [waiting] = await ground.rows<{ fresh: number; late: number }>(
    {
      name: 'simulation-waiting-messages',
      text: `select count(*) filter (where attempts = 0)::int as fresh, count(*) filter (where attempts > 0)::int as late
               from message where district_id = $1 and handed_over_at is null and failed_at is null`,
    },
    [ground.districtId],
  )
  gateway.hasRefused = waiting!.late > 0
  const isTried = waiting!.fresh > 0 || (waiting!.late > 0 && round === 0)
  return isTried ? [{ id: null, name: DELIVER, data: {}, retries: 0 }] : []
}

function waitingJobs({ ground }: District): Promise<WaitingJob[]> {
  // Ids of jobs are random; what they are about is not.
  return ground.rows({
    name: 'simulation-waiting-jobs',
    text: `select id, name, data, retry_count as retries from pgboss.job where state in ('created', 'retry')
            order by created_on, name, data ->> 'messageId', data ->> 'orderId', id limit 200`,
  })
}

type End = 'done' | 'failed' | 'gave up'

async function runOne(district: District, job: WaitingJob, trouble: JobTrouble | undefined): Promise<End> {
  const { host, owner, definitions } = district
  const definition = definitions.find((one) => one.name === job.name)
  const actor = systemActor(YANQING)
  const run = (then?: () => never) =>
    runWork(host satisfies WorkHost, actor, async (work) => {
      await definition?.run(work, job.data)
      then?.()
    })
  try {
    if (trouble === 'throws') {
      await run(() => {
        throw new SimulatedFailure('the job failed before its commit')
      })
    }
    await run()
    if (trouble === 'runs-twice') await run()
    if (trouble === 'dies-after-commit')
      throw new SimulatedFailure('the worker died before it said that the job is done')
  } catch (error) {
    if (!(error instanceof SimulatedFailure)) throw error
    if (job.id === null) return 'failed'
    const isLast = job.retries >= RETRIES_MAX
    await owner.query('update pgboss.job set state = $2, retry_count = retry_count + 1 where id = $1', [
      job.id,
      isLast ? 'failed' : 'retry',
    ])
    return isLast ? 'gave up' : 'failed'
  }
  if (job.id !== null)
    await owner.query(`update pgboss.job set state = 'completed', completed_on = now() where id = $1`, [job.id])
  return 'done'
}
