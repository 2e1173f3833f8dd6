/** Signing in and out: the cookie, requests that another site caused, and sessions that end everywhere at once. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TOTP, URI } from 'otpauth'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeStaff, type Player } from '../support/cast.ts'
import { YANQING } from '../support/database.ts'
import { checkProblem } from '../support/http-client.ts'
import { composeFor, useServer } from '../support/server.ts'

const server = useServer()
const COOKIE = '__Host-huiyin'
const NOTIFY_MS_MAX = 1_000
const PHONE = '13986425501'

/** Asks for a code and reads it where it was sent. */
async function codeFor(phone: string): Promise<string> {
  await server.refill()
  await server.call('requestCode', { body: { phone } })
  await server.settle()
  const { rows } = (await server.call('listOutbox', { query: { phone } })).answer
  return /\d{6}/u.exec(rows[0]!.text)![0]
}

const byCookie = (token: string, headers: Record<string, string> = {}) => ({
  as: { host: 'a.test', credentials: { cookie: `${COOKIE}=${token}`, ...headers } },
})

describe('a resident', () => {
  test('signs in by phone and code, and is registered by that', async () => {
    const code = await codeFor(PHONE)
    const wrong = await server.send('residentLogin', {
      body: { phone: PHONE, code: code === '000000' ? '111111' : '000000' },
    })
    expect(wrong.problem).toMatchObject({ status: 401, code: 'people.code-wrong', field: 'code' })
    const { answer, headers } = await server.call('residentLogin', {
      body: { phone: '+86 139 8642 5501', code, name: '阿依古丽·买买提' },
    })
    expect(answer).toMatchObject({ kind: 'resident', name: '阿依古丽·买买提', phoneMasked: '139****5501' })
    const [cookie] = headers['set-cookie'] ?? []
    expect(cookie).toMatch(new RegExp(`^${COOKIE}=${YANQING}\\.[\\w-]{43};`, 'u'))
    for (const flag of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/']) expect(cookie).toContain(flag)
    expect(cookie).not.toContain('Domain')
    const me = await server.call('readMe', byCookie(String(headers['x-session-token'])))
    expect(me.answer.id).toBe(answer.id)
    const again = await server.send('residentLogin', { body: { phone: PHONE, code } })
    expect(again.problem).toMatchObject({ status: 401, code: 'people.code-gone' })
  })

  test('has five tries for a code', async () => {
    const code = await codeFor('13986425502')
    const wrong = code === '000000' ? '111111' : '000000'
    for (let left = 4; left >= 0; left--) {
      const { problem } = await server.send('residentLogin', { body: { phone: '13986425502', code: wrong } })
      expect(problem.code).toBe('people.code-wrong')
      expect(problem.title).toContain(String(left))
    }
    const { problem } = await server.send('residentLogin', { body: { phone: '13986425502', code } })
    expect(problem).toMatchObject({ status: 401, code: 'people.code-gone' })
  })

  test('gets one code a minute', async () => {
    await server.refill()
    const body = { phone: '13986425503' }
    await server.call('requestCode', { body })
    const { problem, headers } = await server.send('requestCode', { body: { phone: '139-8642-5503' }, locale: 'en' })
    expect(problem).toMatchObject({ status: 429, code: 'platform.too-many-calls' })
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60)
  })

  test.each(['12345678901', '13800', '400-800-8000', '+1 202 555 0100'])(
    'with the phone %s is told so',
    async (phone) => {
      const { problem } = await server.send('requestCode', { body: { phone } })
      expect(problem.status).toBe(400)
      expect(problem.field ?? problem.errors?.[0]?.field).toBe('phone')
    },
  )
})

