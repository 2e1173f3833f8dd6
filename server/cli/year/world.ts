import { type Actor, systemActor } from '#platform/actor.ts'
import type { WorkingCalendar } from '#platform/calendar.ts'
import type { JobDefinition } from '#platform/jobs.ts'
import { fingerprintOf, runClientWrite, type Work, type WorkHost } from '#platform/work.ts'
import { YANQING } from '../district-plan.ts'
import { AGENTS, type Cast, CENTRE_DISPATCHERS, instituteLogin, keeperLogin } from './cast.ts'
import { clientIdOf, type Dice } from './dice.ts'
import type { PlannedOrder, YearPlan } from './planned.ts'
import type { SeenOrder } from './see-orders.ts'
import type { LifeWords } from './seed-words.ts'
import type { Units } from './units.ts'
import type { Volunteering } from './volunteering.ts'

/** All that a played act needs. */
export interface World {
  readonly host: WorkHost
  readonly definitions: readonly JobDefinition[]
  readonly plan: YearPlan
  readonly dice: Dice
  readonly calendar: WorkingCalendar
  readonly words: LifeWords
  readonly units: Units
  readonly cast: Cast
  readonly volunteering: Volunteering
  /** Offerings by the plan's index, once they are published. */
  readonly offerings: Map<number, string>
  /** Orders of the database by the plan's number, once they are placed. */
  readonly placed: Map<number, string>
  readonly tally: Tally
  /** Real time, for codes that people read off a screen. */
  readonly realNow: () => Date
}

/** What was done, for the figures at the end. */
export interface Tally {
  writes: number
  lapses: number
  jobs: number
  /** Persons at sessions, each time counted. */
  turns: number
  /** Refusals by code: people try what turns out not to be possible, and try something else. */
  readonly refusals: Map<string, number>
}

/** One write of an actor under the plan's client id: repeated after an interruption it gives its first answer again. */
export async function write<T>(
  world: Pick<World, 'host' | 'plan' | 'tally'>,
  actor: Actor,
  key: string,
  act: (work: Work) => Promise<T>,
): Promise<T> {
  const asked = { clientId: clientIdOf(world.plan.span.seed, key), fingerprint: fingerprintOf('YEAR', key, null) }
  const { body } = await runClientWrite(world.host, actor, asked, async (work) => ({
    status: 200,
    body: await act(work),
  }))
  world.tally.writes++
  return body as T
}

/** Key of what is done to an order at the version that was seen: once done, the version is another. */
export function keyOf(p: PlannedOrder, s: SeenOrder, what: string): string {
  return `order ${p.no} ${s.version} ${what}`
}

/** Who works at the unit that is responsible now. */
export function officerOf(world: World, p: PlannedOrder, s: SeenOrder): Actor {
  const { code, kind } = world.units.unitOf(s.responsibleUnitId)
  if (kind === 'station') return staffAt(world, keeperLogin(code))
  if (kind === 'institute') return staffAt(world, instituteLogin(code))
  return staffAt(world, world.dice.pick(CENTRE_DISPATCHERS, 'dispatcher', p.no))
}

export function staffAt(world: World, login: string): Actor {
  const actor = world.cast.staff.get(login)
  if (actor === undefined) throw new Error(`Nobody has the account ${login}.`)
  return actor
}

/** Who placed the order: the resident, the keeper, or the telephone desk. */
export async function placerOf(world: World, p: PlannedOrder): Promise<Actor> {
  if (p.channel === 'web') return world.cast.resident(p.contact)
  return staffAt(world, p.channel === 'phone' ? world.dice.pick(AGENTS, 'agent', p.no) : keeperLogin(p.station))
}

/** The requester: the resident who is signed in, or whoever holds the order's private link. */
export async function requesterOf(world: World, p: PlannedOrder, orderId: string): Promise<Actor> {
  if (p.channel === 'web') return world.cast.resident(p.contact)
  return { ...systemActor(YANQING), kind: 'link', key: `link ${orderId}`, linkOrderId: orderId }
}
