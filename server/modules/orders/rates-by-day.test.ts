// The rates by day against their definition: through random lives, at every step, however much the sweep has counted yet.
import { beforeAll, expect, test } from 'vitest'
import { useDatabase } from '../../../test/support/database.ts'
import { COMMANDS } from '../../../test/support/order-commands.ts'
import type { ModelOrder } from '../../../test/support/order-model.ts'
import { observe } from '../../../test/support/order-observation.ts'
import { outcomeOf } from '../../../test/support/order-steps.ts'
import { openOrderWorld, type OrderWorld } from '../../../test/support/orders.ts'
import { SEED } from '../../../test/support/seed.ts'
import { addMinutes, dateIn } from '#platform/dates.ts'
import { sql } from '#platform/db.ts'
import type { OrderState } from './order.ts'
import { countPendingRates } from './rates-by-day.ts'
import { countRates, countRatesFromOrders, formulaOn, type RateCounts } from './three-rates.ts'

const LIVES = 12
const STEPS = 60
const ORDERS_MAX = 4
const HOURS = [1, 5, 24, 72, 216] as const

// What takes an order onward from where it stands; left to chance alone few would get far.
const ONWARD: Readonly<Record<OrderState, readonly string[]>> = {
  submitted: ['takeIn', 'takeIn', 'defer'],
  dispatching: ['offer', 'offer', 'openPool'],
  offered: ['accept', 'accept', 'claim'],
  accepted: ['schedule', 'schedule', 'return'],
  scheduled: ['start'],
  in_service: ['deliver'],
  delivered: ['confirm', 'evaluate', 'attempt', 'pageOpened', 'dispute'],
  confirmed: ['evaluate', 'attempt'],
  evaluated: ['pageOpened'],
  answering: ['receipt', 'recordReached', 'pageOpened'],
  deferred: ['pageOpened', 'cancel'],
  closed: ['reopen', 'attempt'],
}

const database = useDatabase()
let world: OrderWorld
beforeAll(async () => {
  world = await openOrderWorld(database)
}, 120_000)

/** Numbers from 0 to `below` - 1 that a seed decides. */
function drawing(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

async function step(draw: (below: number) => number): Promise<string> {
  const { orders, now } = await world.read(world.dispatcher, (read) => observe(read, world))
  const kind = draw(20)
  if (orders.length === 0 || (kind === 0 && orders.length < ORDERS_MAX)) {
    await world.place()
    return 'place'
  }
  if (kind <= 2) {
    await world.setTime(addMinutes(await world.now(), HOURS[draw(HOURS.length)]! * 60))
    return 'later'
  }
  if (kind <= 4) return `settle ${await world.settle()}`
  if (kind <= 6) return `jobs ${await world.runJobs()}`
  if (kind <= 9) return `count ${await world.act(world.dispatcher, (work) => countPendingRates(work.tx, 1 + draw(6)))}`
  const order = orders[draw(orders.length)]!
  const names = kind <= 16 ? ONWARD[order.state] : Object.keys(COMMANDS)
  const name = names[draw(names.length)]!
  const model = { orders: [...orders] as ModelOrder[], now: now.getTime(), jobs: [] }
  const how = COMMANDS[name]!
  if (how.fits?.(order, model) === false) return `${name} does not fit`
  const [actor, act] = how.act(world, order, model, draw(60))
  return `${name}: ${await outcomeOf(world.act(actor, act))}`
}

/** Figures of every organisation there is, from the sums and from the orders. */
async function figures(): Promise<{ counted: RateCounts[]; defined: RateCounts[] }> {
  return world.read(world.dispatcher, async ({ tx, now }) => {
    const today = dateIn(now)
    const formula = await formulaOn(tx, today)
    const scopes = [
      { unitIds: null, providerId: null },
      { unitIds: [world.units.station], providerId: null },
      { unitIds: [world.units.other, world.units.institute], providerId: null },
      ...[world.teams.greens.id, world.teams.olive.id, world.agencies.health].map((providerId) => ({
        unitIds: null,
        providerId,
      })),
    ].flatMap((scope) => [
      { ...scope, from: '2026-03-01', until: '2026-12-31' },
      { ...scope, from: '2026-03-10', until: '2026-03-20' },
    ])
    const all = { counted: [] as RateCounts[], defined: [] as RateCounts[] }
    for (const scope of scopes) {
      all.counted.push(await countRates(tx, scope, formula, now))
      all.defined.push(await countRatesFromOrders(tx, scope, formula, now))
    }
    return all
  })
}

test(`figures are those of the definition at every step of ${LIVES} random lives (HUIYIN_SEED=${SEED})`, async () => {
  const most = { responseKnown: 0, heard: 0, notEvaluated: 0, excluded: 0 }
  for (let life = 0; life < LIVES; life++) {
    await world.reset(100)
    const draw = drawing(SEED + life * 7919)
    const history: string[] = []
    for (let n = 0; n < STEPS; n++) {
      history.push(await step(draw))
      const { counted, defined } = await figures()
      expect(counted, `life ${life}: ${history.join(', ')}`).toEqual(defined)
      for (const key of Object.keys(most) as (keyof typeof most)[]) most[key] = Math.max(most[key], defined[0]![key])
    }
    while ((await world.act(world.dispatcher, (work) => countPendingRates(work.tx, 7))) > 0) continue
    const { counted, defined } = await figures()
    expect(counted).toEqual(defined)
    const [left] = await world.rows<{ pending: number; entries: number; orders: number; sums: number }>(sql`
      select (select count(*) from rate_pending) as pending, (select count(*) from rate_entry) as entries,
             (select count(*) from service_order) as orders,
             (select coalesce(sum(orders), 0) from rate_day where scope = 'district') as sums`)
    expect(left).toEqual({ pending: 0, entries: left!.orders, orders: left!.orders, sums: left!.orders })
  }
  expect(Math.min(most.responseKnown, most.heard, most.excluded)).toBeGreaterThan(0)
}, 300_000)

test('a change that was not named is found by the comparison', async () => {
  await world.reset()
  await world.place()
  await world.act(world.dispatcher, (work) => countPendingRates(work.tx, 10))
  await world.act(world.dispatcher, (work) =>
    work.tx.run(sql`update service_order set provider_team_id = ${world.teams.greens.id}`),
  )
  const { counted, defined } = await figures()
  expect(counted).not.toEqual(defined)
})
