/** Sends one request and judges the answer by what every answer owes, whatever was asked. */
import type { LogLine } from '../support/server-process.ts'
import { faultsAgainst } from './json-schema.ts'
import { type Operation, problemSchema } from './operations.ts'

export interface Sent {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** The body as text, already JSON. */
  readonly body: string | undefined
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Undefined where the body is no JSON. */
  readonly json: unknown
  readonly milliseconds: number
}

/** Slower than this is asked again in calm; slower than the second figure is a fault even on a machine with other work. */
const SLOW_MILLISECONDS = 1_000
const SLOW_MILLISECONDS_MAX = 5_000
const REQUEST_SECONDS_MAX = 30

// What only the inside of the server knows: SQL, stacks, paths of files, names of the database's own errors.
const LEAKS = [
  /\b(?:select|insert into|update|delete from)\s[^"]{0,80}\s(?:from|values|set|where)\s/iu,
  /\bat [\w.<>]+ \(/u,
  /\.(?:ts|js|sql):\d+/u,
  /node_modules|\/server\/modules|\/tmp\//u,
  /SQLSTATE|violates \w+ constraint|syntax error at|invalid input syntax|duplicate key value/iu,
]

export interface Exchange {
  readonly origin: string
  readonly lines: readonly LogLine[]
  /** Told of each request whose answer took long. */
  readonly slow: (sent: Sent) => void
}

export async function send({ origin, slow }: Exchange, sent: Sent): Promise<Answer> {
  const begun = performance.now()
  const response = await fetch(origin + sent.path, {
    method: sent.method,
    headers: sent.headers,
    redirect: 'manual',
    signal: AbortSignal.timeout(REQUEST_SECONDS_MAX * 1000),
    ...(sent.body !== undefined && { body: sent.body }),
  })
  const text = await response.text()
  const milliseconds = performance.now() - begun
  if (milliseconds > SLOW_MILLISECONDS) slow(sent)
  return { status: response.status, headers: response.headers, text, json: parsed(text), milliseconds }
}

/** Everything wrong with an answer that can be said without knowing what was asked for. */
export function faultsOf({ lines }: Exchange, answer: Answer, operation: Operation, sent: Sent): string[] {
  const faults: string[] = []
  if (answer.status >= 500) faults.push(`answered ${answer.status}${reasonIn(lines, answer)}`)
  if (answer.milliseconds > SLOW_MILLISECONDS_MAX) faults.push(`took ${Math.round(answer.milliseconds)} ms`)
  if (answer.status >= 400) {
    if (!(answer.headers.get('content-type') ?? '').startsWith('application/problem+json'))
      faults.push(`is refused as ${answer.headers.get('content-type')}`)
    faults.push(...faultsAgainst(problemSchema, answer.json).map((fault) => `problem ${fault}`))
    faults.push(...faultsOfProblem(answer, /\{\w+\}/u.test(sent.path + sent.body)))
    for (const leak of LEAKS) if (leak.test(answer.text)) faults.push(`leaks ${leak}`)
  } else {
    if (answer.status !== operation.status) faults.push(`answered ${answer.status}, not ${operation.status}`)
    else if (operation.answer !== undefined) faults.push(...faultsAgainst(operation.answer, answer.json))
    else if (answer.text !== '') faults.push('has a body where there should be none')
  }
  return faults
}

function faultsOfProblem({ json, status }: Answer, bracesSent: boolean): string[] {
  const { title, code, status: inBody, errors } = json as Record<string, unknown>
  const faults: string[] = []
  if (inBody !== status) faults.push(`problem says status ${String(inBody)}`)
  const texts = [title, ...((errors ?? []) as { message: string }[]).map((error) => error.message)]
  // A text that is still its code, or keeps a brace, was not found or not filled.
  if (title === code || texts.some((text) => typeof text !== 'string' || (!bracesSent && /\{\w+\}/u.test(text))))
    faults.push(`problem has an unfinished text: ${JSON.stringify(texts)}`)
  return faults
}

/** The logged error of an answer, for whoever reads the report. */
function reasonIn(lines: readonly LogLine[], { json }: Answer): string {
  const id = (json as { requestId?: string } | undefined)?.requestId
  const line = id === undefined ? undefined : lines.findLast((one) => one.text.includes(id) && one.level === 'error')
  if (line === undefined) return ''
  const { err } = JSON.parse(line.text) as { err?: { message?: string; stack?: string } }
  return `: ${err?.stack ?? err?.message ?? line.text}`
}

/** A command that sends the request again. */
export function asCurl(origin: string, sent: Sent): string {
  const quote = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`
  const headers = Object.entries(sent.headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`)
  const body = sent.body === undefined ? [] : [`--data-raw ${quote(sent.body)}`]
  return ['curl', '-X', sent.method, quote(origin + sent.path), ...headers, ...body].join(' ')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
