// The ledger against a plain model of it: random commands, single and in concurrent pairs, on a real database. After each
// command every balance equals the model's, nothing is created or lost, and the ledger's own check finds no fault.
import * as fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { type TestDatabase, useDatabase } from '../../../test/support/database.ts'
import { registerResident } from '../../../test/support/residents.ts'
import { sql } from '#platform/db.ts'
import { addMinutes } from '#platform/dates.ts'
import { Refusal } from '#platform/refusal.ts'
import type { Work } from '#platform/work.ts'
import { award, expireHolds, fundBudget, holdPoints, postHold, reverseAward, verifyLedger, voidHold } from './index.ts'
import { accountIdOf, BUDGET_ID, ISSUER_ID, type Party } from './ledger.ts'

const RUNS = 200
const COMMANDS_MEAN = 40
const PERSONS = 3
const SUBJECT = { kind: 'order', id: '01890000-0000-7000-8000-000000000000' }

interface Fund {
  readonly kind: 'fund'
  readonly n: number
  readonly points: number
}
interface Numbered<Kind extends string> {
  readonly kind: Kind
  readonly n: number
}
interface Post extends Numbered<'post'> {
  readonly part: boolean
}
interface Later {
  readonly kind: 'later'
  readonly minutes: number
}
type Op = Fund | Numbered<'award'> | Numbered<'reverse'> | Numbered<'hold'> | Numbered<'void'> | Post | Later

// What an award or a hold is follows from its number, so that the same number again is a retry of the same.
const awardOf = (n: number) => ({ key: `award:${n}`, person: n % PERSONS, points: 1 + ((n * 7) % 13) })
function holdOf(n: number) {
  const person = n % PERSONS
  const [from, to] = n % 4 === 3 ? (['budget', person] as const) : ([person, 'budget'] as const)
  return { key: `hold:${n}`, from, to, points: 2 + ((n * 5) % 9), minutes: [null, 10, 30][n % 3] ?? null }
}
const partOf = (n: number) => Math.ceil(holdOf(n).points / 2)

interface Balance {
  pendingOut: number
  out: number
  pendingIn: number
  in: number
}
type Place = 'issuer' | 'budget' | number
interface Model {
  minute: number
  balances: Map<Place, Balance>
  fundings: Set<number>
  paid: Map<number, 'held' | 'reversed'>
  queue: number[]
  dequeued: Set<number>
  holds: Map<number, { at: number; state: 'open' | 'void' | 'expired' | number }>
}

const emptyModel = (): Model => ({
  minute: 0,
  balances: new Map(),
  fundings: new Set(),
  paid: new Map(),
  queue: [],
  dequeued: new Set(),
  holds: new Map(),
})

function balance(model: Model, place: Place): Balance {
  let found = model.balances.get(place)
  if (found === undefined) model.balances.set(place, (found = { pendingOut: 0, out: 0, pendingIn: 0, in: 0 }))
  return found
}
const free = (model: Model, place: Place) => {
  const { in: got, out, pendingOut } = balance(model, place)
  return got - out - pendingOut
}
function move(model: Model, from: Place, to: Place, points: number) {
  balance(model, from).out += points
  balance(model, to).in += points
}
function settle(model: Model) {
  while (model.queue.length > 0) {
    const { person, points } = awardOf(model.queue[0]!)
    if (free(model, 'budget') < points) return
    move(model, 'budget', person, points)
    model.paid.set(model.queue.shift()!, 'held')
  }
}

/** What the operation must answer, and its effect on the model. */
function expected(model: Model, op: Op): string {
  switch (op.kind) {
    case 'fund': {
      if (model.fundings.has(op.n)) return '0 paid'
      model.fundings.add(op.n)
      const waiting = model.queue.length
      move(model, 'issuer', 'budget', op.points)
      settle(model)
      return `${waiting - model.queue.length} paid`
    }
    case 'award': {
      const { person, points } = awardOf(op.n)
      if (model.paid.has(op.n)) return 'paid'
      if (model.dequeued.has(op.n)) return 'reversed'
      if (model.queue.includes(op.n)) return 'queued'
      if (model.queue.length > 0 || free(model, 'budget') < points) {
        model.queue.push(op.n)
        return 'queued'
      }
      move(model, 'budget', person, points)
      model.paid.set(op.n, 'held')
      return 'paid'
    }
    case 'reverse': {
      const { person, points } = awardOf(op.n)
      const state = model.paid.get(op.n)
      if (state !== undefined) {
        if (state === 'held') {
          const back = Math.min(points, free(model, person))
          if (back > 0) move(model, person, 'budget', back)
          model.paid.set(op.n, 'reversed')
          if (back > 0) settle(model)
        }
        return 'taken-back'
      }
      if (model.queue.includes(op.n)) {
        model.queue.splice(model.queue.indexOf(op.n), 1)
        model.dequeued.add(op.n)
        settle(model)
      }
      return model.dequeued.has(op.n) ? 'dequeued' : 'unknown'
    }
    case 'hold': {
      const { from, to, points } = holdOf(op.n)
      if (model.holds.has(op.n)) return 'false'
      if (free(model, from) < points) return 'points.balance-too-low'
      balance(model, from).pendingOut += points
      balance(model, to).pendingIn += points
      model.holds.set(op.n, { at: model.minute, state: 'open' })
      return 'true'
    }
    case 'post':
    case 'void':
      return expectedResolution(model, op)
    case 'later':
      break
  }
  model.minute += op.minutes
  let expired = 0
  for (const [n, hold] of model.holds) {
    const { minutes } = holdOf(n)
    if (hold.state !== 'open' || minutes === null || hold.at + minutes > model.minute) continue
    release(model, n)
    hold.state = 'expired'
    expired += 1
  }
  settle(model)
  return `${expired} expired`
}

