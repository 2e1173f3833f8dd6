/** What every answer carries and what the log says of it, whatever the route. */
import { type AddressInfo, connect } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterEach, describe, expect, test } from 'vitest'
import { buildApp } from '../../server/http/app.ts'
import type { HttpHost } from '../../server/http/host.ts'
import { sql } from '../../server/platform/db.ts'
import { createLog } from '../../server/platform/log.ts'
import { useServer } from '../support/server.ts'

const server = useServer()
const apps: FastifyInstance[] = []
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close()
})

/** The server's app over the same database, with other settings. */
async function appWith(settings: Partial<HttpHost>): Promise<FastifyInstance> {
  const app = await buildApp({ ...server.platform.host, ...settings })
  apps.push(app)
  return app
}

/** An app whose log is kept. */
async function keepingLog(level: 'info' | 'debug', settings: Partial<HttpHost> = {}) {
  const lines: Record<string, unknown>[] = []
  const stream = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) }
  const app = await appWith({ ...settings, log: createLog({ level, stream }) })
  return { app, lines: () => lines.splice(0) }
}

const HEADERS = {
  'content-security-policy':
    "default-src 'self';style-src 'self' 'unsafe-inline';img-src 'self' data: blob:;object-src 'none';frame-ancestors 'none';base-uri 'none';form-action 'self'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'SAMEORIGIN',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
}
const HSTS = 'strict-transport-security'
const local = { host: 'a.test' }

describe('security headers', () => {
  const places: [
    string,
    number,
    { method?: 'GET' | 'POST' | 'HEAD'; headers?: Record<string, string>; payload?: string },
  ][] = [
    ['/livez', 200, {}],
    ['/livez', 200, { method: 'HEAD' }],
    ['/openapi.json', 200, {}],
    ['/api/v1/categories', 200, {}],
    ['/api/v1/me', 401, {}],
    ['/api/v1/orders', 400, { method: 'POST', headers: { 'content-type': 'application/json' }, payload: '{' }],
    ['/api/v1/nothing-here', 404, {}],
    ['/nothing-here', 404, {}],
    // Refused by the router before any route and any hook is known.
    ['/%', 404, {}],
    ['/api/v1/orders/%E0%A4%A', 404, {}],
    [`/api/v1/orders/${'x'.repeat(200)}`, 404, {}],
  ]

  test.each(places)('%s answers %i with all of them', async (url, status, { method = 'GET', headers, payload }) => {
    const app = await appWith({ origin: 'http://localhost:8080' })
    const answer = await app.inject({
      method,
      url,
      headers: { ...local, ...headers },
      ...(payload !== undefined && { payload }),
    })
    expect(answer.statusCode).toBe(status)
    expect(answer.headers).toMatchObject(HEADERS)
    expect(answer.headers).not.toHaveProperty(HSTS)
  })

  test('only a server that is reached by https asks for https from then on', async () => {
    const app = await appWith({ origin: 'https://huiyin.example' })
    const { headers } = await app.inject({ url: '/livez', headers: local })
    expect(headers).toMatchObject({ ...HEADERS, [HSTS]: 'max-age=31536000; includeSubDomains' })
  })
})

test('a server that stops asks for the next connection to be opened elsewhere', async () => {
  let isStopping = false
  const app = await appWith({ health: { ...server.platform.host.health, isStopping: () => isStopping } })
  const ask = () => app.inject({ url: '/livez', headers: local })
  expect((await ask()).headers.connection).not.toBe('close')
  isStopping = true
  expect((await ask()).headers.connection).toBe('close')
})

/** What the server writes back to bytes as they are. */
async function rawAnswer(app: FastifyInstance, bytes: string): Promise<string> {
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  socket.write(bytes)
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  return answer
}

