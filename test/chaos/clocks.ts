/**
 * R6: clocks jump while offers, limits, sessions and codes are live. First the machine clock of the server, which decides
 * nothing that others see; then the one of PostgreSQL, which decides everything; and business time itself, by `clock_shift`.
 */
import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { YANQING } from '../../server/cli/district-plan.ts'
import { hashToken, newSessionToken } from '../../server/platform/tokens.ts'
import { fetchJson, residentToken } from '../support/sign-in.ts'
import { type ClockStage, openClockStage } from './clock-stage.ts'
import { NoFakeClock } from './fake-clock.ts'
import { resolveUnknown, startLoad } from './clients.ts'
import type { Context } from './context.ts'
import { type Asked, attempt, type Entry, faultOfOutage, openJournal } from './journal.ts'
import { fund, type Life, stepsOf } from './life.ts'
import type { Random } from './random.ts'
import { asOwner, type Cast } from './stage.ts'
import { faultsOfAudit, faultsOfLedger, type Findings, orphans, verify } from './verify.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const SHANGHAI_HOURS = 8
const CLIENTS = 4
const LOAD_MILLISECONDS = 1_800
/** Longer than the interval in which what is due is settled. */
const SWEEPS_MILLISECONDS = 7_500
const ANSWER_TRIES_MAX = 100
const TRY_MILLISECONDS = 60
/** At which step the lives stand when a clock jumps: an open offer, an appointment, a service under way, an award to come. */
const STANDING_AT = ['offer', 'accept', 'schedule', 'start', 'confirm', 'evaluate'] as const
const ESCALATIONS_MAX = 3
const SESSION_PHONE = '13900000290'
const CODE_PHONE = '13900000291'
const CODE = /\b\d{6}\b/u

/** How far business time stands from the machine's, in seconds: by PostgreSQL's clock and by the shift. */
const ahead = { database: 0, business: 0 }

interface Jump {
  readonly name: string
  /** From the machine's clock, in seconds. */
  readonly offset: () => number
}

const JUMPS: readonly Jump[] = [
  { name: '2 h back', offset: () => -2 * HOUR },
  { name: '30 d ahead', offset: () => 30 * DAY },
  { name: 'across midnight', offset: () => secondsTo((day) => day.setUTCDate(day.getUTCDate() + 1)) },
  { name: 'across the month’s end', offset: () => secondsTo((day) => day.setUTCMonth(day.getUTCMonth() + 1, 1)) },
]

/** Seconds until just before a midnight in Shanghai, so that it passes while we look. */
function secondsTo(next: (day: Date) => void): number {
  const local = new Date(Date.now() + SHANGHAI_HOURS * HOUR * 1000)
  const day = new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()))
  next(day)
  return Math.floor((day.getTime() - local.getTime()) / 1000) - 1
}

/** Nothing to find, with the reason printed, where no clock can be moved. */
export async function jumpClocks({ random, print, atEnd }: Context, jumps: number): Promise<Findings> {
  const stage = await openClockStage().catch((error: unknown) => {
    if (!(error instanceof NoFakeClock)) throw error
    print(`clocks: not played, because ${error.message}`)
  })
  if (stage === undefined) return {}
  atEnd(() => stage.close())
  const holders = await holdersOf(stage)
  const serverFindings = await jumpServer(stage, random, jumps)
  const revived = await reviveNothing(stage)
  const told: string[] = []
  const faults: string[] = []
  for (let count = 0; count < jumps; count++) {
    const jump = count < JUMPS.length ? JUMPS[count]! : random.pick(JUMPS)
    // Business time alone every third time: it is what a demonstration shifts, and only forward.
    const isBusiness = count % 3 === 2
    const found = await jumpDatabase(stage, holders, random, jump, isBusiness, `${count}`)
    told.push(`${jump.name}${isBusiness ? ' in business time' : ''}: ${found.text}`)
    faults.push(...found.faults)
  }
  print(`clocks: ${jumps} jumps of the server's clock under load, and of PostgreSQL's:\n  ${told.join('\n  ')}`)
  return {
    ...serverFindings,
    'what was expired once stays expired': revived,
    'a jump is no error': faults,
    'no order is an orphan after jumps': await asOwner(stage, (client) => orphans(client, false)),
    'nothing happens twice': await faultsOfRepetition(stage),
    'the ledger holds after jumps': await faultsOfLedger({ ...stage, cast: await castAgain(stage, holders) }),
    'the audit chain holds after jumps': await faultsOfAudit({ ...stage, cast: await castAgain(stage, holders) }),
  }
}

/** The server's own clock is nobody's business: under load all goes on as if it stood right. */
async function jumpServer(stage: ClockStage, random: Random, jumps: number): Promise<Findings> {
  const journal = openJournal()
  const outages: string[] = []
  const load = startLoad(stage, journal, {
    clients: CLIENTS,
    prefix: 'clock',
    random,
    seen: (result) => {
      const fault = faultOfOutage(result)
      if (fault !== undefined) outages.push(fault)
    },
  })
  try {
    for (let count = 0; count < jumps; count++) {
      await sleep(LOAD_MILLISECONDS)
      stage.serverClock.set((count < JUMPS.length ? JUMPS[count]! : random.pick(JUMPS)).offset())
    }
    await sleep(LOAD_MILLISECONDS)
    stage.serverClock.set(0)
  } finally {
    await load.stop()
  }
  await resolveUnknown(stage, journal)
  return { ...(await verify(stage, journal.entries, 'clock')), 'the server’s clock breaks no request': outages }
}

