import { sql, type Tx } from '#platform/db.ts'
import type { Thresholds } from './suspicion-facts.ts'

/** Limits and periods that hold on a date (promise 11). */
export interface HoursRule {
  /** Of a day, up to which nobody has to approve. */
  readonly automaticMinutesMax: number
  /** Of a day, up to which the unit above approves; beyond it the one above that. */
  readonly firstLevelMinutesMax: number
  readonly noticeWorkingDays: number
  readonly approveWorkingMinutes: number
  readonly answerWorkingMinutes: number
  readonly decideWorkingMinutes: number
  readonly callWorkingMinutes: number
  readonly callBackPercent: number
  readonly thresholds: Thresholds
  /** Days of each year before which counts of hours matter, 'MM-DD'. */
  readonly deadlines: readonly string[]
}

/** The rule of a date. A missing one is a fault of the set-up. */
export async function hoursRuleOn(tx: Tx, on: string): Promise<HoursRule> {
  const rule = await tx.reference(`hours rule ${on}`, () =>
    tx.maybe<HoursRule>(sql`
      select automatic_minutes_max, first_level_minutes_max, notice_working_days, approve_working_minutes, answer_working_minutes,
             decide_working_minutes, call_working_minutes, call_back_percent, thresholds - 'deadlines' as thresholds,
             coalesce(thresholds->'deadlines', '[]') as deadlines
        from hours_rule
       where district_id = ${tx.districtId} and valid_from <= ${on}::date and (valid_until is null or valid_until > ${on}::date)`),
  )
  if (rule === undefined) throw new Error(`No rule of hours holds on ${on}.`)
  return rule
}
