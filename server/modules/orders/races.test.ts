// Two at once. Each race is run many times on two connections: both operations truly at once, each a little later than the
// other in turn. What comes out must be what one of the two after the other gives, and every invariant must hold.
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { useDatabase } from '../../../test/support/database.ts'
import { expectHealth } from '../../../test/support/order-invariants.ts'
import {
  accept,
  agencyProvider,
  ask,
  claim,
  confirm,
  deliver,
  evaluate,
  orderAt,
  orderOf,
  outcomeOf,
  passWorkingDays,
  pool,
  schedule,
  sign,
  takeIn,
  TAKE_IN,
  teamProvider,
} from '../../../test/support/order-steps.ts'
import { MONDAY, openOrderWorld, type OrderWorld } from '../../../test/support/orders.ts'
import { fundBudget, pointsOf, verifyLedger } from '#modules/points/index.ts'
import type { Actor } from '#platform/actor.ts'
import { addMinutes } from '#platform/dates.ts'
import { sql } from '#platform/db.ts'
import { answerOut, cancelOrder, deferOrder, mergeOrder } from './answer-order.ts'
import { declineOffer } from './accept-offer.ts'
import { recordAttempt } from './follow-up.ts'
import { offerOrder, withdrawOffer } from './offer-order.ts'
import { pageOpened } from './read-order.ts'
import { recordReached } from './reach-requester.ts'
import { disputeOrder, reopenOrder } from './judge-order.ts'
import { pauseOrder, reassignOrder, resumeOrder, returnOrder } from './schedule-order.ts'
import { takeInOrder } from './take-in-order.ts'

const TIMES = 20
// One starts so much later; zero is truly at once.
const LATER_MILLISECONDS = [0, 0, 1, 2, 4, 8] as const

const database = useDatabase()
let world: OrderWorld
// Deadlocks are tried again by the platform and would not be seen otherwise.
const deadlocks = async () => {
  const [row] = await world.rows<{ n: number }>(
    sql`select deadlocks::int as n from pg_stat_database where datname = current_database()`,
  )
  return row!.n
}

beforeAll(async () => {
  world = await openOrderWorld(database)
})
beforeEach(() => world.reset())

const greens = () => world.teams.greens
const olive = () => world.teams.olive
const later = async (milliseconds: number, act: () => Promise<unknown>) => {
  if (milliseconds > 0) await sleep(milliseconds)
  return outcomeOf(act())
}

/**
 * Runs a race many times. `prepare` makes the two operations; `legal` lists the pairs of outcomes that a serial run gives.
 * `after` may look at what the race left.
 */
async function race(
  prepare: () => Promise<[() => Promise<unknown>, () => Promise<unknown>]>,
  legal: readonly (readonly [string, string])[],
  after: () => Promise<void> = () => Promise.resolve(),
): Promise<Set<string>> {
  const seen = new Set<string>()
  const before = await deadlocks()
  for (let time = 0; time < TIMES; time++) {
    await world.reset()
    const [a, b] = await prepare()
    const delay = LATER_MILLISECONDS[Math.floor(time / 2) % LATER_MILLISECONDS.length]!
    const outcomes = await Promise.all(time % 2 === 0 ? [later(0, a), later(delay, b)] : [later(delay, a), later(0, b)])
    seen.add(outcomes.join(' | '))
    expect(legal.map((pair) => pair.join(' | '))).toContain(outcomes.join(' | '))
    await after()
    await expectHealth(database)
  }
  // Statistics are written when a backend is idle, so this is a floor; the retry is the second net, not the plan.
  expect(await deadlocks()).toBe(before)
  return seen
}

const by = (actor: Actor, act: Parameters<OrderWorld['act']>[1]) => () => world.act(actor, act)
const DONE = 'done'

test('accept × accept: of two teams one has it', async () => {
  await race(async () => {
    const id = await orderAt(world, 'dispatching')
    const offers = await ask(world, id, teamProvider(greens()), teamProvider(olive()))
    return [() => accept(world, offers[0]!, greens().leader), () => accept(world, offers[1]!, olive().leader)]
  }, [
    [DONE, 'orders.already-taken'],
    ['orders.already-taken', DONE],
  ])
})

