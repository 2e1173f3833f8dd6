import fastifyCookie from '@fastify/cookie'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import { localeOf } from '#i18n/translate.ts'
import { newUuid7 } from '#platform/tokens.ts'
import { registerApi, sendProblem } from './api.ts'
import { registerDocs } from './docs.ts'
import { registerHealth } from './health.ts'
import type { HttpHost } from './host.ts'
import { registerPages } from './pages.ts'
import { problemOf } from './problem.ts'
import { logAnswered } from './request-log.ts'
import { rawRefusal } from './raw-refusal.ts'
import { securityHeaders } from './security-headers.ts'
import { registerStatic } from './static.ts'

const BODY_BYTES_MAX = 1_000_000
const HEADER_SECONDS_MAX = 15
const REQUEST_SECONDS_MAX = 30
/** Whoever hears nothing for longer is told to come again; what was begun may still end, and its client id finds it. */
const ANSWER_SECONDS_MAX = 12

/** Builds the HTTP server: API, pages, documents, health. It listens to nothing yet. */
export async function buildApp(host: HttpHost): Promise<FastifyInstance> {
  const refused = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const locale = localeOf(undefined, request.headers['accept-language'])
    return sendProblem(request, reply, problemOf(error, locale, request.id), error)
  }
  const headers = securityHeaders(host.origin)
  const app = Fastify({
    loggerInstance: host.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_MAX,
    connectionTimeout: HEADER_SECONDS_MAX * 1000,
    requestTimeout: REQUEST_SECONDS_MAX * 1000,
    handlerTimeout: ANSWER_SECONDS_MAX * 1000,
    trustProxy: host.trustedProxies === 0 ? false : (_address, hop) => hop <= host.trustedProxies,
    // A logger of its own for each request would cost more than its line; our lines name the request themselves.
    childLoggerFactory: (logger) => logger,
    genReqId: () => newUuid7(new Date()),
    return503OnClosing: true,
    forceCloseConnections: 'idle',
    clientErrorHandler: rawRefusal(headers),
    // Before any route is known, as for an address that cannot be decoded: no hook has added the headers.
    frameworkErrors: (error, request, reply) =>
      void refused(error, request as FastifyRequest, reply.headers(headers) as FastifyReply),
  }) as unknown as FastifyInstance
  app.setErrorHandler(refused)
  addHooks(app, host, headers)
  await app.register(fastifyCookie)
  registerHealth(app, host)
  registerDocs(app)
  registerApi(app, host)
  if (host.pages !== null) {
    await registerStatic(app)
    await registerPages(app, host)
  }
  return app
}

/** What is done for every request. With callbacks, because a promise each would cost more than what they do. */
function addHooks(app: FastifyInstance, host: HttpHost, headers: ReturnType<typeof securityHeaders>): void {
  app.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(headers)
    done()
  })
  // Before it ends, the server asks clients to open their next connection elsewhere, so that none is cut while it is used.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (host.health.isStopping()) void reply.header('connection', 'close')
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url
    host.metrics.observeRequest({
      method: request.method,
      route,
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
    })
    logAnswered(host.log, request, reply, route)
    done()
  })
}
