/** A small client of the API for plays: typed by the contract's table of routes, patient with limits, strict with answers. */
import type * as z from 'zod/mini'
import type { Problem } from '../../contract/kit.ts'
import { routes, type RouteName } from '../../contract/routes.ts'
import { newUuid7 } from '../../server/platform/tokens.ts'

/** Something was not as it should be; the message is for the person who reads the play. */
export class Deviation extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Deviation'
  }
}

/** Who calls: nobody in particular, a session, or the holder of an order's private link. */
export interface Account {
  readonly name: string
  /** Value of the Authorization header; null for the public. */
  readonly authorization: string | null
}

export const PUBLIC: Account = { name: 'the public', authorization: null }

type Wire<Schema extends z.ZodMiniType> = z.input<Schema>
export type AnswerOf<Name extends RouteName> = Wire<(typeof routes)[Name]['answer']>

export interface Parts<Name extends RouteName> {
  readonly params?: Wire<(typeof routes)[Name]['params']>
  readonly query?: Readonly<Record<string, string | number>>
  readonly body?: Wire<(typeof routes)[Name]['body']>
  /** Made anew for each call unless a repetition is meant. */
  readonly clientId?: string
}

interface Sent {
  readonly status: number
  readonly text: string
  readonly headers: Headers
}

const PATIENCE_SECONDS_MAX = 90
const REQUEST_SECONDS_MAX = 30
const TOTP_STEP_SECONDS = 30

export type Client = ReturnType<typeof openClient>

/** @param origin scheme, host and port of the server */
export function openClient(origin: string) {
  const calls = openCalls(origin)
  return {
    call: calls.call,
    refused: calls.refused,
    readPage: (path: string) => readPage(origin, path),
    ...openSignIns(calls),
    outbox: outboxOf(calls),
  }
}

type Calls = ReturnType<typeof openCalls>

/** What a page shows to somebody without a session, as HTML. @param path with or without an origin, which is not used */
async function readPage(origin: string, path: string): Promise<string> {
  const { pathname, search } = new URL(path, origin)
  const response = await fetch(new URL(pathname + search, origin), { headers: { 'accept-language': 'en' } })
  if (response.status !== 200) throw new Deviation(`${pathname} answered ${response.status}`)
  return response.text()
}

function openCalls(origin: string) {
  async function send(account: Account, name: RouteName, parts: Parts<RouteName>): Promise<Sent> {
    const route = routes[name]
    const params = Object.entries(parts.params ?? {})
    const path = params.reduce((path, [key, value]) => path.replace(`:${key}`, encodeURIComponent(value)), route.path)
    const url = new URL(path, origin)
    for (const [key, value] of Object.entries(parts.query ?? {})) url.searchParams.set(key, String(value))
    const headers: Record<string, string> = { 'accept-language': 'en' }
    if (account.authorization !== null) headers['authorization'] = account.authorization
    if (route.method !== 'GET') headers['idempotency-key'] = parts.clientId ?? newUuid7(new Date())
    if (parts.body !== undefined) headers['content-type'] = 'application/json'
    for (;;) {
      const response = await fetch(url, {
        method: route.method,
        headers,
        ...(parts.body !== undefined && { body: JSON.stringify(parts.body) }),
        signal: AbortSignal.timeout(REQUEST_SECONDS_MAX * 1000),
      })
      const text = await response.text()
      const wait = Number(response.headers.get('retry-after') ?? Number.NaN)
      if (response.status !== 429 || Number.isNaN(wait) || wait > PATIENCE_SECONDS_MAX)
        return { status: response.status, text, headers: response.headers }
      console.log(`     (the server asks ${account.name} to wait ${wait} s)`)
      await sleep(wait)
    }
  }

  /** Calls a route that must succeed. @throws Deviation */
  async function call<Name extends RouteName>(
    account: Account,
    name: Name,
    parts: Parts<Name> = {},
  ): Promise<AnswerOf<Name>> {
    const sent = await send(account, name, parts)
    expectStatus(account, name, sent, routes[name].status)
    return (sent.status === 204 ? {} : JSON.parse(sent.text)) as AnswerOf<Name>
  }

  /** Calls a route that must refuse with this status and code. @throws Deviation */
  async function refused<Name extends RouteName>(
    account: Account,
    name: Name,
    parts: Parts<Name>,
    wanted: { status: number; code: string },
  ): Promise<Problem> {
    const sent = await send(account, name, parts)
    expectStatus(account, name, sent, wanted.status)
    const problem = JSON.parse(sent.text) as Problem
    if (problem.code !== wanted.code)
      throw new Deviation(`${name} as ${account.name}: refused with ${problem.code}, not ${wanted.code}`)
    return problem
  }
  return { send, call, refused }
}

