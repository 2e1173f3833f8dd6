/**
 * What clients asked for and what they were told. An entry is written before its request is sent, so nothing that the server
 * may have done is missing; its client id stays the same in every attempt (promise 9).
 */
import { randomUUID } from 'node:crypto'
import { type Agent, request as httpRequest } from 'node:http'

export interface Asked {
  readonly what: string
  /** The order it belongs to, as the client names it; entries without one stand alone. */
  readonly life: string
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly path: string
  readonly authorization: string
  readonly body: unknown
}

export type Outcome = 'acknowledged' | 'refused' | 'unknown'

export interface Entry extends Asked {
  readonly clientId: string
  attempts: number
  /** Attempts that ended without a definite answer. */
  unknowns: number
  outcome: Outcome
  status: number
  answer: unknown
  wasReplayed: boolean
}

export interface Attempt {
  readonly outcome: Outcome
  readonly status: number
  readonly answer: unknown
  readonly wasReplayed: boolean
  /** The body as it came over the wire. */
  readonly text: string
  readonly contentType: string
  /** The header Retry-After. */
  readonly retryAfter: string | undefined
  /** The socket's error where no whole answer came. */
  readonly error: string | undefined
}

const ANSWER_SECONDS_MAX = 15

export function openJournal() {
  const entries: Entry[] = []
  return {
    entries,
    write(asked: Asked): Entry {
      const entry: Entry = {
        ...asked,
        clientId: randomUUID(),
        attempts: 0,
        unknowns: 0,
        outcome: 'unknown',
        status: 0,
        answer: undefined,
        wasReplayed: false,
      }
      entries.push(entry)
      return entry
    },
  }
}

export type Journal = ReturnType<typeof openJournal>

/** Sends an entry's request once and notes what came of it. */
export async function attempt(entry: Entry, origin: string, agent: Agent): Promise<Attempt> {
  entry.attempts++
  const result = await exchange(entry, origin, agent)
  entry.outcome = result.outcome
  entry.status = result.status
  entry.answer = result.answer
  entry.wasReplayed = result.wasReplayed
  if (result.outcome === 'unknown') entry.unknowns++
  return result
}

function exchange(entry: Entry, origin: string, agent: Agent): Promise<Attempt> {
  return new Promise((settle) => {
    const body = entry.body === undefined ? '' : JSON.stringify(entry.body)
    const sent = httpRequest(`${origin}${entry.path}`, {
      method: entry.method,
      agent,
      timeout: ANSWER_SECONDS_MAX * 1000,
      headers: {
        authorization: entry.authorization,
        'idempotency-key': entry.clientId,
        ...(body !== '' && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      },
    })
    const lost = (error: Error & { code?: string }) =>
      settle({
        outcome: 'unknown',
        status: 0,
        answer: undefined,
        wasReplayed: false,
        text: '',
        contentType: '',
        retryAfter: undefined,
        error: error.code ?? error.message,
      })
    sent.on('error', lost)
    sent.on('timeout', () => sent.destroy(new Error('no answer in time')))
    sent.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => void chunks.push(chunk))
      response.on('error', lost)
      response.on('aborted', () => lost(new Error('answer cut')))
      response.on('end', () => {
        const status = response.statusCode ?? 0
        const text = Buffer.concat(chunks).toString()
        const answer = parsed(text)
        const { headers } = response
        settle({
          outcome: outcomeOf(status, answer),
          status,
          answer,
          wasReplayed: headers['idempotent-replayed'] === 'true',
          text,
          contentType: headers['content-type'] ?? '',
          retryAfter: headers['retry-after'],
          error: undefined,
        })
      })
    })
    sent.end(body)
  })
}

/** What is wrong with how a failure of the server itself was told; undefined when it was told as it should be. */
export function faultOfOutage({ status, contentType, retryAfter, text }: Attempt): string | undefined {
  if (status < 500) return undefined
  if (status !== 503 && status !== 507) return `answered ${status}: ${text.slice(0, 300)}`
  if (!contentType.startsWith('application/problem+json')) return `${status} as ${contentType}`
  return retryAfter === undefined ? `${status} without Retry-After` : undefined
}

/** A server's own failure and "the same id is still in progress" leave open whether the write was done. */
function outcomeOf(status: number, answer: unknown): Outcome {
  if (status >= 200 && status < 300) return 'acknowledged'
  const { code } = (answer ?? {}) as { code?: string }
  return status >= 500 || status === 0 || code === 'platform.same-id-in-progress' ? 'unknown' : 'refused'
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
