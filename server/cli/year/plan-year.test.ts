import { beforeAll, expect, test } from 'vitest'
import { addWorkingDays } from '#platform/calendar.ts'
import { dateIn } from '#platform/dates.ts'
import { FAIR_DAYS, holidaysOf, officialCalendar } from './days.ts'
import { clientIdOf } from './dice.ts'
import { planYear, spanOfShare } from './plan-year.ts'
import { ORDERS_OF_YEAR, PEOPLE_OF_YEAR, type PlannedOrder, YEAR_FROM, YEAR_UNTIL, type YearPlan } from './planned.ts'

let plan: YearPlan
beforeAll(async () => {
  plan = await planYear(spanOfShare(1))
})

const dayOf = (order: PlannedOrder) => dateIn(new Date(order.at))
const countOn = (dates: readonly string[]) => plan.orders.filter((order) => dates.includes(dayOf(order))).length

test('the totals are the seed’s, exactly', () => {
  expect(plan.orders).toHaveLength(ORDERS_OF_YEAR)
  const served = plan.orders.filter((order) => order.fate === 'served')
  expect(served.reduce((sum, order) => sum + order.people, 0)).toBe(PEOPLE_OF_YEAR)
  expect(Math.min(...served.map((order) => order.people))).toBeGreaterThan(0)
  expect(plan.offerings.length).toBeGreaterThanOrEqual(500)
})

test.each([0.01, 0.05, 0.33])('a share of %f keeps its own exact totals', async (share) => {
  const span = spanOfShare(share)
  const small = await planYear(span)
  const served = small.orders.filter((order) => order.fate === 'served')
  expect(small.orders).toHaveLength(span.orders)
  expect(served.reduce((sum, order) => sum + order.people, 0)).toBe(span.people)
})

test('each of the 423 stations orders, some much more than others', () => {
  expect(plan.stations).toHaveLength(423)
  expect(plan.stations.filter((station) => station.isVillage)).toHaveLength(376)
  const byStation = Map.groupBy(plan.orders, (order) => order.station)
  expect(byStation.size).toBe(423)
  const counts = [...byStation.values()].map((orders) => orders.length).toSorted((a, b) => a - b)
  expect(counts[0]).toBeGreaterThan(0)
  expect(counts.at(-1)! / counts[211]!).toBeGreaterThan(2)
})

test('the same seed gives the same plan, another seed another', async () => {
  const again = await planYear(spanOfShare(1))
  expect(again.orders).toEqual(plan.orders)
  const other = await planYear({ ...spanOfShare(0.02), seed: 7 })
  expect(other.orders[0]).not.toEqual((await planYear(spanOfShare(0.02))).orders[0])
  expect(clientIdOf(1, 'place 1')).not.toBe(clientIdOf(1, 'place 2'))
})

test('the year is quiet at Spring Festival and on holidays, and busy on fair days and in summer', () => {
  const perDay = ORDERS_OF_YEAR / 365
  const festival = ['2019-02-04', '2019-02-05', '2019-02-06', '2019-02-07', '2019-02-08', '2019-02-09', '2019-02-10']
  expect(countOn(festival) / festival.length).toBeLessThan(perDay / 3)
  const holidays = [...holidaysOf(YEAR_FROM, YEAR_UNTIL)].filter((date) => date >= YEAR_FROM && date < YEAR_UNTIL)
  expect(countOn(holidays) / holidays.length).toBeLessThan(perDay / 2)
  for (const date of FAIR_DAYS.slice(1)) expect(countOn([date])).toBeGreaterThan(perDay * 1.8)
  const monthly = Map.groupBy(plan.orders, (order) => dayOf(order).slice(0, 7))
  expect(monthly.get('2019-07')!.length).toBeGreaterThan(monthly.get('2019-02')!.length * 2)
  const clinics = plan.orders.filter((order) => plan.offerings[order.offering ?? -1]?.months.includes(8))
  expect(clinics.filter((order) => ['06', '07', '08', '09'].includes(dayOf(order).slice(5, 7))).length).toBeGreaterThan(
    clinics.length / 3,
  )
})

test('desks order in working hours on most weekdays, residents in the evening too', () => {
  const hourOf = (order: PlannedOrder) => new Date(order.at + 8 * 3_600_000).getUTCHours()
  const [web, office] = [true, false].map((isWeb) => plan.orders.filter((order) => (order.channel === 'web') === isWeb))
  expect(office!.every((order) => hourOf(order) >= 9 && hourOf(order) <= 18)).toBe(true)
  expect(web!.filter((order) => hourOf(order) >= 18).length).toBeGreaterThan(web!.length / 4)
  const weekend = plan.orders.filter((order) => [0, 6].includes(new Date(order.at + 8 * 3_600_000).getUTCDay()))
  expect(weekend.length / plan.orders.length).toBeLessThan(0.2)
  expect(new Set(plan.orders.map((order) => order.channel)).size).toBe(5)
})

test('what is ordered can be ordered: published, in its area, in time, and within the month’s quota', () => {
  const calendar = officialCalendar(YEAR_FROM, YEAR_UNTIL)
  const taken = new Map<string, number>()
  for (const order of plan.orders) {
    if (order.offering === null) continue
    const offering = plan.offerings[order.offering]!
    expect(offering.publishedAt ?? 0).toBeLessThan(order.at)
    expect(order.headcount).toBeGreaterThanOrEqual(offering.headcountMin)
    expect(order.headcount).toBeLessThanOrEqual(offering.headcountMax)
    if (offering.townships.length > 0) expect(offering.townships).toContain(`${order.station.slice(0, 9)}000`)
    if (order.window !== null && offering.leadWorkingDays > 0) {
      const earliest = addWorkingDays(new Date(order.at), offering.leadWorkingDays, calendar)
      expect(dateIn(new Date(order.window.until)) >= dateIn(earliest)).toBe(true)
    }
    const key = `${order.offering} ${dateIn(new Date(order.window?.from ?? order.at)).slice(0, 7)}`
    taken.set(key, (taken.get(key) ?? 0) + 1)
    expect(taken.get(key)).toBeLessThanOrEqual(offering.monthlyQuota)
  }
})

test('not everything goes well, and something stays open', () => {
  const fates = Map.groupBy(plan.orders, (order) => order.fate)
  for (const fate of ['served', 'unheard', 'cancelled', 'answered', 'merged', 'open'] as const)
    expect(fates.get(fate)?.length ?? 0, fate).toBeGreaterThan(0)
  for (const twist of ['isReturned', 'isPaused', 'isDisputed', 'isReopened', 'isDeferred', 'isSilent'] as const)
    expect(plan.orders.filter((order) => order.twists[twist]).length, twist).toBeGreaterThan(5)
  expect(plan.orders.filter((order) => order.twists.stars <= 2).length).toBeGreaterThan(100)
})

test('everybody is invented: telephone numbers of one block that belongs to nobody, each one person’s', () => {
  const people = [...plan.teams.flatMap((team) => team.members), ...plan.orders.map((order) => order.contact)]
  expect(people.every((person) => /^1390000\d{4}$/u.test(person.phone))).toBe(true)
  const names = Map.groupBy(people, (person) => person.phone)
  expect([...names.values()].every((same) => new Set(same.map((person) => person.name)).size === 1)).toBe(true)
})

test('three levels of teams: 627 as the parts of the seed add up, one at least in every village', () => {
  expect(plan.teams).toHaveLength(627)
  const codes = new Set(plan.teams.map((team) => team.code))
  expect(plan.stations.filter((station) => !codes.has(station.code))).toEqual([])
})
