import { empty, join, type Sql, sql, type Tx } from '#platform/db.ts'
import { addMinutes, dateIn, monthIn } from '#platform/dates.ts'
import { queryKeys } from '#platform/pinyin.ts'
import { FRESH_DAYS, freshUntil, type Offering, type Provider } from './offering.ts'

const DAY_MINUTES = 1_440

/** Whether the offering `o` can be ordered: it has not ended, and its provider confirmed it within a quarter. */
export function isOrderable(now: Date): Sql {
  return sql`(o.ended_at is null and o.confirmed_at > ${addMinutes(now, -FRESH_DAYS * DAY_MINUTES)}::timestamptz)`
}

/** Hidden offerings that a person may see, because he or she may change them. */
export interface Reach {
  /** Agencies whose offerings the person keeps. */
  readonly agencyIds: readonly string[]
  /** Units over whose agencies and teams the person is an editor. */
  readonly unitIds: readonly string[]
  /** Teams that the person leads. */
  readonly teamIds: readonly string[]
}

export interface OfferingFilter {
  readonly q?: string | undefined
  readonly categorySlug?: string | undefined
  /** The asked unit and all above it: only offerings that serve it. */
  readonly unitPathIds?: readonly string[] | undefined
  readonly targetGroup?: string | undefined
  readonly providerId?: string | undefined
  readonly hiddenWithin?: Reach | undefined
  readonly afterKey?: string | undefined
  readonly limit: number
}

/**
 * Offerings by category and title; with a query those first that have it in their title. A query without anything to look
 * for (punctuation only) finds nothing.
 */
export async function listOfferings(
  tx: Tx,
  now: Date,
  filter: OfferingFilter,
): Promise<(Offering & { sortKey: string })[]> {
  const conditions = [
    filter.hiddenWithin === undefined ? isVisible(now) : sql`(${isVisible(now)} or ${isWithin(filter.hiddenWithin)})`,
    ...(filter.q === undefined || filter.q.trim() === '' ? [] : searchConditions(filter.q)),
    ...(filter.categorySlug === undefined ? [] : [sql`c.slug = ${filter.categorySlug}`]),
    ...(filter.unitPathIds === undefined
      ? []
      : [sql`(o.area_unit_ids = '{}' or o.area_unit_ids && ${filter.unitPathIds}::uuid[])`]),
    ...(filter.targetGroup === undefined ? [] : [sql`o.target_groups && ${[filter.targetGroup, 'all']}::text[]`]),
    ...(filter.providerId === undefined
      ? []
      : [sql`(o.provider_unit_id = ${filter.providerId}::uuid or o.provider_team_id = ${filter.providerId}::uuid)`]),
  ]
  const wanted = (filter.q ?? '').trim().toLowerCase()
  const rows = await tx.rows<Row & { sortKey: string }>(sql`
    select * from (
      ${offerings(
        tx,
        now,
        sql`case when position(${wanted} in lower(o.title || ' ' || coalesce(o.title_en, ''))) > 0 then '0' else '1' end
        || lpad(c.sort::text, 4, '0') || o.title || o.id`,
      )}
         and ${join(conditions, ' and ')}
    ) offering
     ${filter.afterKey === undefined ? empty : sql`where sort_key > ${filter.afterKey}`}
     order by sort_key limit ${filter.limit}`)
  return rows.map((row) => ({ ...offeringOf(row), sortKey: row.sortKey }))
}

/** One offering, also when it is hidden or ended: orders point to it. */
export async function findOffering(tx: Tx, id: string, now: Date): Promise<Offering | undefined> {
  const row = await tx.maybe<Row>(sql`${offerings(tx, now, sql`''`)} and o.id = ${id}::uuid`)
  return row && offeringOf(row)
}

/** How many offerings residents see, and how many wait for somebody to confirm them. */
export function countOfferings(tx: Tx, now: Date): Promise<{ shown: number; hidden: number }> {
  return tx.one(sql`
    select count(*) filter (where not is_hidden) as shown, count(*) filter (where is_hidden and ended_at is null) as hidden
      from (${offerings(tx, now, sql`''`)}) offering`)
}

/**
 * What an order asks of an offering: the same, but remembered for the day, and therefore without the places taken. Whether
 * it is still fresh has to be asked of `freshUntil`.
 */
export function findOrderable(tx: Tx, id: string, now: Date): Promise<Omit<Offering, 'takenThisMonth'> | undefined> {
  return tx.reference(`offering ${id} ${dateIn(now)}`, () => findOffering(tx, id, now))
}

