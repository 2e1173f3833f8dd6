/** What volunteers do apart from serving: they register, claim what a list said of them, tell more, and join teams. */
import {
  answerApplication,
  applyToTeam,
  claimInvitation,
  importVolunteers,
  joinTeam,
  myInvitations,
  readHere,
  registerVolunteer,
  saveVolunteer,
} from '#modules/teams/index.ts'
import type { Actor } from '#platform/actor.ts'
import { residentActor, instituteLogin } from './cast.ts'
import { listAsCsv } from './plan-volunteers.ts'
import type { PlannedList, PlannedVolunteer } from './planned.ts'
import { REGISTERING_WRITES, registerByPhone } from './register.ts'
import { staffAt, type World, write } from './world.ts'

export async function bringInList(world: World, list: PlannedList): Promise<void> {
  const { file, columns } = world.volunteering.words.list
  const nameOf = (key: string) => world.cast.teams.get(key)!.planned.name
  await write(world, staffAt(world, instituteLogin(list.township)), `list ${list.index}`, async (work) => {
    const request = {
      unitId: world.units.idOf(list.township),
      teamId: null,
      fileName: file,
      file: listAsCsv(list, columns, nameOf),
      mapping: null,
      headerRow: null,
    }
    await importVolunteers(work, request, readHere)
  })
}

/** The acting person of the plan's number, who has registered by then. */
export function volunteerAt(world: World, index: number): Actor {
  const id = world.volunteering.people.get(index)
  if (id === undefined) throw new Error(`Volunteer ${index} has not registered.`)
  return residentActor(id)
}

/** Registers, in one visit, as everybody does: phone and code, then as a volunteer, then perhaps into a team. */
export async function becomeVolunteer(world: World, p: PlannedVolunteer): Promise<void> {
  const { people } = world.volunteering
  if (!people.has(p.index)) {
    people.set(p.index, await registerByPhone(world.host, world.definitions, p))
    world.tally.writes += REGISTERING_WRITES
  }
  const actor = volunteerAt(world, p.index)
  await write(world, actor, `volunteer ${p.index}`, async (work) => {
    const [invitation] = p.list === null ? [] : await myInvitations(work)
    if (invitation !== undefined) await claimInvitation(work, invitation.id)
    else await registerVolunteer(work, p.skills)
  })
  if (p.joins?.way === 'open' && p.joins.at === p.at) await joinOpenly(world, p)
  if (p.tellsMore) await tellMore(world, actor, p)
}

async function tellMore(world: World, actor: Actor, p: PlannedVolunteer): Promise<void> {
  const { dice, units } = world
  const kinds = [...units.categories.keys()]
  const weekday = dice.whole(1, 7, 'free-day', p.index)
  await write(world, actor, `profile ${p.index}`, (work) =>
    saveVolunteer(work, actor.personId!, {
      skills: p.skills,
      serviceKinds: [dice.pick(kinds, 'kind', p.index)],
      freeTimes: [{ weekday, from: '14:00', until: '18:00' }],
      languages: [],
      beijingNumber: null,
      nationalNumber: null,
      politicalCode: null,
      occupation: null,
    }),
  )
}

export async function joinOpenly(world: World, p: PlannedVolunteer): Promise<void> {
  const actor = volunteerAt(world, p.index)
  const { id } = world.cast.teams.get(p.joins!.team)!
  await write(world, actor, `join ${p.index}`, async (work) => void (await joinTeam(work, id, actor.personId!)))
}

/** Asks to be let in; repeated it answers the same. @returns the application's id */
export async function applyTo(world: World, p: PlannedVolunteer): Promise<string> {
  const { id: teamId } = world.cast.teams.get(p.joins!.team)!
  const message = world.dice.pick(world.volunteering.words.application, 'application', p.index)
  const { id } = await write(world, volunteerAt(world, p.index), `apply ${p.index}`, (work) =>
    applyToTeam(work, teamId, message),
  )
  return id
}

/** The team's leader lets in who asked. */
export async function letIn(world: World, p: PlannedVolunteer): Promise<void> {
  const application = await applyTo(world, p)
  const { leader } = world.cast.teams.get(p.joins!.team)!
  await write(world, leader, `let in ${p.index}`, (work) =>
    answerApplication(work, application, { accept: true, answer: world.volunteering.words.letIn }),
  )
}
