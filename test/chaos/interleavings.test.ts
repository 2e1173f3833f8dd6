/**
 * R9: pairs of operations, interleaved statement by statement on a real PostgreSQL. Whatever the order, the outcome and all
 * that is left must be what one after the other gives.
 *
 *   HUIYIN_INTERLEAVINGS=all   every way to interrupt each of the two once at every statement, and both at once; else those
 *                              with one interruption, and a few of the others drawn from HUIYIN_SEED
 */
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { declineOffer } from '../../server/modules/orders/accept-offer.ts'
import { cancelOrder } from '../../server/modules/orders/answer-order.ts'
import { recordAttempt } from '../../server/modules/orders/follow-up.ts'
import { disputeOrder, reopenOrder } from '../../server/modules/orders/judge-order.ts'
import { withdrawOffer } from '../../server/modules/orders/offer-order.ts'
import { passUpOrder } from '../../server/modules/orders/pass-up-order.ts'
import { award, holdPoints, postHold, voidHold } from '../../server/modules/points/index.ts'
import { leaveTeam } from '../../server/modules/teams/index.ts'
import type { Actor } from '../../server/platform/actor.ts'
import { sql } from '../../server/platform/db.ts'
import type { Work } from '../../server/platform/work.ts'
import { useDatabase } from '../support/database.ts'
import { expectHealth } from '../support/order-invariants.ts'
import {
  accept,
  ask,
  claim,
  deliver,
  evaluate,
  orderAt,
  outcomeOf,
  passWorkingDays,
  pool,
  schedule,
  sign,
  takeIn,
  teamProvider,
} from '../support/order-steps.ts'
import { openOrderWorld, type OrderWorld } from '../support/orders.ts'
import { randomOf } from './random.ts'
import { putGate, takeTurns, type Turn } from './statement-gate.ts'

const DOUBLES_DRAWN = 3
const PAIR_MILLISECONDS_MAX = 600_000
const PLAYS_ALL = process.env['HUIYIN_INTERLEAVINGS'] === 'all'

const database = useDatabase()
const random = randomOf(Number(process.env['HUIYIN_SEED'] ?? 1))
let world: OrderWorld
let observer: Client

beforeAll(async () => {
  world = await openOrderWorld(database)
  observer = new Client({ connectionString: database.ownerUrl })
  await observer.connect()
  putGate(database.db.pool)
})
afterAll(() => observer.end())

type Act = () => Promise<unknown>
type Pair = readonly [Act, Act]

const by = (actor: Actor, act: (work: Work) => Promise<unknown>) => () => world.act(actor, act)
const greens = () => world.teams.greens
const olive = () => world.teams.olive

const PAIRS: Readonly<Record<string, () => Promise<Pair>>> = {
  async 'accept × accept'() {
    const id = await orderAt(world, 'dispatching')
    const offers = await ask(world, id, teamProvider(greens()), teamProvider(olive()))
    return [() => accept(world, offers[0]!, greens().leader), () => accept(world, offers[1]!, olive().leader)]
  },
  async 'accept × withdraw'() {
    const [offerId] = await ask(world, await orderAt(world, 'dispatching'), teamProvider(greens()))
    return [
      () => accept(world, offerId!, greens().leader),
      by(world.dispatcher, (work) => withdrawOffer(work, offerId!, '弄错了')),
    ]
  },
  async 'accept × decline'() {
    const [offerId] = await ask(world, await orderAt(world, 'dispatching'), teamProvider(greens()))
    return [
      () => accept(world, offerId!, greens().leader),
      by(greens().deputy, (work) => declineOffer(work, offerId!, { reason: 'too-far', note: '' })),
    ]
  },
  async 'claim × claim'() {
    const id = await orderAt(world, 'dispatching')
    await pool(world, id)
    return [() => claim(world, id, greens()), () => claim(world, id, olive())]
  },
  async 'cancel × accept'() {
    const id = await orderAt(world, 'dispatching')
    const [offerId] = await ask(world, id, teamProvider(greens()))
    return [by(world.requester, (work) => cancelOrder(work, id, '')), () => accept(world, offerId!, greens().leader)]
  },
  async 'cancel × deliver'() {
    const id = await orderAt(world, 'in_service')
    return [by(world.requester, (work) => cancelOrder(work, id, '')), () => deliver(world, id, greens().leader)]
  },
  async 'cancel × schedule'() {
    const id = await orderAt(world, 'accepted')
    return [by(world.requester, (work) => cancelOrder(work, id, '')), () => schedule(world, id, greens().leader)]
  },
  async 'take-in × pass-up'() {
    const id = await world.place()
    return [() => takeIn(world, id), by(world.keeper, (work) => passUpOrder(work, id, '办不了'))]
  },
  async 'check-in × check-in'() {
    const [a, b] = [await orderAt(world, 'scheduled'), await orderAt(world, 'scheduled')]
    const { leader, deputy, member } = greens()
    return [() => sign(world, a, 'in', leader, member.personId!), () => sign(world, b, 'in', deputy, member.personId!)]
  },
  async 'evaluate × evaluate'() {
    const id = await orderAt(world, 'delivered')
    return [() => evaluate(world, id, world.requester, 5), () => evaluate(world, id, world.requester, 1, false)]
  },
  async 'evaluate × dispute'() {
    const id = await orderAt(world, 'delivered')
    return [() => evaluate(world, id, world.requester), by(world.requester, (work) => disputeOrder(work, id, '没有来'))]
  },
  async 'evaluate × the call after silence'() {
    const id = await orderAt(world, 'delivered')
    await passWorkingDays(world, 7)
    await world.settle()
    const [row] = await world.rows<{ id: string }>(sql`select id from follow_up where order_id = ${id}`)
    const spoke = { result: 'spoke', spokenTo: '陈一', solved: true, stars: 4, headcountHeard: 3, note: '' } as const
    return [() => evaluate(world, id, world.requester), by(world.caller, (work) => recordAttempt(work, row!.id, spoke))]
  },
  async 'close and award × reopen'() {
    const id = await orderAt(world, 'evaluated')
    return [() => world.runJobs(), by(world.requester, (work) => reopenOrder(work, id, '没有解决'))]
  },
  async 'pay a hold × give it back'() {
    const personId = world.requester.personId!
    await database.work(async (work) => {
      await award(work, { key: 'a', personId, points: 30, subject: { kind: 'test', id: personId } })
      await holdPoints(work, {
        key: 'h',
        from: { personId },
        to: 'budget',
        points: 20,
        expiresAt: null,
        reason: 'test',
      })
    })
    return [() => database.work((work) => postHold(work, 'h')), () => database.work((work) => voidHold(work, 'h'))]
  },
  async 'leave the team × accept for it'() {
    const { id: teamId, deputy } = greens()
    await observer.query(`update team_member set left_at = null where team_id = '${teamId}'`)
    const [offerId] = await ask(world, await orderAt(world, 'dispatching'), teamProvider(greens()))
    return [by(deputy, (work) => leaveTeam(work, teamId)), () => accept(world, offerId!, deputy)]
  },
}

