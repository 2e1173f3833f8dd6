/** Who may apply, answer, hand over, found and end: the self-administration of teams. */
import { applyToTeam } from '../../server/modules/teams/apply-to-team.ts'
import { registerVolunteer } from '../../server/modules/teams/index.ts'
import { applyToFound } from '../../server/modules/teams/found-team.ts'
import { offerLeadership } from '../../server/modules/teams/hand-over.ts'
import { myInvitations } from '../../server/modules/teams/import/claim-invitation.ts'
import { importVolunteers } from '../../server/modules/teams/import/import-volunteers.ts'
import { readHere } from '../../server/modules/teams/import/read-in-thread.ts'
import { addDays, dateIn } from '../../server/platform/dates.ts'
import { enlist, makeResident, type Player } from '../support/cast.ts'
import { freshTeam, keepersOnly, staffOnly } from './cases-of-teams.ts'
import { districtOf, everybody, isAtHome, thing, unitIdOf, whoMay } from './cases-of-things.ts'
import type { Case, World } from './matrix.ts'
import type { Kind } from './who-may.ts'

const TEAMS = ['own', 'sibling', 'foreign'] as const
let phones = 13_986_440_000

/** A volunteer whom nobody needs afterwards. */
async function freshVolunteer(world: World, resource: string): Promise<Player> {
  const player = await makeResident(world.server.host, districtOf(resource), String(phones++), '新报名')
  await world.server.work(async (work) => {
    await registerVolunteer(work, [])
  }, player.actor)
  return player
}

const leaderOf = ({ cast }: World, resource: string): Player =>
  ({ own: cast.leader, sibling: cast.otherLeader, foreign: cast.foreignLeader })[resource]!

interface OfTeam {
  readonly team: string
  readonly id: string
  readonly personId: string
}

async function makeApplication(world: World, resource: string): Promise<OfTeam> {
  const team = await freshTeam(world, resource)
  const { actor, personId } = await freshVolunteer(world, resource)
  const { id } = await world.server.work((work) => applyToTeam(work, team, '想一起帮忙'), actor)
  return { team, id, personId }
}

/** A team with one more member, to whom leadership can be offered. */
async function makeMember(world: World, resource: string): Promise<OfTeam> {
  const team = await freshTeam(world, resource)
  const player = await makeResident(world.server.host, districtOf(resource), String(phones++), '老队员')
  await enlist(world.server.host, team, player)
  return { team, id: '', personId: player.personId }
}

async function makeHandover(world: World, resource: string): Promise<OfTeam> {
  const made = await makeMember(world, resource)
  const { id } = await world.server.work(
    (work) => offerLeadership(work, made.team, made.personId),
    leaderOf(world, resource).actor,
  )
  return { ...made, id }
}

async function makeFounding(world: World, resource: string): Promise<{ id: string }> {
  const { actor } = await freshVolunteer(world, resource)
  const request = { unitId: unitIdOf(world, resource), name: '新队申请', purpose: '一起帮助邻居', categorySlugs: [] }
  return world.server.work((work) => applyToFound(work, request), actor)
}

const onlyLeader = (kind: Kind, resource: string, status: number): readonly number[] => {
  if (!isAtHome(kind, resource)) return [404]
  const leader: Record<string, Kind> = { own: 'leader', sibling: 'otherLeader' }
  return leader[resource] === kind ? [status] : [403]
}
/** The leader and staff, but not the deputy or a member. */
const foundersOf: Record<string, readonly Kind[]> = {
  own: ['keeper', 'institute', 'dispatcher'],
  sibling: ['siblingKeeper', 'institute', 'dispatcher'],
  far: ['otherInstitute', 'dispatcher'],
  foreign: ['foreigner'],
}
/** What belongs to somebody else is not there; here it belongs to the member. */
const onlyMine = (kind: Kind, _resource: string, status: number) => (kind === 'member' ? [status] : [404])
const notMine = () => [404]

/** Matters of the member himself, one at a time. */
async function mineToWithdraw(world: World): Promise<OfTeam> {
  const team = await freshTeam(world, 'own')
  const { actor, personId } = world.cast.member
  const { id } = await world.server.work((work) => applyToTeam(work, team, '想一起帮忙'), actor)
  return { team, id, personId }
}

