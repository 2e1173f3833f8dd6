/** What organisers and volunteers do before a session: plan, announce, sign up, call off. */
import {
  cancelSession,
  createActivity,
  saveTemplate,
  saveTheme,
  signUp,
  signUpSeries,
} from '#modules/activities/index.ts'
import type { Actor } from '#platform/actor.ts'
import { CENTRE_DISPATCHERS } from './cast.ts'
import { staffOf } from './found-teams.ts'
import { volunteerAt } from './perform-volunteers.ts'
import type { PlannedActivity, PlannedSession } from './planned.ts'
import { staffAt, type World, write } from './world.ts'

/** Who organises: the leader of the team, or the unit's staff. */
export function organiserOf(world: World, activity: PlannedActivity): Actor {
  if (activity.team !== null) return world.cast.teams.get(activity.team)!.leader
  return staffOf(world, activity.unit)
}

/** Plans an activity and publishes it. Repeated it answers the same, so its sessions are known again. */
export async function plan(world: World, activity: PlannedActivity): Promise<void> {
  const { volunteering, units, dice } = world
  const { words, sessions } = volunteering
  const { what, unit, index } = activity
  const staff = organiserOf(world, activity)
  const unitId = units.idOf(unit)
  const team = activity.team === null ? null : world.cast.teams.get(activity.team)!.id
  const templateId = activity.kind === 'reading' ? await templateOf(world, unit, staff) : null
  const themeId = activity.theme === null ? null : await themeOf(world, activity.theme)
  const made = await write(world, staff, `plan ${index}`, (work) =>
    createActivity(work, {
      templateId,
      unitId: team === null ? unitId : null,
      teamId: team,
      startsAt: new Date(volunteering.sessionAt(activity.sessions[0]!).from),
      recurrence: activity.rule,
      publish: true,
      plan: {
        ...(templateId === null ? contentOf(world, activity) : {}),
        themeId,
        origin: activity.theme === null ? (what.origin ?? 'station-choice') : 'central-theme',
        place: what.place ?? dice.pick(words.places, 'place', index),
        placeUnitId: unitId,
        personInCharge: volunteering.personInCharge(unit),
        roles: [{ name: words.role, needed: activity.needed, skills: [], licences: [], ageMin: null }],
      },
    }),
  )
  volunteering.activities.set(index, made.id)
  for (const [at, session] of activity.sessions.entries()) sessions.set(session, made.sessionIds[at]!)
}

function contentOf({ volunteering: { words } }: World, { what }: PlannedActivity) {
  const { title, content, kind, minutes } = what
  return { ...words.shared, title, content, kindSlug: kind, minutes }
}

/** A station's template of its reading circle, kept when it is first needed. */
function templateOf(world: World, unit: string, staff: Actor): Promise<string> {
  const { words, templates } = world.volunteering
  const { template, title, content, kind, minutes } = words.reading
  const known = templates.get(unit)
  if (known !== undefined) return known
  const made = write(world, staff, `template ${unit}`, (work) =>
    saveTemplate(work, {
      name: template,
      unitId: world.units.idOf(unit),
      teamId: null,
      plan: { ...words.shared, title, content, kindSlug: kind, minutes },
    }),
  )
  templates.set(unit, made)
  return made
}

function themeOf(world: World, key: string): Promise<string> {
  const { words, themes } = world.volunteering
  const known = themes.get(key)
  if (known !== undefined) return known
  const { name, nameEn, from, until } = words.themes.find((one) => one.key === key)!
  const made = write(world, staffAt(world, CENTRE_DISPATCHERS[0]), `theme ${key}`, (work) =>
    saveTheme(work, { id: null, kind: 'theme', name, nameEn, validFrom: from, validUntil: until }),
  )
  themes.set(key, made)
  return made
}

export async function signUpForAll(world: World, activity: PlannedActivity, volunteer: number): Promise<void> {
  const id = world.volunteering.activities.get(activity.index)!
  await write(world, volunteerAt(world, volunteer), `series ${activity.index}`, async (work) => {
    await signUpSeries(work, id, { roleName: null, mayWait: false })
  })
}

export async function signUpForOne(world: World, session: PlannedSession, volunteer: number): Promise<void> {
  const id = world.volunteering.sessions.get(session.index)!
  await write(world, volunteerAt(world, volunteer), `sign up ${session.index}`, async (work) => {
    await signUp(work, id, { roleId: null, roleName: null, mayWait: true })
  })
}

export async function callOff(world: World, activity: PlannedActivity, session: PlannedSession): Promise<void> {
  const id = world.volunteering.sessions.get(session.index)!
  await write(world, organiserOf(world, activity), `call off ${session.index}`, (work) =>
    cancelSession(work, id, { reason: world.volunteering.words.cancel, scope: 'this' }),
  )
}
