/**
 * The small living demonstration of Yanqing, made through the real operations with invented people. Business time begins a
 * month back and is moved forward to now, once while its volunteers live and once, over the last two weeks, while its orders
 * do: both then have a past, some of it answered and judged, some waiting, a little overdue.
 */
import { listUnits, markDemo, updatePhones } from '#modules/orgs/index.ts'
import { fundBudget } from '#modules/points/index.ts'
import { systemActor } from '#platform/actor.ts'
import { setClockShift } from '#platform/clock.ts'
import type { Log } from '#platform/log.ts'
import { dateIn } from '#platform/dates.ts'
import { runWork, type Work } from '#platform/work.ts'
import type { Platform } from '../compose.ts'
import { playDemo } from './demo-play.ts'
import { appointDemoStaff, registerDemoResidents } from './demo-people.ts'
import { playVolunteering } from './demo-volunteering.ts'
import { YANQING, yanqingPlan } from './district-plan.ts'
import { foundDistrict } from './found-district.ts'

const DAYS_BACK = 31
const BUDGET_POINTS = 100_000

/** Founds the district if it is not there, and plays the demonstration into it. */
export async function loadDemo(platform: Platform, log: Log): Promise<void> {
  const { definitions, host } = platform
  await foundDistrict(host, YANQING, await yanqingPlan())
  await setClockShift(host.db, -DAYS_BACK * 24 * 60)
  await runWork(host, systemActor(YANQING), (work) => markDemo(work.tx))
  await runWork(host, systemActor(YANQING), giveUnitsPhones)
  const staff = await appointDemoStaff(host)
  const people = await registerDemoResidents(host)
  await runWork(host, systemActor(YANQING), (work) =>
    fundBudget(work, { key: 'demo-budget', points: BUDGET_POINTS, reason: 'demonstration budget' }),
  )
  const cast = { staff, people, definitions, setShift: (minutes: number) => setClockShift(host.db, minutes) }
  await playVolunteering(platform, log, cast)
  await playDemo(host, log, cast)
  await setClockShift(host.db, 0)
}

/** Invented numbers, so that "call the village" can be tried: the exchange 0000 belongs to nobody. */
async function giveUnitsPhones(work: Work): Promise<void> {
  const units = await listUnits(work.tx, { on: dateIn(work.now), limit: 1_000 })
  const phones = units.map((unit, index) => ({ id: unit.id, phone: `010-0000${String(index).padStart(4, '0')}` }))
  await updatePhones(work.tx, phones)
}
