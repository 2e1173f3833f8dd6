// What needs a licence goes only to a team whose licence holds on the day, whoever asks, accepts, claims or agrees the time.
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { useDatabase } from '../../../test/support/database.ts'
import {
  accept,
  ask,
  claim,
  orderAt,
  orderOf,
  outcomeOf,
  pool,
  takeIn,
  teamProvider,
} from '../../../test/support/order-steps.ts'
import { MONDAY, openOrderWorld, type OrderWorld } from '../../../test/support/orders.ts'
import { saveLicences } from '../teams/edit-calendar.ts'
import { addDays, addMinutes, dateIn, startOfDate } from '#platform/dates.ts'
import { candidatesFor } from './candidates.ts'
import { plannableProviders } from './planning-views.ts'
import { scheduleOrder } from './schedule-order.ts'

const database = useDatabase()
let world: OrderWorld
const TODAY = dateIn(MONDAY)
const DAY = 24 * 60

beforeAll(async () => {
  world = await openOrderWorld(database)
  await database.owner((owner) =>
    owner.query(`update offering set licence_needs = '{electrician}' where id = $1`, [world.offeringId]),
  )
})
beforeEach(() => world.reset())

const until = (validUntil: string | null, ...others: string[]) =>
  world.act(world.dispatcher, (work) =>
    saveLicences(
      work,
      world.teams.greens.id,
      ['electrician', ...others].map((licence) => ({ licence, validUntil })),
    ),
  )
const none = () => world.act(world.dispatcher, (work) => saveLicences(work, world.teams.greens.id, []))

/** An order of what needs the licence, wanted a number of days from now. */
async function wanted(daysAhead: number | null): Promise<string> {
  const windowFrom = daysAhead === null ? null : addMinutes(startOfDate(addDays(TODAY, daysAhead)), 9 * 60)
  const window = windowFrom === null ? {} : { windowFrom, windowUntil: addMinutes(windowFrom, 180) }
  const id = await world.place({ offeringId: world.offeringId, ...window })
  await takeIn(world, id)
  return id
}
const greens = () => world.teams.greens
const offer = (id: string) => outcomeOf(ask(world, id, teamProvider(greens())))

test('without the licence no team is asked, and the ranking says why', async () => {
  await none()
  const id = await wanted(null)
  const order = await orderOf(world, id)
  const ranking = await world.read(world.dispatcher, (read) => candidatesFor(read, order))
  expect(ranking.candidates.map((one) => one.provider.id)).not.toContain(greens().id)
  expect(await offer(id)).toBe('orders.provider-not-eligible')
  await until(null, 'driver')
  expect(await offer(id)).toBe('done')
})

test.each([
  ['holds on the day of service', 3, 3, 'done'],
  ['holds today but no longer on the day of service', 3, 2, 'orders.provider-not-eligible'],
  ['ended yesterday', null, -1, 'orders.provider-not-eligible'],
  ['ends today', null, 0, 'done'],
] as const)('a licence that %s', async (_what, daysAhead, lastDay, outcome) => {
  await until(addDays(TODAY, lastDay))
  expect(await offer(await wanted(daysAhead))).toBe(outcome)
})

test('what ran out or was taken back between the offer and the acceptance is accepted by nobody', async () => {
  await until(null)
  const id = await wanted(null)
  const [offerId] = await ask(world, id, teamProvider(greens()))
  await none()
  expect(await outcomeOf(accept(world, offerId!, greens().leader))).toBe('orders.licence-missing')
  await until(TODAY)
  expect(await outcomeOf(accept(world, offerId!, greens().leader))).toBe('done')
})

test('from the pool it is claimed with the licence only', async () => {
  await until(addDays(TODAY, -1))
  const id = await wanted(null)
  await pool(world, id)
  expect(await outcomeOf(claim(world, id, greens()))).toBe('orders.provider-not-eligible')
  await until(TODAY)
  expect(await outcomeOf(claim(world, id, greens()))).toBe('done')
})

test('no time is agreed after the last day of the licence', async () => {
  await until(addDays(TODAY, 2))
  const id = await orderAt(world, 'accepted', { wanted: { offeringId: world.offeringId } })
  const agree = (days: number) =>
    outcomeOf(
      world.act(greens().leader, (work) => {
        const from = addMinutes(MONDAY, days * DAY + 60)
        return scheduleOrder(work, id, { from, until: addMinutes(from, 60), agreedWith: '陈一', note: '' })
      }),
    )
  expect(await agree(3)).toBe('orders.licence-missing')
  expect(await agree(2)).toBe('done')
})

test('a plan counts licences that hold on all of its days', async () => {
  await until(addDays(TODAY, 2))
  const planned = async (lastDay: number) => {
    const providers = await world.read(world.dispatcher, ({ tx, now }) =>
      plannableProviders(tx, now, addDays(TODAY, lastDay)),
    )
    return providers.find((one) => one.id === greens().id)!.licences
  }
  expect(await planned(2)).toEqual(['electrician'])
  expect(await planned(3)).toEqual([])
})
