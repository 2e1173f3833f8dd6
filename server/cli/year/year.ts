/** The seed's year as a whole: founds the district or finds where an interrupted play stopped, then plays on to the end. */
import { isDemoOnly, markDemo, listUnits, updatePhones } from '#modules/orgs/index.ts'
import { hasNobody } from '#modules/people/index.ts'
import { fundBudget } from '#modules/points/index.ts'
import { systemActor } from '#platform/actor.ts'
import { dateIn } from '#platform/dates.ts'
import { setClock } from '#platform/clock.ts'
import { inDistrict, sql } from '#platform/db.ts'
import { districtIds, type Job, type JobDefinition } from '#platform/jobs.ts'
import { runRead, type Work, type WorkHost } from '#platform/work.ts'
import { CommandError } from '../command-error.ts'
import { YANQING, yanqingPlan } from '../district-plan.ts'
import { foundDistrict } from '../found-district.ts'
import { appointCast, knownPeople, openCast } from './cast.ts'
import { DAY, HOUR, officialCalendar } from './days.ts'
import { clientIdOf, diceOf } from './dice.ts'
import { eventsFrom } from './events.ts'
import { foundTeam } from './found-teams.ts'
import { publishedOfferings, type YearLane } from './lanes.ts'
import { plan as planActivity } from './perform-activities.ts'
import { place, placingKey } from './place.ts'
import { planYear } from './plan-year.ts'
import type { Span, YearPlan } from './planned.ts'
import { jobsLeft, playYear } from './play-year.ts'
import { readSeedWords } from './seed-words.ts'
import { readUnits } from './units.ts'
import { openVolunteering } from './volunteering.ts'
import { type Tally, type World, write } from './world.ts'

const OPENING_HOUR = 9
const BUDGET_POINTS = 2_000_000

export interface YearHost extends WorkHost {
  readonly definitions: readonly JobDefinition[]
}

export interface YearWatch {
  onBegin(plan: YearPlan, isResumed: boolean): void
  onProgress(at: number, tally: Tally, placed: number): void
  isStopped(): boolean
}

export interface YearResult {
  readonly plan: YearPlan
  readonly tally: Tally
  readonly isFinished: boolean
}

/** @throws CommandError when the database holds another district, or a demonstration that is not this year */
export async function runYear(host: YearHost, span: Span, watch: YearWatch): Promise<YearResult> {
  const waiting: Job[] = []
  const staged: WorkHost = {
    db: host.db,
    jobs: { ...host.jobs, sendWithin: async (_tx, jobs) => void waiting.push(...jobs) },
  }
  const [plan, { life: words, volunteering }] = [await planYear(span), await readSeedWords()]
  const dice = diceOf(span.seed)
  const opening = plan.fromMs + OPENING_HOUR * HOUR
  const tally: Tally = { writes: 0, lapses: 0, jobs: 0, turns: 0, refusals: new Map() }
  const from = await begin(staged, plan, tally, opening)
  watch.onBegin(plan, from > opening)
  const units = await readUnits(staged)
  const staff = await appointCast(staged, plan, { units, dice, words })
  const cast = await openCast(staged, plan, { staff, tally, definitions: host.definitions })
  const world: World = {
    host: staged,
    definitions: host.definitions,
    plan,
    dice,
    words,
    units,
    cast,
    volunteering: openVolunteering(plan, { life: words, volunteering }, dice, await knownVolunteers(staged, plan)),
    tally,
    calendar: officialCalendar(span.from, span.until),
    offerings: new Map(),
    placed: new Map(),
    realNow: () => new Date(),
  }
  const lanes = await lanesOf(world, from - REPEATED)
  await findPosition(world, from)
  waiting.push(...(await jobsLeft(staged)))
  const isFinished = await playYear({
    world,
    lanes,
    waiting,
    from,
    definitions: host.definitions,
    onProgress: (at) => watch.onProgress(at, tally, world.placed.size),
    isStopped: () => watch.isStopped(),
  })
  return { plan, tally, isFinished }
}

/** Founds the district on the plan's first morning, once. @returns business time at which the play begins or goes on */
async function begin(host: WorkHost, plan: YearPlan, tally: Tally, opening: number): Promise<number> {
  const ids = await districtIds(host.db)
  if (ids.some((id) => id !== YANQING)) throw new CommandError('cli.error.year-other-district')
  const system = systemActor(YANQING)
  const { seed, orders, people, activities, until } = plan.span
  const mark = `begun ${orders} ${people} ${activities} ${until}`
  const isBegun = ids.length > 0 && (await isMarked(host, clientIdOf(seed, mark)))
  if (isBegun) {
    const last = await lastInstant(host)
    await setClock(host.db, new Date(last))
    return Math.max(opening, last)
  }
  // Before anything is written: identifiers are made of business time.
  if (ids.length === 0) await setClock(host.db, new Date(opening))
  if (ids.length === 0) await foundDistrict(host, YANQING, await yanqingPlan())
  else if (!(await inDistrict(host.db, YANQING, hasNobody, { readOnly: true })))
    throw new CommandError('cli.error.year-not-begun')
  await setClock(host.db, new Date(opening))
  await write({ host, plan, tally }, system, mark, async (work) => {
    await markDemo(work.tx)
    await giveUnitsPhones(work)
    await fundBudget(work, { key: 'year-budget', points: BUDGET_POINTS, reason: 'budget of the demonstration year' })
  })
  if (!(await isDemoOnly(host.db))) throw new CommandError('cli.error.year-other-district')
  return opening
}

