/**
 * Plays the year: people act at the plan's instants, and what falls due between them is settled when it is due. Business time
 * goes from one such instant to the next; nothing is slept through and nothing is inserted beside the operations.
 */
import { DELIVER } from '#modules/notifications/index.ts'
import { CLOSE_ORDER, dueMatters, lapse } from '#modules/orders/index.ts'
import { systemActor } from '#platform/actor.ts'
import { setClock } from '#platform/clock.ts'
import { limitConcurrency } from '#platform/concurrency.ts'
import { sql } from '#platform/db.ts'
import type { Job, JobDefinition } from '#platform/jobs.ts'
import { Refusal } from '#platform/refusal.ts'
import { runRead, runWork, type WorkHost } from '#platform/work.ts'
import { countRatesOf, sealDistrict } from '../../worker/sweep.ts'
import { YANQING } from '../district-plan.ts'
import { type Entry, openAgenda } from './agenda.ts'
import { HOUR } from './days.ts'
import { type OrderLane, offeringEntries, orderEntries, placingEntry, type YearLane } from './lanes.ts'
import type { Stage } from './next-act.ts'
import { countRefusal } from './perform-desk.ts'
import { seeOrders } from './see-orders.ts'
import type { World } from './world.ts'

/** So many acts of one instant run at once, each on its own connection. */
const LANES_AT_ONCE = 6
const WAITING_MAX = 20_000
const HOUSE_AFTER_WRITES = 1_500
/** What is recorded of so many persons is as much to seal as so many writes. */
const TURNS_OF_A_WRITE = 4
const ROUNDS_MAX = 50
const AFTER_END_HOURS = 9

export interface Play {
  readonly world: World
  readonly lanes: readonly YearLane[]
  readonly definitions: readonly JobDefinition[]
  /** Jobs that the operations sent and nobody ran yet. */
  readonly waiting: Job[]
  /** Business time at which the play begins or goes on. */
  readonly from: number
  readonly onProgress: (at: number) => void
  /** Ends the play at the next instant, as if it were cut off. */
  readonly isStopped: () => boolean
}

/** @returns whether the play came to its end */
export async function playYear(play: Play): Promise<boolean> {
  const { world, lanes } = play
  const agenda = openAgenda<YearLane>()
  const stage: Stage = {
    dice: world.dice,
    calendar: world.calendar,
    levelOf: (unitId) => world.units.unitOf(unitId).kind,
  }
  const laneOf = new Map(lanes.flatMap((lane) => (lane.kind === 'order' ? [[lane.p.no, lane] as const] : [])))
  const noOf = new Map<string, number>()
  const end = world.plan.untilMs + AFTER_END_HOURS * HOUR

  const replan = async (changed: readonly YearLane[]) => {
    const orders = changed.filter((lane) => lane.kind === 'order')
    for (const { p } of orders) if (world.placed.has(p.no)) noOf.set(world.placed.get(p.no)!, p.no)
    const ids = orders.flatMap(({ p }) => world.placed.get(p.no) ?? [])
    const seen = ids.length === 0 ? new Map<string, never>() : await seeOrders(world.host, ids)
    for (const lane of changed) {
      if (lane.kind === 'offering') agenda.replan(lane, offeringEntries(world, lane))
      else if (lane.kind === 'event') {
        const { at, act } = lane
        agenda.replan(lane, lane.isDone ? [] : [{ at, act: () => act(world) }])
      } else {
        const order = seen.get(world.placed.get(lane.p.no) ?? '')
        agenda.replan(lane, order === undefined ? placingEntry(world, lane) : orderEntries(world, stage, lane, order))
      }
    }
  }

  await setClock(world.host.db, new Date(play.from))
  await settleJobs(play)
  await deliver(play)
  for (let at = 0; at < lanes.length; at += REPLANNED_AT_ONCE) await replan(lanes.slice(at, at + REPLANNED_AT_ONCE))
  const house = openHouse(world)
  for (let now = play.from; !play.isStopped();) {
    const next = agenda.nextAt()
    if (next === undefined || next > end) break
    if (next > now) {
      now = next
      await setClock(world.host.db, new Date(now))
    }
    const entries = agenda.take(now)
    const lapsed = entries.some((entry) => entry.act === null) ? await sweep(play) : new Set<string>()
    const settled = [...lapsed].flatMap((id) => laneOf.get(noOf.get(id) ?? 0) ?? [])
    // What time changed is looked at again before anybody acts on it.
    const acted = await actAll(
      play,
      entries.filter(({ lane, act }) => act !== null && !settled.includes(lane as OrderLane)),
    )
    await settleJobs(play)
    const changed = new Set([...entries.map((entry) => entry.lane), ...settled, ...batchesOf(acted, laneOf)])
    await Promise.all([deliver(play), replan([...changed])])
    await house.look()
    play.onProgress(now)
  }
  await house.close()
  if (play.isStopped()) return false
  await setClock(world.host.db, new Date(end))
  await keepHouse(world.host)
  return true
}

