import { occupy, release } from '#modules/attendance/index.ts'
import { holdPerson } from '#modules/people/index.ts'
import { type VolunteerFacts, volunteerFacts } from '#modules/teams/index.ts'
import { dateIn } from '#platform/dates.ts'
import { sql, type Tx } from '#platform/db.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Work } from '#platform/work.ts'
import type { Activity, Session, SessionRole, SignUpState } from './activity.ts'
import { findActivity, findSession, givePlaceBack, lockRole, sessionColumns, takePlace } from './activity-rows.ts'
import { freePlace } from './promote.ts'
import { refuse } from './refusals.ts'
import { insertSignUp, lockSignUp, placeInQueue, setSignUpPerson, setSignUpState } from './sign-up-rows.ts'
import { type WhyNot, whyNotOpen, whyNotThisPerson } from './why-not.ts'

export interface SignedUp {
  readonly sessionId: string
  readonly state: Extract<SignUpState, 'signed-up' | 'waiting'>
  readonly roleId: string
  /** Place in the waiting list, from 1; null with a place at the session. */
  readonly position: number | null
}

export interface Wish {
  /** The role by its id or, in a series, by its name; without one the first that is free. */
  readonly roleId: string | null
  readonly roleName: string | null
  /** Whether to wait when all places are taken. */
  readonly mayWait: boolean
}

/**
 * Signs the acting person up for a session, or puts him or her on the waiting list.
 * @throws Refusal one of WHY_NOT, role-unknown, platform.not-found
 */
export async function signUp(work: Work, sessionId: string, wish: Wish): Promise<SignedUp> {
  const personId = signedInPerson(work)
  const found = await sessionForSignUp(work.tx, sessionId)
  const activity = found === undefined ? undefined : await findActivity(work.tx, found.activityId)
  if (found === undefined || activity === undefined || activity.state === 'draft')
    throw new Refusal('platform.not-found', 404, {})
  await holdPerson(work.tx, personId)
  const answer = await trySignUp(work, activity, found, personId, await volunteerFacts(work.tx, personId), wish)
  if (typeof answer === 'string') throw refuse(answer)
  return answer
}

export interface SeriesAnswer {
  readonly signedUp: readonly SignedUp[]
  /** Sessions that were left out, each with the one reason. */
  readonly skipped: readonly { readonly sessionId: string; readonly startsAt: Date; readonly reason: WhyNot }[]
}

/** Signs up for every session of an activity that is still to come; what does not fit is left out and named. */
export async function signUpSeries(work: Work, activityId: string, wish: Omit<Wish, 'roleId'>): Promise<SeriesAnswer> {
  const personId = signedInPerson(work)
  const activity = await findActivity(work.tx, activityId)
  if (activity === undefined || activity.state === 'draft') throw new Refusal('platform.not-found', 404, {})
  await holdPerson(work.tx, personId)
  const facts = await volunteerFacts(work.tx, personId)
  const sessions = await work.tx.rows<Session>(sql`
    select ${sessionColumns} from activity_session s
     where s.district_id = ${work.tx.districtId} and s.activity_id = ${activityId} and s.starts_at > ${work.now}
     order by s.starts_at, s.id for share`)
  const signedUp: SignedUp[] = []
  const skipped: { sessionId: string; startsAt: Date; reason: WhyNot }[] = []
  for (const session of sessions) {
    const answer = await trySignUp(work, activity, session, personId, facts, { ...wish, roleId: null })
    if (typeof answer === 'string') skipped.push({ sessionId: session.id, startsAt: session.startsAt, reason: answer })
    else signedUp.push(answer)
  }
  return { signedUp, skipped }
}

/** Withdraws from a session or its waiting list, any time before it begins and without a reason. */
export async function withdraw(work: Work, sessionId: string): Promise<void> {
  return withdrawPerson(work, sessionId, signedInPerson(work))
}

/** The same for somebody who leaves, or whose guardian does not agree any more. */
export async function withdrawPerson(work: Work, sessionId: string, personId: string): Promise<void> {
  const session = await findSession(work.tx, sessionId)
  if (session === undefined) throw new Refusal('platform.not-found', 404, {})
  const mine = await lockSignUp(work.tx, sessionId, personId)
  if (mine === undefined) throw refuse('not-signed-up')
  if (session.startsAt <= work.now) throw refuse('closed')
  await setSignUpState(work.tx, mine.id, 'withdrawn', work.now)
  await release(work.tx, personId, 'sign-up', sessionId)
  if (mine.state !== 'waiting') await freePlace(work, sessionId, mine.roleId)
  work.audit({ action: 'activities.withdraw', subject: { kind: 'session', id: sessionId }, personId })
}

/**
 * Lets a sign-up follow from one account to another of the same person.
 * @returns false when the other one has signed up too, or is promised elsewhere at that time
 */
