import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addWorkingDays,
  addWorkingMinutes,
  calendarFrom,
  publicHolidays,
  workingMinutesBetween,
  workingMinutesBetweenWithPauses,
} from './calendar.ts'
import type { CalendarDay, WorkingCalendar } from './calendar.ts'

const MINUTE = 60_000
const DAY = 86_400_000
const beijing = (text: string) => new Date(`${text}:00+08:00`)
const days2026 = [...(publicHolidays(2025) ?? []), ...(publicHolidays(2026) ?? [])]
const yanqing = calendarFrom(days2026)
const berlin = calendarFrom([{ date: '2026-12-25', working: false }], {
  zone: 'Europe/Berlin',
  hours: [
    { startMinute: 0, endMinute: 200 },
    { startMinute: 600, endMinute: 1_440 },
  ],
  weekdays: [1, 3, 5, 6, 7],
})
const lordHowe = calendarFrom([], {
  zone: 'Australia/Lord_Howe',
  hours: [{ startMinute: 60, endMinute: 180 }],
  weekdays: [1, 2, 3, 4, 5, 6, 7],
})
const calendars = fc.constantFrom(yanqing, berlin, lordHowe)
const instants = fc
  .integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2027, 0, 1) })
  .map((milliseconds) => new Date(milliseconds))

