/** All promises at once: cheaply about what a step touched, or about everything. */
import {
  type Acknowledged,
  AUDIT_CHAIN,
  type ChainEnd,
  followChain,
  GENESIS,
  looseEvents,
  unheardWrites,
} from './audit.ts'
import { ACTIVITIES_LEFT_OVER, ACTIVITY_PROMISES } from './activities.ts'
import { brokenClocks } from './clocks.ts'
import type { Broken, Ground } from './ground.ts'
import { ON_TIME, ORDER_PROMISES } from './orders.ts'
import { KNOWN_NAMES, PEOPLE_PROMISES } from './people.ts'
import { readWorkingTime } from './working-time.ts'

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`

const EVERYTHING = {
  name: 'promises',
  text: `
    with touched as (select * from service_order where district_id = $1 and ($2::uuid[] is null or id = any($2))), known_names as (${KNOWN_NAMES})
    ${[...ORDER_PROMISES, ...PEOPLE_PROMISES, ...ACTIVITY_PROMISES]
      .map(
        ([promise, query]) =>
          `select ${quoted(promise)}::text as promise, found.* from (${query}) found ("orderId", what)`,
      )
      .join('\nunion all ')}`,
}

/** What time owes: nothing that is due is left once the worker swept. */
const LEFT_OVER = {
  name: 'promise-left-over',
  text: `
    select o.id as "orderId", o.number || ' ' || what as what from service_order o join (
      select order_id, 'has an offer past its deadline' as what from order_offer where district_id = $1 and state = 'open' and deadline_at <= $2
      union all select order_id, 'has a pool past its deadline' from order_pool where district_id = $1 and closed_at is null and deadline_at <= $2
      union all select order_id, 'has a pause past its end' from order_pause where district_id = $1 and resumed_at is null and until_at <= $2
      union all select id, 'is overdue as ' || state || ' and nobody was told' from service_order s where district_id = $1 and state <> 'closed'
         and due_at <= $2 and not is_with_leader and not exists (
           select from order_pause p where p.district_id = s.district_id and p.order_id = s.id and p.resumed_at is null)
    ) due on due.order_id = o.id where o.district_id = $1`,
}

/** The checker of one database; it remembers how far it followed the audit chain. */
export interface Checker {
  /** After a step or a sweep: the orders it touched, what it wrote at `now`, and the writes it acknowledged. */
  quick(orderIds: readonly string[], now: number, acknowledged: readonly Acknowledged[]): Promise<Broken[]>
  /** After the worker swept and sealed: nothing due is left, and the chain goes on from where it ended. */
  afterSweep(now: number): Promise<Broken[]>
  full(now: number): Promise<Broken[]>
}

export async function openChecker(ground: Ground): Promise<Checker> {
  const time = await readWorkingTime(ground)
  let end: ChainEnd = GENESIS
  const ask = (orderIds: readonly string[] | null, now: number, since: Date | null) =>
    ground.rows<Broken>(EVERYTHING, [ground.districtId, orderIds, new Date(now), since])
  return {
    async quick(orderIds, now, acknowledged) {
      return [
        ...(await ask(orderIds, now, new Date(now))),
        ...(orderIds.length === 0 ? [] : await brokenClocks(ground, time, orderIds)),
        ...(await unheardWrites(ground, acknowledged)),
      ]
    },
    async afterSweep(now) {
      const rows = [
        ...(await ground.rows<Broken>(LEFT_OVER, [ground.districtId, new Date(now)])),
        ...(await ground.rows<Broken>(ACTIVITIES_LEFT_OVER, [ground.districtId, new Date(now)])),
      ]
      const chain = await followChain(ground, end)
      end = chain.end
      return [...rows.map((row) => ({ ...row, promise: ON_TIME })), ...chain.broken]
    },
    async full(now) {
      const chain = await followChain(ground, GENESIS)
      const isShort = chain.end.seq < end.seq
      return [
        ...(await ask(null, now, null)),
        ...(await brokenClocks(ground, time, null)),
        ...chain.broken,
        ...(isShort
          ? [{ promise: AUDIT_CHAIN, what: `the chain ends at ${chain.end.seq}, it had ${end.seq} seals` }]
          : []),
        ...(await looseEvents(ground)),
      ]
    },
  }
}
