// Two hundred residents who press the button at the same moment.
import { randomUUID } from 'node:crypto'
import { Agent } from 'node:http'
import { send } from '../load/send.ts'
import type { Wish } from './wishes.ts'

/** Milliseconds from the common start to each answer, in order; every resident has an open connection. */
export async function burst(
  origin: string,
  orders: readonly { readonly token: string; readonly wish: Wish }[],
): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: orders.length })
  try {
    await Promise.all(orders.map(() => send(agent, `${origin}/livez`, 'GET', {})))
    const began = performance.now()
    const times = await Promise.all(
      orders.map(async ({ token, wish }) => {
        const headers = {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': randomUUID(),
        }
        const { status, text } = await send(agent, `${origin}/api/v1/orders`, 'POST', headers, JSON.stringify(wish))
        if (status !== 201) throw new Error(`An order of the burst was answered with ${status}: ${text}`)
        return performance.now() - began
      }),
    )
    return times.sort((a, b) => a - b)
  } finally {
    agent.destroy()
  }
}
