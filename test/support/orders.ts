// A district with everything that an order meets: units of three levels, agencies, teams with members, staff of every role,
// residents, an offering with a quota. Business time stands where a test puts it.
import { Client } from 'pg'
import categories from '../../db/seed/yanqing/categories.json' with { type: 'json' }
import hoursDefaults from '../../db/seed/defaults/hours.json' with { type: 'json' }
import orderDefaults from '../../db/seed/defaults/orders.json' with { type: 'json' }
import pointsDefaults from '../../db/seed/defaults/points.json' with { type: 'json' }
import { createOffering, listCategories, seedCatalogue } from '../../server/modules/catalogue/index.ts'
import { setUpHours } from '../../server/modules/hours/index.ts'
import { dueMatters, lapse, placeOrder, setUpOrders, type Wanted } from '../../server/modules/orders/index.ts'
import { ordersJobs } from '../../server/modules/orders/jobs.ts'
import { linkTokenOf, orderLinkActor } from '../../server/modules/orders/order-link.ts'
import { listUnits, type UnitKind, unitsBelow } from '../../server/modules/orgs/index.ts'
import { fundBudget, setPointsRule } from '../../server/modules/points/index.ts'
import { createTeam, giveTeamRole, joinTeam, registerVolunteer } from '../../server/modules/teams/index.ts'
import { type Actor, systemActor } from '../../server/platform/actor.ts'
import { dateIn } from '../../server/platform/dates.ts'
import type { Sql } from '../../server/platform/db.ts'
import { newUuid7 } from '../../server/platform/tokens.ts'
import { runRead, runWork, type Read, type Work } from '../../server/platform/work.ts'
import { type TestDatabase, YANQING } from './database.ts'
import { actorOf, registerResident } from './residents.ts'

/** A Monday at ten in Beijing, with ordinary working weeks before and after it. */
export const MONDAY = new Date('2026-03-09T10:00:00+08:00')

const SETTLE_ROUNDS_MAX = 60
const BUDGET_POINTS = 10_000

// Everything that orders leave behind. To delete a few rows is ten times faster than to truncate, but leaves dead ones.
const ORDER_TABLES = (
  'rate_pending rate_entry rate_day order_photo follow_up_attempt follow_up evaluation order_answer order_pause order_clock ' +
  'order_pool order_offer order_transition order_search service_order attendance offering_month message_receipt message ledger_transfer ledger_account ' +
  'award_queue merit_entry audit_unsealed audit_seal audit_event'
).split(' ')
const RESETS_PER_TRUNCATION = 40

export interface TeamFixture {
  readonly id: string
  readonly leader: Actor
  readonly deputy: Actor
  readonly member: Actor
}

export interface OrderWorld {
  readonly database: TestDatabase
  readonly units: {
    readonly centre: string
    readonly institute: string
    readonly station: string
    readonly other: string
  }
  readonly agencies: { readonly health: string; readonly science: string }
  readonly teams: { readonly olive: TeamFixture; readonly greens: TeamFixture }
  readonly categoryId: string
  /** Offered by the science agency, two places a month, no notice needed. */
  readonly offeringId: string
  readonly requester: Actor
  readonly neighbour: Actor
  readonly dispatcher: Actor
  readonly instituteDispatcher: Actor
  readonly keeper: Actor
  readonly otherKeeper: Actor
  readonly agent: Actor
  readonly caller: Actor
  readonly health: Actor
  readonly science: Actor
  act<T>(actor: Actor, act: (work: Work) => Promise<T>): Promise<T>
  read<T>(actor: Actor, act: (read: Read) => Promise<T>): Promise<T>
  rows<Row>(statement: Sql): Promise<Row[]>
  /** Away with every order and what came of it, back to `MONDAY`; the budget has so many points. */
  reset(budgetPoints?: number): Promise<void>
  /** Moves business time to an instant, without letting anything lapse. */
  setTime(at: Date): Promise<void>
  now(): Promise<Date>
  /** Lets everything that is due lapse, as the worker's sweep does. @returns how many matters were settled */
  settle(): Promise<number>
  /** Runs the orders' jobs that were sent and not run yet. */
  runJobs(): Promise<number>
  place(changes?: Partial<Wanted>, actor?: Actor): Promise<string>
  /** The holder of an order's private link. */
  linkActor(orderId: string): Promise<Actor>
}

