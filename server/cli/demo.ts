/**
 * The small living demonstration of Yanqing, made through the real operations with invented people. Business time begins two
 * weeks back and is moved forward to now while the demonstration lives, so that its orders have a past: some answered and
 * judged, some waiting, a few overdue.
 */
import { fundBudget } from '#modules/points/index.ts'
import { systemActor } from '#platform/actor.ts'
import { setClockShift } from '#platform/clock.ts'
import type { JobDefinition } from '#platform/jobs.ts'
import type { Log } from '#platform/log.ts'
import { runWork, type WorkHost } from '#platform/work.ts'
import { playDemo } from './demo-play.ts'
import { appointDemoStaff, registerDemoResidents } from './demo-people.ts'
import { YANQING, yanqingPlan } from './district-plan.ts'
import { foundDistrict } from './found-district.ts'

const DAYS_BACK = 14
const BUDGET_POINTS = 100_000

/** Founds the district if it is not there, and plays the demonstration into it. */
export async function loadDemo(host: WorkHost, log: Log, definitions: readonly JobDefinition[]): Promise<void> {
  await foundDistrict(host, YANQING, await yanqingPlan())
  await setClockShift(host.db, -DAYS_BACK * 24 * 60)
  const staff = await appointDemoStaff(host)
  const people = await registerDemoResidents(host)
  await runWork(host, systemActor(YANQING), (work) =>
    fundBudget(work, { key: 'demo-budget', points: BUDGET_POINTS, reason: 'demonstration budget' }),
  )
  await playDemo(host, log, { staff, people, definitions, setShift: (minutes) => setClockShift(host.db, minutes) })
  await setClockShift(host.db, 0)
}
