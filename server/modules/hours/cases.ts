import { addWorkingMinutes } from '#platform/calendar.ts'
import { dateIn } from '#platform/dates.ts'
import { sql, type Tx } from '#platform/db.ts'
import { districtCalendar } from '#platform/district-calendar.ts'
import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { requireImpartial, requireKnownResident } from './approve-hours.ts'
import type { HoursRecord } from './hours.ts'
import { hoursRuleOn } from './hours-rule.ts'
import { correctRecord, insertDecisions, lockRecord, markApproved, routeRecord } from './hours-rows.ts'
import { holdsLevel, type Level, levelAbove } from './levels.ts'
import { noticeRoute } from './record-hours.ts'
import { refuse } from './refusals.ts'

export interface NewCase {
  readonly kind: 'objection' | 'suspicion' | 'call-back'
  readonly rule: string | null
  readonly fingerprint: string | null
  /** Whom it is about; the level above decides. */
  readonly unitId: string
  readonly recordIds: readonly string[]
  readonly evidence: Readonly<Record<string, string | number>>
  readonly statement: string
}

/** Opens a case and holds what of it was about to be booked. @returns undefined when the same suspicion has a case already */
export async function openCase(work: Work, given: NewCase): Promise<string | undefined> {
  const { tx, now, actor } = work
  const today = dateIn(now)
  const id = newUuid7(now)
  const level = await levelAbove(tx, given.unitId, 1, today)
  const { decideWorkingMinutes } = await hoursRuleOn(tx, today)
  const dueAt = addWorkingMinutes(now, decideWorkingMinutes, await districtCalendar(tx))
  const inserted = await tx.run(sql`
    insert into hours_case (district_id, id, kind, rule, fingerprint, unit_id, state, next_step, due_at, responsible_unit_id, needs_leader,
                            evidence, statement, opened_by, opened_at)
    values (${tx.districtId}, ${id}, ${given.kind}, ${given.rule}, ${given.fingerprint}, ${given.unitId}, 'open', 'decide', ${dueAt},
            ${level.unitId}, ${level.needsLeader}, ${JSON.stringify(given.evidence)}::jsonb, ${given.statement}, ${actor.personId}, ${now})
    on conflict (district_id, fingerprint) do nothing`)
  if (inserted === 0) return undefined
  await tx.run(sql`
    insert into hours_case_record (district_id, case_id, record_id)
    select ${tx.districtId}::int, ${id}::uuid, unnest(${given.recordIds}::uuid[])`)
  await holdNoticed(work, given.recordIds, dueAt, level)
  work.audit({
    action: 'hours.open-case',
    subject: { kind: 'hours-case', id },
    details: { kind: given.kind, rule: given.rule, records: given.recordIds.length },
  })
  return id
}

async function holdNoticed(work: Work, recordIds: readonly string[], dueAt: Date, level: Level): Promise<void> {
  const { tx, now } = work
  const held = await tx.rows<{ recordId: string; entryId: string; minutes: number }>(sql`
    update hours_record r set state = 'in-case', next_step = 'decide-case', due_at = ${dueAt}, responsible_unit_id = ${level.unitId},
           needs_leader = ${level.needsLeader}, version = r.version + 1
     where r.district_id = ${tx.districtId} and r.id = any(${recordIds}::uuid[]) and r.state = 'noticed'
    returning r.id as record_id, r.entry_id, r.minutes`)
  if (held.length === 0) return
  const by = { personId: work.actor.personId, unitId: level.unitId }
  await insertDecisions(
    tx,
    now,
    'held',
    held.map((one) => ({ ...one, statement: '', by })),
  )
}

export interface HoursCase {
  readonly id: string
  readonly kind: NewCase['kind']
  readonly unitId: string
  readonly state: 'open' | 'closed'
  readonly dueAt: Date | null
  readonly responsibleUnitId: string
  readonly needsLeader: boolean
  readonly isWithLeader: boolean
}

export function lockCase(tx: Tx, id: string): Promise<HoursCase | undefined> {
  return tx.maybe(sql`
    select id, kind, unit_id, state, due_at, responsible_unit_id, needs_leader, is_with_leader from hours_case
     where district_id = ${tx.districtId} and id = ${id} for update`)
}

/**
 * The level above decides a case. Dismissed, what was held goes back to its notice; upheld, each record named gets a correction
 * to the minutes that the case found, and a notice of its own. Nothing is deleted.
 */
