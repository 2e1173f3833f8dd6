/** Teams come into being as the product has it: somebody asks, the unit's staff answers, the others join by themselves. */
import {
  saveFamily,
  answerFounding,
  applyToFound,
  findTeam,
  joinTeam,
  registerVolunteer,
  updateTeam,
} from '#modules/teams/index.ts'
import type { Actor } from '#platform/actor.ts'
import { dateIn } from '#platform/dates.ts'
import { CENTRE_DISPATCHERS, instituteLogin, keeperLogin } from './cast.ts'
import type { PlannedTeam } from './planned.ts'
import { staffAt, type World, write } from './world.ts'

const INSURED_UNTIL = '2099-12-31'

/** Who answers for the teams of a unit. */
export function staffOf(world: World, code: string): Actor {
  if (code.endsWith('000000')) return staffAt(world, CENTRE_DISPATCHERS[0])
  return staffAt(world, code.endsWith('000') ? instituteLogin(code) : keeperLogin(code))
}

/** The first member registers and asks for the team. Repeated it answers the same. @returns the request's id */
export async function applyForTeam(world: World, team: PlannedTeam): Promise<string> {
  const leader = await world.cast.resident(team.members[0]!)
  await write(world, leader, `volunteer ${leader.personId}`, async (work) => void (await registerVolunteer(work, [])))
  const { id } = await write(world, leader, `ask ${team.key}`, (work) =>
    applyToFound(work, {
      unitId: world.units.idOf(team.code),
      name: team.name,
      purpose: world.dice.pick(world.volunteering.words.founding, 'purpose', team.key),
      categorySlugs: team.categories,
    }),
  )
  return id
}

/** The staff says yes and writes down what the team is; then the other members join. */
export async function foundTeam(world: World, team: PlannedTeam): Promise<void> {
  const { cast, units, volunteering } = world
  const request = await applyForTeam(world, team)
  const staff = staffOf(world, team.code)
  const { teamId } = await write(world, staff, `answer ${team.key}`, (work) =>
    answerFounding(work, request, { approve: true, answer: volunteering.words.welcome }),
  )
  const id = teamId!
  const familyId = team.family === null ? null : await familyOf(world, team.family)
  await write(world, staff, `describe ${team.key}`, async (work) => {
    const { version } = (await findTeam(work.tx, id, dateIn(work.now)))!
    await updateTeam(work, id, version, {
      nameEn: team.nameEn,
      visitsPerWeekMax: team.visitsPerWeekMax,
      insuredUntil: INSURED_UNTIL,
      familyId,
      parentId: parentOf(world, team),
      ...(team.servesDistrict && { serviceUnitIds: [units.centreId] }),
    })
  })
  const members = await Promise.all(team.members.map((person) => cast.resident(person)))
  for (const member of members.slice(1)) {
    await write(world, member, `volunteer ${member.personId}`, async (work) => void (await registerVolunteer(work, [])))
    await write(world, member, `join ${id}`, async (work) => void (await joinTeam(work, id, member.personId!)))
  }
  cast.keep({ id, planned: team, leader: members[0]!, members })
}

/** The corps stands above branches and the centre's teams, a branch above the teams of its township and its villages. */
function parentOf({ cast }: World, { key, code }: PlannedTeam): string | null {
  if (key === 'corps') return null
  const isCentral = key.startsWith('branch') || code.endsWith('000000')
  return cast.teams.get(isCentral ? 'corps' : `branch ${code.slice(0, 9)}000`)?.id ?? null
}

/** Once corps and branches stand, the teams that were there before get their place below them. */
export async function placeBelow(world: World): Promise<void> {
  const staff = staffAt(world, CENTRE_DISPATCHERS[0])
  for (const { id, planned } of world.cast.teams.values()) {
    const parentId = parentOf(world, planned)
    if (parentId === null) continue
    await write(world, staff, `place ${planned.key}`, async (work) => {
      const team = (await findTeam(work.tx, id, dateIn(work.now)))!
      if (team.parentId === null) await updateTeam(work, id, team.version, { parentId })
    })
  }
}

/** Families are written by the centre when the first team belongs to them. */
async function familyOf(world: World, slug: string): Promise<string> {
  const { words, families } = world.volunteering
  const known = families.get(slug)
  if (known !== undefined) return known
  const at = words.families.findIndex((one) => one.slug === slug)
  const { slot, name, nameEn } = words.families[at]!
  const made = write(world, staffAt(world, CENTRE_DISPATCHERS[0]), `family ${slug}`, (work) =>
    saveFamily(work, { slug, slot, name, nameEn, sort: at, validFrom: world.plan.span.from, validUntil: null }),
  )
  families.set(slug, made)
  return made
}
