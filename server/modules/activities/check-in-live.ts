import { createHmac } from 'node:crypto'
import {
  type Attendance,
  type Direction,
  kilometresBetween,
  type MarkMethod,
  type Presence,
  presenceOf,
  recordMark,
} from '#modules/attendance/index.ts'
import { findPersonByPhone, normalisedPhone } from '#modules/people/index.ts'
import { addMinutes } from '#platform/dates.ts'
import { type Sql, sql } from '#platform/db.ts'
import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Actor } from '#platform/actor.ts'
import type { Work } from '#platform/work.ts'
import { type ActivityState, CHECK_IN_EARLY_MINUTES, CHECK_OUT_LATE_MINUTES, type SessionState } from './activity.ts'
import { findActivity, findSession } from './activity-rows.ts'
import { requireOrganiser } from './organisers.ts'
import { refuse } from './refusals.ts'
import { readPersonalCode, verifyPhoneCode, verifySessionCode } from './session-codes.ts'
import { liveSignUps } from './sign-up-rows.ts'

export interface Near {
  readonly latitude: number
  readonly longitude: number
}

// The coordinates of a place are those of its village.
const NEAR_KILOMETRES = 5

/** Of which purpose the secret is with which devices are told apart. */
export const DEVICE_SECRET = 'check-in-device'

interface How {
  readonly personId: string
  readonly direction: Direction
  readonly method: MarkMethod
  readonly windowsOld: 0 | 1 | null
  readonly isDayPass: boolean
  readonly device: Buffer | null
  readonly recordedBy: string | null
  readonly near: Near | null
}

/** What `checkInSelf` asks in any case: it can go out with the beginning of its transaction. @param secret of `device` */
export function selfFacts(
  actor: Pick<Actor, 'districtId' | 'personId'>,
  sessionId: string,
  { device, secret }: { device: string | null; secret: Buffer },
): Sql {
  const personId = actor.personId!
  const how = {
    personId,
    method: 'rotating-code',
    device: device === null ? null : deviceDigest(secret, device),
  } as const
  return factsOf(actor.districtId, sql`huiyin_now()`, sessionId, how)
}

/**
 * The volunteer reads the code on the organiser's screen. The position is looked at once, if it was sent, and not kept.
 * @param ahead what `selfFacts` gave, if it was asked before
 */
export async function checkInSelf(
  work: Work,
  sessionId: string,
  given: { direction: Direction; code: string; device: string | null; near: Near | null },
  ahead?: SessionFacts,
): Promise<Attendance> {
  const seen = verifySessionCode(work.tx, sessionId, work.now, given.code)
  if (seen === null) {
    if ((await findSession(work.tx, sessionId)) === undefined) throw new Refusal('platform.not-found', 404, {})
    throw refuse('code-wrong', {}, { field: 'code' })
  }
  const how: How = {
    personId: work.actor.personId!,
    direction: given.direction,
    method: 'rotating-code',
    windowsOld: seen.windowsOld,
    isDayPass: false,
    device: given.device === null ? null : deviceDigest(work.tx.personal.secret(DEVICE_SECRET), given.device),
    recordedBy: null,
    near: given.near,
  }
  return record(work, sessionId, how, ahead)
}

/** The organiser scans a volunteer's code, or types its six digits. */
export async function checkInScanned(
  work: Work,
  sessionId: string,
  given: { direction: Direction; code: string },
): Promise<Attendance> {
  const session = await findSession(work.tx, sessionId)
  const activity = session === undefined ? undefined : await findActivity(work.tx, session.activityId)
  if (activity === undefined) throw new Refusal('platform.not-found', 404, {})
  await requireOrganiser(work, activity)
  const expected = /^\d{6}$/u.test(given.code) ? (await liveSignUps(work.tx, sessionId)).map((one) => one.personId) : []
  const seen = readPersonalCode(work.tx, given.code, work.now, expected)
  if (seen === null) throw refuse('code-wrong', {}, { field: 'code' })
  if (seen.personId === work.actor.personId) throw refuse('own-tick')
  return record(work, sessionId, {
    ...seen,
    direction: given.direction,
    method: 'personal-code',
    device: null,
    recordedBy: work.actor.personId,
    near: null,
  })
}