test.each(Object.keys(PAIRS))(
  '%s',
  async (name) => {
    const prepare = PAIRS[name]!
    // One after the other, both ways: these are all the outcomes there may be, and tell how many statements each has.
    const serial = [await play(prepare, [[0, Infinity]]), await play(prepare, [[1, Infinity]])]
    const legal = serial.map(({ left }) => left)
    const [a, b] = [serial[0]!.statements[0]!, serial[1]!.statements[1]!]
    expect(Math.min(a, b)).toBeGreaterThan(2)
    for (const turns of schedules(a, b)) {
      const { left } = await play(prepare, turns)
      expect(legal, `turns ${JSON.stringify(turns)} of ${a} and ${b} statements`).toContainEqual(left)
      await expectHealth(database)
    }
  },
  PAIR_MILLISECONDS_MAX,
)

/** Where the turn passes: A stops after so many statements and B after so many, then A goes to its end, or the reverse. */
function schedules(a: number, b: number): Turn[][] {
  const singles: Turn[][] = [
    ...Array.from({ length: a - 1 }, (_, i): Turn[] => [
      [0, i + 1],
      [1, Infinity],
    ]),
    ...Array.from({ length: b - 1 }, (_, i): Turn[] => [
      [1, i + 1],
      [0, Infinity],
    ]),
  ]
  const double = (i: number, j: number): Turn[] => [
    [0, i],
    [1, j],
    [0, Infinity],
  ]
  const doubles = PLAYS_ALL
    ? Array.from({ length: (a - 1) * (b - 1) }, (_, n) => double(1 + (n % (a - 1)), 1 + Math.floor(n / (a - 1))))
    : Array.from({ length: DOUBLES_DRAWN }, () => double(1 + random.below(a - 1), 1 + random.below(b - 1)))
  return [...singles, ...doubles]
}

async function play(prepare: () => Promise<Pair>, turns: readonly Turn[]) {
  await world.reset()
  const [a, b] = await prepare()
  const told = (act: Act) => () => outcomeOf(act())
  const { outcomes, statements } = await takeTurns([told(a), told(b)], turns, isWaiting)
  return { statements, left: { outcomes, ...(await traces()) } }
}

async function isWaiting(pid: number): Promise<boolean> {
  const { rows } = await observer.query<{ waits: boolean }>(
    'select exists (select from pg_locks where pid = $1 and not granted) as waits',
    [pid],
  )
  return rows[0]!.waits
}

/** What the two left behind, without ids and times. */
async function traces(): Promise<Record<string, unknown>> {
  const { rows } = await observer.query<Record<string, unknown>>(`
    select (select jsonb_agg(x order by x::text) from (select jsonb_build_array(state, next_step, closed_as) as x from service_order) s) as orders,
           (select jsonb_agg(x order by x::text) from (select jsonb_build_array(move, from_state, to_state) as x from order_transition) s) as moves,
           (select jsonb_agg(x order by x::text) from (select to_jsonb(state) as x from order_offer) s) as offers,
           (select jsonb_agg(x order by x::text) from (select jsonb_build_array(template, to_person_id) as x from message) s) as messages,
           (select jsonb_agg(x order by x::text) from (select jsonb_build_array(stars, solved) as x from evaluation) s) as evaluations,
           (select jsonb_agg(x order by x::text) from (select jsonb_build_array(kind, amount_points) as x from ledger_transfer) s) as transfers,
           (select count(*)::int from attendance) as attendances,
           (select count(*)::int from order_pause) as pauses,
           (select count(*)::int from award_queue) as queued`)
  return rows[0]!
}
