import { identitiesOf } from '#modules/people/index.ts'
import { volunteersAmong } from '#modules/teams/index.ts'
import { dateIn } from '#platform/dates.ts'
import { sql } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { requireImpartial } from './approve-hours.ts'
import { answersFor, recordingUnit, refuseWrongTimes } from './organisers.ts'
import { correctRecord, type EntryFacts, insertRecords, lockHoursOf, lockRecord, minutesByDay } from './hours-rows.ts'
import { routeOf } from './record-hours.ts'
import { refuse } from './refusals.ts'
import { requireCounting } from './service-kinds.ts'

export interface EnteredHours {
  readonly personId: string
  readonly recordId: string | null
  readonly unitId: string
  readonly teamId: string | null
  readonly kindSlug: string | null
  readonly title: string
  readonly startedAt: Date
  readonly endedAt: Date
  /** Fewer than the time from start to end, where a part of it was no service; null for all of it. */
  readonly minutes: number | null
  readonly cause: 'demand' | 'backfill'
  readonly statement: string
}

const MINUTE = 60_000

/**
 * Writes what a person says was so: another entry of a record, or a record of its own. It is claimed, and more than was known
 * before waits for the level above. The caller holds the lock of the person's hours.
 */
export async function enterHours(work: Work, given: EnteredHours): Promise<{ recordId: string; entryId: string }> {
  const { tx, now, actor } = work
  const day = dateIn(given.startedAt)
  const span = Math.floor((given.endedAt.getTime() - given.startedAt.getTime()) / MINUTE)
  const minutes = given.minutes ?? span
  if (minutes > span) throw refuse('more-than-the-time', {}, { field: 'minutes' })
  const record = given.recordId === null ? undefined : await lockRecord(tx, given.recordId)
  if (record?.state === 'in-case') throw refuse('held-by-a-case')
  await refuseOverlap(work, given)
  const totals = await minutesByDay(tx, [given.personId], [day])
  const key = `${given.personId} ${day}`
  if (record !== undefined && record.state !== 'refused') totals.set(key, (totals.get(key) ?? 0) - record.minutes)
  const isMore = minutes > (record?.minutes ?? 0) || record?.state === 'refused'
  const route = await routeOf(
    work,
    record?.unitId ?? given.unitId,
    { personId: given.personId, day, minutes, needsConfirmation: isMore || record?.state === 'waiting' },
    totals,
  )
  const entry: EntryFacts = {
    class: isMore ? 'claimed' : (record?.class ?? 'claimed'),
    cause: given.cause,
    methodIn: null,
    methodOut: null,
    score: null,
    reasons: [],
    statement: given.statement,
    recordedBy: actor.personId,
    recordedUnitId: given.unitId,
  }
  const part = { day, startedAt: given.startedAt, endedAt: given.endedAt, minutes }
  const entryId = newUuid7(now)
  if (record !== undefined) {
    await correctRecord(tx, now, record, { entryId, part, entry, route })
    return { recordId: record.id, entryId }
  }
  const id = newUuid7(now)
  const subject = {
    kind: 'other' as const,
    id: null,
    activityId: null,
    orderId: null,
    kindSlug: given.kindSlug,
    title: given.title,
    unitId: given.unitId,
    teamId: given.teamId,
    placeUnitId: null,
  }
  await insertRecords(tx, now, subject, [
    { id, entryId, personId: given.personId, attendanceId: null, part, route, entry },
  ])
  return { recordId: id, entryId }
}

/** What is entered afterwards cannot be where something is recorded already. */
async function refuseOverlap(work: Work, given: EnteredHours): Promise<void> {
  const { tx } = work
  const [other] = await tx.rows<{ title: string }>(sql`
    select title from hours_record
     where district_id = ${tx.districtId} and person_id = any(${await identitiesOf(tx, given.personId)}::uuid[]) and day = ${dateIn(given.startedAt)}::date
       and state <> 'refused' and minutes > 0 and id is distinct from ${given.recordId}::uuid
       and started_at < ${given.endedAt} and ended_at > ${given.startedAt} limit 1`)
  if (other !== undefined) throw refuse('recorded-already', { title: other.title }, { field: 'startedAt' })
}

/**
 * Whoever speaks for a team or a unit enters time afterwards (补录): claimed, and approved above. Nobody enters their own; the
 * kind must be one that counts; the volunteer has registered himself or herself.
 */
export async function backfillHours(
  work: Work,
  given: {
    readonly personId: string
    readonly teamId: string | null
    readonly unitId: string | null
    readonly kindSlug: string
    readonly title: string
    readonly startedAt: Date
    readonly endedAt: Date
    readonly statement: string
  },
): Promise<{ recordId: string }> {
  const { tx, now, actor } = work
  const today = dateIn(now)
  refuseWrongTimes(work, given)
  await requireCounting(tx, given.kindSlug, today)
  const about = await recordingUnit(tx, given, today)
  if (!(await answersFor(tx, actor, about))) throw refuse('not-your-team')
  if (given.personId === actor.personId) throw refuse('own-hours', {}, { field: 'personId' })
  if (!(await volunteersAmong(tx, [given.personId])).has(given.personId))
    throw refuse('not-a-volunteer', {}, { field: 'personId' })
  await requireImpartial(work, { ...given, recordedBy: null })
  await lockHoursOf(tx, [given.personId])
  const { recordId } = await enterHours(work, { ...given, ...about, recordId: null, minutes: null, cause: 'backfill' })
  work.audit({ action: 'hours.backfill', subject: { kind: 'hours', id: recordId }, personId: given.personId })
  return { recordId }
}
