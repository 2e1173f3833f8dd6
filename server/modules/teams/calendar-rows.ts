import { sql, type Tx } from '#platform/db.ts'
import type { CalendarException, CalendarOwner, Capacity, WeeklyHours } from './calendar.ts'

export interface CalendarHead {
  readonly id: string
  readonly version: number
}

/** The head of a calendar, locked; made when nothing was stated so far. */
export async function lockCalendar(tx: Tx, owner: CalendarOwner, newId: string): Promise<CalendarHead> {
  const [teamId, agencyId] = owner.kind === 'team' ? [owner.id, null] : [null, owner.id]
  // Version 0 until something is stated, which is what a reader of nothing saw.
  await tx.run(sql`
    insert into provider_calendar (district_id, id, team_id, agency_id, version)
    values (${tx.districtId}, ${newId}, ${teamId}::uuid, ${agencyId}::uuid, 0) on conflict do nothing`)
  return tx.one(sql`
    select id, version from provider_calendar
     where district_id = ${tx.districtId} and coalesce(team_id, agency_id) = ${owner.id}::uuid for update`)
}

/** @returns the new version */
export async function touchCalendar(tx: Tx, id: string): Promise<number> {
  const { version } = await tx.one<{ version: number }>(sql`
    update provider_calendar set version = version + 1 where district_id = ${tx.districtId} and id = ${id} returning version`)
  return version
}

export async function updateCapacity(tx: Tx, id: string, capacity: Capacity): Promise<void> {
  await tx.run(sql`
    update provider_calendar
       set crews = ${capacity.crews}, crew_size = ${capacity.crewSize}, visits_per_day_max = ${capacity.visitsPerDayMax},
           minutes_per_day_max = ${capacity.minutesPerDayMax}, minutes_per_week_max = ${capacity.minutesPerWeekMax},
           speed_class = ${capacity.speedClass}, vehicle = ${capacity.vehicle}
     where district_id = ${tx.districtId} and id = ${id}`)
}

export async function replaceHours(tx: Tx, calendarId: string, hours: readonly WeeklyHours[]): Promise<void> {
  await tx.run(
    sql`delete from provider_hours where district_id = ${tx.districtId} and calendar_id = ${calendarId}::uuid`,
  )
  await tx.run(sql`
    insert into provider_hours (district_id, calendar_id, weekday, from_minute, until_minute)
    select ${tx.districtId}::int, ${calendarId}::uuid, h.weekday, h.from_minute, h.until_minute
      from unnest(${hours.map((one) => one.weekday)}::int[], ${hours.map((one) => one.fromMinute)}::int[],
                  ${hours.map((one) => one.untilMinute)}::int[]) as h (weekday, from_minute, until_minute)`)
}

export async function insertException(
  tx: Tx,
  calendarId: string,
  one: CalendarException & { readonly setBy: string | null; readonly setAt: Date },
): Promise<void> {
  await tx.run(sql`
    insert into provider_exception (district_id, id, calendar_id, kind, from_on, until_on, from_minute, until_minute, note, set_by, set_at)
    values (${tx.districtId}, ${one.id}, ${calendarId}, ${one.kind}, ${one.fromOn}, ${one.untilOn}, ${one.fromMinute}, ${one.untilMinute},
            ${one.note}, ${one.setBy}, ${one.setAt})`)
}

export async function deleteException(tx: Tx, calendarId: string, id: string): Promise<boolean> {
  const deleted = await tx.run(sql`
    delete from provider_exception where district_id = ${tx.districtId} and calendar_id = ${calendarId}::uuid and id = ${id}::uuid`)
  return deleted === 1
}

export async function replaceLicences(
  tx: Tx,
  teamId: string,
  licences: readonly { readonly licence: string; readonly validUntil: string | null }[],
  by: { readonly personId: string | null; readonly at: Date },
): Promise<void> {
  await tx.run(sql`delete from team_licence where district_id = ${tx.districtId} and team_id = ${teamId}::uuid`)
  await tx.run(sql`
    insert into team_licence (district_id, team_id, licence, valid_until, recorded_by, recorded_at)
    select ${tx.districtId}::int, ${teamId}::uuid, l.licence, l.valid_until, ${by.personId}::uuid, ${by.at}
      from unnest(${licences.map((one) => one.licence)}::text[], ${licences.map((one) => one.validUntil)}::date[])
        as l (licence, valid_until)`)
}
