import { dueActivityMatters, lapseActivityMatter } from '#modules/activities/index.ts'
import { bookNoticed, dueHoursMatters, lapseHoursMatter, sealHours } from '#modules/hours/index.ts'
import { countPendingRates, dueMatters, lapse } from '#modules/orders/index.ts'
import { expireHolds } from '#modules/points/index.ts'
import { dueRecordMatters, lapseRecordMatter } from '#modules/records/index.ts'
import { dueTeamMatters, expireInvitations, lapseTeamMatter } from '#modules/teams/index.ts'
import { type Actor, systemActor } from '#platform/actor.ts'
import { sealAudit } from '#platform/audit.ts'
import { CHAIN_BATCH_MAX } from '#platform/seal-chain.ts'
import { inDistrict, type Tx } from '#platform/db.ts'
import { districtIds } from '#platform/jobs.ts'
import type { Log } from '#platform/log.ts'
import type { Metrics } from '#platform/metrics.ts'
import { runRead, runWork, type Work, type WorkHost } from '#platform/work.ts'
import { measure } from './measure.ts'
import { runPlans } from './plan-runner.ts'

const SWEEP_SECONDS = 5
const SEAL_SECONDS = 2
const DELIVER_SECONDS = 1
const MEASURE_SECONDS = 15
const PLAN_SECONDS = 1
const ROUNDS_MAX = 50
const RATES_ORDERS_MAX = 1_000

/**
 * Settles everything that is due in a district, each matter in its own transaction: one that fails leaves the others alone and
 * is tried again by the next sweep. Two sweeps at once do no harm, because each matter is read again under its order's lock.
 * @returns how many matters were settled
 */
export async function sweepDistrict(host: WorkHost, log: Log, districtId: number): Promise<number> {
  const actor = systemActor(districtId)
  await runWork(host, actor, (work) => expireHolds(work)).catch((error: unknown) =>
    log.error({ err: error }, 'holds could not be expired'),
  )
  await eraseInvitations(host, actor).catch((error: unknown) =>
    log.error({ err: error }, 'invitations could not be erased'),
  )
  const orders = await settle(host, log, actor, { due: dueMatters, lapse })
  const activities = await settle(host, log, actor, { due: dueActivityMatters, lapse: lapseActivityMatter })
  const hours = await settleHours(host, log, actor)
  const records = await settle(host, log, actor, { due: dueRecordMatters, lapse: lapseRecordMatter })
  const teams = await settle(host, log, actor, { due: dueTeamMatters, lapse: lapseTeamMatter })
  return orders + activities + hours + records + teams
}

/** Erases what was imported and not claimed in time, in batches. */
async function eraseInvitations(host: WorkHost, actor: Actor): Promise<void> {
  while ((await runWork(host, actor, expireInvitations)) > 0) continue
}

/** Books what was on notice, in batches, and lets rise what waits too long. */
async function settleHours(host: WorkHost, log: Log, actor: Actor): Promise<number> {
  let booked = 0
  try {
    for (let batch = -1; batch !== 0; booked += batch) batch = await runWork(host, actor, (work) => bookNoticed(work))
  } catch (error) {
    log.error({ err: error }, 'hours on notice could not be booked')
  }
  return booked + (await settle(host, log, actor, { due: dueHoursMatters, lapse: lapseHoursMatter }))
}

interface Lapsing<Matter> {
  readonly due: (tx: Tx, now: Date) => Promise<Matter[]>
  readonly lapse: (work: Work, matter: Matter) => Promise<void>
}

async function settle<Matter extends { readonly kind: string }>(
  host: WorkHost,
  log: Log,
  actor: Actor,
  { due: listDue, lapse: settleOne }: Lapsing<Matter>,
): Promise<number> {
  const failed = new Set<string>()
  let settled = 0
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const due = await runRead(host.db, actor, ({ tx, now }) => listDue(tx, now))
    const fresh = due.filter((matter) => !failed.has(JSON.stringify(matter)))
    if (fresh.length === 0) break
    for (const matter of fresh) {
      try {
        await runWork(host, actor, (work) => settleOne(work, matter))
        settled++
      } catch (error) {
        failed.add(JSON.stringify(matter))
        log.error({ err: error, matter }, 'a due matter could not be settled')
      }
    }
  }
  return settled
}

/** Counts the orders that changed into the rates by day, in batches; what comes meanwhile is for the next time. */
export async function countRatesOf(host: WorkHost, districtId: number): Promise<void> {
  const actor = systemActor(districtId)
  const countBatch = () => runWork(host, actor, (work) => countPendingRates(work.tx, RATES_ORDERS_MAX))
  while ((await countBatch()) === RATES_ORDERS_MAX) continue
}

/** Seals the audit events and the hours of a district, in batches; what comes meanwhile is for the next time. */
export async function sealDistrict(host: WorkHost, districtId: number): Promise<void> {
  while ((await inDistrict(host.db, districtId, (tx) => sealAudit(tx))) === CHAIN_BATCH_MAX) continue
  while ((await inDistrict(host.db, districtId, (tx) => sealHours(tx))) === CHAIN_BATCH_MAX) continue
}

/** What the timers work on: `deliver` hands over a district's waiting messages. */
interface TimersHost extends WorkHost {
  deliver(districtId: number): Promise<void>
}

/** Runs sweeps, sealing, plans and the delivery of messages until stopped. */
export function startTimers(host: TimersHost, metrics: Metrics, log: Log): { stop(): Promise<void> } {
  const sweep = repeat(SWEEP_SECONDS, log, async () => {
    for (const districtId of await districtIds(host.db)) await sweepDistrict(host, log, districtId)
  })
  const seal = repeat(SEAL_SECONDS, log, async () => {
    for (const districtId of await districtIds(host.db)) await sealDistrict(host, districtId)
  })
  const rates = repeat(SWEEP_SECONDS, log, async () => {
    for (const districtId of await districtIds(host.db)) await countRatesOf(host, districtId)
  })
  const deliveries = repeat(DELIVER_SECONDS, log, async () => {
    for (const districtId of await districtIds(host.db)) await host.deliver(districtId)
  })
  const gauges = repeat(MEASURE_SECONDS, log, () => measure(host.db, metrics))
  let isStopping = false
  const plans = repeat(PLAN_SECONDS, log, () => runPlans(host, log, () => isStopping))
  return {
    async stop() {
      isStopping = true
      await Promise.all([sweep.stop(), seal.stop(), rates.stop(), deliveries.stop(), gauges.stop(), plans.stop()])
    },
  }
}

/** Runs `act` again `seconds` after it ended, whatever its end; a failure is logged and the next run tries again. */
export function repeat(seconds: number, log: Log, act: () => Promise<unknown>): { stop(): Promise<void> } {
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  const once = async () => {
    try {
      await act()
    } catch (error) {
      log.error({ err: error }, 'a recurring task failed')
    }
    if (!stopped) timer = setTimeout(run, seconds * 1000)
  }
  const run = () => {
    running = once()
  }
  run()
  return {
    stop: () => {
      stopped = true
      clearTimeout(timer)
      return running
    },
  }
}
