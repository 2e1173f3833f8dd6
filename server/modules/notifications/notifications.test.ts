import { createHmac, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { english } from '#i18n/en.ts'
import { notifications } from '#i18n/messages/notifications.ts'
import { useDatabase } from '../../../test/support/database.ts'
import { registerResident } from '../../../test/support/residents.ts'
import { sql } from '#platform/db.ts'
import { startOfDate } from '#platform/dates.ts'
import type { Refusal } from '#platform/refusal.ts'
import {
  type Channel,
  deliverMessages,
  deliveriesOf,
  listOutbox,
  MESSAGE_REACHED,
  outbox,
  recordReceipt,
  sendMessage,
  webhookChannel,
} from './index.ts'
import { notificationsJobs } from './jobs.ts'

const database = useDatabase()
const PHONE = '13900000001'
const subject = () => ({ kind: 'order', id: randomUUID() })

function send(about?: { kind: string; id: string }, locale: 'zh-CN' | 'en' = 'zh-CN', toPhone = PHONE) {
  return database.work((work) =>
    sendMessage(work, {
      template: 'order-accepted',
      params: { number: 'YQ26-000123-7', link: 'https://h.example/o/𠮷' },
      toPhone,
      locale,
      subject: about,
    }),
  )
}

function run(name: string, data: Record<string, unknown>) {
  const job = notificationsJobs(outbox).find((definition) => definition.name === name)
  return database.work((work) => job!.run(work, data))
}

/** What a worker does each second. */
const deliver = (channel: Channel = outbox) => database.work((work) => deliverMessages(work, channel))

// So that each test finds its own messages waiting, and no others.
beforeEach(async () => {
  await deliver()
  await database.owner((client) => client.query('update message set failed_at = now() where handed_over_at is null'))
})

const rowOf = (id: string) =>
  database.work(({ tx }) =>
    tx.one<Record<string, unknown>>(sql`select * from message where district_id = ${tx.districtId} and id = ${id}`),
  )
const receiptsOf = (id: string) =>
  database.work(({ tx }) =>
    tx.rows<{ kind: string }>(sql`select kind from message_receipt where message_id = ${id} order by id`),
  )

describe('sending', () => {
  test('a message is written with the transaction that causes it, encrypted, and waits there', async () => {
    database.sent.length = 0
    const id = await send()
    expect(database.sent).toEqual([])
    const raw = await database.owner(
      async (client) => (await client.query(`select * from message where id = $1`, [id])).rows[0],
    )
    for (const column of [raw.to_cipher, raw.params_cipher]) {
      expect(column.includes(Buffer.from(PHONE)) || column.includes(Buffer.from('YQ26'))).toBe(false)
    }
    expect(raw.handed_over_at).toBeNull()
  })

  test('nothing is kept or sent when the operation fails', async () => {
    database.sent.length = 0
    const before = await database.work(({ tx }) => tx.one<{ n: number }>(sql`select count(*) as n from message`))
    const failing = database.work(async (work) => {
      await sendMessage(work, {
        template: 'login-code',
        params: { code: '123456', minutes: 5 },
        toPhone: PHONE,
        locale: 'en',
      })
      throw new Error('the operation failed')
    })
    await expect(failing).rejects.toThrow('the operation failed')
    expect(database.sent).toEqual([])
    expect(await database.work(({ tx }) => tx.one(sql`select count(*) as n from message`))).toEqual(before)
  })

  test('the job of a login code sends it once, however often it runs', async () => {
    await registerResident(database, 77)
    const made = database.sent.findLast((job) => job.name === 'people.login-code-made')!
    await run(made.name, made.data)
    await run(made.name, made.data)
    const rows = await database.work(({ tx }) => listOutbox(tx, { phone: '13900000077', limit: 10 }))
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ template: 'login-code', phoneMasked: '139****0077' })
    expect(rows[0]?.text).toMatch(/^验证码 \d{6}，5 分钟内有效/u)
  })
})

