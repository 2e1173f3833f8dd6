/** What the routes about the catalogue, teams, units, staff, points and messages refuse, and the succeed-and-show of rare texts. */
import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { RouteName } from '../../contract/routes.ts'
import { dateIn } from '../../server/platform/dates.ts'
import { makeStaff, makeTeam } from '../support/cast.ts'
import { YANQING } from '../support/database.ts'
import { scenesOf, wantedAt } from '../support/http-orders.ts'
import { type LooseCall, signatureOf, useServer } from '../support/server.ts'

const server = useServer()

type Refusal = readonly [
  name: RouteName,
  status: number,
  code: string,
  field: string | undefined,
  call: () => Promise<LooseCall>,
]

const today = dateIn(new Date())

async function offeringFields(more: object = {}): Promise<Record<string, unknown>> {
  const { rows } = await server.owner((client) =>
    client.query(`select id from category where district_id = $1 and slug = 'health-and-care'`, [YANQING]),
  )
  return {
    categoryId: String(rows[0].id),
    provider: { kind: 'agency', id: server.cast.places.agency.id },
    title: '上门量血压',
    titleEn: null,
    summary: '',
    summaryEn: null,
    targetGroups: ['elderly'],
    areaUnitIds: [],
    durationMinutes: 30,
    headcountMin: 1,
    headcountMax: 5,
    leadWorkingDays: 0,
    monthlyQuota: null,
    venueNeeds: [],
    licenceNeeds: [],
    openHours: [],
    blackoutDays: [],
    isRisky: false,
    ...more,
  }
}

async function newOffering() {
  return (await server.call('createOffering', { as: server.cast.provider, body: (await offeringFields()) as never }))
    .answer
}

const create = (more: object) => async (): Promise<LooseCall> => ({
  as: server.cast.provider,
  body: await offeringFields(more),
})
const category = (more: object) => async (): Promise<LooseCall> => ({
  as: server.cast.editor,
  body: {
    slug: 'gardens',
    name: '庭院',
    nameEn: 'Gardens',
    summary: '',
    summaryEn: '',
    sort: 1,
    validFrom: today,
    validUntil: null,
    ...more,
  },
})

const catalogue: Refusal[] = [
  ['createOffering', 422, 'catalogue.headcount-range', 'headcountMax', create({ headcountMin: 6 })],
  [
    'createOffering',
    422,
    'catalogue.open-hours-empty',
    'openHours',
    create({ openHours: [{ weekday: 1, fromMinute: 600, untilMinute: 600 }] }),
  ],
  ['createOffering', 422, 'catalogue.category-unknown', 'categoryId', create({ categoryId: randomUUID() })],
  [
    'createOffering',
    422,
    'catalogue.provider-unknown',
    'provider',
    create({ provider: { kind: 'agency', id: randomUUID() } }),
  ],
  ['createOffering', 422, 'catalogue.area-unknown', 'areaUnitIds', create({ areaUnitIds: [randomUUID()] })],
  [
    'createOffering',
    403,
    'catalogue.not-your-provider',
    undefined,
    async () => ({ as: server.cast.otherProvider, body: await offeringFields() }),
  ],
  ['saveCategory', 422, 'catalogue.category-dates', 'validUntil', category({ validUntil: today })],
  [
    'saveCategory',
    403,
    'catalogue.categories-are-central',
    undefined,
    async () => ({ ...(await category({})()), as: server.cast.provider }),
  ],
  ['listOfferings', 422, 'catalogue.place-unknown', 'unitId', async () => ({ query: { unitId: randomUUID() } })],
  [
    'updateOffering',
    409,
    'platform.version-stale',
    undefined,
    async () => {
      const { id, version } = await newOffering()
      return { as: server.cast.provider, params: { id }, version: version + 1, body: await offeringFields() }
    },
  ],
  [
    'updateOffering',
    400,
    'platform.version-missing',
    'If-Match',
    async () => ({ as: server.cast.provider, params: { id: (await newOffering()).id }, body: await offeringFields() }),
  ],
  [
    'updateOffering',
    409,
    'catalogue.offering-ended',
    undefined,
    async () => {
      const { id } = await newOffering()
      const { answer } = await server.call('endOffering', { as: server.cast.provider, params: { id } })
      return { as: server.cast.provider, params: { id }, version: answer.version, body: await offeringFields() }
    },
  ],
  [
    'confirmOffering',
    409,
    'catalogue.offering-ended',
    undefined,
    async () => {
      const { id } = await newOffering()
      await server.call('endOffering', { as: server.cast.provider, params: { id } })
      return { as: server.cast.provider, params: { id } }
    },
  ],
]

