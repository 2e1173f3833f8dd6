/** How many data statements the calls that matter most send: one more for each row is found here, not in a slow district. */
import { expect, test } from 'vitest'
import { useServer } from '../support/server.ts'
import { checkInCases } from './cases-of-check-in.ts'
import { placingCases } from './cases-of-orders.ts'
import { openWorld, type World } from './matrix.ts'

const server = useServer()
let world: World | undefined

/** What PostgreSQL was asked while `act` ran, without what begins and ends transactions. */
async function statementsOf(act: () => Promise<unknown>): Promise<string[]> {
  const { pool } = server.platform.db
  const texts: string[] = []
  const clients = new Set<{ query: (...given: unknown[]) => unknown }>()
  const watch = (client: { query: (...given: unknown[]) => unknown }) => {
    if (clients.has(client)) return
    clients.add(client)
    const { query } = client
    client.query = (...given) => {
      const [asked] = given
      texts.push(typeof asked === 'string' ? asked : (asked as { text: string }).text)
      return Reflect.apply(query, client, given)
    }
  }
  // oxlint-disable-next-line typescript/unbound-method -- applied to its pool below
  const { connect } = pool
  pool.connect = (async () => {
    const client = (await Reflect.apply(connect, pool, [])) as Parameters<typeof watch>[0]
    watch(client)
    return client
  }) as unknown as typeof pool.connect
  try {
    await act()
  } finally {
    pool.connect = connect
    for (const client of clients) Reflect.deleteProperty(client, 'query')
  }
  return texts.filter((text) => !/^(?:begin|commit)/u.test(text))
}

async function place() {
  world ??= await openWorld(server)
  const one = placingCases.placeOrder[0]!
  const target = await one.make(world, 'own')
  const { link: _, ...call } = await one.input(target, 'resident', 'own', world)
  return () => server.send('placeOrder', { as: server.cast.resident, ...call })
}

test('a placed order is one read and one write', async () => {
  // The first order of a process loads reference data and takes a block of numbers.
  await (
    await place()
  )()
  const again = await place()
  const texts = await statementsOf(async () => expect((await again()).status).toBe(201))
  expect(texts).toHaveLength(2)
})

test('a queue of twenty is one statement beside the beginning', async () => {
  const list = () => server.send('listOrders', { as: server.cast.dispatcher, query: { limit: '20' } })
  expect((await list()).status).toBe(200)
  expect(await statementsOf(list)).toHaveLength(2)
})

test('a check-in is one read and one write', async () => {
  world ??= await openWorld(server)
  const [one] = checkInCases.checkInSelf
  const target = await one.make(world, 'team')
  const come = async (who: 'member' | 'leader') => {
    const call = await one.input(target, who, 'team', world!)
    const body = { ...(call.body as object), device: 'telephone' }
    return async () => {
      const answer = await server.send('checkInSelf', { as: server.cast[who], ...call, body })
      expect(answer.status).toBe(200)
    }
  }
  // The session of a person is looked up by the first request.
  await server.send('readSession', {
    as: server.cast.leader,
    params: (await one.input(target, 'leader', 'team', world)).params!,
  })
  await (
    await come('member')
  )()
  expect(await statementsOf(await come('leader'))).toHaveLength(2)
})

test('taking an order in is one write, and the answer that is read and kept', async () => {
  const take = async () => {
    const { id } = (await (await place())()).answer as { id: string }
    const body = { note: '', agreementTriggers: [], risks: [], urgency: 'normal' }
    return () => server.send('takeIn', { as: server.cast.keeper, params: { id }, body })
  }
  // The first one loads reference data.
  expect((await (await take())()).status).toBe(200)
  const again = await take()
  const texts = await statementsOf(async () => expect((await again()).status).toBe(200))
  // The beginning with the order's lock, all its changes, two reads for the answer, what is kept of it.
  expect(texts).toHaveLength(5)
})
