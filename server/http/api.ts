import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type * as z from 'zod/mini'
import { routes, type RouteName } from '#contract/routes.ts'
import type { Route } from '#contract/kit.ts'
import { spend } from '#platform/auth/rate-limit.ts'
import type { Input, Reply } from '#platform/handlers.ts'
import type { Actor } from '#platform/actor.ts'
import type { Sql } from '#platform/db.ts'
import { Refusal } from '#platform/refusal.ts'
import { isUuid } from '#platform/tokens.ts'
import {
  type ClientWrite,
  fingerprintOf,
  type Read,
  runClientWrite,
  runRead,
  runWork,
  type Work,
} from '#platform/work.ts'
import { encodeAnswer } from './encode-answer.ts'
import type { HttpHost } from './host.ts'
import { authenticate, type Caller, refuseCrossSite, setSessionCookie } from './authenticate.ts'
import { requireGateway } from './gateway.ts'
import { mayCall } from './permissions.ts'
import { type ProblemAnswer, problemOf } from './problem.ts'
import { logUnexpected } from './request-log.ts'
import { decodeInput } from './validation.ts'

const UPLOAD_SECONDS_MAX = 30
/** In which the answer that it took too long goes out. */
const GRACE_MILLISECONDS = 5_000
const LONG_ANSWER_CHARACTERS = 4_000

type AnyHandler = ((context: Read | Work, input: Input<Route>) => Promise<Reply<unknown>>) & {
  readonly ahead?: (actor: Actor, input: Input<Route>) => Sql
}

/** Registers every route of the contract's table with its handler. */
export function registerApi(app: FastifyInstance, host: HttpHost): void {
  for (const name of Object.keys(routes) as RouteName[]) {
    const route = routes[name] as unknown as Route
    if (route.permission === 'demo' && !host.demo) continue
    app.route({
      method: route.method,
      url: route.path,
      // A photo over a weak line takes its time.
      ...(route.bodyBytesMax !== undefined && {
        bodyLimit: route.bodyBytesMax,
        handlerTimeout: UPLOAD_SECONDS_MAX * 1000,
      }),
      handler: (request, reply) => {
        // A connection is cut that is silent for longer than a request may take to arrive; this one waits for its answer.
        if (route.bodyBytesMax !== undefined) request.socket.setTimeout(UPLOAD_SECONDS_MAX * 1000 + GRACE_MILLISECONDS)
        return serve(host, name, request, reply)
      },
    })
  }
  app.all('/api/*', () => {
    throw new Refusal('platform.not-found', 404, {})
  })
}

/** Writes after which a session may mean something else: here before the answer goes out, in other processes by NOTIFY. */
const CHANGES_SESSIONS: ReadonlySet<RouteName> = new Set<RouteName>([
  'logout',
  'updateMe',
  'grantRole',
  'endGrant',
  'disableStaff',
  'leaveForGood',
  'leaveByToken',
  'mergeOwn',
  'decideMerge',
])

/** What a caller sends to one route, before it is checked. */
export interface RouteRequest {
  readonly params?: unknown
  readonly query?: unknown
  readonly body?: unknown
  /** Made by the client for this write (promise 9). */
  readonly clientId?: string | undefined
  /** The version an edit names, as in If-Match. */
  readonly ifMatch?: string | undefined
  /** A read of which nobody may have seen anything yet: what follows a read that reached somebody does not follow. */
  readonly unseen?: boolean
  readonly address: string
}

export interface RouteAnswer<Body> {
  readonly status: number
  /** As on the wire: instants are ISO 8601 texts. */
  readonly body: Body
  readonly version?: number
  readonly session?: { readonly token: string } | 'ended'
  readonly replayed: boolean
}

/**
 * Calls one route for a caller: permission, budget, validation, client id, handler, answer. The API and the resident pages
 * both come through here, so neither can do what the other may not.
 */
export async function callRoute<Name extends RouteName>(
  host: HttpHost,
  caller: Caller,
  name: Name,
  request: RouteRequest,
): Promise<RouteAnswer<z.input<(typeof routes)[Name]['answer']>>> {
  const answer = await runRoute(host, caller, name, request)
  if (CHANGES_SESSIONS.has(name)) host.sessions.forget()
  return answer as never
}

async function runRoute(
  host: HttpHost,
  caller: Caller,
  name: RouteName,
  request: RouteRequest,
): Promise<RouteAnswer<unknown>> {
  const route = routes[name] as unknown as Route
  const handler = host.handlers[name] as unknown as AnyHandler
  const { actor } = caller
  mayCall(actor, route.permission)
  const budget = route.budget && { key: `${name} ${actor.key}`, budget: route.budget }
  const spendAlone = async () => budget && spend(host.db, actor.districtId, budget.key, budget.budget)
  const takesClientId = route.method !== 'GET' && route.withoutClientId !== true
  if (!takesClientId) await spendAlone()
  let input: Input<Route>
  let write: ClientWrite | undefined
  try {
    input = inputOf(route, caller, request)
    write = takesClientId ? writeOf(route, request) : undefined
  } catch (error) {
    // A call that cannot be understood has still been a call.
    if (takesClientId) await spendAlone()
    throw error
  }
  if (route.fromSession === true) return answerOf(route, await handler({ actor } as Read, input))
  if (route.method === 'GET') {
    const reply = await runRead(host.db, actor, (context) => handler(context, input))
    if (reply.afterwards !== undefined && request.unseen !== true) await runWork(host, actor, reply.afterwards)
    return answerOf(route, reply)
  }
  if (write === undefined) {
    const reply = await runWork(host, actor, (work) => handler(work, input))
    if (reply.refusal !== undefined) throw reply.refusal
    return answerOf(route, reply)
  }
  let afterCommit: (() => Promise<void>) | undefined
  const act = async (work: Work, ahead: unknown) => {
    const reply = await handler(work, { ...input, ahead })
    afterCommit = reply.afterCommit
    return answerOf(route, reply)
  }
  const answer = await runClientWrite(host, actor, write, act, { budget, ahead: handler.ahead?.(actor, input) })
  await afterCommit?.()
  return { ...answer, ...(answer.replayed && versionIn(answer.body)) }
}

