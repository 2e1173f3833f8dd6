import { empty, type Sql, sql, type Tx } from '#platform/db.ts'
import { unitsSounding } from './unit-sounds.ts'
import type { Unit, UnitKind, UnitPeriod } from './unit.ts'

export interface UnitInTree extends Unit {
  /** From the centre down to the unit itself. */
  readonly path: readonly { readonly id: string; readonly name: string }[]
}

export interface UnitFilter {
  readonly kind?: UnitKind | undefined
  readonly parentId?: string | undefined
  readonly q?: string | undefined
  /** The tree as it stood on this date, 'YYYY-MM-DD'. */
  readonly on: string
  readonly afterKey?: string | undefined
  readonly limit: number
}

/**
 * Units valid on a date, by code (agencies after them, by name), with their path from the centre. Names are searched by their
 * characters, their English name and their pronunciation.
 */
export async function listUnits(tx: Tx, filter: UnitFilter): Promise<(UnitInTree & { sortKey: string })[]> {
  const sounding = await unitsSounding(tx, filter.q ?? '', filter.on)
  return tx.rows(sql`
    ${tree(tx, filter.on)}
    select id, kind, code, name, name_en, parent_id, slug, is_placeholder, phone, latitude, longitude, coordinate_quality, path, sort_key
      from tree
     where true
       ${filter.kind === undefined ? empty : sql`and kind = ${filter.kind}`}
       ${filter.parentId === undefined ? empty : sql`and parent_id = ${filter.parentId}::uuid`}
       ${filter.q === undefined ? empty : sql`and (position(lower(${filter.q}) in lower(name || ' ' || coalesce(name_en, ''))) > 0 or id = any(${sounding}::uuid[]))`}
       ${filter.afterKey === undefined ? empty : sql`and sort_key > ${filter.afterKey}`}
     order by sort_key limit ${filter.limit}`)
}

// Today's tree and those of a few dates that somebody looks back at.
const DATES_MAX = 4

/** One unit as it stood on a date, with its path. */
export async function findUnit(tx: Tx, id: string, on: string): Promise<UnitInTree | undefined> {
  return (await treeOn(tx, on)).get(id)
}

/** A unit and everything below it as it stood on a date. */
export async function unitsWithin(tx: Tx, id: string, on: string): Promise<UnitInTree[]> {
  return [...(await treeOn(tx, on)).values()].filter((unit) => unit.path.some((one) => one.id === id))
}

/** The trees of the last dates asked for are remembered. */
async function treeOn(tx: Tx, on: string): Promise<ReadonlyMap<string, UnitInTree>> {
  const byDate = await tx.reference('units', async () => new Map<string, ReadonlyMap<string, UnitInTree>>())
  let units = byDate.get(on)
  if (units === undefined) {
    units = treeOf(
      await tx.rows<Unit>(sql`
        select u.id, u.kind, p.code, p.name, p.name_en, u.parent_id, u.slug, u.is_placeholder, u.phone, u.latitude, u.longitude,
               u.coordinate_quality
          from unit u join unit_period p on p.district_id = u.district_id and p.unit_id = u.id
           and p.valid_from <= ${on}::date and (p.valid_until is null or p.valid_until > ${on}::date)
         where u.district_id = ${tx.districtId}`),
    )
    if (byDate.size >= DATES_MAX) byDate.clear()
    byDate.set(on, units)
  }
  return units
}

/** Each unit with its path from the centre; what hangs below something that is not there on the date is not there either. */
function treeOf(rows: readonly Unit[]): ReadonlyMap<string, UnitInTree> {
  const below = Map.groupBy(rows, (row) => row.parentId)
  const tree = new Map<string, UnitInTree>()
  const add = (unit: Unit, above: UnitInTree['path']) => {
    const path = [...above, { id: unit.id, name: unit.name }]
    tree.set(unit.id, { ...unit, path })
    for (const child of below.get(unit.id) ?? []) add(child, path)
  }
  for (const root of below.get(null) ?? []) add(root, [])
  return tree
}

/** The name of every unit on a date; of one that had ended by then its last. Remembered for the last dates asked for. */
export async function unitNames(tx: Tx, on: string): Promise<ReadonlyMap<string, string>> {
  const byDate = await tx.reference('unit-names', async () => new Map<string, ReadonlyMap<string, string>>())
  let names = byDate.get(on)
  if (names === undefined) {
    const rows = await tx.rows<{ unitId: string; name: string }>(sql`
      select distinct on (unit_id) unit_id, name from unit_period
       where district_id = ${tx.districtId} and valid_from <= ${on}::date order by unit_id, valid_from desc`)
    names = new Map(rows.map((row) => [row.unitId, row.name]))
    if (byDate.size >= DATES_MAX) byDate.clear()
    byDate.set(on, names)
  }
  return names
}

export function periodsOf(tx: Tx, unitId: string): Promise<UnitPeriod[]> {
  return tx.rows(sql`
    select code, name, valid_from, valid_until from unit_period
     where district_id = ${tx.districtId} and unit_id = ${unitId} order by valid_from`)
}

/** Units and everything below each: what a role at a unit covers. */
export function unitsBelow(tx: Tx, unitIds: readonly string[]): Promise<{ rootId: string; id: string }[]> {
  return tx.rows(sql`
    with recursive below as (
      select u.id as root_id, u.id from unit u where u.district_id = ${tx.districtId} and u.id = any(${unitIds}::uuid[])
      union all
      select b.root_id, u.id from below b join unit u on u.district_id = ${tx.districtId} and u.parent_id = b.id
    )
    select root_id, id from below`)
}

function tree(tx: Tx, on: string): Sql {
  return sql`with recursive named as (
      select u.*, p.code, p.name, p.name_en,
             case when u.kind = 'agency' then '9' || p.name else '1' || coalesce(p.code, '') end || u.id as sort_key
        from unit u join unit_period p on p.district_id = u.district_id and p.unit_id = u.id
         and p.valid_from <= ${on}::date and (p.valid_until is null or p.valid_until > ${on}::date)
       where u.district_id = ${tx.districtId}
    ), tree as (
      select n.*, jsonb_build_array(jsonb_build_object('id', n.id, 'name', n.name)) as path
        from named n where n.parent_id is null
      union all
      select n.*, t.path || jsonb_build_object('id', n.id, 'name', n.name)
        from tree t join named n on n.parent_id = t.id
    )`
}
