/**
 * A second person's word makes hours verified that one person alone had said, or that the clock had ended (decision 0018): the
 * volunteer's, that of somebody of the unit or above who did not record it, or that of those for whom it was done.
 */
import { holdsAt } from '#platform/actor.ts'
import { householdOf, identitiesOf, tiesSince } from '#modules/people/index.ts'
import { addMinutes } from '#platform/dates.ts'
import { sql } from '#platform/db.ts'
import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { requireKnownResident } from './approve-hours.ts'
import { openCase } from './cases.ts'
import { CONFIRMABLE_CAUSES, type EntryCause, type HoursRecord } from './hours.ts'
import { confirmRecords, recordColumns } from './hours-rows.ts'
import { ANSWERING_ROLES } from './organisers.ts'
import { noticeRoute } from './record-hours.ts'
import { refuse } from './refusals.ts'

/** Later nobody remembers, and certificates count the hours already. */
const CONFIRM_DAYS = 30

interface Newest {
  readonly cause: EntryCause
  readonly methodOut: string | null
}
type Confirmable = HoursRecord & Newest

async function lockWith(
  { tx }: Work,
  which: { readonly subjectId: string } | { readonly id: string },
): Promise<Confirmable[]> {
  const records = await tx.rows<HoursRecord>(sql`
    select ${recordColumns} from hours_record r
     where r.district_id = ${tx.districtId} and ${'id' in which ? sql`r.id = ${which.id}` : sql`r.subject_id = ${which.subjectId}`}
     order by r.id for update`)
  // In a statement of its own: one that waited for a lock goes on with the entries as they were before.
  const entries = await tx.rows<Newest & { id: string }>(sql`
    select id, cause, method_out from hours_entry
     where district_id = ${tx.districtId} and id = any(${records.map((one) => one.entryId)}::uuid[])`)
  const byId = new Map(entries.map(({ id, cause, methodOut }) => [id, { cause, methodOut }]))
  return records.map((one) => ({ ...one, ...byId.get(one.entryId)! }))
}

type Known = Pick<Confirmable, 'class' | 'minutes' | 'state' | 'cause' | 'endedAt' | 'recordedBy' | 'methodOut'>

/** From when on hours must have ended to be confirmed still. */
export const confirmableSince = (now: Date): Date => addMinutes(now, -CONFIRM_DAYS * 24 * 60)

const isOpen = ({ now }: Pick<Work, 'now'>, one: Known): boolean =>
  one.class === 'claimed' &&
  one.minutes > 0 &&
  (one.state === 'noticed' || one.state === 'booked') &&
  CONFIRMABLE_CAUSES.includes(one.cause) &&
  one.endedAt > confirmableSince(now)

/** Whether the volunteer's own word makes a record verified. @param mine all accounts of the volunteer */
export function isForOwner(read: Pick<Work, 'now'>, one: Known, mine: readonly string[]): boolean {
  const isAnothers = one.recordedBy !== null && !mine.includes(one.recordedBy)
  return isOpen(read, one) && isAnothers && one.methodOut !== 'closed-automatically'
}

/**
 * The volunteer says that what somebody else recorded was so. What the volunteer's own word or the clock made needs another's.
 * @throws Refusal platform.not-found, not-to-confirm
 */
export async function confirmOwnHours(work: Work, recordId: string): Promise<void> {
  const [record] = await lockWith(work, { id: recordId })
  const mine = await identitiesOf(work.tx, work.actor.personId!)
  if (record === undefined || !mine.includes(record.personId)) throw new Refusal('platform.not-found', 404, {})
  if (!isForOwner(work, record, mine)) throw refuse('not-to-confirm')
  await verify(work, [record], { isOutside: false, statement: '' })
}

/**
 * Staff of the unit or above who did not record a session say that all of it was so, having been there or seen the signed sheet:
 * one act for the whole list. Own hours, those of the household and what the household recorded stay as they are.
 * @returns how many became verified, and how many were left
 * @throws Refusal platform.not-found, own-phone-first, not-to-confirm
 */
export async function confirmList(
  work: Work,
  subjectId: string,
  statement: string,
): Promise<{ confirmed: number; left: number }> {
  const { tx, actor } = work
  const records = await lockWith(work, { subjectId })
  const [first] = records
  if (first === undefined || !holdsAt(actor, ANSWERING_ROLES, first.unitId))
    throw new Refusal('platform.not-found', 404, {})
  await requireKnownResident(work)
  const open = records.filter((one) => isOpen(work, one))
  const barred = await householdOf(tx, actor.personId!, tiesSince(work.now, first.startedAt))
  const another = open.filter(
    (one) => !barred.has(one.personId) && (one.recordedBy === null || !barred.has(one.recordedBy)),
  )
  if (another.length === 0) throw refuse('not-to-confirm')
  await verify(work, another, { isOutside: true, statement })
  return { confirmed: another.length, left: open.length - another.length }
}

/**
 * Those for whom it was done confirm that it was. They are nobody's second person where they live with the one who served.
 * @param by accounts of who asked for it and who confirms, as far as they have one
 */
export async function confirmHours(work: Work, orderId: string, by: readonly (string | null)[]): Promise<void> {
  const open = (await lockWith(work, { subjectId: orderId })).filter((one) => isOpen(work, one))
  const [first] = open
  if (first === undefined) return
  const barred = new Set<string>()
  for (const id of new Set(by.filter((one) => one !== null)))
    for (const other of await householdOf(work.tx, id, tiesSince(work.now, first.startedAt))) barred.add(other)
  await verify(
    work,
    open.filter((one) => !barred.has(one.personId)),
    { isOutside: false, statement: '' },
  )
}

/** Another entry with the same time for each; what was booked as claimed goes on notice once more. */
async function verify(
  work: Work,
  records: readonly Confirmable[],
  { isOutside, statement }: { readonly isOutside: boolean; readonly statement: string },
): Promise<void> {
  const [first] = records
  if (first === undefined) return
  const { tx, now, actor } = work
  await confirmRecords(tx, now, {
    records: records.map((record) => ({ ...record, nextEntryId: newUuid7(now) })),
    by: { personId: actor.personId, unitId: first.unitId },
    isOutside,
    statement,
    notice: await noticeRoute(work, first.unitId, 0),
  })
  for (const [unitId, { length }] of Map.groupBy(records, (one) => one.unitId))
    work.audit({
      action: 'hours.confirm',
      subject: { kind: first.subjectKind, id: first.subjectId ?? first.id },
      details: { records: length, unitId },
    })
}

/** Those for whom it should have been done say that it was not: an objection to everything of it that is on notice. */
export async function disputeHours(work: Work, orderId: string, reason: string): Promise<void> {
  const noticed = (await lockWith(work, { subjectId: orderId })).filter((record) => record.state === 'noticed')
  const [first] = noticed
  if (first === undefined) return
  await openCase(work, {
    kind: 'objection',
    rule: null,
    fingerprint: null,
    unitId: first.unitId,
    recordIds: noticed.map((record) => record.id),
    evidence: { minutes: noticed.reduce((sum, record) => sum + record.minutes, 0) },
    statement: reason,
  })
}
