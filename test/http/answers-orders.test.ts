/** What the order's routes refuse for reasons of the matter itself: each code with its status, its field and its text in both languages. */
import { describe, expect, test } from 'vitest'
import '../../server/modules/orders/refusals.ts'
import { refusalStatuses } from '../../server/platform/refusal.ts'
import { useServer } from '../support/server.ts'
import { refusalTools } from './refusal-tools.ts'
import { placingRefusals, triageRefusals } from './refusals-at-placing.ts'
import { callRefusals, dispatchRefusals, serviceRefusals } from './refusals-in-service.ts'

const server = useServer()
const tools = refusalTools(server)
const placing = placingRefusals(tools)
const seen = new Set<string>()

describe.each([
  ['placing', placing],
  ['triage', triageRefusals(tools)],
  ['dispatch', dispatchRefusals(tools)],
  ['service', serviceRefusals(tools)],
  ['calls', callRefusals(tools)],
])('%s', (_, refusals) => {
  test.each(refusals)('%s → %i %s', async (name, status, code, field, call) => {
    await server.refill()
    const request = await call()
    for (const locale of ['zh-CN', 'en'] as const) {
      const response = await server.send(name, { ...request, locale })
      expect(response.problem, response.text).toMatchObject({ status, code })
      expect(response.problem.field).toBe(field)
      seen.add(code)
    }
  })
})

test('every refusal of the module is among them', () => {
  const hidden = [
    // A guard behind another: a resident’s own phone is always known.
    'orders.contact-phone-needed',
    // Among the tests of licences.
    'orders.licence-missing',
    // Rules are set on the command line, and refused there (rule.test.ts).
    'orders.limit-unknown',
    'orders.rule-not-after-last',
  ]
  const known = [...refusalStatuses.keys()].filter((code) => code.startsWith('orders.'))
  expect(known.length).toBeGreaterThan(40)
  expect(known.filter((code) => !seen.has(code) && !hidden.includes(code))).toEqual([])
})

test('a batch is placed as a whole or not at all', async () => {
  const count = async () => (await tools.tamper('select count(*)::int as n from service_order')).rows[0].n as number
  const before = await count()
  const [, , , , call] = placing.at(-1)!
  await server.send('placeOrderBatch', await call())
  expect(await count()).toBe(before)
})
