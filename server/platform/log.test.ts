import { describe, expect, test } from 'vitest'
import { createLog } from './log.ts'

/** A log that keeps its lines. */
function keepingLog(level: 'trace' | 'info' = 'trace') {
  const lines: string[] = []
  const log = createLog({ level, stream: { write: (line) => void lines.push(line) } })
  return {
    log,
    text: () => lines.join(''),
    entries: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  }
}

const PERSON = {
  name: '欧阳小芳',
  phone: '13812341234',
  idNumber: '11022919900101123X',
  address: '延庆区张山营镇后黑龙庙村12号',
  email: 'xiaofang@example.org',
}
const SECRETS = {
  password: 'correct horse 77',
  code: '402917',
  token: `110119.${'Ab3_-'.repeat(8)}xyz`,
  cookie: `__Host-sid=110119.${'Ab3_-'.repeat(8)}xyz`,
  authorization: 'Bearer eyJhbGciOi.payload.sig',
  totpSecret: 'GEZDGNBVGY3TQOJQ',
}
const SEEDED = [
  ...Object.values(PERSON),
  ...Object.values(SECRETS),
  'Ab3_-Ab3_-',
  'eyJhbGciOi',
  '010-69101234',
  '138 1234 1234',
]

function expectNothingPersonal(text: string): void {
  expect(text).not.toBe('')
  for (const seed of SEEDED) expect(text).not.toContain(seed)
}

