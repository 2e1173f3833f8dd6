/**
 * What time does to sessions. `dueActivityMatters` finds what is due; `lapseActivityMatter` settles one matter in its own
 * transaction, after reading it again under its lock.
 *
 *   offer    a place offered from the waiting list was not taken in time: the next is asked
 *   session  the session is over: whoever forgot to check out is checked out at the planned end, nobody waits any more, and
 *            the hours are recorded
 */
import { closeForgotten, releaseAll } from '#modules/attendance/index.ts'
import { addMinutes } from '#platform/dates.ts'
import { sql, type Tx } from '#platform/db.ts'
import type { Work } from '#platform/work.ts'
import { CHECK_OUT_LATE_MINUTES } from './activity.ts'
import { lockSession, setSessionState } from './activity-rows.ts'
import { lapseOffer } from './promote.ts'
import { recordSessionHours } from './record-session-hours.ts'
import { endSignUps, lockSignUpById } from './sign-up-rows.ts'

export interface ActivityMatter {
  readonly kind: 'offer' | 'session'
  /** The sign-up's id, or the session's. */
  readonly id: string
}

const MATTERS_MAX = 200

/** Up to 200 matters that are due, oldest first. */
export function dueActivityMatters(tx: Tx, now: Date): Promise<ActivityMatter[]> {
  return tx.rows(sql`
    select kind, id from (
      (select 'offer' as kind, id, offer_until as at from sign_up
        where district_id = ${tx.districtId} and state = 'offered' and offer_until <= ${now} order by offer_until limit ${MATTERS_MAX})
      union all
      (select 'session', id, ends_at from activity_session
        where district_id = ${tx.districtId} and state = 'planned' and ends_at <= ${addMinutes(now, -CHECK_OUT_LATE_MINUTES)}
        order by ends_at limit ${MATTERS_MAX})
    ) due order by at limit ${MATTERS_MAX}`)
}

/** Settles one matter if it is still due. */
export async function lapseActivityMatter(work: Work, matter: ActivityMatter): Promise<void> {
  if (matter.kind === 'offer') {
    const signUp = await lockSignUpById(work.tx, matter.id)
    if (signUp !== undefined) await lapseOffer(work, signUp)
    return
  }
  const session = await lockSession(work.tx, matter.id)
  if (session?.state !== 'planned' || session.endsAt > addMinutes(work.now, -CHECK_OUT_LATE_MINUTES)) return
  await setSessionState(work.tx, session.id, 'held', null)
  await closeForgotten(work, 'session', session.id, session.endsAt)
  await endSignUps(work.tx, session.id, { from: ['waiting', 'offered'], to: 'lapsed', at: work.now })
  await releaseAll(work.tx, 'sign-up', session.id)
  await recordSessionHours(work, session)
  work.audit({ action: 'activities.hold', subject: { kind: 'session', id: session.id } })
}
