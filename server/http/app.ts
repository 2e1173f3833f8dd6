import fastifyCookie from '@fastify/cookie'
import fastifyFormbody from '@fastify/formbody'
import fastifyHelmet from '@fastify/helmet'
import Fastify, { type FastifyInstance } from 'fastify'
import { localeOf } from '#i18n/translate.ts'
import type { Sessions } from '#platform/auth/sessions.ts'
import type { Log } from '#platform/log.ts'
import type { Metrics } from '#platform/metrics.ts'
import { newUuid7 } from '#platform/tokens.ts'
import type { WorkHost } from '#platform/work.ts'
import { registerApi, sendProblem } from './api.ts'
import { registerDocs } from './docs.ts'
import { type HealthSources, registerHealth } from './health.ts'
import type { AllHandlers } from './modules.ts'
import { type PagesOptions, registerPages } from './pages.ts'
import { problemOf } from './problem.ts'
import { registerStatic } from './static.ts'

/** What the edge needs from the composition root. */
export interface HttpHost extends WorkHost {
  readonly log: Log
  readonly metrics: Metrics
  readonly sessions: Sessions
  readonly handlers: AllHandlers
  readonly health: HealthSources
  readonly origin: string
  readonly secureCookies: boolean
  readonly trustedProxies: number
  /** Demonstration servers only: the routes under /api/v1/demo exist. */
  readonly demo: boolean
  readonly gatewaySecret: string | null
  /** Null: the API alone, as most tests want it. */
  readonly pages: PagesOptions | null
}

const BODY_BYTES_MAX = 1_000_000
const HEADER_SECONDS_MAX = 15
const REQUEST_SECONDS_MAX = 30

/** Builds the HTTP server: API, pages, documents, health. It listens to nothing yet. */
export async function buildApp(host: HttpHost): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: host.log,
    disableRequestLogging: true,
    bodyLimit: BODY_BYTES_MAX,
    connectionTimeout: HEADER_SECONDS_MAX * 1000,
    requestTimeout: REQUEST_SECONDS_MAX * 1000,
    trustProxy: host.trustedProxies === 0 ? false : (_address, hop) => hop <= host.trustedProxies,
    genReqId: () => newUuid7(new Date()),
    return503OnClosing: true,
    forceCloseConnections: 'idle',
  }) as unknown as FastifyInstance
  app.setErrorHandler((error, request, reply) => {
    const locale = localeOf(undefined, request.headers['accept-language'])
    return sendProblem(request, reply, problemOf(error, locale, request.id), error)
  })
  app.addHook('onResponse', async (request, reply) => {
    const seconds = reply.elapsedTime / 1000
    const route = request.routeOptions.url
    host.metrics.observeRequest({ method: request.method, route, status: reply.statusCode, seconds })
    request.log.info(
      { method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      'request',
    )
  })
  await app.register(fastifyHelmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        // antd writes its styles into the page at run time; scripts stay strict.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        objectSrc: ["'none'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
      },
    },
    hsts: host.origin.startsWith('https:'),
  })
  await app.register(fastifyCookie)
  await app.register(fastifyFormbody, { bodyLimit: BODY_BYTES_MAX })
  registerHealth(app, host)
  await registerDocs(app)
  registerApi(app, host)
  if (host.pages !== null) {
    await registerStatic(app)
    await registerPages(app, host)
  }
  return app
}
