/** The stage of a request that must succeed: who makes it, and what has to be there before. */
import { randomUUID } from 'node:crypto'
import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'pg'
import { attempt, openJournal } from '../chaos/journal.ts'
import { type Life, stepsOf } from '../chaos/life.ts'
import { fetchJson, residentToken } from '../support/sign-in.ts'
import { type Caller, callerOf, type World } from './world.ts'

export const RESIDENT = '13900000001'
const WAIT_MILLISECONDS_MAX = 40_000
const POLL_MILLISECONDS = 200
const DAY_MILLISECONDS = 86_400_000
const BEIJING_MILLISECONDS = 8 * 3_600_000

export interface Scene {
  readonly world: World
  readonly owner: Client
}

export interface Wish {
  /** The name of one who signed in, or somebody of this request's own. */
  readonly caller: string | Caller
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  /** Headers beside the usual ones. */
  readonly headers?: Readonly<Record<string, string>>
}

export type Wishes = Readonly<Record<string, (scene: Scene) => Promise<Wish>>>

export function post(caller: string | Caller, path: string, body: unknown): Wish {
  return { caller, method: 'POST', path, body }
}

export function get(caller: string | Caller, path: string): Wish {
  return { caller, method: 'GET', path }
}

export function remove(caller: string | Caller, path: string): Wish {
  return { caller, method: 'DELETE', path }
}

/** @param version the one that is changed, where the operation asks for it */
export function put(caller: string | Caller, path: string, body: unknown, version?: number): Wish {
  const headers = version === undefined ? {} : { 'if-match': `"${version}"` }
  return { caller, method: 'PUT', path, body, headers }
}

/** The date in Beijing, some days from now. */
export function dayIn(days: number): string {
  return new Date(Date.now() + BEIJING_MILLISECONDS + days * DAY_MILLISECONDS).toISOString().slice(0, 10)
}

export function personOf({ world }: Scene, caller: string | Caller): Caller {
  if (typeof caller !== 'string') return caller
  const found = world.callers.find((one) => one.name === caller)
  if (found === undefined) throw new Error(`Nobody is called ${caller}.`)
  return found
}

export function headersOf(scene: Scene, { caller, method, body, headers }: Wish): Record<string, string> {
  const { authorization } = personOf(scene, caller)
  return {
    ...(authorization !== null && { authorization }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(method !== 'GET' && { 'Idempotency-Key': randomUUID() }),
    ...headers,
  }
}

/** Makes a wish that prepares another one. @returns its answer; throws when it is refused */
export async function granted<T>(scene: Scene, wish: Wish): Promise<T> {
  const { method, path, body } = wish
  const response = await fetch(scene.world.origin + path, {
    method,
    headers: headersOf(scene, wish),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path} got ${response.status} ${text}`)
  return (text === '' ? undefined : JSON.parse(text)) as T
}

export interface Volunteer extends Caller {
  readonly phone: string
  readonly personId: string
}

const VOLUNTEER_PHONES_FROM = 13_900_000_300
let volunteers = 0

/** Somebody new, who registers as a volunteer: whoever is known already may be busy. */
export async function newVolunteer(scene: Scene): Promise<Volunteer> {
  await scene.owner.query('delete from rate_bucket')
  const phone = String(VOLUNTEER_PHONES_FROM + volunteers++)
  const token = await residentToken(scene.world.origin, phone, '志愿')
  const caller = await callerOf(scene.world.origin, phone, token)
  const registration = post(caller, '/api/v1/me/volunteer', { skills: [], consent: true })
  const { personId } = await granted<{ personId: string }>(scene, registration)
  return { ...caller, phone, personId }
}

/** Lives an order up to and with a step, served by the health agency. @returns its id */
export async function liveUntil(scene: Scene, step: string): Promise<string> {
  const { world, owner } = scene
  await owner.query('delete from rate_bucket')
  const { origin } = world
  const of = (name: string) => personOf(scene, name).authorization!
  const units = await fetchJson<{ rows: { id: string }[] }>(`${origin}/api/v1/units?kind=station&limit=1`)
  const unitIds = units.rows.map((row) => row.id)
  const cast = {
    residents: [of(RESIDENT)],
    dispatcher: of('dispatcher'),
    health: of('health'),
    points: of('points'),
    auditor: of('auditor'),
    healthUnitId: personOf(scene, 'health').unitId!,
    categoryId: world.categoryId,
    unitIds,
  }
  const life: Life = { name: `sure-${randomUUID()}`, resident: cast.residents[0]!, cast, orderId: '', offerId: '' }
  const steps = stepsOf(life, unitIds[0]!)
  const agent = new Agent()
  for (let next = steps.next(); next.done !== true;) {
    const entry = openJournal().write(next.value)
    await attempt(entry, origin, agent)
    if (entry.outcome !== 'acknowledged')
      throw new Error(`${entry.what} got ${entry.status} ${JSON.stringify(entry.answer)}`)
    next = steps.next(entry)
    if (entry.what === step) break
  }
  agent.destroy()
  return life.orderId
}

export async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + WAIT_MILLISECONDS_MAX
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > deadline) throw new Error('It did not come to that in time.')
    await sleep(POLL_MILLISECONDS)
  }
}
