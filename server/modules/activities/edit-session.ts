import { moveAll, releaseAll } from '#modules/attendance/index.ts'
import { findUnit } from '#modules/orgs/index.ts'
import { addMinutes, dateIn } from '#platform/dates.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Work } from '#platform/work.ts'
import type { Activity, RolePlan, Session } from './activity.ts'
import {
  findSession,
  insertRole,
  lockPlanned,
  lockSession,
  setActivityState,
  setSessionState,
  updateRole,
  updateSession,
} from './activity-rows.ts'
import { addSessions, refuseDoubleRoles, refuseWrongTime } from './create-activity.ts'
import { tell } from './notices.ts'
import { fillPlaces, freePlace } from './promote.ts'
import { lockForOrganiser } from './publish-activity.ts'
import { occurrences } from './recurrence.ts'
import { refuse } from './refusals.ts'
import { endSignUps, liveSignUps, lockSignUp, setSignUpState } from './sign-up-rows.ts'

/** A change of one session, or of it and all later ones of its activity. */
export type Scope = 'this' | 'following'

export interface SessionChange {
  readonly startsAt: Date
  readonly endsAt: Date
  readonly place: string
  readonly placeUnitId: string
  readonly roles: readonly RolePlan[]
  readonly scope: Scope
}

const MINUTE_MS = 60_000
const SESSION_MINUTES_MAX = 24 * 60

export interface SessionsRequest {
  readonly startsAt: Date
  readonly minutes: number
  readonly recurrence: string | null
  readonly place: string
  readonly placeUnitId: string
  readonly roles: readonly RolePlan[]
}

/** Adds one session, or a series of them, to an activity. @returns their ids in time's order */
export async function addToActivity(work: Work, activityId: string, given: SessionsRequest): Promise<string[]> {
  const activity = await lockForOrganiser(work, activityId)
  if (activity.state === 'cancelled') throw refuse('cancelled')
  await refuseUnknownPlace(work, given.placeUnitId)
  const starts = given.recurrence === null ? [given.startsAt] : occurrences(given.startsAt, given.recurrence)
  const ids = await addSessions(work, activityId, { ...given, closesMinutesBefore: 0 }, starts)
  work.audit({
    action: 'activities.add-sessions',
    subject: { kind: 'activity', id: activityId },
    details: { sessions: ids.length },
  })
  return ids
}

/**
 * Moves or changes a session, and with `following` the later ones of its activity by the same step. Everybody who has or waits
 * for a place is told; who is promised elsewhere at the new time gives the place up and is told that too.
 */
export async function editSession(
  work: Work,
  sessionId: string,
  version: number,
  change: SessionChange,
): Promise<void> {
  const { activity, session } = await lockSessionForOrganiser(work, sessionId)
  if (session.version !== version) throw new Refusal('platform.version-stale', 409, {})
  if (session.state !== 'planned') throw refuse('not-planned')
  refuseDoubleRoles(change.roles)
  await refuseUnknownPlace(work, change.placeUnitId)
  const minutes = (change.endsAt.getTime() - change.startsAt.getTime()) / MINUTE_MS
  if (minutes <= 0 || minutes > SESSION_MINUTES_MAX) throw refuse('time-empty', {}, { field: 'endsAt' })
  const step = (change.startsAt.getTime() - session.startsAt.getTime()) / MINUTE_MS
  const following = change.scope === 'this' ? [session] : await lockPlanned(work.tx, activity.id, session.startsAt)
  // The last first when a series goes forward: a session never stands for a moment where its neighbour still is.
  for (const one of step > 0 ? following.toReversed() : following) {
    const startsAt = addMinutes(one.startsAt, step)
    refuseWrongTime(work.now, startsAt)
    await changeOne(work, activity, one, { ...change, startsAt, endsAt: addMinutes(startsAt, minutes) })
  }
  work.audit({
    action: 'activities.edit-session',
    subject: { kind: 'session', id: sessionId },
    details: { sessions: following.length, stepMinutes: step },
  })
}

/** Cancels a session, or it and the later ones; everybody with a place is told why. */
export async function cancelSession(
  work: Work,
  sessionId: string,
  given: { reason: string; scope: Scope },
): Promise<void> {
  const { activity, session } = await lockSessionForOrganiser(work, sessionId)
  if (session.state !== 'planned') throw refuse('not-planned')
  const following = given.scope === 'this' ? [session] : await lockPlanned(work.tx, activity.id, session.startsAt)
  for (const one of following) await cancelOne(work, activity, one, given.reason)
}

