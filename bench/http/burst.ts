// Two hundred residents who press the button at the same moment.
import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
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
        const status = await send(agent, `${origin}/api/v1/orders`, 'POST', headers, JSON.stringify(wish))
        if (status !== 201) throw new Error(`An order of the burst was answered with ${status}.`)
        return performance.now() - began
      }),
    )
    return times.sort((a, b) => a - b)
  } finally {
    agent.destroy()
  }
}

function send(
  agent: Agent,
  url: string,
  method: string,
  headers: Record<string, string>,
  body?: string,
): Promise<number> {
  return new Promise((settle, reject) => {
    const sent = request(url, { agent, method, headers }, (answer) => {
      answer.resume()
      answer.on('end', () => settle(answer.statusCode ?? 0))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
