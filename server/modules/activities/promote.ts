import { addMinutes } from '#platform/dates.ts'
import type { Work } from '#platform/work.ts'
import { findActivity, findSession, givePlaceBack, lockRole, takePlace } from './activity-rows.ts'
import { tell } from './notices.ts'
import { lockFirstWaiting, setSignUpState, type SignUp } from './sign-up-rows.ts'

/**
 * A place became free: whoever waited longest gets it offered for a while, and it stays taken meanwhile. If nobody waits, or
 * the session has begun, it is free for all.
 */
export async function freePlace(work: Work, sessionId: string, roleId: string): Promise<void> {
  await lockRole(work.tx, roleId)
  if (!(await offerNext(work, sessionId, roleId))) await givePlaceBack(work.tx, roleId)
}

/** There are more places than before: they are offered to those who wait, as far as they reach. */
export async function fillPlaces(work: Work, sessionId: string, roleId: string): Promise<void> {
  const { needed, taken } = await lockRole(work.tx, roleId)
  for (let free = needed - taken; free > 0; free--) {
    if (!(await offerNext(work, sessionId, roleId))) return
    await takePlace(work.tx, roleId)
  }
}

/** An offer that nobody took in time goes to the next. Read again under its lock: an accepted one is left alone. */
export async function lapseOffer(work: Work, signUp: SignUp): Promise<void> {
  if (signUp.state !== 'offered' || signUp.offerUntil! > work.now) return
  await setSignUpState(work.tx, signUp.id, 'lapsed', work.now)
  work.audit({
    action: 'activities.offer-lapsed',
    subject: { kind: 'session', id: signUp.sessionId },
    personId: signUp.personId,
  })
  await freePlace(work, signUp.sessionId, signUp.roleId)
}

async function offerNext(work: Work, sessionId: string, roleId: string): Promise<boolean> {
  const session = await findSession(work.tx, sessionId)
  if (session?.state !== 'planned' || session.startsAt <= work.now) return false
  const next = await lockFirstWaiting(work.tx, roleId)
  if (next === undefined) return false
  const activity = (await findActivity(work.tx, session.activityId))!
  const deadline = addMinutes(work.now, activity.offerMinutes)
  const until = deadline < session.startsAt ? deadline : session.startsAt
  await setSignUpState(work.tx, next.id, 'offered', work.now, until)
  await tell(work, [next.personId], 'session-place-offered', { activity, session })
  work.audit({
    action: 'activities.offer-place',
    subject: { kind: 'session', id: sessionId },
    personId: next.personId,
    details: { until: until.toISOString() },
  })
  return true
}