// The slow reading of the same rules, minute by minute through Intl, sharing no code with the calendar.
const clocks = new Map<string, Intl.DateTimeFormat>()
function clockOf(timeZone: string): Intl.DateTimeFormat {
  const clock =
    clocks.get(timeZone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' })
  clocks.set(timeZone, clock)
  return clock
}

function isOpen(instant: number, calendar: WorkingCalendar): boolean {
  // Swedish writes "2026-03-29 03:00".
  const [date = '', time = ''] = clockOf(calendar.zone).format(instant).split(' ')
  const [hour = '', minute = ''] = time.split(':')
  const minuteOfDay = Number(hour) * 60 + Number(minute)
  return (
    calendar.isWorkingDay(date) &&
    calendar.hours.some((part) => part.startMinute <= minuteOfDay && minuteOfDay < part.endMinute)
  )
}

function isOpenOrJustClosed(instant: Date, calendar: WorkingCalendar): boolean {
  return isOpen(instant.getTime(), calendar) || isOpen(instant.getTime() - 1, calendar)
}

describe('properties', () => {
  test('adding and then measuring gives the same minutes, and the result is never outside the hours', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 0, max: 60_000 }), calendars, (start, minutes, calendar) => {
        const due = addWorkingMinutes(start, minutes, calendar)
        expect(due.getTime()).toBeGreaterThanOrEqual(start.getTime())
        expect(workingMinutesBetween(start, due, calendar)).toBe(minutes)
        expect(isOpenOrJustClosed(due, calendar)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  test('adding is monotone in the start and in the minutes', () => {
    const minutes = fc.integer({ min: 0, max: 10_000 })
    fc.assert(
      fc.property(instants, instants, minutes, minutes, calendars, (a, b, m, n, calendar) => {
        const [first, second] = a <= b ? [a, b] : [b, a]
        const [fewer, more] = m <= n ? [m, n] : [n, m]
        const due = addWorkingMinutes(first, fewer, calendar).getTime()
        expect(due).toBeLessThanOrEqual(addWorkingMinutes(second, fewer, calendar).getTime())
        expect(due).toBeLessThanOrEqual(addWorkingMinutes(first, more, calendar).getTime())
        const [fewDays, moreDays] = [fewer % 40, more % 40].sort((x, y) => x - y) as [number, number]
        const dueDay = addWorkingDays(first, fewDays, calendar).getTime()
        expect(dueDay).toBeLessThanOrEqual(addWorkingDays(second, fewDays, calendar).getTime())
        expect(dueDay).toBeLessThanOrEqual(addWorkingDays(first, moreDays, calendar).getTime())
      }),
      { numRuns: 300 },
    )
  })

  test('measuring agrees with counting minute by minute, across changes of summer time too', () => {
    const changes = [Date.UTC(2026, 2, 29), Date.UTC(2026, 9, 25), Date.UTC(2026, 3, 4), Date.UTC(2026, 9, 3)]
    const near = fc
      .tuple(fc.constantFrom(...changes), fc.integer({ min: -2_880, max: 2_880 }))
      .map(([change, minutes]) => change + minutes * MINUTE)
    fc.assert(
      fc.property(near, fc.integer({ min: 0, max: 2_000 }), calendars, (start, length, calendar) => {
        let counted = 0
        for (let minute = 0; minute < length; minute += 1) if (isOpen(start + minute * MINUTE, calendar)) counted += 1
        const end = new Date(start + length * MINUTE)
        expect(workingMinutesBetween(new Date(start), end, calendar)).toBe(counted)
      }),
      { numRuns: 60 },
    )
  })

  test('intervals are half-open: neighbouring ones add up when cut at a whole minute', () => {
    const triple = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 3, maxLength: 3 })
    fc.assert(
      fc.property(triple, calendars, (minutes, calendar) => {
        const [a, b, c] = minutes
          .sort((x, y) => x - y)
          .map((minute) => new Date(Date.UTC(2025, 0, 1) + minute * MINUTE)) as [Date, Date, Date]
        const whole = workingMinutesBetween(a, c, calendar)
        expect(workingMinutesBetween(a, b, calendar) + workingMinutesBetween(b, c, calendar)).toBe(whole)
      }),
    )
  })

  test('pauses never lengthen; one over everything leaves nothing; overlap and order do not matter', () => {
    const pause = fc
      .tuple(instants, fc.option(fc.integer({ min: 0, max: 200 * DAY }), { nil: null }))
      .map(([from, length]) => ({ from, until: length === null ? null : new Date(from.getTime() + length) }))
    const pauses = fc.array(pause, { maxLength: 6 })
    fc.assert(
      fc.property(instants, instants, pauses, calendars, (a, b, paused, calendar) => {
        const [start, end] = a <= b ? [a, b] : [b, a]
        const without = workingMinutesBetween(start, end, calendar)
        const withPauses = workingMinutesBetweenWithPauses(start, end, paused, calendar)
        expect(withPauses).toBeGreaterThanOrEqual(0)
        expect(withPauses).toBeLessThanOrEqual(without)
        const twice = [...paused.toReversed(), ...paused]
        expect(workingMinutesBetweenWithPauses(start, end, twice, calendar)).toBe(withPauses)
        const fewer = workingMinutesBetweenWithPauses(start, end, paused.slice(1), calendar)
        expect(withPauses).toBeLessThanOrEqual(fewer)
        const all = [{ from: start, until: null }]
        expect(workingMinutesBetweenWithPauses(start, end, all, calendar)).toBe(0)
      }),
    )
  })

  test('a due working day is the close of a working day, with exactly that many working days on the way', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 1, max: 60 }), (start, days) => {
        const due = addWorkingDays(start, days, yanqing)
        const dateOf = (instant: Date) => new Date(instant.getTime() + 8 * 3_600_000).toISOString().slice(0, 10)
        expect(due).toEqual(beijing(`${dateOf(due)}T18:00`))
        let counted = 0
        for (let at = start.getTime() + DAY; dateOf(new Date(at)) <= dateOf(due); at += DAY) {
          if (yanqing.isWorkingDay(dateOf(new Date(at)))) counted += 1
        }
        expect(counted).toBe(days)
      }),
    )
  })
})

