import { sql } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import type { RecordRule } from './certificate.ts'

/** Writes the periods and limits that a district starts with; later ones are further dated rows (promise 11). */
export async function setUpRecords(work: Work, rule: RecordRule & { readonly validFrom: string }): Promise<void> {
  await work.tx.run(sql`
    insert into record_rule (district_id, id, notice_days, notice_counts_working_days, prepare_working_days, sign_working_days,
      answer_working_days, valid_from)
    values (${work.tx.districtId}, ${newUuid7(work.now)}, ${rule.noticeDays}, ${rule.noticeCountsWorkingDays},
      ${rule.prepareWorkingDays}, ${rule.signWorkingDays}, ${rule.answerWorkingDays}, ${rule.validFrom})`)
}
