import { beforeAll, expect, test } from 'vitest'
import { addWorkingDays } from '#platform/calendar.ts'
import { dateIn, startOfDate } from '#platform/dates.ts'
import { DAY, FAIR_DAYS, holidaysOf, officialCalendar } from './days.ts'
import { clientIdOf } from './dice.ts'
import { registeringTimes } from './plan-teams.ts'
import { ordersOnly, planYear, spanOfShare } from './plan-year.ts'
import {
  ACTIVITIES_OF_YEAR,
  EXPO_FROM,
  EXPO_UNTIL,
  FIRST_DAYS,
  ORDERS_OF_YEAR,
  PEOPLE_OF_YEAR,
  type PlannedOrder,
  TEAMS_OF_YEAR,
  TURNS_OF_EXPO,
  VOLUNTEERS_FIRST,
  VOLUNTEERS_OF_YEAR,
  YEAR_FROM,
  YEAR_UNTIL,
  type YearPlan,
} from './planned.ts'

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

test('the orders alone are those of the whole year, with their teams', async () => {
  const alone = await planYear(ordersOnly(spanOfShare(1)))
  expect(alone.orders).toEqual(plan.orders)
  expect(alone.teams).toEqual(plan.teams)
  expect([alone.volunteers, alone.lists, alone.activities, alone.sessions]).toEqual([[], [], [], []])
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

test('three levels of teams: the 631 of the seed, one at least in every village', () => {
  expect(plan.teams).toHaveLength(TEAMS_OF_YEAR)
  const codes = new Set(plan.teams.map((team) => team.code))
  expect(plan.stations.filter((station) => !codes.has(station.code))).toEqual([])
})

test('volunteers, activities and service turns are the seed’s, exactly; nobody is at two on one day', () => {
  // Who founds a team registers for that; everybody else registers alone or claims an invitation.
  const telephones = [...plan.volunteers, ...plan.teams.flatMap(({ members }) => members)].map(({ phone }) => phone)
  expect(new Set(telephones).size).toBe(VOLUNTEERS_OF_YEAR)
  expect(telephones.every((phone) => /^139000\d{5}$/u.test(phone))).toBe(true)
  const fortnight = new Date(startOfDate(YEAR_FROM).getTime() + FIRST_DAYS * DAY).getTime()
  const founders = registeringTimes(plan.teams).filter((at) => at < fortnight)
  expect([...founders, ...plan.volunteers.filter(({ at }) => at < fortnight)]).toHaveLength(VOLUNTEERS_FIRST)
  const held = plan.sessions.filter(({ isCancelled }) => !isCancelled)
  expect(held).toHaveLength(ACTIVITIES_OF_YEAR)
  const dated = held.map((session) => ({ ...session, date: dateIn(new Date(session.from)) }))
  const expo = dated.filter(({ date }) => date >= EXPO_FROM && date < EXPO_UNTIL)
  expect(expo.reduce((sum, { people }) => sum + people.length, 0)).toBe(TURNS_OF_EXPO)
  const days = dated.flatMap(({ date, people }) => people.map((person) => `${date} ${person}`))
  expect(new Set(days).size).toBe(days.length)
})

test('volunteers come all year, in spring the most of them; whoever comes to something had registered the day before', () => {
  const monthly = Map.groupBy(plan.volunteers, ({ at }) => dateIn(new Date(at)).slice(0, 7))
  expect(monthly.size).toBe(13)
  expect(monthly.get('2019-04')!.length).toBeGreaterThan(monthly.get('2019-01')!.length)
  const early = plan.sessions.flatMap(({ from, people }) =>
    people.filter((index) => plan.volunteers[index]!.at + DAY >= from),
  )
  expect(early).toEqual([])
  const strangers = plan.lists.flatMap(({ rows }) => rows).filter(({ phone }) => phone >= '13900040000')
  expect(strangers.length).toBeGreaterThan(100)
  const known = new Set(plan.volunteers.map(({ phone }) => phone))
  expect(strangers.some(({ phone }) => known.has(phone))).toBe(false)
})

test('outside the hundred days it is lighter, and the Spring Festival is called off', () => {
  const held = plan.sessions.filter(({ isCancelled }) => !isCancelled)
  const isExpo = ({ from }: { from: number }) =>
    dateIn(new Date(from)) >= EXPO_FROM && dateIn(new Date(from)) < EXPO_UNTIL
  const turns = (list: typeof held) => list.reduce((sum, { people }) => sum + people.length, 0)
  expect(turns(held.filter(isExpo)) / 100).toBeGreaterThan((turns(held.filter((one) => !isExpo(one))) / 265) * 10)
  expect(plan.sessions.filter(({ isCancelled }) => isCancelled).length).toBeGreaterThan(50)
  for (const way of ['paper', 'ticks', 'codes', 'offline'])
    expect(held.filter((one) => one.way === way).length, way).toBeGreaterThan(100)
  expect(Math.max(...held.map(({ people }) => people.length))).toBeLessThanOrEqual(500)
})

test('nobody signs up before it is planned, and a recurring rule counts its sessions', () => {
  for (const activity of plan.activities) {
    const own = activity.sessions.map((index) => plan.sessions[index]!)
    expect(activity.createdAt).toBeLessThan(own[0]!.from)
    if (own.length > 1) expect(activity.rule).toContain(`COUNT=${own.length}`)
  }
})
