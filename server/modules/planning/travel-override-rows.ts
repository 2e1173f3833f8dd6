import { sql, type Tx } from '#platform/db.ts'

export interface TravelOverride {
  readonly id: string
  readonly fromUnitId: string
  readonly toUnitId: string
  readonly minutes: number
  readonly reason: string
  readonly validFrom: string
  readonly validUntil: string | null
}

/** Overrides that hold on a date. */
export function overridesOn(tx: Tx, on: string): Promise<TravelOverride[]> {
  return tx.rows(sql`
    select id, from_unit_id, to_unit_id, minutes, reason, valid_from, valid_until from travel_override
     where district_id = ${tx.districtId} and valid_from <= ${on}::date and (valid_until is null or valid_until > ${on}::date)
     order by set_at desc, id`)
}

/** Two ends in the order the table keeps them. */
export function endsOf(a: string, b: string): { fromUnitId: string; toUnitId: string } {
  return a < b ? { fromUnitId: a, toUnitId: b } : { fromUnitId: b, toUnitId: a }
}

export async function insertOverride(
  tx: Tx,
  row: Omit<TravelOverride, 'validUntil'> & { validUntil: string | null; setBy: string | null; setAt: Date },
): Promise<void> {
  await tx.run(sql`
    insert into travel_override (district_id, id, from_unit_id, to_unit_id, minutes, reason, valid_from, valid_until, set_by, set_at)
    values (${tx.districtId}, ${row.id}, ${row.fromUnitId}, ${row.toUnitId}, ${row.minutes}, ${row.reason}, ${row.validFrom}::date,
            ${row.validUntil}::date, ${row.setBy}, ${row.setAt})`)
}

/** Ends what holds on a way from a date on; what was to begin later is taken away. Returns how many there were. */
export async function endOverrides(
  tx: Tx,
  which: { id: string } | { fromUnitId: string; toUnitId: string },
  on: string,
): Promise<number> {
  const matches =
    'id' in which
      ? sql`id = ${which.id}::uuid`
      : sql`from_unit_id = ${which.fromUnitId}::uuid and to_unit_id = ${which.toUnitId}::uuid`
  const ended = await tx.run(sql`
    update travel_override set valid_until = ${on}::date
     where district_id = ${tx.districtId} and ${matches} and valid_from < ${on}::date and (valid_until is null or valid_until > ${on}::date)`)
  const removed = await tx.run(sql`
    delete from travel_override where district_id = ${tx.districtId} and ${matches} and valid_from >= ${on}::date`)
  return ended + removed
}
