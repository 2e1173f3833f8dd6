/** The hot reads, each through the function that the application calls, with parameters drawn from what is there. */
import { candidateRows } from '../../server/modules/orders/candidate-views.ts'
import { findSimilarOrders } from '../../server/modules/orders/find-similar-orders.ts'
import { listFollowUps } from '../../server/modules/orders/follow-up-views.ts'
import { dueMatters } from '../../server/modules/orders/lapse.ts'
import { listOrders, listOrdersOf, type OrderFilter } from '../../server/modules/orders/list-orders.ts'
import { type Box, inboxOf, offerViews } from '../../server/modules/orders/offer-views.ts'
import { lockOrder } from '../../server/modules/orders/order-rows.ts'
import { countStates, orderListRow, timelineOf } from '../../server/modules/orders/order-views.ts'
import { countRates, formulaOn, rateOrders, type RateScope } from '../../server/modules/orders/three-rates.ts'
import { unitsBelow } from '../../server/modules/orgs/index.ts'
import type { Actor } from '../../server/platform/actor.ts'
import { systemActor } from '../../server/platform/actor.ts'
import { dateIn } from '../../server/platform/dates.ts'
import { sql, type Tx } from '../../server/platform/db.ts'
import type { HotRead as MeasuredRead } from './measure.ts'

/** What parameters are drawn from. */
export interface Sample {
  readonly orders: readonly {
    id: string
    number: string
    title: string
    unitId: string
    categoryId: string
    requesterId: string | null
    contactPhoneIndex: Buffer
    placedAt: Date
  }[]
  readonly open: readonly { id: string; dueAt: Date; placedAt: Date }[]
  readonly persons: readonly { id: string; phoneIndex: Buffer }[]
  readonly institutes: readonly { id: string; unitIds: readonly string[] }[]
  readonly stations: readonly string[]
  readonly allUnits: readonly string[]
  readonly categories: readonly string[]
  readonly agencies: readonly string[]
  readonly teams: readonly string[]
}

type HotRead = MeasuredRead<Sample>

const SAMPLE_ROWS = 60
const PAGE = 21
/** Words of the load's titles: the first are in every fifth order, the last in one of twenty thousand. */
export const WORDS = {
  common: ['理发', '家里', '老人', '村民', '希望', '专业', '邻居', '孩子', '电路', '时间'],
  seasonal: ['春节', '清明', '端午', '中秋', '重阳', '儿童', '植树', '国庆'],
  rare: ['古琴', '皮影', '养蚕', '竹编', '手语', '假肢', '风筝', '族谱', '石磨', '土陶', '铁花', '盲文'],
  pinyin: ['lifa', 'shuiguan', 'laoren', 'guqin', 'piying', 'zhubian', 'yiliao', 'taijiquan', 'zhishu', 'jiejia'],
  initials: ['lf', 'xsg', 'lr', 'tjq', 'gq', 'yz', 'cj', 'flzx', 'zs', 'qk'],
} as const

export async function sampleOf(tx: Tx, now: Date): Promise<Sample> {
  // On a database that was just started the first statements read from the disk.
  await tx.raw(`set local statement_timeout = '120s'`)
  const ids = async (which: string) =>
    (await tx.raw(`select id from ${which} order by id`)).rows.map((row) => (row as { id: string }).id)
  const institutes = await ids(`unit where kind = 'institute'`)
  const below = await unitsBelow(tx, institutes)
  const [oldest] = await tx.rows<{ at: Date }>(sql`select min(placed_at) as at from service_order`)
  const span = now.getTime() - oldest!.at.getTime()
  const orders: Sample['orders'][number][] = []
  for (let n = 0; n < SAMPLE_ROWS; n++) {
    const at = new Date(oldest!.at.getTime() + (span * (n + 0.5)) / SAMPLE_ROWS)
    orders.push(
      ...(await tx.rows<Sample['orders'][number]>(sql`
        select id, number, title, unit_id, category_id, requester_id, contact_phone_index, placed_at from service_order
         where placed_at >= ${at} order by placed_at, id limit 1`)),
    )
  }
  return {
    orders,
    open: await tx.rows(sql`
      select id, due_at, placed_at from service_order where state <> 'closed' order by hashtext(id::text) limit ${SAMPLE_ROWS}`),
    persons: await tx.rows(sql`select id, phone_index from person order by hashtext(id::text) limit ${SAMPLE_ROWS}`),
    institutes: institutes.map((id) => ({
      id,
      unitIds: below.filter((row) => row.rootId === id).map((row) => row.id),
    })),
    stations: await ids(`unit where kind = 'station'`),
    allUnits: await ids('unit'),
    categories: await ids('category'),
    agencies: await ids(`unit where kind = 'agency'`),
    teams: await ids('team'),
  }
}

