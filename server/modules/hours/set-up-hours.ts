import { sql } from '#platform/db.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { Work } from '#platform/work.ts'
import type { HoursRule } from './hours-rule.ts'

/** What a district starts with and changes later by dated rows (promise 11). */
export interface HoursDefaults {
  readonly validFrom: string
  readonly rule: HoursRule
  readonly kinds: readonly {
    readonly slug: string
    readonly name: string
    readonly nameEn: string
    readonly counts: boolean
  }[]
}

/** Writes the first limits of hours, and which kinds of things count as volunteering. */
export async function setUpHours(work: Work, { validFrom, rule, kinds }: HoursDefaults): Promise<void> {
  const { tx, now } = work
  await tx.run(sql`
    insert into hours_rule (district_id, id, automatic_minutes_max, first_level_minutes_max, notice_working_days, approve_working_minutes,
      answer_working_minutes, decide_working_minutes, call_working_minutes, call_back_percent, thresholds, valid_from)
    values (${tx.districtId}, ${newUuid7(now)}, ${rule.automaticMinutesMax}, ${rule.firstLevelMinutesMax}, ${rule.noticeWorkingDays},
      ${rule.approveWorkingMinutes}, ${rule.answerWorkingMinutes}, ${rule.decideWorkingMinutes}, ${rule.callWorkingMinutes},
      ${rule.callBackPercent}, ${JSON.stringify({ ...rule.thresholds, deadlines: rule.deadlines })}::jsonb, ${validFrom})`)
  const rows = kinds.map(({ slug, name, nameEn, counts }, position) => ({
    id: newUuid7(now),
    slug,
    name,
    name_en: nameEn,
    counts,
    position,
  }))
  await tx.run(sql`
    insert into service_kind (district_id, id, slug, name, name_en, counts, position, valid_from)
    select ${tx.districtId}::int, k.id, k.slug, k.name, k.name_en, k.counts, k.position, ${validFrom}::date
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as k
        (id uuid, slug text, name text, name_en text, counts boolean, position integer)`)
  tx.referenceChanged()
}