const newTeam = () =>
  makeTeam(server.host, YANQING, '小队', server.cast.places.township.id, server.cast.places.township.id, null)
const teams: Refusal[] = [
  [
    'joinTeam',
    409,
    'teams.not-a-volunteer',
    undefined,
    async () => ({ as: server.cast.neighbour, params: { id: await newTeam() } }),
  ],
  [
    'joinTeam',
    409,
    'teams.already-a-member',
    undefined,
    async () => ({ as: server.cast.member, params: { id: server.cast.places.team } }),
  ],
  [
    'joinTeam',
    409,
    'teams.team-ended',
    undefined,
    async () => {
      const id = await newTeam()
      await server.owner((client) => client.query('update team set ended_on = $2 where id = $1', [id, today]))
      return { as: server.cast.member, params: { id } }
    },
  ],
  [
    'listTeamMembers',
    403,
    'teams.members-only',
    undefined,
    async () => ({ as: server.cast.keeper, params: { id: server.cast.places.team } }),
  ],
]

const appoint = (more: object) => async (): Promise<LooseCall> => ({
  as: server.cast.admin,
  body: {
    name: '新人',
    login: `new-${randomUUID().slice(0, 8)}`,
    role: 'auditor',
    unitId: server.cast.places.centre.id,
    ...more,
  },
})
const places: Refusal[] = [
  [
    'appointStaff',
    422,
    'people.role-needs-other-unit',
    'unitId',
    async () => appoint({ unitId: server.cast.places.agency.id })(),
  ],
  ['appointStaff', 404, 'platform.not-found', 'unitId', appoint({ unitId: randomUUID() })],
  [
    'appointStaff',
    409,
    'people.login-taken',
    'login',
    async () => {
      const call = await appoint({ login: 'taken' })()
      await server.send('appointStaff', call)
      return call
    },
  ],
  [
    'grantRole',
    409,
    'people.grant-exists',
    'role',
    async () => ({
      as: server.cast.admin,
      params: { id: server.cast.auditor.personId },
      body: { role: 'auditor', unitId: server.cast.places.centre.id },
    }),
  ],
  [
    'grantRole',
    404,
    'platform.not-found',
    undefined,
    async () => ({
      as: server.cast.admin,
      params: { id: randomUUID() },
      body: { role: 'auditor', unitId: server.cast.places.centre.id },
    }),
  ],
  [
    'endGrant',
    404,
    'platform.not-found',
    undefined,
    async () => ({ as: server.cast.admin, params: { id: randomUUID() } }),
  ],
  [
    'endGrant',
    403,
    'people.own-grant',
    undefined,
    async () => {
      const { answer } = await server.call('listStaff', { as: server.cast.admin, query: { limit: '100' } })
      const [grant] = answer.rows.find((row) => row.id === server.cast.admin.personId)!.roles
      return { as: server.cast.admin, params: { id: grant!.grantId } }
    },
  ],
  [
    'disableStaff',
    403,
    'people.own-grant',
    undefined,
    async () => ({ as: server.cast.admin, params: { id: server.cast.admin.personId } }),
  ],
  [
    'disableStaff',
    404,
    'platform.not-found',
    undefined,
    async () => ({ as: server.cast.admin, params: { id: server.cast.resident.personId } }),
  ],
  [
    'recordReceipt',
    404,
    'notifications.receipt-unknown',
    undefined,
    async () => {
      const body = { gatewayId: 'unknown', kind: 'delivered', at: new Date().toISOString() }
      return { body, headers: { 'x-gateway-signature': signatureOf(body) } }
    },
  ],
  [
    'recordReceipt',
    401,
    'platform.gateway-signature',
    undefined,
    async () => {
      const body = { gatewayId: 'unknown', kind: 'delivered', at: new Date().toISOString() }
      return { body, headers: { 'x-gateway-signature': signatureOf({ ...body, kind: 'failed' }) } }
    },
  ],
]

