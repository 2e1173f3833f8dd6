/** Lives a district through a history: time passes with everything that falls due in it, steps are played, promises checked. */
import { createHash } from 'node:crypto'
import { type Random, randomOf } from '../chaos/random.ts'
import { type District, openDistrict } from './district.ts'
import { drawDay, drawDeed } from './draw.ts'
import { type Memory, NO_BUG, playStep } from './perform.ts'
import { type Checker, openChecker } from './promises/check.ts'
import type { Broken } from './promises/ground.ts'
import { brokenRates } from './read-rates.ts'
import { isSessionAct } from './session-acts.ts'
import { drawSessionDeed, type SessionNow, surveySessions } from './sessions.ts'
import { type Deed, describeStep, type Step, whenText } from './step.ts'
import { nextDueAfter, type OrderNow, surveyOrders } from './survey.ts'
import { openWorker } from './worker.ts'

/** Days on which a history may begin: before Spring Festival, May Day, the National Day and the turn of the year. */
const BEGINNINGS = ['2026-02-09', '2026-04-20', '2026-09-14', '2025-12-15'] as const
const STEPS_PER_DAY = 14
const SESSION_STEPS_PER_DAY = 6
const DAY = 86_400_000
const MINUTE = 60_000
const SECOND = 1_000

export interface Plan {
  readonly adminUrl: string
  readonly seed: number
  readonly days: number
  /** SQL that plants a bug before anybody lives there. */
  readonly spoil?: string | undefined
}

export interface Failure {
  readonly broken: readonly Broken[]
  /** The step at or after which it was seen. */
  readonly step: number
  readonly at: number
}

export interface Lived {
  readonly steps: readonly Step[]
  readonly failure: Failure | null
  /** Digest of everything that happened, without ids; equal for equal seeds. */
  readonly hash: string
  /** Lines of the history, one a step. */
  readonly lines: readonly string[]
  readonly outcomes: ReadonlyMap<string, number>
  readonly moves: ReadonlySet<string>
  /** Steps that were neither refused nor skipped. */
  readonly effective: ReadonlySet<number>
  /** Ids of the orders by the step that placed them. */
  readonly orders: ReadonlyMap<string, string>
  readonly seconds: number
}

interface Life {
  readonly district: District
  readonly memory: Memory
  readonly checker: Checker
  readonly end: number
  /** Whether everything is looked at each midnight, or only at the end. */
  readonly isThorough: boolean
  readonly lines: string[]
  readonly steps: Step[]
  readonly outcomes: Map<string, number>
  readonly effective: Set<number>
  /** Versions of the orders as they were seen last. */
  seen: Map<string, number>
  orders: OrderNow[]
  sessions: SessionNow[]
  failure: Failure | null
  acknowledged: number
}

/** Draws a history from the seed and lives it, until its end or its first broken promise. */
export async function liveSeed(plan: Plan): Promise<Lived> {
  const district = await openDistrictOf(plan)
  try {
    return await lifeIn(district, plan, true, (life) => drawLife(life, plan))
  } finally {
    await district.close()
  }
}

async function drawLife(life: Life, plan: Plan): Promise<void> {
  // Activities are drawn from numbers of their own, so that they do not turn over what happens to orders.
  const [random, ofSessions] = [randomOf(plan.seed * 2 + 1), randomOf(plan.seed * 2 + 2)]
  for (let day = 0; day < plan.days; day++) {
    const daysLeft = plan.days - day - 2
    const deeds = [
      ...drawDay(random, STEPS_PER_DAY).map((minute) => ({
        at: minute * MINUTE,
        draw: () => drawOfOrders(life, random, daysLeft),
      })),
      // Nobody signs up at the same instant as somebody else, or chance would say who was first.
      ...drawDay(ofSessions, SESSION_STEPS_PER_DAY).map((minute, place) => ({
        at: minute * MINUTE + (place + 1) * SECOND,
        draw: () => drawOfSessions(life, ofSessions, daysLeft),
      })),
    ]
    for (const { at, draw } of deeds.toSorted((a, b) => a.at - b.at)) {
      await passTime(life, beginOf(plan.seed) + day * DAY + at)
      if (life.failure !== null) return
      await playIn(life, { n: life.steps.length + 1, at: life.district.now(), deed: draw() })
      if (life.failure !== null) return
    }
  }
  await passTime(life, life.end)
}

function sentBy({ memory }: Life, isOfSessions: boolean): number[] {
  return [...memory.sent].filter(([, { act }]) => isSessionAct(act) === isOfSessions).map(([n]) => n)
}

