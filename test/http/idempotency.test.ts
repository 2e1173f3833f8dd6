/** Promise 9: one client id, one effect; a retry returns the first answer, a refusal is not remembered. */
import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Route } from '../../contract/kit.ts'
import { type RouteName, routes } from '../../contract/routes.ts'
import { useServer } from '../support/server.ts'
import { activityCases } from './cases-of-activities.ts'
import { checkInCases } from './cases-of-check-in.ts'
import { hoursCases } from './cases-of-hours.ts'
import { recordCases } from './cases-of-records.ts'
import { orderCases, placingCases } from './cases-of-orders.ts'
import { teamDeskCases } from './cases-of-team-desk.ts'
import { teamCases } from './cases-of-teams.ts'
import { thingCases } from './cases-of-things.ts'
import { type Case, type Cases, openWorld, playerOf, type World } from './matrix.ts'
import { gateAnswer, type Kind, KINDS } from './who-may.ts'

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
const WRITES_MIN = 48
const AT_ONCE = 5

const writes = (Object.keys(routes) as RouteName[]).filter((name) => {
  const route = routes[name] as unknown as Route
  return route.method !== 'GET' && route.withoutClientId !== true
})

let world: World
beforeAll(async () => {
  world = await openWorld(server)
}, 60_000)

test('every write with a client id is tried', () => {
  expect(writes.length).toBeGreaterThan(WRITES_MIN)
})

/** Who may do it with certainty: the first kind of caller to whom only success is promised. */
function actorFor(name: RouteName): { one: Case; kind: Kind } {
  const { permission, status } = routes[name] as unknown as Route
  for (const one of cases[name]) {
    const kind = KINDS.find(
      (candidate) =>
        gateAnswer(candidate, permission) === null && one.answers(candidate, one.resources[0]!, status)[0] === status,
    )
    if (kind !== undefined) return { one, kind }
  }
  throw new Error(`Nobody may ${name}.`)
}

/** Nobody is still at the place of the route before: one cannot check in at two. */
function leaveEveryPlace() {
  return server.owner((client) =>
    client.query(
      `update attendance set checked_out_at = checked_in_at, check_out_method = 'closed-automatically' where checked_out_at is null`,
    ),
  )
}

describe.each(writes)('%s', (name) => {
  test('five at once and later again have one effect and one answer', async () => {
    await server.refill()
    await leaveEveryPlace()
    const { one, kind } = actorFor(name)
    const resource = one.resources[0]!
    const target = await one.make(world, resource)
    const input = await one.input(target, kind, resource, world)
    const clientId = randomUUID()
    const { link: _, ...call } = input
    const as = playerOf(world, kind, resource, input)
    const send = (more: object = {}) => server.send(name, { as, ...call, clientId, ...more })
    const before = await effects()
    const burst = await Promise.all(Array.from({ length: AT_ONCE }, () => send()))
    const first = burst.filter(
      (response) => response.status < 300 && response.headers['idempotent-replayed'] === undefined,
    )
    expect(
      first,
      burst
        .map((response) => response.text)
        .join('\n')
        .slice(0, 900),
    ).toHaveLength(1)
    for (const response of burst) {
      if (response.status < 300) expect(response.text).toBe(first[0]!.text)
      else {
        expect(response.problem.code).toBe('platform.same-id-in-progress')
        expect(response.status).toBe(409)
        expect(Number(response.headers['retry-after'])).toBeGreaterThan(0)
      }
    }
    const after = await effects()
    const retry = await send()
    expect(retry.status).toBe(first[0]!.status)
    expect(retry.text).toBe(first[0]!.text)
    expect(retry.headers['idempotent-replayed']).toBe('true')
    expect(retry.headers.etag).toBe(first[0]!.headers.etag)
    // Keys in another order and letters of the id in another case are the same request.
    const upper = await send({
      clientId: clientId.toUpperCase(),
      ...(call.body !== undefined && { body: reversed(call.body) }),
    })
    expect(upper.headers['idempotent-replayed'], upper.text).toBe('true')
    expect(await effects(), 'a retry had an effect').toEqual(after)
    expect(after.stored - before.stored).toBe(1)
    const { bodies } = mismatchOf(name, call.body)
    for (const body of bodies) {
      const other = await send({ body })
      expect(other.status, other.text).toBe(422)
      expect(other.problem.code).toBe('platform.same-id-other-body')
    }
    expect(await effects()).toEqual(after)
  })
})

/** Another body that the contract accepts too, where the route has one. */
function mismatchOf(name: RouteName, body: unknown): { bodies: unknown[] } {
  const text = JSON.stringify(body ?? {})
  const other = text
    .replace(/"(note|reason|details|purpose|result|spokenTo|contactName|name|title)":"[^"]*"/u, (_, key: string) =>
      key === 'purpose'
        ? name.endsWith('Consent')
          ? '"purpose":"sharing"'
          : name === 'lookAtEmergency'
            ? '"purpose":"illness"'
            : '"purpose":"dispatch"'
        : key === 'reason' && name === 'declineOffer'
          ? '"reason":"too-far"'
          : `"${key}":"另一项内容"`,
    )
    .replace(/"(stars|actualHeadcount|minutes|points|sort)":\d+/u, '"$1":1')
  const isKnown = other !== text && !['returnOrder', 'pauseOrder'].includes(name)
  return { bodies: isKnown ? [JSON.parse(other)] : [] }
}

