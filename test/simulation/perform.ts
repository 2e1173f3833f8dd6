/** Plays one step through the same door the API uses: sessions, permissions, budgets, validation, client ids. */
import { createHash } from 'node:crypto'
import { routes, type RouteName } from '../../contract/routes.ts'
import type { Route } from '../../contract/kit.ts'
import { callRoute, type RouteAnswer } from '../../server/http/api.ts'
import type { Caller } from '../../server/http/authenticate.ts'
import type { HttpHost } from '../../server/http/host.ts'
import { problemOf } from '../../server/http/problem.ts'
import { linkTokenOf, orderLinkActor } from '../../server/modules/orders/order-link.ts'
import { systemActor } from '../../server/platform/actor.ts'
import { runRead } from '../../server/platform/work.ts'
import { randomOf } from '../chaos/random.ts'
import { type ActName, type Request, requestOf } from './acts.ts'
import { YANQING } from './cast.ts'
import type { District } from './district.ts'
import { breakingDb, SimulatedFailure } from './faults.ts'
import type { Broken } from './promises/ground.ts'
import { isSessionAct, type SessionAct } from './session-acts.ts'
import { type SessionNow, sessionRequestOf, surveySessions } from './sessions.ts'
import type { Act, OrderRef, SessionRef, Step } from './step.ts'
import { type OrderNow, surveyOrders } from './survey.ts'
import type { Worker } from './worker.ts'

/** A request as it was sent, so that it can be sent again. */
interface Sent {
  readonly act: ActName | SessionAct
  readonly by: string
  readonly orderId: string | undefined
  readonly request: Request
  readonly clientId: string
  /** What was answered when it succeeded. */
  answer: { readonly status: number; readonly body: unknown } | null
}

/** What a history remembers while it is played. */
export interface Memory {
  readonly district: District
  readonly worker: Worker
  /** Ids of orders by the step that placed them. */
  readonly orders: Map<OrderRef, string>
  /** Ids of sessions by the step that planned them. */
  readonly sessions: Map<SessionRef, string>
  readonly sent: Map<number, Sent>
  readonly oldCodes: string[]
  /** Writes that were acknowledged: who, under which id, when, how many people were told "done". */
  readonly acknowledged: { actorKey: string; clientId: string; at: number; status: number; route: RouteName }[]
}

/** What came of a step: for the history, and what it broke at once. */
export interface Played {
  readonly outcome: string
  readonly broken: readonly Broken[]
}

const ATTEMPTS_MAX = 3
const PUBLIC_ADDRESS = '192.0.2.1'
export const ONE_EFFECT = 'one client id, one effect'
const ALL_OR_NOTHING = 'a write that failed left nothing'
export const NO_BUG = 'no operation fails by a bug'

export async function playStep(memory: Memory, step: Step): Promise<Played> {
  const { deed } = step
  const { worker, district } = memory
  switch (deed.kind) {
    case 'act':
      return playAct(memory, step, deed)
    case 'repeat':
      return playRepeat(memory, deed.of, deed.body)
    case 'receipt':
      return playReceipt(memory, deed.order, deed.nth, deed.report)
    case 'trouble': {
      const before = worker.troubles.get(deed.job) ?? []
      worker.troubles.set(deed.job, [...before, ...Array.from({ length: deed.times }, () => deed.how)])
      return done('armed')
    }
    case 'sweep-trouble':
      worker.sweepBreaksAt = deed.statement
      return done('armed')
    case 'outage':
    default:
      if (deed.of === 'worker') worker.downUntil = district.now() + deed.minutes * 60_000
      else district.gateway.downUntil = district.now() + deed.minutes * 60_000
      return done('down')
  }
}

const done = (outcome: string, broken: readonly Broken[] = []): Played => ({ outcome, broken })

