// Who is proposed for an order, in which order and with which words; the rules, the engine and the words together, without a database.
import { expect, test } from 'vitest'
import { translator } from '#i18n/translate.ts'
import type { ProviderDays } from '#modules/teams/index.ts'
import { weekdayOf } from '#platform/dates.ts'
import { askEngine, daysOf } from './candidate-desk.ts'
import type { CandidateRow } from './candidate-views.ts'
import type { DayBook } from './day-book-views.ts'
import type { Order } from './order.ts'
import { isEligible, rankCandidates } from './rank-candidates.ts'
import { sortProviders } from './sort-providers.ts'
import { DEFAULT_WEIGHTS } from './weights.ts'

const t = translator('zh-CN')
const row = (changes: Partial<CandidateRow> = {}): CandidateRow => ({
  kind: 'team',
  id: 'a',
  name: 'A',
  unitId: 'u',
  hasCategory: true,
  hasOffering: false,
  inArea: true,
  isOwnVillage: false,
  isPaired: false,
  hasLicences: true,
  km: null,
  load: 0,
  loadMax: 10,
  quotaLeft: null,
  stars: null,
  evaluations: 0,
  longitude: null,
  latitude: null,
  recentMinutes: 0,
  servedLast: null,
  wasAsked: false,
  ...changes,
})
const sort = (rows: readonly CandidateRow[], inScope = () => true) => sortProviders(rows, { inScope })
const bookOf = (changes: Partial<DayBook> = {}): DayBook => ({
  weights: DEFAULT_WEIGHTS,
  overrides: [],
  here: { id: 'v', longitude: 116, latitude: 40.5 },
  serviceMinutes: 60,
  resolveBy: null,
  visits: [],
  ...changes,
})
const asked = (changes: Partial<Order> = {}) =>
  ({ id: 'o', unitId: 'v', windowFrom: null, windowUntil: null, ...changes }) as Order
const MORNING = new globalThis.Date('2026-03-09T09:00:00+08:00')
const NOTHING_STATED = {
  crews: null,
  crewSize: null,
  visitsPerDayMax: null,
  minutesPerDayMax: null,
  minutesPerWeekMax: null,
  speedClass: null,
  vehicle: null,
}
const WHOLE_DAY = [{ fromMinute: 0, untilMinute: 1440 }]

/** Teams that stated nothing, and agencies that rest on weekends. */
const usualDays = (row: CandidateRow, order: Order): ProviderDays => ({
  capacity: NOTHING_STATED,
  days: daysOf(order, MORNING).map((date) => ({
    date,
    open: row.kind === 'agency' && weekdayOf(date) > 5 ? [] : WHOLE_DAY,
    isStated: false,
  })),
})

/** Ranks without a database, as `candidatesFor` does with one. */
interface Asked {
  readonly book?: DayBook
  readonly order?: Order
  readonly days?: (row: CandidateRow, order: Order) => ProviderDays
}
const rank = (rows: readonly CandidateRow[], { book, order = asked(), days = usualDays }: Asked = {}) => {
  const sorted = sort(rows)
  const calendars = new Map(rows.map((one) => [one.id, days(one, order)]))
  const everybody = [
    ...sorted.eligible.map((one) => ({ row: one, isFree: false })),
    ...sorted.near.map(({ row: one, rule }) => ({ row: one, isFree: rule === 'load' })),
  ]
  return rankCandidates(sorted, askEngine(order, everybody, book ?? bookOf(), { now: MORNING, calendars }), t)
}
const idsOf = (rows: readonly CandidateRow[]) => rank(rows).candidates.map((one) => one.provider.id)

test.each([
  ['category', { hasCategory: false }],
  ['area', { inArea: false }],
  ['licence', { hasLicences: false }],
  ['asked', { wasAsked: true }],
  ['quota', { quotaLeft: 0 }],
  ['load', { load: 10 }],
] as const)('a provider is left out for its %s, and the ranking says so', (reason, changes) => {
  const ranking = rank([row(changes), row({ id: 'b' })])
  expect(ranking.candidates.map((one) => one.provider.id)).toEqual(['b'])
  expect(ranking.rejected).toEqual([{ reason, count: 1, text: t(`orders.rejected.${reason}`) }])
  // What a centre may let go for once is told with its price; that somebody declined or does something else is not negotiable.
  const near = ranking.nearMisses.map(({ change, isEligible: may, day }) => ({ change, may, day }))
  expect(near).toEqual(
    ['category', 'asked'].includes(reason) ? [] : [{ change: reason, may: false, day: '2026-03-09' }],
  )
  expect(isEligible(ranking, { kind: 'team', id: 'a' })).toBe(false)
})