/** Somebody without a network calls and reads six digits aloud: the session is found by them. */
export async function checkInByPhone(
  work: Work,
  given: { direction: Direction; phone: string; code: string },
): Promise<Attendance & { sessionId: string }> {
  const personId = await findPersonByPhone(work.tx, normalisedPhone(given.phone))
  if (personId === undefined) throw refuse('person-unknown', {}, { field: 'phone' })
  const sessions = await work.tx.rows<{ id: string; isSignedUp: boolean }>(sql`
    select s.id, exists (select from sign_up u where u.district_id = s.district_id and u.session_id = s.id
                            and u.person_id = ${personId} and u.state = 'signed-up') as is_signed_up
      from activity_session s
     where s.district_id = ${work.tx.districtId} and s.state = 'planned'
       and s.starts_at <= ${addMinutes(work.now, CHECK_IN_EARLY_MINUTES)}
       and s.ends_at >= ${addMinutes(work.now, -CHECK_OUT_LATE_MINUTES)}
     order by is_signed_up desc, s.id`)
  for (const { id: sessionId } of sessions) {
    const seen = verifyPhoneCode(work.tx, sessionId, work.now, given.code)
    if (seen === null) continue
    const attendance = await record(work, sessionId, {
      personId,
      direction: given.direction,
      method: 'phone-code',
      windowsOld: seen.windowsOld,
      isDayPass: false,
      device: null,
      recordedBy: work.actor.personId,
      near: null,
    })
    return { ...attendance, sessionId }
  }
  throw refuse('code-wrong', {}, { field: 'code' })
}

/** What the database knows of the session, the person and the place; all null where there is no such session. */
export interface SessionFacts extends Presence {
  readonly state: SessionState | null
  readonly activityState: ActivityState
  readonly startsAt: Date
  readonly endsAt: Date
  readonly placeUnitId: string
  readonly isVolunteer: boolean
  readonly isSignedUp: boolean
}

/** @param now an expression */
function factsOf(
  districtId: number,
  now: Sql,
  sessionId: string,
  how: Pick<How, 'personId' | 'method' | 'device'>,
): Sql {
  const columns = { now: sql`clock.now`, placeUnitId: sql`s.place_unit_id` }
  return sql`
    select s.state, a.state as activity_state, s.starts_at, s.ends_at, s.place_unit_id,
           exists (select from volunteer v where v.district_id = s.district_id and v.person_id = ${how.personId}) as is_volunteer,
           exists (select from sign_up u where u.district_id = s.district_id and u.session_id = s.id and u.person_id = ${how.personId}
                      and u.state = 'signed-up') as is_signed_up,
           p.*
      from (select ${now}::timestamptz as now offset 0) clock
      cross join activity_session s join activity a on a.district_id = s.district_id and a.id = s.activity_id
      cross join lateral (${presenceOf(districtId, { ...how, ...columns, subjectId: sessionId })}) p
     where s.district_id = ${districtId} and s.id = ${sessionId}`
}

/** Two statements: everything that is asked, and everything that is written. */
async function record(work: Work, sessionId: string, how: How, ahead?: SessionFacts): Promise<Attendance> {
  const { tx, now } = work
  const facts = ahead ?? (await tx.maybe<SessionFacts>(factsOf(tx.districtId, sql`${now}`, sessionId, how)))
  if (facts === undefined || facts.state === null || facts.activityState === 'draft')
    throw new Refusal('platform.not-found', 404, {})
  refuseWrongMoment({ ...facts, state: facts.state }, how.direction, now)
  if (!facts.isVolunteer) throw refuse('not-a-volunteer')
  return recordMark(
    work,
    {
      ...how,
      id: newUuid7(now),
      subjectId: sessionId,
      isSignedUp: facts.isSignedUp,
      placeUnitId: facts.placeUnitId,
      plannedUntil: facts.endsAt,
      isNear: isNear(how.near, facts),
    },
    facts,
  )
}

/** Check-in from an hour before the start to the end, check-out until an hour after it. */
export function refuseWrongMoment(
  session: { readonly state: SessionState; readonly startsAt: Date; readonly endsAt: Date },
  direction: Direction,
  at: Date,
): void {
  if (session.state === 'cancelled') throw refuse('cancelled')
  if (at < addMinutes(session.startsAt, -CHECK_IN_EARLY_MINUTES)) throw refuse('too-early')
  const last = direction === 'in' ? session.endsAt : addMinutes(session.endsAt, CHECK_OUT_LATE_MINUTES)
  if (at >= last) throw refuse('too-late')
}

function isNear(near: Near | null, { hereLatitude, hereLongitude }: Presence): boolean | null {
  if (near === null || hereLatitude === null || hereLongitude === null) return null
  return kilometresBetween(near, { latitude: hereLatitude, longitude: hereLongitude }) <= NEAR_KILOMETRES
}

/** What a device calls itself, as a keyed digest: it tells the same device again and nothing else. */
function deviceDigest(secret: Buffer, device: string): Buffer {
  return createHmac('sha256', secret).update(device).digest().subarray(0, 8)
}
