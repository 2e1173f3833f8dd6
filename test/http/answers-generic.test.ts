/** What every route answers to what it cannot take: generated from the table of routes and the shapes it declares. */
import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import type { Problem, Route } from '../../contract/kit.ts'
import { type RouteName, routes } from '../../contract/routes.ts'
import type { Player } from '../support/cast.ts'
import { checkProblem } from '../support/http-client.ts'
import { type LooseCall, pathOf, signatureOf, useServer } from '../support/server.ts'
import { activityCases } from './cases-of-activities.ts'
import { checkInCases } from './cases-of-check-in.ts'
import { hoursCases } from './cases-of-hours.ts'
import { recordCases } from './cases-of-records.ts'
import { orderCases, placingCases } from './cases-of-orders.ts'
import { teamDeskCases } from './cases-of-team-desk.ts'
import { teamCases } from './cases-of-teams.ts'
import { thingCases } from './cases-of-things.ts'
import { type Cases, openWorld, type World } from './matrix.ts'
import { type Kind, KINDS, MAY_CALL } from './who-may.ts'

const cases: Cases = {
  ...orderCases,
  ...placingCases,
  ...thingCases,
  ...activityCases,
  ...checkInCases,
  ...recordCases,
  ...teamCases,
  ...hoursCases,
  ...teamDeskCases,
}
const server = useServer()
/** A gateway's route wants its signature over the body; the others want none. */
const signed = (name: RouteName, body: unknown) =>
  routeOf(name).permission === 'gateway' && !HALF_PAIR.test(JSON.stringify(body))
    ? { headers: { 'x-gateway-signature': signatureOf(body) } }
    : {}
const names = Object.keys(routes) as RouteName[]
const routeOf = (name: RouteName) => routes[name] as unknown as Route
const FAULTY_FIELDS_MIN = 400
// `JSON.stringify` writes half a surrogate pair as an escape; it has no canonical form, so nobody can sign it.
const HALF_PAIR = /\\ud[89a-f]/u

let world: World
let faultyFields = 0
beforeAll(async () => {
  world = await openWorld(server)
}, 60_000)

interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly maxLength?: number
  readonly maximum?: number
  readonly maxItems?: number
  readonly pattern?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly JsonSchema[]
  readonly items?: JsonSchema
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
}

function shapeOf(schema: Route['body']): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
}

/** Somebody who passes the gate of a route. */
function callerOf(name: RouteName): Player {
  const may = MAY_CALL[routeOf(name).permission]
  const kind = (['dispatcher', ...KINDS] as const).find((one) => one !== 'link' && may.includes(one)) as Exclude<
    Kind,
    'link'
  >
  return world.cast[kind]
}

const soundCalls = new Map<RouteName, Promise<LooseCall>>()

/** A call that the contract accepts, whatever the operation will say. */
function soundCall(name: RouteName): Promise<LooseCall> {
  const known = soundCalls.get(name) ?? makeSoundCall(name)
  soundCalls.set(name, known)
  return known
}

async function makeSoundCall(name: RouteName): Promise<LooseCall> {
  const one = cases[name][0]!
  const resource = one.resources[0]!
  const { link: _, ...input } = await one.input(await one.make(world, resource), 'dispatcher', resource, world)
  return { as: callerOf(name), ...(routeOf(name).ifMatch === true && { version: 1 }), ...input }
}

type Fault = readonly [field: string, code: string | RegExp, body: unknown]

