/** What the routes about units refuse, in the caller's language and with the field at fault. */
import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { RouteName } from '../../contract/routes.ts'
import { addDays, dateIn } from '../../server/platform/dates.ts'
import { type LooseCall, useServer } from '../support/server.ts'

const server = useServer()
const today = dateIn(new Date())

type Refusal = readonly [
  name: RouteName,
  status: number,
  code: string,
  field: string | undefined,
  call: () => Promise<LooseCall>,
]

const rename = (more: object) => async (): Promise<LooseCall> => ({
  as: server.cast.admin,
  params: { id: server.cast.places.far.id },
  body: { name: '改名村', code: null, validFrom: addDays(today, 300), ...more },
})
const opening = (more: object) => async (): Promise<LooseCall> => ({
  as: server.cast.admin,
  body: {
    kind: 'agency',
    parentId: server.cast.places.centre.id,
    name: '区气象局',
    nameEn: null,
    code: null,
    validFrom: '2020-01-01',
    ...more,
  },
})
const ending =
  (id: () => string, more: object = {}) =>
  async (): Promise<LooseCall> => ({
    as: server.cast.admin,
    params: { id: id() },
    body: { validUntil: today, successorId: server.cast.places.centre.id, ...more },
  })
const agency = () => server.cast.places.agency.id
const refused: Refusal[] = [
  ['openUnit', 404, 'platform.not-found', 'parentId', opening({ parentId: randomUUID() })],
  ['openUnit', 422, 'orgs.wrong-parent', 'parentId', opening({ kind: 'station', code: '110119001999' })],
  ['openUnit', 422, 'orgs.code-elsewhere', 'code', opening({ code: '110119001999' })],
  ['openUnit', 422, 'orgs.code-elsewhere', 'code', opening({ kind: 'institute', code: '330106009000' })],
  ['openUnit', 409, 'orgs.code-taken', 'code', opening({ kind: 'institute', code: '110119001000' })],
  ['endUnit', 404, 'platform.not-found', undefined, ending(() => randomUUID())],
  ['endUnit', 409, 'orgs.centre-stays', undefined, ending(() => server.cast.places.centre.id)],
  ['endUnit', 422, 'orgs.end-not-yet', 'validUntil', ending(agency, { validUntil: addDays(today, 1) })],
  ['endUnit', 409, 'orgs.period-not-after-last', 'validUntil', ending(agency, { validUntil: '2001-01-01' })],
  ['endUnit', 422, 'orgs.wrong-successor', 'successorId', ending(agency, { successorId: randomUUID() })],
  [
    'endUnit',
    422,
    'orgs.wrong-successor',
    'successorId',
    async () => ending(agency, { successorId: server.cast.places.village.id })(),
  ],
  [
    'endUnit',
    409,
    'orgs.units-below',
    undefined,
    async () => ending(() => server.cast.places.village.path.at(-2)!.id)(),
  ],
  ['endUnit', 409, 'orgs.still-holds', undefined, ending(agency)],
  ['renameUnit', 409, 'orgs.period-not-after-last', 'validFrom', rename({ validFrom: '2001-01-01' })],
  ['renameUnit', 409, 'orgs.code-taken', 'code', async () => rename({ code: server.cast.places.village.code })()],
]

test.each(refused)('%s → %i %s', async (name, status, code, field, call) => {
  const request = await call()
  for (const locale of ['zh-CN', 'en'] as const) {
    const response = await server.send(name, { ...request, locale })
    expect(response.problem, response.text).toMatchObject({ status, code })
    expect(response.problem.field).toBe(field)
  }
})