function drawOfOrders(life: Life, random: Random, daysLeft: number): Deed {
  const orders = [...life.memory.orders].map(([ref, id]) => [ref, life.orders.find((one) => one.id === id)!] as const)
  return drawDeed({ random, orders, sent: sentBy(life, false), daysLeft })
}

function drawOfSessions(life: Life, random: Random, daysLeft: number): Deed {
  const sessions = [...life.memory.sessions].map(
    ([ref, id]) => [ref, life.sessions.find((one) => one.id === id)!] as const,
  )
  const now = new Date(life.district.now())
  return drawSessionDeed({ random, sessions, sent: sentBy(life, true), now, daysLeft })
}

/**
 * Lives exactly these steps, and then as long as it takes until `until`.
 * @param district one of the plan that can be rewound
 */
export async function liveSteps(district: District, plan: Plan, steps: readonly Step[], until: number): Promise<Lived> {
  await district.rewind(beginOf(plan.seed))
  return lifeIn(district, plan, false, async (life) => {
    for (const step of steps) {
      await passTime(life, step.at)
      if (life.failure !== null) return
      await playIn(life, step)
      if (life.failure !== null) return
    }
    await passTime(life, until)
    if (life.failure === null) await checkFully(life)
  })
}

export function beginOf(seed: number): number {
  const day = BEGINNINGS[seed % BEGINNINGS.length]!
  return Date.parse(`${day}T00:00:00+08:00`)
}

/** The district of a plan; one that can be rewound is lived in again and again. */
export function openDistrictOf(plan: Plan, options: { canRewind?: boolean } = {}): Promise<District> {
  // Whether a closed order is called again follows from its id, which no seed fixes: all of them, or none.
  const sample = `update rate_formula set sample_percent = ${plan.seed % 2 === 0 ? 100 : 0};`
  return openDistrict(plan.adminUrl, beginOf(plan.seed), `${sample} ${plan.spoil ?? ''}`, options)
}

async function lifeIn(
  district: District,
  plan: Plan,
  isThorough: boolean,
  act: (life: Life) => Promise<void>,
): Promise<Lived> {
  const begun = performance.now()
  const worker = openWorker(district)
  const life: Life = {
    district,
    memory: {
      district,
      worker,
      orders: new Map(),
      sessions: new Map(),
      sent: new Map(),
      oldCodes: [],
      acknowledged: [],
    },
    checker: await openChecker(district.ground),
    end: beginOf(plan.seed) + plan.days * DAY,
    isThorough,
    lines: [],
    steps: [],
    outcomes: new Map(),
    effective: new Set(),
    seen: new Map(),
    orders: [],
    sessions: [],
    failure: null,
    acknowledged: 0,
  }
  await act(life)
  const { lines, steps, outcomes, failure, effective, memory } = life
  const moves = await district.ground.rows<{ move: string }>({ text: 'select distinct move from order_transition' })
  const hash = createHash('sha256')
    .update(lines.join('\n'))
    .update(await digestOf(life))
    .digest('hex')
  return {
    steps,
    failure,
    hash: hash.slice(0, 16),
    lines,
    outcomes,
    effective,
    orders: memory.orders,
    moves: new Set(moves.map(({ move }) => move)),
    seconds: (performance.now() - begun) / 1000,
  }
}

/** Lets time pass: whatever falls due meanwhile is settled at its instant, unless the worker is down. */
async function passTime(life: Life, to: number): Promise<void> {
  const { district, memory } = life
  while (life.failure === null) {
    const now = district.now()
    const { downUntil } = memory.worker
    const due = now < downUntil ? downUntil : await nextDueAfter(district.ground, now)
    const midnight = (Math.floor((now + 8 * 60 * MINUTE) / DAY) + 1) * DAY - 8 * 60 * MINUTE
    const next = Math.min(due ?? Infinity, midnight)
    if (next > to) break
    await district.setTime(next)
    if (next === (due ?? Infinity)) await settle(life)
    if (next === midnight && life.isThorough && life.failure === null) await checkFully(life)
  }
  if (life.failure === null && to > district.now()) await district.setTime(to)
}

/** What the worker does at an instant: jobs, then what is due, then the jobs that come of it. */
async function settle(life: Life): Promise<void> {
  const { district, memory } = life
  const { worker } = memory
  const ran = await worker.runJobs()
  const settled = await worker.sweep()
  const more = settled > 0 ? await worker.runJobs() : []
  const isUp = district.now() >= worker.downUntil
  if (settled > 0) life.lines.push(`   ${whenText(district.now())} due: ${settled}; ${[...ran, ...more].join(', ')}`)
  const broken = isUp ? await life.checker.afterSweep(district.now()) : []
  await look(life, broken, settled > 0 || ran.length > 0)
}