/** A UUID that follows from the step, so that the same history sends the same ids. */
function clientIdOf(step: number): string {
  const hex = createHash('sha256').update(`simulated step ${step}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

async function orderNow(memory: Memory, ref: OrderRef | undefined): Promise<OrderNow | undefined> {
  const id = ref === undefined ? undefined : memory.orders.get(ref)
  if (id === undefined) return undefined
  return (await surveyOrders(memory.district.ground, id))[0]
}

async function sessionNow(memory: Memory, ref: SessionRef | undefined): Promise<SessionNow | undefined> {
  const id = ref === undefined ? undefined : memory.sessions.get(ref)
  return id === undefined ? undefined : (await surveySessions(memory.district.ground, id))[0]
}

async function playAct(memory: Memory, step: Step, deed: Act): Promise<Played> {
  const { district, oldCodes } = memory
  const order = await orderNow(memory, deed.order)
  const ask = async (by: string, route: RouteName, params: Readonly<Record<string, string>>) => {
    const caller = await callerOf(district, by, order?.id)
    const result = await tryCall(district.host, caller, { route, params }, undefined)
    return result.answer?.body
  }
  const scene = { district, by: deed.by, now: new Date(district.now()), mark: `§${step.n}`, ask }
  const request = isSessionAct(deed.act)
    ? await sessionRequestOf(deed.act, {
        ...scene,
        session: await sessionNow(memory, deed.session),
        random: randomOf(deed.draw),
      })
    : await requestOf(deed.act, deed.draw, {
        ...scene,
        order,
        other: await orderNow(memory, deed.other),
        oldCodes,
      })
  if (request === undefined || (deed.order !== undefined && order === undefined)) return done('skipped')
  const sent: Sent = {
    act: deed.act,
    by: deed.by,
    orderId: order?.id,
    request,
    clientId: clientIdOf(step.n),
    answer: null,
  }
  memory.sent.set(step.n, sent)
  const played = await sendAs(memory, deed, sent)
  if (sent.answer !== null) learn(memory, step.n, sent.answer.body)
  return played
}

function learn(memory: Memory, n: number, body: unknown): void {
  const { number, id, trackingPath, orders, sessionIds } = (body ?? {}) as Record<string, unknown>
  if (Array.isArray(sessionIds)) memory.sessions.set(String(n), String(sessionIds[0]))
  else if (Array.isArray(orders)) orders.forEach((row: { id: string }, i) => memory.orders.set(`${n}.${i}`, row.id))
  else if (typeof number === 'string' && trackingPath !== undefined) memory.orders.set(String(n), id as string)
}

async function sendAs(memory: Memory, deed: Act, sent: Sent): Promise<Played> {
  const { district } = memory
  const caller = await callerOf(district, sent.by, sent.orderId)
  if (caller === null) return done('skipped')
  const broken: Broken[] = []
  if (deed.fault !== undefined) {
    const route = routes[sent.request.route] as unknown as Route
    const before = await effectsOf(district)
    const surroundings = breakingDb(district.host.db, deed.fault, route.budget === undefined ? 0 : 1)
    const first = await tryCall({ ...district.host, db: surroundings.db }, caller, sent.request, sent.clientId)
    // What broke may have been the end of a read: then it was answered all the same.
    if (surroundings.fired() && deed.fault.at === 'statement' && first.answer === null) {
      const after = await effectsOf(district)
      if (after !== before) broken.push(fault(ALL_OR_NOTHING, sent, `${before} became ${after}`))
    }
    if (!surroundings.fired()) return finish(memory, sent, caller, first, broken)
    const again = await tryCall(district.host, caller, sent.request, sent.clientId)
    if (deed.fault.at === 'after-commit' && isWrite(sent.request.route) && again.answer?.replayed !== true) {
      broken.push(fault(ONE_EFFECT, sent, `committed, but the retry was told ${again.outcome}`))
    }
    return finish(memory, sent, caller, again, broken)
  }
  if (deed.twice !== true || !isWrite(sent.request.route))
    return finish(memory, sent, caller, await tryCall(district.host, caller, sent.request, sent.clientId), broken)
  const both = await Promise.all([1, 2].map(() => tryCall(district.host, caller, sent.request, sent.clientId)))
  const told = both.filter((one) => one.answer !== null)
  if (told.filter((one) => !one.answer!.replayed).length > 1) broken.push(fault(ONE_EFFECT, sent, 'both were new'))
  for (const one of both) if (one.bug !== null) broken.push(fault(NO_BUG, sent, one.bug))
  // Which of the two came first is chance, what they came to is not.
  const refused = both.find((one) => one.outcome !== 'platform.same-id-in-progress')
  return finish(memory, sent, caller, told[0] ?? refused ?? both[0]!, broken)
}

function isWrite(name: RouteName): boolean {
  const route = routes[name] as unknown as Route
  return route.method !== 'GET' && route.withoutClientId !== true
}

interface Tried {
  readonly outcome: string
  readonly answer: RouteAnswer<unknown> | null
  readonly bug: string | null
}

function finish(memory: Memory, sent: Sent, caller: Caller, tried: Tried, broken: readonly Broken[]): Played {
  const { answer, bug } = tried
  const all = bug === null ? broken : [...broken, fault(NO_BUG, sent, bug)]
  if (answer !== null) {
    sent.answer = { status: answer.status, body: answer.body }
    if (isWrite(sent.request.route)) {
      memory.acknowledged.push({
        actorKey: caller.actor.key,
        clientId: sent.clientId,
        at: memory.district.now(),
        status: answer.status,
        route: sent.request.route,
      })
    }
  }
  return done(tried.outcome, all)
}

async function playRepeat(memory: Memory, of: number, body: 'same' | 'other'): Promise<Played> {
  const sent = memory.sent.get(of)
  if (sent === undefined || !isWrite(sent.request.route)) return done('skipped')
  const { district } = memory
  const caller = await callerOf(district, sent.by, sent.orderId)
  if (caller === null) return done('skipped')
  const request = body === 'same' ? sent.request : { ...sent.request, body: otherBody(sent.request.body ?? {}) }
  const before = await effectsOf(district)
  const tried = await tryCall(district.host, caller, request, sent.clientId)
  if (tried.bug !== null) return done(tried.outcome, [fault(NO_BUG, sent, tried.bug)])
  if (sent.answer === null) {
    // What was refused was not kept: this is its first time.
    return finish(memory, sent, caller, tried, [])
  }
  const broken: Broken[] = []
  const after = await effectsOf(district)
  if (after !== before) broken.push(fault(ONE_EFFECT, sent, `a repetition changed ${before} to ${after}`))
  if (body === 'same' && !isSameAnswer(tried, sent)) {
    broken.push(
      fault(
        ONE_EFFECT,
        sent,
        `a repetition was told ${tried.outcome} ${JSON.stringify(tried.answer?.body)?.slice(0, 200)}`,
      ),
    )
  }
  if (body === 'other' && tried.answer !== null)
    broken.push(fault(ONE_EFFECT, sent, 'another body was taken under the same id'))
  return done(tried.outcome, broken)
}

const TEXTS = ['title', 'reason', 'result', 'note', 'contactName', 'spokenTo', 'agreedWith', 'alternative'] as const

/** The same request asking for something else; where it has no text to change it becomes one that is not valid. */
function otherBody(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const key = TEXTS.find((name) => typeof body[name] === 'string')
  return key === undefined ? { ...body, note: '另一句' } : { ...body, [key]: `${String(body[key])}另` }
}

function isSameAnswer({ answer }: Tried, sent: Sent): boolean {
  return (
    answer !== null &&
    answer.replayed &&
    answer.status === sent.answer!.status &&
    JSON.stringify(answer.body) === JSON.stringify(sent.answer!.body)
  )
}

async function playReceipt(memory: Memory, order: OrderRef, nth: number, report: 'delivered' | 'failed') {
  const { district } = memory
  const orderId = memory.orders.get(order)
  const [message] = await district.ground.rows<{ gatewayId: string }>(
    {
      text: `select gateway_id as "gatewayId" from message where district_id = $1 and subject_id = $2 and gateway_id is not null
              order by created_at, id offset $3 limit 1`,
    },
    [district.ground.districtId, orderId ?? null, nth],
  )
  if (message === undefined) return done('skipped')
  const caller = await callerOf(district, 'public', undefined)
  const body = { gatewayId: message.gatewayId, kind: report, at: new Date(district.now()).toISOString() }
  const tried = await tryCall(district.host, caller, { route: 'recordReceipt', body }, undefined)
  return done(tried.outcome, tried.bug === null ? [] : [{ promise: NO_BUG, what: `receipt: ${tried.bug}`, orderId }])
}

async function tryCall(
  host: HttpHost,
  caller: Caller | null,
  request: Request,
  clientId: string | undefined,
): Promise<Tried> {
  for (let attempt = 1; ; attempt++) {
    const tried = await callOnce(host, caller, request, clientId)
    // A machine that is too busy makes statements run out of time; the client comes again, as it is told to.
    if (tried.outcome !== 'platform.unavailable' || attempt === ATTEMPTS_MAX) return tried
  }
}

async function callOnce(
  host: HttpHost,
  caller: Caller | null,
  { route, params, query, body, ifMatch }: Request,
  clientId: string | undefined,
): Promise<Tried> {
  if (caller === null) return { outcome: 'skipped', answer: null, bug: null }
  try {
    const id = isWrite(route) ? clientId : undefined
    const answer = await callRoute(host, caller, route, {
      params,
      query,
      body,
      ifMatch,
      clientId: id,
      address: PUBLIC_ADDRESS,
    })
    return { outcome: 'done', answer, bug: null }
  } catch (error) {
    if (error instanceof SimulatedFailure) return { outcome: 'broken', answer: null, bug: null }
    const problem = problemOf(error, 'en', 'simulation')
    const bug = problem.unexpected ? ((error as Error).stack ?? String(error)) : null
    return { outcome: problem.body.code, answer: null, bug }
  }
}

/** Who calls, by a session that the server looks up, or by an order's private link; null when there is nobody. */
async function callerOf(district: District, by: string, orderId: string | undefined): Promise<Caller | null> {
  const { host } = district
  if (by === 'public') {
    const actor = { ...systemActor(YANQING), kind: 'public' as const, key: `public ${PUBLIC_ADDRESS}` }
    return { actor, token: null, byCookie: false }
  }
  if (by === 'link') {
    if (orderId === undefined) return null
    const token = await runRead(host.db, systemActor(YANQING), ({ tx }) => Promise.resolve(linkTokenOf(tx, orderId)))
    const actor = await orderLinkActor(host.db, YANQING, token, 'zh-CN')
    return actor === null ? null : { actor, token: null, byCookie: false }
  }
  const person = district.people.get(by)
  if (person === undefined) throw new Error(`Nobody here is called ${by}.`)
  const actor = await host.sessions.actorOf(person.token, YANQING)
  return actor === null ? null : { actor, token: person.token, byCookie: false }
}

const EFFECTS = {
  name: 'simulation-effects',
  text: `
    select concat_ws(' ',
      (select count(*) from audit_event), (select count(*) from order_transition), (select coalesce(sum(version), 0) from service_order),
      (select count(*) from message), (select count(*) from ledger_transfer), (select count(*) from attendance),
      (select count(*) from order_answer where reached), (select count(*) from follow_up_attempt),
      (select count(*) from pgboss.job), (select count(*) from idempotency),
      (select count(*) from sign_up where state in ('signed-up', 'waiting', 'offered')), (select coalesce(sum(taken), 0) from session_role),
      (select count(*) from busy_range), (select count(*) from check_in_mark), (select coalesce(sum(version), 0) from activity_session)) as effects`,
}

/** Counts everything that a write leaves behind; equal before and after means that nothing happened. */
async function effectsOf({ ground }: District): Promise<string> {
  const [row] = await ground.rows<{ effects: string }>(EFFECTS)
  return row!.effects
}

function fault(promise: string, sent: Sent, what: string): Broken {
  return { promise, what: `${sent.by} ${sent.act}: ${what}`, orderId: sent.orderId }
}