describe('examples', () => {
  test('minutes flow over lunch, night, weekend and holiday', () => {
    // Thursday 2026-04-30; 1 to 5 May is a holiday, Saturday 9 May is a make-up workday.
    expect(addWorkingMinutes(beijing('2026-04-30T11:30'), 60, yanqing)).toEqual(beijing('2026-04-30T14:00'))
    expect(addWorkingMinutes(beijing('2026-04-30T17:30'), 60, yanqing)).toEqual(beijing('2026-05-06T09:30'))
    expect(addWorkingMinutes(beijing('2026-05-08T17:30'), 60, yanqing)).toEqual(beijing('2026-05-09T09:30'))
    expect(workingMinutesBetween(beijing('2026-04-30T00:00'), beijing('2026-05-07T00:00'), yanqing)).toBe(900)
  })

  test('the end of the hours is a due time, and the next minute comes after the break', () => {
    expect(addWorkingMinutes(beijing('2026-11-23T09:00'), 180, yanqing)).toEqual(beijing('2026-11-23T12:00'))
    expect(addWorkingMinutes(beijing('2026-11-23T12:00'), 1, yanqing)).toEqual(beijing('2026-11-23T13:31'))
    expect(addWorkingMinutes(beijing('2026-11-23T12:00'), 0, yanqing)).toEqual(beijing('2026-11-23T12:00'))
    expect(addWorkingMinutes(beijing('2026-11-23T12:01'), 0, yanqing)).toEqual(beijing('2026-11-23T13:30'))
    expect(workingMinutesBetween(beijing('2026-11-23T11:59'), beijing('2026-11-23T13:30'), yanqing)).toBe(1)
    expect(workingMinutesBetween(beijing('2026-11-23T12:00'), beijing('2026-11-23T13:30'), yanqing)).toBe(0)
  })

  test('seconds are kept when adding and rounded down when measuring', () => {
    const start = new Date('2026-11-23T09:00:30+08:00')
    expect(addWorkingMinutes(start, 10, yanqing)).toEqual(new Date('2026-11-23T09:10:30+08:00'))
    expect(workingMinutesBetween(start, beijing('2026-11-23T09:02'), yanqing)).toBe(1)
  })

  test('the day of the start does not count for working days', () => {
    expect(addWorkingDays(beijing('2026-11-23T09:00'), 1, yanqing)).toEqual(beijing('2026-11-24T18:00'))
    expect(addWorkingDays(beijing('2026-11-23T23:00'), 1, yanqing)).toEqual(beijing('2026-11-24T18:00'))
    expect(addWorkingDays(beijing('2026-11-27T09:00'), 1, yanqing)).toEqual(beijing('2026-11-30T18:00'))
    expect(addWorkingDays(beijing('2026-11-23T09:00'), 0, yanqing)).toEqual(beijing('2026-11-23T18:00'))
    expect(addWorkingDays(beijing('2026-11-23T18:01'), 0, yanqing)).toEqual(beijing('2026-11-24T18:00'))
    // Seven working days over the National Day holiday, its make-up workday on Saturday 10 October included.
    expect(addWorkingDays(beijing('2026-09-30T09:00'), 7, yanqing)).toEqual(beijing('2026-10-15T18:00'))
  })

  test('a pause for the requester stops the clock, whether it is over or not', () => {
    const [start, end] = [beijing('2026-11-23T09:00'), beijing('2026-11-23T18:00')]
    const pause = { from: beijing('2026-11-23T10:00'), until: beijing('2026-11-23T14:00') }
    expect(workingMinutesBetweenWithPauses(start, end, [pause], yanqing)).toBe(450 - 150)
    expect(workingMinutesBetweenWithPauses(start, end, [{ ...pause, until: null }], yanqing)).toBe(60)
  })

  test('summer time takes an hour from the night and gives it back', () => {
    const night = calendarFrom([], {
      zone: 'Europe/Berlin',
      hours: [{ startMinute: 60, endMinute: 240 }],
      weekdays: [7],
    })
    const at = (text: string) => new Date(text)
    expect(workingMinutesBetween(at('2026-03-29T00:00+01:00'), at('2026-03-30T00:00+02:00'), night)).toBe(120)
    expect(workingMinutesBetween(at('2026-10-25T00:00+02:00'), at('2026-10-26T00:00+01:00'), night)).toBe(240)
    expect(addWorkingMinutes(at('2026-03-29T00:00+01:00'), 90, night)).toEqual(at('2026-03-29T03:30+02:00'))
    const skipped = calendarFrom([], {
      zone: 'Europe/Berlin',
      hours: [{ startMinute: 120, endMinute: 180 }],
      weekdays: [7],
    })
    expect(addWorkingDays(at('2026-03-28T12:00+01:00'), 1, skipped)).toEqual(at('2026-04-05T03:00+02:00'))
  })

  test('a span of many years is measured by days', () => {
    const [start, end] = [beijing('2006-01-01T00:00'), beijing('2026-01-01T00:00')]
    const plain = calendarFrom([])
    // 20 years are 7,305 days or 1,043 weeks and 4 days: from Sunday 2006-01-01, the four odd days are Sunday to Wednesday.
    expect(workingMinutesBetween(start, end, plain)).toBe((1_043 * 5 + 3) * 450)
  })
})

