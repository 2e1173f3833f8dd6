// A world for activities: the orders' world, with volunteers who can sign up and sessions that are quickly made.
import { createActivity, dueActivityMatters, lapseActivityMatter } from '../../server/modules/activities/index.ts'
import type { NewActivityRequest } from '../../server/modules/activities/create-activity.ts'
import { registerVolunteer } from '../../server/modules/teams/index.ts'
import { type Actor, systemActor } from '../../server/platform/actor.ts'
import { addMinutes } from '../../server/platform/dates.ts'
import { type TestDatabase, YANQING } from './database.ts'
import { MONDAY, openOrderWorld, type OrderWorld } from './orders.ts'
import { registerResident } from './residents.ts'

export { MONDAY }

export interface ActivityWorld extends OrderWorld {
  /** Registers volunteers with phones of their own. */
  volunteers(count: number): Promise<Actor[]>
  /** An activity of the station with one session, or the series of a rule. */
  session(given?: SessionGiven): Promise<{ id: string; sessionIds: string[] }>
  /** Lets every due matter of the activities lapse. */
  settleActivities(): Promise<number>
}

export interface SessionGiven {
  /** Minutes after `MONDAY`. */
  readonly startsIn?: number
  readonly minutes?: number
  readonly needed?: number
  readonly recurrence?: string
  readonly plan?: NewActivityRequest['plan']
  readonly publish?: boolean
  readonly teamId?: string
}

const FIRST_SERIAL = 2_000

export async function openActivityWorld(database: TestDatabase): Promise<ActivityWorld> {
  const world = await openOrderWorld(database)
  let serial = FIRST_SERIAL
  return {
    ...world,
    async volunteers(count) {
      const people: Actor[] = []
      for (let n = 0; n < count; n++) {
        const actor = await registerResident(database, serial++, `志愿者${serial}`)
        await world.act(actor, (work) => registerVolunteer(work, []))
        people.push(actor)
      }
      return people
    },
    session: (given = {}) =>
      world.act(organiserOf(world, given), (work) => createActivity(work, requestOf(world, given))),
    async settleActivities() {
      let settled = 0
      for (;;) {
        const due = await world.read(systemActor(YANQING), ({ tx, now }) => dueActivityMatters(tx, now))
        if (due.length === 0) return settled
        for (const matter of due) await world.act(systemActor(YANQING), (work) => lapseActivityMatter(work, matter))
        settled += due.length
      }
    },
  }
}

function organiserOf(world: OrderWorld, given: SessionGiven): Actor {
  return given.teamId === undefined ? world.keeper : world.teams.greens.leader
}

function requestOf(world: OrderWorld, given: SessionGiven): NewActivityRequest {
  const role = { name: '组员', needed: given.needed ?? 2, skills: [], licences: [], ageMin: null }
  return {
    templateId: null,
    unitId: given.teamId === undefined ? world.units.station : null,
    teamId: given.teamId ?? null,
    plan: {
      title: '读书小组',
      place: '站里二楼',
      placeUnitId: world.units.station,
      personInCharge: '林三',
      minutes: given.minutes ?? 60,
      roles: [role],
      ...given.plan,
    },
    startsAt: addMinutes(MONDAY, given.startsIn ?? 24 * 60),
    recurrence: given.recurrence ?? null,
    publish: given.publish ?? true,
  }
}