function openSignIns({ send, call }: Calls) {
  const codes = outboxOf({ call })
  /** Signs staff of the demonstration in; a one-time password works once, so after a recent sign-in the next is awaited. */
  async function signInStaff(login: string): Promise<Account> {
    for (let attempt = 1; ; attempt++) {
      const { rows } = await call(PUBLIC, 'listDemoAccounts')
      const known = rows.find((row) => row.kind === 'staff' && row.login === login)
      if (known === undefined) throw new Deviation(`there is no demo account ${login}`)
      const body = { login, password: known.password ?? '', totp: known.totp ?? '' }
      const sent = await send(PUBLIC, 'staffLogin', { body })
      if (sent.status === 401 && (JSON.parse(sent.text) as Problem).code === 'people.totp-used' && attempt === 1) {
        const seconds = TOTP_STEP_SECONDS - (Math.floor(Date.now() / 1000) % TOTP_STEP_SECONDS) + 1
        console.log(`     (${login} signed in a moment ago; waiting ${seconds} s for the next one-time password)`)
        await sleep(seconds)
        continue
      }
      expectStatus(PUBLIC, 'staffLogin', sent, 201)
      return accountOf(login, sent)
    }
  }

  /** Signs a resident in with the code that the demonstration's outbox shows; a new phone registers its person. */
  async function signInResident(phone: string, name: string, personName?: string): Promise<Account> {
    const before = new Set((await codes(phone, 'login-code')).map((message) => message.id))
    await call(PUBLIC, 'requestCode', { body: { phone } })
    const message = await eventually(10, `a login code for ${name}`, async () =>
      (await codes(phone, 'login-code')).find((one) => !before.has(one.id)),
    )
    const code = /\d{6}/u.exec(message.text)?.[0] ?? ''
    const body = { phone, code, ...(personName !== undefined && { name: personName }) }
    const sent = await send(PUBLIC, 'residentLogin', { body })
    expectStatus(PUBLIC, 'residentLogin', sent, 201)
    return accountOf(name, sent)
  }
  return { signInStaff, signInResident }
}

/** Messages of one template to a phone, newest first. */
function outboxOf({ call }: Pick<Calls, 'call'>) {
  return async (phone: string, template: string) => {
    const { rows } = await call(PUBLIC, 'listOutbox', { query: { phone, limit: 50 } })
    return rows.filter((message) => message.template === template)
  }
}

/** The holder of a private link such as `/o/<token>`, wherever it stands in a text. */
export function linkAccount(text: string): Account {
  const token = /\/o\/([\w-]+)/u.exec(text)?.[1]
  if (token === undefined) throw new Deviation(`no private link in: ${text}`)
  return { name: 'the private link', authorization: `Link ${token}` }
}

/** Tries until something is there. @throws Deviation after so many seconds */
export async function eventually<T>(secondsMax: number, what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + secondsMax * 1000
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > deadline) throw new Deviation(`${what} did not come within ${secondsMax} s`)
    await sleep(0.3)
  }
}

export function expectEqual(what: string, actual: unknown, wanted: unknown): void {
  const [given, right] = [JSON.stringify(actual), JSON.stringify(wanted)]
  if (given !== right) throw new Deviation(`${what} is ${given}, not ${right}`)
}

export function expectTrue(what: string, holds: boolean): asserts holds {
  if (!holds) throw new Deviation(`${what} does not hold`)
}

function expectStatus(account: Account, name: RouteName, sent: Sent, wanted: number): void {
  if (sent.status === wanted) return
  const { method, path } = routes[name]
  throw new Deviation(`${method} ${path} as ${account.name}: status ${sent.status}, not ${wanted}: ${sent.text}`)
}

function accountOf(name: string, sent: Sent): Account {
  const token = sent.headers.get('x-session-token')
  if (token === null) throw new Deviation(`the sign-in of ${name} gave no session token`)
  return { name, authorization: `Bearer ${token}` }
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000))
}