/** Every way in which each field of a body can be wrong, with the field and the code that the refusal must name. */
function faultsOf(shape: JsonSchema, sound: Readonly<Record<string, unknown>>): Fault[] {
  const faults: Fault[] = [['colour', 'unknown-field', { ...sound, colour: 'red' }]]
  for (const [field, declared] of Object.entries(shape.properties ?? {})) {
    const withValue = (value: unknown) => ({ ...sound, [field]: value })
    if (shape.required?.includes(field) === true) {
      const { [field]: _, ...rest } = sound
      faults.push([field, 'required', rest])
    }
    const { part, isNullable } = partOf(declared)
    const odd = part.type === 'object' ? 'text' : { odd: true }
    faults.push([field, /^(?:invalid-type|not-an-option|invalid)$/u, withValue(odd)])
    if (!isNullable) faults.push([field, /^(?:invalid-type|not-an-option|required)$/u, withValue(null)])
    for (const [code, value] of wrongValues(field, part, sound[field])) faults.push([field, code, withValue(value)])
  }
  return faults
}

function partOf(declared: JsonSchema): { part: JsonSchema; isNullable: boolean } {
  const { type, anyOf } = declared
  if (typeof type === 'object') return { part: { ...declared, type: type[0]! }, isNullable: type.includes('null') }
  if (anyOf === undefined) return { part: declared, isNullable: false }
  return { part: anyOf.find((one) => one.type !== 'null')!, isNullable: anyOf.some((one) => one.type === 'null') }
}

function* wrongValues(field: string, part: JsonSchema, sound: unknown): Generator<[string | RegExp, unknown]> {
  if (part.enum !== undefined) yield ['not-an-option', 'no-such-option']
  else if (part.format === 'uuid') yield ['invalid-id', 'not-an-id']
  else if (part.format === 'date') {
    for (const date of ['2026-02-30', '2026-13-01', '26-01-01', '2026-01-01T00:00:00Z', ''])
      yield ['invalid-date', date]
  } else if (part.format === 'date-time') {
    for (const at of ['2026-02-30T10:00:00Z', '2026-01-01', '2026-01-01T25:00:00Z', '2026-01-01T10:00:00', 'soon'])
      yield ['invalid-instant', at]
  } else if (/phone$/iu.test(field)) {
    yield [/^(?:phone|too-short)$/u, 'call me!']
    yield [/^(?:phone|too-short)$/u, '']
    yield [/^(?:phone|too-long)$/u, '1'.repeat(40)]
  } else if (part.type === 'string') {
    if (part.maxLength !== undefined) yield ['too-long', 'x'.repeat(part.maxLength + 1)]
    if (part.pattern !== undefined) yield [/^(?:code|phone-tail|invalid-format)$/u, '~']
    // Secrets are only compared, never stored or shown, so they may hold anything.
    else if (!['password', 'token'].includes(field)) {
      const text = typeof sound === 'string' ? sound : 'text'
      yield ['control-characters', `${text}\u0000`]
      yield ['control-characters', `${text}\u202a\u001b[31m`]
      yield ['control-characters', `half \ud83d of a pair`]
      yield ['control-characters', `\udc00 the other half`]
    }
  } else if (part.type === 'integer') {
    yield ['invalid-type', 1.5]
    yield ['invalid-type', '1']
    yield [/^(?:too-small|too-big)$/u, -1]
    yield [/^(?:too-big|invalid-type)$/u, Number.MAX_SAFE_INTEGER]
  } else if (part.type === 'boolean') yield [part.const === undefined ? 'invalid-type' : 'not-an-option', 'yes']
  else if (part.type === 'array') {
    yield ['invalid-type', 'not a list']
    if (part.maxItems !== undefined) yield [/./u, Array.from({ length: part.maxItems + 1 }, () => 'all')]
  }
}

