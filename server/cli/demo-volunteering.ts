/**
 * What the demonstration's volunteers do, played through the real routes: profiles, calendars, activities with sign-ups, waiting
 * list and check-in, hours in all their states, a certificate. All of it is data: db/seed/demo/volunteering.json.
 */
import type { Actor } from '#platform/actor.ts'
import { systemActor } from '#platform/actor.ts'
import { addDays, dateIn, startOfDate } from '#platform/dates.ts'
import type { JobDefinition } from '#platform/jobs.ts'
import type { Log } from '#platform/log.ts'
import { runRead } from '#platform/work.ts'
import type { Platform } from '../compose.ts'
import { sweepDistrict } from '../worker/sweep.ts'
import { type DemoAct, playAct } from './demo-acts.ts'
import { callingOf } from './demo-calls.ts'
import type { DemoPeople } from './demo-people.ts'
import { openStage } from './demo-stage.ts'
import { readSeed, YANQING } from './district-plan.ts'
import { settleVolunteers, type VolunteersSeed } from './demo-volunteers.ts'

interface Cast {
  readonly staff: ReadonlyMap<string, Actor>
  readonly people: DemoPeople
  readonly definitions: readonly JobDefinition[]
  readonly setShift: (minutes: number) => Promise<void>
}

interface LifeSeed extends VolunteersSeed {
  readonly acts: readonly (DemoAct & { readonly daysBack: number; readonly at: string })[]
}

const STEP_HOURS = 24
const DAYS_BACK = 31
// Within these nothing that matters falls due.
const SETTLE_HOURS = 2

/** Moves business time from a month back to now and lets the volunteers live meanwhile. */
export async function playVolunteering({ host }: Platform, log: Log, cast: Cast): Promise<void> {
  const { acts, ...volunteers } = await readSeed<LifeSeed>('demo/volunteering.json')
  const stage = openStage(host, {
    ...cast,
    stepHours: STEP_HOURS,
    settle: async (staged) => void (await sweepDistrict(staged, log, YANQING)),
  })
  const call = callingOf(host.handlers)
  await stage.at(0)
  const now = await runRead(host.db, systemActor(YANQING), async (read) => read.now)
  const today = dateIn(now)
  const instantOf = (daysBack: number, at: string) => {
    const [hour, minute] = at.split(':').map(Number)
    return new Date(startOfDate(addDays(today, -daysBack)).getTime() + (hour! * 60 + minute!) * 60_000)
  }
  const hoursBackOf = (instant: Date) => (now.getTime() - instant.getTime()) / 3_600_000
  await stage.shortlyAfter(DAYS_BACK * 24)
  const scene = { stage, call, cast, instantOf, hoursBackOf, sessions: new Map(), activities: new Map(), now: today }
  await settleVolunteers(scene, volunteers)
  let settledAt = DAYS_BACK * 24
  for (const act of acts) {
    const from = instantOf(act.daysBack, act.at)
    // Loaded at night, the demonstration leaves out what would happen later on its last day.
    if (from >= now) continue
    const hoursBack = hoursBackOf(from)
    if (hoursBack > settledAt - SETTLE_HOURS) await stage.shortlyAfter(hoursBack)
    else await stage.at((settledAt = hoursBack))
    await playAct(scene, from, act).catch((error: unknown) => {
      log.error({ err: error, act }, 'an act of the demonstration failed')
      throw error
    })
  }
  await stage.at(0)
}
