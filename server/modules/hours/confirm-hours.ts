import { sql } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import { openCase } from './cases.ts'
import { DECIDED_CAUSES, type HoursRecord } from './hours.ts'
import { correctRecord, recordColumns } from './hours-rows.ts'
import { causeOf } from './hours-views.ts'
import { noticeRoute } from './record-hours.ts'

function lockOfOrder(work: Work, orderId: string): Promise<HoursRecord[]> {
  const { tx } = work
  return tx.rows(sql`
    select ${recordColumns} from hours_record r
     where r.district_id = ${tx.districtId} and r.subject_kind = 'order' and r.subject_id = ${orderId} order by r.id for update`)
}

/**
 * Those for whom it was done confirm that it was: hours that were claimed, as when a check-out was forgotten, are verified from
 * then on. That is another entry, with the same time.
 */
export async function confirmHours(work: Work, orderId: string): Promise<void> {
  for (const record of await lockOfOrder(work, orderId)) {
    if (record.class === 'verified' || !['noticed', 'booked'].includes(record.state)) continue
    if (DECIDED_CAUSES.includes(await causeOf(work.tx, record.entryId))) continue
    await correctRecord(work.tx, work.now, record, {
      entryId: newUuid7(work.now),
      part: { day: record.day, startedAt: record.startedAt, endedAt: record.endedAt, minutes: record.minutes },
      entry: {
        class: 'verified',
        cause: 'confirmation',
        methodIn: null,
        methodOut: null,
        score: null,
        reasons: [],
        statement: '',
        recordedBy: record.recordedBy,
        recordedUnitId: null,
      },
      route: record.state === 'booked' ? await noticeRoute(work, record.unitId, record.tier) : null,
    })
  }
}

/** Those for whom it should have been done say that it was not: an objection to everything of it that is on notice. */
export async function disputeHours(work: Work, orderId: string, reason: string): Promise<void> {
  const noticed = (await lockOfOrder(work, orderId)).filter((record) => record.state === 'noticed')
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