type Row = Omit<Offering, 'category' | 'provider' | 'freshUntil'> & {
  readonly categoryId: string
  readonly categorySlug: string
  readonly categoryName: string
  readonly categoryNameEn: string
  readonly providerKind: Provider['kind']
  readonly providerId: string
  readonly providerName: string
  readonly providerNameEn: string | null
}

function offerings(tx: Tx, now: Date, sortKey: Sql): Sql {
  const on = dateIn(now)
  return sql`
    select o.id, c.id as category_id, c.slug as category_slug, c.name as category_name, c.name_en as category_name_en,
           case when t.id is null then 'agency' else 'team' end as provider_kind, coalesce(t.id, o.provider_unit_id) as provider_id,
           coalesce(t.name, p.name) as provider_name, case when t.id is null then p.name_en else t.name_en end as provider_name_en,
           coalesce(t.unit_id, o.provider_unit_id) as provider_unit_id,
           o.title, o.title_en, o.summary, o.summary_en, o.target_groups, o.area_unit_ids,
           array(select a.name from unit_period a
                  where a.district_id = o.district_id and a.unit_id = any(o.area_unit_ids)
                    and a.valid_from <= ${on}::date and (a.valid_until is null or a.valid_until > ${on}::date)
                  order by array_position(o.area_unit_ids, a.unit_id)) as area_names,
           o.duration_minutes, o.headcount_min, o.headcount_max, o.lead_working_days, o.monthly_quota,
           coalesce((select m.taken from offering_month m where m.district_id = o.district_id and m.offering_id = o.id
                        and m.month = ${monthIn(now)}::date), 0) as taken_this_month,
           o.venue_needs, o.licence_needs, o.open_hours, o.blackout_days, o.is_risky, o.confirmed_at, o.ended_at, o.version,
           not ${isVisible(now)} as is_hidden, ${sortKey} as sort_key
      from offering o
      join category c on c.district_id = o.district_id and c.id = o.category_id
      left join team t on t.district_id = o.district_id and t.id = o.provider_team_id
      left join unit_period p on p.district_id = o.district_id and p.unit_id = o.provider_unit_id
        and p.valid_from <= ${on}::date and (p.valid_until is null or p.valid_until > ${on}::date)
     where o.district_id = ${tx.districtId}`
}

/** Residents see it: it can be ordered, and its category is in use. */
function isVisible(now: Date): Sql {
  const on = dateIn(now)
  return sql`(${isOrderable(now)} and c.valid_from <= ${on}::date and (c.valid_until is null or c.valid_until > ${on}::date))`
}

function isWithin(reach: Reach): Sql {
  return sql`(o.provider_unit_id = any(${[...reach.agencyIds, ...reach.unitIds]}::uuid[])
    or t.unit_id = any(${reach.unitIds}::uuid[]) or t.id = any(${reach.teamIds}::uuid[]))`
}

function searchConditions(q: string): Sql[] {
  const keys = queryKeys(q)
  if (keys.bigrams.length === 0 && keys.letters.length === 0) return [sql`false`]
  return [
    ...(keys.bigrams.length === 0 ? [] : [sql`o.search_bigrams @> ${keys.bigrams}::text[]`]),
    ...keys.letters.map(({ text, columns }) => {
      // A letter query never holds a character special to LIKE.
      const pattern = `%${text}%`
      const parts = columns.map((column) =>
        column === 'pinyin' ? sql`o.search_pinyin like ${pattern}` : sql`o.search_initials like ${pattern}`,
      )
      return sql`(${join(parts, ' or ')})`
    }),
  ]
}

function offeringOf(row: Row): Offering {
  const { categoryId, categorySlug, categoryName, categoryNameEn, ...rest } = row
  const { providerKind, providerId, providerName, providerNameEn, ...offering } = rest
  return {
    ...offering,
    category: { id: categoryId, slug: categorySlug, name: categoryName, nameEn: categoryNameEn },
    provider: { kind: providerKind, id: providerId, name: providerName, nameEn: providerNameEn },
    freshUntil: freshUntil(row.confirmedAt),
  }
}

/** `<provider id> <title>` of every offering, for a set-up that must not add one twice. */
export async function providersWithTitles(tx: Tx): Promise<ReadonlySet<string>> {
  const rows = await tx.rows<{ key: string }>(
    sql`select coalesce(provider_unit_id, provider_team_id) || ' ' || title as key from offering where district_id = ${tx.districtId}`,
  )
  return new Set(rows.map((row) => row.key))
}
