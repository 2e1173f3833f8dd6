/** Activities, their sessions and sign-ups, asked by everybody. */
import { randomUUID } from 'node:crypto'
import { createActivity, signUp } from '../../server/modules/activities/index.ts'
import { addDays, addMinutes, dateIn } from '../../server/platform/dates.ts'
import type { Player } from '../support/cast.ts'
import { thing, whoMay } from './cases-of-things.ts'
import type { World } from './matrix.ts'
import type { Kind } from './who-may.ts'

/** Of a team at the township, of the own village's station, of another township's, of another district. */
export const PLACES = ['team', 'station', 'far', 'foreign'] as const
type Place = (typeof PLACES)[number]

const ORGANISERS: Record<Place, readonly Kind[]> = {
  team: ['leader', 'institute', 'dispatcher'],
  station: ['keeper', 'institute', 'dispatcher'],
  far: ['otherInstitute', 'dispatcher'],
  foreign: ['foreigner'],
}
/** Residents of whom it is certain that they are volunteers. */
export const VOLUNTEERS: readonly Kind[] = ['leader', 'member', 'otherLeader']

export const isAtHome = (kind: Kind, place: string) => (place === 'foreign') === (kind === 'foreigner')
export const everybody = (kind: Kind, place: string, status: number) => (isAtHome(kind, place) ? [status] : [404])
export const organisersOnly = (kind: Kind, place: string, status: number) =>
  isAtHome(kind, place) ? [ORGANISERS[place as Place].includes(kind) ? status : 403] : [404]

function organiserOf(world: World, place: string) {
  const { places, leader, keeper, otherInstitute, foreigner } = world.cast
  return {
    team: { player: leader, of: { unitId: null, teamId: places.team }, placeUnitId: places.township.id },
    station: { player: keeper, of: { unitId: places.village.id, teamId: null }, placeUnitId: places.village.id },
    far: { player: otherInstitute, of: { unitId: places.far.id, teamId: null }, placeUnitId: places.far.id },
    foreign: { player: foreigner, of: { unitId: places.foreign.id, teamId: null }, placeUnitId: places.foreign.id },
  }[place as Place]
}

const ROLE = { name: '组员', needed: 20, skills: [], licences: [], ageMin: null }
const planAt = (placeUnitId: string) => ({
  title: '读书小组',
  place: '站里二楼',
  placeUnitId,
  personInCharge: '岑领航',
  minutes: 30,
  roles: [ROLE],
})

// Each session has its own time, so that nobody is promised twice by mistake.
const STEP_MINUTES = 40
let made = 0
let soonMade = 0
const nextStart = () => addMinutes(new Date(), 24 * 60 + STEP_MINUTES * (made += 2))

export interface Made {
  readonly id: string
  readonly sessionId: string
}

async function makeActivity(world: World, place: string, publish = true, startsAt = nextStart()): Promise<Made> {
  const { player, of, placeUnitId } = organiserOf(world, place)
  const request = {
    ...of,
    plan: planAt(placeUnitId),
    templateId: null,
    recurrence: null,
    startsAt,
    publish,
  }
  const { id, sessionIds } = await world.server.work((work) => createActivity(work, request), player.actor)
  return { id, sessionId: sessionIds[0]! }
}
/** A session that begins in half an hour, so that check-in is open. */
export const makeOpenSession = (world: World, place: string) =>
  makeActivity(world, place, true, addMinutes(new Date(), 30))
const makeDraft = (world: World, place: string) => makeActivity(world, place, false)

const ofActivity = ({ id }: Made) => ({ params: { id } })
export const ofSession = ({ sessionId }: Made) => ({ params: { id: sessionId } })

/** Lets a volunteer sign up, so that there is something to withdraw or to take. */
async function signUpAs(world: World, kind: Kind, sessionId: string): Promise<void> {
  if (!VOLUNTEERS.includes(kind)) return
  const { actor } = world.cast[kind as keyof typeof world.cast] as Player
  await world.server.work((work) => signUp(work, sessionId, { roleId: null, roleName: null, mayWait: false }), actor)
}

const offerTo = (world: World, sessionId: string) =>
  world.server.owner(async (owner) => {
    await owner.query('delete from busy_range where subject_id = $1', [sessionId])
    await owner.query(
      `update sign_up set state = 'offered', offer_until = now() + interval '1 hour' where session_id = $1 and state = 'signed-up'`,
      [sessionId],
    )
  })

const edit = (placeUnitId: string) => {
  const startsAt = nextStart()
  return {
    startsAt: startsAt.toISOString(),
    endsAt: addMinutes(startsAt, 30).toISOString(),
    place: '站里一楼',
    placeUnitId,
    roles: [ROLE],
    scope: 'this',
  }
}

const ofPlace = { resources: [...PLACES], make: makeActivity }

