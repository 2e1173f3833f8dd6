import { describe, expect, test } from 'vitest'
import { calendarFrom } from '../../platform/calendar.ts'
import { idNumberOf, noticeEnd, serialOf } from './certificate.ts'

// Golden week of 2026 and one make-up Saturday.
const calendar = calendarFrom([
  ...['01', '02', '05', '06', '07'].map((day) => ({ date: `2026-10-${day}`, working: false })),
  { date: '2026-10-10', working: true },
])
const RULE = {
  noticeDays: 7,
  noticeCountsWorkingDays: false,
  prepareWorkingDays: 5,
  signWorkingDays: 3,
  answerWorkingDays: 5,
}
const at = (local: string) => new globalThis.Date(`${local}+08:00`)

describe('the end of a notice', () => {
  test.each([
    // The day on which it is posted does not count, at whatever hour.
    ['2026-10-01T00:00', '2026-10-09T00:00'],
    ['2026-10-01T23:59', '2026-10-09T00:00'],
    ['2026-12-28T10:00', '2027-01-05T00:00'],
  ])('posted %s, seven whole days later', (posted, over) => {
    expect(noticeEnd(at(posted), RULE, calendar)).toEqual(at(over))
  })

  test('working days, where the rule says so: holidays are left out and make-up days count', () => {
    const end = noticeEnd(at('2026-09-30T15:00'), { ...RULE, noticeCountsWorkingDays: true }, calendar)
    // 8, 9, 10 (make-up Saturday), 12, 13, 14, 15.
    expect(end).toEqual(at('2026-10-16T00:00'))
  })

  test('never before seven full days are over', () => {
    for (let hour = 0; hour < 24 * 40; hour++) {
      const posted = new globalThis.Date(at('2026-09-20T00:30').getTime() + hour * 3_600_000)
      const days = (noticeEnd(posted, RULE, calendar).getTime() - posted.getTime()) / 86_400_000
      expect(days).toBeGreaterThan(7)
      expect(days).toBeLessThanOrEqual(8)
    }
  })
})

test('numbers of documents are read as people type them, and refused when they cannot be', () => {
  expect(idNumberOf('resident-id', ' 11010519491231002x ')).toBe('11010519491231002X')
  expect(idNumberOf('resident-id', '110105194912310021')).toBeNull()
  expect(idNumberOf('passport', 'e1234 5678')).toBe('E12345678')
  expect(idNumberOf('passport', '护照')).toBeNull()
  expect(idNumberOf('hk-macau-permit', 'H12345678')).toBe('H12345678')
  expect(idNumberOf('taiwan-permit', '12345678')).toBe('12345678')
  expect(idNumberOf('taiwan-permit', 'H1')).toBeNull()
  expect(idNumberOf('permanent-residence', 'ABC123456789012')).toBe('ABC123456789012')
})

test('serials name the organisation and the year', () => {
  expect(serialOf('110119100201', 2026, 7)).toBe('110119100201-2026-0007')
  expect(serialOf('health-commission', 2026, 12_345)).toBe('health-commission-2026-12345')
})
