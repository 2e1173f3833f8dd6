// The invariants bite: each is broken once on purpose, by the owner of the database past every constraint that would prevent
// it, and must be named. An invariant that nobody has seen complain proves nothing.
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { useDatabase } from '../../../test/support/database.ts'
import { brokenInvariants, type ORDER_INVARIANTS } from '../../../test/support/order-invariants.ts'
import { confirm, deliver, evaluate, orderAt, passWorkingDays, sign } from '../../../test/support/order-steps.ts'
import { openOrderWorld, type OrderWorld } from '../../../test/support/orders.ts'

const database = useDatabase()
let world: OrderWorld

beforeAll(async () => {
  world = await openOrderWorld(database)
  // The constraints of the tables would refuse most of what is planted here, which is their merit; this asks the checker.
  await database.owner(async (client) => {
    const { rows } = await client.query<{ sql: string }>(`
      select format('alter table %s drop constraint %I cascade', conrelid::regclass, conname) as sql from pg_constraint
       where conrelid in ('service_order'::regclass, 'order_offer'::regclass, 'order_clock'::regclass, 'order_answer'::regclass,
         'order_transition'::regclass, 'ledger_account'::regclass) and contype in ('c', 'f')`)
    for (const row of rows) await client.query(row.sql)
    await client.query(
      'drop index one_accepted_offer_per_order; alter table service_order alter next_step drop not null',
    )
  })
})
beforeEach(() => world.reset())

const served = async () => {
  const id = await orderAt(world, 'scheduled')
  const { leader, member } = world.teams.greens
  await sign(world, id, 'in', leader, member.personId!)
  await world.setTime(new globalThis.Date((await world.now()).getTime() + 61 * 60_000))
  await sign(world, id, 'out', leader, member.personId!)
  await deliver(world, id, leader)
  await evaluate(world, id, world.requester)
  await world.runJobs()
  return id
}
const at = (stop: Parameters<typeof orderAt>[1]) => () => orderAt(world, stop)

interface Plant {
  readonly prepare: () => Promise<string>
  /** `$1` is the order's id. */
  readonly sql: string
}

const PLANTS: Readonly<Record<keyof typeof ORDER_INVARIANTS, Plant>> = {
  'an open order has a next step': {
    prepare: at('submitted'),
    sql: `update service_order set next_step = 'none' where id = $1`,
  },
  'an open order lies with a unit of today': {
    prepare: at('submitted'),
    sql: `update service_order set responsible_unit_id = gen_random_uuid() where id = $1`,
  },
  'a closed order ends with the newest answer, which reached': {
    prepare: served,
    sql: `update order_answer set reached = false where order_id = $1`,
  },
  'only a closed order names a closing answer': {
    prepare: at('delivered'),
    sql: `update service_order set closed_at = huiyin_now() where id = $1`,
  },
  'an order in hand has one accepted offer, its provider’s': {
    prepare: at('accepted'),
    sql: `update order_offer set state = 'withdrawn' where order_id = $1`,
  },
  'an order in nobody’s hand has no accepted offer': {
    prepare: at('accepted'),
    sql: `update service_order set state = 'dispatching' where id = $1`,
  },
  'an order has at most one accepted offer': {
    prepare: at('accepted'),
    sql: `insert into order_offer (district_id, id, order_id, mode, state, provider_team_id, made_at, deadline_at)
          select district_id, gen_random_uuid(), order_id, mode, state, provider_team_id, made_at, deadline_at from order_offer where order_id = $1`,
  },
  'only an offered order asks': {
    prepare: at('offered'),
    sql: `update service_order set state = 'dispatching' where id = $1`,
  },
  'an offered order asks somebody': {
    prepare: at('offered'),
    sql: `delete from order_offer where order_id = $1`,
  },
  'a pause stands only before the service': {
    prepare: at('in_service'),
    sql: `insert into order_pause (district_id, id, order_id, reason, paused_at, until_at, remaining_working_minutes)
          select district_id, gen_random_uuid(), id, 'x', huiyin_now(), huiyin_now(), 0 from service_order where id = $1`,
  },
  'a closed order has no running clock': {
    prepare: served,
    sql: `update order_clock set stopped_at = null, used_working_minutes = null where order_id = $1`,
  },
  'a stopped clock says what it used': {
    prepare: at('delivered'),
    sql: `update order_clock set used_working_minutes = null where order_id = $1`,
  },
  'transitions form one chain from placing to now': {
    prepare: at('scheduled'),
    sql: `delete from order_transition where order_id = $1 and move = 'accept'`,
  },
  'each transition has its audit row': {
    prepare: at('scheduled'),
    sql: `update audit_event set action = 'orders.other' where subject_id = $1 and action = 'orders.accept'`,
  },
  'a transition names who is responsible now': {
    prepare: at('accepted'),
    sql: `update service_order set responsible_unit_id = (select parent_id from unit where id = unit_id) where id = $1`,
  },
  'places taken are places held': {
    prepare: () => orderAt(world, 'submitted', { wanted: { offeringId: world.offeringId } }),
    sql: `update service_order set quota_month = null where id = $1`,
  },
  'a follow-up is open only while it can be of use': {
    prepare: async () => {
      const id = await orderAt(world, 'delivered')
      await passWorkingDays(world, 7)
      await world.settle()
      await confirm(world, id, world.requester)
      return id
    },
    sql: `update service_order set state = 'evaluated' where id = $1`,
  },
  'who is checked in is at a service': {
    prepare: served,
    sql: `update attendance set checked_out_at = null, check_out_method = null where subject_id = $1`,
  },
  'an award stands only for a closed order of that round': {
    prepare: served,
    sql: `update service_order set state = 'dispatching' where id = $1`,
  },
  'a search of the queue finds an order until it is closed': {
    prepare: at('submitted'),
    sql: `update order_search set keys = array_remove(keys, district_id || ' open') where order_id = $1`,
  },
  'merges do not turn in a circle': {
    prepare: at('submitted'),
    sql: `update service_order set merged_into_id = id where id = $1`,
  },
  'the ledger sums to zero': {
    prepare: served,
    sql: `update ledger_account set credits_posted = credits_posted + 1 where $1::uuid is not null
            and id = (select id from ledger_account order by id desc limit 1)`,
  },
}

test.each(Object.entries(PLANTS))('%s', async (name, { prepare, sql }) => {
  const id = await prepare()
  expect(await brokenInvariants(database)).toEqual([])
  await database.owner((client) => client.query(sql, [id]))
  expect((await brokenInvariants(database)).map((broken) => broken.name)).toContain(name)
})

test('a clock is due in working time', async () => {
  const id = await orderAt(world, 'submitted')
  expect(await brokenInvariants(database)).toEqual([])
  const night = `update order_clock set due_at = '2026-03-10T22:00:00+08:00' where order_id = $1 and kind = 'resolution'`
  await database.owner((client) => client.query(night, [id]))
  expect(await brokenInvariants(database)).toEqual([{ name: 'a clock is due in working time', id }])
})