function of<T>(list: readonly T[], n: number): T {
  return list[n % list.length]!
}

const ALL: OrderFilter = { unitIds: null, number: null, contactPhoneIndex: null, sort: 'due', limit: PAGE }

function list(name: string, filter: (sample: Sample, n: number) => Partial<OrderFilter>): HotRead {
  return { name, run: (tx, sample, n, now) => listOrders(tx, { ...ALL, ...filter(sample, n) }, now) }
}

function search(words: readonly string[], filter: Partial<OrderFilter> = { sort: 'placed' }) {
  return (_: Sample, n: number): Partial<OrderFilter> => ({ q: of(words, n), ...filter })
}

const queues: readonly HotRead[] = [
  {
    name: "a resident's own orders",
    run: (tx, { persons }, n, now) => {
      const { id, phoneIndex } = of(persons, n)
      return listOrdersOf(tx, { personId: id, phoneIndex }, { limit: PAGE }, now)
    },
  },
  list('queue: district', () => ({})),
  list('queue: district, a page deep inside', ({ open }, n) => ({
    after: { at: of(open, n).dueAt, id: of(open, n).id },
  })),
  list('queue: centre, as a list of all units', ({ allUnits }) => ({ unitIds: allUnits })),
  list('queue: institute', ({ institutes }, n) => ({ unitIds: of(institutes, n).unitIds })),
  list('queue: institute, a page deep inside', ({ institutes, open }, n) => ({
    unitIds: of(institutes, n).unitIds,
    after: { at: of(open, n).dueAt, id: of(open, n).id },
  })),
  list('queue: station', ({ stations }, n) => ({ unitIds: [of(stations, n)] })),
  list('queue: one state', (_, n) => ({ states: [of(['submitted', 'dispatching', 'deferred', 'in_service'], n)] })),
  list('queue: category', ({ categories }, n) => ({ categoryId: of(categories, n) })),
  list('queue: overdue', () => ({ overdue: true })),
  list('queue: a responsible unit', ({ institutes }, n) => ({ responsibleUnitId: of(institutes, n).id })),
  list('queue: open, by placing', () => ({ states: ['submitted', 'dispatching', 'offered'], sort: 'placed' })),
  list('history: district', () => ({ sort: 'placed' })),
  list('history: district, years back', ({ orders }, n) => ({
    sort: 'placed',
    after: { at: of(orders, n).placedAt, id: of(orders, n).id },
  })),
  list('history: institute', ({ institutes }, n) => ({ sort: 'placed', unitIds: of(institutes, n).unitIds })),
  list('history: station', ({ stations }, n) => ({ sort: 'placed', unitIds: [of(stations, n)] })),
  list('history: category', ({ categories }, n) => ({ sort: 'placed', categoryId: of(categories, n) })),
  list('history: closed, by due time', () => ({ states: ['closed'] })),
  { name: 'counts: district', run: (tx, _, __, now) => countStates(tx, null, now) },
  { name: 'counts: institute', run: (tx, { institutes }, n, now) => countStates(tx, of(institutes, n).unitIds, now) },
  { name: 'counts: all units', run: (tx, { allUnits }, _, now) => countStates(tx, allUnits, now) },
]

const searches: readonly HotRead[] = [
  list('search: two characters, common', search(WORDS.common)),
  list('search: two characters, seasonal', search(WORDS.seasonal)),
  list('search: two characters, rare', search(WORDS.rare)),
  list('search: two characters, absent', search(['饕餮', '魑魅', '耄耋'])),
  list('search: common, years back', ({ orders }, n) => ({
    ...search(WORDS.common)({} as Sample, n),
    after: { at: of(orders, n).placedAt, id: of(orders, n).id },
  })),
  list('search: common, in the queue', search(WORDS.common, { sort: 'due' })),
  list('search: rare, in the queue', search(WORDS.rare, { sort: 'due' })),
  list('search: common, of an institute', ({ institutes }, n) => ({
    ...search(WORDS.common)({} as Sample, n),
    unitIds: of(institutes, n).unitIds,
  })),
  list('search: rare, of a station', ({ stations }, n) => ({
    ...search(WORDS.rare)({} as Sample, n),
    unitIds: [of(stations, n)],
  })),
  list('search: pinyin', search(WORDS.pinyin)),
  list('search: initials', search(WORDS.initials)),
  list('search: pinyin, in the queue', search(WORDS.pinyin, { sort: 'due' })),
  list('by number', ({ orders }, n) => ({ number: of(orders, n).number, sort: 'placed' })),
  list('by telephone', ({ orders }, n) => ({ contactPhoneIndex: of(orders, n).contactPhoneIndex, sort: 'placed' })),
]