describe.each(names.filter((name) => shapeOf(routeOf(name).body).properties !== undefined))('%s', (name) => {
  const shape = shapeOf(routeOf(name).body)
  if (Object.keys(shape.properties ?? {}).length === 0) {
    test('takes no field at all', async () => {
      if (routeOf(name).method === 'GET') return
      const call = await soundCall(name)
      const { problem } = await server.send(name, { ...call, body: { colour: 'red' } })
      expect(problem).toMatchObject({ status: 400, code: 'platform.invalid' })
    })
    return
  }

  test('names each field that is wrong, in both languages', async () => {
    await server.refill()
    const call = await soundCall(name)
    const budgeted = routeOf(name).budget !== undefined
    for (const [index, [field, code, body]] of faultsOf(shape, call.body as Record<string, unknown>).entries()) {
      if (budgeted && index % 5 === 0) await server.refill()
      const locale = index % 2 === 0 ? 'zh-CN' : 'en'
      const said = `${field} ${String(code)} ${JSON.stringify(body).slice(0, 200)}`
      const { problem, status } = await server.send(name, { ...call, locale, body, ...signed(name, body) })
      faultyFields += 1
      if (routeOf(name).permission === 'gateway' && HALF_PAIR.test(JSON.stringify(body))) {
        expect(status, said).toBe(401)
        continue
      }
      expect(status, said).toBe(400)
      expect(problem.code, said).toBe('platform.invalid')
      expectFault(problem, field, code, said)
    }
  })

  test('takes only an object', async () => {
    const call = await soundCall(name)
    for (const body of [[], 'text', 17, true]) {
      await server.refill()
      const { status } = await server.send(name, { ...call, body, ...signed(name, body) })
      expect(status, JSON.stringify(body)).toBe(400)
    }
  })
})

function expectFault(problem: Problem, field: string, code: string | RegExp, said: string): void {
  const codes = (problem.errors ?? [])
    .filter((error) => error.field === field || error.field.startsWith(`${field}.`))
    .map((error) => error.code)
  const isNamed = codes.some((found) => (typeof code === 'string' ? found === code : code.test(found)))
  expect(isNamed, `${said}: ${JSON.stringify(problem.errors)}`).toBe(true)
}

test('the generator found fields to spoil', () => {
  expect(faultyFields).toBeGreaterThan(FAULTY_FIELDS_MIN)
})

describe.each(names)('%s', (name) => {
  const route = routeOf(name)
  const isWrite = route.method !== 'GET'

  test('answers whoever is not signed in', async () => {
    if (MAY_CALL[route.permission].includes('visitor')) return
    const call = {
      params: { id: randomUUID(), fileId: randomUUID() },
      query: { box: 'open' },
      body: isWrite ? {} : undefined,
    }
    for (const locale of ['zh-CN', 'en'] as const) {
      const { problem } = await server.send(name, { ...call, locale })
      expect(problem).toMatchObject({ status: 401, code: 'platform.not-signed-in' })
    }
    if (route.permission === 'gateway') return
    const ended = { host: 'a.test', credentials: { authorization: `Bearer 110119.${'A'.repeat(43)}` } }
    expect((await server.send(name, { ...call, as: ended })).status).toBe(401)
  })

  test('knows no other identifier, and no other query', async () => {
    if (route.permission === 'gateway') return
    await server.refill()
    const call = await soundCall(name)
    const odd = await server.send(name, { ...call, query: { ...call.query, colour: 'red' } })
    expect(odd.problem).toMatchObject({ status: 400, code: 'platform.invalid' })
    expectFault(odd.problem, 'colour', 'unknown-field', odd.text)
    if (!route.path.includes(':id')) return
    for (const id of ['not-an-id', '1', "1' or '1'='1"]) {
      const { problem } = await server.send(name, { ...call, params: { ...call.params, id } })
      expect(problem.status).toBe(400)
      expectFault(problem, 'id', 'invalid-id', id)
    }
    const unknown = await server.send(name, { ...call, params: { ...call.params, id: randomUUID() }, locale: 'en' })
    expect([403, 404], unknown.text).toContain(unknown.status)
  })

  test('takes JSON of a decent size and nothing else', async () => {
    if (!isWrite || route.permission === 'gateway') return
    await server.refill()
    const call = await soundCall(name)
    const path = pathOf(route, call)
    const send = async (type: string, body: string) => {
      const headers = { host: 'a.test', ...call.as?.credentials, 'content-type': type, 'idempotency-key': randomUUID() }
      const response = await server.raw({ method: route.method, path, headers, body })
      return { status: response.status, problem: checkProblem(response, 'zh-CN', `${name} ${type} ${response.text}`) }
    }
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/xml',
      'multipart/form-data; boundary=x',
    ]) {
      expect(await send(type, 'a=b'), type).toMatchObject({
        status: 415,
        problem: { code: 'platform.unsupported-media-type' },
      })
    }
    for (const text of ['{', '{"a":1', '', '{"__proto__": {"x": 1}}', 'undefined']) {
      expect(await send('application/json', text), text).toMatchObject({
        status: 400,
        problem: { code: 'platform.bad-json' },
      })
    }
    const bytes = (route.bodyBytesMax ?? 1_000_000) + 1
    expect(await send('application/json', `{"a":"${'x'.repeat(bytes)}"}`)).toMatchObject({
      status: 413,
      problem: { code: 'platform.body-too-large' },
    })
  })

  test('has a budget that runs out, when it declares one', async () => {
    if (route.budget === undefined) return
    await server.refill()
    const call = await soundCall(name)
    await server.send(name, call)
    await server.owner((client) => client.query('update rate_bucket set tokens = 0, updated_at = clock_timestamp()'))
    const { problem, headers } = await server.send(name, { ...call, clientId: randomUUID(), locale: 'en' })
    expect(problem).toMatchObject({ status: 429, code: 'platform.too-many-calls' })
    const wait = Number(headers['retry-after'])
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThanOrEqual(route.budget.seconds)
    await server.refill()
  })
})