describe('refusals', () => {
  const now = beijing('2026-11-23T09:00')
  test('time does not run backwards, and amounts are whole', () => {
    expect(() => workingMinutesBetween(now, new Date(now.getTime() - 1), yanqing)).toThrow(RangeError)
    expect(() => addWorkingMinutes(now, -1, yanqing)).toThrow(RangeError)
    expect(() => addWorkingMinutes(now, 0.5, yanqing)).toThrow(RangeError)
    expect(() => addWorkingDays(now, -1, yanqing)).toThrow(RangeError)
    expect(() => addWorkingMinutes(new Date(Number.NaN), 1, yanqing)).toThrow(RangeError)
    const backwards = [{ from: now, until: new Date(now.getTime() - 1) }]
    expect(() => workingMinutesBetweenWithPauses(now, now, backwards, yanqing)).toThrow(RangeError)
  })

  test('a calendar without working time fails instead of searching for ever', () => {
    const never = calendarFrom([], { weekdays: [] })
    expect(() => addWorkingMinutes(now, 1, never)).toThrow(/working minutes/)
    expect(() => addWorkingDays(now, 1, never)).toThrow(/working days/)
    expect(workingMinutesBetween(now, new Date(now.getTime() + 365 * DAY), never)).toBe(0)
  })

  test.each([
    [{ hours: [] }],
    [{ hours: [{ startMinute: 600, endMinute: 600 }] }],
    [{ hours: [{ startMinute: 600, endMinute: 1_441 }] }],
    [{ hours: [{ startMinute: -1, endMinute: 60 }] }],
    [
      {
        hours: [
          { startMinute: 600, endMinute: 720 },
          { startMinute: 700, endMinute: 800 },
        ],
      },
    ],
    [{ weekdays: [0] }],
    [{ zone: 'Asia/Yanqing' }],
  ])('the options %j make no calendar', (options) => {
    expect(() => calendarFrom([], options)).toThrow(RangeError)
  })

  test.each(['2026-02-29', '2026-2-1', '20260201', 'tomorrow', ''])('%j is no date', (date) => {
    expect(() => calendarFrom([{ date, working: true }])).toThrow(RangeError)
    expect(() => calendarFrom([]).isWorkingDay(date)).toThrow(RangeError)
  })
})

describe('public holidays', () => {
  const worked = (days: readonly CalendarDay[]) => days.filter((day) => day.working).map((day) => day.date)

  test("2026 is as in the State Council's notice", () => {
    const rows = publicHolidays(2026) ?? []
    const span = (from: string, days: number) =>
      Array.from({ length: days }, (_, n) => new Date(Date.parse(from) + n * DAY).toISOString().slice(0, 10))
    expect(rows.filter((day) => !day.working).map((day) => day.date)).toEqual([
      ...span('2026-01-01', 3),
      ...span('2026-02-15', 9),
      ...span('2026-04-04', 3),
      ...span('2026-05-01', 5),
      ...span('2026-06-19', 3),
      ...span('2026-09-25', 3),
      ...span('2026-10-01', 7),
    ])
    expect(worked(rows)).toEqual(['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'])
    expect(rows.find((day) => day.date === '2026-02-17')).toEqual({
      date: '2026-02-17',
      working: false,
      name: { zh: '春节', en: 'Spring Festival' },
      source: expect.stringMatching(/^npm:chinese-days@\d+\.\d+\.\d+$/),
    })
  })

  test('the seed year 2019 is known: the four days of Labour Day and their make-up Sundays', () => {
    const rows = publicHolidays(2019) ?? []
    const may = rows.filter((day) => day.date.startsWith('2019-05') && !day.working).map((day) => day.date)
    expect(may).toEqual(['2019-05-01', '2019-05-02', '2019-05-03', '2019-05-04'])
    expect(worked(rows)).toEqual(expect.arrayContaining(['2019-04-28', '2019-05-05', '2019-09-29', '2019-10-12']))
  })

  test('a year that nobody has announced is null, not a year without holidays', () => {
    expect(publicHolidays(2003)).toBeNull()
    expect(publicHolidays(2099)).toBeNull()
  })

  test('a later row overrides an earlier one, so a district can add its own days', () => {
    const local = calendarFrom([...days2026, { date: '2026-10-01', working: true }])
    expect(local.isWorkingDay('2026-10-01')).toBe(true)
    expect(yanqing.isWorkingDay('2026-10-01')).toBe(false)
    expect(yanqing.isWorkingDay('2026-10-10')).toBe(true)
  })
})
