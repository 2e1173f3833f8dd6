/** Activities of a simulated district: what stands there, what happens next, and the requests that come of it. */
import { addDays, addMinutes, dateIn, startOfDate } from '../../server/platform/dates.ts'
import type { Random } from '../chaos/random.ts'
import { FREE_VOLUNTEERS, TEAM_PEOPLE, TEAMS } from './cast.ts'
import type { District } from './district.ts'
import type { Ground } from './promises/ground.ts'
import type { Request } from './acts.ts'
import { SESSION_ACTS, type SessionAct } from './session-acts.ts'
import type { Act, Deed, SessionRef } from './step.ts'

export interface SessionNow {
  readonly id: string
  readonly state: string
  readonly version: number
  readonly startsAt: Date
  readonly endsAt: Date
  readonly placeUnitId: string
  /** Who planned it: a staff login, or a leader's name. */
  readonly organiser: string
  readonly needed: number
  readonly signedUp: readonly string[]
  readonly waiting: readonly string[]
  readonly offered: readonly string[]
}

const DRAWS = 2 ** 24
const LIVE_SESSIONS_MAX = 5
const DAY_MINUTES = 1440
const CHECK_IN_MINUTES = 60
const ORGANISERS = ['keeper', 'sibling-keeper', 'institute', ...TEAMS.map(({ people }) => people[0]!)]
const VOLUNTEERS = [...TEAM_PEOPLE, ...FREE_VOLUNTEERS]
const chance = (random: Random, percent: number) => random.below(100) < percent

const SURVEY = {
  name: 'simulation-sessions',
  text: `
    select s.id, s.state, s.version, s.starts_at as "startsAt", s.ends_at as "endsAt", s.place_unit_id as "placeUnitId",
           coalesce(a.login, p.name) as organiser, r.needed,
           ${['signed-up', 'waiting', 'offered'].map(namesIn).join()}
      from activity_session s
      join activity v on v.district_id = s.district_id and v.id = s.activity_id
      join session_role r on r.district_id = s.district_id and r.session_id = s.id
      left join person p on p.district_id = v.district_id and p.id = v.created_by
      left join staff_account a on a.district_id = v.district_id and a.person_id = v.created_by
     where s.district_id = $1 and ($2::uuid is null or s.id = $2)`,
}

function namesIn(state: string): string {
  const name = state === 'signed-up' ? '"signedUp"' : state
  return `array(select q.name from sign_up u join person q on q.district_id = u.district_id and q.id = u.person_id
    where u.district_id = s.district_id and u.session_id = s.id and u.state = '${state}' order by u.created_at, q.name) as ${name}`
}

/** All sessions, or the one. */
export function surveySessions(ground: Ground, id: string | null = null): Promise<SessionNow[]> {
  return ground.rows(SURVEY, [ground.districtId, id])
}

export interface SessionSight {
  readonly random: Random
  /** Every session by the step that planned it, as it stands now. */
  readonly sessions: readonly (readonly [SessionRef, SessionNow])[]
  /** Steps about sessions that sent something, oldest first. */
  readonly sent: readonly number[]
  readonly now: Date
  readonly daysLeft: number
}

/** The next deed about an activity, with whoever does it. */
export function drawSessionDeed({ random, sessions, sent, now, daysLeft }: SessionSight): Deed {
  const planned = sessions.filter(([, { state }]) => state === 'planned')
  const ahead = planned.filter(([, { startsAt }]) => startsAt > now)
  const weight = random.below(100)
  if (sessions.length === 0 || (ahead.length < LIVE_SESSIONS_MAX && daysLeft > 0 && weight < 25))
    return act(random, 'plan-activity', random.pick(ORGANISERS))
  const open = planned.filter(([, { startsAt }]) => startsAt <= addMinutes(now, CHECK_IN_MINUTES))
  if (open.length > 0 && weight < 45) return drawCheckIn(random, open)
  const [session, stands] = random.pick(chance(random, 92) && ahead.length > 0 ? ahead : sessions)
  const { signedUp, waiting, offered } = stands
  const among = (people: readonly string[]) =>
    random.pick(people.length > 0 && chance(random, 90) ? people : VOLUNTEERS)
  if (offered.length > 0 && weight < 65) return act(random, 'accept-place', among(offered), { session })
  if (weight < 76) return act(random, 'sign-up', random.pick(VOLUNTEERS), { session })
  const placed = [...signedUp, ...signedUp, ...waiting, ...offered]
  if (weight < 86) return act(random, 'give-place-back', among(placed), { session })
  if (weight < 93) return act(random, 'edit-session', stands.organiser, { session })
  if (weight < 96) return act(random, 'cancel-session', stands.organiser, { session })
  if (weight < 98 && sent.length > 0) return { kind: 'repeat', of: random.pick(sent.slice(-20)), body: 'same' }
  // Nonsense: anybody does anything.
  return act(random, random.pick(SESSION_ACTS.slice(1)), random.pick([...ORGANISERS, ...VOLUNTEERS]), { session })
}

