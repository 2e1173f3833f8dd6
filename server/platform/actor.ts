/** Who acts: a signed-in person, a holder of an order's private link, the public, or the system itself. */
export interface Actor {
  readonly districtId: number
  readonly kind: 'resident' | 'staff' | 'link' | 'public' | 'system'
  readonly personId: string | null
  /** Identifies the actor for idempotency and rate limits: person, link or network address. */
  readonly key: string
  readonly grants: readonly RoleGrant[]
  readonly locale: 'zh-CN' | 'en'
  /** The order a private link opens; null for everybody else. */
  readonly linkOrderId: string | null
}

/** A role holds at a unit and everything below it. */
export interface RoleGrant {
  readonly role: string
  readonly unitId: string
  /** The unit itself and all units below it, today. */
  readonly unitIds: ReadonlySet<string>
}

/** Units over which the actor holds any of the roles, or 'none'. */
export function unitsHeld(actor: Actor, roles: readonly string[]): ReadonlySet<string> {
  const held = new Set<string>()
  for (const grant of actor.grants) if (roles.includes(grant.role)) for (const id of grant.unitIds) held.add(id)
  return held
}

export function holdsAny(actor: Actor, roles: readonly string[]): boolean {
  return actor.grants.some((grant) => roles.includes(grant.role))
}

export function holdsAt(actor: Actor, roles: readonly string[], unitId: string): boolean {
  return actor.grants.some((grant) => roles.includes(grant.role) && grant.unitIds.has(unitId))
}

/** The system acting for a district: sweeps, sealing, deliveries. */
export function systemActor(districtId: number): Actor {
  return { districtId, kind: 'system', personId: null, key: 'system', grants: [], locale: 'zh-CN', linkOrderId: null }
}
