/**
 * What time does to hours. `bookNoticed` books what nobody objected to in its notice period; `dueHoursMatters` finds what
 * somebody should have done by now, and that the checks of a night are due; `lapseHoursMatter` lets it rise to the level above,
 * or runs the checks.
 */
import { addWorkingMinutes } from '#platform/calendar.ts'
import { addMinutes, dateIn, startOfDate } from '#platform/dates.ts'
import { sql, type Tx } from '#platform/db.ts'
import { districtCalendar } from '#platform/district-calendar.ts'
import type { Work } from '#platform/work.ts'
import { hoursRuleOn } from './hours-rule.ts'
import { insertDecisions, lockRecord, routeRecord } from './hours-rows.ts'
import { raiseCase } from './cases.ts'
import { raiseDemand } from './demands.ts'
import { levelAbove } from './levels.ts'
import { checkHours } from './nightly-checks.ts'

export interface HoursMatter {
  readonly kind: 'approval' | 'demand' | 'case' | 'check'
  /** The record's, demand's or case's id; of a check its day. */
  readonly id: string
}

const BOOKINGS_MAX = 500
const MATTERS_MAX = 200
// When the day before is surely over.
const CHECK_MINUTES_AFTER_MIDNIGHT = 120

/** Books up to 500 records whose notice is over. @returns how many */
export async function bookNoticed(work: Work): Promise<number> {
  const { tx, now } = work
  const booked = await tx.rows<{ id: string; entryId: string; minutes: number; unitId: string }>(sql`
    update hours_record r set state = 'booked', next_step = null, due_at = null, responsible_unit_id = null, booked_minutes = r.minutes,
           booked_class = r.class, booked_at = ${now}, version = r.version + 1
      from (select id from hours_record
             where district_id = ${tx.districtId} and next_step = 'book' and due_at <= ${now}
             order by due_at limit ${BOOKINGS_MAX} for update skip locked) due
     where r.district_id = ${tx.districtId} and r.id = due.id
    returning r.id, r.entry_id, r.minutes, r.unit_id`)
  if (booked.length === 0) return 0
  const by = { personId: null, unitId: null }
  await insertDecisions(
    tx,
    now,
    'booked',
    booked.map(({ id, entryId, minutes }) => ({ recordId: id, entryId, minutes, statement: '', by })),
  )
  return booked.length
}

/** Up to 200 matters that are overdue, oldest first. With the centre's leader they stay, for everybody to see. */
export function dueHoursMatters(tx: Tx, now: Date): Promise<HoursMatter[]> {
  const today = dateIn(now)
  const isNight = now >= addMinutes(startOfDate(today), CHECK_MINUTES_AFTER_MIDNIGHT)
  return tx.rows(sql`
    select kind, id from (
      (select 'approval' as kind, id::text, due_at from hours_record
        where district_id = ${tx.districtId} and next_step = 'approve' and not needs_leader and due_at <= ${now}
        order by due_at limit ${MATTERS_MAX})
      union all
      (select 'demand', id::text, due_at from hours_demand
        where district_id = ${tx.districtId} and state = 'open' and not is_with_leader and due_at <= ${now}
        order by due_at limit ${MATTERS_MAX})
      union all
      (select 'case', id::text, due_at from hours_case
        where district_id = ${tx.districtId} and state = 'open' and not is_with_leader and due_at <= ${now}
        order by due_at limit ${MATTERS_MAX})
      union all
      (select 'check', ${today}::text, ${now}::timestamptz
        where ${isNight} and exists (select from hours_rule where district_id = ${tx.districtId})
          and not exists (select from hours_check_run where district_id = ${tx.districtId} and day = ${today}::date))
    ) due order by due_at limit ${MATTERS_MAX}`)
}

/** Settles one matter if it is still due. */
export async function lapseHoursMatter(work: Work, matter: HoursMatter): Promise<void> {
  switch (matter.kind) {
    case 'approval':
      return raiseApproval(work, matter.id)
    case 'demand':
      return raiseDemand(work, matter.id)
    case 'case':
      return raiseCase(work, matter.id)
    case 'check':
      await checkHours(work, matter.id)
  }
}

async function raiseApproval(work: Work, recordId: string): Promise<void> {
  const record = await lockRecord(work.tx, recordId)
  if (record?.state !== 'waiting' || record.needsLeader || record.dueAt! > work.now) return
  const today = dateIn(work.now)
  const level = await levelAbove(work.tx, record.responsibleUnitId!, 1, today)
  const { approveWorkingMinutes } = await hoursRuleOn(work.tx, today)
  await insertDecisions(work.tx, work.now, 'rose', [
    {
      recordId: record.id,
      entryId: record.entryId,
      minutes: record.minutes,
      statement: '',
      by: { personId: null, unitId: level.unitId },
    },
  ])
  await routeRecord(work.tx, record.id, {
    state: 'waiting',
    tier: record.tier,
    nextStep: 'approve',
    dueAt: addWorkingMinutes(work.now, approveWorkingMinutes, await districtCalendar(work.tx)),
    responsibleUnitId: level.unitId,
    needsLeader: level.needsLeader,
  })
  work.audit({ action: 'hours.rise', subject: { kind: 'hours', id: record.id }, details: { unitId: level.unitId } })
}