test('accept × accept: of two leaders of one team one answers', async () => {
  await race(async () => {
    const [offerId] = await ask(world, await orderAt(world, 'dispatching'), teamProvider(greens()))
    return [() => accept(world, offerId!, greens().leader), () => accept(world, offerId!, greens().deputy)]
  }, [
    [DONE, 'orders.already-taken'],
    ['orders.already-taken', DONE],
  ])
})

test('accept × expire: at the deadline the offer is accepted or gone', async () => {
  const seen = await race(async () => {
    await world.reset()
    const [offerId] = await ask(world, await orderAt(world, 'dispatching'), teamProvider(greens()))
    await passWorkingDays(world, 1)
    await world.setTime(addMinutes(await world.now(), -1.002))
    return [() => accept(world, offerId!, greens().leader), () => world.settle()]
  }, [
    [DONE, DONE],
    ['orders.offer-gone', DONE],
  ])
  expect(seen.size).toBeGreaterThan(0)
})

test('accept × withdraw, accept × decline: the first decides', async () => {
  const offered = () => orderAt(world, 'dispatching')
  await race(async () => {
    const [offerId] = await ask(world, await offered(), teamProvider(greens()))
    return [
      () => accept(world, offerId!, greens().leader),
      by(world.dispatcher, (work) => withdrawOffer(work, offerId!, '弄错了')),
    ]
  }, [
    [DONE, 'orders.wrong-state'],
    ['orders.offer-gone', DONE],
  ])
  await race(async () => {
    const [offerId] = await ask(world, await offered(), teamProvider(greens()))
    return [
      () => accept(world, offerId!, greens().leader),
      by(greens().deputy, (work) => declineOffer(work, offerId!, { reason: 'too-far', note: '' })),
    ]
  }, [
    [DONE, 'orders.offer-gone'],
    ['orders.offer-gone', DONE],
  ])
})

test('claim × claim: one has it', async () => {
  await race(async () => {
    const id = await orderAt(world, 'dispatching')
    await pool(world, id)
    return [() => claim(world, id, greens()), () => claim(world, id, olive())]
  }, [
    [DONE, 'orders.already-taken'],
    ['orders.already-taken', DONE],
  ])
})

test('claim × the pool’s end: too late, whether or not the job has come', async () => {
  await race(async () => {
    await world.reset()
    const id = await orderAt(world, 'dispatching')
    await pool(world, id)
    await passWorkingDays(world, 1)
    return [() => claim(world, id, greens()), () => world.settle()]
  }, [['orders.pool-is-closed', DONE]])
})

test('confirm × reopen, close × reopen, evaluate × dispute', async () => {
  await race(async () => {
    const id = await orderAt(world, 'delivered')
    return [() => confirm(world, id, world.requester), by(world.requester, (work) => reopenOrder(work, id, '没有解决'))]
  }, [
    [DONE, DONE],
    [DONE, 'orders.wrong-state'],
  ])
  await race(async () => {
    const id = await orderAt(world, 'evaluated')
    return [() => world.runJobs(), by(world.requester, (work) => reopenOrder(work, id, '没有解决'))]
  }, [[DONE, DONE]])
  await race(async () => {
    const id = await orderAt(world, 'delivered')
    return [() => evaluate(world, id, world.requester), by(world.requester, (work) => disputeOrder(work, id, '没有来'))]
  }, [
    [DONE, 'orders.wrong-state'],
    ['orders.wrong-state', DONE],
  ])
})