export async function decideCase(
  work: Work,
  caseId: string,
  given: {
    readonly decision: 'upheld' | 'dismissed'
    readonly answer: string
    readonly corrections: readonly { readonly recordId: string; readonly minutes: number }[]
  },
): Promise<void> {
  const { tx, now } = work
  const found = await lockCase(tx, caseId)
  if (found === undefined) throw new Refusal('platform.not-found', 404, {})
  if (!holdsLevel(work.actor, { unitId: found.responsibleUnitId, needsLeader: found.needsLeader }))
    throw refuse('not-yours-to-decide')
  await requireKnownResident(work)
  if (found.state !== 'open') throw refuse('case-closed')
  const ids = (
    await tx.rows<{ id: string }>(sql`
      select record_id as id from hours_case_record where district_id = ${tx.districtId} and case_id = ${caseId} order by record_id`)
  ).map((row) => row.id)
  if (given.corrections.some((one) => !ids.includes(one.recordId)))
    throw refuse('not-in-this-case', {}, { field: 'corrections' })
  if (given.decision === 'dismissed' && given.corrections.length > 0)
    throw refuse('dismissed-corrects-nothing', {}, { field: 'corrections' })
  await tx.run(sql`
    update hours_case set state = 'closed', next_step = null, due_at = null, decision = ${given.decision}, answer = ${given.answer},
           decided_by = ${work.actor.personId}, decided_at = ${now}, version = version + 1
     where district_id = ${tx.districtId} and id = ${caseId}`)
  for (const id of ids) {
    const record = (await lockRecord(tx, id))!
    await requireImpartial(work, record)
    if (record.approvedBy === work.actor.personId) throw refuse('own-approval')
    const correction = given.corrections.find((one) => one.recordId === id)
    if (correction !== undefined) await correctByCase(work, found, record, { ...correction, answer: given.answer })
    else if (record.state === 'in-case') await releaseIfFree(work, record)
  }
  work.audit({
    action: 'hours.decide-case',
    subject: { kind: 'hours-case', id: caseId },
    details: { decision: given.decision, corrections: given.corrections.length },
  })
}

async function correctByCase(
  work: Work,
  found: HoursCase,
  record: HoursRecord,
  given: { readonly minutes: number; readonly answer: string },
): Promise<void> {
  if (given.minutes > record.minutes) throw refuse('more-than-recorded', {}, { field: 'corrections' })
  const entryId = newUuid7(work.now)
  const { minutes, answer: statement } = given
  await correctRecord(work.tx, work.now, record, {
    entryId,
    part: { day: record.day, startedAt: record.startedAt, endedAt: record.endedAt, minutes },
    entry: {
      class: record.class,
      cause: 'case',
      methodIn: null,
      methodOut: null,
      score: null,
      reasons: [],
      statement,
      recordedBy: record.recordedBy,
      recordedUnitId: found.responsibleUnitId,
    },
    route: null,
  })
  const by = { personId: work.actor.personId!, unitId: found.responsibleUnitId }
  await markApproved(work.tx, work.now, { recordId: record.id, entryId, minutes, statement, by })
  if (record.state === 'in-case') await releaseIfFree(work, record)
  else if (record.state === 'booked')
    await routeRecord(work.tx, record.id, await noticeRoute(work, record.unitId, record.tier))
}

/** Back to its notice, for the whole period, unless another case still holds it. */
async function releaseIfFree(work: Work, record: HoursRecord): Promise<void> {
  const { tx } = work
  const { isHeld } = await tx.one<{ isHeld: boolean }>(sql`
    select exists (select from hours_case_record r join hours_case c on c.district_id = r.district_id and c.id = r.case_id
                    where r.district_id = ${tx.districtId} and r.record_id = ${record.id} and c.state = 'open') as is_held`)
  if (isHeld) return
  const now = (await lockRecord(tx, record.id))!
  const by = { personId: work.actor.personId, unitId: null }
  await insertDecisions(tx, work.now, 'released', [
    { recordId: now.id, entryId: now.entryId, minutes: now.minutes, statement: '', by },
  ])
  await routeRecord(tx, record.id, await noticeRoute(work, record.unitId, record.tier))
}

/** Overdue: the level above decides; at the top it stays with the centre's leader. */
export async function raiseCase(work: Work, caseId: string): Promise<void> {
  const { tx, now } = work
  const found = await lockCase(tx, caseId)
  if (found?.state !== 'open' || found.isWithLeader || found.dueAt! > now) return
  const today = dateIn(now)
  const level = await levelAbove(tx, found.responsibleUnitId, 1, today)
  const { decideWorkingMinutes } = await hoursRuleOn(tx, today)
  const dueAt = addWorkingMinutes(now, decideWorkingMinutes, await districtCalendar(tx))
  await tx.run(sql`
    update hours_case set responsible_unit_id = ${level.unitId}, needs_leader = ${level.needsLeader},
           is_with_leader = ${level.needsLeader}, levels_risen = levels_risen + 1, due_at = ${dueAt}, version = version + 1
     where district_id = ${tx.districtId} and id = ${caseId}`)
  await tx.run(sql`
    update hours_record set responsible_unit_id = ${level.unitId}, needs_leader = ${level.needsLeader}, due_at = ${dueAt}
     where district_id = ${tx.districtId} and state = 'in-case'
       and id in (select record_id from hours_case_record where district_id = ${tx.districtId} and case_id = ${caseId})`)
  work.audit({
    action: 'hours.raise-case',
    subject: { kind: 'hours-case', id: caseId },
    details: { unitId: level.unitId },
  })
}
