import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { routes, type RouteName } from '#contract/routes.ts'
import type { Route } from '#contract/kit.ts'
import { spend } from '#platform/auth/rate-limit.ts'
import type { Handler, Input, Reply } from '#platform/handlers.ts'
import { Refusal } from '#platform/refusal.ts'
import { isUuid } from '#platform/tokens.ts'
import { fingerprintOf, type Read, runClientWrite, runRead, runWork, type Work } from '#platform/work.ts'
import type { HttpHost } from './app.ts'
import { authenticate, type Caller, refuseCrossSite, setSessionCookie } from './authenticate.ts'
import { requireGateway } from './gateway.ts'
import { mayCall } from './permissions.ts'
import { problemOf } from './problem.ts'
import { decodeInput, encodeAnswer } from './validation.ts'

type AnyHandler = (context: Read | Work, input: Input<Route>) => Promise<Reply<unknown>>

/** Registers every route of the contract's table with its handler. */
export function registerApi(app: FastifyInstance, host: HttpHost): void {
  for (const name of Object.keys(routes) as RouteName[]) {
    const route = routes[name] as Route
    if (route.permission === 'demo' && !host.demo) continue
    const handler = host.handlers[name] as unknown as AnyHandler
    app.route({
      method: route.method,
      url: route.path,
      ...(route.bodyBytesMax !== undefined && { bodyLimit: route.bodyBytesMax }),
      handler: (request, reply) => serve(host, name, route, handler, request, reply),
    })
  }
  app.all('/api/*', () => {
    throw new Refusal('platform.not-found', 404, {})
  })
}

async function serve(host: HttpHost, name: string, route: Route, handler: AnyHandler, request: FastifyRequest, reply: FastifyReply) {
  const caller = await authenticate(host, request)
  try {
    return await serveCaller(host, name, route, handler, caller, request, reply)
  } catch (error) {
    // The caller's own language, which the general error handler does not know.
    const problem = problemOf(error, caller.actor.locale, request.id)
    if (problem.unexpected) request.log.error({ err: error, route: route.path }, 'unexpected error')
    if (problem.retryAfterSeconds !== undefined) void reply.header('retry-after', problem.retryAfterSeconds)
    return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem.body))
  }
}

async function serveCaller(host: HttpHost, name: string, route: Route, handler: AnyHandler, caller: Caller, request: FastifyRequest, reply: FastifyReply) {
  const { actor } = caller
  const isWrite = route.method !== 'GET'
  if (isWrite && caller.byCookie) refuseCrossSite(request)
  if (route.permission === 'gateway') requireGateway(host, request)
  mayCall(actor, route.permission)
  if (route.budget !== undefined) await spend(host.db, actor.districtId, `${name} ${actor.key}`, route.budget)
  const input = readInput(route, caller, request)
  const answer = isWrite
    ? await write(host, route, handler, caller, input, request, reply)
    : await read(host, route, handler, caller, input)
  if (answer.version !== undefined) void reply.header('etag', `"${answer.version}"`)
  void reply.code(answer.status).header('cache-control', 'no-store').header('content-language', actor.locale)
  return route.status === 204 ? reply.send() : reply.type('application/json; charset=utf-8').send(JSON.stringify(answer.body))
}

interface Served {
  readonly status: number
  readonly body: unknown
  readonly version?: number
}

async function read(host: HttpHost, route: Route, handler: AnyHandler, caller: Caller, input: Input<Route>): Promise<Served> {
  const reply = await runRead(host.db, caller.actor, (context) => handler(context, input))
  return served(route, reply)
}

async function write(host: HttpHost, route: Route, handler: AnyHandler, caller: Caller, input: Input<Route>, request: FastifyRequest, reply: FastifyReply): Promise<Served> {
  if (route.withoutClientId === true) {
    const result = await runWork(host, caller.actor, (work) => handler(work, input))
    if (result.session !== undefined) setSessionCookie(host, reply, result.session === 'ended' ? 'ended' : result.session.token)
    if (typeof result.session === 'object') void reply.header('x-session-token', result.session.token)
    return served(route, result)
  }
  const clientId = clientIdOf(request)
  const fingerprint = fingerprintOf(route.method, request.url, request.body)
  const answer = await runClientWrite(host, caller.actor, { clientId, fingerprint }, async (work) => served(route, await handler(work, input)))
  if (answer.replayed) void reply.header('idempotent-replayed', 'true')
  return answer
}

function served(route: Route, reply: Reply<unknown>): Served {
  const body = route.status === 204 ? null : encodeAnswer(route.answer, reply.answer as never)
  return { status: route.status, body, ...(reply.version !== undefined && { version: reply.version }) }
}

function readInput(route: Route, caller: Caller, request: FastifyRequest): Input<Route> {
  return {
    params: decodeInput(route.params, request.params),
    query: decodeInput(route.query, request.query),
    body: decodeInput(route.body, route.method === 'GET' ? {} : (request.body ?? {})),
    version: route.ifMatch === true ? versionOf(request) : 0,
    address: request.ip,
    token: caller.token,
  } as Input<Route>
}

function clientIdOf(request: FastifyRequest): string {
  const id = request.headers['idempotency-key']
  if (typeof id !== 'string' || !isUuid(id)) throw new Refusal('platform.client-id-missing', 400, {}, { field: 'Idempotency-Key' })
  return id.toLowerCase()
}

function versionOf(request: FastifyRequest): number {
  const match = /^(?:W\/)?"(\d{1,9})"$/u.exec(request.headers['if-match'] ?? '')
  if (match === null) throw new Refusal('platform.version-missing', 400, {}, { field: 'If-Match' })
  return Number(match[1])
}

export type { Handler }