/** Builds the world at `MONDAY` in a fresh test database. Residents' phones begin at 13900000500. */
export async function openOrderWorld(database: TestDatabase, firstSerial = 500): Promise<OrderWorld> {
  await setTime(database, MONDAY)
  const facts = await database.work(async (work) => {
    await setUpHours(work, hoursDefaults)
    await setUpOrders(work, orderDefaults)
    await setPointsRule(work, pointsDefaults)
    await seedCatalogue(work, { categories, offerings: [] })
    return unitFacts(work)
  })
  const { units, agencies } = facts
  const categoryId = await database.work(async ({ tx, now }) => {
    const list = await listCategories(tx, now, dateIn(now))
    return list.find((one) => one.slug === 'science')!.id
  })
  const staff = async (role: string, unitId: string) => {
    const below = await database.work(({ tx }) => unitsBelow(tx, [unitId]))
    const grant = { role, unitId, unitIds: new Set(below.map((unit) => unit.id)) }
    return actorOf('staff', newUuid7(MONDAY), [grant])
  }
  const editor = await staff('catalogue-editor', units.centre)
  const offer = (agencyId: string, monthlyQuota: number | null) =>
    runWork(database, editor, (work) => createOffering(work, offeringOf(categoryId, agencyId, monthlyQuota)))
  const offeringId = await offer(agencies.science, 2)
  await offer(agencies.health, null)
  let serial = firstSerial
  const resident = (name: string) => registerResident(database, serial++, name)
  const world = {
    database,
    units,
    agencies,
    categoryId,
    offeringId,
    requester: await resident('陈一'),
    neighbour: await resident('赵二'),
    teams: {
      olive: await makeTeam(database, units.institute, resident, '橄榄'),
      greens: await makeTeam(database, units.station, resident, '送菜'),
    },
    dispatcher: await staff('dispatcher', units.centre),
    instituteDispatcher: await staff('dispatcher', units.institute),
    keeper: await staff('station-keeper', units.station),
    otherKeeper: await staff('station-keeper', units.other),
    agent: await staff('phone-agent', units.centre),
    caller: await staff('caller', units.centre),
    health: await staff('provider', agencies.health),
    science: await staff('provider', agencies.science),
  }
  await drainJobs(database)
  return { ...world, ...toolsOf(database, world) }
}

function toolsOf(
  database: TestDatabase,
  world: Pick<OrderWorld, 'categoryId' | 'units' | 'requester'>,
): Pick<
  OrderWorld,
  'act' | 'read' | 'rows' | 'reset' | 'setTime' | 'now' | 'settle' | 'runJobs' | 'place' | 'linkActor'
> {
  const system = systemActor(YANQING)
  let owner: Client | undefined
  let resets = 0
  const act: OrderWorld['act'] = (actor, run) => runWork(database, actor, run)
  const read: OrderWorld['read'] = (actor, run) => runRead(database.db, actor, run)
  return {
    act,
    read,
    rows: (statement) => read(system, ({ tx }) => tx.rows(statement)),
    async reset(budgetPoints = BUDGET_POINTS) {
      database.sent.length = 0
      owner ??= await ownerOf(database)
      const shift = `update clock_shift set shift = '${MONDAY.toISOString()}'::timestamptz - now()`
      const clear =
        resets++ % RESETS_PER_TRUNCATION === 0
          ? `truncate ${ORDER_TABLES.join()}`
          : ORDER_TABLES.map((table) => `delete from ${table}`).join(';')
      await owner.query(`${clear}; ${shift}`)
      if (budgetPoints > 0)
        await act(system, (work) => fundBudget(work, { key: 'budget', points: budgetPoints, reason: 'test' }))
    },
    setTime: (at) => setTime(database, at),
    now: () => read(system, ({ now }) => Promise.resolve(now)),
    async settle() {
      let settled = 0
      for (let round = 0; round < SETTLE_ROUNDS_MAX; round++) {
        const due = await read(system, ({ tx, now }) => dueMatters(tx, now))
        if (due.length === 0) return settled
        for (const matter of due) await act(system, (work) => lapse(work, matter))
        settled += due.length
      }
      throw new Error('Something stays due however often it is settled.')
    },
    runJobs: () => drainJobs(database),
    async place(changes = {}, actor = world.requester) {
      return (await act(actor, (work) => placeOrder(work, wantedOf(world, changes)))).id
    },
    async linkActor(orderId) {
      const token = await read(system, ({ tx }) => Promise.resolve(linkTokenOf(tx, orderId)))
      return (await orderLinkActor(database.db, YANQING, token, 'zh-CN'))!
    },
  }
}