test('evaluate × spoke on the phone: one judgement, and no deadlock between order and follow-up', async () => {
  await race(async () => {
    await world.reset()
    const id = await orderAt(world, 'delivered')
    await passWorkingDays(world, 7)
    await world.settle()
    const [row] = await world.rows<{ id: string }>(sql`select id from follow_up where order_id = ${id}`)
    const spoke = { result: 'spoke', spokenTo: '陈一', solved: true, stars: 4, headcountHeard: 3, note: '' } as const
    return [() => evaluate(world, id, world.requester), by(world.caller, (work) => recordAttempt(work, row!.id, spoke))]
  }, [
    [DONE, 'orders.follow-up-done'],
    ['orders.wrong-state', DONE],
  ])
  const rows = await world.rows<{ n: number }>(sql`select count(*)::int as n from evaluation group by order_id`)
  expect(rows.every((row) => row.n === 1)).toBe(true)
})

test('cancel × accept: accepted and then cancelled, or cancelled', async () => {
  await race(async () => {
    const id = await orderAt(world, 'dispatching')
    const [offerId] = await ask(world, id, teamProvider(greens()))
    return [by(world.requester, (work) => cancelOrder(work, id, '')), () => accept(world, offerId!, greens().leader)]
  }, [
    [DONE, DONE],
    [DONE, 'orders.offer-gone'],
  ])
})

test('deliver × reassign, schedule × return, pause × resume', async () => {
  const back = (id: string) => by(greens().leader, (work) => returnOrder(work, id, { reason: 'unsafe', note: '' }))
  await race(async () => {
    const id = await orderAt(world, 'in_service')
    return [
      () => deliver(world, id, greens().leader),
      by(world.dispatcher, (work) => reassignOrder(work, id, '换一队')),
    ]
  }, [[DONE, 'orders.wrong-state']])
  await race(async () => {
    const id = await orderAt(world, 'accepted')
    return [() => schedule(world, id, greens().leader), back(id)]
  }, [
    [DONE, DONE],
    // Whoever has given it back is a stranger to it.
    ['platform.not-found', DONE],
  ])
  await race(async () => {
    const id = await orderAt(world, 'accepted')
    const until = addMinutes(MONDAY, 5000)
    return [
      by(greens().leader, (work) => pauseOrder(work, id, { reason: 'waiting-for-requester', note: '', until })),
      by(world.dispatcher, (work) => resumeOrder(work, id)),
    ]
  }, [
    [DONE, DONE],
    [DONE, 'orders.no-pause'],
  ])
})

test('defer × take-in, offer × offer, answer-out × defer', async () => {
  const defer = (id: string) =>
    by(world.dispatcher, (work) => deferOrder(work, id, { reason: '等', alternative: '等', reviewOn: '2026-03-20' }))
  await race(async () => {
    const id = await world.place()
    return [defer(id), by(world.dispatcher, (work) => takeInOrder(work, id, TAKE_IN))]
  }, [
    [DONE, DONE],
    [DONE, 'orders.wrong-state'],
  ])
  await race(async () => {
    const id = await orderAt(world, 'dispatching')
    const offer = (provider = teamProvider(greens())) =>
      by(world.dispatcher, (work) => offerOrder(work, id, { providers: [provider], note: '' }))
    return [offer(), offer()]
  }, [
    [DONE, 'orders.already-asked'],
    ['orders.already-asked', DONE],
  ])
  await race(async () => {
    const id = await orderAt(world, 'dispatching')
    const given = { exit: 'unlawful', reason: '不行', alternative: '', reviewOn: null } as const
    return [by(world.dispatcher, (work) => answerOut(work, id, given)), defer(id)]
  }, [
    [DONE, DONE],
    [DONE, 'orders.wrong-state'],
  ])
})

test('merge × merge: two orders do not end in each other', async () => {
  await race(async () => {
    const [a, b] = [await world.place(), await world.place()]
    const merge = async (id: string, into: string) => {
      const intoNumber = (await orderOf(world, into)).number
      return by(world.dispatcher, (work) => mergeOrder(work, id, { intoNumber, reason: '同一件事' }))
    }
    return [await merge(a, b), await merge(b, a)]
  }, [
    [DONE, 'orders.merge-target'],
    ['orders.merge-target', DONE],
  ])
})