describe.each([
  ['catalogue', catalogue],
  ['teams', teams],
  ['staff and messages', places],
])('%s', (_, refusals) => {
  test.each(refusals)('%s → %i %s', async (name, status, code, field, call) => {
    const request = await call()
    for (const locale of ['zh-CN', 'en'] as const) {
      const response = await server.send(name, { ...request, locale })
      expect(response.problem, response.text).toMatchObject({ status, code })
      expect(response.problem.field).toBe(field)
    }
  })
})

test('a gateway reports a message once, twice and again', async () => {
  const { resident } = server.cast
  const wire = JSON.parse(
    JSON.stringify(await server.work((work) => wantedAt(work, scenesOf(server.cast).own), resident.actor)),
  )
  await server.call('placeOrder', { as: resident, body: wire })
  await server.settle()
  const { rows } = await server.owner((client) =>
    client.query('select gateway_id from message where gateway_id is not null limit 1'),
  )
  const body = { gatewayId: String(rows[0].gateway_id), kind: 'delivered', at: new Date().toISOString() } as const
  for (let n = 0; n < 3; n++)
    await server.call('recordReceipt', { body, headers: { 'x-gateway-signature': signatureOf(body) } })
  const outbox = (await server.call('listOutbox', { query: { limit: '100' } })).answer.rows
  expect(outbox.find((message) => message.id === body.gatewayId)?.reachedAt).not.toBeNull()
})

describe('rare characters come back unchanged', () => {
  const TEXTS = {
    'rare Han': { name: '𠮷𡈽龘', title: '教𠮷婆婆用𡈽办法腌菜', details: '𪚥𠔻㐂 㗊', q: '𠮷婆', staff: '𠮷**' },
    'emoji families': { name: '👨‍👩‍👧‍👦家', title: '👨‍👩‍👧‍👦一家理发✂️🇨🇳', details: '👩🏽‍🦽 è ñ', q: '一家理发', staff: undefined },
    'right to left': {
      name: 'محمد علي',
      title: 'مساعدة في المنزل',
      details: 'שלום עולם — مرحبا',
      q: 'المنزل',
      staff: undefined,
    },
    Uyghur: { name: 'گۈلنار', title: 'ئۆي تازىلاش ياردىمى', details: 'ياخشىمۇسىز', q: 'تازىلاش', staff: undefined },
  } as const

  test.each(Object.entries(TEXTS))('%s: placed, read, listed, searched, revealed', async (_, text) => {
    const { resident, keeper } = server.cast
    const scene = scenesOf(server.cast).own
    const base = JSON.parse(
      JSON.stringify(await server.work((work) => wantedAt(work, scene), resident.actor)),
    ) as object
    const body = {
      ...base,
      title: text.title,
      details: text.details,
      venue: text.details,
      contactName: text.name,
    } as never
    const { id, number } = (await server.call('placeOrder', { as: resident, body })).answer
    const read = (await server.call('readOrder', { as: resident, params: { id } })).answer
    expect(read).toMatchObject({ title: text.title, details: text.details, venue: text.details, number })
    if (text.staff !== undefined) expect(read.contactNameMasked).toBe(text.staff)
    expect(read.contactNameMasked).not.toContain(text.name)
    expect(read.contactNameMasked.isWellFormed()).toBe(true)
    const mine = (await server.call('listMyOrders', { as: resident })).answer.rows
    expect(mine.find((row) => row.id === id)?.title).toBe(text.title)
    for (const q of [text.q, text.title, number]) {
      const found = (await server.call('listOrders', { as: keeper, query: { q: q.slice(0, 40) } })).answer.rows
      expect(
        found.map((row) => row.id),
        q,
      ).toContain(id)
    }
    const revealed = await server.call('revealContact', { as: keeper, params: { id }, body: { purpose: 'visit' } })
    expect(revealed.answer.contactName).toBe(text.name)
    const tail = resident.phone!.slice(-4)
    expect((await server.call('trackOrder', { body: { number, phoneTail: tail } })).answer.title).toBe(text.title)
  })

  test('a person’s name, a staff member’s name, an offering', async () => {
    const name = '𠮷田👩‍🌾 עדן'
    const { neighbour, admin, provider, places: where } = server.cast
    expect((await server.call('updateMe', { as: neighbour, body: { name } })).answer.name).toBe(name)
    const login = `rare-${randomUUID().slice(0, 8)}`
    await makeStaff(server.host, YANQING, { name, login, role: 'auditor', unitId: where.centre.id })
    const { rows } = (await server.call('listStaff', { as: admin, query: { limit: '100' } })).answer
    expect(rows.find((row) => row.login === login)?.name).toBe(name)
    const body = (await offeringFields({ title: '𠮷祥剪纸👐', summary: 'قصّ الورق' })) as never
    const { id } = (await server.call('createOffering', { as: provider, body })).answer
    expect((await server.call('readOffering', { params: { id } })).answer).toMatchObject({
      title: '𠮷祥剪纸👐',
      summary: 'قصّ الورق',
    })
    const found = (await server.call('listOfferings', { query: { q: '𠮷祥' } })).answer.rows
    expect(found.map((row) => row.id)).toContain(id)
  })
})

