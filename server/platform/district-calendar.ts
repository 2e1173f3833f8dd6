import { calendarFrom, publicHolidays, type WorkingCalendar, type WorkingHours } from './calendar.ts'
import { sql, type Tx } from './db.ts'

const CACHE_ENTRIES_MAX = 500
const cache = new Map<string, WorkingCalendar>()

/** The working-time calendar of the transaction's district: weekdays, hours, and the days that differ. */
export async function districtCalendar(tx: Tx): Promise<WorkingCalendar> {
  // The days themselves are the key, so a changed calendar holds at once and nothing has to be told.
  const { zone, hours, weekdays, stamp } = await tx.one<{
    zone: string
    hours: WorkingHours[]
    weekdays: number[]
    stamp: string
  }>(sql`
    select d.zone, d.working_hours as hours, d.working_weekdays as weekdays,
           (select count(*) || ' ' || coalesce(sum(hashtext(date::text || is_working)), 0)
              from calendar_day c where c.district_id = d.id)::text as stamp
      from district d where d.id = ${tx.districtId}`)
  const key = `${tx.districtId} ${zone} ${JSON.stringify(hours)} ${weekdays.join()} ${stamp}`
  const known = cache.get(key)
  if (known !== undefined) return known
  const rows = await tx.rows<{ date: string; working: boolean }>(
    sql`select date, is_working as working from calendar_day where district_id = ${tx.districtId} order by date`,
  )
  const calendar = calendarFrom(rows, { zone, hours, weekdays })
  if (cache.size >= CACHE_ENTRIES_MAX) cache.clear()
  cache.set(key, calendar)
  return calendar
}

/** Writes the public holidays and make-up workdays of the given years that are published; returns the years that are not yet. */
export async function loadPublicHolidays(tx: Tx, years: readonly number[]): Promise<number[]> {
  const missing: number[] = []
  for (const year of years) {
    const days = publicHolidays(year)
    if (days === null) {
      missing.push(year)
      continue
    }
    await tx.run(sql`
      insert into calendar_day (district_id, date, is_working, name, source)
      select ${tx.districtId}::int, d.date, d.is_working, d.name, d.source
        from jsonb_to_recordset(${JSON.stringify(days.map((day) => ({ date: day.date, is_working: day.working, name: day.name.zh, source: day.source })))}::jsonb)
          as d (date date, is_working boolean, name text, source text)
      on conflict (district_id, date) do nothing`)
  }
  return missing
}