export async function moveSignUp({ tx, now }: Work, sessionId: string, fromId: string, toId: string): Promise<boolean> {
  const session = await findSession(tx, sessionId)
  const mine = await lockSignUp(tx, sessionId, fromId)
  if (session === undefined || mine === undefined || (await lockSignUp(tx, sessionId, toId)) !== undefined) return false
  if (mine.state === 'signed-up') {
    const { startsAt: from, endsAt: until } = session
    if (!(await occupy(tx, now, { personId: toId, kind: 'sign-up', subjectId: sessionId, from, until }))) return false
    await release(tx, fromId, 'sign-up', sessionId)
  }
  await setSignUpPerson(tx, mine.id, toId)
  return true
}

/** Takes a place that was offered from the waiting list. @throws Refusal offer-gone, overlap */
export async function acceptPlace(work: Work, sessionId: string): Promise<SignedUp> {
  const personId = signedInPerson(work)
  await holdPerson(work.tx, personId)
  const session = await sessionForSignUp(work.tx, sessionId)
  if (session === undefined) throw new Refusal('platform.not-found', 404, {})
  const mine = await lockSignUp(work.tx, sessionId, personId)
  const isKept = mine?.state === 'offered' && mine.offerUntil! > work.now
  if (!isKept || session.state !== 'planned') throw refuse('offer-gone')
  const { startsAt: from, endsAt: until } = session
  if (!(await occupy(work.tx, work.now, { personId, kind: 'sign-up', subjectId: sessionId, from, until })))
    throw refuse('overlap')
  await setSignUpState(work.tx, mine.id, 'signed-up', work.now)
  work.audit({ action: 'activities.accept-place', subject: { kind: 'session', id: sessionId }, personId })
  return { sessionId, state: 'signed-up', roleId: mine.roleId, position: null }
}

async function trySignUp(
  work: Work,
  activity: Activity,
  session: Session,
  personId: string,
  facts: VolunteerFacts,
  wish: Wish,
): Promise<SignedUp | WhyNot> {
  const { tx, now } = work
  const sessionId = session.id
  const closed = whyNotOpen(activity, session, now)
  if (closed !== null) return closed
  if ((await lockSignUp(tx, sessionId, personId)) !== undefined) return 'already'
  const wanted = rolesWanted(session, wish)
  const refusals = wanted.map((role) => whyNotThisPerson(activity, role, facts, dateIn(session.startsAt)))
  const roles = wanted.filter((_role, index) => refusals[index] === null)
  if (roles.length === 0) return refusals[0]!
  const { startsAt: from, endsAt: until } = session
  // The person's time before the place: whoever comes in another order could wait for us while we wait for them.
  if (!(await occupy(tx, now, { personId, kind: 'sign-up', subjectId: sessionId, from, until }))) return 'overlap'
  const role = await firstFree(tx, roles)
  const state = role === undefined ? 'waiting' : 'signed-up'
  const chosen = role ?? roles[0]!
  if (role === undefined && !wish.mayWait) {
    await release(tx, personId, 'sign-up', sessionId)
    return 'full'
  }
  const id = await insertSignUp(tx, now, { sessionId, roleId: chosen.id, personId, state })
  if (id === undefined) {
    if (role !== undefined) await givePlaceBack(tx, role.id)
    return 'already'
  }
  // Who waits has promised nothing yet.
  if (state === 'waiting') await release(tx, personId, 'sign-up', sessionId)
  work.audit({
    action: 'activities.sign-up',
    subject: { kind: 'session', id: sessionId },
    personId,
    details: { state },
  })
  const position = state === 'waiting' ? await placeInQueue(tx, { id, roleId: chosen.id }) : null
  return { sessionId, state, roleId: chosen.id, position }
}

/** The first role with a free place, which is taken; if none, the first role stays locked until the waiting list is written. */
async function firstFree(tx: Tx, roles: readonly SessionRole[]): Promise<SessionRole | undefined> {
  for (const role of roles) if (await takePlace(tx, role.id)) return role
  const { needed, taken } = await lockRole(tx, roles[0]!.id)
  // A place became free between the two statements: without this look somebody would wait beside an empty chair.
  return taken < needed && (await takePlace(tx, roles[0]!.id)) ? roles[0] : undefined
}

function rolesWanted(session: Session, wish: Wish): readonly SessionRole[] {
  if (wish.roleId === null && wish.roleName === null) return session.roles
  const found = session.roles.filter((role) => role.id === wish.roleId || role.name === wish.roleName)
  if (found.length === 0) throw refuse('role-unknown', {}, { field: 'roleId' })
  return found
}

/** A session that nobody cancels or moves while somebody signs up; others may sign up at the same time. */
function sessionForSignUp(tx: Tx, id: string): Promise<Session | undefined> {
  return tx.maybe(
    sql`select ${sessionColumns} from activity_session s where s.district_id = ${tx.districtId} and s.id = ${id} for share`,
  )
}

function signedInPerson(work: Work): string {
  if (work.actor.personId === null) throw new Refusal('platform.not-signed-in', 401, {})
  return work.actor.personId
}