const REPLANNED_AT_ONCE = 500

/** Orders that were placed together with another. */
function batchesOf(lanes: readonly YearLane[], laneOf: ReadonlyMap<number, OrderLane>): OrderLane[] {
  return lanes.flatMap((lane) =>
    lane.kind === 'order' && lane.p.batch !== null ? lane.p.batch.map((no) => laneOf.get(no)!) : [],
  )
}

async function actAll(play: Play, entries: readonly Entry<YearLane>[]): Promise<YearLane[]> {
  const run = limitConcurrency({ runningMax: LANES_AT_ONCE, waitingMax: WAITING_MAX })
  const results = await Promise.allSettled(entries.map((entry) => run(() => actOne(play, entry))))
  for (const result of results) if (result.status === 'rejected') throw result.reason
  return entries.map((entry) => entry.lane)
}

/** A refused act is no failure: people see where things stand and do something else a little later. */
async function actOne({ world }: Play, { lane, act }: Entry<YearLane>): Promise<void> {
  try {
    if (lane.kind === 'event') lane.isDone = true
    await act!()
    if (lane.kind === 'order') lane.stuck = 0
  } catch (error) {
    if (!(error instanceof Refusal) || lane.kind === 'offering') throw error
    if (lane.kind === 'order') lane.stuck++
    countRefusal(world, error)
  }
}

/** Settles everything that is due, each matter in its own transaction. @returns the orders that were touched */
async function sweep({ world }: Play): Promise<Set<string>> {
  const system = systemActor(YANQING)
  const touched = new Set<string>()
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const due = await runRead(world.host.db, system, ({ tx, now }) => dueMatters(tx, now))
    if (due.length === 0) break
    for (const matter of due) {
      await runWork(world.host, system, (work) => lapse(work, matter))
      world.tally.lapses++
      touched.add(matter.orderId)
    }
  }
  return touched
}

/** Runs what the operations sent after their commit, each job in its own transaction. */
async function settleJobs(play: Play): Promise<void> {
  const { world, waiting, definitions } = play
  while (waiting.length > 0) {
    const jobs = waiting.splice(0)
    world.tally.jobs += jobs.length
    await Promise.all(jobs.map((job) => runJob(world.host, definitions, job)))
  }
}

async function runJob(host: WorkHost, definitions: readonly JobDefinition[], { name, data }: Job): Promise<void> {
  const definition = definitions.find((one) => one.name === name)
  if (definition !== undefined) await runWork(host, systemActor(YANQING), (work) => definition.run(work, data))
}

/** Messages go to the outbox, as many as wait, in one transaction; the worker does so every second. */
async function deliver({ world, definitions }: Play): Promise<void> {
  await runJob(world.host, definitions, { name: DELIVER, data: {} })
}

/** An evaluated order whose closing job an interruption lost. */
export async function jobsLeft(host: WorkHost): Promise<Job[]> {
  return runRead(host.db, systemActor(YANQING), async ({ tx }) => {
    const orders = await tx.rows<{ id: string }>(
      sql`select id from service_order where district_id = ${tx.districtId} and state = 'evaluated' order by id`,
    )
    return orders.map(({ id }) => ({ name: CLOSE_ORDER, data: { orderId: id } }))
  })
}

/** Keeps house beside the play, as the worker does: sealing waits for nobody and nobody waits for it. */
function openHouse({ host, tally }: World): { look(): Promise<void>; close(): Promise<void> } {
  let [keptAt, isKeeping] = [0, false]
  let keeping: Promise<unknown> = Promise.resolve()
  let failure: unknown
  return {
    async look() {
      if (failure !== undefined) throw failure
      const done = tally.writes + tally.turns / TURNS_OF_A_WRITE
      // Once more as much waits for it: then the play waits too, or it would never catch up.
      if (isKeeping && done - keptAt >= 2 * HOUSE_AFTER_WRITES) await keeping
      if (isKeeping || done - keptAt < HOUSE_AFTER_WRITES) return
      ;[keptAt, isKeeping] = [done, true]
      keeping = keepHouse(host)
        .catch((error: unknown) => (failure = error))
        .finally(() => (isKeeping = false))
    },
    async close() {
      await keeping
      if (failure !== undefined) throw failure
    },
  }
}

/** What the worker does all the time: seals the audit log and counts the rates of the orders that changed. */
async function keepHouse(host: WorkHost): Promise<void> {
  await sealDistrict(host, YANQING)
  await countRatesOf(host, YANQING)
}
