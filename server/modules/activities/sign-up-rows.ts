import { sql, type Tx } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { SignUpState } from './activity.ts'

export interface SignUp {
  readonly id: string
  readonly sessionId: string
  readonly roleId: string
  readonly personId: string
  readonly state: SignUpState
  readonly createdAt: Date
  readonly offerUntil: Date | null
}

const columns = sql`id, session_id, role_id, person_id, state, created_at, offer_until`
const isLive = sql`state in ('signed-up', 'waiting', 'offered')`

/** @returns the id, or undefined when the person has signed up for the session already */
export async function insertSignUp(
  tx: Tx,
  now: Date,
  of: Pick<SignUp, 'sessionId' | 'roleId' | 'personId'> & { state: 'signed-up' | 'waiting' },
): Promise<string | undefined> {
  const row = await tx.maybe<{ id: string }>(sql`
    insert into sign_up (district_id, id, session_id, role_id, person_id, state, created_at, changed_at)
    values (${tx.districtId}, ${newUuid7(now)}, ${of.sessionId}, ${of.roleId}, ${of.personId}, ${of.state}, ${now}, ${now})
    on conflict (district_id, session_id, person_id) where state in ('signed-up', 'waiting', 'offered') do nothing
    returning id`)
  return row?.id
}

/** The sign-up that a person has for a session now. */
export function findSignUp(tx: Tx, sessionId: string, personId: string): Promise<SignUp | undefined> {
  return tx.maybe(sql`
    select ${columns} from sign_up
     where district_id = ${tx.districtId} and session_id = ${sessionId} and person_id = ${personId} and ${isLive}`)
}

export function lockSignUp(tx: Tx, sessionId: string, personId: string): Promise<SignUp | undefined> {
  return tx.maybe(sql`
    select ${columns} from sign_up
     where district_id = ${tx.districtId} and session_id = ${sessionId} and person_id = ${personId} and ${isLive} for update`)
}

export function lockSignUpById(tx: Tx, id: string): Promise<SignUp | undefined> {
  return tx.maybe(sql`select ${columns} from sign_up where district_id = ${tx.districtId} and id = ${id} for update`)
}

/** Who has waited longest for a role. */
export function lockFirstWaiting(tx: Tx, roleId: string): Promise<SignUp | undefined> {
  return tx.maybe(sql`
    select ${columns} from sign_up
     where district_id = ${tx.districtId} and role_id = ${roleId} and state = 'waiting' order by created_at, id limit 1 for update`)
}

export async function setSignUpState(
  tx: Tx,
  id: string,
  state: SignUpState,
  at: Date,
  offerUntil: Date | null = null,
): Promise<void> {
  await tx.run(sql`
    update sign_up set state = ${state}, changed_at = ${at}, offer_until = ${offerUntil}
     where district_id = ${tx.districtId} and id = ${id}`)
}

/** Everybody who still has or waits for a place, in the order of signing up. */
export function liveSignUps(tx: Tx, sessionId: string): Promise<SignUp[]> {
  return tx.rows(sql`
    select ${columns} from sign_up
     where district_id = ${tx.districtId} and session_id = ${sessionId} and ${isLive} order by created_at, id`)
}

/** Ends every live sign-up of a session at once and frees its places. @returns whose they were */
export async function endSignUps(
  tx: Tx,
  sessionId: string,
  of: { from: readonly SignUpState[]; to: 'cancelled' | 'lapsed'; at: Date },
): Promise<SignUp[]> {
  const ended = await tx.rows<SignUp>(sql`
    update sign_up set state = ${of.to}, changed_at = ${of.at}, offer_until = null
     where district_id = ${tx.districtId} and session_id = ${sessionId} and state = any(${of.from}::text[])
    returning ${columns}`)
  if (ended.length === 0) return ended
  await tx.run(sql`
    update session_role r set taken = (
      select count(*) from sign_up u
       where u.district_id = r.district_id and u.session_id = r.session_id and u.role_id = r.id and u.state in ('signed-up', 'offered'))
     where r.district_id = ${tx.districtId} and r.session_id = ${sessionId}`)
  return ended
}

/** How many wait before somebody, plus one. */
export async function placeInQueue(tx: Tx, signUp: Pick<SignUp, 'id' | 'roleId'>): Promise<number> {
  const { place } = await tx.one<{ place: number }>(sql`
    select count(*) as place from sign_up w join sign_up me on me.district_id = w.district_id and me.id = ${signUp.id}
     where w.district_id = ${tx.districtId} and w.role_id = ${signUp.roleId} and w.state = 'waiting'
       and (w.created_at, w.id) <= (me.created_at, me.id)`)
  return place
}

export async function setSignUpPerson(tx: Tx, id: string, personId: string): Promise<void> {
  await tx.run(sql`update sign_up set person_id = ${personId} where district_id = ${tx.districtId} and id = ${id}`)
}
