import type * as z from 'zod/mini'
import type { Problem } from '../../contract/kit.ts'
import { type RouteName, routes } from '../../contract/routes.ts'

type Routes = typeof routes
type Given<Schema extends z.ZodMiniType> = z.input<Schema>
type Loose<Shape> = { readonly [Key in keyof Shape]: Shape[Key] | undefined }

/** A part of the call: absent when the route has none, optional when all its fields are. */
type Part<Key extends string, Shape, Written> = [Shape] extends [Record<string, never>]
  ? { readonly [K in Key]?: undefined }
  : Record<string, never> extends Shape
    ? { readonly [K in Key]?: Written }
    : { readonly [K in Key]: Written }

/** What a call of one route needs, as it stands on the wire (instants are ISO 8601 texts). */
export type CallInput<Name extends RouteName> = Part<
  'params',
  Given<Routes[Name]['params']>,
  Given<Routes[Name]['params']>
> &
  Part<'query', Given<Routes[Name]['query']>, Loose<Given<Routes[Name]['query']>>> &
  Part<'body', Given<Routes[Name]['body']>, Given<Routes[Name]['body']>> & {
    /** Made once for one intent and kept for every retry of it (promise 9). */
    readonly clientId?: string
    /** The version that an edit saw. */
    readonly ifMatch?: number
    readonly signal?: AbortSignal
  }

/** What a route answers, as it stands on the wire. */
export type AnswerOf<Name extends RouteName> = z.input<Routes[Name]['answer']>

/** Code of the problem this client makes itself when no answer came at all. */
export const UNREACHABLE = 'client.unreachable'
/** Code of the refusal that means: there is no session, or it has ended. */
export const NOT_SIGNED_IN = 'platform.not-signed-in'
const CALL_MILLISECONDS_MAX = 45_000
const SAME_ID_RETRIES_MAX = 5
const RETRY_SECONDS = 2

/** A refusal of the server, or the lack of any answer. */
export class ProblemError extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.title === '' ? problem.code : problem.title)
    this.name = 'ProblemError'
    this.problem = problem
  }
}

export function newClientId(): string {
  return crypto.randomUUID()
}

/**
 * Calls one route of the contract's table. Throws ProblemError for every refusal and when no answer came; a write whose
 * first try is still running on the server is asked for again with the same client id.
 */
export async function call<Name extends RouteName>(name: Name, input: CallInput<Name>): Promise<AnswerOf<Name>> {
  const route = routes[name]
  const given = input as unknown as WireInput
  if (route.method !== 'GET' && route.withoutClientId !== true && given.clientId === undefined) {
    throw new Error(`${name} is called without a client id`)
  }
  for (let attempt = 0; ; attempt += 1) {
    const response = await send(route.method, addressOf(route.path, given), given)
    if (response.ok) return (response.status === 204 ? {} : await response.json()) as AnswerOf<Name>
    const problem = await problemOf(response)
    if (problem.code !== 'platform.same-id-in-progress' || attempt >= SAME_ID_RETRIES_MAX)
      throw new ProblemError(problem)
    const seconds = Number(response.headers.get('retry-after') ?? RETRY_SECONDS)
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
  }
}

interface WireInput {
  readonly params?: Readonly<Record<string, string>> | undefined
  readonly query?: Readonly<Record<string, string | undefined>> | undefined
  readonly body?: object | undefined
  readonly clientId?: string
  readonly ifMatch?: number
  readonly signal?: AbortSignal
}

function addressOf(path: string, input: WireInput): string {
  const filled = path.replace(/:(\w+)/gu, (_match, key: string) => encodeURIComponent(input.params?.[key] ?? ''))
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(input.query ?? {})) {
    if (value !== undefined && value !== '') query.set(key, value)
  }
  return query.size === 0 ? filled : `${filled}?${query.toString()}`
}

async function send(method: string, address: string, input: WireInput): Promise<Response> {
  const headers = new Headers({ accept: 'application/json' })
  if (document.documentElement.lang !== '') headers.set('accept-language', document.documentElement.lang)
  if (method !== 'GET' && input.clientId !== undefined) headers.set('idempotency-key', input.clientId)
  if (input.ifMatch !== undefined) headers.set('if-match', `"${input.ifMatch}"`)
  const hasBody = method === 'POST' || method === 'PUT'
  if (hasBody) headers.set('content-type', 'application/json')
  const timeout = AbortSignal.timeout(CALL_MILLISECONDS_MAX)
  try {
    return await fetch(address, {
      method,
      headers,
      credentials: 'same-origin',
      signal: input.signal === undefined ? timeout : AbortSignal.any([input.signal, timeout]),
      ...(hasBody && { body: JSON.stringify(input.body ?? {}) }),
    })
  } catch (error) {
    if (input.signal?.aborted === true) throw error
    throw new ProblemError({ type: 'about:blank', title: '', status: 0, code: UNREACHABLE, requestId: '' })
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') === true
  if (isProblem) return (await response.json()) as Problem
  const title = response.statusText
  return { type: 'about:blank', title, status: response.status, code: UNREACHABLE, requestId: '' }
}
