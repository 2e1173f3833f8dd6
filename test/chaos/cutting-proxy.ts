/** A TCP proxy that cuts connections at a chosen byte. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * Where a connection is cut: `connect`, before anything is sent on; `request`, after so many bytes of it, counted from its end
 * when negative; `sent`, right after its last byte; `answer`, after so many bytes of it, counted from its end when negative.
 */
export interface Cut {
  readonly at: 'connect' | 'request' | 'sent' | 'answer'
  readonly bytes: number
}

export interface CuttingProxy {
  readonly origin: string
  /** The cut of the connections to come. */
  cut: Cut
  /** Bytes of the last whole messages. */
  readonly lengths: { request: number; answer: number }
  close(): Promise<void>
}

export async function openCuttingProxy(target: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    sockets.add(client)
    client.on('error', () => undefined).on('close', () => sockets.delete(client))
    if (proxy.cut.at === 'connect') client.resetAndDestroy()
    else carry(client, connect(Number(port), hostname), proxy)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const proxy: CuttingProxy = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: { at: 'connect', bytes: 0 },
    lengths: { request: 0, answer: 0 },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
  return proxy
}

/** Carries one exchange, whole message by whole message, so that every byte of it can be the last. */
function carry(client: Socket, upstream: Socket, { cut, lengths }: CuttingProxy): void {
  const cutBoth = () => {
    client.resetAndDestroy()
    upstream.destroy()
  }
  upstream.on('error', () => client.destroy())
  let request = Buffer.alloc(0)
  client.on('data', (chunk: Buffer) => {
    request = Buffer.concat([request, chunk])
    if (!isWhole(request)) return
    lengths.request = request.length
    if (cut.at === 'answer') upstream.write(request)
    else {
      const passed = cut.at === 'sent' ? request : request.subarray(0, endOf(request, cut.bytes))
      // The bytes must have left this process before the connection breaks.
      upstream.write(passed, () => setImmediate(cutBoth))
    }
  })
  let answer = Buffer.alloc(0)
  upstream.on('data', (chunk: Buffer) => {
    if (cut.at !== 'answer') return
    answer = Buffer.concat([answer, chunk])
    if (!isWhole(answer)) return
    lengths.answer = answer.length
    client.write(answer.subarray(0, endOf(answer, cut.bytes)), () => setImmediate(cutBoth))
  })
}

function endOf(message: Buffer, bytes: number): number {
  return bytes < 0 ? message.length + bytes : Math.min(bytes, message.length)
}

/** Whether the head and as many bytes as its Content-Length says are there. */
function isWhole(message: Buffer): boolean {
  const head = message.indexOf('\r\n\r\n')
  if (head === -1) return false
  const length = /\r\ncontent-length: (\d+)/iu.exec(message.subarray(0, head).toString('latin1'))?.[1] ?? '0'
  return message.length >= head + 4 + Number(length)
}