/** Cancels the whole activity and every session that was still to be held. */
export async function cancelActivity(work: Work, activityId: string, reason: string): Promise<void> {
  const activity = await lockForOrganiser(work, activityId)
  if (activity.state === 'cancelled') throw refuse('cancelled')
  await setActivityState(work.tx, activityId, { state: 'cancelled', reason })
  for (const session of await lockPlanned(work.tx, activityId, work.now))
    await cancelOne(work, activity, session, reason)
  work.audit({ action: 'activities.cancel', subject: { kind: 'activity', id: activityId }, details: { reason } })
}

async function changeOne(
  work: Work,
  activity: Activity,
  session: Session,
  change: Omit<SessionChange, 'scope'>,
): Promise<void> {
  const { startsAt, endsAt, place, placeUnitId } = change
  const closesBefore = session.startsAt.getTime() - session.signUpUntil.getTime()
  const signUpUntil = new globalThis.Date(startsAt.getTime() - closesBefore)
  const isMoved = startsAt.getTime() !== session.startsAt.getTime() || endsAt.getTime() !== session.endsAt.getTime()
  await updateSession(work.tx, session.id, { startsAt, endsAt, place, placeUnitId, signUpUntil })
  const now = { ...session, startsAt }
  if (isMoved || place !== session.place) {
    const people = (await liveSignUps(work.tx, session.id)).map((one) => one.personId)
    const lost = isMoved
      ? await moveAll(work.tx, work.now, { kind: 'sign-up', subjectId: session.id, from: startsAt, until: endsAt })
      : []
    for (const personId of lost) await giveUp(work, session.id, personId)
    await tell(work, lost, 'session-place-lost', { activity, session: now })
    await tell(
      work,
      people.filter((personId) => !lost.includes(personId)),
      'session-changed',
      { activity, session: now },
    )
  }
  await changeRoles(work, session, change.roles)
}

async function giveUp(work: Work, sessionId: string, personId: string): Promise<void> {
  const theirs = await lockSignUp(work.tx, sessionId, personId)
  if (theirs === undefined) return
  await setSignUpState(work.tx, theirs.id, 'lapsed', work.now)
  if (theirs.state !== 'waiting') await freePlace(work, sessionId, theirs.roleId)
}

/** Roles keep their name; one that people signed up for can grow and shrink, but not go. */
async function changeRoles(work: Work, session: Session, roles: readonly RolePlan[]): Promise<void> {
  for (const role of roles) {
    const old = session.roles.find((one) => one.name === role.name)
    if (old === undefined) await insertRole(work.tx, work.now, session.id, role)
    else {
      if (!(await updateRole(work.tx, old.id, role))) throw refuse('role-overfilled', {}, { field: 'roles' })
      if (role.needed > old.needed) await fillPlaces(work, session.id, old.id)
    }
  }
}

async function cancelOne(work: Work, activity: Activity, session: Session, reason: string): Promise<void> {
  await setSessionState(work.tx, session.id, 'cancelled', reason)
  const from = ['signed-up', 'waiting', 'offered'] as const
  const ended = await endSignUps(work.tx, session.id, { from, to: 'cancelled', at: work.now })
  await releaseAll(work.tx, 'sign-up', session.id)
  const people = ended.map((one) => one.personId)
  await tell(work, people, 'session-cancelled', { activity, session }, { reason })
  work.audit({
    action: 'activities.cancel-session',
    subject: { kind: 'session', id: session.id },
    details: { reason, told: people.length },
  })
}

/** The activity first, then its session: whoever cancels the activity takes them in the same order. */
export async function lockSessionForOrganiser(
  work: Work,
  sessionId: string,
): Promise<{ activity: Activity; session: Session }> {
  const found = await findSession(work.tx, sessionId)
  if (found === undefined) throw new Refusal('platform.not-found', 404, {})
  const activity = await lockForOrganiser(work, found.activityId)
  return { activity, session: (await lockSession(work.tx, sessionId))! }
}

async function refuseUnknownPlace(work: Work, unitId: string): Promise<void> {
  if ((await findUnit(work.tx, unitId, dateIn(work.now))) === undefined)
    throw refuse('place-unknown', {}, { field: 'placeUnitId' })
}