async function playIn(life: Life, step: Step): Promise<void> {
  const { memory } = life
  life.steps.push(step)
  const { outcome, broken } = await playStep(memory, step)
  // What was refused sent nothing.
  const hasEffect = outcome === 'done' || outcome === 'broken'
  if (hasEffect || outcome === 'armed' || outcome === 'down' || broken.length > 0) life.effective.add(step.n)
  const jobs = hasEffect || !memory.worker.isDrained ? await memory.worker.runJobs() : []
  life.lines.push(`${describeStep(step)} → ${outcome}${jobs.length > 0 ? `; ${jobs.join(', ')}` : ''}`)
  const kind = step.deed.kind === 'act' ? step.deed.act : step.deed.kind
  life.outcomes.set(`${kind} ${outcome}`, (life.outcomes.get(`${kind} ${outcome}`) ?? 0) + 1)
  const about =
    step.deed.kind === 'act' && step.deed.order !== undefined ? memory.orders.get(step.deed.order) : undefined
  await look(life, broken, hasEffect || jobs.length > 0, about === undefined ? [] : [about])
}

/** Looks at what changed since the last look. */
async function look(
  life: Life,
  broken: readonly Broken[],
  mayHaveChanged: boolean,
  about: readonly string[] = [],
): Promise<void> {
  const { district, memory, checker } = life
  const found = [...broken, ...logged(district)]
  if (mayHaveChanged) {
    life.orders = await surveyOrders(district.ground)
    life.sessions = await surveySessions(district.ground)
    const touched = life.orders.filter((order) => life.seen.get(order.id) !== order.version).map((order) => order.id)
    life.seen = new Map(life.orders.map((order) => [order.id, order.version]))
    const acknowledged = memory.acknowledged.slice(life.acknowledged)
    life.acknowledged = memory.acknowledged.length
    found.push(...(await checker.quick([...new Set([...touched, ...about])], district.now(), acknowledged)))
  }
  fail(life, found)
}

async function checkFully(life: Life): Promise<void> {
  const { district, checker } = life
  fail(life, [...(await checker.full(district.now())), ...(await brokenRates(district))])
}

function fail(life: Life, broken: readonly Broken[]): void {
  if (broken.length === 0 || life.failure !== null) return
  life.failure = { broken, step: life.steps.at(-1)?.n ?? 0, at: life.district.now() }
}

/** What the platform logged as an error is a finding, too. */
function logged(district: District): Broken[] {
  return district.errors.splice(0).map((line) => ({ promise: NO_BUG, what: `log: ${line.slice(0, 1_500)}` }))
}

const DIGEST = `
  select string_agg(line, chr(10) order by line) as text from (
    select concat_ws(' ', number, state, version, due_at, next_step, outcome, escalation_level, returns, reopenings, is_with_leader) as line from service_order
    union all select concat_ws(' ', o.number, t.version, t.move, t.from_state, t.to_state, t.at, t.reason_code)
      from order_transition t join service_order o on o.district_id = t.district_id and o.id = t.order_id
    union all select concat_ws(' ', o.number, f.state, f.mode, f.made_at, f.decided_at, f.round, coalesce(t.name, u.slug))
      from order_offer f join service_order o on o.district_id = f.district_id and o.id = f.order_id
      left join team t on t.id = f.provider_team_id left join unit u on u.id = f.provider_unit_id
    union all select concat_ws(' ', p.name, a.checked_in_at, a.checked_out_at, a.check_out_method) from attendance a join person p on p.id = a.person_id
    union all select concat_ws(' ', v.title, s.starts_at, s.state, s.version, r.needed, r.taken, p.name, u.state, u.created_at, u.changed_at)
      from activity_session s join activity v on v.id = s.activity_id join session_role r on r.session_id = s.id
      left join sign_up u on u.role_id = r.id left join person p on p.id = u.person_id
    union all select concat_ws(' ', kind, p.name, debits_posted, credits_posted) from ledger_account a left join person p on p.id = a.person_id
    union all select concat_ws(' ', template, created_at, handed_over_at, reached_at, failed_at, attempts) from message) lines`

async function digestOf({ district }: Life): Promise<string> {
  const [row] = await district.ground.rows<{ text: string | null }>({ text: DIGEST })
  return row?.text ?? ''
}
