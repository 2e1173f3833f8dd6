/** Everything that volunteers, teams and activities do at the plan's own instants, each once; repeated it changes nothing. */
import { addDays, dateIn, startOfDate } from '#platform/dates.ts'
import type { Lane } from './agenda.ts'
import { datesBetween, HOUR } from './days.ts'
import { applyForTeam, foundTeam, placeBelow } from './found-teams.ts'
import { callOff, plan as planActivity, signUpForAll, signUpForOne } from './perform-activities.ts'
import { checkInByCodes, enterSheet, takeOffline, tick, uploadTokens } from './perform-check-in.ts'
import { answer, approveWaiting, demand } from './perform-hours.ts'
import { applyTo, becomeVolunteer, bringInList, joinOpenly, letIn } from './perform-volunteers.ts'
import { appliesAt } from './plan-teams.ts'
import type { PlannedActivity, PlannedSession, PlannedVolunteer, YearPlan } from './planned.ts'
import { sweepNight, sweepVolunteering } from './sweep-volunteering.ts'
import type { World } from './world.ts'

export interface EventLane extends Lane {
  readonly kind: 'event'
  readonly at: number
  readonly act: (world: World) => Promise<void>
  isDone: boolean
}

type Event = Pick<EventLane, 'key' | 'at' | 'act'>

/** How long after its end a session is over: whoever leaves late may check out until then. */
const HELD_AFTER = HOUR
const NIGHT = 2.5 * HOUR
/** Notices end with the working hours. */
const EVENING = 18.5 * HOUR
const DEMAND_EVERY = 250
const DEMAND_DAYS = 8

/**
 * The events from an instant on. What lies before it is done: an instant is left only when everything of it has been done.
 */
export function eventsFrom(plan: YearPlan, from: number): EventLane[] {
  const events = [
    ...teamEvents(plan),
    ...plan.lists.map((list): Event => ({
      key: `d list ${list.index}`,
      at: list.at,
      act: (world) => bringInList(world, list),
    })),
    ...plan.volunteers.flatMap(volunteerEvents),
    ...plan.activities.flatMap((activity) => activityEvents(plan, activity)),
    ...plan.sessions.flatMap((session) => sessionEvents(plan, session)),
    ...sweepEvents(plan),
  ]
  return events
    .filter((event) => event.at >= from && event.at < plan.untilMs + 9 * HOUR)
    .map((event): EventLane => ({ ...event, kind: 'event', ticket: 0, isDone: false }))
}

function teamEvents({ teams }: YearPlan): Event[] {
  const above = teams.filter((team) => team.key === 'corps' || team.key.startsWith('branch'))
  const placing = Math.max(...above.map((team) => team.foundedAt)) + HOUR
  return [
    ...teams.flatMap((team): Event[] => [
      { key: `b ask ${team.index}`, at: appliesAt(team), act: async (world) => void (await applyForTeam(world, team)) },
      { key: `b found ${team.index}`, at: team.foundedAt, act: (world) => foundTeam(world, team) },
    ]),
    { key: 'b place', at: placing, act: placeBelow },
  ]
}

function volunteerEvents(p: PlannedVolunteer): Event[] {
  const events: Event[] = [{ key: `e volunteer ${p.index}`, at: p.at, act: (world) => becomeVolunteer(world, p) }]
  const { joins } = p
  if (joins?.way === 'open' && joins.at > p.at)
    events.push({ key: `f join ${p.index}`, at: joins.at, act: (world) => joinOpenly(world, p) })
  if (joins?.way === 'application') {
    events.push({ key: `f apply ${p.index}`, at: joins.at, act: async (world) => void (await applyTo(world, p)) })
    events.push({ key: `f let in ${p.index}`, at: joins.at + 24 * HOUR, act: (world) => letIn(world, p) })
  }
  return events
}

function activityEvents({ sessions }: YearPlan, activity: PlannedActivity): Event[] {
  const { index, createdAt, regulars } = activity
  const first = sessions[activity.sessions[0]!]!
  // Before the first one begins, and after the plan is there.
  const answered = (turn: number) => Math.min(createdAt + 2 * HOUR + turn * (HOUR / 2), first.from - HOUR / 2)
  return [
    { key: `g plan ${index}`, at: createdAt, act: (world) => planActivity(world, activity) },
    ...regulars.map((volunteer, turn): Event => ({
      key: `h series ${index} ${volunteer}`,
      at: answered(turn),
      act: (world) => signUpForAll(world, activity, volunteer),
    })),
    ...first.signUps.map((volunteer, turn): Event => ({
      key: `h sign up ${index} ${volunteer}`,
      at: answered(turn),
      act: (world) => signUpForOne(world, first, volunteer),
    })),
  ]
}

function sessionEvents({ activities }: YearPlan, session: PlannedSession): Event[] {
  const { index, from, until, way, enteredAt } = session
  const at = (name: string, when: number, act: EventLane['act']): Event => ({
    key: `i ${name} ${index}`,
    at: when,
    act,
  })
  const activity = activities[session.activity]!
  if (session.isCancelled) {
    const twoBefore = startOfDate(addDays(dateIn(new Date(from)), -2)).getTime() + 10 * HOUR
    return [
      at('call off', Math.max(twoBefore, activity.createdAt + HOUR), (world) => callOff(world, activity, session)),
    ]
  }
  const events: Event[] =
    way === 'paper'
      ? [at('sheet', enteredAt, (world) => enterSheet(world, session))]
      : way === 'offline'
        ? [
            at('offline', from, (world) => takeOffline(world, session)),
            at('upload', enteredAt, (world) => uploadTokens(world, session)),
          ]
        : (['in', 'out'] as const).map((direction) =>
            at(direction, direction === 'in' ? from : until, (world) =>
              way === 'ticks' ? tick(world, session, direction) : checkInByCodes(world, session, direction),
            ),
          )
  const nextDay = startOfDate(addDays(dateIn(new Date(until)), 1)).getTime()
  if (activity.kind === 'long')
    events.push(at('approve', nextDay + 10.5 * HOUR, (world) => approveWaiting(world, session)))
  if (index % DEMAND_EVERY === 0 && session.people.length > 0) {
    const day = nextDay + DEMAND_DAYS * 24 * HOUR
    events.push(at('demand', day + 12 * HOUR, async (world) => void (await demand(world, session))))
    events.push(at('answer', day + 34 * HOUR, (world) => answer(world, session)))
    events.push(at('approve', day + 58 * HOUR, (world) => approveWaiting(world, session)))
  }
  return events
}

/** Time settles what is due when sessions are over, when notices end, and at night. */
function sweepEvents({ span, sessions }: YearPlan): Event[] {
  const over = new Set(sessions.map((session) => session.until + HELD_AFTER))
  const days = datesBetween(span.from, addDays(span.until, 1)).map((date) => startOfDate(date).getTime())
  for (const day of days) over.add(day + EVENING)
  return [
    ...[...over].map((at): Event => ({ key: 'a sweep', at, act: sweepVolunteering })),
    ...days.slice(1).map((day): Event => ({ key: 'a night', at: day + NIGHT, act: sweepNight })),
  ]
}
