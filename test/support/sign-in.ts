/** Signs people of the demonstration in through the API, as they do. */
import { setTimeout as sleep } from 'node:timers/promises'

const CODE_POLL_MILLISECONDS = 100
const CODE_SECONDS_MAX = 20

/** Signs a resident in by the code on the phone; the first time this registers the person. @returns the session's token */
export async function residentToken(origin: string, phone: string, name?: string): Promise<string> {
  const outbox = () =>
    fetchJson<{ rows: { id: string; text: string }[] }>(`${origin}/api/v1/demo/outbox?phone=${phone}&limit=20`)
  const before = new Set((await outbox()).rows.map((row) => row.id))
  await (await postJson(`${origin}/api/v1/login-codes`, { phone })).arrayBuffer()
  const deadline = Date.now() + CODE_SECONDS_MAX * 1000
  while (Date.now() < deadline) {
    const { rows } = await outbox()
    const fresh = rows.filter((row) => !before.has(row.id))
    const code = fresh.map((row) => /\b\d{6}\b/u.exec(row.text)?.[0]).find((found) => found !== undefined)
    if (code !== undefined) {
      return signIn(`${origin}/api/v1/resident-sessions`, { phone, code, ...(name !== undefined && { name }) })
    }
    await sleep(CODE_POLL_MILLISECONDS)
  }
  throw new Error(`No login code came for ${phone}.`)
}

export interface DemoLogin {
  readonly kind: string
  readonly login: string
  readonly password: string
  readonly totp: string
}

/** The demonstration's staff with the one-time passwords of this moment. */
export async function demoLogins(origin: string): Promise<DemoLogin[]> {
  const { rows } = await fetchJson<{ rows: DemoLogin[] }>(`${origin}/api/v1/demo/accounts`)
  return rows.filter((row) => row.kind === 'staff')
}

export function staffToken(origin: string, { login, password, totp }: DemoLogin): Promise<string> {
  return signIn(`${origin}/api/v1/staff-sessions`, { login, password, totp })
}

async function signIn(url: string, body: unknown): Promise<string> {
  const response = await postJson(url, body)
  const token = response.headers.get('x-session-token')
  if (response.status !== 201 || token === null) throw new Error(`Sign-in failed: ${await response.text()}`)
  await response.arrayBuffer()
  return token
}

function postJson(url: string, body: unknown): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

/** Throws when the answer is no success. */
export async function fetchJson<T>(url: string, options: RequestInit = {}): Promise<T> {
  const response = await fetch(url, options)
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as T
}
