import { routes } from '#contract/routes.ts'
import type { Permission } from '#contract/kit.ts'
import type { Actor } from '#platform/actor.ts'
import { holdsAny } from '#platform/actor.ts'
import { Refusal } from '#platform/refusal.ts'
import { type KindPermission, rolesByPermission } from './modules.ts'

/** Permissions that follow from who the caller is; all others from roles. The operation still decides about the single object. */
const BY_KIND: Record<KindPermission, (actor: Actor) => boolean> = {
  public: () => true,
  gateway: () => true,
  demo: () => true,
  'signed-in': (actor) => actor.personId !== null,
  resident: (actor) => actor.kind === 'resident',
  staff: (actor) => actor.kind === 'staff',
  'order-party': (actor) => actor.personId !== null || actor.linkOrderId !== null,
  // Team leaders are residents; which team they lead is asked where the order is known.
  'orders.provide': (actor) => actor.personId !== null,
  // Team leaders keep their team's offerings; the operation asks whose offering it is.
  'catalogue.edit': (actor) => actor.personId !== null,
  // A team that serves must be able to call: the operation asks who works on the order.
  'personal.reveal': (actor) => actor.personId !== null,
}

/** Throws 401 or 403 when the caller may not use the route at all. */
export function mayCall(actor: Actor, permission: Permission): void {
  if (allowed(actor, permission)) return
  if (actor.personId === null && actor.linkOrderId === null) throw new Refusal('platform.not-signed-in', 401, {})
  throw new Refusal('platform.forbidden', 403, {})
}

export function allowed(actor: Actor, permission: Permission): boolean {
  if (permission in BY_KIND) return BY_KIND[permission as KindPermission](actor)
  return holdsAny(actor, rolesByPermission[permission as Exclude<Permission, KindPermission>])
}

/** Every permission the route table names that the actor has, for the menus of the console. */
export function permissionsOf(actor: Actor): Permission[] {
  return [...new Set(Object.values(routes).map((route) => route.permission))]
    .filter((permission) => allowed(actor, permission))
    .sort()
}
