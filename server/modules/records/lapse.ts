/**
 * What time does to certificates and demands. `dueRecordMatters` finds what is due; `lapseRecordMatter` settles one matter in
 * its own transaction, after reading it again under its lock.
 *
 *   notice   nobody objected for as long as the rule says: it waits for whoever is in charge
 *   overdue  a step of the organisation was not done in time: the unit above answers for it, too
 *   demand   a demand for a correction was not answered in time: likewise
 */
import { addWorkingDays } from '#platform/calendar.ts'
import { dateIn } from '#platform/dates.ts'
import { sql, type Tx } from '#platform/db.ts'
import { districtCalendar } from '#platform/district-calendar.ts'
import type { Work } from '#platform/work.ts'
import { changeCertificate, endCertificate, lockCertificate, ruleOn } from './certificate-rows.ts'
import { parentOf } from './standing-unit.ts'
import { tellHolder } from './tell-holder.ts'

export interface RecordMatter {
  readonly kind: 'notice' | 'overdue' | 'demand'
  /** The certificate's id, or the demand's. */
  readonly id: string
}

const MATTERS_MAX = 200

/** Up to 200 matters that are due, oldest first. The centre has nobody above, so that nothing rises from there. */
export function dueRecordMatters(tx: Tx, now: Date): Promise<RecordMatter[]> {
  return tx.rows(sql`
    select kind, id from (
      (select 'notice' as kind, id, notice_until as at from certificate
        where district_id = ${tx.districtId} and state = 'on-notice' and notice_until <= ${now} order by notice_until limit ${MATTERS_MAX})
      union all
      (select 'overdue', c.id, c.due_at from certificate c
         join unit u on u.district_id = c.district_id and u.id = c.responsible_unit_id and u.parent_id is not null
        where c.district_id = ${tx.districtId} and c.next_step in ('prepare', 'answer-objection', 'sign-off') and c.due_at <= ${now}
        order by c.due_at limit ${MATTERS_MAX})
      union all
      (select 'demand', d.id, d.due_at from record_demand d
         join unit u on u.district_id = d.district_id and u.id = d.responsible_unit_id and u.parent_id is not null
        where d.district_id = ${tx.districtId} and d.state = 'open' and d.due_at <= ${now} order by d.due_at limit ${MATTERS_MAX})
    ) due order by at limit ${MATTERS_MAX}`)
}

/** Settles one matter if it is still due. */
export async function lapseRecordMatter(work: Work, { kind, id }: RecordMatter): Promise<void> {
  if (kind === 'notice') return endNotice(work, id)
  if (kind === 'overdue') return raiseCertificate(work, id)
  return raiseDemand(work, id)
}

async function endNotice(work: Work, id: string): Promise<void> {
  const found = await lockCertificate(work.tx, id)
  if (found?.state !== 'on-notice' || found.noticeUntil! > work.now) return
  const rule = await ruleOn(work.tx, dateIn(work.now))
  const dueAt = addWorkingDays(work.now, rule.signWorkingDays, await districtCalendar(work.tx))
  await changeCertificate(work.tx, id, sql`state = 'ready', next_step = 'sign-off', due_at = ${dueAt}`)
  work.audit({ action: 'records.end-notice', subject: { kind: 'certificate', id } })
}

async function raiseCertificate(work: Work, id: string): Promise<void> {
  const { tx, now } = work
  const found = await lockCertificate(tx, id)
  if (found?.dueAt == null || found.dueAt > now || found.nextStep === 'wait-notice') return
  const { responsibleUnitId } = await tx.one<{ responsibleUnitId: string }>(
    sql`select responsible_unit_id from certificate where district_id = ${tx.districtId} and id = ${id}`,
  )
  const above = await parentOf(tx, responsibleUnitId)
  if (above === null) return
  await changeCertificate(tx, id, sql`responsible_unit_id = ${above}, due_at = ${await answerDue(work)}`)
  work.audit({ action: 'records.raise', subject: { kind: 'certificate', id }, details: { unitId: above } })
}

async function raiseDemand(work: Work, id: string): Promise<void> {
  const { tx, now } = work
  const demand = await tx.maybe<{ responsibleUnitId: string; dueAt: Date | null }>(sql`
    select responsible_unit_id, due_at from record_demand
     where district_id = ${tx.districtId} and id = ${id} and state = 'open' for update`)
  if (demand?.dueAt == null || demand.dueAt > now) return
  const above = await parentOf(tx, demand.responsibleUnitId)
  if (above === null) return
  await tx.run(sql`
    update record_demand set responsible_unit_id = ${above}, due_at = ${await answerDue(work)}
     where district_id = ${tx.districtId} and id = ${id}`)
  work.audit({ action: 'records.raise', subject: { kind: 'record-demand', id }, details: { unitId: above } })
}

async function answerDue({ tx, now }: Work): Promise<Date> {
  const rule = await ruleOn(tx, dateIn(now))
  return addWorkingDays(now, rule.answerWorkingDays, await districtCalendar(tx))
}

/** Marks the issued certificates whose hours were corrected since, and tells their holders. The page of each says so at once. */
export async function markSuperseded(work: Work): Promise<void> {
  // From the few hours that were corrected to their certificates, and not from every certificate to its hours.
  const stale = await work.tx.rows<{ id: string }>(sql`
    select distinct c.id
      from hours_record h
      join certificate_line l on l.district_id = h.district_id and l.record_id = h.id
      join certificate c on c.district_id = l.district_id and c.id = l.certificate_id
     where h.district_id = ${work.tx.districtId} and h.entries > 1 and c.state = 'issued'
       and (h.booked_minutes <> l.minutes or h.booked_class is distinct from l.class)
     order by c.id limit ${MATTERS_MAX}`)
  for (const { id } of stale) {
    const found = await lockCertificate(work.tx, id)
    if (found?.state !== 'issued') continue
    await endCertificate(work.tx, id, { state: 'superseded', reason: 'hours-corrected', by: null, at: work.now })
    work.audit({ action: 'records.supersede', subject: { kind: 'certificate', id }, personId: found.personId })
    await tellHolder(work, found, 'certificate-superseded')
  }
}
