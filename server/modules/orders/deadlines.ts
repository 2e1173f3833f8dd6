import type { WorkingCalendar } from '#platform/calendar.ts'
import { addWorkingMinutes } from '#platform/calendar.ts'
import { districtCalendar } from '#platform/district-calendar.ts'
import { dateIn } from '#platform/dates.ts'
import { sql, type Tx } from '#platform/db.ts'
import type { Urgency } from './order.ts'

/** A step that has a limit in working minutes; the limits are dated rows (promise 11), these are only their names. */
export type LimitedStep =
  | 'triage'
  | 'dispatch'
  | 'offer-agency'
  | 'offer-team'
  | 'pool'
  | 'contact-requester'
  | 'finish-service'
  | 'confirm'
  | 'evaluate'
  | 'call-requester'
  | 'reach-requester'
  | 'visit'
  | 'close'
  | 'clock.first-contact'
  | 'clock.acceptance'
  | 'clock.resolution'

export interface Deadlines {
  readonly calendar: WorkingCalendar
  readonly minutesOf: (step: LimitedStep, urgency: Urgency) => number
  /** When the step is due if it begins at `from`, counted in the district's working time. */
  dueAfter(step: LimitedStep, urgency: Urgency, from: Date): Date
}

/** The limits that hold on the date of `now`, with the district's calendar. A missing limit is a fault of the set-up. */
export async function deadlines(tx: Tx, now: Date): Promise<Deadlines> {
  const calendar = await districtCalendar(tx)
  const on = dateIn(now)
  const limits = await tx.reference(`limits ${on}`, async () => {
    const rows = await tx.rows<{ step: string; urgency: Urgency; workingMinutes: number }>(sql`
      select step, urgency, working_minutes from sla_limit
       where district_id = ${tx.districtId} and valid_from <= ${on}::date and (valid_until is null or valid_until > ${on}::date)`)
    return new Map(rows.map((row) => [`${row.step} ${row.urgency}`, row.workingMinutes]))
  })
  const minutesOf = (step: LimitedStep, urgency: Urgency) => {
    const minutes = limits.get(`${step} ${urgency}`) ?? limits.get(`${step} normal`)
    if (minutes === undefined) throw new Error(`No limit is set for the step ${step}.`)
    return minutes
  }
  return {
    calendar,
    minutesOf,
    dueAfter: (step, urgency, from) => addWorkingMinutes(from, minutesOf(step, urgency), calendar),
  }
}
