import { createHmac, timingSafeEqual } from 'node:crypto'
import { addDays, dateIn } from '#platform/dates.ts'
import { sql, type Tx } from '#platform/db.ts'
import { rotatingCode, type RotatingCodeOptions, verifyRotatingCode } from '#platform/rotating-code.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Work } from '#platform/work.ts'
import { requireKeeperOfTeam } from './keepers.ts'
import { refuse } from './refusals.ts'

/** A leader holds the phone out to several people in turn; five minutes are long enough for that. */
const WINDOW_SECONDS = 300
export const POSTER_DAYS_MAX = 180

/** What a leader shows to people who stand there: it changes by itself. */
export function joinCode(tx: Tx, teamId: string, at: Date): { code: string; secondsLeft: number } {
  const secondsLeft = WINDOW_SECONDS - (Math.floor(at.getTime() / 1000) % WINDOW_SECONDS)
  return { code: rotatingCode(ofTeam(tx, teamId, at)), secondsLeft }
}

/**
 * A code to be printed, with its last day in it and signed; raising the team's epoch ends all that were printed.
 * @throws Refusal poster-days, not-your-team, platform.not-found
 */
export async function makePoster(work: Work, teamId: string, lastDay: string): Promise<{ code: string }> {
  const today = dateIn(work.now)
  if (lastDay < today || lastDay > addDays(today, POSTER_DAYS_MAX))
    throw refuse('poster-days', { days: POSTER_DAYS_MAX }, { field: 'lastDay' })
  await requireKeeperOfTeam(work, teamId)
  work.audit({ action: 'teams.make-poster', subject: { kind: 'team', id: teamId }, details: { lastDay } })
  return { code: posterCode(work.tx, teamId, await epochOf(work.tx, teamId), lastDay) }
}

/** Ends every poster printed so far. */
export async function revokePosters(work: Work, teamId: string): Promise<void> {
  await requireKeeperOfTeam(work, teamId)
  await work.tx.run(
    sql`update team set poster_epoch = poster_epoch + 1 where district_id = ${work.tx.districtId} and id = ${teamId}::uuid`,
  )
  work.audit({ action: 'teams.revoke-posters', subject: { kind: 'team', id: teamId } })
}

/** Whether a code lets somebody into a team now: the rotating one, or a poster's. */
export async function isJoinCode(
  { tx, now }: Pick<Work, 'tx' | 'now'>,
  teamId: string,
  code: string,
): Promise<boolean> {
  if (verifyRotatingCode(ofTeam(tx, teamId, now), code).ok) return true
  const lastDay = /^P(\d{4})(\d\d)(\d\d)-/u.exec(code)?.slice(1).join('-')
  if (lastDay === undefined || lastDay < dateIn(now)) return false
  const [given, right] = [Buffer.from(code), Buffer.from(posterCode(tx, teamId, await epochOf(tx, teamId), lastDay))]
  return given.length === right.length && timingSafeEqual(given, right)
}

function posterCode(tx: Tx, teamId: string, epoch: number, lastDay: string): string {
  const text = `${teamId.toLowerCase()}|${epoch}|${lastDay}`
  const mac = createHmac('sha256', tx.personal.secret('team-poster')).update(text).digest('hex')
  return `P${lastDay.replaceAll('-', '')}-${mac.slice(0, 24)}`
}

function ofTeam(tx: Tx, teamId: string, at: Date): RotatingCodeOptions {
  const subject = `team:${teamId.toLowerCase()}`
  return { shape: 'characters', key: tx.personal.secret('join-code'), subject, at, windowSeconds: WINDOW_SECONDS }
}

async function epochOf(tx: Tx, teamId: string): Promise<number> {
  const row = await tx.maybe<{ posterEpoch: number }>(
    sql`select poster_epoch from team where district_id = ${tx.districtId} and id = ${teamId}::uuid`,
  )
  if (row === undefined) throw new Refusal('platform.not-found', 404, {})
  return row.posterEpoch
}
