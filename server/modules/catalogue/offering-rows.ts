import { type Sql, sql, type Tx } from '#platform/db.ts'
import { searchKeys } from '#platform/pinyin.ts'
import type { OfferingFields } from './offering.ts'

export interface NewOffering {
  readonly id: string
  readonly fields: OfferingFields
  /** Everything by which it is found, in one text. */
  readonly searchText: string
}

const fieldColumns = sql`category_id, provider_unit_id, provider_team_id, title, title_en, summary, summary_en, target_groups,
  area_unit_ids, duration_minutes, headcount_min, headcount_max, lead_working_days, monthly_quota, venue_needs, licence_needs,
  open_hours, blackout_days, is_risky, search_bigrams, search_pinyin, search_initials`

function given(offerings: readonly NewOffering[]) {
  const rows = offerings.map(({ id, fields, searchText }) => {
    const keys = searchKeys(searchText)
    return {
      id,
      category_id: fields.categoryId,
      provider_unit_id: fields.provider.kind === 'agency' ? fields.provider.id : null,
      provider_team_id: fields.provider.kind === 'team' ? fields.provider.id : null,
      title: fields.title,
      title_en: fields.titleEn,
      summary: fields.summary,
      summary_en: fields.summaryEn,
      target_groups: fields.targetGroups,
      area_unit_ids: fields.areaUnitIds,
      duration_minutes: fields.durationMinutes,
      headcount_min: fields.headcountMin,
      headcount_max: fields.headcountMax,
      lead_working_days: fields.leadWorkingDays,
      monthly_quota: fields.monthlyQuota,
      venue_needs: fields.venueNeeds,
      licence_needs: fields.licenceNeeds,
      open_hours: fields.openHours,
      blackout_days: fields.blackoutDays,
      is_risky: fields.isRisky,
      search_bigrams: keys.bigrams,
      search_pinyin: keys.pinyin,
      search_initials: keys.initials,
    }
  })
  return sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as g (id uuid, category_id uuid, provider_unit_id uuid,
    provider_team_id uuid, title text, title_en text, summary text, summary_en text, target_groups text[], area_unit_ids uuid[],
    duration_minutes int, headcount_min int, headcount_max int, lead_working_days int, monthly_quota int, venue_needs text[],
    licence_needs text[], open_hours jsonb, blackout_days date[], is_risky boolean, search_bigrams text[], search_pinyin text,
    search_initials text)`
}

export async function insertOfferings(tx: Tx, offerings: readonly NewOffering[], confirmedAt: Date): Promise<void> {
  tx.referenceChanged()
  await tx.run(sql`
    insert into offering (district_id, id, confirmed_at, ${fieldColumns})
    select ${tx.districtId}::int, id, ${confirmedAt}::timestamptz, ${fieldColumns} from ${given(offerings)}`)
}

/** Writes all fields if the offering still has the version that was seen, and counts as its provider's confirmation. */
export async function updateOffering(tx: Tx, offering: NewOffering, version: number, now: Date): Promise<boolean> {
  tx.referenceChanged()
  const updated = await tx.run(sql`
    update offering o set (confirmed_at, version, ${fieldColumns}) =
      (select ${now}::timestamptz, o.version + 1, ${fieldColumns} from ${given([offering])})
     where o.district_id = ${tx.districtId} and o.id = ${offering.id} and o.version = ${version} and o.ended_at is null`)
  return updated === 1
}

export async function confirmRow(tx: Tx, id: string, now: Date): Promise<boolean> {
  tx.referenceChanged()
  const updated = await tx.run(sql`
    update offering set confirmed_at = ${now} where district_id = ${tx.districtId} and id = ${id} and ended_at is null`)
  return updated === 1
}

export async function endRow(tx: Tx, id: string, now: Date): Promise<boolean> {
  tx.referenceChanged()
  const updated = await tx.run(sql`
    update offering set ended_at = ${now}, version = version + 1
     where district_id = ${tx.districtId} and id = ${id} and ended_at is null`)
  return updated === 1
}

/** Takes a place of a month if there is one; the offering's quota of today is the limit. It touches one row or none. */
export function placeTaken(tx: Tx, offeringId: string, month: string, quota: number): Sql {
  return sql`
    insert into offering_month as m (district_id, offering_id, month, taken, quota)
    values (${tx.districtId}, ${offeringId}, ${month}, 1, ${quota})
    on conflict (district_id, offering_id, month) do update set taken = m.taken + 1, quota = excluded.quota
     where m.taken < excluded.quota`
}

export async function givePlaceBack(tx: Tx, offeringId: string, month: string): Promise<boolean> {
  const given = await tx.run(sql`
    update offering_month set taken = taken - 1
     where district_id = ${tx.districtId} and offering_id = ${offeringId} and month = ${month} and taken > 0`)
  return given === 1
}

const MONTHS_AHEAD_MAX = 12

/** The first month after the given one in which a place is free, within a year. */
export async function nextFreeMonth(
  tx: Tx,
  offeringId: string,
  month: string,
  quota: number,
): Promise<string | undefined> {
  const row = await tx.maybe<{ month: string }>(sql`
    select g::date as month
      from generate_series(${month}::date + interval '1 month', ${month}::date + make_interval(months => ${MONTHS_AHEAD_MAX}),
                           interval '1 month') g
     where not exists (select from offering_month m where m.district_id = ${tx.districtId} and m.offering_id = ${offeringId}
                          and m.month = g::date and m.taken >= ${quota})
     order by g limit 1`)
  return row?.month
}
