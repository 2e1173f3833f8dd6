/** The machinery of the authorisation matrix: worlds, cases, and how one cell is asked. */
import { randomUUID } from 'node:crypto'
import type { RouteName } from '../../contract/routes.ts'
import { openSession } from '../../server/platform/auth/sessions.ts'
import type { Cast, Player } from '../support/cast.ts'
import { type Scene, scenesOf, stageOrder } from '../support/http-orders.ts'
import type { LooseCall, TestServer } from '../support/server.ts'
import type { Kind } from './who-may.ts'

export interface World {
  readonly server: TestServer
  readonly cast: Cast
  readonly scenes: Readonly<Record<keyof ReturnType<typeof scenesOf>, Scene>>
  /** An open order of each district, into which others can be merged. */
  readonly openNumbers: Readonly<Record<number, string>>
  /** An order of the own village, whose link a holder carries to other doors. */
  readonly linkOfOwn: Player
}

export interface CaseInput extends LooseCall {
  /** The link that opens this very thing, for its holder. */
  readonly link?: Player
}

/** Where a thing can belong to, as seen from the own village. */
export type Resource = string

/** One route with one kind of thing, asked by everybody. */
export interface Case {
  readonly resources: readonly Resource[]
  /** A read can be repeated on the same thing; a write gets a fresh thing for each caller who may. */
  readonly isRead: boolean
  readonly make: (world: World, resource: Resource) => Promise<unknown>
  readonly input: (target: unknown, kind: Kind, resource: Resource, world: World) => Promise<CaseInput>
  /** What may be answered beyond the gate of the route's permission. */
  readonly answers: (kind: Kind, resource: Resource, status: number) => readonly number[]
  /** What must not change when everybody was refused. */
  readonly state?: (world: World, target: unknown) => Promise<unknown>
}

export type Cases = Readonly<Record<RouteName, readonly Case[]>>

export async function openWorld(server: TestServer): Promise<World> {
  const { cast } = server
  const scenes = scenesOf(cast)
  const own = await stageOrder(server, scenes.own, 'submitted')
  const foreign = await stageOrder(server, scenes.foreign, 'submitted')
  return {
    server,
    cast,
    scenes,
    openNumbers: { [scenes.own.districtId]: own.number, [scenes.foreign.districtId]: foreign.number },
    linkOfOwn: own.link,
  }
}

/** Who makes a call of a kind; the holder of a link carries that of the thing if it is an own one. */
export function playerOf(
  world: World,
  kind: Kind,
  resource: Resource,
  input: CaseInput,
): Pick<Player, 'credentials' | 'host'> {
  if (kind !== 'link') return world.cast[kind]
  return input.link !== undefined && resource.startsWith('own') ? input.link : world.linkOfOwn
}

/** A session of its own for a call that ends it. */
export function throwawaySession(world: World, player: Player): Promise<Player> {
  const { personId, actor } = player
  return world.server.work(async ({ tx }) => {
    const token = await openSession(tx, personId, actor.kind === 'staff' ? 'staff' : 'resident')
    return { ...player, token, credentials: { authorization: `Bearer ${token}` } }
  }, actor)
}

/** Everything about the contacts of all scenes that only those it concerns may read. */
export function secretsOf(world: World): string[] {
  return Object.values(world.scenes).flatMap(({ contact }) => [
    contact.name,
    contact.phone,
    contact.address.replace(/^.*?[村镇]/u, ''),
  ])
}

export function freshLogin(): string {
  return `matrix-${randomUUID().slice(0, 13)}`
}
