import { addDays, addMinutes, startOfDate } from '#platform/dates.ts'
import { sql, type Tx } from '#platform/db.ts'
import type { Work } from '#platform/work.ts'
import { openCase } from './cases.ts'
import { findSuspicions } from './find-suspicions.ts'
import { hoursRuleOn } from './hours-rule.ts'
import type { DeadlineFact, ServiceFact, Suspicion } from './suspicion-facts.ts'

// A month, and the week before a deadline, are seen whole.
const FACTS_DAYS = 45
const CASES_MAX = 200

/**
 * Runs the checks of a night, once: what is suspicious and has no case yet gets one for the level above. Nothing else changes.
 * @param day the date on which they run
 */
export async function checkHours(work: Work, day: string): Promise<void> {
  const { tx, now } = work
  const { locked } = await tx.one<{ locked: boolean }>(
    sql`select pg_try_advisory_xact_lock(hashtextextended('hours-checks', ${tx.districtId})) as locked`,
  )
  if (!locked || (await hasRun(tx, day))) return
  const { thresholds, deadlines } = await hoursRuleOn(tx, day)
  const services = await servicesSince(tx, addMinutes(now, -FACTS_DAYS * 24 * 60))
  const found = findSuspicions({ services, deadlines: deadlinesNear(day, deadlines, thresholds.burstDays), thresholds })
  const fresh = await withoutCases(tx, found)
  let opened = 0
  for (const one of fresh.slice(0, CASES_MAX)) {
    const { rule, fingerprint, unitId, recordIds, evidence } = one
    const id = await openCase(work, {
      kind: 'suspicion',
      rule,
      fingerprint,
      unitId,
      recordIds,
      evidence,
      statement: '',
    })
    if (id !== undefined) opened += 1
  }
  await tx.run(sql`
    insert into hours_check_run (district_id, day, ran_at, facts, found, opened)
    values (${tx.districtId}, ${day}, ${now}, ${services.length}, ${found.length}, ${opened})`)
  work.audit({ action: 'hours.check', details: { facts: services.length, found: found.length, opened } })
}

async function hasRun(tx: Tx, day: string): Promise<boolean> {
  const rows = await tx.rows(sql`select 1 from hours_check_run where district_id = ${tx.districtId} and day = ${day}`)
  return rows.length > 0
}

/** Records written since a moment, as the rules see them. */
async function servicesSince(tx: Tx, since: Date): Promise<ServiceFact[]> {
  const rows = await tx.rows<Omit<ServiceFact, 'place'> & { latitude: number | null; longitude: number | null }>(sql`
    select r.id as record_id, r.person_id, r.unit_id, r.team_id, coalesce(r.subject_id, r.id) as subject_id, r.started_at, r.ended_at,
           r.minutes, r.class, r.recorded_at, r.recorded_by, r.approved_by, m.device, u.latitude, u.longitude
      from hours_record r
      left join unit u on u.district_id = r.district_id and u.id = r.place_unit_id
      left join lateral (
        select encode(m.device, 'hex') as device from check_in_mark m
         where r.subject_kind = 'session' and r.recorded_by is null and m.district_id = r.district_id and m.person_id = r.person_id
           and m.subject_id = r.subject_id and m.device is not null
         order by m.at limit 1) m on true
     where r.district_id = ${tx.districtId} and r.recorded_at >= ${since} and r.state <> 'refused'`)
  return rows.map(({ latitude, longitude, ...row }) => ({
    ...row,
    place: latitude === null || longitude === null ? null : { latitude, longitude },
  }))
}

/** The deadlines whose run-up has begun, up to a week after them. */
function deadlinesNear(day: string, monthDays: readonly string[], runUpDays: number): DeadlineFact[] {
  const year = Number(day.slice(0, 4))
  return [year - 1, year, year + 1]
    .flatMap((one) => monthDays.map((monthDay) => `${one}-${monthDay}`))
    .filter((date) => addDays(date, -runUpDays) <= day && day <= addDays(date, runUpDays))
    .map((date) => ({ name: date, at: startOfDate(addDays(date, 1)) }))
}

/** What only says again what a case of the same rule holds already is left out, as when a record is added to a known pattern's past. */
async function withoutCases(tx: Tx, found: readonly Suspicion[]): Promise<Suspicion[]> {
  const ids = [...new Set(found.flatMap((one) => one.recordIds))]
  const known = await tx.rows<{ rule: string; recordId: string }>(sql`
    select c.rule, r.record_id from hours_case_record r join hours_case c on c.district_id = r.district_id and c.id = r.case_id
     where r.district_id = ${tx.districtId} and c.kind = 'suspicion' and r.record_id = any(${ids}::uuid[])`)
  const inCase = new Set(known.map((row) => `${row.rule} ${row.recordId}`))
  return found.filter((one) => one.recordIds.some((id) => !inCase.has(`${one.rule} ${id}`)))
}
