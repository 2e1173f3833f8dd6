// The order's life against a plain model of it: random commands of several people on several orders, on a real database. The
// model says what each command answers and what it makes of the orders; after each, every invariant must hold.
import * as fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { type TestDatabase, useDatabase, YANQING } from '../../../test/support/database.ts'
import { COMMANDS, placing, predictPlacing } from '../../../test/support/order-commands.ts'
import { brokenIn } from '../../../test/support/order-invariants.ts'
import {
  close,
  closing,
  freshOrder,
  type Model,
  type ModelOrder,
  sweep,
  visible,
} from '../../../test/support/order-model.ts'
import { observe } from '../../../test/support/order-observation.ts'
import { outcomeOf } from '../../../test/support/order-steps.ts'
import { MONDAY, openOrderWorld, type OrderWorld } from '../../../test/support/orders.ts'
import { SEED } from '../../../test/support/seed.ts'
import { verifyLedger } from '#modules/points/index.ts'
import { systemActor } from '#platform/actor.ts'
import { addWorkingMinutes, type WorkingCalendar } from '#platform/calendar.ts'
import { addMinutes } from '#platform/dates.ts'
import { districtCalendar } from '#platform/district-calendar.ts'
import { ORDER_MOVES, type OrderState } from './order.ts'

const RUNS = 500
const COMMANDS_MAX = 60
const ORDERS_MAX = 4
// An offering that nobody confirms for ninety days cannot be ordered any more, which is the catalogue's matter.
const DAYS_MAX = 80
const BUDGET_POINTS = 25

interface Real {
  readonly world: OrderWorld
  readonly calendar: WorkingCalendar
}
type Command = fc.AsyncCommand<Model, Real>

const seen = { commands: 0, moves: new Set<string>(), answers: new Set<string>() }

/** Compares the model with the database, then takes over what only the database knows. */
async function compare(model: Model, { world }: Real): Promise<void> {
  const found = await world.read(systemActor(YANQING), async (read) => ({
    broken: await brokenIn(read.tx),
    ...(await observe(read, world)),
  }))
  expect(found.broken).toEqual([])
  const byId = new Map(found.orders.map((order) => [order.id, order]))
  for (const order of model.orders) {
    const real = byId.get(order.id)!
    expect(visible(real)).toEqual(visible(order))
    takeOver(order, real)
  }
  expect(found.orders).toHaveLength(model.orders.length)
  for (const move of found.moves) seen.moves.add(move)
  model.now = found.now.getTime()
}

function takeOver(order: ModelOrder, real: ModelOrder): void {
  const { dueAt, poolUntil, pauseUntil, pauseLeft } = real
  Object.assign(order, { dueAt, poolUntil, pauseUntil, pauseLeft })
  order.offers.forEach((offer, i) =>
    Object.assign(offer, { id: real.offers[i]!.id, deadlineAt: real.offers[i]!.deadlineAt }),
  )
  order.answers.forEach((answer, i) => Object.assign(answer, { messageId: real.answers[i]!.messageId }))
  const about = new Map(order.followUps.map((one) => [one.id, one.delivery]))
  order.followUps = real.followUps.map((one) => ({ ...one, delivery: about.get(one.id) ?? order.deliveries }))
}

function command(
  label: string,
  check: (model: Model) => boolean,
  run: (model: Model, real: Real) => Promise<void>,
): Command {
  return {
    check,
    async run(model, real) {
      seen.commands += 1
      await run(model, real)
      await compare(model, real)
    },
    toString: () => label,
  }
}

function answered(name: string, answer: string, wanted: string): void {
  expect(`${name}: ${answer}`).toBe(`${name}: ${wanted}`)
  seen.answers.add(answer)
}

/** A command on one order; a function names it when its turn comes. */
function one(named: string | ((order: ModelOrder, pick: number) => string), n: number, pick: number): Command {
  const orderOf = (model: Model) => model.orders[n % model.orders.length]!
  const nameOf = (order: ModelOrder) => (typeof named === 'string' ? named : named(order, pick))
  const fits = (order: ModelOrder, model: Model) => COMMANDS[nameOf(order)]!.fits?.(order, model) ?? true
  return command(
    `${typeof named === 'string' ? named : 'onward'}(${n}, ${pick})`,
    (model) => model.orders.length > 0 && fits(orderOf(model), model),
    async (model, { world }) => {
      const order = orderOf(model)
      const name = nameOf(order)
      const how = COMMANDS[name]!
      const [actor, act] = how.act(world, order, model, pick)
      const wanted = how.predict(order, model, pick)
      answered(name, await outcomeOf(world.act(actor, act)), wanted)
    },
  )
}

const place = (withOffering: boolean): Command =>
  command(
    `place(${withOffering})`,
    (model) => model.orders.length < ORDERS_MAX,
    async (model, { world }) => {
      const { answer, quota } = predictPlacing(model, withOffering)
      let placed: { id: string; number: string } | undefined
      const act = world.act(world.requester, placing(world, withOffering)).then((result) => (placed = result))
      answered('place', await outcomeOf(act), answer)
      if (placed !== undefined) model.orders.push(freshOrder(placed.id, placed.number, quota))
    },
  )

