import { addDays } from '#platform/dates.ts'
import { sql, type Tx } from '#platform/db.ts'
import { districtCalendar } from '#platform/district-calendar.ts'
import {
  type CalendarDay,
  type CalendarException,
  type CalendarOwner,
  type Capacity,
  dayOf,
  NOTHING_STATED,
  type ProviderCalendar,
  type WeeklyHours,
} from './calendar.ts'

/** Nobody asks for more days at once than a plan can have. */
const DAYS_MAX = 62

/** When a provider can come on each day asked for, and what it can take. */
export interface ProviderDays {
  readonly capacity: Capacity
  readonly days: readonly CalendarDay[]
}

/**
 * For each team and day the open intervals, with the team's capacity. A team that stated nothing can come at any time of any day.
 * @param untilDate the first date that is not asked for
 */
export function teamCalendars(
  tx: Tx,
  teamIds: readonly string[],
  fromDate: string,
  untilDate: string,
): Promise<ReadonlyMap<string, ProviderDays>> {
  return calendarsOf(tx, 'team', teamIds, fromDate, untilDate)
}

/**
 * The same for agencies, which rest on the district's holidays and weekends unless an exception opens them.
 * @param untilDate the first date that is not asked for
 */
export function agencyCalendars(
  tx: Tx,
  agencyIds: readonly string[],
  fromDate: string,
  untilDate: string,
): Promise<ReadonlyMap<string, ProviderDays>> {
  return calendarsOf(tx, 'agency', agencyIds, fromDate, untilDate)
}

async function calendarsOf(
  tx: Tx,
  kind: CalendarOwner['kind'],
  ids: readonly string[],
  fromDate: string,
  untilDate: string,
): Promise<ReadonlyMap<string, ProviderDays>> {
  const working = await districtCalendar(tx)
  const stated = await statedCalendars(tx, kind, ids, fromDate, untilDate)
  const dates = datesBetween(fromDate, untilDate)
  const worksUsually = new Map(dates.map((date) => [date, kind === 'team' || working.isWorkingDay(date)]))
  return new Map(
    ids.map((id) => {
      const calendar = stated.get(id) ?? NOTHING_STATED
      const days = dates.map((date) => dayOf(calendar, date, worksUsually.get(date)!))
      return [id, { capacity: calendar.capacity, days }]
    }),
  )
}

function datesBetween(from: string, until: string): string[] {
  const dates: string[] = []
  for (let date = from; date < until && dates.length < DAYS_MAX; date = addDays(date, 1)) dates.push(date)
  return dates
}

interface Row extends Capacity {
  readonly ownerId: string
  readonly version: number
  readonly hours: WeeklyHours[]
  readonly exceptions: CalendarException[]
}

/** What providers stated themselves; exceptions only where they touch the days from `fromDate` until before `untilDate`. */
export async function statedCalendars(
  tx: Tx,
  kind: CalendarOwner['kind'],
  ids: readonly string[],
  fromDate: string,
  untilDate: string,
): Promise<ReadonlyMap<string, ProviderCalendar>> {
  const owner = kind === 'team' ? sql`c.team_id` : sql`c.agency_id`
  const rows = await tx.rows<Row>(sql`
    select ${owner} as owner_id, c.version, c.crews, c.crew_size, c.visits_per_day_max, c.minutes_per_day_max, c.minutes_per_week_max,
           c.speed_class, c.vehicle,
           (select coalesce(jsonb_agg(jsonb_build_object('weekday', h.weekday, 'fromMinute', h.from_minute, 'untilMinute', h.until_minute)
                                      order by h.weekday, h.from_minute), '[]')
              from provider_hours h where h.district_id = c.district_id and h.calendar_id = c.id) as hours,
           (select coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'kind', e.kind, 'fromOn', e.from_on, 'untilOn', e.until_on,
                                                         'fromMinute', e.from_minute, 'untilMinute', e.until_minute, 'note', e.note)
                                      order by e.from_on, e.id), '[]')
              from provider_exception e where e.district_id = c.district_id and e.calendar_id = c.id
               and e.until_on > ${fromDate}::date and e.from_on < ${untilDate}::date) as exceptions
      from provider_calendar c
     where c.district_id = ${tx.districtId} and ${owner} = any(${ids}::uuid[])`)
  return new Map(
    rows.map(({ ownerId, version, hours, exceptions, ...capacity }) => [
      ownerId,
      { version, hours, exceptions, capacity },
    ]),
  )
}

export interface TeamLicence {
  readonly licence: string
  /** The last day on which it holds. */
  readonly validUntil: string | null
}

export function licencesOf(tx: Tx, teamId: string): Promise<TeamLicence[]> {
  return tx.rows(sql`
    select licence, valid_until from team_licence
     where district_id = ${tx.districtId} and team_id = ${teamId}::uuid order by licence`)
}
