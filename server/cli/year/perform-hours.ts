/** What people decide about recorded time: long days are approved above, and a volunteer now and then demands a correction. */
import { answerDemand, approveHours, demandCorrection, hoursOf } from '#modules/hours/index.ts'
import { systemActor } from '#platform/actor.ts'
import { runRead } from '#platform/work.ts'
import { YANQING } from '../district-plan.ts'
import { CENTRE_DISPATCHERS, instituteLogin } from './cast.ts'
import { MINUTE } from './days.ts'
import { organiserOf } from './perform-activities.ts'
import { volunteerAt } from './perform-volunteers.ts'
import type { PlannedSession } from './planned.ts'
import { staffAt, type World, write } from './world.ts'

const RECORDS_MAX = 100
const DEMANDED_MINUTES = 15
const CORRECTED_SHARE = 0.7

/** The level above looks at what its units recorded beyond eight hours of a day. */
export async function approveWaiting(world: World, session: PlannedSession): Promise<void> {
  const { unit, index } = world.plan.activities[session.activity]!
  const activityId = world.volunteering.activities.get(index)
  const staff = staffAt(world, unit.endsWith('000') ? CENTRE_DISPATCHERS[1] : instituteLogin(unit))
  const waiting = await runRead(world.host.db, systemActor(YANQING), ({ tx }) =>
    hoursOf(tx, { unitId: world.units.idOf(unit), activityId, states: ['waiting'], limit: RECORDS_MAX }),
  )
  for (const { id } of waiting)
    await write(world, staff, `approve ${id}`, (work) =>
      approveHours(work, id, { minutes: null, statement: world.volunteering.words.approval }),
    )
}

/** Who stayed longer than the sheet says asks for it. @returns the demand's id; null where nothing was recorded */
export async function demand(world: World, session: PlannedSession): Promise<string | null> {
  const volunteer = session.people[0]!
  const actor = volunteerAt(world, volunteer)
  const activityId = world.volunteering.activities.get(session.activity)
  return write(world, actor, `demand ${session.index}`, async (work) => {
    const [record] = await hoursOf(work.tx, { personIds: [actor.personId!], activityId, booked: true, limit: 1 })
    if (record === undefined) return null
    const { id } = await demandCorrection(work, {
      recordId: record.id,
      teamId: null,
      unitId: null,
      kindSlug: null,
      title: null,
      startedAt: record.startedAt,
      endedAt: new Date(record.endedAt.getTime() + DEMANDED_MINUTES * MINUTE),
      reason: world.dice.pick(world.volunteering.words.demand.reasons, 'reason', session.index),
    })
    return id
  })
}

/** Who organised answers: most often it was so. */
export async function answer(world: World, session: PlannedSession): Promise<void> {
  const id = await demand(world, session)
  if (id === null) return
  const { corrected, declined } = world.volunteering.words.demand
  const outcome = world.dice.roll('corrected', session.index) < CORRECTED_SHARE ? 'corrected' : 'declined'
  const text = outcome === 'corrected' ? corrected : declined
  await write(world, organiserOf(world, world.plan.activities[session.activity]!), `answer ${session.index}`, (work) =>
    answerDemand(work, id, { outcome, answer: text, minutes: null }),
  )
}
