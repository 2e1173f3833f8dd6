import { beforeAll, expect, test } from 'vitest'
import { useDatabase } from '../../../test/support/database.ts'
import { listUnits, type Unit } from '#modules/orgs/index.ts'
import { calendarFrom } from '#platform/calendar.ts'
import { addMinutes, startOfDate } from '#platform/dates.ts'
import { checkOrderable } from './index.ts'

const database = useDatabase()
// 2026-11-23 is a Monday; Wednesday the 25th is made a holiday and Saturday the 28th a make-up workday.
const calendar = calendarFrom([
  { date: '2026-11-25', working: false },
  { date: '2026-11-28', working: true },
])
const at = (date: string, hour: number, minute = 0) => addMinutes(startOfDate(date), hour * 60 + minute)
const now = at('2026-11-23', 10)
const window = (from: [string, number], until: [string, number]) => ({ from: at(...from), until: at(...until) })
let institute: Unit
let station: Unit
let elsewhere: Unit

beforeAll(() =>
  database.work(async ({ tx }) => {
    const [first, second] = await listUnits(tx, { kind: 'institute', on: '2026-11-23', limit: 2 })
    institute = first!
    station = (await listUnits(tx, { parentId: institute.id, on: '2026-11-23', limit: 1 }))[0]!
    elsewhere = second!
  }),
)

const plain = {
  endedAt: null as Date | null,
  isHidden: false,
  freshUntil: at('2027-01-01', 0),
  areaUnitIds: [] as string[],
  headcountMin: 2,
  headcountMax: 10,
  durationMinutes: 60,
  leadWorkingDays: 0,
  openHours: [] as { weekday: number; fromMinute: number; untilMinute: number }[],
  blackoutDays: [] as string[],
}
type Wish = Partial<Omit<Parameters<typeof checkOrderable>[2], 'calendar'>>

const faults = (offering: Partial<typeof plain>, wish: Wish = {}) =>
  database.work(async ({ tx }) => {
    const whole = { window: null, headcount: 5, unitId: station.id, now, calendar, ...wish }
    const refusals = await checkOrderable(tx, { ...plain, ...offering }, whole)
    return refusals.map(({ code, params }) => [code.replace('catalogue.', ''), ...Object.values(params)].join(' '))
  })

test('a wish that fits has no fault, with and without a time', async () => {
  expect(await faults({})).toEqual([])
  expect(await faults({}, { window: window(['2026-11-24', 9], ['2026-11-24', 10]) })).toEqual([])
})

test('standing, headcount and place are each named', async () => {
  expect(await faults({ endedAt: now, isHidden: true })).toEqual(['offering-ended'])
  expect(await faults({ freshUntil: now, isHidden: true })).toEqual(['offering-unconfirmed'])
  expect(await faults({ isHidden: true })).toEqual(['category-unknown'])
  expect(await faults({}, { headcount: 1 })).toEqual(['headcount-too-small 2'])
  expect(await faults({}, { headcount: 11 })).toEqual(['headcount-too-large 10'])
  expect(await faults({ areaUnitIds: [institute.id] })).toEqual([])
  expect(await faults({ areaUnitIds: [elsewhere.id] })).toEqual(['outside-area'])
  expect(await faults({}, { unitId: '01890000-0000-7000-8000-000000000000' })).toEqual(['place-unknown'])
  const all = await faults(
    { areaUnitIds: [elsewhere.id] },
    { headcount: 11, window: window(['2026-11-24', 9], ['2026-11-24', 9]) },
  )
  expect(all).toEqual(['headcount-too-large 10', 'outside-area', 'window-too-short 60'])
})

test('notice is counted in working days: a holiday is left out, a make-up Saturday counts', async () => {
  const on = (day: string, leadWorkingDays: number) =>
    faults({ leadWorkingDays }, { window: window([day, 9], [day, 12]) })
  expect(await on('2026-11-23', 0)).toEqual([])
  expect(await on('2026-11-23', 1)).toEqual(['lead-time-too-short 2026-11-24'])
  expect(await on('2026-11-24', 1)).toEqual([])
  expect(await on('2026-11-25', 2)).toEqual(['lead-time-too-short 2026-11-26'])
  expect(await on('2026-11-26', 2)).toEqual([])
  expect(await on('2026-11-28', 4)).toEqual([])
  expect(await on('2026-11-28', 5)).toEqual(['lead-time-too-short 2026-11-30'])
  expect(await faults({ leadWorkingDays: 5 }, { window: window(['2026-11-24', 9], ['2026-11-30', 12]) })).toEqual([])
})

test('closed days count only when no other day of the wish is open', async () => {
  const blackoutDays = ['2026-11-24']
  expect(await faults({ blackoutDays }, { window: window(['2026-11-24', 9], ['2026-11-24', 12]) })).toEqual([
    'blackout-day 2026-11-24',
  ])
  expect(await faults({ blackoutDays }, { window: window(['2026-11-24', 9], ['2026-11-26', 12]) })).toEqual([])
})

test('the service has to fit into the opening hours of a day', async () => {
  const openHours = [
    { weekday: 2, fromMinute: 540, untilMinute: 690 },
    { weekday: 2, fromMinute: 840, untilMinute: 870 },
  ]
  const on = (from: [string, number], until: [string, number]) => faults({ openHours }, { window: window(from, until) })
  expect(await on(['2026-11-24', 9], ['2026-11-24', 10])).toEqual([])
  expect(await on(['2026-11-24', 10], ['2026-11-24', 18])).toEqual([])
  expect(await on(['2026-11-24', 11], ['2026-11-24', 18])).toEqual(['outside-open-hours'])
  expect(await on(['2026-11-26', 9], ['2026-11-27', 18])).toEqual(['outside-open-hours'])
  expect(await on(['2026-11-23', 0], ['2026-11-30', 0])).toEqual([])
})

test('what is past of the wish does not count', async () => {
  const openHours = [{ weekday: 1, fromMinute: 540, untilMinute: 630 }]
  const today = window(['2026-11-23', 9], ['2026-11-23', 12])
  expect(await faults({ openHours }, { window: today })).toEqual(['outside-open-hours'])
  expect(await faults({ openHours }, { window: today, now: at('2026-11-23', 9) })).toEqual([])
})

test('a service over midnight is possible where no hours are given', async () => {
  const night = window(['2026-11-24', 22], ['2026-11-25', 2])
  expect(await faults({ durationMinutes: 240 }, { window: night })).toEqual([])
  expect(await faults({ durationMinutes: 241 }, { window: night })).toEqual(['window-too-short 241'])
})

test('when every condition is met by some day but by no day together, that is said', async () => {
  const openHours = [{ weekday: 2, fromMinute: 540, untilMinute: 690 }]
  const wish = { window: window(['2026-11-24', 9], ['2026-11-26', 18]) }
  expect(await faults({ openHours, leadWorkingDays: 2 }, wish)).toEqual(['no-day-fits'])
})

test('a wish of years is looked at for its first quarter only', async () => {
  expect(
    await faults(
      { leadWorkingDays: 60, openHours: [{ weekday: 3, fromMinute: 0, untilMinute: 1440 }] },
      { window: window(['2026-11-24', 9], ['2099-01-01', 0]) },
    ),
  ).toEqual([])
})
