// A real server on an empty folder, without the demonstration: the printed link makes the first administrator, once.
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TOTP, URI } from 'otpauth'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newUuid7 } from '../../server/platform/tokens.ts'
import { freePort, type ServerProcess, spawnServer, stopServer, untilReady } from '../support/server-process.ts'

const START_MILLISECONDS_MAX = 180_000
const PASSWORD = 'seven-lanterns-over-guihe'

let folder = ''
let server: ServerProcess
let adminToken = ''

async function start(): Promise<ServerProcess> {
  const started = spawnServer({
    port: await freePort(),
    env: { HUIYIN_DATA: join(folder, 'data'), HUIYIN_DEMO: '0', HUIYIN_LOG_LEVEL: 'warn' },
  })
  await untilReady(started)
  return started
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'huiyin-first-'))
  server = await start()
}, START_MILLISECONDS_MAX)
afterAll(async () => {
  await stopServer(server)
  await rm(folder, { recursive: true, force: true })
}, START_MILLISECONDS_MAX)

async function send(method: string, path: string, body?: unknown, token?: string) {
  const response = await fetch(`${server.origin}/api/v1${path}`, {
    method,
    headers: {
      'idempotency-key': newUuid7(new Date()),
      'accept-language': 'en',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const answer = (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, unknown>
  return { status: response.status, answer, session: response.headers.get('x-session-token') ?? '' }
}

const printedToken = () =>
  server.lines.map((line) => /\/staff\/invitation#(\S+)$/u.exec(line.text)?.[1]).find((token) => token !== undefined)

/** Opens an invitation as its page does, and reads the one-time password off the authenticator. */
async function open(token: string): Promise<{ login: unknown; totp: string }> {
  const { status, answer } = await send('POST', '/staff-invitations/open', { token })
  expect(status).toBe(200)
  const authenticator = URI.parse(String(answer['totpUri']))
  if (!(authenticator instanceof TOTP)) throw new Error('The invitation shows no time-based authenticator.')
  return { login: answer['login'], totp: authenticator.generate() }
}

test('the first administrator accepts the printed link once, and only once', async () => {
  const token = printedToken() ?? ''
  expect(token).not.toBe('')
  const { login, totp } = await open(token)
  expect(login).toBe('admin')

  const wrong = await send('POST', '/staff-invitations/accept', { token, password: PASSWORD, totp: '000000' })
  expect([wrong.status, wrong.answer['code']]).toEqual([422, 'people.totp-wrong'])
  const weak = await send('POST', '/staff-invitations/accept', { token, password: '12345678', totp })
  expect([weak.status, weak.answer['code']]).toEqual([422, 'people.password-weak'])

  const accepted = await send('POST', '/staff-invitations/accept', { token, password: PASSWORD, totp })
  expect(accepted.status).toBe(201)
  adminToken = accepted.session
  expect(accepted.answer['permissions']).toContain('staff.manage')

  for (const path of ['/staff-invitations/accept', '/staff-invitations/open']) {
    const again = await send('POST', path, { token, ...(path.endsWith('accept') && { password: PASSWORD, totp }) })
    expect([again.status, again.answer['code']]).toEqual([404, 'people.invitation-gone'])
  }
  const replayed = await send('POST', '/staff-sessions', { login: 'admin', password: PASSWORD, totp })
  expect([replayed.status, replayed.answer['code']]).toEqual([401, 'people.totp-used'])
})

test('the administrator appoints a dispatcher, who accepts an own link', async () => {
  const units = await send('GET', '/units?kind=centre')
  const [centre] = units.answer['rows'] as { id: string }[]
  const body = { name: '试派员', login: 'first-dispatcher', role: 'dispatcher', unitId: centre?.id }
  const appointed = await send('POST', '/staff', body, adminToken)
  expect(appointed.status).toBe(201)
  const token = String(appointed.answer['invitationLink']).split('#')[1] ?? ''
  const { totp } = await open(token)
  const accepted = await send('POST', '/staff-invitations/accept', { token, password: PASSWORD, totp })
  expect(accepted.status).toBe(201)
  expect(accepted.answer['permissions']).toContain('orders.dispatch')
  expect((await send('POST', '/staff', { ...body, login: 'second' }, accepted.session)).status).toBe(403)
})

test('no offering is shown that no provider of this district ever confirmed', async () => {
  const offered = await send('GET', '/offerings?limit=100')
  expect([offered.status, offered.answer['rows']]).toEqual([200, []])
  const known = await send('GET', '/offerings?limit=100&hidden=include', undefined, adminToken)
  expect((known.answer['rows'] as { isHidden: boolean }[]).map((row) => row.isHidden)).not.toContain(false)
  expect(known.answer['rows']).not.toEqual([])
})

test('nothing of the demonstration exists: no accounts, no outbox, no clock to move', async () => {
  expect((await send('GET', '/demo/accounts')).status).toBe(404)
  expect((await send('GET', '/demo/outbox')).status).toBe(404)
  expect((await send('POST', '/demo/clock', { minutes: 60 }, adminToken)).status).toBe(404)
  expect((await fetch(`${server.origin}/demo/outbox`)).status).toBe(404)
  expect((await send('GET', '/clock')).answer['canShift']).toBe(false)
  const version = await fetch(`${server.origin}/version`)
  expect(await version.json()).toMatchObject({ demo: false })
})

test(
  'a signal ends it in order, and the next start prints no link again',
  { timeout: START_MILLISECONDS_MAX },
  async () => {
    const pidFile = join(folder, 'data', 'cluster', 'postmaster.pid')
    const postgres = Number((await readFile(pidFile, 'utf8')).split('\n')[0])
    expect(await stopServer(server)).toEqual({ code: 0, signal: null })
    expect(existsSync(pidFile)).toBe(false)
    expect(() => process.kill(postgres, 0)).toThrow('ESRCH')

    server = await start()
    expect(printedToken()).toBeUndefined()
    expect((await send('GET', '/me', undefined, adminToken)).status).toBe(200)
  },
)