describe('staff', () => {
  const password = '檐下听雨-2031-长夜'
  let totp: TOTP
  let login: string

  async function invited(): Promise<{ token: string; login: string }> {
    const name = `staff-${randomUUID().slice(0, 8)}`
    const { admin, places } = server.cast
    const body = { name: '𠮷田𡈽', login: name, role: 'auditor', unitId: places.centre.id } as const
    const { answer } = await server.call('appointStaff', { as: admin, body })
    return { token: answer.invitationLink.split('#')[1]!, login: name }
  }

  /** An authenticator's code works once; the next step's is accepted a little early. */
  const code = (stepsAhead: number) => totp.generate({ timestamp: Date.now() + stepsAhead * 30_000 })

  test('accept an invitation once, with a password of their own', async () => {
    const { token, login: name } = await invited()
    const opened = (await server.call('openInvitation', { body: { token } })).answer
    expect(opened).toMatchObject({ login: name, name: '𠮷田𡈽' })
    totp = URI.parse(opened.totpUri) as TOTP
    login = name
    const weak = await server.send('acceptInvitation', { body: { token, password: '12345678', totp: code(-1) } })
    expect(weak.problem).toMatchObject({ status: 422, code: 'people.password-weak', field: 'password' })
    const wrong = await server.send('acceptInvitation', { body: { token, password, totp: '000000' } })
    expect(wrong.problem).toMatchObject({ status: 422, code: 'people.totp-wrong', field: 'totp' })
    const { answer } = await server.call('acceptInvitation', { body: { token, password, totp: code(-1) } })
    expect(answer).toMatchObject({ kind: 'staff', roles: [{ role: 'auditor' }] })
    const again = await server.send('acceptInvitation', { body: { token, password, totp: code(0) } })
    expect(again.problem).toMatchObject({ status: 404, code: 'people.invitation-gone' })
  })

  test('sign in with three secrets, each code once, and are told nothing when one is wrong', async () => {
    const right = { login, password, totp: code(0) }
    for (const body of [
      { ...right, password: 'wrong' },
      { ...right, totp: '000000' },
      { ...right, login: 'nobody' },
    ]) {
      const { problem } = await server.send('staffLogin', { body })
      expect(problem).toMatchObject({ status: 401, code: 'people.sign-in-failed' })
      expect(problem.field).toBeUndefined()
    }
    const { answer } = await server.call('staffLogin', { body: right })
    expect(answer.permissions).toContain('audit.read')
    const { problem } = await server.send('staffLogin', { body: right })
    expect(problem).toMatchObject({ status: 401, code: 'people.totp-used' })
  })

  test('are locked out after five failures', async () => {
    for (let i = 0; i < 5; i++) await server.send('staffLogin', { body: { login, password: 'wrong', totp: '000000' } })
    const { problem, headers } = await server.send('staffLogin', { body: { login, password, totp: code(1) } })
    expect(problem).toMatchObject({ status: 429, code: 'people.account-locked' })
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
  })
})

describe('a request that another site caused', () => {
  const body = { elderMode: true }
  const token = () => server.cast.resident.token!

  test.each([
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ 'sec-fetch-site': 'cross-site', origin: 'https://a.test' }],
    [{ origin: 'https://evil.test' }],
    [{ origin: 'https://a.test.evil.test' }],
    [{ origin: 'null' }],
    [{ origin: 'https://b.test' }],
  ])('is refused: %j', async (headers) => {
    const { problem } = await server.send('updateMe', { ...byCookie(token(), headers), body, locale: 'en' })
    expect(problem).toMatchObject({ status: 403, code: 'platform.cross-site' })
    expect((await server.send('logout', byCookie(token(), headers))).status).toBe(403)
  })

  test.each([
    [{ 'sec-fetch-site': 'same-origin' }],
    [{ 'sec-fetch-site': 'none' }],
    [{ origin: 'https://a.test' }],
    [{}],
  ])('is something else: %j', async (headers) => {
    await server.call('updateMe', { ...byCookie(token(), headers), body })
  })

  test('cannot use a token it does not have: a bearer’s request needs no such check', async () => {
    const as = server.cast.resident
    await server.call('updateMe', { as, body, headers: { 'sec-fetch-site': 'cross-site' } })
  })

  test('cannot be a form', async () => {
    const headers = {
      host: 'a.test',
      cookie: `${COOKIE}=${token()}`,
      'content-type': 'application/x-www-form-urlencoded',
      'idempotency-key': randomUUID(),
    }
    const response = await server.raw({ method: 'PUT', path: '/api/v1/me', headers, body: 'elderMode=true' })
    expect(checkProblem(response, 'zh-CN', response.text)).toMatchObject({ code: 'platform.unsupported-media-type' })
  })
})

