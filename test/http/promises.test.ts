/** Promises 1, 2, 3, 8 and 10 of the design, as the database and the API keep them. */
import { beforeAll, describe, expect, test } from 'vitest'
import { openKeyring } from '../../server/platform/field-encryption.ts'
import { openDb } from '../../server/platform/db.ts'
import { TEST_KEK, YANQING } from '../support/database.ts'
import { PROVIDER_CONTACT, type Scene, scenesOf, type Staged, stageOrder, wantedAt } from '../support/http-orders.ts'
import { DISTRICT_B } from '../support/second-district.ts'
import { useServer } from '../support/server.ts'

const server = useServer()
const CALL_BACK_PHONE = '13933557799'
const TABLES_MIN = 30

let scene: Scene

beforeAll(() => {
  scene = scenesOf(server.cast).own
})

async function placed(more: { contactPhone?: string } = {}) {
  const { resident } = server.cast
  const { placeAnyway, ...wanted } = await server.work((work) => wantedAt(work, scene), resident.actor)
  const body = { ...wanted, ...more, ...(placeAnyway !== undefined && { placeAnyway }) }
  const wire = JSON.parse(JSON.stringify(body)) as never
  return (await server.call('placeOrder', { as: resident, body: wire })).answer
}

describe('8: privacy by need', () => {
  test('whoever reads an order sees its contact masked', async () => {
    const { resident, keeper, dispatcher, agent, auditor, leader, member } = server.cast
    const { id } = await stageOrder(server, scene, 'accepted')
    for (const reader of [resident, keeper, dispatcher, agent, auditor, leader, member]) {
      const { answer } = await server.call('readOrder', { as: reader, params: { id } })
      expect(answer.contactPhoneMasked).toBe(`${scene.contact.phone.slice(0, 3)}****${scene.contact.phone.slice(-4)}`)
      expect(answer.contactNameMasked).toBe('慕容**')
      expect(answer.addressMasked).toBe('河湾村****')
    }
  })

  test('who looks is logged with the purpose, and the person sees it', async () => {
    const { resident, agent, auditor, neighbour } = server.cast
    const order = await placed()
    const looksBefore = (await server.call('listMyLooks', { as: resident })).answer.rows.length
    const { answer } = await server.call('revealContact', {
      as: agent,
      params: { id: order.id },
      body: { purpose: 'complaint' },
    })
    expect(answer).toMatchObject({
      contactName: scene.contact.name,
      contactPhone: scene.contact.phone,
      address: scene.contact.address,
    })
    const { rows } = (await server.call('listMyLooks', { as: resident })).answer
    expect(rows).toHaveLength(looksBefore + 1)
    expect(rows[0]).toMatchObject({ purpose: 'complaint', orderNumber: order.number, fields: ['phone', 'address'] })
    expect((await server.call('listMyLooks', { as: neighbour })).answer.rows).toEqual([])
    const audit = await server.call('listAudit', {
      as: auditor,
      query: { subjectId: order.id, action: 'orders.reveal' },
    })
    expect(audit.answer.rows).toMatchObject([{ actorId: agent.personId, purpose: 'complaint' }])
  })

  test('a retried look shows the same again and is one look', async () => {
    const { resident, keeper } = server.cast
    const { id } = await placed()
    const before = (await server.call('listMyLooks', { as: resident })).answer.rows.length
    const look = {
      as: keeper,
      params: { id },
      body: { purpose: 'visit' },
      clientId: '0190a0a0-0000-7000-8000-00000000a001',
    } as const
    const first = await server.call('revealContact', look)
    const second = await server.call('revealContact', look)
    expect(second.answer).toEqual(first.answer)
    expect(second.headers['idempotent-replayed']).toBe('true')
    expect((await server.call('listMyLooks', { as: resident })).answer.rows).toHaveLength(before + 1)
  })

  test('no table holds a phone, an address, a code or a token in clear', async () => {
    const { agent, admin, leader, places } = server.cast
    const wanted = JSON.parse(
      JSON.stringify(await server.work((work) => wantedAt(work, scene), agent.actor)),
    ) as Record<string, never>
    const proxy = await server.call('placeAssistedOrder', {
      as: agent,
      body: {
        ...wanted,
        contactPhone: scene.contact.phone,
        channel: 'proxy',
        callBackPhone: CALL_BACK_PHONE,
        proxyRelation: '邻居',
        consentGiven: true,
        readBack: true,
      } as never,
    })
    await server.call('revealContact', {
      as: agent,
      params: { id: proxy.answer.id },
      body: { purpose: 'call-requester' },
    })
    const offered = await stageOrder(server, scene, 'offered')
    await server.call('acceptOffer', { as: leader, params: { id: offered.offerId }, body: PROVIDER_CONTACT })
    await server.call('remindOrder', { as: offered.link, params: { id: offered.id }, body: { note: '' } })
    await server.call('requestCode', { body: { phone: scene.contact.phone } })
    const appointed = await server.call('appointStaff', {
      as: admin,
      body: { name: '滕受邀', login: 'invited', role: 'auditor', unitId: places.centre.id },
    })
    await server.settle()
    const { rows } = (await server.call('listOutbox', { query: { phone: scene.contact.phone } })).answer
    expect(rows.length).toBeGreaterThan(3)
    const secrets = {
      phone: scene.contact.phone,
      address: '桃花坞九十九号',
      callBackPhone: CALL_BACK_PHONE,
      providerPhone: PROVIDER_CONTACT.contactPhone,
      invitation: appointed.answer.invitationLink.split('#')[1]!,
      session: agent.token!,
      link: proxy.answer.trackingPath.split('/').at(-1)!,
    }
    expect(await tablesHolding(secrets)).toEqual([])
    // The search finds what is there: names are kept in clear.
    expect((await tablesHolding({ name: scene.contact.name })).join()).toContain('name in public.service_order')
  })
})