test('page opened × a call recorded: it reached once, and closed once', async () => {
  await race(async () => {
    const id = await world.place()
    const given = { exit: 'unlawful', reason: '不行', alternative: '', reviewOn: null } as const
    await world.act(world.dispatcher, (work) => answerOut(work, id, given))
    return [
      by(world.requester, (work) => pageOpened(work, id)),
      by(world.dispatcher, (work) => recordReached(work, id, { by: 'call', spokenTo: '陈一', note: '' })),
    ]
  }, [
    [DONE, DONE],
    [DONE, 'orders.wrong-state'],
  ])
})

test('one person checks in at two orders at once: in one', async () => {
  await race(async () => {
    await world.reset()
    const [a, b] = [await orderAt(world, 'scheduled'), await orderAt(world, 'scheduled')]
    const { leader, deputy, member } = greens()
    return [() => sign(world, a, 'in', leader, member.personId!), () => sign(world, b, 'in', deputy, member.personId!)]
  }, [
    [DONE, 'attendance.elsewhere-now'],
    ['attendance.elsewhere-now', DONE],
  ])
})

test('the last place of the month goes to one', async () => {
  await race(async () => {
    await world.reset()
    const wanted = { offeringId: world.offeringId }
    await world.place(wanted)
    return [() => world.place(wanted), () => world.place(wanted, world.neighbour)]
  }, [
    [DONE, 'catalogue.quota-used-up'],
    ['catalogue.quota-used-up', DONE],
  ])
})

test('the same funding twice, the same closing twice: one effect', async () => {
  const { leader, member } = greens()
  await race(
    async () => {
      await world.reset(0)
      const id = await orderAt(world, 'scheduled')
      await sign(world, id, 'in', leader, member.personId!)
      await world.setTime(addMinutes(MONDAY, 61))
      await sign(world, id, 'out', leader, member.personId!)
      await deliver(world, id, leader)
      await evaluate(world, id, world.requester)
      database.sent.push(...database.sent.filter((job) => job.name === 'orders.close'))
      const fund = () =>
        database.work((work) => fundBudget(work, { key: 'once', points: 10, reason: 'test' })).then(() => undefined)
      return [() => Promise.all([world.runJobs(), fund()]), () => Promise.all([world.runJobs(), fund()])]
    },
    [[DONE, DONE]],
    async () => {
      const { faults, sum } = await world.read(world.dispatcher, ({ tx }) => verifyLedger(tx))
      expect({ faults, sum }).toEqual({ faults: [], sum: 0 })
      const points = await world.read(world.dispatcher, ({ tx }) => pointsOf(tx, member.personId!))
      expect(points).toEqual({ balance: 10, held: 0, queued: 0 })
    },
  )
})

test('two awards of one person at once keep to the day’s limit', async () => {
  const { leader, member } = greens()
  const serve = async (id: string, from: number, minutes: number) => {
    await world.setTime(addMinutes(MONDAY, from))
    await sign(world, id, 'in', leader, member.personId!)
    await world.setTime(addMinutes(MONDAY, from + minutes))
    await sign(world, id, 'out', leader, member.personId!)
    await deliver(world, id, leader)
    await evaluate(world, id, world.requester)
  }
  await race(
    async () => {
      const [a, b] = [await orderAt(world, 'scheduled'), await orderAt(world, 'scheduled')]
      await serve(a, 1, 361)
      await serve(b, 363, 361)
      // Each closing has its own worker.
      return [() => world.runJobs(), () => world.runJobs()]
    },
    [[DONE, DONE]],
    async () => {
      const { balance } = await world.read(world.dispatcher, ({ tx }) => pointsOf(tx, member.personId!))
      expect(balance).toBe(80)
    },
  )
})

test('bind × take-in of the neighbour’s: two orders of one agency do not wait for each other', async () => {
  await race(async () => {
    const [a, b] = [await orderAt(world, 'dispatching'), await world.place()]
    return [() => ask(world, a, agencyProvider(world.agencies.health)), () => takeIn(world, b)]
  }, [[DONE, DONE]])
})