const planningCases = {
  saveTheme: [
    whoMay({
      isRead: false,
      input: () => ({ body: { kind: 'theme', name: '读书月', validFrom: addDays(dateIn(new Date()), 1) } }),
    }),
  ],
  listOrganised: [whoMay()],
  listTemplates: [whoMay()],
  saveTemplate: [
    thing({
      resources: [...PLACES],
      input: (_target, _kind, place, world) => {
        const { of, placeUnitId } = organiserOf(world, place)
        return { body: { ...of, name: `模板 ${randomUUID().slice(0, 8)}`, plan: planAt(placeUnitId) } }
      },
      answers: organisersOnly,
    }),
  ],
  createActivity: [
    thing({
      resources: [...PLACES],
      input: (_target, _kind, place, world) => {
        const { of, placeUnitId } = organiserOf(world, place)
        return { body: { ...of, plan: planAt(placeUnitId), startsAt: nextStart().toISOString() } }
      },
      answers: organisersOnly,
    }),
  ],
  updateActivity: [
    thing<Made>({
      ...ofPlace,
      // Written, then published.
      input: (made) => ({ ...ofActivity(made), version: 2, body: { title: '朗读小组' } }),
      answers: organisersOnly,
    }),
  ],
  publishActivity: [
    thing<Made>({
      resources: [...PLACES],
      make: makeDraft,
      input: ofActivity,
      // What is not published does not exist for others.
      answers: (kind, place, status) => [ORGANISERS[place as Place].includes(kind) ? status : 404],
    }),
  ],
  cancelActivity: [
    thing<Made>({
      ...ofPlace,
      input: (made) => ({ ...ofActivity(made), body: { reason: '天气' } }),
      answers: organisersOnly,
    }),
  ],
  addSessions: [
    thing<Made>({
      ...ofPlace,
      input: (made, _kind, place, world) => {
        const { placeUnitId } = organiserOf(world, place)
        const body = { startsAt: nextStart().toISOString(), minutes: 30, place: '门口', placeUnitId, roles: [ROLE] }
        return { ...ofActivity(made), body }
      },
      answers: organisersOnly,
    }),
  ],
  editSession: [
    thing<Made>({
      ...ofPlace,
      input: (made, _kind, place, world) => ({
        ...ofSession(made),
        version: 1,
        body: edit(organiserOf(world, place).placeUnitId),
      }),
      answers: organisersOnly,
    }),
  ],
  cancelSession: [
    thing<Made>({
      ...ofPlace,
      input: (made) => ({ ...ofSession(made), body: { reason: '天气', scope: 'this' } }),
      answers: organisersOnly,
    }),
  ],
  readRoster: [thing<Made>({ ...ofPlace, isRead: true, input: ofSession, answers: organisersOnly })],
  lookAtEmergency: [
    thing<Made>({
      resources: ['team', 'station', 'far'],
      make: async (world, place) => {
        const soon = addMinutes(new Date(), 60 + STEP_MINUTES * (soonMade += 1))
        const made = await makeActivity(world, place, true, soon)
        await world.server.work(
          (work) => signUp(work, made.sessionId, { roleId: null, roleName: null, mayWait: false }),
          world.cast.member.actor,
        )
        return made
      },
      input: (made, _kind, _place, world) => ({
        ...ofSession(made),
        body: { personId: world.cast.member.personId, purpose: 'accident' },
      }),
      answers: organisersOnly,
    }),
  ],
  messageSession: [
    thing<Made>({
      ...ofPlace,
      input: (made) => ({ ...ofSession(made), body: { text: '请带水杯' } }),
      answers: organisersOnly,
    }),
  ],
} as const

const takingPartCases = {
  listProgramme: [whoMay()],
  listThemes: [whoMay()],
  readActivity: [
    thing<Made>({ ...ofPlace, isRead: true, input: ofActivity, answers: everybody }),
    thing<Made>({
      resources: [...PLACES],
      make: makeDraft,
      isRead: true,
      input: ofActivity,
      answers: (kind, place, status) => [ORGANISERS[place as Place].includes(kind) ? status : 404],
    }),
  ],
  readSession: [thing<Made>({ ...ofPlace, isRead: true, input: ofSession, answers: everybody })],
  signUp: [
    thing<Made>({
      ...ofPlace,
      input: (made) => ({ ...ofSession(made), body: {} }),
      // The resident and the neighbour may have registered as volunteers in another case, or not.
      answers: (kind, place, status) =>
        isAtHome(kind, place) ? (VOLUNTEERS.includes(kind) ? [status] : [409, status]) : [404],
    }),
  ],
  withdrawSignUp: [
    thing<Made>({
      resources: ['team', 'station', 'far'],
      make: makeActivity,
      input: async (made, kind, _place, world) => {
        await signUpAs(world, kind, made.sessionId)
        return ofSession(made)
      },
      answers: (kind, _place, status) => (VOLUNTEERS.includes(kind) ? [status] : [409]),
    }),
  ],
  acceptPlace: [
    thing<Made>({
      resources: ['team', 'station', 'far'],
      make: makeActivity,
      input: async (made, kind, _place, world) => {
        await signUpAs(world, kind, made.sessionId)
        await offerTo(world, made.sessionId)
        return ofSession(made)
      },
      answers: (kind, _place, status) => (VOLUNTEERS.includes(kind) ? [status] : [409]),
    }),
  ],
  signUpSeries: [thing<Made>({ ...ofPlace, input: (made) => ({ ...ofActivity(made), body: {} }), answers: everybody })],
  listMySignUps: [whoMay()],
  listTakable: [whoMay()],
  createFeed: [
    thing({
      resources: ['none', 'team'],
      input: (_target, _kind, place, world) => ({ body: { teamId: place === 'team' ? world.cast.places.team : null } }),
      answers: (kind, place, status) => [place === 'none' || ['leader', 'member'].includes(kind) ? status : 404],
    }),
  ],
  listFeeds: [whoMay()],
  readCalendar: [
    thing<string>({
      resources: ['own'],
      isRead: true,
      make: async ({ server, cast }) =>
        (await server.call('createFeed', { as: cast.otherLeader, body: {} })).answer.token,
      input: (token) => ({ params: { token } }),
      answers: (kind, _place, status) => [kind === 'foreigner' ? 404 : status],
    }),
  ],
  revokeFeed: [
    thing<string>({
      resources: ['own'],
      make: async ({ server, cast }) => (await server.call('createFeed', { as: cast.member, body: {} })).answer.id,
      input: (id) => ({ params: { id } }),
      answers: (kind, _place, status) => [kind === 'member' ? status : 404],
    }),
  ],
} as const

export const activityCases = { ...planningCases, ...takingPartCases }