const single: readonly HotRead[] = [
  { name: "one order's row", run: (tx, { orders }, n, now) => orderListRow(tx, of(orders, n).id, now) },
  { name: "one order's timeline", run: (tx, { orders }, n) => timelineOf(tx, of(orders, n).id) },
  {
    name: 'similar orders, for a resident',
    run: (tx, sample, n, now) => {
      const actor: Actor = { ...systemActor(tx.districtId), kind: 'resident', personId: of(sample.persons, n).id }
      const { unitId, categoryId, title } = of(sample.orders, n)
      return findSimilarOrders({ tx, actor, now }, { unitId, categoryId, title, phoneIndex: null })
    },
  },
  {
    name: 'similar orders, for staff',
    run: (tx, sample, n, now) => {
      const { id, unitIds } = of(sample.institutes, n)
      const grants = [{ role: 'dispatcher', unitId: id, unitIds: new Set(unitIds) }]
      const actor: Actor = { ...systemActor(tx.districtId), kind: 'staff', grants }
      const { categoryId, title, contactPhoneIndex } = of(sample.orders, n)
      return findSimilarOrders(
        { tx, actor, now },
        { unitId: of(unitIds, n), categoryId, title, phoneIndex: contactPhoneIndex },
      )
    },
  },
  {
    name: 'candidates for an order',
    run: async (tx, sample, n, now) =>
      candidateRows(tx, (await lockOrder(tx, of(sample.open, n).id))!, { now, on: dateIn(now) }),
  },
]

function inbox(
  name: string,
  box: Box,
  whose: (sample: Sample, n: number) => { unitIds: string[]; teamIds: string[] },
): HotRead {
  return { name: `inbox: ${name}`, run: (tx, sample, n) => inboxOf(tx, whose(sample, n), box, { limit: PAGE }) }
}
const ofAgency = ({ agencies }: Sample, n: number) => ({ unitIds: [of(agencies, n)], teamIds: [] })
const ofTeams = ({ teams }: Sample, n: number) => ({ unitIds: [], teamIds: [of(teams, n), of(teams, n + 1)] })

const rates = (name: string, scope: (sample: Sample, n: number) => Partial<RateScope>): readonly HotRead[] => {
  const of365 = (sample: Sample, n: number): RateScope => ({
    from: of(['2025-11-23', '2025-01-01', '2024-07-01', '2023-03-10'], n),
    until: of(['2026-11-23', '2026-01-01', '2025-07-01', '2024-03-10'], n),
    unitIds: null,
    providerId: null,
    ...scope(sample, n),
  })
  return [
    {
      name: `rates of a year: ${name}`,
      async run(tx, sample, n, now) {
        const asked = of365(sample, n)
        return countRates(tx, asked, await formulaOn(tx, asked.from), now)
      },
    },
    {
      name: `orders behind the rates: ${name}`,
      async run(tx, sample, n, now) {
        const asked = of365(sample, n)
        return rateOrders(tx, asked, await formulaOn(tx, asked.from), { limit: PAGE }, now)
      },
    },
  ]
}

export const HOT_READS: readonly HotRead[] = [
  ...queues,
  ...searches,
  ...single,
  inbox('offers of an agency', 'open', ofAgency),
  inbox('offers of teams', 'open', ofTeams),
  inbox('pool', 'pool', ofTeams),
  inbox('in hand', 'mine', ofAgency),
  inbox('done, agency', 'done', ofAgency),
  inbox('done, teams', 'done', ofTeams),
  { name: 'offers of an order', run: (tx, { orders }, n, now) => offerViews(tx, { orderId: of(orders, n).id }, now) },
  ...rates('district', () => ({})),
  ...rates('institute', ({ institutes }, n) => ({ unitIds: of(institutes, n).unitIds })),
  ...rates('station', ({ stations }, n) => ({ unitIds: [of(stations, n)] })),
  ...rates('agency', ({ agencies }, n) => ({ providerId: of(agencies, n) })),
  ...rates('team', ({ teams }, n) => ({ providerId: of(teams, n) })),
  { name: 'sweep: what is due', run: (tx, _, __, now) => dueMatters(tx, now) },
  {
    name: 'calls to make',
    run: (tx, { persons }, n, now) => listFollowUps(tx, of(persons, n).id, { limit: PAGE }, now),
  },
]