/** Looks through every column of every table, as text, hexadecimal and base64. */
async function tablesHolding(secrets: Readonly<Record<string, string>>): Promise<string[]> {
  return server.owner(async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(`
      select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname in ('public', 'pgboss') and c.relkind = 'r'`)
    expect(tables.length).toBeGreaterThan(TABLES_MIN)
    const found: string[] = []
    for (const { name } of tables) {
      for (const [what, secret] of Object.entries(secrets)) {
        const bytes = Buffer.from(secret)
        // Base64 depends on where in its text a part begins, so all three beginnings are looked for.
        const coded = [0, 1, 2].map((shift) =>
          Buffer.concat([Buffer.alloc(shift), bytes])
            .toString('base64')
            .slice(shift === 0 ? 0 : 4, -4),
        )
        const like = [secret, bytes.toString('hex'), ...coded].map((text) => `%${text}%`)
        const { rows } = await client.query(`select t::text as row from ${name} t where t::text like any($1) limit 1`, [
          like,
        ])
        if (rows.length > 0) found.push(`${what} in ${name}: ${String(rows[0].row).slice(0, 300)}`)
      }
    }
    return found
  })
}

describe('10: one district never sees the rows of another', () => {
  test('every table of a district has row-level security, enabled and forced, with a policy', async () => {
    const { rows } = await server.owner((client) =>
      client.query<{ name: string; enabled: boolean; forced: boolean; policies: number }>(`
        select c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
               (select count(*)::int from pg_policy p where p.polrelid = c.oid) as policies
          from pg_class c join pg_namespace n on n.oid = c.relnamespace
          join pg_attribute a on a.attrelid = c.oid and a.attname = 'district_id' and not a.attisdropped
         where n.nspname = 'public' and c.relkind in ('r', 'p') order by c.relname`),
    )
    expect(rows.length).toBeGreaterThan(TABLES_MIN)
    expect(rows.filter((row) => !row.enabled || !row.forced || row.policies === 0)).toEqual([])
  })

  test('the application sees none of our rows from another district, and can write none', async () => {
    await stageOrder(server, scene, 'closed')
    const names = await policedTables()
    expect(names.length).toBeGreaterThan(TABLES_MIN)
    const db = openDb(server.ownerUrl, openKeyring({ kek: TEST_KEK }), { poolMax: 1 })
    const client = await db.pool.connect()
    try {
      const seen: string[] = []
      let filled = 0
      for (const name of names) {
        const ours = await server.owner((owner) =>
          owner.query(`select count(*)::int as n from ${name} where district_id = $1`, [YANQING]),
        )
        if (ours.rows[0].n > 0) filled += 1
        await client.query(`set app.district = '${DISTRICT_B}'`)
        const others = await client.query<{ n: number }>(
          `select count(*)::int as n from ${name} where district_id = $1`,
          [YANQING],
        )
        await client.query(`set app.district = '110101'`)
        const all = await client.query<{ n: number }>(`select count(*)::int as n from ${name}`)
        if (others.rows[0]!.n > 0 || all.rows[0]!.n > 0) seen.push(name)
      }
      expect(seen).toEqual([])
      expect(filled, 'tables with rows of ours').toBeGreaterThan(TABLES_MIN / 2)
      await client.query(`set app.district = '${DISTRICT_B}'`)
      await expect(
        client.query(`insert into rate_bucket (district_id, key, tokens) values (${YANQING}, 'theirs', 1)`),
      ).rejects.toMatchObject({ code: '42501' })
      expect((await client.query(`update person set locale = 'en' where district_id = ${YANQING}`)).rowCount).toBe(0)
      await client.query('reset app.district')
      await expect(client.query('select count(*) from person')).rejects.toThrow()
    } finally {
      client.release(true)
      await db.close()
    }
  })

  test('a session, a link and an id of one district are nothing in the other', async () => {
    const { keeper, foreigner, resident } = server.cast
    const order = await stageOrder(server, scene, 'submitted')
    const params = { id: order.id }
    const elsewhere = { ...keeper, host: foreigner.host }
    expect((await server.send('readOrder', { as: elsewhere, params })).status).toBe(401)
    expect((await server.send('readMe', { as: { ...resident, host: foreigner.host } })).status).toBe(401)
    expect((await server.send('readOrder', { as: { ...order.link, host: foreigner.host }, params })).status).toBe(404)
    expect((await server.send('readOrder', { as: foreigner, params })).status).toBe(404)
    expect((await server.send('readMe', { as: { ...keeper, host: 'c.test' } })).problem.code).toBe(
      'platform.district-unknown',
    )
    // Whoever writes another district's prefix before a token has no session there.
    const forged = { authorization: `Bearer ${DISTRICT_B}.${keeper.token!.slice(7)}` }
    expect((await server.send('readMe', { as: { host: foreigner.host, credentials: forged } })).status).toBe(401)
  })
})

