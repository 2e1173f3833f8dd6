import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { expect } from 'vitest'
import * as z from 'zod/mini'
import { type Problem, problem as problemSchema, type Route } from '../../contract/kit.ts'

export interface RawRequest {
  readonly method: string
  /** With its query string, as it goes over the wire. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer | undefined
}

export interface RawResponse {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface HttpClient {
  send(request: RawRequest): Promise<RawResponse>
  close(): void
}

const SOCKETS_MAX = 16

/** A client that sends what it is told, Host header included, which `fetch` does not. */
export function openClient(port: number): HttpClient {
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX })
  return {
    send: ({ method, path, headers, body }) =>
      new Promise((resolve, reject) => {
        const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
        const options = { host: '127.0.0.1', port, method, path, headers: { ...headers, ...length }, agent }
        const sent = request(options, (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8')
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
          })
          response.on('error', reject)
        })
        sent.on('error', reject)
        sent.end(body)
      }),
    close: () => agent.destroy(),
  }
}

/** An answer of the API; `answer` and `problem` throw, with the whole text, when it was the other one. */
export interface Answered<Body> extends RawResponse {
  readonly answer: Body
  readonly problem: Problem
}

const HAN = /\p{Script=Han}/u
/** What must never leave the server: pieces of statements, of stacks and of paths. */
const INNARDS =
  /\b(?:select|insert into|update|delete from) .*\b(?:from|values|set|where)\b|syntax error|violates|relation "|pg_catalog|node_modules|\.ts:\d|\n\s+at |ZodError/iu

/**
 * Checks what holds for every answer of every route, and gives it its types.
 * @param locale in which the caller reads
 */
export function checkedAnswer<Body>(
  name: string,
  route: Pick<Route, 'status' | 'answer'>,
  response: RawResponse,
  locale: 'zh-CN' | 'en',
): Answered<Body> {
  const said = `${name} answered ${response.status}: ${response.text.slice(0, 1_000)}`
  expect(response.status, said).toBeLessThan(500)
  const isSuccess = response.status < 300
  if (isSuccess) {
    expect(response.status, said).toBe(route.status)
    if (route.status === 204) expect(response.text, said).toBe('')
    else {
      expect(response.headers['content-type'], said).toMatch(/^application\/json\b/u)
      const parsed = z.safeParse(route.answer, JSON.parse(response.text))
      expect(parsed.success ? [] : parsed.error.issues, said).toEqual([])
    }
  } else checkProblem(response, locale, said)
  return {
    ...response,
    get answer(): Body {
      if (!isSuccess) throw new Error(said)
      return (response.text === '' ? null : JSON.parse(response.text)) as Body
    },
    get problem(): Problem {
      if (isSuccess) throw new Error(`A refusal was expected: ${said}`)
      return JSON.parse(response.text) as Problem
    },
  }
}

/** RFC 9457 in the reader's language, without a word about what lies inside. */
export function checkProblem(response: RawResponse, locale: 'zh-CN' | 'en', said: string): Problem {
  expect(response.headers['content-type'], said).toMatch(/^application\/problem\+json(?:; charset=utf-8)?$/u)
  const problem = z.parse(problemSchema, JSON.parse(response.text))
  expect(problem.status, said).toBe(response.status)
  expect(problem.code, said).toMatch(/^[a-z]+(?:\.[a-z0-9-]+)+$/u)
  expect(problem.type, said).toBe(`/refusals#${problem.code}`)
  expect(problem.requestId, said).toMatch(/^[0-9a-f-]{36}$/u)
  for (const text of [problem.title, ...(problem.errors ?? []).map((error) => error.message)]) {
    expect(text, said).not.toBe(problem.code)
    expect(HAN.test(text), `${locale} expected: ${said}`).toBe(locale === 'zh-CN')
    expect(text, said).not.toMatch(/\{\w+\}/u)
  }
  expect(response.text, said).not.toMatch(INNARDS)
  return problem
}
