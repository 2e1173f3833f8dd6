/** What time does to sessions, hours, teams and invitations, as the worker's sweep does it; several matters at once. */
import { dueActivityMatters, lapseActivityMatter } from '#modules/activities/index.ts'
import { bookNoticed, dueHoursMatters, lapseHoursMatter } from '#modules/hours/index.ts'
import { dueTeamMatters, expireInvitations, lapseTeamMatter } from '#modules/teams/index.ts'
import { systemActor } from '#platform/actor.ts'
import { limitConcurrency } from '#platform/concurrency.ts'
import type { Tx } from '#platform/db.ts'
import { runRead, runWork, type Work } from '#platform/work.ts'
import { YANQING } from '../district-plan.ts'
import type { World } from './world.ts'

const MATTERS_AT_ONCE = 4
const BOOKING_AT_ONCE = 2
const MATTERS_MAX = 1_000
const ROUNDS_MAX = 50

export async function sweepVolunteering(world: World): Promise<void> {
  await settle(world, dueActivityMatters, lapseActivityMatter)
  if (await bookSome(world)) await Promise.all(Array.from({ length: BOOKING_AT_ONCE }, () => bookAll(world)))
  await settle(world, dueHoursMatters, lapseHoursMatter)
}

export async function sweepNight(world: World): Promise<void> {
  await sweepVolunteering(world)
  await settle(world, dueTeamMatters, lapseTeamMatter)
  while ((await runWork(world.host, systemActor(YANQING), expireInvitations)) > 0) world.tally.lapses++
}

/** Each batch takes records that no other one holds. */
async function bookAll(world: World): Promise<void> {
  while (await bookSome(world)) continue
}

async function bookSome({ host, tally }: World): Promise<boolean> {
  const booked = await runWork(host, systemActor(YANQING), (work) => bookNoticed(work))
  if (booked > 0) tally.lapses++
  return booked > 0
}

async function settle<Matter>(
  { host, tally }: World,
  listDue: (tx: Tx, now: Date) => Promise<Matter[]>,
  settleOne: (work: Work, matter: Matter) => Promise<void>,
): Promise<void> {
  const system = systemActor(YANQING)
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const due = await runRead(host.db, system, ({ tx, now }) => listDue(tx, now))
    if (due.length === 0) return
    const run = limitConcurrency({ runningMax: MATTERS_AT_ONCE, waitingMax: MATTERS_MAX })
    await Promise.all(due.map((matter) => run(() => runWork(host, system, (work) => settleOne(work, matter)))))
    tally.lapses += due.length
  }
  throw new Error(`Something stays due after ${ROUNDS_MAX} rounds.`)
}