async function policedTables(): Promise<string[]> {
  const { rows } = await server.owner((client) =>
    client.query<{ name: string }>(
      `select distinct c.relname as name from pg_policy p join pg_class c on c.oid = p.polrelid order by 1`,
    ),
  )
  return rows.map((row) => row.name)
}

describe('the database refuses what the promises forbid', () => {
  const tamper = (statement: string, values: readonly unknown[]) =>
    server.owner(async (client) => {
      await client.query('begin')
      try {
        await client.query(statement, [...values])
        return 'accepted'
      } catch (error) {
        const { code, constraint } = error as { code?: string; constraint?: string }
        return constraint ?? code
      } finally {
        await client.query('rollback')
      }
    })
  let open: Staged
  let delivered: Staged
  let closed: Staged
  beforeAll(async () => {
    open = await stageOrder(server, scene, 'offered')
    delivered = await stageOrder(server, scene, 'delivered')
    closed = await stageOrder(server, scene, 'closed')
  })

  test.each(['responsible_unit_id', 'due_at', 'next_step'])('1: an order without %s', async (column) => {
    expect(await tamper(`update service_order set ${column} = null where id = $1`, [open.id])).toBe('23502')
  })

  test('1: an order whose responsible unit is none of the district', async () => {
    const foreign = server.cast.places.foreign.id
    expect(await tamper('update service_order set responsible_unit_id = $2 where id = $1', [open.id, foreign])).toMatch(
      /responsible_unit_id_fkey/u,
    )
  })

  test('2: an order closed without an answer, or with one that did not reach', async () => {
    const close = `update service_order set state = 'closed', closed_at = now(), closed_as = 'answered', next_step = 'none'`
    expect(await tamper(`${close} where id = $1`, [delivered.id])).toBe('a_closed_order_has_an_answer_that_reached')
    const withUnreached = `${close}, closing_answer_reached = true,
      closing_answer_id = (select id from order_answer where order_id = $1 and not reached) where id = $1`
    expect(await tamper(withUnreached, [delivered.id])).toMatch(/closing_answer/u)
    const ofAnother = `${close}, closing_answer_reached = true,
      closing_answer_id = (select id from order_answer where order_id = $2 and reached limit 1) where id = $1`
    expect(await tamper(ofAnother, [delivered.id, closed.id])).toMatch(/closing_answer/u)
  })

  test('2: an answer that reached and closed an order cannot be unsaid', async () => {
    const unsay = `update order_answer set reached = false, reached_at = null, reached_by = null, spoken_to = null
      where id = (select closing_answer_id from service_order where id = $1)`
    expect(await tamper(unsay, [closed.id])).toBe('a_closed_order_has_an_answer_that_reached')
    expect(await tamper('delete from order_answer where order_id = $1', [closed.id])).toMatch(/closing_answer/u)
  })

  test('2: a call that names nobody', async () => {
    const call = `update order_answer set reached = true, reached_at = now(), reached_by = 'call', spoken_to = null where order_id = $1`
    expect(await tamper(call, [delivered.id])).toBe('a_call_or_visit_names_who_was_spoken_to')
  })

  test('3: a team that is bound instead of invited', async () => {
    expect(await tamper(`update order_offer set mode = 'bound' where order_id = $1`, [open.id])).toBe(
      'only_an_agency_is_bound',
    )
  })

  test('a move that the order’s life does not know', async () => {
    const move = `update order_transition set from_state = 'submitted', to_state = 'closed', move = 'close' where order_id = $1`
    expect(await tamper(move, [open.id])).toMatch(/move_from_state_to_state/u)
  })
})
