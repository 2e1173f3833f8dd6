import { beforeAll, expect, test } from 'vitest'
import { useDatabase } from '../../../test/support/database.ts'
import { expectHealth } from '../../../test/support/order-invariants.ts'
import {
  accept,
  agencyProvider,
  ask,
  deliver,
  orderAt,
  orderOf,
  outcomeOf,
  schedule,
} from '../../../test/support/order-steps.ts'
import { openOrderWorld, type OrderWorld } from '../../../test/support/orders.ts'
import { teamsOfUnit } from '#modules/teams/index.ts'
import { sql } from '#platform/db.ts'
import { cancelOrder } from './answer-order.ts'
import { timelineOf } from './order-views.ts'
import { passUpOrder } from './pass-up-order.ts'
import { startService } from './serve-order.ts'
import { ordersOfUnit } from './unit-holder.ts'

const database = useDatabase()
let world: OrderWorld
beforeAll(async () => {
  world = await openOrderWorld(database)
})

test('an agency ends when nothing that it was asked or has in hand is left', async () => {
  const { science } = world.agencies
  const held = () => world.read(world.dispatcher, (read) => ordersOfUnit.holds!(read, science))
  const id = await orderAt(world, 'dispatching', { wanted: { offeringId: world.offeringId } })
  expect(await held()).toEqual({ orders: 0 })
  const [offerId] = await ask(world, id, agencyProvider(science))
  expect(await held()).toEqual({ orders: 1 })
  await accept(world, offerId!, world.science)
  expect(await held()).toEqual({ orders: 1 })
  await schedule(world, id, world.science)
  await world.act(world.science, (work) => startService(work, id))
  await deliver(world, id, world.science)
  expect(await held()).toEqual({ orders: 0 })
})

test('when a village ends, its successor is responsible for its open orders and keeps its teams', async () => {
  const open = await orderAt(world, 'dispatching')
  const served = await orderAt(world, 'in_service')
  const closed = await world.place()
  await world.act(world.requester, (work) => cancelOrder(work, closed, ''))
  const { station, other } = world.units
  const end = () =>
    world.act(world.dispatcher, async (work) => {
      for (const holder of [ordersOfUnit, teamsOfUnit]) await holder.handOver!(work, station, other)
    })
  await end()
  for (const id of [open, served]) {
    expect(await orderOf(world, id)).toMatchObject({ responsibleUnitId: other, unitId: station })
    const rows = await world.read(world.dispatcher, ({ tx }) => timelineOf(tx, id))
    expect(rows.at(-1)).toMatchObject({ move: 'escalate', reasonCode: 'unit-ended' })
  }
  expect((await orderOf(world, closed)).responsibleUnitId).toBe(station)
  expect(await outcomeOf(world.act(world.otherKeeper, (work) => passUpOrder(work, open, '人手不够')))).toBe('done')
  const teams = await world.rows<{ n: number }>(
    sql`select count(*)::int as n from team where unit_id = ${station} and ended_on is null`,
  )
  expect(teams).toEqual([{ n: 0 }])
  await expectHealth(database)
})