describe('queries that mean harm', () => {
  const reads = names.filter((name) => routeOf(name).method === 'GET')
  const cursors = [
    'abc',
    ...[
      ['x'],
      ['x', 'y'],
      [''],
      ['\u0000'],
      ['2026-01-01T00:00:00Z', 'x'],
      ['9999999-01-01', randomUUID()],
      [1],
      {},
    ].map((parts) => Buffer.from(JSON.stringify(parts)).toString('base64url')),
  ]
  const texts = [
    '\u0000',
    '\ufffd',
    '%',
    "' or 1=1 --",
    '𠮷𡈽',
    '👨‍👩‍👧‍👦',
    'שלום',
    '\\',
    '_'.repeat(40),
    ' ',
    '(((',
    '*',
    '[a-',
  ]
  const dates = ['0000-01-01', '0001-01-01', '1582-10-10', '9999-12-31']

  test.each(reads)('%s bears them', async (name) => {
    const call = await soundCall(name)
    const properties = shapeOf(routeOf(name).query).properties ?? {}
    for (const [field, part] of Object.entries(properties)) {
      const values =
        field === 'cursor'
          ? cursors
          : field === 'limit'
            ? ['0', '-1', '101', '1e3', 'x', '']
            : part.format === 'date'
              ? dates
              : texts
      for (const value of values) {
        // The helper refuses every 5xx.
        const { status, text } = await server.send(name, { ...call, query: { ...call.query, [field]: value } })
        expect([200, 400, 403, 404, 422], `${field}=${value}: ${text}`).toContain(status)
        if (field === 'limit') expect(status, `${field}=${value}`).toBe(400)
      }
    }
  })
})

describe('addresses that are none', () => {
  const headers = { host: 'a.test' }
  test.each([
    '/api/v1/nothing',
    '/api/v1/orders/%zz',
    `/api/v1/orders/${'x'.repeat(300)}`,
    '/api/',
    '/api/v1/orders//timeline',
  ])('%s', async (path) => {
    const response = await server.raw({ method: 'GET', path, headers })
    expect([400, 401, 404]).toContain(response.status)
    checkProblem(response, 'zh-CN', `${path} ${response.text}`)
  })
  test.each(['PATCH', 'PUT', 'DELETE'])('%s where it is not meant', async (method) => {
    const response = await server.raw({
      method,
      path: '/api/v1/orders',
      headers: { ...headers, 'accept-language': 'en' },
    })
    expect(response.status).toBe(404)
    checkProblem(response, 'en', response.text)
  })
})