function isMarked(host: WorkHost, clientId: string): Promise<boolean> {
  return runRead(host.db, systemActor(YANQING), async ({ tx }) => {
    const rows = await tx.rows(
      sql`select 1 as one from idempotency where district_id = ${tx.districtId} and client_id = ${clientId}`,
    )
    return rows.length > 0
  })
}

/** The business time of the last write: identifiers of audit events grow with it. */
function lastInstant(host: WorkHost): Promise<number> {
  return runRead(host.db, systemActor(YANQING), async ({ tx }) => {
    const { at } = await tx.one<{ at: Date }>(
      sql`select at from audit_event where district_id = ${tx.districtId} order by id desc limit 1`,
    )
    return at.getTime()
  })
}

/** Invented numbers, so that "call the village" can be tried: the exchange 0000 belongs to nobody. */
async function giveUnitsPhones(work: Work): Promise<void> {
  const units = await listUnits(work.tx, { on: dateIn(work.now), limit: 1_000 })
  const phones = units.map((unit, index) => ({ id: unit.id, phone: `010-0000${String(index).padStart(4, '0')}` }))
  await updatePhones(work.tx, phones)
}

async function lanesOf(world: World, from: number): Promise<YearLane[]> {
  const published = await publishedOfferings(world.host)
  const { plan, units } = world
  return [
    ...plan.offerings.map((planned): YearLane => {
      const found = published.get(`${units.agencies.get(planned.agency)!} ${planned.title.zh}`)
      if (found !== undefined) world.offerings.set(planned.index, found.id)
      return {
        kind: 'offering',
        key: `a offering ${planned.index}`,
        ticket: 0,
        planned,
        confirmedAt: found?.confirmedAt ?? null,
      }
    }),
    ...eventsFrom(plan, from),
    ...plan.orders.map((p): YearLane => ({ kind: 'order', key: `c order ${p.no}`, ticket: 0, p, stuck: 0 })),
  ]
}

const REPLAYED_AT_ONCE = 6
/** What was done within this time before the last event is asked for again; an instant never takes so long. */
const REPEATED = HOUR / 2
/** For so long after its last session an activity may still be asked about. */
const KNOWN_AFTER = 15 * DAY

async function knownVolunteers(host: WorkHost, plan: YearPlan): Promise<Map<number, string>> {
  const known = await knownPeople(
    host,
    plan.volunteers.map((one) => one.phone),
  )
  return new Map(
    plan.volunteers.flatMap(({ index, phone }) => (known.has(phone) ? [[index, known.get(phone)!] as const] : [])),
  )
}

/**
 * What was done before an interruption, by asking for it again: the same request gives the same answer. Teams that were founded,
 * orders that were placed, and activities of which a session is still to be held or entered.
 */
async function findPosition(world: World, from: number): Promise<void> {
  const first = world.plan.orders.filter((p) => p.batch === null || p.batch[0] === p.no)
  const idOf = new Map(first.map((p) => [clientIdOf(world.plan.span.seed, placingKey(p)), p]))
  const done = await runRead(world.host.db, systemActor(YANQING), ({ tx }) =>
    tx.rows<{ clientId: string }>(sql`
      select client_id from idempotency where district_id = ${tx.districtId} and client_id = any(${[...idOf.keys()]}::uuid[])`),
  )
  const { writes, turns } = world.tally
  const repeated = from - REPEATED
  const again = async <Thing>(things: readonly Thing[], act: (thing: Thing) => Promise<unknown>) => {
    for (let at = 0; at < things.length; at += REPLAYED_AT_ONCE)
      await Promise.all(things.slice(at, at + REPLAYED_AT_ONCE).map(act))
  }
  const { teams, activities, sessions } = world.plan
  const above = (key: string) => key === 'corps' || key.startsWith('branch')
  await again(
    teams.filter((team) => team.foundedAt < repeated && above(team.key)),
    (team) => foundTeam(world, team),
  )
  await again(
    teams.filter((team) => team.foundedAt < repeated && !above(team.key)),
    (team) => foundTeam(world, team),
  )
  await again(
    activities.filter(({ createdAt, sessions: own }) => {
      const last = sessions[own.at(-1)!]!
      return createdAt < repeated && Math.max(last.enteredAt, last.until) + KNOWN_AFTER > repeated
    }),
    (activity) => planActivity(world, activity),
  )
  await again(done, ({ clientId }) => place(world, idOf.get(clientId)!))
  world.tally.writes = writes
  world.tally.turns = turns
}
