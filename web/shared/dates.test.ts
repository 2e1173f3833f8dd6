// Dates for people, in the district's zone whatever this computer's.
import { expect, test } from 'vitest'
import { formatDate, lastMinute } from './dates.ts'

const ZONE = 'Asia/Shanghai'

test('a date of the calendar is written out in both languages, the day that it is', () => {
  expect(formatDate('2026-01-01', 'zh-CN')).toBe('2026年1月1日')
  expect(formatDate('2026-01-01', 'en')).toBe('1 Jan 2026')
})

test('a limit at midnight belongs to the day before, any other stays', () => {
  expect(lastMinute('2026-12-06T16:00:00.000Z', ZONE)).toBe('2026-12-06T15:59:00.000Z')
  expect(lastMinute('2026-12-04T10:00:00.000Z', ZONE)).toBe('2026-12-04T10:00:00.000Z')
  expect(lastMinute('2026-12-06T00:00:00.000Z', 'UTC')).toBe('2026-12-05T23:59:00.000Z')
})