/** What a write leaves behind, whatever it is. */
async function effects(): Promise<{
  events: number
  jobs: number
  stored: number
  transitions: number
  messages: number
}> {
  return server.owner(async (client) => {
    const { rows } = await client.query(`
      select (select count(*)::int from audit_event) as events, (select count(*)::int from pgboss.job) as jobs,
             (select count(*)::int from idempotency) as stored, (select count(*)::int from order_transition) as transitions,
             (select count(*)::int from message) as messages`)
    return rows[0]
  })
}

function reversed(body: unknown): unknown {
  return Object.fromEntries(Object.entries(body as object).toReversed())
}

describe('what is not a retry', () => {
  const reason = { body: { reason: '不用了' } }

  async function order(): Promise<string> {
    const placed = await placingCases.placeOrder[0]!.make(world, 'own')
    const input = await placingCases.placeOrder[0]!.input(placed, 'resident', 'own', world)
    const { link: _, ...call } = input
    return (await server.send('placeOrder', { as: server.cast.resident, ...call })).answer.id
  }

  test('a refused request may be mended and sent again under the same id', async () => {
    const { keeper, neighbour, resident } = server.cast
    const clientId = randomUUID()
    const params = { id: await order() }
    const early = await server.send('takeIn', { as: keeper, params, clientId, body: { note: '' } })
    expect(early.status).toBe(400)
    const body = { note: '', agreementTriggers: [], risks: [], urgency: 'normal' }
    expect((await server.send('takeIn', { as: keeper, params, clientId, body })).status).toBe(200)
    const used = randomUUID()
    expect((await server.send('passUpOrder', { as: neighbour, params, clientId: used, ...reason })).status).toBe(403)
    expect((await server.send('cancelOrder', { as: resident, params, clientId: used, ...reason })).status).toBe(200)
  })

  test('a retry is answered when its budget is used up, and only a retry', async () => {
    await server.refill()
    const placed = await placingCases.placeOrder[0]!.make(world, 'own')
    const input = await placingCases.placeOrder[0]!.input(placed, 'resident', 'own', world)
    const { link: _, ...call } = input
    const clientId = randomUUID()
    const send = (more: object) => server.send('placeOrder', { as: server.cast.resident, ...call, ...more })
    const first = await send({ clientId })
    await server.owner((client) => client.query('update rate_bucket set tokens = 0, updated_at = clock_timestamp()'))
    const retry = await send({ clientId })
    expect([retry.status, retry.answer]).toEqual([first.status, first.answer])
    expect(retry.headers['idempotent-replayed']).toBe('true')
    expect((await send({ clientId: randomUUID() })).status).toBe(429)
    expect((await send({ clientId, body: { ...(call.body as object), title: '另一项' } })).status).toBe(429)
    await server.refill()
  })

  test('an id belongs to whoever made it', async () => {
    const { keeper, institute } = server.cast
    const clientId = randomUUID()
    const [one, two] = [await order(), await order()]
    const first = await server.send('passUpOrder', { as: keeper, params: { id: one }, clientId, ...reason })
    const second = await server.send('passUpOrder', { as: institute, params: { id: two }, clientId, ...reason })
    expect([first.status, second.status]).toEqual([200, 200])
    expect(second.headers['idempotent-replayed']).toBeUndefined()
  })

  test('the same id for another thing is refused', async () => {
    const { keeper } = server.cast
    const clientId = randomUUID()
    const [one, two] = [await order(), await order()]
    expect((await server.send('passUpOrder', { as: keeper, params: { id: one }, clientId, ...reason })).status).toBe(
      200,
    )
    expect((await server.send('passUpOrder', { as: keeper, params: { id: two }, clientId, ...reason })).status).toBe(
      422,
    )
    expect(
      (
        await server.send('deferOrder', {
          as: keeper,
          params: { id: one },
          clientId,
          body: { reason: '缓', alternative: '等', reviewOn: '2099-01-01' },
        })
      ).status,
    ).toBe(422)
  })

  test.each([null, 'not-a-uuid', '', `${randomUUID()} `.repeat(2)])(
    'a write with the id %j is refused',
    async (clientId) => {
      const response = await server.send('updateMe', { as: server.cast.resident, clientId, body: {} })
      expect(response.status).toBe(400)
      expect(response.problem).toMatchObject({ code: 'platform.client-id-missing', field: 'Idempotency-Key' })
    },
  )

  test('of many who race for one offer or one claim, one has it', async () => {
    const { leader, provider, otherLeader } = server.cast
    const target = (await orderCases.claimOrder[0]!.make(world, 'own')) as { id: string }
    const racers = [
      ['leader', leader],
      ['provider', provider],
      ['otherLeader', otherLeader],
    ] as const
    const answers = await Promise.all(
      racers.map(async ([kind, as]) => {
        const { link: _, ...call } = await orderCases.claimOrder[0]!.input(target, kind, 'own', world)
        return server.send('claimOrder', { as, ...call })
      }),
    )
    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([200, 409, 409])
  })
})