const later = (hours: number): Command =>
  command(
    `later(${hours} h)`,
    (model) => model.now + hours * 3_600_000 < addMinutes(MONDAY, DAYS_MAX * 1440).getTime(),
    async (_model, { world }) => world.setTime(addMinutes(await world.now(), hours * 60)),
  )

const settle = (): Command =>
  command(
    'sweep()',
    () => true,
    async (model, { world, calendar }) => {
      const now = new globalThis.Date(model.now)
      const isWorkingTime = addWorkingMinutes(now, 0, calendar).getTime() === now.getTime()
      for (const order of model.orders) sweep(order, model.now, isWorkingTime)
      await world.settle()
    },
  )

/** The jobs that wait run now, once or twice; until then they are late. */
const runJobs = (twice: boolean): Command =>
  command(
    `jobs(${twice ? 'twice' : 'once'})`,
    (model) => model.jobs.length > 0,
    async (model, { world }) => {
      for (const id of model.jobs.splice(0)) {
        const order = model.orders.find((each) => each.id === id)!
        if (order.state === 'evaluated' && closing(order)) close(order)
      }
      const { sent } = world.database
      if (twice) sent.push(...sent)
      await world.runJobs()
    },
  )

// Left to chance, few orders would get far: half of the commands take their order onward from where it stands.
const ONWARD: Readonly<Record<OrderState, readonly string[]>> = {
  submitted: ['takeIn', 'takeIn', 'takeIn', 'takeIn', 'defer'],
  dispatching: ['agreement', 'offer', 'offer', 'openPool'],
  offered: ['accept', 'accept', 'claim'],
  accepted: ['schedule', 'schedule', 'schedule', 'pause', 'return'],
  scheduled: ['checkIn', 'checkIn', 'start', 'start', 'reassign'],
  in_service: ['deliver', 'checkOut', 'checkIn'],
  delivered: ['confirm', 'evaluate', 'attempt', 'attempt', 'attempt', 'pageOpened', 'dispute'],
  confirmed: ['evaluate', 'attempt', 'attempt'],
  evaluated: ['pageOpened'],
  answering: ['receipt', 'recordReached', 'pageOpened'],
  deferred: ['pageOpened', 'remind', 'remind', 'receipt', 'cancel'],
  closed: ['reopen', 'reopen', 'attempt'],
}
const onward = (order: ModelOrder, pick: number): string => {
  const names = ONWARD[order.state]
  return names[pick % names.length]!
}
const pick = fc.nat({ max: 59 })
const which = fc.nat({ max: ORDERS_MAX - 1 })
const anyCommand = fc.oneof(
  { weight: 50, arbitrary: fc.tuple(which, pick).map(([n, p]) => one(onward, n, p)) },
  {
    weight: 25,
    arbitrary: fc.tuple(fc.constantFrom(...Object.keys(COMMANDS)), which, pick).map(([name, n, p]) => one(name, n, p)),
  },
  { weight: 6, arbitrary: fc.boolean().map(place) },
  { weight: 8, arbitrary: fc.constantFrom(1, 5, 24, 72, 216).map(later) },
  { weight: 10, arbitrary: fc.constant(null).map(settle) },
  { weight: 4, arbitrary: fc.boolean().map(runJobs) },
)

async function explore(world: OrderWorld, runs: number, seed: number): Promise<void> {
  const calendar = await world.read(world.dispatcher, ({ tx }) => districtCalendar(tx))
  const list = fc.commands([anyCommand], { maxCommands: COMMANDS_MAX, size: 'max' })
  const property = fc.asyncProperty(list, async (commands) => {
    await world.reset(BUDGET_POINTS)
    const model: Model = { orders: [], now: MONDAY.getTime(), jobs: [] }
    await fc.asyncModelRun(() => ({ model, real: { world, calendar } }), commands)
    const { faults, sum } = await world.read(world.dispatcher, ({ tx }) => verifyLedger(tx))
    expect({ faults, sum }).toEqual({ faults: [], sum: 0 })
  })
  await fc.assert(property, { numRuns: runs, seed })
}

// Two districts of their own, so that one computes while the other waits for its database.
const databases: readonly TestDatabase[] = [useDatabase(), useDatabase()]
const worlds: OrderWorld[] = []
beforeAll(async () => {
  for (const database of databases) worlds.push(await openOrderWorld(database))
}, 120_000)

test(`orders do what their model does, in ${RUNS} runs of up to ${COMMANDS_MAX} commands (HUIYIN_SEED=${SEED})`, async () => {
  // Both end before either fails the test, or the other's transactions would be cut off.
  const ends = await Promise.allSettled(worlds.map((world, i) => explore(world, RUNS / worlds.length, SEED + i)))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
  expect(seen.commands).toBeGreaterThan(RUNS * 10)
  expect(Object.keys(ORDER_MOVES).filter((move) => !seen.moves.has(move))).toEqual([])
}, 900_000)
