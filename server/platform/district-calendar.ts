import { calendarFrom, publicHolidays, type WorkingCalendar, type WorkingHours } from './calendar.ts'
import { sql, type Tx } from './db.ts'

/** The working-time calendar of the transaction's district: weekdays, hours, and the days that differ. */
export function districtCalendar(tx: Tx): Promise<WorkingCalendar> {
  return tx.reference('calendar', async () => {
    const { zone, hours, weekdays } = await tx.one<{ zone: string; hours: WorkingHours[]; weekdays: number[] }>(
      sql`select zone, working_hours as hours, working_weekdays as weekdays from district where id = ${tx.districtId}`,
    )
    const rows = await tx.rows<{ date: string; working: boolean }>(
      sql`select date, is_working as working from calendar_day where district_id = ${tx.districtId} order by date`,
    )
    return calendarFrom(rows, { zone, hours, weekdays })
  })
}

/** Writes the public holidays and make-up workdays of the given years that are published; returns the years that are not yet. */
export async function loadPublicHolidays(tx: Tx, years: readonly number[]): Promise<number[]> {
  const missing: number[] = []
  tx.referenceChanged()
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

/** Whether a year's public holidays are known. Its first rows may stem from the announcement of the year before; its National Day does not. */
export async function publicHolidaysKnown(tx: Tx, year: number): Promise<boolean> {
  const found = await tx.maybe(sql`
    select 1 as found from calendar_day
     where district_id = ${tx.districtId} and date = make_date(${year}::int, 10, 1) and not is_working`)
  return found !== undefined
}