function expectedResolution(model: Model, op: Post | Numbered<'void'>): string {
  const hold = model.holds.get(op.n)
  if (hold === undefined) return 'points.hold-unknown'
  const { from, to, points } = holdOf(op.n)
  const wanted = op.kind === 'post' ? (op.part ? partOf(op.n) : points) : 'void'
  if (hold.state !== 'open') {
    if (hold.state === wanted || (op.kind === 'void' && hold.state === 'expired')) return 'false'
    if (hold.state === 'expired') return 'points.hold-expired'
    return hold.state === 'void' ? 'points.hold-voided' : 'points.hold-posted'
  }
  release(model, op.n)
  hold.state = wanted
  if (wanted !== 'void') move(model, from, to, wanted)
  settle(model)
  return 'true'
}

function release(model: Model, n: number) {
  const { from, to, points } = holdOf(n)
  balance(model, from).pendingOut -= points
  balance(model, to).pendingIn -= points
}

interface Real {
  readonly database: TestDatabase
  readonly personIds: readonly string[]
}

async function actual({ database, personIds }: Real, op: Op): Promise<string> {
  try {
    if (op.kind !== 'later') return await database.work((work) => perform(work, personIds, op))
    await database.work(({ tx }) =>
      tx.run(sql`update clock_shift set shift = shift + make_interval(mins => ${op.minutes})`),
    )
    return `${await database.work(expireHolds)} expired`
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}

async function perform(work: Work, personIds: readonly string[], op: Exclude<Op, Later>): Promise<string> {
  const party = (place: Place): Party => (typeof place === 'number' ? { personId: personIds[place]! } : place)
  switch (op.kind) {
    case 'fund': {
      const funding = { key: `funding:${op.n}`, points: op.points, reason: 'model' }
      return `${(await fundBudget(work, funding)).paidAwards} paid`
    }
    case 'award': {
      const { key, person, points } = awardOf(op.n)
      return award(work, { key, personId: personIds[person]!, points, subject: SUBJECT })
    }
    case 'reverse':
      return (await reverseAward(work, awardOf(op.n).key)).outcome
    case 'hold': {
      const { key, from, to, points, minutes } = holdOf(op.n)
      const expiresAt = minutes === null ? null : addMinutes(work.now, minutes)
      const hold = { key, from: party(from), to: party(to), points, expiresAt, reason: 'model' }
      return String((await holdPoints(work, hold)).isNew)
    }
    case 'post':
      return String((await postHold(work, holdOf(op.n).key, op.part ? { points: partOf(op.n) } : {})).isNew)
    case 'void':
      break
  }
  return String((await voidHold(work, holdOf(op.n).key)).isNew)
}

/** Everything that counts, in one text: all balances and the queue in its order. */
function stateOfModel(model: Model, personIds: readonly string[]): string {
  const rows = [...model.balances]
    .filter(([, b]) => b.in + b.out + b.pendingIn + b.pendingOut > 0)
    .map(([place, b]) => {
      const id = accountIdOf(typeof place === 'number' ? { personId: personIds[place]! } : place)
      return `${id} ${b.pendingOut} ${b.out} ${b.pendingIn} ${b.in}`
    })
  return [...rows.sort((a, b) => (a < b ? -1 : 1)), ...model.queue.map((n) => awardOf(n).key)].join('\n')
}

async function stateOfLedger({ database }: Real): Promise<string> {
  return database.work(async ({ tx }) => {
    const { faults, sum } = await verifyLedger(tx)
    expect({ faults, sum }).toEqual({ faults: [], sum: 0 })
    const rows = await tx.rows<{ text: string }>(sql`
      select concat_ws(' ', id, debits_pending, debits_posted, credits_pending, credits_posted) as text from ledger_account
       where debits_pending + debits_posted + credits_pending + credits_posted > 0 order by id::text collate "C"`)
    const queue = await tx.rows<{ text: string }>(
      sql`select key as text from award_queue where settled_at is null order by queued_at, id`,
    )
    return [...rows, ...queue].map((row) => row.text).join('\n')
  })
}

const commands = { run: 0, pairs: 0 }
// What the operations answered, so that the test can say that it came past every case.
const answered = new Set<string>()
const ANSWERS = [
  'award: paid',
  'award: queued',
  'award: reversed',
  'fund: 0 paid',
  'fund: n paid',
  'hold: false',
  'hold: points.balance-too-low',
  'hold: true',
  'later: 0 expired',
  'later: n expired',
  'post: false',
  'post: points.hold-expired',
  'post: points.hold-posted',
  'post: points.hold-unknown',
  'post: points.hold-voided',
  'post: true',
  'reverse: dequeued',
  'reverse: taken-back',
  'reverse: unknown',
  'void: false',
  'void: points.hold-posted',
  'void: points.hold-unknown',
  'void: true',
]

function one(op: Op): fc.AsyncCommand<Model, Real> {
  return {
    check: () => true,
    async run(model, real) {
      commands.run += 1
      const wanted = expected(model, op)
      answered.add(`${op.kind}: ${wanted.replace(/[1-9]\d*/u, 'n')}`)
      expect(await actual(real, op)).toBe(wanted)
      expect(await stateOfLedger(real)).toBe(stateOfModel(model, real.personIds))
    },
    toString: () => JSON.stringify(op),
  }
}

/** Two operations at once: what they answer and leave must be what one of the two orders gives. */
function pair(a: Op, b: Op): fc.AsyncCommand<Model, Real> {
  return {
    check: () => true,
    async run(model, real) {
      commands.run += 1
      commands.pairs += 1
      const [first, second] = [structuredClone(model), structuredClone(model)]
      const answersFirst = [expected(first, a), expected(first, b)]
      const answersSecond = [expected(second, b), expected(second, a)].reverse()
      const answers = await Promise.all([actual(real, a), actual(real, b)])
      const state = await stateOfLedger(real)
      const found = JSON.stringify([answers, state])
      const asFirst = JSON.stringify([answersFirst, stateOfModel(first, real.personIds)])
      const asSecond = JSON.stringify([answersSecond, stateOfModel(second, real.personIds)])
      expect([asFirst, asSecond]).toContain(found)
      Object.assign(model, found === asFirst ? first : second)
    },
    toString: () => `together(${JSON.stringify(a)}, ${JSON.stringify(b)})`,
  }
}

const number = fc.nat({ max: 11 })
const ops: fc.Arbitrary<Exclude<Op, Later>> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('fund' as const), n: number, points: fc.integer({ min: 1, max: 30 }) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('award' as const), n: number }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('reverse' as const), n: number }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('hold' as const), n: number }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('post' as const), n: number, part: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('void' as const), n: number }) },
)
// A funding's points follow from its number too, or the second use of the number would be another funding.
const settled = ops.map((op) => (op.kind === 'fund' ? { ...op, points: 1 + ((op.n * 11) % 29) } : op))
const later = fc.record({ kind: fc.constant('later' as const), minutes: fc.constantFrom(5, 11, 40) })
const anyCommand = [
  settled.map(one),
  settled.map(one),
  fc.tuple(settled, settled).map(([a, b]) => pair(a, b)),
  fc.oneof({ weight: 1, arbitrary: later }, { weight: 2, arbitrary: settled }).map((op) => one(op)),
]

const database = useDatabase()
const personIds: string[] = []
beforeAll(async () => {
  for (let n = 0; n < PERSONS; n++) personIds.push((await registerResident(database, 100 + n)).personId!)
})

test(`the ledger does what its model does, in ${RUNS} runs of about ${COMMANDS_MEAN} commands`, async () => {
  expect(personIds.every((id) => ISSUER_ID < BUDGET_ID && BUDGET_ID < id)).toBe(true)
  await fc.assert(
    fc.asyncProperty(fc.commands(anyCommand, { maxCommands: 2 * COMMANDS_MEAN, size: 'max' }), async (list) => {
      await database.owner(async (client) => {
        await client.query('truncate ledger_transfer, ledger_account, award_queue')
        await client.query(`update clock_shift set shift = interval '0'`)
      })
      await fc.asyncModelRun(() => ({ model: emptyModel(), real: { database, personIds } }), list)
    }),
    { numRuns: RUNS },
  )
  expect(commands.run).toBeGreaterThan((RUNS * COMMANDS_MEAN) / 2)
  expect(commands.pairs).toBeGreaterThan(RUNS)
  expect(answered).toEqual(new Set(ANSWERS))
}, 300_000)
