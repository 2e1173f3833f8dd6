import { sql, type Tx } from '#platform/db.ts'

/** A kind of vehicle that teams and agencies share, and the offerings that need one. */
export interface SharedVehicle {
  readonly id: string
  readonly name: string
  /** How many there are. */
  readonly count: number
  /** Days of the week on which they run; 1 is Monday. */
  readonly weekdays: readonly number[]
  readonly offerings: readonly { readonly id: string; readonly title: string }[]
  readonly validFrom: string
  readonly validUntil: string | null
}

/** Vehicles that run on some day from a date until another (that one included). */
export function vehiclesBetween(tx: Tx, from: string, until: string): Promise<SharedVehicle[]> {
  return tx.rows(sql`
    select v.id, v.name, v.count, v.weekdays, v.valid_from, v.valid_until,
           (select coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'title', f.title) order by f.title, f.id), '[]')
              from vehicle_offering x join offering f on f.district_id = x.district_id and f.id = x.offering_id
             where x.district_id = v.district_id and x.vehicle_id = v.id) as offerings
      from shared_vehicle v
     where v.district_id = ${tx.districtId} and v.valid_from <= ${until}::date and (v.valid_until is null or v.valid_until > greatest(${from}::date, v.valid_from))
     order by v.name, v.id`)
}

/** Offerings that need a vehicle already on a day or later, of those given. */
export function offeringsWithVehicle(
  tx: Tx,
  offeringIds: readonly string[],
  from: string,
): Promise<{ id: string; title: string; vehicleName: string }[]> {
  return tx.rows(sql`
    select f.id, f.title, v.name as vehicle_name
      from vehicle_offering x
      join shared_vehicle v on v.district_id = x.district_id and v.id = x.vehicle_id
      join offering f on f.district_id = x.district_id and f.id = x.offering_id
     where x.district_id = ${tx.districtId} and x.offering_id = any(${offeringIds}::uuid[])
       and (v.valid_until is null or v.valid_until > greatest(${from}::date, v.valid_from))
     order by f.title, f.id`)
}

export async function insertVehicle(
  tx: Tx,
  row: Pick<SharedVehicle, 'id' | 'name' | 'count' | 'weekdays' | 'validFrom'> & {
    readonly offeringIds: readonly string[]
    readonly setBy: string
    readonly at: Date
  },
): Promise<void> {
  await tx.run(sql`
    insert into shared_vehicle (district_id, id, name, count, weekdays, valid_from, set_by, set_at)
    values (${tx.districtId}, ${row.id}, ${row.name}, ${row.count}, ${row.weekdays}::int[], ${row.validFrom}::date, ${row.setBy}, ${row.at})`)
  await tx.run(sql`
    insert into vehicle_offering (district_id, vehicle_id, offering_id)
    select ${tx.districtId}::int, ${row.id}::uuid, unnest(${row.offeringIds}::uuid[])`)
}

/** Ends a vehicle from a date on; one that was to begin later never runs. Returns how many there were. */
export function endVehicleRow(tx: Tx, id: string, on: string): Promise<number> {
  return tx.run(sql`
    update shared_vehicle set valid_until = greatest(${on}::date, valid_from)
     where district_id = ${tx.districtId} and id = ${id}::uuid and (valid_until is null or valid_until > ${on}::date)`)
}

export async function vehicleNames(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.rows<{ id: string; name: string }>(
    sql`select id, name from shared_vehicle where district_id = ${tx.districtId} and id = any(${ids}::uuid[])`,
  )
  return new Map(rows.map(({ id, name }) => [id, name]))
}