describe('delivering', () => {
  test('the outbox takes a message once; handing over is not reaching', async () => {
    const id = await send()
    await deliver()
    const first = await rowOf(id)
    await deliver()
    expect(await rowOf(id)).toEqual(first)
    expect(first).toMatchObject({ attempts: 1, gatewayId: id, reachedAt: null })
    expect(first['handedOverAt']).not.toBeNull()
    expect(await receiptsOf(id)).toEqual([])
  })

  test('two workers at once hand a message over once', async () => {
    const id = await send()
    let handed = 0
    const slow: Channel = {
      name: 'slow',
      async deliver() {
        handed += 1
        await new Promise((resolve) => setTimeout(resolve, 50))
        return { gatewayId: `slow-${id}` }
      },
    }
    await Promise.all([deliver(slow), deliver(slow)])
    expect(handed).toBe(1)
    expect(await receiptsOf(id)).toEqual([{ kind: 'handed-over' }])
  })

  test('a channel that fails is tried again later and given up after the last attempt, audited', async () => {
    const id = await send()
    const broken: Channel = { name: 'broken', deliver: () => Promise.reject(new Error('down')) }
    await deliver(broken)
    expect(await rowOf(id)).toMatchObject({ attempts: 1, handedOverAt: null, failedAt: null })

    // Its next attempt is due in a minute.
    await deliver(broken)
    expect(await rowOf(id)).toMatchObject({ attempts: 1 })
    await database.owner((client) =>
      client.query(`update message set created_at = created_at - interval '6 hours' where id = $1`, [id]),
    )

    for (let attempt = 0; attempt < 9; attempt++) await deliver(broken)
    expect(await rowOf(id)).toMatchObject({ attempts: 6, handedOverAt: null })
    expect(await receiptsOf(id)).toEqual([{ kind: 'failed' }])
    const audited = await database.work(({ tx }) =>
      tx.rows(sql`select action from audit_event where subject_id = ${id} and action = 'notifications.not-delivered'`),
    )
    expect(audited).toHaveLength(1)
  })
})

describe('many', () => {
  test('what one transaction leaves over is told, and one bad answer keeps no other message back', async () => {
    const ids = await Promise.all(Array.from({ length: 11 }, () => send()))
    const choosy: Channel = {
      name: 'choosy',
      deliver: ({ id }) =>
        id === ids[3] ? Promise.reject(new Error('not this one')) : Promise.resolve({ gatewayId: `c-${id}` }),
    }
    expect(await deliver(choosy)).toBe(true)
    expect(await deliver(choosy)).toBe(false)
    const rows = await Promise.all(ids.map(rowOf))
    expect(rows.filter((row) => row['handedOverAt'] === null).map((row) => row['id'])).toEqual([ids[3]])
  })
})

describe('receipts', () => {
  test('a delivered message has reached, and that is reported upward once', async () => {
    const about = subject()
    const id = await send(about)
    await deliver()
    database.sent.length = 0
    const report = { gatewayId: id, kind: 'delivered' } as const
    const receive = () => database.work((work) => recordReceipt(work, { ...report, at: work.now }))
    await Promise.all([receive(), receive(), receive()])
    const data = { messageId: id, subjectKind: 'order', subjectId: about.id }
    expect(database.sent).toEqual([{ name: MESSAGE_REACHED, data }])
    expect(await receiptsOf(id)).toEqual([{ kind: 'delivered' }])
    expect(await database.work(({ tx }) => deliveriesOf(tx, about))).toMatchObject([{ id, template: 'order-accepted' }])
    expect((await rowOf(id))['reachedAt']).not.toBeNull()
  })

  test('failed and then delivered has reached; delivered and then failed still has', async () => {
    for (const kinds of [['failed', 'delivered'] as const, ['delivered', 'failed'] as const]) {
      const id = await send(subject())
      await deliver()
      for (const kind of kinds)
        await database.work((work) => recordReceipt(work, { gatewayId: id, kind, at: work.now }))
      const row = await rowOf(id)
      expect([row['failedAt'] === null, row['reachedAt'] !== null]).toEqual([true, true])
      expect(await receiptsOf(id)).toHaveLength(2)
    }
  })

  test('a message without a subject reaches silently, and a gateway with a wrong clock cannot move it before its making', async () => {
    const id = await send()
    await deliver()
    database.sent.length = 0
    await database.work((work) =>
      recordReceipt(work, { gatewayId: id, kind: 'delivered', at: startOfDate('2001-01-01') }),
    )
    expect(database.sent).toEqual([])
    const row = await rowOf(id)
    expect(row['reachedAt']).toEqual(row['createdAt'])
  })

  test('an unknown id is refused with 404 and a text in both languages', async () => {
    const unknown = database.work((work) =>
      recordReceipt(work, { gatewayId: 'nobody', kind: 'delivered', at: work.now }),
    )
    await expect(unknown).rejects.toMatchObject({
      code: 'notifications.receipt-unknown',
      status: 404,
    } satisfies Partial<Refusal>)
  })
})