test('out of scope is a reason of its own, and the ordered offering overcomes category and area', () => {
  expect([...sort([row()], () => false).rejected.keys()]).toEqual(['scope'])
  expect(idsOf([row({ hasCategory: false, inArea: false, hasOffering: true })])).toEqual(['a'])
})

test('the ordered offering goes first, then the own village, the nearer, who knows the place, the less busy and the better judged', () => {
  const better: [Partial<CandidateRow>, Partial<CandidateRow>][] = [
    [{ hasOffering: true }, { isOwnVillage: true }],
    [{ isOwnVillage: true }, {}],
    [
      { unitId: 'near', longitude: 116.05, latitude: 40.5 },
      { unitId: 'far', longitude: 116.5, latitude: 40.5 },
    ],
    [{ isOwnVillage: true }, { isPaired: true }],
    [{ isPaired: true }, {}],
    [{ servedLast: 'requester' }, {}],
    [{ load: 1 }, { load: 5 }],
    [{ recentMinutes: 0 }, { recentMinutes: 900 }],
    [
      { stars: 5, evaluations: 10 },
      { stars: 3, evaluations: 10 },
    ],
    [{ quotaLeft: 5 }, { quotaLeft: 1 }],
  ]
  for (const [first, second] of better) {
    expect(idsOf([row({ id: 'b', ...second }), row({ id: 'z', ...first })]), JSON.stringify(first)).toEqual(['z', 'b'])
  }
  expect(idsOf([row({ id: 'b' }), row({ id: 'a' })])).toEqual(['a', 'b'])
})

test('one bad evaluation weighs less than many; the score is the sum of its reasons', () => {
  const [one, many] = [row({ stars: 1, evaluations: 1 }), row({ stars: 1, evaluations: 40 })].map(
    (candidate) => rank([candidate]).candidates[0]!,
  )
  expect(one!.scoreMinutes).toBeLessThan(many!.scoreMinutes)
  expect(many!.reasons.reduce((sum, reason) => sum + reason.minutes, 0)).toBeCloseTo(many!.scoreMinutes, 9)
  expect(one!.mode).toBe('invited')
  expect(rank([row({ kind: 'agency' })]).candidates[0]!.mode).toBe('bound')
})

const booked = (
  providerId: string,
  day: string,
  startsMinute: number,
  unitId = 'v',
  id = `${providerId}${startsMinute}`,
) => ({
  orderId: id,
  unitId,
  providerId,
  day,
  startsMinute,
  endsMinute: startsMinute + 60,
  longitude: 116,
  latitude: 40.5,
})
const wish = (from: string, until: string) =>
  asked({
    windowFrom: new globalThis.Date(`2026-03-${from}+08:00`),
    windowUntil: new globalThis.Date(`2026-03-${until}+08:00`),
  })

test('an order goes where somebody is on the way already, and beside what is promised', () => {
  const far = { longitude: 116.3, latitude: 40.5 }
  const visits = [booked('b', '2026-03-10', 600)]
  const order = wish('10T09:00', '10T17:00')
  const { candidates } = rank([row({ id: 'a', unitId: 'x', ...far }), row({ id: 'b', unitId: 'y', ...far })], {
    book: bookOf({ visits }),
    order,
  })
  expect(candidates.map((one) => one.provider.id)).toEqual(['b', 'a'])
  expect(candidates[0]!.reasons.find((one) => one.kind === 'travel')).toEqual({
    kind: 'travel',
    minutes: 0,
    text: t('orders.score.detour', { count: 1, minutes: 0 }),
  })
  const { startsMinute, endsMinute } = candidates[0]!.slot
  expect(endsMinute <= 600 || startsMinute >= 660).toBe(true)
})