function drawCheckIn(random: Random, open: SessionSight['sessions']): Act {
  const [session, { signedUp }] = random.pick(open)
  const by = random.pick(signedUp.length > 0 && chance(random, 85) ? signedUp : VOLUNTEERS)
  return act(random, random.pick(['session-in', 'session-in', 'session-out']), by, { session })
}

function act(random: Random, name: SessionAct, by: string, more: Partial<Act> = {}): Act {
  const extra = random.below(100)
  const fault =
    extra < 5
      ? ({ at: 'statement', n: 1 + random.below(12) } as const)
      : extra < 8
        ? ({ at: 'after-commit' } as const)
        : undefined
  return {
    kind: 'act',
    act: name,
    by,
    ...more,
    draw: random.below(DRAWS),
    ...(fault !== undefined && { fault }),
    ...(extra >= 94 && { twice: true as const }),
  }
}

export interface SessionScene {
  readonly district: District
  readonly by: string
  readonly session: SessionNow | undefined
  readonly now: Date
  readonly random: Random
  readonly mark: string
  ask(by: string, route: 'readSessionCode', params: Readonly<Record<string, string>>): Promise<unknown>
}

/** The request of an act; undefined when the session is not there. */
export async function sessionRequestOf(name: SessionAct, scene: SessionScene): Promise<Request | undefined> {
  if (name === 'plan-activity') return planActivity(scene)
  const { session, random } = scene
  if (session === undefined) return undefined
  const params = { id: session.id }
  switch (name) {
    case 'edit-session':
      return editSession(scene, session)
    case 'cancel-session':
      return { route: 'cancelSession', params, body: { reason: '天气不好', scope: 'this' } }
    case 'sign-up':
      return { route: 'signUp', params, body: { roleId: null, mayWait: chance(random, 85) } }
    case 'give-place-back':
      return { route: 'withdrawSignUp', params }
    case 'accept-place':
      return { route: 'acceptPlace', params }
    case 'session-in':
    case 'session-out':
      return checkIn(scene, session, name === 'session-in' ? 'in' : 'out')
    default:
      return name satisfies never
  }
}

const roles = (needed: number) => [{ name: '组员', needed, skills: [], licences: [], ageMin: null }]

/** At nine, ten or two on one of the next days, so that sessions often overlap. */
function timeAfter(random: Random, now: Date): Date {
  const day = addDays(dateIn(now), random.below(4))
  const at = addMinutes(startOfDate(day), random.pick([9, 10, 14]) * 60)
  return at > addMinutes(now, 30) ? at : addMinutes(at, DAY_MINUTES)
}

async function planActivity({ district, by, now, random, mark }: SessionScene): Promise<Request> {
  const team = TEAMS.find(({ people }) => people[0] === by)
  const stations = district.units.filter(({ kind }) => kind === 'station')
  const place = random.pick(stations)
  const teamId = district.teams.find(({ key }) => key === team?.key)?.id ?? null
  const plan = {
    title: `读书会 ${mark}`,
    place: '活动室',
    placeUnitId: place.id,
    personInCharge: '负责人',
    minutes: random.pick([60, 120, 300]),
    offerMinutes: random.pick([30, 120, 1440]),
    roles: roles(1 + random.below(2)),
  }
  const unitId = teamId === null ? await unitOf(district, by) : null
  return {
    route: 'createActivity',
    body: { unitId, teamId, plan, startsAt: timeAfter(random, now).toISOString(), publish: true },
  }
}

async function unitOf({ ground, people }: District, by: string): Promise<string> {
  const [row] = await ground.rows<{ id: string }>(
    { text: 'select unit_id as id from role_grant where district_id = $1 and person_id = $2 limit 1' },
    [ground.districtId, people.get(by)!.personId],
  )
  return row!.id
}

function editSession({ random, now }: SessionScene, session: SessionNow): Request {
  const moves = chance(random, 60)
  const startsAt = moves ? timeAfter(random, now) : session.startsAt
  const minutes = (session.endsAt.getTime() - session.startsAt.getTime()) / 60_000
  const body = {
    startsAt: startsAt.toISOString(),
    endsAt: addMinutes(startsAt, minutes).toISOString(),
    place: '活动室',
    placeUnitId: session.placeUnitId,
    roles: roles(1 + random.below(3)),
    scope: 'this',
  }
  const version = chance(random, 95) ? session.version : session.version - 1
  return { route: 'editSession', params: { id: session.id }, body, ifMatch: `"${version}"` }
}

async function checkIn(scene: SessionScene, session: SessionNow, direction: 'in' | 'out'): Promise<Request> {
  const shown = (await scene.ask(session.organiser, 'readSessionCode', { id: session.id })) as
    | { code: string }
    | undefined
  const code = shown !== undefined && chance(scene.random, 92) ? shown.code : 'WRONGCODE'
  return { route: 'checkInSelf', params: { id: session.id }, body: { direction, code } }
}
