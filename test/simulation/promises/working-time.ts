/**
 * Working time told anew, from the rows of the calendar and nothing of the server's code: a checker that shared the code it
 * checks would share its mistakes.
 */
import type { Ground } from './ground.ts'

const DAY = 86_400_000
const MINUTE = 60_000
// Asia/Shanghai has had no summer time since 1991.
const OFFSET = 8 * 60 * MINUTE
const DAYS_MAX = 400

export interface WorkingTime {
  /** Milliseconds of working time in [from, until). */
  between(from: number, until: number): number
  /** When so many working minutes have passed. */
  after(from: number, minutes: number): number
}

export async function readWorkingTime(ground: Ground): Promise<WorkingTime> {
  const [district] = await ground.rows<{ hours: { startMinute: number; endMinute: number }[]; weekdays: number[] }>(
    { text: `select working_hours as hours, working_weekdays as weekdays from district where id = $1` },
    [ground.districtId],
  )
  const days = await ground.rows<{ day: string; working: boolean }>(
    { text: `select date::text as day, is_working as working from calendar_day where district_id = $1` },
    [ground.districtId],
  )
  const known = new Map(days.map(({ day, working }) => [day, working]))
  const { hours, weekdays } = district!
  const spansOf = (day: number) => {
    const date = new Date(day * DAY)
    const weekday = date.getUTCDay() === 0 ? 7 : date.getUTCDay()
    const isWorked = known.get(date.toISOString().slice(0, 10)) ?? weekdays.includes(weekday)
    const midnight = day * DAY - OFFSET
    return isWorked
      ? hours.map((one) => [midnight + one.startMinute * MINUTE, midnight + one.endMinute * MINUTE] as const)
      : []
  }
  const dayOf = (at: number) => Math.floor((at + OFFSET) / DAY)
  return {
    between(from, until) {
      let sum = 0
      for (let day = dayOf(from); day <= dayOf(until); day++) {
        for (const [begin, end] of spansOf(day)) sum += Math.max(0, Math.min(end, until) - Math.max(begin, from))
      }
      return sum
    },
    after(from, minutes) {
      let left = minutes * MINUTE
      for (let day = dayOf(from); day < dayOf(from) + DAYS_MAX; day++) {
        for (const [begin, end] of spansOf(day)) {
          const start = Math.max(begin, from)
          if (end < start) continue
          if (left <= end - start) return start + left
          left -= end - start
        }
      }
      throw new RangeError('The calendar has no working time.')
    },
  }
}