test('who has no room is told with the one change that would make it, and may be asked all the same', () => {
  const full = ['2026-03-09', '2026-03-10'].flatMap((day) =>
    [540, 660, 780].map((at) => booked('a', day, at, 'v', `${day}${at}`)),
  )
  const day = rank([row()], { book: bookOf({ visits: full }), order: wish('10T09:00', '10T17:00') })
  expect(day.nearMisses).toMatchObject([{ isEligible: true, change: 'visits', day: '2026-03-10' }])
  const clash = rank([row()], {
    book: bookOf({ visits: [booked('a', '2026-03-10', 600)] }),
    order: wish('10T10:00', '10T11:00'),
  })
  expect(clash.nearMisses).toMatchObject([{ change: 'window', day: '2026-03-10', isEligible: true }])
  expect(clash.rejected).toEqual([{ reason: 'window', count: 1, text: t('orders.rejected.window') }])
  const evening = rank([row()], { order: wish('10T19:00', '10T21:00') })
  expect(evening.nearMisses).toMatchObject([{ change: 'shift', day: '2026-03-10', text: t('orders.near.shift') }])
  const sunday = rank([row({ kind: 'agency' })], { order: wish('15T09:00', '15T17:00') })
  expect(sunday.nearMisses).toMatchObject([{ change: 'no-day', day: null, scoreMinutes: null }])
  for (const ranking of [day, clash, evening]) expect(isEligible(ranking, { kind: 'team', id: 'a' })).toBe(true)
})

test('a week that a team has filled is full, and two promises at one hour get two crews', () => {
  const visits = [booked('a', '2026-03-10', 600, 'v', 'one'), booked('a', '2026-03-10', 630, 'v', 'two')]
  const order = wish('11T09:00', '11T17:00')
  const of = (loadMax: number) => rank([row({ loadMax })], { book: bookOf({ visits }), order })
  expect(of(2).nearMisses).toMatchObject([{ change: 'visits', isEligible: true }])
  expect(of(3).candidates).toHaveLength(1)
})

test('a team comes when its calendar says so, with what it can take, and never through its break', () => {
  const days =
    (open: ProviderDays['days'][number]['open'], capacity = {}) =>
    (row: CandidateRow, order: Order) => ({
      capacity: { ...NOTHING_STATED, ...capacity },
      days: usualDays(row, order).days.map((day) => ({ ...day, open, isStated: true })),
    })
  const order = wish('10T09:00', '10T22:00')
  const evening = rank([row()], { order, days: days([{ fromMinute: 1140, untilMinute: 1260 }]) })
  expect(evening.candidates[0]!.slot).toMatchObject({ day: '2026-03-10', startsMinute: 1145 })
  const parts = [
    { fromMinute: 540, untilMinute: 690 },
    { fromMinute: 840, untilMinute: 960 },
  ]
  const visits = [booked('a', '2026-03-10', 555), booked('a', '2026-03-10', 625)]
  const broken = rank([row()], { order, book: bookOf({ visits }), days: days(parts) })
  expect(broken.candidates[0]!.slot.startsMinute).toBeGreaterThanOrEqual(840)
  const leave = rank([row()], { order, days: days([]) })
  expect(leave.nearMisses).toMatchObject([{ change: 'no-day', isEligible: true }])
  const full = rank([row()], {
    order,
    book: bookOf({ visits }),
    days: days([{ fromMinute: 540, untilMinute: 1020 }], { visitsPerDayMax: 2 }),
  })
  expect(full.nearMisses).toMatchObject([{ change: 'visits' }])
  const far = { unitId: 'x', longitude: 116.12, latitude: 40.5 }
  const scoreOf = (capacity: object) =>
    rank([row(far)], { order, days: days(WHOLE_DAY, capacity) }).candidates[0]?.scoreMinutes
  expect(scoreOf({ speedClass: 'cycle' })).toBeGreaterThan(scoreOf({ speedClass: 'drive' })!)
})

test('a road that the centre corrected is corrected for the ranking too', () => {
  const at = { unitId: 'x', longitude: 116.05, latitude: 40.5 }
  const scoreOf = (book: DayBook) => rank([row(at)], { book }).candidates[0]!.scoreMinutes
  const snow = bookOf({ overrides: [{ fromUnitId: 'x', toUnitId: 'v', minutes: 90 }] })
  expect(scoreOf(snow)).toBeGreaterThan(scoreOf(bookOf()) + 100)
})

test('six hundred teams are asked while a dispatcher waits', () => {
  const rows = Array.from({ length: 631 }, (_, i) =>
    row({
      id: `t${i}`,
      unitId: `u${i}`,
      longitude: 115.8 + (i % 25) * 0.02,
      latitude: 40.3 + (i % 23) * 0.02,
      inArea: i % 8 === 0,
    }),
  )
  const visits = rows.filter((_, i) => i % 3 === 0).map((one) => booked(one.id, '2026-03-10', 600, one.unitId))
  expect(rank(rows, { book: bookOf({ visits }) }).candidates).toHaveLength(79)
})