describe('the outbox on the screen', () => {
  test('shows the text in the language of the message, the phone masked, newest first, page by page', async () => {
    const phone = '13900000555'
    const ids: string[] = []
    for (const locale of ['zh-CN', 'en', 'zh-CN'] as const) ids.unshift(await send(undefined, locale, phone))
    const all = await database.work(({ tx }) => listOutbox(tx, { phone, limit: 10 }))
    expect(all.map((row) => row.id)).toEqual(ids)
    expect(all.map((row) => row.text)).toEqual([
      '您的点单 YQ26-000123-7 已有人接单，联系人和电话请看：https://h.example/o/𠮷',
      'Your order YQ26-000123-7 was accepted. Contact person and phone: https://h.example/o/𠮷',
      '您的点单 YQ26-000123-7 已有人接单，联系人和电话请看：https://h.example/o/𠮷',
    ])
    expect(all[0]?.phoneMasked).toBe('139****0555')
    const rest = await database.work(({ tx }) => listOutbox(tx, { phone, beforeId: ids[0], limit: 1 }))
    expect(rest.map((row) => row.id)).toEqual([ids[1]])
  })
})

describe('the webhook', () => {
  const bodies: { body: string; signature: string }[] = []
  let answer: { status: number; body: string; waitMilliseconds: number }
  let url = ''
  const origin = 'https://h.example'
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')))
    request.on('end', () => {
      bodies.push({ body, signature: String(request.headers['x-gateway-signature']) })
      setTimeout(() => response.writeHead(answer.status).end(answer.body), answer.waitMilliseconds)
    })
  })
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sms`
    return () => void server.close()
  })
  afterEach(() => void bodies.splice(0))

  test('puts the public address before a link that is a path', async () => {
    answer = { status: 200, body: '{"gatewayId":"g-0"}', waitMilliseconds: 0 }
    const params = { number: '1', link: '/o/abc' }
    await database.work((work) => sendMessage(work, { template: 'order-answer', params, toPhone: PHONE, locale: 'en' }))
    await deliver(webhookChannel({ url, secret: 's', origin }))
    expect(JSON.parse(bodies[0]!.body)).toMatchObject({ params: { number: '1', link: 'https://h.example/o/abc' } })
  })

  test('posts signed canonical JSON and keeps the gateway id', async () => {
    answer = { status: 200, body: '{"gatewayId":"g-1","more":true}', waitMilliseconds: 0 }
    const id = await send()
    await deliver(webhookChannel({ url, secret: 'shared secret', origin }))
    expect(JSON.parse(bodies[0]!.body)).toEqual({
      id,
      template: 'order-accepted',
      params: { number: 'YQ26-000123-7', link: 'https://h.example/o/𠮷' },
      to: PHONE,
      locale: 'zh-CN',
    })
    expect(bodies[0]!.signature).toBe(createHmac('sha256', 'shared secret').update(bodies[0]!.body).digest('hex'))
    expect(await rowOf(id)).toMatchObject({ gatewayId: 'g-1', attempts: 1 })
    expect(await receiptsOf(id)).toEqual([{ kind: 'handed-over' }])
  })

  test.each([
    ['an error', { status: 500, body: '{"gatewayId":"g-2"}', waitMilliseconds: 0 }],
    ['an answer of another shape', { status: 200, body: '{"id":"g-3"}', waitMilliseconds: 0 }],
    ['an empty id', { status: 200, body: '{"gatewayId":""}', waitMilliseconds: 0 }],
    ['no JSON', { status: 200, body: 'ok', waitMilliseconds: 0 }],
    ['a redirect', { status: 302, body: '', waitMilliseconds: 0 }],
    ['silence', { status: 200, body: '{"gatewayId":"g-4"}', waitMilliseconds: 400 }],
  ])('%s is a failed attempt', async (_, given) => {
    answer = given
    const id = await send()
    await deliver(webhookChannel({ url, secret: 's', origin, timeoutMilliseconds: 100 }))
    expect(await rowOf(id)).toMatchObject({ handedOverAt: null, attempts: 1, gatewayId: null })
  })
})

test('every template has the same placeholders in both languages', () => {
  const keys = Object.keys(notifications) as (keyof typeof notifications)[]
  expect(keys.length).toBeGreaterThan(15)
  for (const key of keys) {
    const placeholders = (text: string) =>
      [...text.matchAll(/\{(\w+)/gu)].map((match) => match[1]).sort((a, b) => String(a).localeCompare(String(b)))
    expect(placeholders(english.notifications[key]), key).toEqual(placeholders(notifications[key]))
  }
})