function inputOf(route: Route, caller: Caller, request: RouteRequest): Input<Route> {
  return {
    params: decodeInput(route.params, request.params ?? {}),
    query: decodeInput(route.query, request.query ?? {}),
    body: decodeInput(route.body, request.body ?? {}),
    version: route.ifMatch === true ? versionOf(request.ifMatch) : 0,
    address: request.address,
    token: caller.token,
    ahead: undefined,
  }
}

function writeOf(route: Route, request: RouteRequest): ClientWrite {
  const clientId = checkedClientId(request.clientId)
  return { clientId, fingerprint: fingerprintOf(route.method, canonicalPath(route, request), request.body) }
}

/** A retry gets the same ETag; only the body was kept, and every answer that has a version names it there. */
function versionIn(body: unknown): { version?: number } {
  const version = (body as { version?: unknown } | null)?.version
  return typeof version === 'number' ? { version } : {}
}

async function serve(host: HttpHost, name: RouteName, request: FastifyRequest, reply: FastifyReply) {
  const route = routes[name] as unknown as Route
  const caller = await authenticate(host, request)
  try {
    requireJson(request)
    if (route.method !== 'GET' && caller.byCookie) refuseCrossSite(request)
    if (route.permission === 'gateway') requireGateway(host, request)
    const answer = await callRoute(host, caller, name, {
      params: request.params,
      query: request.query,
      body: request.body,
      clientId: request.headers['idempotency-key'] as string | undefined,
      ifMatch: request.headers['if-match'],
      address: request.ip,
    })
    if (answer.session !== undefined) {
      setSessionCookie(host, reply, answer.session)
      if (answer.session !== 'ended') void reply.header('x-session-token', answer.session.token)
    }
    if (answer.replayed) void reply.header('idempotent-replayed', 'true')
    if (answer.version !== undefined) void reply.header('etag', `"${answer.version}"`)
    void reply.code(answer.status).header('cache-control', 'no-store').header('content-language', caller.actor.locale)
    return route.status === 204 ? reply.send() : reply.type('application/json; charset=utf-8').send(jsonOf(answer.body))
  } catch (error) {
    // In the caller's own language, which the general error handler does not know.
    return sendProblem(request, reply, problemOf(error, caller.actor.locale, request.id), error)
  }
}

/** As bytes when it is long: their number has to be known first, and counting them takes as long as making them. */
function jsonOf(body: unknown): string | Buffer {
  const text = JSON.stringify(body)
  return text.length < LONG_ANSWER_CHARACTERS ? text : Buffer.from(text)
}

/** Forms are for the resident pages alone: what a page of another site can send without asking is not taken here. */
function requireJson(request: FastifyRequest): void {
  const type = request.headers['content-type']
  if (request.method === 'GET' || type === undefined || /^application\/json(?:\s*;|\s*$)/iu.test(type)) return
  throw new Refusal('platform.unsupported-media-type', 415, {})
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: ProblemAnswer, error: unknown) {
  if (problem.unexpected) logUnexpected(request, error)
  if (problem.retryAfterSeconds !== undefined) void reply.header('retry-after', problem.retryAfterSeconds)
  return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem.body))
}

function answerOf(route: Route, reply: Reply<unknown>): RouteAnswer<never> {
  return {
    status: route.status,
    body: (route.status === 204 ? null : encodeAnswer(route.answer, reply.answer as never)) as never,
    replayed: false,
    ...(reply.version !== undefined && { version: reply.version }),
    ...(reply.session !== undefined && { session: reply.session }),
  }
}

/** The same for an API call and a form that asks for the same thing. */
function canonicalPath(route: Route, request: RouteRequest): string {
  return `${route.path} ${JSON.stringify(request.params ?? {})}`
}

function checkedClientId(id: string | undefined): string {
  if (id === undefined || !isUuid(id))
    throw new Refusal('platform.client-id-missing', 400, {}, { field: 'Idempotency-Key' })
  return id.toLowerCase()
}

function versionOf(ifMatch: string | undefined): number {
  const match = /^(?:W\/)?"(\d{1,9})"$/u.exec(ifMatch ?? '')
  if (match === null) throw new Refusal('platform.version-missing', 400, {}, { field: 'If-Match' })
  return Number(match[1])
}