describe('a session that ends', () => {
  const platforms: {
    app: Awaited<ReturnType<Awaited<ReturnType<typeof composeFor>>['buildApp']>>
    stop(): Promise<void>
  }[] = []

  beforeAll(async () => {
    for (let n = 0; n < 2; n++) {
      const dataDir = await mkdtemp(join(tmpdir(), 'huiyin-other-'))
      const platform = await composeFor(server.ownerUrl, dataDir, () => undefined)
      const app = await platform.buildApp(true)
      await app.ready()
      platforms.push({
        app,
        stop: async () => {
          await app.close()
          await platform.close()
          await rm(dataDir, { recursive: true, force: true })
        },
      })
    }
  })
  afterAll(async () => {
    for (const platform of platforms) await platform.stop()
  })

  /** What every other process answers to a session. */
  async function elsewhere(player: Player, path = '/api/v1/me'): Promise<number[]> {
    const headers = { host: player.host, ...player.credentials }
    return Promise.all(platforms.map(async ({ app }) => (await app.inject({ url: path, headers })).statusCode))
  }

  async function soon(expected: number, player: Player, path?: string): Promise<void> {
    const until = performance.now() + NOTIFY_MS_MAX
    let answers = await elsewhere(player, path)
    while (answers.some((status) => status !== expected) && performance.now() < until)
      answers = await elsewhere(player, path)
    expect(answers).toEqual([expected, expected])
  }

  const spare = () =>
    makeStaff(server.host, YANQING, {
      name: '耿备用',
      login: `spare-${randomUUID().slice(0, 8)}`,
      role: 'auditor',
      unitId: server.cast.places.centre.id,
    })

  test('by signing out ends in every process', async () => {
    const player = await spare()
    await soon(200, player)
    const response = await server.call('logout', { as: player })
    expect(response.headers['set-cookie']?.[0]).toMatch(new RegExp(`^${COOKIE}=;.*(?:Expires|Max-Age)`, 'u'))
    expect((await server.send('readMe', { as: player })).status).toBe(401)
    await soon(401, player)
  })

  test('goes on in the language that its person chose, in every process', async () => {
    const player = await spare()
    await soon(401, { ...player, credentials: { authorization: 'Bearer nothing' } })
    await soon(200, player)
    await server.call('updateMe', { as: player, body: { locale: 'en' } })
    const body = { elderMode: 'no' }
    const refused = await server.raw({
      method: 'PUT',
      path: '/api/v1/me',
      headers: { host: player.host, ...player.credentials, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(refused.status).toBe(400)
    checkProblem(refused, 'en', refused.text)
  })

  test('leaves a row in the audit log when its person changes something, without what it was changed to', async () => {
    const player = await spare()
    await server.call('updateMe', { as: player, body: { name: '寇改名', elderMode: true } })
    const { rows } = await server.owner((client) =>
      client.query('select details from audit_event where actor_id = $1 and action = $2', [
        player.personId,
        'people.update',
      ]),
    )
    expect(rows).toEqual([{ details: { fields: ['name', 'elderMode'] } }])
  })

  test('because the account is disabled ends in every process', async () => {
    const player = await spare()
    await soon(200, player)
    await server.call('disableStaff', { as: server.cast.admin, params: { id: player.personId } })
    await soon(401, player)
  })

  test('in its role: what the role allowed is over in every process', async () => {
    const player = await spare()
    const path = '/api/v1/audit/events'
    await soon(200, player, path)
    const { rows } = (await server.call('listStaff', { as: server.cast.admin, query: { limit: '100' } })).answer
    const [grant] = rows.find((row) => row.id === player.personId)!.roles
    await server.call('endGrant', { as: server.cast.admin, params: { id: grant!.grantId } })
    await soon(403, player, path)
    await soon(200, player)
  })
})