async function mineToAnswer(world: World): Promise<OfTeam> {
  const team = await freshTeam(world, 'own')
  const { member, leader } = world.cast
  await enlist(world.server.host, team, member)
  const { id } = await world.server.work((work) => offerLeadership(work, team, member.personId), leader.actor)
  return { team, id, personId: member.personId }
}

async function myFounding(world: World): Promise<{ id: string }> {
  const { actor, personId } = world.cast.member
  await world.server.owner((owner) =>
    owner.query(
      `update team_founding set state = 'withdrawn', due_at = null, responsible_unit_id = null where person_id = $1 and state = 'open'`,
      [personId],
    ),
  )
  const request = { unitId: unitIdOf(world, 'own'), name: '我的新队', purpose: '一起帮助邻居', categorySlugs: [] }
  return world.server.work((work) => applyToFound(work, request), actor)
}
const isVolunteer = (kind: Kind) => ['leader', 'member', 'otherLeader'].includes(kind)

const memberships = {
  readMyTeams: [whoMay()],
  applyToTeam: [
    thing({
      resources: [...TEAMS],
      make: freshTeam,
      input: (id) => ({ params: { id }, body: { message: '想一起帮忙' } }),
      // Residents who are no volunteers are refused; the leader of the fresh team is a member.
      answers: (kind, resource, status) => {
        if (!isAtHome(kind, resource)) return [404]
        const leads = kind === (resource === 'own' ? 'leader' : 'otherLeader')
        if (leads) return [409]
        return isVolunteer(kind) ? [status] : [status, 409]
      },
    }),
  ],
  withdrawApplication: [
    thing({ resources: ['own'], make: mineToWithdraw, input: ({ id }) => ({ params: { id } }), answers: onlyMine }),
    thing({
      resources: [...TEAMS],
      make: makeApplication,
      input: ({ id }) => ({ params: { id } }),
      answers: notMine,
    }),
  ],
  answerApplication: [
    thing({
      resources: [...TEAMS],
      make: makeApplication,
      input: ({ id }) => ({ params: { id }, body: { accept: true } }),
      answers: keepersOnly,
    }),
  ],
  offerLeadership: [
    thing({
      resources: [...TEAMS],
      make: makeMember,
      input: ({ team, personId }) => ({ params: { id: team }, body: { personId } }),
      // Staff only where nobody leads.
      answers: onlyLeader,
    }),
  ],
  answerHandover: [
    thing({
      resources: ['own'],
      make: mineToAnswer,
      input: ({ id }) => ({ params: { id }, body: { accept: true } }),
      answers: onlyMine,
    }),
    thing({
      resources: [...TEAMS],
      make: makeHandover,
      input: ({ id }) => ({ params: { id }, body: { accept: true } }),
      answers: notMine,
    }),
  ],
  withdrawHandover: [
    thing({
      resources: [...TEAMS],
      make: makeHandover,
      input: ({ id }) => ({ params: { id } }),
      answers: keepersOnly,
    }),
  ],
  changeTeamRole: [
    thing({
      resources: [...TEAMS],
      make: makeMember,
      input: ({ team, personId }) => ({ params: { id: team, personId }, body: { role: 'handler' } }),
      answers: keepersOnly,
    }),
  ],
} satisfies Record<string, readonly Case[]>

const foundings = {
  applyToFound: [
    thing({
      resources: ['own'],
      input: (_target, _kind, resource, world) => ({
        body: { unitId: unitIdOf(world, resource), name: '新队申请', purpose: '一起帮助邻居', categorySlugs: [] },
      }),
      answers: (_kind, _resource, status) => [status, 409],
    }),
    thing({
      resources: ['foreign'],
      input: (_target, _kind, resource, world) => ({
        body: { unitId: unitIdOf(world, resource), name: '新队申请', purpose: '一起帮助邻居', categorySlugs: [] },
      }),
      answers: () => [409, 422],
    }),
  ],
  withdrawFounding: [
    thing({ resources: ['own'], make: myFounding, input: ({ id }) => ({ params: { id } }), answers: onlyMine }),
    thing({ resources: [...TEAMS], make: makeFounding, input: ({ id }) => ({ params: { id } }), answers: notMine }),
  ],
  answerFounding: [
    thing({
      make: makeFounding,
      input: ({ id }) => ({ params: { id }, body: { approve: true } }),
      answers: (kind, resource, status) => {
        if (!isAtHome(kind, resource)) return [404]
        return foundersOf[resource]!.includes(kind) ? [status] : [403]
      },
    }),
  ],
  endTeam: [
    thing({
      resources: [...TEAMS],
      make: freshTeam,
      input: (id) => ({ params: { id }, body: { reason: '队员都搬走了' } }),
      answers: keepersOnly,
    }),
  ],
} satisfies Record<string, readonly Case[]>