/** A session and a code that were refused for their age are refused when the clock goes back as well. */
async function reviveNothing(stage: ClockStage): Promise<string[]> {
  const { origin, databaseClock } = stage
  const faults: string[] = []
  const token = await residentToken(origin, SESSION_PHONE, '时钟')
  const code = await freshCode(origin)
  const me = async () => (await fetch(`${origin}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } })).status
  const signIn = async () => {
    const response = await fetch(`${origin}/api/v1/resident-sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ phone: CODE_PHONE, code, name: '时钟' }),
    })
    return response.status
  }
  if ((await me()) !== 200) faults.push('the session was not there to begin with')
  databaseClock.set(181 * DAY)
  // Longer than a session is remembered without a look.
  await sleep(6_000)
  const [late, lateCode] = [await me(), await signIn()]
  databaseClock.set(0)
  await sleep(1_000)
  const [back, backCode] = [await me(), await signIn()]
  if (late !== 401 || back !== 401) faults.push(`an old session got ${late}, and ${back} when the clock had gone back`)
  if (lateCode < 400 || backCode < 400) faults.push(`an old code got ${lateCode}, and ${backCode} after the jump back`)
  return faults
}

async function freshCode(origin: string): Promise<string> {
  const { status } = await fetch(`${origin}/api/v1/login-codes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ phone: CODE_PHONE }),
  })
  for (let tries = 0; tries < ANSWER_TRIES_MAX; tries++) {
    const { rows } = await fetchJson<{ rows: { text: string }[] }>(
      `${origin}/api/v1/demo/outbox?phone=${CODE_PHONE}&limit=20`,
    )
    const code = rows.map(({ text }) => CODE.exec(text)?.[0]).find((found) => found !== undefined)
    if (code !== undefined) return code
    await sleep(TRY_MILLISECONDS)
  }
  throw new Error(`No login code came (${status}).`)
}

/** Lives stand at every step, the clock jumps, what is due is settled, the lives go on where they may; then it goes back. */
async function jumpDatabase(
  stage: ClockStage,
  holders: ReadonlyMap<string, Holder>,
  random: Random,
  jump: Jump,
  isBusiness: boolean,
  name: string,
): Promise<{ text: string; faults: string[] }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 })
  const faults: string[] = []
  const tally = { done: 0, refused: 0 }
  const cast = await castAgain(stage, holders)
  const standing = await Promise.all(
    STANDING_AT.map((step) => openLife(stage, agent, cast, random, `jump-${name}-${step}`, step, faults)),
  )
  if (isBusiness) await shiftBusiness(stage, Math.abs(jump.offset()))
  else setDatabase(stage, jump.offset())
  await sleep(SWEEPS_MILLISECONDS)
  const after = await castAgain(stage, holders)
  for (const life of standing) await goOn(stage, agent, life, after, tally, faults)
  // Somebody who comes now is served from beginning to end.
  const fresh = await openLife(stage, agent, after, random, `jump-${name}-fresh`, undefined, faults)
  await sendUntilTold(stage, agent, fund(after, `jump-${name}`, 1), faults)
  setDatabase(stage, 0)
  await sleep(LOAD_MILLISECONDS)
  const later = await castAgain(stage, holders)
  for (const life of [...standing, fresh]) await goOn(stage, agent, life, later, tally, faults)
  agent.destroy()
  return { text: `${tally.done} steps done, ${tally.refused} refused for their state`, faults }
}

interface Standing {
  readonly life: Life
  readonly steps: Generator<Asked, void, Entry>
  /** The request that comes next. */
  next: IteratorResult<Asked, void>
}

/** Lives an order up to and with the given step; all of it where none is given. */
async function openLife(
  stage: ClockStage,
  agent: Agent,
  cast: Cast,
  random: Random,
  name: string,
  until: string | undefined,
  faults: string[],
): Promise<Standing> {
  const now = () => Date.now() + (ahead.database + ahead.business) * 1000
  const life: Life = { name, cast, resident: random.pick(cast.residents), orderId: '', offerId: '', now }
  const steps = stepsOf(life, random.pick(cast.unitIds))
  let next = steps.next()
  while (next.done !== true) {
    const { what } = next.value
    const entry = await sendUntilTold(stage, agent, next.value, faults)
    if (entry.outcome !== 'acknowledged') {
      faults.push(`${what} of ${name} got ${entry.status} ${JSON.stringify(entry.answer)}`)
      break
    }
    next = steps.next(entry)
    if (what === until) break
  }
  return { life, steps, next }
}

/** As far as the order's state lets it: what has lapsed in the meantime is refused as such. */
async function goOn(
  stage: ClockStage,
  agent: Agent,
  standing: Standing,
  cast: Cast,
  tally: { done: number; refused: number },
  faults: string[],
): Promise<void> {
  while (standing.next.done !== true) {
    const asked = { ...standing.next.value, authorization: authorizationIn(cast, standing) }
    const entry = await sendUntilTold(stage, agent, asked, faults)
    if (entry.outcome !== 'acknowledged') {
      tally.refused++
      if (entry.status === 401) faults.push(`${asked.what} of ${asked.life} was not signed in`)
      return
    }
    tally.done++
    standing.next = standing.steps.next(entry)
  }
}

/** The same person's present session. */
function authorizationIn(cast: Cast, { life, next }: Standing): string {
  const was = (next.value as Asked).authorization
  const names = ['dispatcher', 'health', 'points', 'auditor'] as const
  const name = names.find((one) => life.cast[one] === was)
  return name === undefined ? cast.residents[life.cast.residents.indexOf(was)]! : cast[name]
}

async function sendUntilTold(stage: ClockStage, agent: Agent, asked: Asked, faults: string[]): Promise<Entry> {
  const entry = openJournal().write(asked)
  for (let tries = 0; entry.outcome === 'unknown' && tries < ANSWER_TRIES_MAX; tries++) {
    if (tries > 0) await sleep(TRY_MILLISECONDS)
    const result = await attempt(entry, stage.origin, agent)
    const fault = faultOfOutage(result)
    if (fault !== undefined) {
      faults.push(`${asked.what} of ${asked.life}: ${fault} ${logOf(stage, entry)}`)
      return entry
    }
  }
  return entry
}

function logOf(stage: ClockStage, { answer }: Entry): string {
  const { requestId } = (answer ?? {}) as { requestId?: string }
  const line = stage.server.lines.findLast((one) => requestId !== undefined && one.text.includes(requestId))
  return line?.text.slice(0, 700) ?? ''
}

/** Who is behind a session; read while it lives. */
interface Holder {
  readonly personId: string
  readonly kind: string
}

async function holdersOf(stage: ClockStage): Promise<ReadonlyMap<string, Holder>> {
  const { residents, dispatcher, health, points, auditor } = stage.cast
  const headers = [...residents, dispatcher, health, points, auditor]
  return asOwner(stage, async (client) => {
    const found = new Map<string, Holder>()
    for (const header of headers) {
      const { rows } = await client.query<Holder>(
        'select person_id as "personId", kind from session where token_hash = $1',
        [hashToken(tokenIn(header))],
      )
      found.set(header, rows[0]!)
    }
    return found
  })
}

/** Sessions that a jump has ended are opened again. Not by signing in: a one-time password serves once in half a minute. */
async function castAgain(stage: ClockStage, holders: ReadonlyMap<string, Holder>): Promise<Cast> {
  const { cast } = stage
  return asOwner(stage, async (client) => {
    await client.query('delete from rate_bucket')
    const fresh = async (header: string) => {
      const { token, hash } = newSessionToken(YANQING)
      const { personId, kind } = holders.get(header)!
      await client.query(
        `insert into session (district_id, token_hash, person_id, kind, expires_at)
         values ($1, $2, $3, $4, now() + interval '12 hours')`,
        [YANQING, hash, personId, kind],
      )
      return `Bearer ${token}`
    }
    const residents: string[] = []
    for (const resident of cast.residents) residents.push(await fresh(resident))
    return {
      ...cast,
      residents,
      dispatcher: await fresh(cast.dispatcher),
      health: await fresh(cast.health),
      points: await fresh(cast.points),
      auditor: await fresh(cast.auditor),
    }
  })
}

function tokenIn(header: string): string {
  return header.slice('Bearer '.length)
}

function setDatabase(stage: ClockStage, seconds: number): void {
  ahead.database = seconds
  stage.databaseClock.set(seconds)
}

/** As the demonstration's clock does, forward. */
async function shiftBusiness(stage: ClockStage, seconds: number): Promise<void> {
  ahead.business += seconds
  await asOwner(stage, (client) =>
    client.query('update clock_shift set shift = shift + make_interval(secs => $1)', [seconds]),
  )
}

async function faultsOfRepetition(stage: ClockStage): Promise<string[]> {
  return asOwner(stage, async (client) => {
    const { rows } = await client.query<{ what: string }>(
      `select o.number || ' was escalated ' || count(*) || ' times' as what
         from service_order o join order_transition t on t.district_id = o.district_id and t.order_id = o.id
        where t.move = 'escalate' group by o.id, o.number having count(*) > $1
       union all
       select o.number || ' ' || t.move || ' ' || count(*) || ' times'
         from service_order o join order_transition t on t.district_id = o.district_id and t.order_id = o.id
        where t.move in ('place', 'deliver', 'confirm', 'evaluate', 'close')
        group by o.id, o.number, t.move having count(*) > 1
       union all
       select 'award ' || key || ' ' || count(*) || ' times' from ledger_transfer group by key having count(*) > 1`,
      [ESCALATIONS_MAX],
    )
    return rows.map(({ what }) => what)
  })
}
