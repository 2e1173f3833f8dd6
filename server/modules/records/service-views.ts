import { sql, type Tx } from '#platform/db.ts'

/** Booked time at one organisation, verified and claimed apart. */
export interface Booked {
  readonly records: number
  readonly verifiedMinutes: number
  readonly claimedMinutes: number
}

const sums = sql`count(*) as records,
  coalesce(sum(h.booked_minutes) filter (where h.booked_class = 'verified'), 0) as verified_minutes,
  coalesce(sum(h.booked_minutes) filter (where h.booked_class = 'claimed'), 0) as claimed_minutes`

/** What a certificate for a period would count. @param personIds all accounts of one person */
export function bookedAt(
  tx: Tx,
  personIds: readonly string[],
  { unitId, fromDay, untilDay }: { unitId: string; fromDay: string; untilDay: string },
): Promise<Booked> {
  return tx.one(sql`
    select ${sums} from hours_record h
     where h.district_id = ${tx.districtId} and h.person_id = any(${personIds}::uuid[]) and h.unit_id = ${unitId} and h.state = 'booked'
       and h.booked_minutes > 0 and h.day between ${fromDay}::date and ${untilDay}::date`)
}

export interface UnitService extends Booked {
  readonly unitId: string
  readonly unitName: string
  readonly firstDay: string
  readonly lastDay: string
}

/** Organisations that recorded somebody's booked hours, most time first; also those that are gone, by their last name. */
export function serviceByUnit(tx: Tx, personIds: readonly string[]): Promise<UnitService[]> {
  return tx.rows(sql`
    select h.unit_id, (select p.name from unit_period p where p.district_id = ${tx.districtId} and p.unit_id = h.unit_id
                        order by p.valid_from desc limit 1) as unit_name,
           ${sums}, min(h.day) as first_day, max(h.day) as last_day
      from hours_record h
     where h.district_id = ${tx.districtId} and h.person_id = any(${personIds}::uuid[]) and h.state = 'booked' and h.booked_minutes > 0
     group by h.unit_id order by sum(h.booked_minutes) desc, h.unit_id`)
}

export interface ServiceRow {
  readonly id: string
  readonly day: string
  readonly title: string
  readonly unitName: string
  readonly minutes: number
  readonly class: 'verified' | 'claimed'
  readonly state: string
  readonly bookedMinutes: number
}

const SERVICE_ROWS_MAX = 100

/** The newest services of a person with what is known of each. */
export function newestService(tx: Tx, personIds: readonly string[]): Promise<ServiceRow[]> {
  return tx.rows(sql`
    select h.id, h.day, h.title, h.minutes, h.class, h.state, h.booked_minutes,
           (select p.name from unit_period p where p.district_id = ${tx.districtId} and p.unit_id = h.unit_id
             order by p.valid_from desc limit 1) as unit_name
      from hours_record h
     where h.district_id = ${tx.districtId} and h.person_id = any(${personIds}::uuid[])
     order by h.day desc, h.id desc limit ${SERVICE_ROWS_MAX}`)
}
