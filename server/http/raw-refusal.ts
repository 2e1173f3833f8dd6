import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { Refusal } from '#platform/refusal.ts'
import { newUuid7 } from '#platform/tokens.ts'
import { problemOf } from './problem.ts'

const STATUS_OF: Readonly<Record<string, number>> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 }

/**
 * Answers bytes that no request could be made of. There is no route, no hook and no language yet, so that the answer is written by
 * hand: it carries the same headers as every other.
 */
export function rawRefusal(headers: Readonly<Record<string, string>>) {
  return (error: Error & { code?: string }, socket: Socket): void => {
    // Whoever reset the connection reads nothing any more.
    if (error.code === 'ECONNRESET' || socket.destroyed) return
    if (socket.writable) socket.write(answerTo(STATUS_OF[error.code ?? ''] ?? 400, headers))
    socket.destroy(error)
  }
}

function answerTo(status: number, headers: Readonly<Record<string, string>>): string {
  const { body } = problemOf(new Refusal('platform.not-http', status, {}), 'zh-CN', newUuid7(new Date()))
  const text = JSON.stringify(body)
  const all = {
    ...headers,
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(text),
    connection: 'close',
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', text].join('\r\n')
}
