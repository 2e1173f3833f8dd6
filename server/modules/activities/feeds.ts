import { isLeader, teamsOf } from '#modules/teams/index.ts'
import { empty, sql, type Tx } from '#platform/db.ts'
import { Refusal } from '#platform/refusal.ts'
import { hashToken, newSessionToken, newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { refuse } from './refusals.ts'

export interface Feed {
  readonly id: string
  /** Null: the person's own sign-ups. */
  readonly teamId: string | null
  readonly createdAt: Date
}

const FEEDS_MAX = 10

/**
 * Makes a secret address for a calendar program: of one's own sign-ups, or of a team one is in. Only its digest is kept.
 * @returns the token, which is shown once
 */
export async function createFeed(work: Work, teamId: string | null): Promise<{ id: string; token: string }> {
  const personId = work.actor.personId!
  if (teamId !== null && !(await teamsOf(work.tx, personId)).some((team) => team.id === teamId))
    throw new Refusal('platform.not-found', 404, {}, { field: 'teamId' })
  if ((await listFeeds(work.tx, personId)).length >= FEEDS_MAX) throw refuse('feeds-too-many', { count: FEEDS_MAX })
  const id = newUuid7(work.now)
  const { token, hash } = newSessionToken(work.tx.districtId)
  await work.tx.run(sql`
    insert into calendar_feed (district_id, id, token_hash, person_id, team_id, created_at)
    values (${work.tx.districtId}, ${id}, ${hash}, ${personId}, ${teamId}, ${work.now})`)
  work.audit({ action: 'activities.create-feed', subject: { kind: 'feed', id }, personId })
  return { id, token }
}

export function listFeeds(tx: Tx, personId: string): Promise<Feed[]> {
  return tx.rows(sql`
    select id, team_id, created_at from calendar_feed
     where district_id = ${tx.districtId} and person_id = ${personId} and revoked_at is null order by id`)
}

/** The address answers nothing from now on. A team's leader may revoke any address of the team. */
export async function revokeFeed(work: Work, id: string): Promise<void> {
  const personId = work.actor.personId!
  const feed = await work.tx.maybe<{ personId: string; teamId: string | null }>(sql`
    select person_id, team_id from calendar_feed
     where district_id = ${work.tx.districtId} and id = ${id} and revoked_at is null for update`)
  const isMine = feed?.personId === personId
  const leads = feed?.teamId != null && (await isLeader(work.tx, feed.teamId, personId))
  if (feed === undefined || !(isMine || leads)) throw new Refusal('platform.not-found', 404, {})
  await work.tx.run(sql`
    update calendar_feed set revoked_at = ${work.now} where district_id = ${work.tx.districtId} and id = ${id}`)
  work.audit({ action: 'activities.revoke-feed', subject: { kind: 'feed', id }, personId: feed.personId })
}

/** What an address opens; a team's only as long as the person is in the team. */
export async function openFeed(
  tx: Tx,
  token: string,
): Promise<{ personId: string; teamId: string | null } | undefined> {
  const feed = await tx.maybe<{ personId: string; teamId: string | null }>(sql`
    select person_id, team_id from calendar_feed
     where district_id = ${tx.districtId} and token_hash = ${hashToken(token)} and revoked_at is null`)
  if (feed?.teamId == null) return feed
  return (await teamsOf(tx, feed.personId)).some((team) => team.id === feed.teamId) ? feed : undefined
}

export async function revokeFeedsOf(tx: Tx, personId: string, at: Date): Promise<void> {
  await tx.run(sql`
    update calendar_feed set revoked_at = ${at}
     where district_id = ${tx.districtId} and person_id = ${personId} and revoked_at is null`)
}

/** Lets addresses follow from one account to another of the same person. @param ids all by default @returns their ids */
export async function moveFeeds(tx: Tx, fromId: string, toId: string, ids?: readonly string[]): Promise<string[]> {
  const rows = await tx.rows<{ id: string }>(sql`
    update calendar_feed set person_id = ${toId}
     where district_id = ${tx.districtId} and person_id = ${fromId} and revoked_at is null
       ${ids === undefined ? empty : sql`and id = any(${ids}::uuid[])`} returning id`)
  return rows.map((row) => row.id)
}