describe('lists hold what is one’s own, and all of it', () => {
  // Numbers count from one in each district, so that only identifiers tell orders apart.
  const ids = {} as Record<'own' | 'sibling' | 'far' | 'foreign', string>
  beforeAll(async () => {
    const scenes = scenesOf(server.cast)
    for (const name of ['own', 'sibling', 'far', 'foreign'] as const) {
      const scene = scenes[name]
      const wire = JSON.parse(JSON.stringify(await server.work((work) => wantedAt(work, scene), scene.requester.actor)))
      ids[name] = (
        await server.call('placeOrder', { as: scene.requester, body: { ...wire, title: `只为${name}` } })
      ).answer.id
    }
  })

  const visible = [
    ['keeper', ['own']],
    ['siblingKeeper', ['sibling']],
    ['institute', ['own', 'sibling']],
    ['otherInstitute', ['far']],
    ['dispatcher', ['own', 'sibling', 'far']],
    ['agent', ['own', 'sibling', 'far']],
    ['centreLeader', ['own', 'sibling', 'far']],
    ['auditor', ['own', 'sibling', 'far']],
    ['foreigner', ['foreign']],
  ] as const

  test.each(visible)('the queue of %s', async (kind, names) => {
    const as = server.cast[kind]
    const expected = names.map((name) => ids[name]).toSorted()
    const seen: string[] = []
    let cursor: string | null | undefined
    do {
      const query = { limit: '2', sort: 'placed', ...(cursor != null && { cursor }) } as const
      const page = (await server.call('listOrders', { as, query })).answer
      seen.push(...page.rows.map((row) => row.id))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.filter((id) => Object.values(ids).includes(id)).toSorted()).toEqual(expected)
    const searched = (await server.call('listOrders', { as, query: { q: '只为' } })).answer.rows
    expect(searched.map((row) => row.id).toSorted()).toEqual(expected)
    const counts = (await server.call('countOrders', { as })).answer
    expect(Object.values(counts.states).reduce((sum, n) => sum + n, 0)).toBe(seen.length)
  })

  test('what a resident finds like another order is only the own', async () => {
    const { neighbour, resident } = server.cast
    const scene = scenesOf(server.cast).own
    const { rows } = await server.owner((client) =>
      client.query('select category_id from service_order where id = $1', [ids.own]),
    )
    const body = {
      contactPhone: scene.contact.phone,
      unitId: scene.unitId,
      categoryId: String(rows[0].category_id),
      title: '只为own',
    }
    expect((await server.call('findSimilarOrders', { as: resident, body })).answer.rows.map((row) => row.id)).toContain(
      ids.own,
    )
    expect((await server.call('findSimilarOrders', { as: neighbour, body })).answer.rows).toEqual([])
  })

  test('a resident who types another’s phone learns nothing of that person’s orders', async () => {
    const scene = scenesOf(server.cast).own
    const wire = JSON.parse(
      JSON.stringify(await server.work((work) => wantedAt(work, scene), server.cast.neighbour.actor)),
    )
    const body = { ...wire, title: '只为own', contactPhone: scene.contact.phone, placeAnyway: false }
    const response = await server.send('placeOrder', { as: server.cast.neighbour, body })
    expect(response.text).not.toContain(ids.own)
  })
})
