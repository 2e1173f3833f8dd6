/** A message gateway: takes what the server hands over, and reports each message as delivered, more than once. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import canonicalize from 'canonicalize'

const SECRET = 'gateway-secret-of-the-chaos'
const REPORT_TRIES_MAX = 20
const REPORT_PAUSE_MILLISECONDS = 150

export interface Gateway {
  /** Settings by which a server finds it. */
  readonly env: Readonly<Record<string, string>>
  /** How often each message was handed over, by its id. */
  readonly taken: ReadonlyMap<string, number>
  /** What came of the reports that were sent a second time. */
  readonly faults: readonly string[]
  readonly reports: number
  /** Where reports go; nothing is reported before it is known. */
  reportTo(origin: string): void
  /** Waits for the reports under way. */
  close(): Promise<void>
}

export async function openGateway(): Promise<Gateway> {
  const taken = new Map<string, number>()
  const faults: string[] = []
  const underWay = new Set<Promise<void>>()
  const state = { origin: '', reports: 0 }
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const text = await bodyOf(request)
    const { id } = JSON.parse(text) as { id: string }
    if (!isSigned(request, text)) faults.push(`message ${id} came without a signature`)
    taken.set(id, (taken.get(id) ?? 0) + 1)
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ gatewayId: `g-${id}` }))
    if (state.origin === '') return
    const reporting = reportTwice(state, `g-${id}`, faults)
    underWay.add(reporting)
    await reporting
    underWay.delete(reporting)
  }
  const server = createServer((request, response) => void take(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    env: {
      HUIYIN_GATEWAY_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/messages`,
      HUIYIN_GATEWAY_SECRET: SECRET,
    },
    taken,
    faults,
    get reports() {
      return state.reports
    },
    reportTo: (origin) => void (state.origin = origin),
    async close() {
      while (underWay.size > 0) await Promise.all(underWay)
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** The same report at once and again: each is taken, and tells the same. */
async function reportTwice(
  state: { origin: string; reports: number },
  gatewayId: string,
  faults: string[],
): Promise<void> {
  const report = { gatewayId, kind: 'delivered', at: new Date().toISOString() }
  try {
    const first = await Promise.all([send(state, report), send(state, report)])
    const answers = new Set([...first, await send(state, report)])
    if (answers.size > 1) faults.push(`three equal reports of ${gatewayId} got ${[...answers].join(' and ')}`)
  } catch (error) {
    faults.push(`a report of ${gatewayId}: ${String(error)}`)
  }
}

/** @returns status and body, once it is neither "unknown yet" nor an outage */
async function send(state: { origin: string; reports: number }, report: object): Promise<string> {
  const text = canonicalize(report)!
  for (let attempt = 1; ; attempt++) {
    state.reports++
    const response = await fetch(`${state.origin}/api/v1/receipts`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-gateway-signature': createHmac('sha256', SECRET).update(text).digest('hex'),
      },
      body: text,
    })
    const body = await response.text()
    // The transaction that will know the message may not have ended yet.
    if (response.ok || attempt === REPORT_TRIES_MAX) return `${response.status} ${body}`
    await sleep(REPORT_PAUSE_MILLISECONDS)
  }
}

function isSigned(request: IncomingMessage, text: string): boolean {
  const given = Buffer.from(String(request.headers['x-gateway-signature'] ?? ''), 'hex')
  const wanted = createHmac('sha256', SECRET).update(text).digest()
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