describe('personal data in the shapes we use is not written', () => {
  const snake = {
    contact_name: PERSON.name,
    contact_phone: PERSON.phone,
    id_number: PERSON.idNumber,
    home_address: PERSON.address,
  }
  const camel = {
    requesterName: PERSON.name,
    contactPhone: PERSON.phone,
    personIdNumber: PERSON.idNumber,
    newPassword: SECRETS.password,
  }
  const shapes: Record<string, object> = {
    flat: { ...PERSON, ...SECRETS },
    nested: { order: { principal: PERSON, session: SECRETS } },
    deep: { a: { b: { c: { d: { e: { f: [{ person: PERSON }] } } } } } },
    lists: {
      people: [PERSON, PERSON],
      phones: [PERSON.phone],
      names: [PERSON.name],
      addresses: [PERSON.address],
      tokens: [SECRETS.token],
    },
    objects: {
      name: { given: PERSON.name, family: PERSON.name },
      address: { village: PERSON.address, door: PERSON.address },
    },
    snake,
    camel,
    headers: {
      headers: {
        Cookie: SECRETS.cookie,
        'set-cookie': [SECRETS.cookie],
        Authorization: SECRETS.authorization,
        'x-phone': PERSON.phone,
      },
    },
    numbers: { value: 13812341234, list: [13812341234], phone: 13812341234, code: 402917 },
    otherKeys: {
      to: PERSON.phone,
      subject: PERSON.idNumber,
      callBack: '010-69101234',
      typed: '138 1234 1234',
      said: `+86 ${PERSON.phone}`,
    },
    keys: { [PERSON.phone]: 1, byToken: { [SECRETS.token]: true } },
    query: {
      url: `/people?phone=${PERSON.phone}&name=${PERSON.name}&page=2`,
      form: `name=${PERSON.name}&password=${SECRETS.password.split(' ')[0]}`,
    },
    json: { sent: JSON.stringify({ name: PERSON.name, phone: PERSON.phone, code: SECRETS.code }) },
    body: {
      body: `任意 ${PERSON.name}`,
      payload: { x: PERSON.name },
      parameters: [PERSON.name],
      detail: `Failing row contains (${PERSON.name})`,
    },
    json2: { person: { toJSON: () => PERSON } },
  }

  test.each(Object.entries(shapes))('%s, as fields, as bindings of a child and within an error', (_, shape) => {
    const { log, text, entries } = keepingLog()
    log.info(shape, 'order placed')
    log.child(shape).warn('order placed')
    log.child({ scope: shape }).error({ matter: shape }, 'order placed')
    log.error(Object.assign(new Error('boom', { cause: Object.assign(new Error('cause'), shape) }), shape))
    log.error({ failure: Object.assign(new Error('boom'), shape) }, 'boom')
    expectNothingPersonal(text())
    expect(entries()).toHaveLength(5)
  })

  test('within messages and their arguments', () => {
    const { log, text } = keepingLog()
    log.info(`called ${PERSON.phone} about ${PERSON.idNumber} with ${SECRETS.token}`)
    log.info('called %s, sent %j', PERSON.phone, { name: PERSON.name, phone: PERSON.phone })
    log.info('header %s', SECRETS.authorization)
    log.error(new Error(`no account for ${PERSON.phone}`))
    expectNothingPersonal(text())
  })

  test('within errors of the database and of JSON', () => {
    const { log, text, entries } = keepingLog()
    const failing = Object.assign(new Error('new row for relation "person" violates check constraint "name_given"'), {
      code: '23514',
      detail: `Failing row contains (110119, ${PERSON.name}, ${PERSON.address}).`,
      where: `unnamed portal parameter $1 = '${PERSON.name}'`,
      table: 'person',
      constraint: 'name_given',
    })
    const syntax = Object.assign(new Error(`invalid input syntax for type date: "${PERSON.name}"`), { code: '22007' })
    log.error(failing)
    log.error(syntax)
    log.error({ err: new Error('could not register', { cause: syntax }) }, 'failed')
    try {
      JSON.parse(`{"a": ${PERSON.name}}`)
    } catch (error) {
      log.error(error)
    }
    expectNothingPersonal(text())
    const [first, second] = entries() as [{ err: object }, { err: object; msg: string }]
    expect(first.err).toMatchObject({ type: 'Error', symbol: '23514', table: 'person', constraint: 'name_given' })
    expect(second.msg).toBe('invalid input syntax for type date: "[hidden]"')
  })

  test('a request is logged as its route, without query, headers, body or sender', () => {
    const { log, text, entries } = keepingLog()
    const request = {
      id: 'req-1',
      method: 'POST',
      url: `/api/v1/people/${PERSON.phone}?name=${encodeURIComponent(PERSON.name)}&q=${PERSON.name}`,
      headers: { cookie: SECRETS.cookie, authorization: SECRETS.authorization },
      body: PERSON,
      ip: '203.0.113.7',
      socket: { remoteAddress: '203.0.113.7' },
    }
    log.info(
      {
        req: { ...request, routeOptions: { url: '/api/v1/people/:phone' } },
        res: { statusCode: 201, body: PERSON },
        ms: 4,
      },
      'served',
    )
    log.info({ req: request }, 'no route')
    expectNothingPersonal(text())
    expect(text()).not.toContain('203.0.113.7')
    expect(text()).not.toContain(encodeURIComponent(PERSON.name))
    expect(entries()[0]).toMatchObject({
      level: 'info',
      req: { id: 'req-1', method: 'POST', route: '/api/v1/people/:phone' },
      res: { status: 201 },
      ms: 4,
      msg: 'served',
    })
    expect(entries()[1]).toMatchObject({ req: { path: '/api/v1/people/[hidden]' } })
  })
})

describe('what operators need is written', () => {
  test('ids, times, counts, states and stacks stay as they are', () => {
    const { log, entries } = keepingLog()
    const fields = {
      district: 110119,
      orderId: '0198c5f2-7a00-7000-8000-138123412345',
      orderNumber: '26-004217-E',
      epochMs: 1_764_000_000_000,
      seconds: 0.138_123_412_34,
      job: 'notify-order-accepted',
      statusCode: 503,
      refusal: 'orders.offer-lapsed',
      hostname: 'node-1',
      hasPhone: true,
      at: '2026-11-23T08:00:00.000Z',
    }
    log.info(fields, 'swept')
    expect(entries()[0]).toMatchObject({ ...fields, msg: 'swept', level: 'info' })
    log.error(new Error('boom'))
    expect((entries()[1] as { err: { stack: string } }).err.stack).toContain('log.test.ts')
  })

  test('each entry is one line of JSON with an ISO time, and levels below the set one are silent', () => {
    const { log, text, entries } = keepingLog('info')
    log.debug('not written')
    log.info({ note: 'two\nlines', name: PERSON.name }, 'a\nb')
    expect(text().match(/\n/g)).toHaveLength(1)
    expect(entries()[0]!['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(entries()[0]).toMatchObject({ note: 'two\nlines', name: '[hidden]', msg: 'a\nb' })
  })
})
