import { type Db, sql, type Tx } from '#platform/db.ts'
import type { NewUnit, UnitPeriod } from './unit.ts'

/** Inserts a district's row, once. */
export async function insertDistrict(
  tx: Tx,
  district: { name: string; nameEn: string; foundedOn: string; host: string | null },
): Promise<boolean> {
  const inserted = await tx.run(sql`
    insert into district (id, name, name_en, founded_on, host)
    values (${tx.districtId}, ${district.name}, ${district.nameEn}, ${district.foundedOn}, ${district.host})
    on conflict (id) do nothing`)
  tx.referenceChanged()
  return inserted === 1
}

/** Marks the district as a demonstration, once and for all: its accounts and codes are public. */
export async function markDemo(tx: Tx): Promise<void> {
  await tx.run(sql`update district set is_demo = true where id = ${tx.districtId}`)
}

/** Whether every district of this installation is a demonstration. */
export async function isDemoOnly(db: Db): Promise<boolean> {
  const { rows } = await db.pool.query<{ demo: boolean }>(
    'select coalesce(bool_and(is_demo), false) as demo from district',
  )
  return rows[0]!.demo
}

/** Inserts units, parents before children, each with its first period. */
export async function insertUnits(tx: Tx, units: readonly NewUnit[]): Promise<void> {
  const rows = units.map((unit) => ({
    id: unit.id,
    kind: unit.kind,
    parent_id: unit.parentId,
    slug: unit.slug ?? null,
    code: unit.code,
    name: unit.name,
    name_en: unit.nameEn ?? null,
    valid_from: unit.validFrom,
    valid_until: unit.validUntil ?? null,
    latitude: unit.latitude ?? null,
    longitude: unit.longitude ?? null,
    coordinate_quality: unit.coordinateQuality ?? null,
    coordinate_source: unit.coordinateSource ?? null,
    phone: unit.phone ?? null,
  }))
  await tx.run(sql`
    with given as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as u (id uuid, kind text, parent_id uuid, slug text, code text,
        name text, name_en text, valid_from date, valid_until date, latitude float8, longitude float8,
        coordinate_quality text, coordinate_source text, phone text)
    ), inserted as (
      insert into unit (district_id, id, kind, parent_id, slug, latitude, longitude, coordinate_quality, coordinate_source, phone)
      select ${tx.districtId}::int, id, kind, parent_id, slug, latitude, longitude, coordinate_quality, coordinate_source, phone from given
    )
    insert into unit_period (district_id, unit_id, code, name, name_en, valid_from, valid_until)
    select ${tx.districtId}::int, id, code, name, name_en, valid_from, valid_until from given`)
  tx.referenceChanged()
}

export async function lockLastPeriod(tx: Tx, unitId: string): Promise<UnitPeriod | undefined> {
  return tx.maybe<UnitPeriod>(sql`
    select code, name, valid_from, valid_until from unit_period
     where district_id = ${tx.districtId} and unit_id = ${unitId} order by valid_from desc limit 1 for update`)
}

/** Ends the unit's last period on the day the new one begins. */
export async function appendPeriod(
  tx: Tx,
  unitId: string,
  last: UnitPeriod,
  next: { code: string | null; name: string; nameEn: string | null; validFrom: string },
): Promise<void> {
  await endPeriod(tx, unitId, last.validFrom, next.validFrom)
  await tx.run(sql`
    insert into unit_period (district_id, unit_id, code, name, name_en, valid_from)
    values (${tx.districtId}, ${unitId}, ${next.code}, ${next.name}, ${next.nameEn}, ${next.validFrom})`)
}

/** Ends the period that began on `validFrom`. */
export async function endPeriod(tx: Tx, unitId: string, validFrom: string, validUntil: string): Promise<void> {
  await tx.run(sql`
    update unit_period set valid_until = ${validUntil}
     where district_id = ${tx.districtId} and unit_id = ${unitId} and valid_from = ${validFrom}`)
  tx.referenceChanged()
}

/** Sets the phones of units; returns how many there were. */
export function updatePhones(
  tx: Tx,
  rows: readonly { readonly id: string; readonly phone: string | null }[],
): Promise<number> {
  tx.referenceChanged()
  return tx.run(sql`
    update unit u set phone = given.phone
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (id uuid, phone text)
     where u.district_id = ${tx.districtId} and u.id = given.id`)
}
