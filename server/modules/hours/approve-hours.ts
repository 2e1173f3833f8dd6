import { householdOf, isKnownAsResident, tiesSince } from '#modules/people/index.ts'
import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { correctRecord, lockRecord, markApproved, markRefused, routeRecord } from './hours-rows.ts'
import type { HoursRecord } from './hours.ts'
import { holdsLevel } from './levels.ts'
import { noticeRoute } from './record-hours.ts'
import { refuse } from './refusals.ts'

/**
 * A person above approves hours that wait, all of them or fewer; they are posted then like all others.
 * @throws Refusal not-yours-to-approve, own-hours, household-hours, own-record, not-waiting, more-than-recorded
 */
export async function approveHours(
  work: Work,
  recordId: string,
  given: { readonly minutes: number | null; readonly statement: string },
): Promise<void> {
  const record = await lockForApproval(work, recordId)
  const minutes = given.minutes ?? record.minutes
  if (minutes > record.minutes) throw refuse('more-than-recorded', {}, { field: 'minutes' })
  if (minutes < record.minutes && given.statement === '') throw refuse('reason-needed', {}, { field: 'statement' })
  let entryId = record.entryId
  if (minutes < record.minutes) {
    entryId = newUuid7(work.now)
    await correctRecord(work.tx, work.now, record, {
      entryId,
      part: { day: record.day, startedAt: record.startedAt, endedAt: record.endedAt, minutes },
      entry: {
        class: record.class,
        cause: 'approval',
        methodIn: null,
        methodOut: null,
        score: null,
        reasons: [],
        statement: given.statement,
        // Who recorded it stays who recorded it; the decision names who approved fewer.
        recordedBy: record.recordedBy,
        recordedUnitId: record.responsibleUnitId,
      },
      route: null,
    })
  }
  const by = { personId: work.actor.personId!, unitId: record.responsibleUnitId! }
  await markApproved(work.tx, work.now, { recordId: record.id, entryId, minutes, statement: given.statement, by })
  await routeRecord(work.tx, record.id, await noticeRoute(work, record.unitId, record.tier))
  work.audit({
    action: 'hours.approve',
    subject: { kind: 'hours', id: record.id },
    personId: record.personId,
    details: { minutes, recorded: record.minutes, tier: record.tier },
  })
}

/** A person above does not approve; the volunteer is shown why and may demand a correction. */
export async function refuseHours(work: Work, recordId: string, statement: string): Promise<void> {
  const record = await lockForApproval(work, recordId)
  const by = { personId: work.actor.personId!, unitId: record.responsibleUnitId! }
  await markRefused(work.tx, work.now, {
    recordId: record.id,
    entryId: record.entryId,
    minutes: record.minutes,
    statement,
    by,
  })
  work.audit({ action: 'hours.refuse', subject: { kind: 'hours', id: record.id }, personId: record.personId })
}

async function lockForApproval(work: Work, recordId: string): Promise<HoursRecord> {
  const record = await lockRecord(work.tx, recordId)
  if (record === undefined) throw new Refusal('platform.not-found', 404, {})
  // Whoever decides at any level above may know that somebody else was quicker; nobody else learns that there is such a record.
  const unitId = record.responsibleUnitId ?? record.unitId
  if (!holdsLevel(work.actor, { unitId, needsLeader: record.needsLeader })) throw refuse('not-yours-to-approve')
  await requireKnownResident(work)
  if (record.state !== 'waiting') throw refuse('not-waiting', {}, { details: { state: record.state } })
  await requireImpartial(work, record)
  return record
}

/** Whoever decides about hours has proved which resident he or she is; else nobody could tell one's own hours. @throws Refusal own-phone-first */
export async function requireKnownResident({ tx, actor }: Work): Promise<void> {
  if (actor.personId !== null && !(await isKnownAsResident(tx, actor.personId))) throw refuse('own-phone-first')
}

/**
 * Nobody approves their own, their household's, or what they recorded themselves (promise 5). Ties count that held at any time
 * around: when it was done, or a while before now.
 */
export async function requireImpartial(
  work: Work,
  record: Pick<HoursRecord, 'personId' | 'recordedBy' | 'startedAt'>,
): Promise<void> {
  const actorId = work.actor.personId
  if (actorId === null || actorId === record.personId) throw refuse('own-hours')
  if (actorId === record.recordedBy) throw refuse('own-record')
  if ((await householdOf(work.tx, actorId, tiesSince(work.now, record.startedAt))).has(record.personId))
    throw refuse('household-hours')
}