test('what the parser cannot read at all is answered by a problem with all of the headers, and tells nothing', async () => {
  const app = await appWith({ origin: 'http://localhost:8080' })
  const answer = await rawAnswer(app, 'GET /a b c HTTP/1.1\r\nHost: a.test\r\n\r\n')
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  const [status, ...lines] = head.split('\r\n')
  expect(status).toBe('HTTP/1.1 400 Bad Request')
  const headers = Object.fromEntries(lines.map((line) => /^([^:]+): (.*)$/u.exec(line)!.slice(1)))
  expect(headers).toMatchObject({ ...HEADERS, 'content-type': 'application/problem+json', connection: 'close' })
  expect(JSON.parse(body)).toMatchObject({ status: 400, code: 'platform.not-http' })
})

describe('the log', () => {
  const UUID = /^[0-9a-f-]{36}$/u
  const route = '/api/v1/orders/:id'
  const url = '/api/v1/orders/0198c5f2-7a00-7000-8000-000000000001?secret=13812341234'

  test('holds a line for each request but for reads that went well and quickly', async () => {
    const { app, lines } = await keepingLog('info')
    await app.inject({ url: '/livez', headers: local })
    await app.inject({ url: '/api/v1/categories', headers: local })
    expect(lines()).toEqual([])
    await app.inject({ url, headers: local })
    expect(lines()).toMatchObject([
      {
        level: 'info',
        msg: 'request',
        method: 'GET',
        route,
        status: 401,
        reqId: expect.stringMatching(UUID),
        ms: expect.any(Number),
      },
    ])
    await app.inject({
      method: 'DELETE',
      url: '/api/v1/session',
      headers: { ...local, ...server.cast.resident.credentials },
    })
    expect(lines()).toMatchObject([
      { level: 'info', msg: 'request', method: 'DELETE', route: '/api/v1/session', status: 204 },
    ])
  })

  test('holds a slow read', async () => {
    const { host } = server.platform
    const slow: HttpHost['handlers']['listCategories'] = async (read, input) => {
      await read.tx.run(sql`select pg_sleep(0.3)`)
      return host.handlers.listCategories(read, input)
    }
    const { app, lines } = await keepingLog('info', { handlers: { ...host.handlers, listCategories: slow } })
    await app.inject({ url: '/api/v1/categories', headers: local })
    expect(lines()).toMatchObject([{ level: 'info', msg: 'request', route: '/api/v1/categories', status: 200 }])
  })

  test('holds every request at the level debug', async () => {
    const { app, lines } = await keepingLog('debug')
    await app.inject({ url: '/livez', headers: local })
    expect(lines()).toMatchObject([
      { level: 'debug', msg: 'request', route: '/livez', status: 200, reqId: expect.stringMatching(UUID) },
    ])
  })

  test('names a bug by the number that its answer gives', async () => {
    const { host } = server.platform
    const broken = async () => {
      throw new TypeError('planted')
    }
    const { app, lines } = await keepingLog('info', { handlers: { ...host.handlers, listCategories: broken } })
    const answer = await app.inject({ url: '/api/v1/categories', headers: local })
    expect(answer.statusCode).toBe(500)
    const { requestId } = answer.json<{ requestId: string }>()
    expect(lines()).toMatchObject([
      {
        level: 'error',
        msg: 'unexpected error',
        reqId: requestId,
        route: '/api/v1/categories',
        err: { type: 'TypeError', message: 'planted' },
      },
      { level: 'info', msg: 'request', reqId: requestId, status: 500 },
    ])
  })

  test('holds no query, body, cookie or credential', async () => {
    const { app, lines } = await keepingLog('debug')
    await app.inject({
      url,
      headers: { ...local, ...server.cast.resident.credentials, cookie: 'huiyin=110119.secret-of-a-cookie' },
    })
    const text = JSON.stringify(lines())
    expect(text).toContain(route)
    for (const secret of [
      '13812341234',
      'secret-of-a-cookie',
      '0198c5f2',
      Object.values(server.cast.resident.credentials)[0]!,
    ])
      expect(text).not.toContain(secret)
  })
})
