// What an order and a list really send, counted, and written down for pgbench.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Say } from '../load/pairs.ts'
import { residentId, residentIdSql, type Server } from '../load/stage.ts'
import {
  dataOf,
  logStatements,
  pgbenchScript,
  recordTransactions,
  SAME,
  startLogged,
  type Transaction,
} from '../load/statements.ts'
import { LIST_PATH, REPLAYED, RESIDENTS, type Scene } from './scene.ts'
import { placeOrder } from './wishes.ts'

/** As many as one block of order numbers, so that taking the next block counts for what it is; each of its own person. */
const RECORDED_REQUESTS = 32
// Each client of pgbench has to plan each script first, which must not be what is measured.
const SCRIPTS_MAX = 4
/** So many of the last extra people order nothing before they are recorded, or before that make the server know the services. */
export const UNTOUCHED_PEOPLE: number = 2 * RECORDED_REQUESTS

export interface Recorded {
  /** One for each of several services, so that replayed orders do not all wait for one quota. */
  readonly placeFiles: readonly string[]
  readonly listFile: string
  /** The same, sent in as few packets as the server sends them in. */
  readonly placePacketFiles: readonly string[]
  readonly listPacketFile: string
  readonly statementsPerOrder: number
  readonly statementsPerList: number
}

/** Orders and lists are sent once more with PostgreSQL writing down every statement. */
export async function record({ stage, people, wishes }: Scene, say: Say): Promise<Recorded> {
  const server = await startLogged(stage)
  try {
    const orders = await recordOrders(server, stage.dataDir, people.extraTokens, wishes)
    const headers = { authorization: `Bearer ${people.dispatcherToken}` }
    const list = () => fetch(`${server.origin}${LIST_PATH}`, { headers }).then((answer) => answer.text())
    await list()
    const lists = await recordTransactions(stage.dataDir, /page as materialized/u, list)
    const statementsPerOrder = orders.reduce((sum, { sent }) => sum + dataOf(sent), 0) / orders.length
    const statementsPerList = dataOf(lists)
    if (statementsPerList === 0) throw new Error('The list was not found in the log of PostgreSQL.')
    say(`statements: ${statementsPerOrder} for an order, ${statementsPerList} for a list`)
    const writeList = async (name: string, inOurPackets: boolean) => {
      const path = join(stage.dataDir, name)
      await writeFile(path, await pgbenchScript(server.databaseUrl, lists, { ...SAME, inOurPackets }))
      return path
    }
    const writePlaces = (name: string, inOurPackets: boolean) =>
      writePlaceScripts(server, join(stage.dataDir, name), orders, { wishes, inOurPackets })
    return {
      placeFiles: await writePlaces('place', false),
      placePacketFiles: await writePlaces('place-packets', true),
      listFile: await writeList('list.sql', false),
      listPacketFile: await writeList('list-packets.sql', true),
      statementsPerOrder,
      statementsPerList,
    }
  } finally {
    await logStatements(server.databaseUrl, false)
    await server.stop()
  }
}

interface RecordedOrder {
  readonly resident: number
  readonly sent: readonly Transaction[]
}

/** Scripts of orders that took no new block of numbers. */
async function writePlaceScripts(
  server: Server,
  /** Of the files, to which a number is added. */
  prefix: string,
  orders: readonly RecordedOrder[],
  { wishes, inOurPackets }: { readonly wishes: Scene['wishes']; readonly inOurPackets: boolean },
): Promise<readonly string[]> {
  const fewest = Math.min(...orders.map((order) => dataOf(order.sent)))
  const usual = orders.filter((order) => dataOf(order.sent) === fewest).slice(0, SCRIPTS_MAX)
  const files: string[] = []
  for (const [index, { resident, sent }] of usual.entries()) {
    const path = `${prefix}-${index}.sql`
    const script = await pgbenchScript(server.databaseUrl, sent, {
      choose: [`\\set resident random(${REPLAYED.first}, ${REPLAYED.first + REPLAYED.count - 1})`],
      variables: [{ value: residentId(resident), sql: residentIdSql(':resident') }],
      kept: JSON.stringify(wishes),
      inOurPackets,
    })
    await writeFile(path, script)
    files.push(path)
  }
  return files
}

async function recordOrders(
  server: Server,
  dataDir: string,
  tokens: readonly string[],
  wishes: Scene['wishes'],
): Promise<RecordedOrder[]> {
  // What other parts of the server do meanwhile, such as the sweep, is not the order's.
  const marks = /idempotency_begin/u
  const wishOf = (i: number) => wishes[i % wishes.length]!
  // The first order of a process loads reference data, and the first of a service that service.
  for (let i = 0; i < RECORDED_REQUESTS; i++)
    await placeOrder(server.origin, tokens.at(-RECORDED_REQUESTS - 1 - i)!, wishOf(i))
  const orders: RecordedOrder[] = []
  for (let i = 0; i < RECORDED_REQUESTS; i++) {
    const place = tokens.length - 1 - i
    const token = tokens[place]!
    const wish = wishOf(i)
    // The first call finds the session, which then stays in memory and is not part of what is counted.
    await placeOrder(server.origin, token, { ...wish, unitId: NO_PLACE })
    const sent = await recordTransactions(dataDir, marks, async () => {
      const { status, body } = await placeOrder(server.origin, token, wish)
      if (status !== 201) throw new Error(`A recorded order was answered with ${status}: ${JSON.stringify(body)}`)
    })
    orders.push({ resident: RESIDENTS + place, sent })
  }
  return orders
}

/** A place that does not exist: such an order is refused late and leaves nothing. */
const NO_PLACE = '00000000-0000-7000-8000-000000000000'