/** What a resident asks for, valid as it is; the title is new each time, so that no two orders look alike. */
export function wantedOf(world: Pick<OrderWorld, 'categoryId' | 'units'>, changes: Partial<Wanted> = {}): Wanted {
  return {
    categoryId: world.categoryId,
    offeringId: null,
    title: '教老人用手机',
    details: '',
    unitId: world.units.station,
    address: '幸福路一号',
    venue: '',
    targetGroup: 'elderly',
    headcount: 3,
    windowFrom: null,
    windowUntil: null,
    urgency: 'normal',
    risks: [],
    agreementTriggers: [],
    contactName: '陈一',
    placeAnyway: true,
    ...changes,
  }
}

/** A connection of its own, past row security and constraints between tables, until the database is dropped. */
async function ownerOf(database: TestDatabase): Promise<Client> {
  const client = new Client({ connectionString: database.ownerUrl })
  client.on('error', () => undefined)
  await client.connect()
  await client.query('set session_replication_role = replica')
  return client
}

async function setTime(database: TestDatabase, at: Date): Promise<void> {
  await database.db.pool.query('update clock_shift set shift = $1::timestamptz - now()', [at])
}

async function drainJobs(database: TestDatabase): Promise<number> {
  let ran = 0
  for (let job = database.sent.shift(); job !== undefined; job = database.sent.shift()) {
    const { name, data } = job
    const definition = ordersJobs.find((one) => one.name === name)
    if (definition === undefined) continue
    await runWork(database, systemActor(YANQING), (work) => definition.run(work, data))
    ran += 1
  }
  return ran
}

async function unitFacts({ tx, now }: Work) {
  const on = dateIn(now)
  const ids = async (kind: UnitKind, parentId?: string) =>
    (await listUnits(tx, { kind, parentId, on, limit: 100 })).map((unit) => unit)
  const [centre] = await ids('centre')
  const [institute, otherInstitute] = await ids('institute')
  const [station] = await ids('station', institute!.id)
  const [other] = await ids('station', otherInstitute!.id)
  const agencies = await ids('agency')
  const agency = (slug: string) => agencies.find((one) => one.slug === slug)!.id
  return {
    units: { centre: centre!.id, institute: institute!.id, station: station!.id, other: other!.id },
    agencies: { health: agency('health-commission'), science: agency('science-association') },
  }
}

function offeringOf(categoryId: string, agencyId: string, monthlyQuota: number | null) {
  return {
    categoryId,
    provider: { kind: 'agency', id: agencyId } as const,
    title: '手机课',
    titleEn: null,
    summary: '小班',
    summaryEn: null,
    targetGroups: [],
    areaUnitIds: [],
    durationMinutes: 60,
    headcountMin: 1,
    headcountMax: 50,
    leadWorkingDays: 0,
    monthlyQuota,
    venueNeeds: [],
    licenceNeeds: [],
    openHours: [],
    blackoutDays: [],
    isRisky: false,
  }
}

/** A team of the unit with a leader, a deputy and a member, all volunteers who joined by themselves. */
async function makeTeam(
  database: TestDatabase,
  unitId: string,
  resident: (name: string) => Promise<Actor>,
  name: string,
): Promise<TeamFixture> {
  const team = {
    name: `${name}队`,
    tier: 'squad',
    unitId,
    categorySlugs: ['science'],
    foundedOn: '2019-01-05',
  } as const
  const id = await database.work((work) => createTeam(work, { ...team, visitsPerWeekMax: 40 }))
  const join = async (who: string) => {
    const actor = await resident(who)
    await runWork(database, actor, async (work) => {
      await registerVolunteer(work, [])
      await joinTeam(work, id, actor.personId!)
    })
    return actor
  }
  const [leader, deputy, member] = [await join('林三'), await join('顾四'), await join('周五')]
  await database.work(async (work) => {
    await giveTeamRole(work, id, leader.personId!, 'leader')
    await giveTeamRole(work, id, deputy.personId!, 'deputy')
  })
  return { id, leader, deputy, member }
}
