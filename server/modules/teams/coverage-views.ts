import { addDays } from '#platform/dates.ts'
import { type Sql, sql, type Tx } from '#platform/db.ts'
import { LEADING_ROLES } from './team.ts'

/** Numbers about where teams are missing; each opens to the units or teams that it counts (promise 7). */
export const COVERAGE_FIGURES = [
  'station-without-team',
  'category-gap',
  'team-without-leader',
  'licence-ending',
] as const
export type CoverageFigure = (typeof COVERAGE_FIGURES)[number]

const LICENCE_DAYS_AHEAD = 30

export interface CoverageCount {
  readonly figure: CoverageFigure
  /** Only for gaps: one count a category. */
  readonly categorySlug: string | null
  readonly value: number
  /** Of how many. */
  readonly total: number
}

export interface CoverageRow {
  readonly id: string
  readonly kind: 'unit' | 'team'
  readonly name: string
  readonly aboveName: string | null
}

interface Scope {
  readonly on: string
  /** The units looked at. */
  readonly unitIds: readonly string[]
}

export async function countCoverage(tx: Tx, scope: Scope): Promise<CoverageCount[]> {
  const { on } = scope
  const stations = sql`select count(*) from station`
  const teams = sql`select count(*) from living`
  return tx.rows(sql`
    ${facts(tx, scope)}
    select 'station-without-team' as figure, null::text as category_slug,
           (select count(*) from station s where ${hasNoTeam}) as value, (${stations}) as total
    union all
    select 'category-gap', c.slug, (select count(*) from station s where ${isGap(sql`c.slug`)}), (${stations})
      from category c
     where c.district_id = ${tx.districtId} and c.valid_from <= ${on}::date and (c.valid_until is null or c.valid_until > ${on}::date)
    union all
    select 'team-without-leader', null, (select count(*) from living t where not t.is_led), (${teams})
    union all
    select 'licence-ending', null, (select count(*) from living t where ${hasEndingLicence(on)}), (${teams})
    order by figure, category_slug`)
}

const ROWS_MAX = 1000

export function listCoverage(
  tx: Tx,
  scope: Scope,
  figure: CoverageFigure,
  categorySlug: string | null,
): Promise<CoverageRow[]> {
  const stations = (which: Sql) =>
    sql`select s.id, 'unit' as kind, s.name, s.above_name from station s where ${which} order by s.code limit ${ROWS_MAX}`
  const teams = (which: Sql) =>
    sql`select t.id, 'team' as kind, t.name, t.unit_name as above_name from living t where ${which} order by t.name, t.id limit ${ROWS_MAX}`
  const rows: Record<CoverageFigure, Sql> = {
    'station-without-team': stations(hasNoTeam),
    'category-gap': stations(isGap(sql`${categorySlug}`)),
    'team-without-leader': teams(sql`not t.is_led`),
    'licence-ending': teams(hasEndingLicence(scope.on)),
  }
  return tx.rows(sql`${facts(tx, scope)} ${rows[figure]}`)
}

/** Stations with their path, living teams, and what is served where. */
function facts(tx: Tx, { on, unitIds }: Scope): Sql {
  const valid = (p: Sql) =>
    sql`${p}.valid_from <= ${on}::date and (${p}.valid_until is null or ${p}.valid_until > ${on}::date)`
  return sql`with station as (
      select u.id, p.name, p.code, a.name as above_name, array[u.id, u.parent_id, i.parent_id] as path
        from unit u
        join unit_period p on p.district_id = u.district_id and p.unit_id = u.id and ${valid(sql`p`)}
        left join unit i on i.district_id = u.district_id and i.id = u.parent_id
        left join unit_period a on a.district_id = u.district_id and a.unit_id = u.parent_id and ${valid(sql`a`)}
       where u.district_id = ${tx.districtId} and u.kind = 'station' and u.id = any(${unitIds}::uuid[])
    ), everywhere as (
      select t.*, p.name as unit_name,
             exists (select from team_member m where m.district_id = t.district_id and m.team_id = t.id and m.left_at is null
                        and m.role = any(${LEADING_ROLES})) as is_led
        from team t
        left join unit_period p on p.district_id = t.district_id and p.unit_id = t.unit_id and ${valid(sql`p`)}
       where t.district_id = ${tx.districtId} and t.founded_on <= ${on}::date and (t.ended_on is null or t.ended_on > ${on}::date)
    ), living as (
      select * from everywhere where unit_id = any(${unitIds}::uuid[])
    ), served as (
      select distinct slug, place from everywhere t, unnest(t.category_slugs) slug, unnest(t.service_unit_ids || t.unit_id) place
       where t.is_led
    )`
}

const hasNoTeam = sql`not exists (select from living t where t.unit_id = s.id)`

function isGap(slug: Sql): Sql {
  return sql`not exists (select from served v where v.slug = ${slug} and v.place = any(s.path))`
}

function hasEndingLicence(on: string): Sql {
  return sql`exists (select from team_licence l where l.district_id = t.district_id and l.team_id = t.id
                        and l.valid_until < ${addDays(on, LICENCE_DAYS_AHEAD)}::date)`
}