const byKeepers = (input: Record<string, unknown>, isRead = false) =>
  thing({
    resources: [...TEAMS],
    isRead,
    make: freshTeam,
    input: (id) => ({ params: { id }, ...input }),
    answers: keepersOnly,
  })

const desk = {
  readTeamDesk: [byKeepers({}, true)],
  readJoinCode: [byKeepers({}, true)],
  makePoster: [byKeepers({ body: { lastDay: addDays(dateIn(new Date()), 20) } })],
  revokePosters: [byKeepers({})],
  updateTeam: [
    byKeepers({ version: 1, body: { joinMode: 'on-application' } }),
    // What the law or the district knows about a team is for its unit to write.
    thing({
      resources: [...TEAMS],
      make: freshTeam,
      input: (id) => ({ params: { id }, version: 1, body: { registrationType: 'filed' } }),
      answers: staffOnly,
    }),
  ],
  listTeamMatters: [whoMay()],
} satisfies Record<string, readonly Case[]>

const overview = {
  listTeamFamilies: [whoMay()],
  saveTeamFamily: [
    whoMay({
      isRead: false,
      input: () => ({ body: { slug: 'gardens', slot: 'N', name: '园艺', validFrom: addDays(dateIn(new Date()), 1) } }),
    }),
  ],
  readTeamCoverage: [
    thing({
      isRead: true,
      input: (_target, _kind, resource, world) => ({ query: { unitId: unitIdOf(world, resource) } }),
      answers: everybody,
    }),
  ],
  listTeamCoverage: [
    thing({
      isRead: true,
      input: (_target, _kind, resource, world) => ({
        params: { figure: 'category-gap' },
        query: { unitId: unitIdOf(world, resource), category: 'sports' },
      }),
      answers: everybody,
    }),
  ],
} satisfies Record<string, readonly Case[]>

const LIST = Buffer.from('姓名,手机号\n张三,13800009999\n').toString('base64')
const importers: Record<string, readonly Kind[]> = {
  own: ['keeper', 'institute', 'dispatcher', 'admin'],
  sibling: ['siblingKeeper', 'institute', 'dispatcher', 'admin'],
  far: ['otherInstitute', 'dispatcher', 'admin'],
  foreign: ['foreigner'],
}
const imports = (isRead: boolean) =>
  thing({
    isRead,
    input: (_target, _kind, resource, world) => ({
      body: { unitId: unitIdOf(world, resource), fileName: '名单.csv', file: LIST },
    }),
    answers: (kind, resource, status) => {
      if (!isAtHome(kind, resource)) return [404]
      return importers[resource]!.includes(kind) ? [status] : [403]
    },
  })

/** An invitation for the member's own phone. */
async function invitedMember(world: World): Promise<{ id: string }> {
  const { member, institute, places } = world.cast
  const file = Buffer.from(`姓名,手机号\n常相随,${member.phone ?? ''}\n`)
  const request = {
    unitId: places.township.id,
    teamId: null,
    fileName: '名单.csv',
    file,
    mapping: null,
    headerRow: null,
  }
  await world.server.work((work) => importVolunteers(work, request, readHere), institute.actor)
  const [invitation] = await world.server.work((work) => myInvitations(work), member.actor)
  return { id: invitation!.id }
}
const ofMember = { resources: ['own'], make: invitedMember }

const importCases = {
  previewImport: [imports(true)],
  importVolunteers: [imports(false)],
  listMyInvitations: [whoMay()],
  claimInvitation: [
    thing({ ...ofMember, input: ({ id }) => ({ params: { id }, body: { consent: true } }), answers: onlyMine }),
  ],
  declineInvitation: [thing({ ...ofMember, input: ({ id }) => ({ params: { id } }), answers: onlyMine })],
} satisfies Record<string, readonly Case[]>

export const teamDeskCases = { ...importCases, ...memberships, ...foundings, ...desk, ...overview }
